/** What is an entry known by? */
import type { Draft } from '../../model/post.ts';
import type { Source } from '../../model/settings.ts';
import { hash64 } from '../../syntax/hash.ts';
import { canonicaliseUrl } from '../../syntax/url.ts';
import { fingerprint, plain, visibleText } from './fingerprint.ts';

export interface EntryKey {
  /** 16 hex digits. */
  readonly hash: string;
  /** `own`: decides alone, within the source. `shared`: a canonical link, the same for all sources. */
  readonly kind: 'own' | 'shared';
}

export interface Identified {
  readonly draft: Draft;
  /** The id of the post, if nobody knows one of its keys: 16 hex digits. */
  readonly id: string;
  readonly sourceKey: string;
  /** 8 hex digits. */
  readonly titleKey: string;
  /** Strongest first, one at least. */
  readonly keys: readonly EntryKey[];
  /** See `fingerprint.ts`, 16 hex digits. */
  readonly fingerprint: string;
}

/**
 * Names each draft of one document: by its guid within the source, by what else the guid may be called
 * (http or https, with or without `www.`, a trailing slash), by its canonical link; and only where there
 * is neither by title, date and text. A guid or link that several entries share says nothing alone.
 */
export function identify(drafts: readonly Draft[], source: Source): readonly Identified[] {
  const guids = countBy(drafts, guidOf);
  const links = countBy(drafts, linkOf);
  const sourceKey = hash64(`source\n${source.id}`);
  return drafts.map((draft) => {
    const keys = keysOf(
      draft,
      source,
      (guid) => guids.get(guid) === 1,
      (link) => links.get(link) === 1,
    );
    return {
      draft,
      id: keys[0].hash,
      sourceKey,
      titleKey: hash64(plain(draft.title)).slice(0, 8),
      keys,
      fingerprint: fingerprint(draft),
    };
  });
}

type Keys = readonly [EntryKey, ...EntryKey[]];

function keysOf(
  draft: Draft,
  source: Source,
  guidIsUnique: (guid: string) => boolean,
  linkIsUnique: (link: string) => boolean,
): Keys {
  const own = (...parts: readonly string[]): EntryKey => ({
    kind: 'own',
    hash: hash64([parts[0], source.id, ...parts.slice(1)].join('\n')),
  });
  const text = own('text', plain(draft.title), String(draft.publishedAt ?? ''), visibleText(draft));
  if (source.identity === 'content') return [text];

  const link = linkOf(draft);
  const linkKeys: readonly EntryKey[] =
    link !== undefined && linkIsUnique(link) ? [{ kind: 'shared', hash: hash64(`link\n${link}`) }] : [];
  const guid = source.identity === 'link' ? undefined : guidOf(draft);
  if (guid === undefined) return atLeast(linkKeys, text);
  if (!guidIsUnique(guid)) return [own('guid+link', guid, link ?? plain(draft.title)), ...linkKeys];

  const aliases = isAddress(guid) ? [own('guid-address', canonicaliseUrl(guid))] : [];
  return [own('guid', guid), ...aliases, ...linkKeys];
}

function atLeast(keys: readonly EntryKey[], otherwise: EntryKey): Keys {
  const [first, ...rest] = keys;
  return first === undefined ? [otherwise] : [first, ...rest];
}

function guidOf(draft: Draft): string | undefined {
  return draft.guid === '' ? undefined : draft.guid;
}

/** The canonical link; absent where it is a site's front page, which says nothing about an entry. */
function linkOf(draft: Draft): string | undefined {
  const address = draft.canonicalUrl ?? draft.url;
  if (address === undefined) return undefined;
  const canonical = canonicaliseUrl(address);
  const { pathname, search } = new URL(canonical);
  return pathname === '/' && search === '' ? undefined : canonical;
}

function isAddress(guid: string): boolean {
  return /^https?:\/\//iu.test(guid) && URL.canParse(guid);
}

function countBy(drafts: readonly Draft[], keyOf: (draft: Draft) => string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
