/** How is the trace of a post printed? Pure: no clock, no colours. */
import type { CarryingFeed, PostTrace, TraceReport } from '../jobs/operator/trace-post.ts';
import type { AlsoFrom, Post } from '../model/post.ts';
import type { TraceDecision, TraceEvent } from '../model/trace.ts';
import { plain } from './say.ts';
import { isoSeconds } from '../syntax/date/format.ts';

/** Several lines without a final line break. */
export function formatTrace({ traces, lost }: TraceReport): string {
  const parts = traces.map((trace) => formatOne(trace).join('\n'));
  if (lost > 0) parts.push(`${lost} events of the last 30 days were dropped because there was no room for them.`);
  return parts.join('\n\n');
}

function formatOne({ id, post, address, published, configured, feeds, events }: PostTrace): readonly string[] {
  const last = events.at(-1);
  const entry = events.findLast((event) => event.entry !== undefined)?.entry;
  const sourceId = post?.source.id ?? last?.sourceId ?? '';
  const where =
    configured === undefined ? ', which is not in the config any more' : ` (${configured.file}:${configured.line})`;
  return [
    plain(post?.title ?? entry?.title ?? '(no title)'),
    ...field('post', post === undefined ? `none; it would be ${id}` : (address ?? id)),
    ...field('state', stateOf(post, last)),
    ...field('link', post?.url ?? entry?.url),
    ...field('guid', post?.guid ?? entry?.guid),
    ...field('source', `${sourceId}${where}`),
    ...(post === undefined ? [] : datesOf(post)),
    ...(published === 'less' ? field('text', 'only the parts that the content policy of its source allows') : []),
    ...(post?.alsoFrom ?? []).flatMap((other) => field('also in', toldIn(other))),
    ...(post === undefined ? [] : ['feeds', ...feeds.map(formatFeed)]),
    'what happened',
    ...(events.length === 0 ? ['  nothing in the last 30 days'] : events.flatMap(formatEvent)),
  ];
}

function field(name: string, value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [`  ${`${name}:`.padEnd(12)}${plain(value)}`];
}

/** With the id of the entry, for `post split`. */
function toldIn({ source, url, id }: AlsoFrom): string {
  return [source.id, url, ...(id === undefined ? [] : [`(id ${id})`])].filter((part) => part !== undefined).join(' ');
}

function datesOf({ publishedAt, updatedAt, firstSeenAt, revision }: Post): readonly string[] {
  return [
    ...field('published', isoSeconds(publishedAt)),
    ...field('first seen', isoSeconds(firstSeenAt)),
    ...(revision > 1 ? field('revision', `${revision}, ${isoSeconds(updatedAt)}`) : []),
  ];
}

function stateOf(post: Post | undefined, last: TraceEvent | undefined): string {
  if (post !== undefined) return 'published';
  switch (last?.decision.kind) {
    case 'dropped':
      return 'dropped by a rule';
    case 'withdrawn':
      return 'withdrawn, because a rule drops it';
    case 'held':
      return 'held by the flood guard; `feedmill source release` publishes it';
    case 'discarded':
      return 'discarded';
    case 'removed':
      return 'removed permanently; `feedmill post restore` undoes it';
    case 'expired':
      return 'expired; not published again while its source lists it';
    case 'added':
    case 'changed':
    case 'joined':
    case 'released':
    case 'left':
    case 'restored':
    case 'split':
    case undefined:
      return 'removed';
  }
}

function formatFeed({ path, place, of }: CarryingFeed): string {
  return `  ${plain(path)}: ${place === undefined ? 'in the older pages' : `${place} of ${of}`}`;
}

function formatEvent(event: TraceEvent): readonly string[] {
  const { at, sourceId, documentUrl, decision, key, rules = [], entry } = event;
  const known = key === undefined ? '' : `, recognised by its ${key}`;
  const offered =
    decision.kind === 'joined' && entry !== undefined ? `: "${entry.title ?? ''}" ${entry.url ?? ''}` : '';
  const from = documentUrl === undefined ? '' : `; in ${documentUrl} of ${sourceId}${known}`;
  return [
    `  ${isoSeconds(at)}  ${plain(`${said(decision)}${offered}${from}`)}`,
    ...rules.map((rule) => `${' '.repeat(24)}${plain(rule)}`),
  ];
}

function said(decision: TraceDecision): string {
  switch (decision.kind) {
    case 'added':
      return 'new post';
    case 'changed': {
      const what = decision.what.length === 0 ? 'changed' : `changed ${decision.what.join(', ')}`;
      return decision.announced ? `${what}: revision ${decision.revision}` : `${what}, not announced${quiet(decision)}`;
    }
    case 'joined':
      return decision.score === undefined
        ? 'joined a story: same link'
        : `joined a story, the text is ${Math.round(decision.score * 100)} % similar to that of ${decision.of ?? 'another'}`;
    case 'dropped':
      return `dropped by ${decision.rule}: ${decision.reason}`;
    case 'withdrawn':
      return `withdrawn, because ${decision.rule} drops it: ${decision.reason}`;
    case 'held':
      return `held by the flood guard: ${decision.reason}`;
    case 'released':
      return 'released';
    case 'discarded':
      return `discarded: ${decision.reason}`;
    case 'expired':
      return `expired: ${decision.reason}`;
    case 'removed':
      return decision.why === undefined ? 'removed permanently' : `removed permanently: ${decision.why}`;
    case 'restored':
      return 'restored';
    case 'left':
      return `left category ${decision.category}: ${decision.reason}`;
    case 'split':
      return `split from a story${decision.of === undefined ? '' : ` (${decision.of})`}`;
  }
}

function quiet(decision: TraceDecision & { readonly kind: 'changed' }): string {
  if (decision.quiet === undefined) return '';
  return decision.quiet === 'small' ? ': too little has changed' : ': it changes too often';
}
