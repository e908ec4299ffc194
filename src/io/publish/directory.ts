/** How do documents become files that a static host can serve at any moment? */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { PublishError } from '../../model/errors.ts';
import type { StoredDocument } from '../../model/output.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { filePath } from './file-path.ts';

/** Unfinished files lie here, in the same file system, so that a rename is all that is left to do. */
const UNFINISHED = '.feedmill-unfinished';
/** Left by a crash, not by another process at work. */
const ABANDONED_AFTER_MS = 600_000;
/** Files at once; more only makes the disk seek. */
const BATCH = 8;

export interface DirectoryOptions {
  /** Made where it is missing. May hold other files too: only what is published here is ever touched. */
  readonly directory: string;
  /** Whether `.gz` and `.br` are put beside each file. */
  readonly compressed: boolean;
}

/**
 * Writes each document into a file of its own. A file is either the old or the new version, never a part: it is
 * finished elsewhere and renamed. What did not change is not touched, so its modification time stays.
 */
export function createDirectoryPublisher({ directory, compressed }: DirectoryOptions): Publisher {
  /** What this process knows to stand in a file, by its ETag. */
  const written = new Map<string, string>();
  const unfinished = join(directory, UNFINISHED);
  let cleaned: Promise<void> | undefined;
  let busy = 0;

  async function publish(documents: readonly StoredDocument[]): Promise<void> {
    await (cleaned ??= sweepUnfinished(directory, unfinished));
    busy += 1;
    try {
      for (let start = 0; start < documents.length; start += BATCH) {
        await all(documents.slice(start, start + BATCH).map((document) => put(document)));
      }
    } finally {
      busy -= 1;
      if (busy === 0) await rmdir(unfinished).catch(ignoring('ENOENT', 'ENOTEMPTY', 'EEXIST', 'EROFS'));
    }
  }

  async function put(document: StoredDocument): Promise<void> {
    const target = filePath(directory, document.path);
    const forms = formsOf(document, target, compressed);
    const ready: { readonly from: string; readonly to: string }[] = [];
    try {
      if (await isThere(target, document, forms)) return;
      await mkdir(dirname(target), { recursive: true });
      // All forms first: a disk that fills up in between must not leave a new one beside an old one.
      for (const { file, bytes } of forms) {
        if (bytes === undefined) continue;
        const from = join(unfinished, randomUUID());
        ready.push({ from, to: file });
        await writeWhole(from, bytes);
      }
      for (const { from, to } of ready) await rename(from, to);
      for (const { file, bytes } of forms) if (bytes === undefined) await rm(file, { force: true });
      written.set(target, document.etag);
    } catch (error) {
      written.delete(target);
      await Promise.allSettled(ready.map(({ from }) => rm(from, { force: true })));
      throw failure(`writing ${target}`, document.path, error);
    }
  }

  async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(file, 'wx').catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      await mkdir(unfinished, { recursive: true });
      return open(file, 'wx');
    });
    try {
      await handle.writeFile(bytes);
      // Before the rename, so that a power cut cannot leave the name on an empty file.
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async function isThere(target: string, { etag, body }: StoredDocument, forms: readonly Form[]): Promise<boolean> {
    const sizes = await Promise.all(forms.map(({ file }) => sizeOf(file)));
    if (forms.some(({ bytes }, index) => bytes?.length !== sizes[index])) return false;
    if (written.get(target) === etag) return true;
    if (written.has(target)) return false;
    const same = await readFile(target).then(
      (bytes) => bytes.equals(body),
      () => false,
    );
    if (same) written.set(target, etag);
    return same;
  }

  async function remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const target = filePath(directory, path);
      written.delete(target);
      try {
        await Promise.all([target, `${target}.gz`, `${target}.br`].map((file) => rm(file, { force: true })));
        await removeEmptyFolders(directory, dirname(target));
      } catch (error) {
        throw failure(`removing ${target}`, path, error);
      }
    }
  }

  return { publish, remove };
}

/**
 * Names of the files that stand in a folder of a directory, forms that are compressed left out; none where there is no such folder.
 *
 * @param folder  path with a slash at its end
 */
export async function listPublished(directory: string, folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(dirname(filePath(directory, `${folder}x`)));
    return names.filter((name) => !/\.(?:gz|br)$/u.test(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw failure(`reading ${directory}`, folder, error);
  }
}

interface Form {
  readonly file: string;
  /** Absent: there must be no such file. */
  readonly bytes: Uint8Array | undefined;
}

function formsOf(document: StoredDocument, target: string, compressed: boolean): readonly Form[] {
  const plain = { file: target, bytes: document.body };
  if (!compressed) return [plain];
  return [{ file: `${target}.gz`, bytes: document.gzip }, { file: `${target}.br`, bytes: document.brotli }, plain];
}

/** Removes what a crash left behind. What another process may be writing right now stays. */
async function sweepUnfinished(directory: string, unfinished: string): Promise<void> {
  try {
    await mkdir(unfinished, { recursive: true });
    const probe = join(unfinished, randomUUID());
    await (await open(probe, 'wx')).close();
    // The file system's own clock, which may not be ours.
    const { mtimeMs: nowMs } = await stat(probe);
    for (const name of await readdir(unfinished)) {
      const file = join(unfinished, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: nowMs }));
      if (file === probe || nowMs - mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true });
    }
  } catch (error) {
    throw failure(`preparing ${directory}`, '/', error);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function removeEmptyFolders(directory: string, folder: string): Promise<void> {
  const below = relative(directory, folder);
  if (below === '' || below.startsWith('..')) return;
  const names = below.split(sep);
  while (names.length > 0) {
    try {
      await rmdir(join(directory, ...names));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        names.pop();
        continue;
      }
      // Something else lives there.
      if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return;
      throw error;
    }
    names.pop();
  }
}

/** Waits for all of them, then fails with the first that failed: nothing is left running. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

function failure(step: string, path: string, error: unknown): PublishError {
  if (error instanceof PublishError) return error;
  const code = codeOf(error);
  const reason = (code !== undefined ? REASONS[code] : undefined) ?? String(error);
  return new PublishError(`${step}: ${reason}; what was published before is still there`, path, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'the disk quota is used up (EDQUOT)',
  EROFS: 'the file system is read-only (EROFS)',
  EACCES: 'no permission to write there (EACCES)',
  EPERM: 'no permission to write there (EPERM)',
  ENAMETOOLONG: 'the name is too long for the file system (ENAMETOOLONG)',
  ENOTDIR: 'a file stands where a folder is needed (ENOTDIR)',
  EEXIST: 'a file stands where a folder is needed (EEXIST)',
  EISDIR: 'a folder stands where a file is needed (EISDIR)',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function ignoring(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    const code = codeOf(error);
    if (code === undefined || !codes.includes(code)) throw error;
  };
}
