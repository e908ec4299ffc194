/** Which posts has the operator removed permanently? */
import type { Post } from '../model/post.ts';
import type { StoredStory } from './posts.ts';

export interface Takedown {
  /** Of the post, 16 hex digits. */
  readonly id: string;
  readonly sourceId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly why?: string;
  /** What an entry is recognised by, 16 hex digits each; see `takedownKeys`. */
  readonly keys: readonly string[];
}

/** What is needed to publish a removed story again. */
export interface RemovedStory {
  readonly post: Post;
  readonly tellings: readonly Post[];
}

export interface Takedowns {
  /**
   * Records the removal permanently; the text is kept for 30 days, so that a mistake can be undone. May be repeated.
   */
  add(takedown: Takedown, story: RemovedStory): Promise<void>;
  get(ids: readonly string[]): Promise<readonly (Takedown | undefined)[]>;
  /** For each list of keys, the id of the removed post that one of them belongs to. One round trip. */
  find(keys: readonly (readonly string[])[]): Promise<readonly (string | undefined)[]>;
  /** The latest first. */
  latest(limit: number): Promise<readonly Takedown[]>;
  /** The text of a removed story, while it is kept. */
  story(id: string): Promise<RemovedStory | undefined>;
  /** Undoes a removal: entries of the post are published again when they are offered. May be repeated. */
  drop(id: string): Promise<void>;
}

export function removedStory({ post, tellings }: StoredStory): RemovedStory | undefined {
  return post === undefined ? undefined : { post, tellings: tellings.map(({ telling }) => telling) };
}
