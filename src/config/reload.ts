/** Does an edited config take effect, and what does it change? */
import { isDeepStrictEqual } from 'node:util';
import { ConfigError, type ConfigProblem } from '../model/errors.ts';
import type { Category, Settings, Source } from '../model/settings.ts';

export type ReloadDecision =
  /** Only comments, the order of files or white space differ: nothing to do. */
  | { readonly kind: 'unchanged' }
  /** The running config stays. */
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] }
  | { readonly kind: 'applied'; readonly settings: Settings; readonly changes: ConfigChanges };

export interface ListChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface ConfigChanges {
  /** Top-level keys other than sources and categories. */
  readonly sections: readonly string[];
  /** Keys whose new value takes effect at the next start, because what they configure is open already. */
  readonly needRestart: readonly string[];
  /** By id. */
  readonly sources: ListChanges;
  /** By slug. */
  readonly categories: ListChanges;
}

/** @param next  the edited files as read */
export function decideReload(running: Settings, next: Settings | ConfigError): ReloadDecision {
  if (next instanceof ConfigError) return { kind: 'refused', problems: next.problems };
  const changes = changesBetween(running, withIdentityOf(running, next));
  const { sources, categories, sections } = changes;
  const lists = [sources, categories].flatMap((list) => [...list.added, ...list.removed, ...list.changed]);
  const sameOrder = isDeepStrictEqual(orderOf(running), orderOf(next));
  if (lists.length === 0 && sections.length === 0 && sameOrder) return { kind: 'unchanged' };
  // Ids never change while the process runs.
  return { kind: 'applied', settings: { ...next, site: { ...next.site, ...definedId(running) } }, changes };
}

/** What the store knows of the site is not part of the config. */
function withIdentityOf({ site: { id, formerUrls } }: Settings, next: Settings): Settings {
  const known = { ...(id !== undefined && { id }), ...(formerUrls !== undefined && { formerUrls }) };
  return { ...next, site: { ...known, ...next.site } };
}

function definedId({ site: { id } }: Settings) {
  return id === undefined ? {} : { id };
}

function changesBetween(before: Settings, after: Settings): ConfigChanges {
  const keys = Object.keys({ ...before, ...after }) as (keyof Settings)[];
  return {
    sections: keys.filter(
      (key) =>
        key !== 'sources' && key !== 'categories' && key !== 'warnings' && !isDeepStrictEqual(before[key], after[key]),
    ),
    needRestart: NEED_RESTART.filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path))),
    sources: listChanges(before.sources.map(keyedSource), after.sources.map(keyedSource)),
    categories: listChanges(before.categories.map(keyedCategory), after.categories.map(keyedCategory)),
  };
}

/** What the process opens once: a new value takes effect at the next start. */
const NEED_RESTART: readonly string[] = [
  'site.id',
  'http.host',
  'http.port',
  'redis',
  'fetch.concurrency',
  'fetch.maxBytesInFlight',
  'publish.directory',
  'publish.jekyll.directory',
];

function valueAt(settings: Settings, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      settings,
    );
}

/** One line for the log. */
export function describeChanges({ sections, needRestart, sources, categories }: ConfigChanges): string {
  const said = [
    ...describeList('source', sources),
    ...describeList('category', categories),
    ...(sections.length > 0 ? [`changed ${sections.join(', ')}`] : []),
    ...(needRestart.length > 0 ? [`${needRestart.join(', ')} from the next start on`] : []),
  ];
  return said.length === 0 ? 'another order' : said.join('; ');
}

/** Most names of one list that are shown. */
const SHOWN = 10;

function describeList(what: string, { added, removed, changed }: ListChanges): string[] {
  const named = (verb: string, names: readonly string[]) => {
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
    return names.length === 0 ? [] : [`${verb} ${what} ${names.slice(0, SHOWN).join(', ')}${more}`];
  };
  return [...named('added', added), ...named('removed', removed), ...named('changed', changed)];
}

type Keyed = readonly [string, unknown];

/** The position of a source in the files is not part of its identity. */
function keyedSource(source: Source): Keyed {
  return [source.id, { ...source, writtenAt: undefined }];
}

function keyedCategory(category: Category): Keyed {
  return [category.slug, category];
}

function orderOf({ sources, categories }: Settings) {
  return [sources.map(({ id }) => id), categories.map(({ slug }) => slug)];
}

function listChanges(before: readonly Keyed[], after: readonly Keyed[]): ListChanges {
  const [old, now] = [new Map(before), new Map(after)];
  return {
    added: [...now.keys()].filter((key) => !old.has(key)),
    removed: [...old.keys()].filter((key) => !now.has(key)),
    changed: [...now].flatMap(([key, value]) => (old.has(key) && !isDeepStrictEqual(old.get(key), value) ? [key] : [])),
  };
}
