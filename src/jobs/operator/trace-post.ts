/** Where does a post come from, which decisions were made on it, which feeds contain it, or why is there none? */
import type { FeedScope } from '../../model/output.ts';
import type { EntryLookup } from '../../model/entry-record.ts';
import { postPath, scopePath, tagHasPages } from '../../model/paths.ts';
import type { Draft, Post } from '../../model/post.ts';
import type { Source, WrittenAt } from '../../model/settings.ts';
import type { TraceEvent } from '../../model/trace.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { isWhole } from '../../stages/assemble/policy.ts';
import { identify } from '../../stages/identify/identify.ts';
import { keysMeant } from '../../stages/identify/lookups.ts';
import { currentFeed, type SiteDeps } from '../publish/site-documents.ts';

export interface PostTrace {
  /** Id of the post, or the one that it would have had. */
  readonly id: string;
  /** Absent if there is no post, or none any more. */
  readonly post?: Post;
  readonly address?: string;
  /** How much of its text is published; `full` unless its source has another setting. */
  readonly published?: 'full' | 'less';
  /** Position of its source in the config; absent for sources that left the config. */
  readonly configured?: WrittenAt;
  readonly feeds: readonly CarryingFeed[];
  /** Oldest first. */
  readonly events: readonly TraceEvent[];
}

export interface CarryingFeed {
  /** Without the suffix of a format: `/category/caijing`. */
  readonly path: string;
  /** 1 for the newest; absent if only archive pages have it (RFC 5005). */
  readonly place?: number;
  readonly of: number;
}

export interface TraceReport {
  /** One for each post or entry that may be meant. */
  readonly traces: readonly PostTrace[];
  /** Number of events of the last 30 days that were dropped for lack of room. */
  readonly lost: number;
}

export interface TracePostDeps extends SiteDeps {
  readonly posts: Posts;
  readonly trace: Trace;
}

/** Most stories that one link may mean; more would be a page about many. */
const MOST_TRACES = 10;

/** @param text  a post's id or address, an entry's link as offered or canonical, or its guid */
export async function tracePost(text: string, deps: TracePostDeps, now: number): Promise<TraceReport> {
  const settings = deps.settings();
  const meant = keysMeant(text);
  const noted = await deps.trace.find(meant, now);
  const known = await knownUnder(text, meant, settings.sources, deps.posts);
  const typed = meant.filter((key) => text.includes(key));
  const ids = [...new Set([...typed, ...known, ...noted.events.map(({ postId }) => postId)])].slice(0, MOST_TRACES);
  const traces: PostTrace[] = [];
  for (const id of ids) {
    const [post] = await deps.posts.get([id]);
    const { events } = await deps.trace.find([...new Set([id, post?.id ?? id])], now);
    const isListed = traces.some((other) => other.post !== undefined && other.post.id === post?.id);
    if (!isListed && (post !== undefined || events.length > 0)) traces.push(await traceOf(id, post, events, deps));
  }
  return { traces, lost: noted.lost };
}

async function traceOf(
  id: string,
  post: Post | undefined,
  events: readonly TraceEvent[],
  deps: TracePostDeps,
): Promise<PostTrace> {
  const settings = deps.settings();
  const sourceId = post?.source.id ?? events.at(-1)?.sourceId;
  const configured = settings.sources.find((source) => source.id === sourceId)?.writtenAt;
  return {
    id: post?.id ?? id,
    ...(post !== undefined && {
      post,
      address: `${settings.site.url}${postPath(post.id)}`,
      published: isWhole(post, settings) ? 'full' : 'less',
    }),
    ...(configured !== undefined && { configured }),
    feeds: post === undefined ? [] : await carryingFeeds(post, deps),
    events,
  };
}

async function carryingFeeds(post: Post, deps: TracePostDeps): Promise<readonly CarryingFeed[]> {
  const { categories } = deps.settings();
  const sourceIds = new Set([post.source.id, ...post.alsoFrom.map(({ source }) => source.id)]);
  const scopes: FeedScope[] = [
    ...categories.flatMap(({ slug }) => (post.categories.includes(slug) ? [{ kind: 'category', slug } as const] : [])),
    { kind: 'all' },
    ...[...sourceIds].map((id) => ({ kind: 'source', id }) as const),
    ...post.tags.flatMap((tag) => (tagHasPages(tag) ? [{ kind: 'tag', tag } as const] : [])),
  ];
  const feeds: CarryingFeed[] = [];
  for (const scope of scopes) {
    const { posts } = await currentFeed(scope, deps);
    const place = posts.findIndex(({ id }) => id === post.id);
    feeds.push({ path: scopePath(scope), of: posts.length, ...(place !== -1 && { place: place + 1 }) });
  }
  return feeds;
}

/** Posts recognised by the link, or by the guid within any source, however old they are. */
async function knownUnder(
  text: string,
  meant: readonly string[],
  sources: readonly Source[],
  posts: Posts,
): Promise<readonly string[]> {
  const byLink = meant.map((hash): EntryLookup => ({ ...NO_SOURCE, ids: [], keys: [hash] }));
  const byGuid = sources.flatMap((source): EntryLookup[] => {
    const [entry] = identify([{ ...NO_DRAFT, guid: text.trim(), source: { id: source.id, feedUrl: '' } }], source);
    const [key] = entry?.keys ?? [];
    return key === undefined ? [] : [{ ...NO_SOURCE, ids: [], keys: [key.hash] }];
  });
  const answers = await posts.lookUp([...byLink, ...byGuid]);
  return answers.flatMap(({ keys }) => keys.flatMap((found) => found?.record?.storyId ?? found?.id ?? []));
}

/** Belongs to no source: records are only read. */
const NO_SOURCE = { sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8) } as const;
const NO_DRAFT: Omit<Draft, 'source'> = { title: '', authors: [], categories: [], tags: [], enclosures: [] };
