/** How is each admin page rendered? */
import { type AdminFrame, type AdminView, SOURCE_FILTERS } from '../../model/admin.ts';
import { postPath } from '../../model/paths.ts';
import type { ConfigHistory } from '../../model/recorded-config.ts';
import type { SystemState } from '../../model/system-state.ts';
import { sourceTitle, webAddress } from './addresses.ts';
import { type AdminPage, adminPageBytes, moment } from './admin-frame.ts';
import { bothTimes, type Figure, figures, jobTable, sourcePath, sourceTable } from './admin-parts.ts';
import { sourcePage } from './admin-source.ts';
import { confirmPurgePage, confirmRemovePage, removedPage } from './admin-takedowns.ts';
import { given, type Html, markup } from './html.ts';

export function renderAdminPage(view: AdminView, frame: AdminFrame): Uint8Array {
  return adminPageBytes(pageOf(view, frame), frame);
}

function pageOf(view: AdminView, frame: AdminFrame): AdminPage {
  switch (view.kind) {
    case 'overview':
      return overviewPage(view, frame);
    case 'sources':
      return sourcesPage(view, frame);
    case 'source':
      return sourcePage(view, frame);
    case 'queue':
      return { title: 'Queue', current: 'queue', main: queueMain(view, frame) };
    case 'stories':
      return { title: 'Stories of several sources', current: 'stories', main: storiesMain(view, frame) };
    case 'confirm-remove':
      return confirmRemovePage(view, frame);
    case 'confirm-purge':
      return confirmPurgePage(view, frame);
    case 'removed':
      return removedPage(view, frame);
    case 'login':
      return { title: 'Log in', main: loginMain(view.isWrong, frame) };
    case 'refused':
      return { title: view.heading, main: markup`<p>${view.text}</p>\n` };
  }
}

function overviewPage(view: Extract<AdminView, { kind: 'overview' }>, frame: AdminFrame): AdminPage {
  const { system, troubled, failedJobs, config } = view;
  const main = markup`${configProblems(config)}${networkProblem(system, frame)}${figures(systemFigures(system), frame)}<h2>Needs attention</h2>
${troubled.length === 0 ? markup`<p>Nothing: every source can be read.</p>\n` : sourceTable(troubled, 'Sources that need attention', frame)}${
    failedJobs.length === 0 ? undefined : markup`<h2>Failed jobs</h2>\n${jobTable(failedJobs, frame)}`
  }${configPart(config, frame)}`;
  return { title: 'Overview', current: '', main };
}

function networkProblem({ networkOutSince }: SystemState, frame: AdminFrame): Html | undefined {
  return given(
    networkOutSince,
    (since) =>
      markup`<p class="note" role="alert"><strong class="bad">No host can be reached.</strong> The network of a worker seems to have been down since ${bothTimes(since, frame)}. Sources are tried every few minutes, and do not count as failing.</p>\n`,
  );
}

/** Problems of the config files on disk, while the running config stays in use. */
function configProblems({ problems }: ConfigHistory): Html | undefined {
  if (problems.length === 0) return undefined;
  return markup`<div class="note" role="alert"><p><strong class="bad">The config files are invalid.</strong> The running config stays in use.</p>
<ul>${problems.map((problem) => markup`<li><code>${problem}</code></li>\n`)}</ul></div>
`;
}

function configPart({ readAt, changes }: ConfigHistory, frame: AdminFrame): Html {
  const items = changes.map(
    ({ at, text }) => markup`<li>${text} <span class="meta">${bothTimes(at, frame)}</span></li>\n`,
  );
  const list = items.length === 0 ? undefined : markup`<ol class="titles">\n${items}</ol>\n`;
  return markup`<h2>Config</h2>
<p>In use since ${bothTimes(readAt, frame)}.${items.length === 0 ? '' : ' Changes, latest first:'}</p>
${list}`;
}

function systemFigures(system: SystemState): readonly Figure[] {
  const { sources, failing, held, posts, unpublished, sweepAgeMs } = system;
  return [
    { name: 'sources', value: sources.total, path: 'sources' },
    { name: 'failing', value: failing, isBad: failing > 0, path: 'sources?show=failing' },
    { name: 'paused', value: sources.paused, isBad: sources.paused > 0, path: 'sources?show=paused' },
    { name: 'with held entries', value: held, isBad: held > 0, path: 'sources?show=held' },
    { name: 'due now', value: sources.due },
    { name: 'late by more than a minute', value: sources.late, isBad: sources.late > 0 },
    { name: 'posts', value: posts },
    { name: 'to be published', value: unpublished },
    {
      name: 'since the last sweep',
      value: sweepAgeMs === undefined ? 'never' : `${Math.round(sweepAgeMs / 1_000)} s`,
      isBad: sweepAgeMs === undefined || sweepAgeMs > 15_000,
    },
  ];
}

function sourcesPage(view: Extract<AdminView, { kind: 'sources' }>, frame: AdminFrame): AdminPage {
  const { filter, rows, page, pages, total } = view;
  const base = `${frame.root}admin/sources`;
  const tabs = SOURCE_FILTERS.map((name) => {
    const here = name === filter ? markup` aria-current="page"` : undefined;
    return markup`<li><a href="${base}?show=${name}"${here}>${name}</a></li>\n`;
  });
  const link = (to: number, name: string, rel: string): Html =>
    markup`<a href="${base}?show=${filter}&amp;page=${to}" rel="${rel}">${name}</a> `;
  const main = markup`<ul class="tabs" aria-label="Which sources">
${tabs}</ul>
<p>${total} ${total === 1 ? 'source' : 'sources'}${pages > 1 ? `, page ${page} of ${pages}` : ''}</p>
${rows.length === 0 ? undefined : sourceTable(rows, 'Sources', frame)}${
    pages > 1
      ? markup`<nav class="pager" aria-label="Pages"><p>${page > 1 ? link(page - 1, 'Previous', 'prev') : undefined}${page < pages ? link(page + 1, 'Next', 'next') : undefined}</p></nav>\n`
      : undefined
  }`;
  return { title: 'Sources', current: 'sources', main };
}

const JOB_STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;

function queueMain({ system, failedJobs }: Extract<AdminView, { kind: 'queue' }>, frame: AdminFrame): Html {
  const rows = Object.entries(system.queues).map(
    ([queue, counts]) =>
      markup`<tr><th scope="row">${queue}</th>${JOB_STATES.map((state) => markup`<td>${counts[state] ?? 0}</td>`)}</tr>\n`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Jobs"><table>
<thead><tr><th scope="col">Queue</th>${JOB_STATES.map((state) => markup`<th scope="col">${state}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
<h2>Failed jobs</h2>
${jobTable(failedJobs, frame)}`;
}

function storiesMain({ posts, done }: Extract<AdminView, { kind: 'stories' }>, frame: AdminFrame): Html {
  const said = given(
    done,
    (result) =>
      markup`<p class="note" role="status">${result === 'done' ? 'It is a post of its own now.' : 'It is not part of a story.'}</p>
`,
  );
  if (posts.length === 0) return markup`${said}<p>None of the latest posts has several sources.</p>\n`;
  const items = posts.map((post) => {
    const others = post.alsoFrom.map(({ id, source, url, title }) => {
      const href = webAddress(url);
      const name = title ?? sourceTitle(source);
      const linked =
        href === undefined ? markup`${name}` : markup`<a href="${href}" rel="noopener noreferrer">${name}</a>`;
      return markup`<li>${linked} <span class="meta">${source.id}</span>${given(id, (entryId) => splitButton(entryId, frame))}</li>\n`;
    });
    return markup`<li><a href="${frame.root}${postPath(post.id).slice(1)}">${post.title}</a> <span class="meta"><a href="${sourcePath(post.source.id, frame)}">${post.source.id}</a> ${moment(post.publishedAt, frame)} <code>${post.id}</code></span>
<ul class="titles">
${others}</ul></li>
`;
  });
  return markup`${said}<p>Entries of several sources with the same or nearly the same text are one post. An entry that is split from its story stays a separate post permanently.</p>
<ol class="titles">
${items}</ol>
`;
}

function splitButton(entryId: string, { root, formToken }: AdminFrame): Html {
  return markup` <form class="inline" method="post" action="${root}admin/post/${entryId}/split"><input type="hidden" name="formToken" value="${formToken}"><button>Split</button></form>`;
}

function loginMain(isWrong: boolean, { root }: AdminFrame): Html {
  const wrong = isWrong ? markup`<p class="note" role="alert">That is not the token.</p>\n` : undefined;
  return markup`${wrong}<form method="post" action="${root}admin/login">
<label for="token">The token of this site (<code>admin.token</code>)</label>
<p><input type="password" id="token" name="token" autocomplete="current-password" required></p>
<p><button>Log in</button></p>
</form>
`;
}
