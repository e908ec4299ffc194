/** How is a config plan printed? Pure: no clock, no colours. */
import type { ConfigPlan, SitePlan, SourcePlan } from '../jobs/plan/plan-config.ts';
import type { CategoryPlan, PlannedEntry } from '../jobs/plan/plan-feeds.ts';
import { count, plain } from './say.ts';
import { isoSeconds } from '../syntax/date/format.ts';

/** Number of posts listed for each category and kind of change; `--json` has all. */
const NAMED = 20;

/** Several lines without a final line break. */
export function formatPlan({ site, categories, sources }: ConfigPlan): string {
  return [...formatSite(site), ...categories.flatMap(formatCategory), ...formatSources(sources)].join('\n');
}

function formatSite({ id, url, movedFrom, belongsTo }: SitePlan): readonly string[] {
  return [
    `site.id: ${plain(id)}; ids of feeds and posts start with it. Write it into the config before you use another Redis`,
    ...(movedFrom === undefined
      ? []
      : [`site.url: ${plain(url)} instead of ${plain(movedFrom)}: links and WebSub topics change, ids stay`]),
    ...(belongsTo === undefined
      ? []
      : [`site.id: Redis holds the site ${plain(belongsTo)}; Feedmill refuses to start with this config`]),
    '',
  ];
}

function formatCategory(plan: CategoryPlan): readonly string[] {
  const { slug, title, kind, was = [], renamedFrom, added, removed, changed, stayed, older } = plan;
  const name = `${slug} (${plain(title)})`;
  if (kind === 'gone') return [`${name}: removed, with ${count(removed.length, 'post')} in its feed`];
  const parts = [
    ...(kind === 'new' ? ['new'] : []),
    ...(was.length === 0 ? [] : [`replaces ${was.join(', ')}, whose addresses redirect to it`]),
    ...(renamedFrom === undefined ? [] : [`called ${plain(renamedFrom)} until now`]),
    ...(added.length === 0 ? [] : [`${added.length} added`]),
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
    ...(changed.length === 0 ? [] : [`${changed.length} changed`]),
    ...(stayed === 0 || kind === 'same' ? [] : [`${stayed} stay`]),
    ...(older === 0 ? [] : [`${older} in the older pages`]),
  ];
  return [
    `${name}: ${parts.length === 0 ? 'no change' : parts.join(', ')}`,
    ...named('+', added),
    ...named('-', removed),
    ...named('~', changed),
  ];
}

function named(sign: string, entries: readonly PlannedEntry[]): readonly string[] {
  const lines = entries
    .slice(0, NAMED)
    .map(
      ({ title, sourceId, because }) =>
        `  ${sign} ${plain(`${title}${sourceId === undefined ? '' : ` (${sourceId})`}: ${because}`)}`,
    );
  const left = entries.length - lines.length;
  return left === 0 ? lines : [...lines, `  ${sign} and ${left} more`];
}

function formatSources(sources: readonly SourcePlan[]): readonly string[] {
  const read = sources.filter(({ kind }) => kind === 'read');
  const unknown = sources.filter(({ kind }) => kind !== 'read' && kind !== 'same');
  return [
    '',
    ...read.map(
      ({ id, documentAt, nextCheckAt, added, changed, withdrawn }) =>
        `${id}: read again from its document of ${time(documentAt)}: ${count(added, 'new post')}, ${changed} changed, ` +
        `${withdrawn} withdrawn; takes effect at its next check, ${time(nextCheckAt)}`,
    ),
    ...unknown.map(
      ({ id, kind, message }) => `${id}: ${NEEDS_A_FETCH[kind]}${message === undefined ? '' : `: ${plain(message)}`}`,
    ),
    `${count(sources.length - read.length - unknown.length, 'source')} of ${sources.length} unchanged. ` +
      'Limits, windows, and the categories of sources and their names take effect immediately; rules take effect when a source is checked ' +
      'next (`feedmill source fetch ID` does it now). Posts that their source no longer lists do not change.',
  ];
}

const NEEDS_A_FETCH: Readonly<Record<SourcePlan['kind'], string>> = {
  same: 'unchanged',
  read: 'read again',
  new: 'has not been read yet; its posts are known after the first fetch',
  moved: 'has a new address; its posts are known after the next fetch',
  'no-document':
    'is read with other settings, but its last document is not stored; its posts are known after the next fetch',
  unreadable: 'its last document is not readable with the new settings',
};

function time(at: number | undefined): string {
  return at === undefined ? 'an unknown time' : isoSeconds(at);
}
