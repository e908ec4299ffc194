/** Which pieces of documents were written before and can be used again? */
import type { Post } from '../../model/post.ts';
import { hash64 } from '../../syntax/hash.ts';

export interface Fragment {
  readonly bytes: Uint8Array;
  /** Names the bytes, 16 hex digits. */
  readonly key: string;
}

/** Kept by the caller for as long as it likes; forgetting costs time only. */
export interface FragmentCache {
  /** The piece for this post, written by `write` unless this very post was written in this context before. */
  of(context: string, post: Post, write: (post: Post) => string): Fragment;
}

interface Kept {
  readonly post: Post;
  readonly fragment: Fragment;
}

/**
 * @param maxBytes  of fragments kept, and of the posts kept with them; the half not used for longest is forgotten at once
 */
export function createFragmentCache(maxBytes = 64 * 1024 * 1024): FragmentCache {
  let young = new Map<string, Kept>();
  let old = new Map<string, Kept>();
  let youngBytes = 0;

  function keep(name: string, kept: Kept): void {
    if (youngBytes > maxBytes / 2) {
      old = young;
      young = new Map();
      youngBytes = 0;
    }
    young.set(name, kept);
    youngBytes += kept.fragment.bytes.length + name.length + textBytes(kept.post);
  }

  return {
    of(context, post, write) {
      const name = `${context}\n${post.id}`;
      const fresh = young.get(name);
      if (fresh !== undefined && isSame(fresh.post, post)) return fresh.fragment;
      const aged = old.get(name);
      if (aged !== undefined && isSame(aged.post, post)) {
        old.delete(name);
        keep(name, aged);
        return aged.fragment;
      }
      const bytes = Buffer.from(write(post));
      const fragment = { bytes, key: hash64(bytes) };
      keep(name, { post, fragment });
      return fragment;
    },
  };
}

/** What is large in a post; one that is kept in several contexts counts in each. */
function textBytes({ title, summary, content }: Post): number {
  return title.length + (summary?.length ?? 0) + (content?.length ?? 0);
}

/** Whether two values of one post would be written alike. Revisions do not tell: other sources of a story come without one. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isRecord(a) || !isRecord(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  let fields = 0;
  for (const key in a) {
    if (!(key in b) || !isSame(a[key], b[key])) return false;
    fields += 1;
  }
  return fields === Object.keys(b).length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
