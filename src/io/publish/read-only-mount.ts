/** Is a directory in a file system that is mounted read-only, and at which mount point? */
import { readFile } from 'node:fs/promises';
import { codeOf } from '../../model/errors.ts';

const MOUNTS = '/proc/self/mounts';

/** The mount point; undefined if it is writable, and on systems without a list of mounts. */
export async function readOnlyMount(directory: string): Promise<string | undefined> {
  try {
    return readOnlyMountIn(await readFile(MOUNTS, 'utf8'), directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param mounts  as fstab(5): device, mount point, type, options; blanks in octal */
export function readOnlyMountIn(mounts: string, directory: string): string | undefined {
  let found: { readonly point: string; readonly isReadOnly: boolean } | undefined;
  for (const line of mounts.split('\n')) {
    const [, written = '', , options = ''] = line.split(' ');
    const point = written.replace(/\\([0-7]{3})/gu, (_all, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isAbove = point === '/' || directory === point || directory.startsWith(`${point}/`);
    // Of several mounts at one point the last one counts.
    if (point === '' || !isAbove || point.length < (found?.point.length ?? 0)) continue;
    found = { point, isReadOnly: options.split(',').includes('ro') };
  }
  return found?.isReadOnly === true ? found.point : undefined;
}
