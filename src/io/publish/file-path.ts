/** Which file below a directory contains a document? */
import { join } from 'node:path';
import { PublishError } from '../../model/errors.ts';

/**
 * Path of the file below `directory`: percent-decoded, `index.html` for `/`.
 *
 * @throws PublishError for a path that could leave the directory
 */
export function filePath(directory: string, path: string): string {
  const names = path.replace(/^\//u, '').split('/').map(decode);
  const last = names.pop();
  const parts = [...names, last === '' ? 'index.html' : last];
  const safe = parts.filter((name): name is string => name !== undefined && isFileName(name));
  if (safe.length !== parts.length) throw new PublishError(`${path} is not a path below ${directory}`, path);
  return join(directory, ...safe);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign: checked with the rest.
    return undefined;
  }
}

/** A plain name: no parent directory, separator or terminator. */
function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/u.test(name);
}
