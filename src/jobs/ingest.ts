/** How do the entries of one document become posts, each exactly once? */
import { InvariantError, StoreError } from '../model/errors.ts';
import type { Markup } from '../model/feed.ts';
import type { Draft, Post } from '../model/post.ts';
import type { HtmlSettings, Settings } from '../model/settings.ts';
import type { Claimed, Posts, PostWrite } from '../ports.ts';
import type { Identified } from '../stages/identify/identify.ts';
import { judge, type Judgement } from '../stages/judge/judge.ts';
import { alsoFrom, changedPost, newPost, type SafeHtml } from '../stages/judge/posts.ts';
import { sanitiseHtml } from '../stages/sanitise/sanitise.ts';
import type { DecisionKind, EntryDecision } from './decisions.ts';

/** How often a document is claimed anew when others write the same stories at the same moment. */
const MOST_ATTEMPTS = 8;

export interface IngestDeps {
  readonly settings: Pick<Settings, 'html' | 'duplicates' | 'categories'>;
  readonly posts: Posts;
  /** Which of the judged entries are not to become posts now, by what they are known by, each with the reason. */
  readonly holdBack?: (judged: readonly Judged[]) => Promise<ReadonlyMap<string, string>>;
}

/** An entry after it was claimed and judged. */
export interface Judged {
  readonly entry: Identified;
  /** In the document, 0 for the first. */
  readonly place: number;
  /** What the entry is known by. */
  readonly id: string;
  readonly judgement: Judgement;
}

/** How many entries ended how. */
export interface Ingested {
  readonly added: number;
  readonly changed: number;
  /** Stories another source told first. */
  readonly joined: number;
  /** One for each entry, in no particular order. */
  readonly decisions: readonly EntryDecision[];
}

interface Placed {
  readonly entry: Identified;
  readonly place: number;
}

/**
 * claim -> judge -> hold back -> sanitise (new and changed only) -> save. Twice the same changes nothing; a write
 * that another worker overtook is claimed and judged again.
 *
 * @throws StoreError when the store cannot be reached; what was saved by then is whole
 */
export async function ingest(entries: readonly Identified[], deps: IngestDeps, now: number): Promise<Ingested> {
  const { posts, settings } = deps;
  const decisions: EntryDecision[] = [];
  let left: readonly Placed[] = entries.map((entry, place) => ({ entry, place }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MOST_ATTEMPTS) throw new StoreError(`${left.length} posts were overtaken ${MOST_ATTEMPTS} times`);
    const claimed = await posts.claim(
      left.map(({ entry }) => entry),
      now,
    );
    const judged = onlyFirst(left.map((placed, index) => judgedOne(placed, claimed[index])));
    const held = (await deps.holdBack?.(judged)) ?? new Map<string, string>();
    const existing = await existingPosts(judged, posts);
    const decided = judged.map((item) => decide(item, held.get(item.id), existing, settings.html, now));
    const refused = new Set(
      await posts.save(
        decided.flatMap(({ write }) => write ?? []),
        now,
      ),
    );
    const isRefused = ({ write }: Decided): boolean => write !== undefined && refused.has(write.post.id);
    decisions.push(...decided.flatMap((item) => (isRefused(item) ? [] : [item.decision])));
    left = decided.filter(isRefused).map(({ item }) => item);
  }
  const count = (...kinds: readonly DecisionKind[]): number =>
    decisions.filter(({ kind, before, after }) => kinds.includes(kind) && before !== after).length;
  return { added: count('added'), changed: count('changed'), joined: count('duplicate', 'similar'), decisions };
}

function judgedOne({ entry, place }: Placed, claimed: Claimed | undefined): Judged {
  if (claimed === undefined) throw new InvariantError('a claim was not answered');
  return { entry, place, id: claimed.id, judgement: judge(entry, claimed.stored) };
}

/** Two entries of one document that turn out to be one post: the first speaks for it. */
function onlyFirst(judged: readonly Judged[]): readonly Judged[] {
  const seen = new Set<string>();
  return judged.filter(({ id }) => !seen.has(id) && seen.add(id));
}

async function existingPosts(judged: readonly Judged[], posts: Posts): Promise<ReadonlyMap<string, Post>> {
  const ids = judged
    .filter(({ judgement }) => judgement.kind === 'changed' || judgement.kind === 'duplicate')
    .map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = await posts.get(ids);
  return new Map(found.flatMap((post) => (post === undefined ? [] : [[post.id, post] as const])));
}

interface Decided {
  readonly item: Judged;
  readonly decision: EntryDecision;
  readonly write?: PostWrite;
}

function decide(
  item: Judged,
  heldBecause: string | undefined,
  existing: ReadonlyMap<string, Post>,
  html: HtmlSettings,
  now: number,
): Decided {
  const { entry, place, id, judgement } = item;
  const { draft, sourceKey, titleKey, fingerprint } = entry;
  const mark = { sourceKey, titleKey, fingerprint };
  const before = existing.get(id);
  const decision = { entry, entryId: id, postId: id };
  if (heldBecause !== undefined) return { item, decision: { ...decision, kind: 'held', reason: heldBecause } };
  switch (judgement.kind) {
    case 'known':
    case 'forgotten':
      return { item, decision: { ...decision, kind: judgement.kind } };
    case 'new': {
      const after = newPost(id, draft, safeHtml(draft, html), { at: now, place });
      return {
        item,
        decision: { ...decision, kind: 'added', after },
        write: { mark, post: after, expectedVersion: 0 },
      };
    }
    case 'changed': {
      const { announced, version } = judgement;
      if (before === undefined) return { item, decision: { ...decision, kind: 'known' } };
      const after = changedPost(before, draft, safeHtml(draft, html), { announced, now });
      return {
        item,
        decision: { ...decision, kind: 'changed', announced, before, after },
        write: { mark, post: after, expectedVersion: version },
      };
    }
    case 'duplicate': {
      const after = before === undefined ? undefined : alsoFrom(before, draft);
      const facts = { ...decision, kind: 'duplicate', ...(before !== undefined && { before }) } as const;
      if (after === undefined) return { item, decision: { ...facts, ...(before !== undefined && { after: before }) } };
      return { item, decision: { ...facts, after }, write: { post: after, expectedVersion: judgement.version } };
    }
  }
}

function safeHtml({ content, summary }: Draft, policy: HtmlSettings): SafeHtml {
  const safe = (markup: Markup) => sanitiseHtml(markup, policy);
  return {
    ...(content !== undefined && { content: safe(content) }),
    ...(summary !== undefined && { summary: safe(summary) }),
  };
}
