/** How does a document, fetched or pushed, become posts, and what is known of its source afterwards? */
import type { CheckResult, FeedFacts } from '../model/check.ts';
import type { ParsedFeed } from '../model/feed.ts';
import type { FetchedBody } from '../model/outcome.ts';
import type { Settings, Source } from '../model/settings.ts';
import type { SourceState } from '../model/source-state.ts';
import type { FreshOriginal, Held, Originals, Posts, Renames, Similar, Trace } from '../ports.ts';
import { bodyHash, isReadAlike, knownEntryHashes, packEntryHashes } from '../stages/identify/body.ts';
import { normaliseFeed } from '../stages/normalise/normalise.ts';
import { parseDocument } from '../stages/parse/parse.ts';
import type { Ingested } from './ingest.ts';
import type { PreparedSource } from './prepared.ts';
import { type TakenIn, takeIn } from './take-in.ts';

/** What reading a document takes. */
export interface ReadDeps {
  readonly posts: Posts;
  readonly similar: Similar;
  readonly trace: Trace;
  readonly originals: Originals;
  readonly held: Held;
  readonly renames: Renames;
  readonly now: () => number;
}

/** The way of a body: hash -> parse -> normalise -> take in. */
export async function readBody(
  fetched: FetchedBody,
  { source, rules }: PreparedSource,
  state: SourceState,
  settings: Settings,
  deps: ReadDeps,
): Promise<CheckResult> {
  const { body, gzip, ...response } = fetched;
  const hash = bodyHash(body, source);
  if (hash === state.bodyHash) return { kind: 'unchanged', response };

  const at = deps.now();
  const parse = (knownHashes: ReadonlySet<string>) =>
    parseDocument({
      bytes: body,
      url: response.contentLocation ?? response.url,
      timezone: source.timezone,
      now: at,
      limits: settings.limits,
      knownHashes,
      ...(response.contentType !== undefined && { contentType: response.contentType }),
      ...(source.language !== undefined && { language: source.language }),
    });
  const parsed = parse(knownEntryHashes(state.entryHashes, source));
  if (parsed.kind === 'failed') return { kind: 'unreadable', response, failure: parsed.failure };

  const drafts = normaliseFeed(parsed.feed, source, at);
  const isReadAnew = state.bodyHash !== undefined && !isReadAlike(state.entryHashes, source);
  const entries = parsed.feed.entries.length + parsed.feed.knownHashes.length;
  const whole = () => {
    if (parsed.feed.knownHashes.length === 0) return drafts;
    const again = parse(new Set());
    return again.kind === 'feed' ? normaliseFeed(again.feed, source, at) : drafts;
  };
  const document = { sourceId: source.id, url: response.url, at, isReadAnew, state, entries, whole };
  const { ingested, remembered } = await takeIn(drafts, { source, rules }, document, { ...deps, settings });
  if (parsed.feed.entries.length > 0 && !response.delta) await deps.originals.keep(originalOf(fetched, source, at));
  return { kind: 'feed', response, facts: feedFacts(parsed.feed, source, { hash, ingested, remembered, now: at }) };
}

function originalOf(
  { body, gzip, url, contentType, contentLocation }: FetchedBody,
  source: Source,
  now: number,
): FreshOriginal {
  return {
    sourceId: source.id,
    sourceUrl: source.url,
    url,
    body,
    ...(gzip !== undefined && { gzip }),
    fetchedAt: now,
    ...(contentType !== undefined && { contentType }),
    ...(contentLocation !== undefined && { contentLocation }),
  };
}

interface Reading {
  readonly hash: string;
  readonly ingested: Ingested;
  readonly remembered: TakenIn['remembered'];
  readonly now: number;
}

function feedFacts(feed: ParsedFeed, source: Source, { hash, ingested, remembered, now }: Reading): FeedFacts {
  const read = feed.entries.map(({ rawHash }) => rawHash);
  // One entry without a hash means that the document could not be cut: then none is remembered.
  const cut = read.every((rawHash) => rawHash !== undefined);
  return {
    bodyHash: hash,
    entryHashes: packEntryHashes(cut ? [...feed.knownHashes, ...read] : [], source),
    ...(feed.title !== undefined && { title: feed.title }),
    ...(feed.link !== undefined && { link: feed.link }),
    hubs: feed.hubs,
    ...(feed.self !== undefined && { self: feed.self }),
    hints: feed.hints,
    publishedTimes: feed.entries.flatMap(({ published }) =>
      published !== undefined && published <= now ? [published] : [],
    ),
    entries: feed.entries.length + feed.knownHashes.length,
    added: ingested.added,
    addedTimes: ingested.decisions.flatMap(({ kind, entry }) =>
      kind === 'added' && entry.draft.publishedAt !== undefined ? [entry.draft.publishedAt] : [],
    ),
    changed: ingested.changed,
    remembered,
    issues: [...new Set(feed.issues.map(({ code }) => code))],
  };
}
