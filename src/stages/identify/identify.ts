/** Which keys identify an entry? */
import type { EntryKey, KeyName } from '../../model/entry-key.ts';
import type { Draft } from '../../model/post.ts';
import type { Source } from '../../model/settings.ts';
import type { IdentityState } from '../../model/source-state.ts';
import { hash64 } from '../../syntax/hash.ts';
import { canonicaliseUrl } from '../../syntax/url/url.ts';
import { fingerprint, plain, visibleText } from './fingerprint.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

export interface Identified {
  readonly draft: Draft;
  /** Id of the post if none of the keys is known: 16 hex digits. */
  readonly id: string;
  /** Its id if it has no guid and an entry of another source has that id already. */
  readonly idInSource?: string;
  readonly sourceKey: string;
  /** 8 hex digits. */
  readonly titleKey: string;
  /** Strongest first, at least one. */
  readonly keys: readonly EntryKey[];
  /** When its source published it, if stated. */
  readonly moment?: { readonly sourceId: string; readonly at: number };
  /** See `fingerprint.ts`, 16 hex digits. */
  readonly fingerprint: string;
}

/** The key that identifies the entries of a source. */
export type Basis = 'guid' | 'guid and link' | 'link' | 'content';

/** The operator's setting has priority over what was observed about the source. */
export function basisOf(source: Source, learnt: IdentityState | undefined): Basis {
  return source.identity ?? learnt?.by ?? 'guid';
}

/** True if a key is made of the entry's guid, alone or with its link. */
export function isKnownByGuid({ name }: EntryKey): boolean {
  return name === 'guid' || name === 'guid and link';
}

/** Id of an entry whose own id belongs to an older story with the same guid: 16 hex digits. */
export function anotherId({ id, titleKey, draft }: Identified): string {
  return hash64(['another story', id, linkOf(draft) ?? titleKey].join('\n'));
}

/** A text of this length identifies an entry by itself, with any date. */
const TELLING_TEXT = 80;

/**
 * Keys for each draft of one document: its guid within the source (without scheme, `www.`, trailing slash and tracking
 * parameters of an address in it); its canonical link; its path and title, in case the site moves; and its text, only if
 * it has no link. A guid or link that several entries share does not identify any of them alone.
 */
export function identify(
  drafts: readonly Draft[],
  source: Source,
  basis: Basis = basisOf(source, undefined),
): readonly Identified[] {
  const named = drafts.map(namesOf);
  const guids = countBy(named, ({ guid }) => guid);
  const links = countBy(named, ({ link }) => link);
  const sourceKey = hash64(`source\n${source.id}`);
  return named.map((names) => {
    const { draft, title } = names;
    const keys = keysOf(names, source, basis, {
      isGuidUnique: (guid) => guids.get(guid) === 1,
      isLinkUnique: (link) => links.get(link) === 1,
    });
    return {
      draft,
      id: keys[0].hash,
      ...(keys[0].kind === 'shared' && { idInSource: boundTo(keys[0].hash, sourceKey) }),
      sourceKey,
      titleKey: hash64(title).slice(0, 8),
      keys,
      ...(draft.publishedAt !== undefined && { moment: { sourceId: source.id, at: draft.publishedAt } }),
      fingerprint: fingerprint(draft),
    };
  });
}

function boundTo(id: string, sourceKey: string): string {
  return (BigInt(`0x${id}`) ^ BigInt(`0x${sourceKey}`)).toString(16).padStart(16, '0');
}

/** Possible parts of the keys of a draft, each computed once. */
interface Names {
  readonly draft: Draft;
  readonly title: string;
  readonly guid: string | undefined;
  readonly link: string | undefined;
}

function namesOf(draft: Draft): Names {
  return { draft, title: plain(draft.title), guid: guidOf(draft), link: linkOf(draft) };
}

type Keys = readonly [EntryKey, ...EntryKey[]];

interface Uniqueness {
  readonly isGuidUnique: (guid: string) => boolean;
  readonly isLinkUnique: (link: string) => boolean;
}

function keysOf(names: Names, source: Source, basis: Basis, { isGuidUnique, isLinkUnique }: Uniqueness): Keys {
  const own = (name: KeyName, ...parts: readonly string[]): EntryKey => ({
    kind: 'own',
    name,
    hash: hash64([name, source.id, ...parts].join('\n')),
  });
  const texts = () => textKeys(names, own);
  if (basis === 'content') return texts();

  const { title, link } = names;
  const usable = link !== undefined && isLinkUnique(link) ? link : undefined;
  const linkKeys: readonly EntryKey[] =
    usable === undefined ? [] : [{ kind: 'shared', name: 'link', hash: hash64(`link\n${usable}`) }];
  const guid = basis === 'link' ? undefined : names.guid;
  if (guid === undefined) {
    const [first] = linkKeys;
    return first === undefined || usable === undefined ? texts() : [first, ...movedKeys(usable, title, own)];
  }

  // Without a link, a new guid would make the same text a new post.
  const rest = usable === undefined ? texts() : linkKeys;
  if (basis === 'guid' && isGuidUnique(guid)) {
    return [own('guid', guid), ...rest, ...(isWebAddress(guid) ? movedKeys(guid, title, own) : [])];
  }
  return [own('guid and link', guid, link ?? title), ...rest];
}

type Own = (name: KeyName, ...parts: readonly string[]) => EntryKey;

/** The date is part of the key, unless the text is long enough to identify the entry: the date may have changed. */
function textKeys({ draft, title }: Names, own: Own): Keys {
  const text = visibleText(draft);
  const said = String(draft.publishedAt ?? draft.statedAt ?? '');
  return text.length >= TELLING_TEXT ? [own('text', title, text)] : [own('text', title, said, text)];
}

/** A site that moves to another host keeps its paths; the title distinguishes entries of several hosts. */
function movedKeys(address: string, title: string, own: Own): readonly EntryKey[] {
  const { pathname, search, hash } = new URL(address);
  return pathname === '/' && search === '' ? [] : [own('path and title', pathname + search + hash, title)];
}

/** A guid without the parts that change when a site moves: scheme, `www.`, trailing slash, tracking parameters. */
function guidOf({ guid }: Draft): string | undefined {
  if (guid === undefined || guid === '') return undefined;
  if (isWebAddress(guid)) {
    // The fragment may be the only difference between two entries on one page.
    const { hash } = new URL(guid);
    const canonical = canonicaliseUrl(guid);
    return canonical.includes('#') ? canonical : canonical + hash;
  }
  // Some systems write `123 at http://www.example.org`.
  return /https?:\/\//iu.test(guid)
    ? guid.replace(/https?:\/\/(?:www\.)?/giu, 'https://').replace(/(?<!\/)\/+$/u, '')
    : guid;
}

/** The canonical link; absent if it is the front page of a site, which identifies no entry. */
function linkOf(draft: Draft): string | undefined {
  const address = draft.canonicalUrl ?? draft.url;
  if (address === undefined) return undefined;
  const canonical = canonicaliseUrl(address);
  const { pathname, search } = new URL(canonical);
  return pathname === '/' && search === '' ? undefined : canonical;
}

function countBy(named: readonly Names[], keyOf: (names: Names) => string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const names of named) {
    const key = keyOf(names);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
