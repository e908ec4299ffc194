/** How does the operator remove posts, and undo it, on the admin pages? */
import {
  type ActionResult,
  type AdminView,
  type RemovedPost,
  TAKEDOWN_ACTIONS,
  type TakedownAction,
} from '../../model/admin.ts';
import type { Settings } from '../../model/settings.ts';
import type { Posts } from '../../ports/posts.ts';
import { purgeSource } from './purge-source.ts';
import { type RemoveDeps, removePosts, restorePost } from './remove-post.ts';

export interface TakedownDeps extends RemoveDeps {
  readonly settings: () => Settings;
  readonly posts: RemoveDeps['posts'] & Pick<Posts, 'get' | 'count' | 'latest'>;
}

const POSTS_SHOWN = 100;
const POST_ID = /^[0-9a-f]{16}$/u;

/** @param path  below `/admin/`; undefined for a page that is not there */
export async function takedownView(
  path: string,
  query: URLSearchParams,
  { posts, takedowns }: TakedownDeps,
): Promise<AdminView | undefined> {
  const [page = '', id = '', action, ...rest] = path.split('/');
  if (rest.length > 0) return undefined;
  if (page === 'removed' && id === '' && action === undefined) {
    const removed = await takedowns.latest(POSTS_SHOWN);
    const stories = await Promise.all(removed.map((takedown) => takedowns.story(takedown.id)));
    const done = TAKEDOWN_ACTIONS.find((name) => name === query.get('done'));
    const result = query.get('result') === 'unknown' ? 'unknown' : 'done';
    return {
      kind: 'removed',
      posts: removed.map(({ keys, ...takedown }, index): RemovedPost => {
        const title = stories[index]?.post.title;
        return { ...takedown, ...(title !== undefined && { title }) };
      }),
      ...(done !== undefined && { done: { action: done, result } }),
    };
  }
  if (page === 'post' && action === 'remove' && POST_ID.test(id)) {
    const [post] = await posts.get([id]);
    return post === undefined ? undefined : { kind: 'confirm-remove', post };
  }
  if (page === 'source' && action === 'purge' && id !== '') {
    const count = await posts.count({ kind: 'source', id });
    return count === 0 ? undefined : { kind: 'confirm-purge', sourceId: id, posts: count };
  }
  return undefined;
}

/**
 * Runs the action; a worker then publishes the dirty keys.
 *
 * @param id  of a post, or of a source for `purge`
 */
export async function takedownAct(
  action: TakedownAction,
  id: string,
  why: string,
  deps: TakedownDeps,
  now: number,
): Promise<ActionResult> {
  switch (action) {
    case 'remove':
      if (!POST_ID.test(id)) return 'unknown';
      return (await removePosts(id, why === '' ? undefined : why, deps, now)).length > 0 ? 'done' : 'unknown';
    case 'restore':
      return (await restorePost(id, deps, now)).kind === 'unknown' ? 'unknown' : 'done';
    case 'purge': {
      const { categories } = deps.settings();
      const { removed, kept } = await purgeSource(id, { ...deps, categories }, now);
      return removed + kept > 0 ? 'done' : 'unknown';
    }
  }
}
