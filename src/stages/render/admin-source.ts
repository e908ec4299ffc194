/** How is the admin page of one source rendered? */
import type { ActionResult, AdminFrame, AdminView, SourceAction, SourceRow } from '../../model/admin.ts';
import type { Hold } from '../../model/hold.ts';
import { postPath, scopePath } from '../../model/paths.ts';
import { withoutSecrets } from '../../syntax/url/redact-url.ts';
import { webAddress } from './addresses.ts';
import { type AdminPage, moment } from './admin-frame.ts';
import { actionButton, bothTimes, facts, reasonOf, sourcePath, standing } from './admin-parts.ts';
import { given, type Html, markup } from './html.ts';

const DONE: Readonly<Record<SourceAction, string>> = {
  fetch: '',
  pause: 'It is paused.',
  resume: 'It is resumed. ',
  reset: 'Validators, failures and redirects are forgotten. ',
  release: 'The held entries are posts now.',
  discard: 'The held entries are discarded.',
};
const ASKS_FOR_A_CHECK: readonly SourceAction[] = ['fetch', 'resume', 'reset'];

export function sourcePage(view: Extract<AdminView, { kind: 'source' }>, frame: AdminFrame): AdminPage {
  const { row, done } = view;
  const { source, state } = row;
  const main = markup`${given(done, ({ action, result }) => markup`<p class="note" role="status">${sentence(action, result, view.hold, frame)}</p>\n`)}${factsOf(row, frame)}<ul class="actions" aria-label="Actions">
${state?.pausedAt === undefined ? [actionButton(source.id, 'fetch', 'Check now', frame), actionButton(source.id, 'pause', 'Pause', frame)] : actionButton(source.id, 'resume', 'Resume', frame)}${actionButton(source.id, 'reset', 'Reset', frame)}</ul>
${heldPart(view, frame)}${postsPart(view, frame)}`;
  return { title: state?.title ?? source.title ?? source.id, current: 'sources', main };
}

function sentence(action: SourceAction, result: ActionResult, hold: Hold | undefined, frame: AdminFrame): string {
  switch (result) {
    case 'done':
      return `${DONE[action]}${ASKS_FOR_A_CHECK.includes(action) ? whenChecked(hold, frame) : ''}`;
    case 'busy':
      return 'A check is running, so nothing was changed. Try again in a moment.';
    case 'unknown':
      return 'There was nothing to do.';
  }
}

function whenChecked(hold: Hold | undefined, frame: AdminFrame): string {
  const at = (ms: number): string => `${moment(ms, frame)} (${frame.timezone})`;
  switch (hold?.kind) {
    case undefined:
      return 'A check starts now; reload the page in a moment.';
    case 'paused':
      return 'It is paused, so it is not checked. Resume it to have it checked.';
    case 'no-worker': {
      const since = hold.since === undefined ? 'yet' : `since ${at(hold.since)}`;
      return `It is due, but no worker has looked for due sources ${since}. It is checked when a worker runs.`;
    }
    case 'host-rests':
      return `It is not checked yet: its host asked to wait (Retry-After) until ${at(hold.untilMs)}. It is checked then.`;
    case 'host-turn':
      return `It is not checked yet: other requests to its host come first (fetch.host.delay). It is checked at about ${at(hold.untilMs)}.`;
    case 'host-full':
      return 'It is not checked yet: other requests to its host are under way (fetch.host.concurrency). It is checked when one of them ends.';
  }
}

function factsOf(row: SourceRow, frame: AdminFrame): Html {
  const { source, state } = row;
  const { word, isBad } = standing(row);
  const last = state?.last;
  const counted =
    last?.entries === undefined
      ? undefined
      : `${last.entries} entries, ${last.added ?? 0} new, ${last.changed ?? 0} changed`;
  const issues = last?.issues?.join(', ');
  return facts([
    ['Id', source.id],
    ['Address', withoutSecrets(source.url)],
    ['Asked at', given(state?.adoptedUrl, (url) => markup`${withoutSecrets(url)} ${state?.adoptedBecause ?? ''}`)],
    ['Categories', source.categories.join(', ')],
    ['State', isBad ? markup`<strong class="bad">${word}</strong>` : word],
    ['Why', reasonOf(row)],
    ['Failures in a row', state === undefined || state.failures === 0 ? undefined : state.failures],
    ['Last check', bothTimes(state?.lastCheckAt, frame)],
    ['It brought', counted],
    ['It was odd in', issues],
    [
      'Without validators',
      given(
        state?.withoutValidators,
        ({ at, found }) => markup`${bothTimes(at, frame)}: ${found}, after only 304 responses`,
      ),
    ],
    ['Last feed', bothTimes(state?.lastSuccessAt, frame)],
    ['Next check', state?.pausedAt === undefined ? bothTimes(state?.nextCheckAt, frame) : undefined],
    ['Why then', state?.pausedAt === undefined ? (state?.reasonText ?? state?.reason) : undefined],
    [
      'Redirects to',
      given(state?.redirect, ({ to, sightings }) => markup`${withoutSecrets(to)}, seen ${sightings} times`),
    ],
    ['Hub', given(state?.websub?.hub, (hub) => markup`${withoutSecrets(hub)}: ${state?.websub?.status ?? ''}`)],
    ['Written at', given(source.writtenAt, ({ file, line }) => markup`${file}:${line}`)],
  ]);
}

function heldPart({ row, heldEntries }: Extract<AdminView, { kind: 'source' }>, frame: AdminFrame): Html | undefined {
  const { held, source } = row;
  if (held === undefined) return undefined;
  const titles = heldEntries.map(({ title, url, publishedAt }) => {
    const href = webAddress(url);
    const name =
      href === undefined ? markup`${title}` : markup`<a href="${href}" rel="noopener noreferrer">${title}</a>`;
    return markup`<li>${name} ${given(publishedAt, (at) => markup`<span class="meta">${moment(at, frame)}</span>`)}</li>\n`;
  });
  const more = held.count - heldEntries.length;
  return markup`<h2>Held back</h2>
<p>${held.count} ${held.count === 1 ? 'entry' : 'entries'} since ${moment(held.at, frame)}. ${held.reason}</p>
<ul class="actions" aria-label="Actions on held entries">
${actionButton(source.id, 'release', 'Release: make them posts', frame)}${actionButton(source.id, 'discard', 'Discard: forget them', frame)}</ul>
<ul class="titles">
${titles}${more > 0 ? markup`<li>and ${more} more</li>\n` : undefined}</ul>
`;
}

function postsPart({ row, posts }: Extract<AdminView, { kind: 'source' }>, frame: AdminFrame): Html {
  const { root } = frame;
  if (posts.length === 0) return markup`<h2>Posts</h2>\n<p>It has none yet.</p>\n`;
  const items = posts.map(
    (post) =>
      markup`<li><a href="${root}${postPath(post.id).slice(1)}">${post.title}</a> <span class="meta">${moment(post.publishedAt, frame)} <code>${post.id}</code>${
        post.alsoFrom.length === 0 ? '' : ` also from ${post.alsoFrom.map(({ source }) => source.id).join(', ')}`
      }</span> <a href="${root}admin/post/${post.id}/remove">Remove…</a></li>\n`,
  );
  const all = `${root}${scopePath({ kind: 'source', id: row.source.id }).slice(1)}.html`;
  return markup`<h2>Posts</h2>
<ol class="titles">
${items}</ol>
<p><a href="${sourcePath(row.source.id, frame)}/purge">Remove all its posts…</a></p>
<p><a href="${all}">All its posts</a>. Why there is a post, or none: <code>feedmill post trace ID</code></p>
`;
}
