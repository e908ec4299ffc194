/** What is an entry known by? */
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
  /** The id of the post, if none of its keys is known: 16 hex digits. */
  readonly id: string;
  /** Its id, if it has no guid and the entry of another source has that id already. */
  readonly idInSource?: string;
  readonly sourceKey: string;
  /** 8 hex digits. */
  readonly titleKey: string;
  /** Strongest first, one at least. */
  readonly keys: readonly EntryKey[];
  /** When its source published it, if it says so. */
  readonly moment?: { readonly sourceId: string; readonly at: number };
  /** See `fingerprint.ts`, 16 hex digits. */
  readonly fingerprint: string;
}

/** What entries of a source are told apart by. */
export type Basis = 'guid' | 'guid and link' | 'link' | 'content';

/** The operator's word goes before what was learnt of the source. */
export function basisOf(source: Source, learnt: IdentityState | undefined): Basis {
  return source.identity ?? learnt?.by ?? 'guid';
}

/** Whether a key is the entry's guid, alone or with its link. */
export function isKnownByGuid({ name }: EntryKey): boolean {
  return name === 'guid' || name === 'guid and link';
}

/** The id of an entry whose own belongs to an older story of the same guid: 16 hex digits. */
export function anotherId({ id, titleKey, draft }: Identified): string {
  return hash64(['another story', id, linkOf(draft) ?? titleKey].join('\n'));
}

/** So much visible text says by itself that an entry came before, whatever its date. */
const TELLING_TEXT = 80;

/**
 * Names each draft of one document: by its guid within the source, whatever the scheme, `www.`, trailing slash and
 * tracking parameters of an address in it; by its canonical link; by its path and title, should the site move; and only
 * where there is no link by its text. A guid or link that several entries share says nothing alone.
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

/** What a draft can be known by, each worked out once. */
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

/** The date belongs to the text, unless the text says enough: then it may have been stamped anew. */
function textKeys({ draft, title }: Names, own: Own): Keys {
  const text = visibleText(draft);
  const said = String(draft.publishedAt ?? draft.statedAt ?? '');
  return text.length >= TELLING_TEXT ? [own('text', title, text)] : [own('text', title, said, text)];
}

/** A site that moves to another host keeps its paths; which of several hosts is meant, the title tells. */
function movedKeys(address: string, title: string, own: Own): readonly EntryKey[] {
  const { pathname, search, hash } = new URL(address);
  return pathname === '/' && search === '' ? [] : [own('path and title', pathname + search + hash, title)];
}

/** A guid without what changes when a site moves: scheme, `www.`, trailing slash, tracking parameters. */
function guidOf({ guid }: Draft): string | undefined {
  if (guid === undefined || guid === '') return undefined;
  if (isWebAddress(guid)) {
    // A fragment may be all that tells two entries on one page apart.
    const { hash } = new URL(guid);
    const canonical = canonicaliseUrl(guid);
    return canonical.includes('#') ? canonical : canonical + hash;
  }
  // `123 at http://www.example.org` is what some systems write.
  return /https?:\/\//iu.test(guid) ? guid.replace(/https?:\/\/(?:www\.)?/giu, 'https://').replace(/\/+$/u, '') : guid;
}

/** The canonical link; absent where it is a site's front page, which says nothing about an entry. */
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
