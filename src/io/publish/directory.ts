/** How are documents written as files that a static host can serve at any moment? */
import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { millisecondsInMinute } from 'date-fns/constants';
import { codeOf, PublishError } from '../../model/errors.ts';
import type { Encoding, StoredDocument } from '../../model/output.ts';
import type { Copy, WantedDocument } from '../../ports/publisher.ts';
import { accessHint } from '../access-hint.ts';
import { filePath } from './file-path.ts';
import { readOnlyMount } from './read-only-mount.ts';

/** Unfinished files are here, in the same file system, so that only a rename remains. */
const UNFINISHED = '.feedmill-unfinished';
/** Identifies the directory, so that it is noticed if it was emptied or replaced. */
const MARK = '.feedmill-copy';
/** Age from which a temporary file was left by a crash, not by a running process. */
const ABANDONED_AFTER_MS = 10 * millisecondsInMinute;
/** Files written at the same time; more only makes the disk seek. */
const BATCH = 8;

export interface DirectoryOptions {
  /** Created if missing. May contain other files too: only published files are ever touched. */
  readonly directory: string;
  /** The directory belongs to another program, such as a repository: no mark is written to it. */
  readonly isUnmarked?: boolean;
}

/**
 * Writes each document into a file of its own, its compressed forms beside it as `.gz` and `.br`. A file is either the
 * old or the new version, never a part: it is written elsewhere and renamed. A file with the same bytes is not
 * written, so that its modification time stays.
 */
export function createDirectoryPublisher({ directory, isUnmarked = false }: DirectoryOptions): Copy {
  const unfinished = join(directory, UNFINISHED);
  let cleaned: Promise<void> | undefined;
  let busy = 0;

  async function publish(documents: readonly StoredDocument[]): Promise<void> {
    // Repeated if it fails: the directory may appear later, like a disk that is mounted.
    await (cleaned ??= sweepUnfinished(directory, unfinished).catch((error: unknown) => {
      cleaned = undefined;
      throw error;
    }));
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
    const forms = formsOf(document, target);
    const ready: { readonly from: string; readonly to: string }[] = [];
    try {
      await mkdir(dirname(target), { recursive: true });
      // All forms are written first: a disk that fills up in between must not leave a new form beside an old one.
      for (const { file, bytes } of forms) {
        if (bytes === undefined || (await hasBytes(file, bytes))) continue;
        const from = join(unfinished, randomUUID());
        ready.push({ from, to: file });
        await writeWhole(from, bytes);
      }
      for (const { from, to } of ready) await rename(from, to);
      for (const { file, bytes } of forms) if (bytes === undefined) await rm(file, { force: true });
    } catch (error) {
      await Promise.allSettled(ready.map(({ from }) => rm(from, { force: true })));
      throw await failure(`writing ${target}`, document.path, error, directory);
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

  async function remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const target = filePath(directory, path);
      try {
        await Promise.all([target, `${target}.gz`, `${target}.br`].map((file) => rm(file, { force: true })));
        await removeEmptyFolders(directory, dirname(target));
      } catch (error) {
        throw await failure(`removing ${target}`, path, error, directory);
      }
    }
  }

  async function missing(wanted: readonly WantedDocument[]): Promise<ReadonlySet<string>> {
    const paths = new Set<string>();
    for (let start = 0; start < wanted.length; start += BATCH) {
      await all(
        wanted.slice(start, start + BATCH).map(async ({ document, encodings }) => {
          const target = filePath(directory, document.path);
          try {
            if (!(await isThere(target, document.body, encodings))) paths.add(document.path);
          } catch (error) {
            throw await failure(`reading ${target}`, document.path, error, directory);
          }
        }),
      );
    }
    return paths;
  }

  async function mark(): Promise<string | undefined> {
    try {
      return (await readFile(join(directory, MARK), 'utf8')).trim();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw await failure(`reading ${join(directory, MARK)}`, '/', error, directory);
    }
  }

  async function setMark(text: string): Promise<void> {
    const file = join(directory, MARK);
    try {
      await mkdir(directory, { recursive: true });
      await writeFile(file, `${text}\n`);
    } catch (error) {
      // A partial mark, on a full disk, is not a mark.
      await rm(file, { force: true }).catch(() => undefined);
      throw await failure(`writing ${file}`, '/', error, directory);
    }
  }

  async function isEmpty(): Promise<boolean> {
    try {
      // There may be very many: the first one decides.
      for await (const { name } of await opendir(directory)) if (!name.startsWith('.')) return false;
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return true;
      throw await failure(`reading ${directory}`, '/', error, directory);
    }
  }

  const marks = isUnmarked ? fileSystemMarks(directory) : { mark, setMark };
  return { missing, publish, remove, list: (folder) => listPublished(directory, folder), ...marks, isEmpty };
}

/** Knows the directory by the file system, which gives each one a number of its own. */
function fileSystemMarks(directory: string): Pick<Copy, 'mark' | 'setMark'> {
  return {
    mark: async () => {
      try {
        const { ino, birthtimeMs } = await stat(directory);
        return `${ino}-${birthtimeMs}`;
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
        throw await failure(`reading ${directory}`, '/', error, directory);
      }
    },
    setMark: async () => {
      await mkdir(directory, { recursive: true }).catch(async (error: unknown) => {
        throw await failure(`making ${directory}`, '/', error, directory);
      });
    },
  };
}

/**
 * Names of the files in a folder of a directory, compressed forms left out; none if there is no such folder.
 *
 * @param folder  path with a slash at its end
 */
async function listPublished(directory: string, folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(dirname(filePath(directory, `${folder}x`)));
    return names.filter((name) => name !== MARK && !/\.(?:gz|br)$/u.test(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw await failure(`reading ${directory}`, folder, error, directory);
  }
}

interface Form {
  readonly file: string;
  /** Absent: the file must not exist. */
  readonly bytes: Uint8Array | undefined;
}

const SUFFIXES: Readonly<Record<Encoding, string>> = { gzip: '.gz', br: '.br' };

/** The plain form comes last: if it is new, so are the others. */
function formsOf(document: StoredDocument, target: string): readonly Form[] {
  return [
    { file: target + SUFFIXES.gzip, bytes: document.gzip },
    { file: target + SUFFIXES.br, bytes: document.brotli },
    { file: target, bytes: document.body },
  ];
}

/** Whether a file has these bytes, and exactly these compressed forms are beside it. */
async function isThere(target: string, body: Uint8Array, encodings: readonly Encoding[]): Promise<boolean> {
  for (const encoding of ['gzip', 'br'] as const) {
    const size = await sizeOf(target + SUFFIXES[encoding]);
    if (encodings.includes(encoding) ? size === undefined || size === 0 : size !== undefined) return false;
  }
  return hasBytes(target, body);
}

async function hasBytes(file: string, bytes: Uint8Array): Promise<boolean> {
  return (await sizeOf(file)) === bytes.length && (await readFile(file)).equals(bytes);
}

/** Removes temporary files that a crash left. Files that another process may be writing now stay. */
async function sweepUnfinished(directory: string, unfinished: string): Promise<void> {
  try {
    await mkdir(unfinished, { recursive: true });
    const probe = join(unfinished, randomUUID());
    await (await open(probe, 'wx')).close();
    // The clock of the file system, which may differ from ours.
    const { mtimeMs: nowMs } = await stat(probe);
    for (const name of await readdir(unfinished)) {
      const file = join(unfinished, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: nowMs }));
      if (file === probe || nowMs - mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true });
    }
  } catch (error) {
    throw await failure(`preparing ${directory}`, '/', error, directory);
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
      // Another file or folder is there.
      if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return;
      throw error;
    }
    names.pop();
  }
}

/** Waits for all of them, then throws the first error: nothing is left running. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

function readOnlyHint(mount: string, directory: string): string {
  return `${mount} is mounted read-only; mount a volume that may be written at ${directory}`;
}

async function failure(step: string, path: string, error: unknown, directory: string): Promise<PublishError> {
  if (error instanceof PublishError) return error;
  const code = codeOf(error);
  // Node.js reports ENOENT if a folder cannot be created in a read-only file system.
  const mount = code === 'ENOENT' || code === 'EROFS' ? await readOnlyMount(directory) : undefined;
  const hint = mount === undefined ? accessHint(error, directory) : readOnlyHint(mount, directory);
  const reason = hint === '' ? (REASONS[code] ?? String(error)) : `${hint} (${code})`;
  return new PublishError(`${step}: ${reason}; the files published before are still there`, path, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'the disk quota is used up (EDQUOT)',
  ENAMETOOLONG: 'the name is too long for the file system (ENAMETOOLONG)',
  ENOTDIR: 'there is a file where a folder is needed (ENOTDIR)',
  EEXIST: 'there is a file where a folder is needed (EEXIST)',
  EISDIR: 'there is a folder where a file is needed (EISDIR)',
};

function ignoring(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(codeOf(error))) throw error;
  };
}
