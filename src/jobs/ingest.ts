/** How do the entries of one document become posts, each exactly once? */
import { InvariantError, StoreError } from '../model/errors.ts';
import type { Markup } from '../model/feed.ts';
import type { Draft, Post } from '../model/post.ts';
import type { HtmlSettings } from '../model/settings.ts';
import type { Claimed, Posts, PostWrite } from '../ports.ts';
import type { Identified } from '../stages/identify/identify.ts';
import { judge } from '../stages/judge/judge.ts';
import { alsoFrom, changedPost, newPost, type SafeHtml } from '../stages/judge/posts.ts';
import { sanitiseHtml } from '../stages/sanitise/sanitise.ts';

/** How often a document is claimed anew when others write the same stories at the same moment. */
const MOST_ATTEMPTS = 8;

/** How many entries ended how. */
export interface Ingested {
  readonly added: number;
  readonly changed: number;
  /** Stories another source told first. */
  readonly joined: number;
}

interface Placed {
  readonly entry: Identified;
  readonly place: number;
}

/**
 * claim -> judge -> sanitise (new and changed only) -> save. Twice the same changes nothing; a write that
 * another worker overtook is claimed and judged again.
 *
 * @throws StoreError when the store cannot be reached; what was saved by then is whole
 */
export async function ingest(
  entries: readonly Identified[],
  html: HtmlSettings,
  posts: Posts,
  now: number,
): Promise<Ingested> {
  const total = { added: 0, changed: 0, joined: 0 };
  let left: readonly Placed[] = entries.map((entry, place) => ({ entry, place }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MOST_ATTEMPTS) throw new StoreError(`${left.length} posts were overtaken ${MOST_ATTEMPTS} times`);
    const claimed = await posts.claim(
      left.map(({ entry }) => entry),
      now,
    );
    const judged = left.map((placed, index) => ({ ...placed, ...judgementOf(placed.entry, claimed[index]) }));
    const firsts = onlyFirst(judged);
    const existing = await existingPosts(firsts, posts);
    const writes = firsts.flatMap((item) => writeOf(item, existing, html, now));
    const refused = new Set(
      await posts.save(
        writes.map(({ write }) => write),
        now,
      ),
    );
    for (const { write, counts } of writes) if (!refused.has(write.post.id)) total[counts] += 1;
    left = firsts.filter(({ id }) => refused.has(id));
  }
  return total;
}

type Judged = Placed & ReturnType<typeof judgementOf>;

function judgementOf(entry: Identified, claimed: Claimed | undefined) {
  if (claimed === undefined) throw new InvariantError('a claim was not answered');
  return { id: claimed.id, judgement: judge(entry, claimed.stored) };
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

interface CountedWrite {
  readonly write: PostWrite;
  readonly counts: keyof Ingested;
}

function writeOf(
  { entry, place, id, judgement }: Judged,
  existing: ReadonlyMap<string, Post>,
  html: HtmlSettings,
  now: number,
): readonly CountedWrite[] {
  const { draft, sourceKey, titleKey, fingerprint } = entry;
  const mark = { sourceKey, titleKey, fingerprint };
  const before = existing.get(id);
  switch (judgement.kind) {
    case 'known':
    case 'forgotten':
      return [];
    case 'new': {
      const post = newPost(id, draft, safeHtml(draft, html), { at: now, place });
      return [{ counts: 'added', write: { mark, post, expectedVersion: 0 } }];
    }
    case 'changed': {
      if (before === undefined) return [];
      const { announced, version } = judgement;
      const post = changedPost(before, draft, safeHtml(draft, html), { announced, now });
      return [{ counts: 'changed', write: { mark, post, expectedVersion: version } }];
    }
    case 'duplicate': {
      const post = before === undefined ? undefined : alsoFrom(before, draft);
      if (post === undefined) return [];
      return [{ counts: 'joined', write: { post, expectedVersion: judgement.version } }];
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
