/** Which parts of documents are cached and used again? */
import type { Post } from '../../model/post.ts';
import { hash64 } from '../../syntax/hash.ts';

export interface Fragment {
  readonly bytes: Uint8Array;
  /** Hash of the bytes, 16 hex digits. */
  readonly key: string;
}

/** A cache owned by the caller; dropping an entry only costs time. */
export interface FragmentCache {
  /** The fragment of this post, written by `write` unless the same post was written in this context before. */
  of(context: string, post: Post, write: (post: Post) => string): Fragment;
}

interface Kept {
  readonly post: Post;
  readonly fragment: Fragment;
}

/**
 * @param maxBytes  of fragments kept, and of the posts kept with them; the half that was not used for longest is
 * dropped together
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

/** Size of the large parts of a post; a post in several contexts counts in each. */
function textBytes({ title, summary, content }: Post): number {
  return title.length + (summary?.length ?? 0) + (content?.length ?? 0);
}

/**
 * Whether two versions of one post would be written in the same way. Revisions do not show it: further sources of a
 * story do not change them.
 */
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
