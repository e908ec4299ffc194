/** Which doors lead outside, and what may be expected of whoever stands behind them? */
import type { CallOutcome } from './model/call-outcome.ts';
import type { HubCapacity, HubSubscription, HubTask } from './model/hub-subscription.ts';
import type { HeldEntries, HeldEntry } from './model/held-entry.ts';
import type { FetchedBody, FetchOutcome } from './model/fetch-outcome.ts';
import type { FeedScope, RenderedDocument, StoredDocument } from './model/output.ts';
import type { Post, PostSource } from './model/post.ts';
import type { FetchSettings, HostBudget } from './model/settings.ts';
import type { HeldState, SourceState } from './model/source-state.ts';
import type { HubPush, HubStanding } from './model/source-subscription.ts';
import type { TraceEvent, TraceNote } from './model/trace.ts';

export interface FetchRequest {
  readonly url: string;
  /** Sent as they are; validators and credentials included. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that the conditional headers belong to, and the only one that gets them; `url` if absent. */
  readonly validatorsFor?: string;
  readonly settings: FetchSettings;
}

/** Fetches one address, redirects followed. Never throws for what an origin does: that is an outcome. */
export interface Fetcher {
  /** @throws only the signal's reason, when aborted. */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchOutcome>;
  close(): Promise<void>;
}

export interface CallRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly settings: FetchSettings;
  /** So much of the answer is read; the rest is thrown away. */
  readonly maxAnswerBytes: number;
}

/**
 * One request to an address that a stranger named, under the same guard as the fetcher: private networks only where
 * `settings.allow` opens them. Never throws for what the other side does.
 */
export interface Caller {
  /** @throws only the signal's reason, when aborted. */
  call(request: CallRequest, signal: AbortSignal): Promise<CallOutcome>;
  close(): Promise<void>;
}

export interface DueSource {
  readonly sourceId: string;
  /** The `nextCheckAt` that made it due; part of the job's id. */
  readonly dueAt: number;
  /** As in its state: whose budget the check is on must be known before the state is read. */
  readonly adoptedUrl?: string;
  readonly adoptedFrom?: string;
}

export type Opened =
  | { readonly kind: 'open'; readonly state: SourceState }
  /** No slot for this host now; come back then, or when woken by the close that frees one. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** The host rests (Retry-After) for longer than a job should wait: the check is put off, not made. */
  | { readonly kind: 'rest'; readonly untilMs: number; readonly state: SourceState }
  /** Another check of this source is under way, it was checked since, or it is paused or unknown. */
  | { readonly kind: 'taken' };

/**
 * When each source is due, and what is remembered of it. Every call is one round trip and atomic.
 * A claimed source that is never closed is due again when its lease ends.
 */
export interface Checks {
  /** Makes the known sources exactly these; new ones become due, spread over `spreadMs`. May be called twice. */
  sync(sourceIds: readonly string[], now: number, spreadMs: number): Promise<{ added: number; removed: number }>;
  /** Up to `limit` due sources, each moved `leaseMs` into the future so that nobody else gets it. */
  claimDue(now: number, limit: number, leaseMs: number): Promise<readonly DueSource[]>;
  /** Takes the source and a slot of its host's budget for at most `leaseMs`, and reads the state. */
  open(check: CheckOpening): Promise<Opened>;
  /**
   * Writes the state, moves the due time, gives back source and slot. Called twice, or by one who has
   * lost the source to another holder, it changes nothing.
   * @returns holders that waited for the slot and may come back now
   */
  close(check: CheckClosing): Promise<readonly string[]>;
  read(sourceIds: readonly string[]): Promise<readonly (SourceState | undefined)[]>;
  /** Replaces the state outside a check (pause, resume, reset). False, and nothing done, while a check is under way. */
  write(sourceId: string, state: SourceState, now: number): Promise<boolean>;
  /** Makes the next check due then, unless it is due sooner or the source is paused; the state stays as it is. */
  hasten(sourceId: string, at: number): Promise<void>;
}

export interface CheckOpening {
  readonly sourceId: string;
  /** Names the holder, so that a job tried again gets its own source back. */
  readonly holder: string;
  /** The due time the check is for: a source checked since then is not checked again. */
  readonly dueAt: number;
  readonly budgetKey: string;
  readonly budget: HostBudget;
  readonly now: number;
  readonly leaseMs: number;
}

export interface CheckClosing {
  readonly sourceId: string;
  readonly holder: string;
  readonly budgetKey: string;
  readonly state: SourceState;
  /** The whole budget rests until then (Retry-After). */
  readonly hostRestsUntil?: number;
  readonly now: number;
}

/** What an entry is known by. */
export interface Claim {
  /** The id it gets if nobody knows it, 16 hex digits. */
  readonly id: string;
  /** Of the source that offers it, 16 hex digits. */
  readonly sourceKey: string;
  /** Of the title, 8 hex digits: tells apart two entries of one source that share nothing but a link. */
  readonly titleKey: string;
  /** What identifies it, strongest first. */
  readonly keys: readonly ClaimKey[];
  /** When its source published it; absent where it does not say. */
  readonly moment?: Moment;
}

export interface Moment {
  readonly sourceId: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface ClaimKey {
  /** 16 hex digits. */
  readonly hash: string;
  /**
   * `own`: decides alone (guid in its source, hash of the text). `shared`: a canonical link, which may belong to
   * another source; in the same source it decides only for an entry with the same title or without a guid.
   */
  readonly kind: 'own' | 'shared';
}

/** What the store knew under a claim's keys. */
export interface Claimed {
  /** What the entry is known by, for ever; the id of its post, if it has one of its own. */
  readonly id: string;
  /** Which of the keys it was known by, 0 for the first; absent for what was never saved. */
  readonly matched?: number;
  /** Of the entry itself. Absent: it is new (or was never saved). A `tombstone` may be its story's. */
  readonly stored?: StoredMark;
  /** The post of the story that it was joined to. */
  readonly storyId?: string;
  /** For a new entry: posts of other sources that have its link; they may not have been saved yet. */
  readonly linked?: readonly string[];
  /** For a new entry: some posts that its source published at the very same moment. */
  readonly sameMoment?: readonly string[];
}

/** What is remembered of an entry in a few bytes. */
export interface StoredMark {
  /** Of the visible text, 16 hex digits; zeros where it was joined to a story before it was saved. */
  readonly fingerprint: string;
  /** The claim's own, if the source is the same; else something else. */
  readonly sourceKey: string;
  readonly version: number;
  /** Expired or dropped: remembered, not to be published again. */
  readonly tombstone: boolean;
}

export interface EntryMark {
  readonly sourceKey: string;
  readonly titleKey: string;
  readonly fingerprint: string;
}

export interface PostWrite {
  readonly post: Post;
  /** What the post's own entry is remembered by; absent: as before. */
  readonly mark?: EntryMark;
  /** Version that was read, 0 for a new post; another one in the store refuses the write. */
  readonly expectedVersion: number;
  /** All tellings of its story, each as a post of its own, under the entry's id; none for a single one; absent: as before. */
  readonly tellings?: readonly Post[];
  /** Entries that are part of its story from now on. */
  readonly joins?: readonly Join[];
  /** The entry stands alone from now on: no link joins it to another. */
  readonly apart?: boolean;
}

/** If the entry has a post of its own, that goes, and what was joined to it is joined to the story. */
export interface Join {
  readonly id: string;
  /** 0 for an entry that was never saved; another one in the store refuses the whole write. */
  readonly expectedVersion: number;
  /** Absent: as before. */
  readonly mark?: EntryMark;
}

/** A post with all that is told of its story. */
export interface StoredStory {
  /** Of the post. */
  readonly id: string;
  /** 0 where nothing was ever saved. */
  readonly version: number;
  readonly tombstone: boolean;
  readonly post?: Post;
  /** Empty where the post is the only one. */
  readonly tellings: readonly StoredTelling[];
}

export interface StoredTelling {
  readonly telling: Post;
  /** Of the entry. */
  readonly version: number;
}

export interface LatestQuery {
  readonly scope: FeedScope;
  readonly limit: number;
  /** Only posts published at or after this time, epoch ms. */
  readonly since?: number;
  /** Only posts older than this position, exclusive. */
  readonly before?: { readonly publishedAt: number; readonly id: string };
}

export interface OldestQuery {
  readonly scope: FeedScope;
  readonly limit: number;
  /** Only posts published up to this time, epoch ms. */
  readonly until?: number;
  /** Only what lies beyond this many newest ones. */
  readonly beyond?: number;
}

/** Posts and what identifies them. */
export interface Posts {
  /** One atomic round trip for a whole document. Doing it twice changes nothing. */
  claim(claims: readonly Claim[], now: number): Promise<readonly Claimed[]>;
  /** What `claim` would answer; nothing is written down. */
  peek(claims: readonly Claim[], now: number): Promise<readonly Claimed[]>;
  /** Writes posts, their place in feeds and the list of touched scopes in one step; gives back the ids refused by version. */
  save(writes: readonly PostWrite[], now: number): Promise<readonly string[]>;
  /** For an entry that was joined to a story, the story's post. */
  get(ids: readonly string[]): Promise<readonly (Post | undefined)[]>;
  /** The story of each entry; one without a post where there is none. */
  stories(ids: readonly string[]): Promise<readonly StoredStory[]>;
  /** Newest first by `publishedAt`, then by id. */
  latest(query: LatestQuery): Promise<readonly Post[]>;
  /** Oldest first. */
  oldest(query: OldestQuery): Promise<readonly Post[]>;
  count(scope: FeedScope): Promise<number>;
  /** What `PostWrite.expectedVersion` must be; undefined for what was never saved. */
  versions(ids: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Removes posts and leaves tombstones. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Removes posts of which nothing is remembered but their keys: the entries are new again, under the same ids. Posts
   * of stories that other entries tell too stay.
   */
  withdraw(ids: readonly string[]): Promise<void>;
}

/** A new entry, as the search for other tellings of its story sees it. */
export interface Telling {
  /** Of the entry, 16 hex digits. */
  readonly id: string;
  /** 16 hex digits. */
  readonly sourceKey: string;
  readonly categories: readonly string[];
  /** Epoch ms. */
  readonly publishedAt: number;
  /** What its text is compared by; 43 bytes. */
  readonly signature: Uint8Array;
  /** 32-bit keys: who shares one may tell the same story. */
  readonly bands: readonly number[];
}

/** An entry that may tell the same story. */
export interface Told {
  readonly id: string;
  /** Epoch ms, whole seconds. */
  readonly publishedAt: number;
  readonly signature: Uint8Array;
}

/** Near-duplicates: the texts of late. */
export interface Similar {
  /**
   * One atomic round trip for a whole document: remembers the entries for `windowMs`, and gives back for each what
   * entries of other sources, with a category in common and published within `windowMs` of it, may tell the same
   * story. Of two entries that come at the same time the later one is given the earlier. Doing it twice changes
   * nothing; with another text, what it said before is remembered too.
   */
  exchange(tellings: readonly Telling[], windowMs: number, now: number): Promise<readonly (readonly Told[])[]>;
  /** No text is like that of these entries, for ever. */
  setApart(ids: readonly string[]): Promise<void>;
}

/** Entries that the flood guard holds back until the operator decides. */
export interface Held {
  /**
   * Keeps entries that nobody knows, and remembers them as forgotten, so that they are not new again, in one step. Twice the
   * same changes nothing; what was kept before takes its new form.
   */
  hold(sourceId: string, reason: string, entries: readonly HeldEntry[], now: number): Promise<void>;
  /** By source: since when, why, how many. One round trip. */
  summaries(): Promise<ReadonlyMap<string, HeldState>>;
  entries(sourceId: string): Promise<HeldEntries>;
  /** They are unknown again, those apart that became posts. They are still held. */
  exhume(ids: readonly string[]): Promise<void>;
  /** They are held no more. */
  drop(sourceId: string, ids: readonly string[]): Promise<void>;
}

/** For entries that come under another guid than before. */
export interface Renames {
  /** From now on each key stands for this entry. */
  reassign(keys: readonly { readonly hash: string; readonly id: string }[]): Promise<void>;
}

/** What was touched since it was last published (a transactional outbox). */
export interface Outbox {
  /** The few: `all`, `category:SLUG`, `site`. */
  touched(): Promise<readonly Touched[]>;
  /** How many of the many there are. */
  restCount(): Promise<number>;
  /**
   * Some of the many, about `limit`: `tag:TAG`, `source:ID`, `post:ID`, `gone:ID:PUBLISHED-AT`; `page:ID` for a post and
   * `archive:SCOPE` for a group that look different although no post changed.
   */
  rest(limit: number): Promise<readonly Touched[]>;
  /** Done, unless touched again since it was read. */
  done(touched: readonly Touched[]): Promise<void>;
  /** For what changes without a post, such as a new config: some of the few. */
  touch(keys: readonly string[]): Promise<void>;
  /** Each post and each group is to be written anew. @returns how many posts */
  touchEverything(): Promise<number>;
  /** What the look of everything that was written depends on; undefined before anything was. */
  look(): Promise<string | undefined>;
  setLook(look: string): Promise<void>;
}

export interface Touched {
  readonly key: string;
  readonly version: string;
}

/** What became of each entry, for about a month. Bounded: what does not fit is counted and not kept. */
export interface Trace {
  /** One round trip. Called twice, it may hold an event twice, but never one that is noted `once`. */
  note(notes: readonly TraceNote[], now: number): Promise<void>;
  /** All events under these keys, 16 hex digits each, oldest first; and how many of late found no place. */
  find(keys: readonly string[], now: number): Promise<Traced>;
}

export interface Traced {
  readonly events: readonly TraceEvent[];
  readonly lost: number;
}

/** The last document of a source, as it came; what `plan` reads again. */
export interface Original {
  readonly sourceId: string;
  /** The configured address that it was fetched for, and the one that gave it, after redirects. */
  readonly sourceUrl: string;
  readonly url: string;
  /** Decompressed. */
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly contentLocation?: string;
  /** Epoch ms. */
  readonly fetchedAt: number;
}

/** A document that is to be kept; `gzip` is its body as it came, if that was a gzip file. */
export type FreshOriginal = Omit<Original, 'body'> & Pick<FetchedBody, 'gzip' | 'again'>;

/** Bounded altogether: those that have not changed for longest go first. */
export interface Originals {
  /** At most one a source and hour; too large a document is not kept. */
  keep(original: FreshOriginal): Promise<void>;
  get(sourceId: string): Promise<Original | undefined>;
}

/** Puts finished documents where readers get them. Both calls may be repeated. */
export interface Publisher {
  /** @throws PublishError; what was there before stays readable. */
  publish(documents: readonly StoredDocument[]): Promise<void>;
  remove(paths: readonly string[]): Promise<void>;
}

export interface Invalidating {
  /** Tells the web servers that what they made themselves under these paths is out of date. */
  invalidate(paths: readonly string[]): Promise<void>;
}

/** The published documents, as the web server reads them. */
export interface Documents extends Publisher {
  get(path: string): Promise<StoredDocument | undefined>;
  paths(): Promise<readonly string[]>;
}

/** Adds what HTTP needs to a rendered document: strong ETag, compressed forms. */
export type Package = (document: RenderedDocument) => Promise<StoredDocument>;

/**
 * Who subscribed to which of our feeds. Each call is one atomic step and may be repeated.
 * A subscription counts for its callback's host and in the whole until it is dropped or has expired.
 */
export interface Subscriptions {
  /**
   * Saves a confirmed request; one that was made before the last confirmed one of its kind changes nothing.
   * What was delivered stays as it was; failures are forgotten, for the callback has just answered.
   */
  put(subscription: HubSubscription, capacity: HubCapacity): Promise<'saved' | 'outdated' | 'full'>;
  /** Ends one at its subscriber's wish, unless it was asked for anew after `askedAt`. */
  end(id: string, askedAt: number): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  /** Drops up to `limit` whose lease has ended. @returns how many */
  expire(now: number, limit: number): Promise<number>;
  get(ids: readonly string[]): Promise<readonly (HubSubscription | undefined)[]>;
  /** Ids of the subscriptions to these topics. */
  ofTopics(topics: readonly string[]): Promise<readonly string[]>;
  /** Writes how the last delivery went; nothing where the subscription is no more. */
  note(delivery: Pick<HubSubscription, 'id' | 'deliveredEtag' | 'failures' | 'failingSince'>): Promise<void>;
  count(): Promise<number>;
  /** Whether there is room for another subscription of this host; does not keep it. */
  hasRoom(callbackHost: string, capacity: HubCapacity): Promise<boolean>;
  /** Takes one of `most` slots for requests to this host, for at most `leaseMs`; false where none is free. */
  enter(callbackHost: string, holder: string, most: number, now: number, leaseMs: number): Promise<boolean>;
  leave(callbackHost: string, holder: string): Promise<void>;
  /** Counts a request under a name; false once there were more than `most` within `windowMs`. */
  admit(name: string, most: number, windowMs: number): Promise<boolean>;
  /** ETag of the version of a feed that an outer hub was last told of. */
  pinged(topic: string): Promise<string | undefined>;
  setPinged(topic: string, etag: string): Promise<void>;
}

/** The queue's jobs, as those who add them see it. Adding what already waits adds nothing. */
export interface JobQueue {
  /** Jobs of up to 50 checks each; neighbours come together, so those of one host should be neighbours. */
  addRefreshes(due: readonly DueSource[]): Promise<void>;
  /** How many checks wait for a worker, at most; those that wait for their time are not counted. */
  refreshBacklog(): Promise<number>;
  /** A job of its own for each check, not before its time; what was woken meanwhile comes at once. */
  park(checks: readonly ParkedCheck[]): Promise<void>;
  /** One job a scope key; `posts` for all touched posts together. */
  addPublishes(keys: readonly string[]): Promise<void>;
  /** Deliveries and pings wait once for each subscription or topic; one added while it runs runs after it. */
  addHubTasks(tasks: readonly HubTask[]): Promise<void>;
  /** Brings checks that waited for a host's slot back at once, or as soon as they are parked. */
  wake(holders: readonly string[]): Promise<void>;
}

/** A check that is to be tried again. */
export interface ParkedCheck {
  readonly due: DueSource;
  readonly atMs: number;
}

/** What a job says to the queue when it is not done yet. */
export type JobResult = { readonly kind: 'done' } | { readonly kind: 'later'; readonly atMs: number };

/** A request that is no check of a source, to a host that may have a budget. */
export interface HostEntry {
  /** The same when it is tried again. */
  readonly holder: string;
  readonly budgetKey: string;
  readonly budget: HostBudget;
  readonly now: number;
  readonly leaseMs: number;
}

/** The budgets of hosts, for requests beside the checks. */
export interface HostBudgets {
  /** Takes a slot, for at most `leaseMs`. One that has to wait keeps its place until then. */
  enter(entry: HostEntry): Promise<{ readonly kind: 'open' } | { readonly kind: 'wait'; readonly untilMs: number }>;
  /** @returns checks that waited for the slot and may come back now */
  leave(holder: string, budgetKey: string, restsUntil: number | undefined, now: number): Promise<readonly string[]>;
}

export interface VersionedStanding {
  readonly standing: HubStanding;
  /** 1 or more; 0 stands for one that is not there yet. */
  readonly version: number;
}

/** How we stand with the hubs of our sources. Each call is one atomic round trip. */
export interface Standings {
  get(sourceIds: readonly string[]): Promise<readonly (VersionedStanding | undefined)[]>;
  /** Writes it, and makes its callbacks known and the former ones unknown; false where it was changed since it was read. */
  put(standing: HubStanding, expectedVersion: number): Promise<boolean>;
  /** The source that a callback belongs to. */
  sourceOf(callbackId: string): Promise<string | undefined>;
  /**
   * Up to `limit` sources with something to do about their orders, each put off by `leaseMs` so that nobody else gets it, and as many
   * that have notifications to be read.
   */
  claimDue(
    now: number,
    limit: number,
    leaseMs: number,
  ): Promise<{ readonly due: readonly string[]; readonly pushed: readonly string[] }>;
  /** Makes those of them due that have a standing. */
  touch(sourceIds: readonly string[], now: number): Promise<void>;
  /** Sources with a standing. */
  all(): Promise<readonly string[]>;
  /** Notes the address that callbacks are below; true where it was another before. */
  useSite(site: string): Promise<boolean>;
  /** Keeps a notification until it is read; false where `most` of this source wait already. */
  addPush(push: HubPush, most: number): Promise<boolean>;
  /** The oldest that waits; it stays until it is dropped. */
  firstPush(sourceId: string): Promise<HubPush | undefined>;
  dropPush(sourceId: string): Promise<void>;
}

/** Work on standings. Adding what already waits adds nothing; what is added while it runs runs once more. */
export interface StandingJobs {
  addTending(sourceIds: readonly string[]): Promise<void>;
  addReading(sourceIds: readonly string[]): Promise<void>;
}

export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export type { PostSource };
