/** How does a fetched or pushed document become posts, and what changes in the state of its source? */
import type { CheckResult, FeedFacts, Response } from '../../model/check.ts';
import type { ParsedFeed, ParseIssue } from '../../model/feed.ts';
import type { FetchedBody } from '../../model/fetch-outcome.ts';
import type { Draft } from '../../model/post.ts';
import type { Settings, Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { NewLastDocument, LastDocuments } from '../../ports/last-documents.ts';
import type { NearDuplicates } from '../../ports/near-duplicates.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Takedowns } from '../../ports/takedowns.ts';
import type { Trace } from '../../ports/trace.ts';
import {
  bodyHash,
  entryHash,
  hashesToKeep,
  isReadAlike,
  isWholeDue,
  knownEntryHashes,
} from '../../stages/identify/body.ts';
import { normaliseFeed } from '../../stages/normalise/normalise.ts';
import { parseDocument } from '../../stages/parse/parse.ts';
import type { PreparedSource } from '../running-config.ts';
import { ingestDocument } from '../ingest/ingest-document.ts';

/** The context for reading a document. */
export interface ReadDeps {
  readonly posts: Posts;
  readonly nearDuplicates: NearDuplicates;
  readonly trace: Trace;
  readonly lastDocuments: LastDocuments;
  readonly held: HeldStore;
  readonly takedowns?: Pick<Takedowns, 'find'>;
  readonly now: () => number;
}

interface ReadDocument {
  readonly kind: 'read';
  readonly response: Response;
  readonly at: number;
  readonly drafts: readonly Draft[];
  /** The drafts of all entries, including known ones. */
  readonly whole: () => readonly Draft[];
  readonly facts: ReadFacts;
  /** Absent if the document is empty, or does not contain all entries of the source. */
  readonly original?: NewLastDocument;
}

/** Facts from the document alone, before its entries are ingested. */
type ReadFacts = Omit<FeedFacts, 'added' | 'addedTimes' | 'changed' | 'remembered'>;

/**
 * The steps for a body: hash -> parse -> normalise, synchronously; then ingest. During the ingest a body that came as
 * a gzip file is held only in compressed form, to save memory while many documents are read.
 */
export function readDocument(
  fetched: FetchedBody,
  prepared: PreparedSource,
  state: SourceState,
  settings: Settings,
  deps: ReadDeps,
): Promise<CheckResult> {
  const read = readBody(fetched, prepared.source, state, settings, deps.now());
  return read.kind === 'read' ? takeDocumentIn(read, prepared, state, settings, deps) : Promise.resolve(read);
}

function readBody(
  { body, again, gzip, ...response }: FetchedBody,
  source: Source,
  state: SourceState,
  { limits, keep, html }: Settings,
  at: number,
): ReadDocument | Exclude<CheckResult, { kind: 'feed' }> {
  const hash = bodyHash(body, source);
  const isWhole = isWholeDue(state, source, keep.memoryMs, at);
  if (hash === state.bodyHash && !isWhole) return { kind: 'unchanged', response };

  const parse = (bytes: Uint8Array, knownHashes: ReadonlySet<string>) =>
    parseDocument({
      bytes,
      url: response.contentLocation ?? response.url,
      timezone: source.timezone,
      ...(source.isPrivate === true && { isPrivate: true }),
      now: at,
      limits,
      knownHashes,
      hash: entryHash,
      ...(response.contentType !== undefined && { contentType: response.contentType }),
      ...(source.language !== undefined && { language: source.language }),
    });
  const parsed = parse(body, isWhole ? new Set() : knownEntryHashes(state.entryHashes, source));
  if (parsed.kind === 'failed') return { kind: 'unreadable', response, failure: parsed.failure };

  const { feed } = parsed;
  const drafts = normaliseFeed(feed, source, at, html);
  const isPartlyKnown = feed.knownHashes.length > 0;
  const whole = () => {
    const all = isPartlyKnown ? parse(again(), new Set()) : undefined;
    return all?.kind === 'feed' ? normaliseFeed(all.feed, source, at, html) : drafts;
  };
  const isWorthKeeping = feed.entries.length > 0 && !response.delta;
  return {
    kind: 'read',
    response,
    at,
    drafts,
    whole,
    facts: { ...readFacts(feed, source, hash, at, response.issues), isWhole: !isPartlyKnown && !response.delta },
    ...(isWorthKeeping && {
      original: {
        sourceId: source.id,
        sourceUrl: source.url,
        url: response.url,
        again,
        ...(gzip !== undefined && { gzip }),
        fetchedAt: at,
        ...(response.contentType !== undefined && { contentType: response.contentType }),
        ...(response.contentLocation !== undefined && { contentLocation: response.contentLocation }),
      },
    }),
  };
}

/**
 * Stores the document while its entries are ingested, since they are independent. Waits for both to end, so that a
 * retried job never runs beside its former run.
 */
async function takeDocumentIn(
  { response, at, drafts, whole, facts, original }: ReadDocument,
  prepared: PreparedSource,
  state: SourceState,
  settings: Settings,
  deps: ReadDeps,
): Promise<CheckResult> {
  const { source } = prepared;
  const isReadAnew = state.bodyHash !== undefined && !isReadAlike(state.entryHashes, source);
  const document = { sourceId: source.id, url: response.url, at, isReadAnew, state, entries: facts.entries, whole };
  const [taken, kept] = await Promise.allSettled([
    ingestDocument(drafts, prepared, document, { ...deps, settings }),
    original === undefined ? undefined : deps.lastDocuments.store(original),
  ]);
  if (taken.status === 'rejected') throw taken.reason;
  if (kept.status === 'rejected') throw kept.reason;
  const { ingested, remembered } = taken.value;
  const { added, changed, decisions } = ingested;
  const addedTimes = decisions.flatMap(({ kind, entry }) =>
    kind === 'added' && entry.draft.publishedAt !== undefined ? [entry.draft.publishedAt] : [],
  );
  return { kind: 'feed', response, facts: { ...facts, added, addedTimes, changed, remembered } };
}

function readFacts(
  feed: ParsedFeed,
  source: Source,
  hash: string,
  now: number,
  transferIssues: readonly ParseIssue[] = [],
): ReadFacts {
  const read = feed.entries.map(({ rawHash }) => rawHash);
  // An entry without a hash means that the document could not be cut into entries: then no hashes are stored.
  const cut = read.every((rawHash) => rawHash !== undefined);
  return {
    bodyHash: hash,
    entryHashes: hashesToKeep(cut ? [...feed.knownHashes, ...read] : [], source),
    ...(feed.title !== undefined && { title: feed.title }),
    ...(feed.link !== undefined && { link: feed.link }),
    hubs: feed.hubs,
    ...(feed.self !== undefined && { self: feed.self }),
    hints: feed.hints,
    publishedTimes: feed.entries.flatMap(({ published }) =>
      published !== undefined && published <= now ? [published] : [],
    ),
    entries: feed.entries.length + feed.knownHashes.length,
    issues: [...new Set([...transferIssues, ...feed.issues].map(({ code }) => code))],
  };
}
