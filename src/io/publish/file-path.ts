/** Which file below a directory holds a document? */
import { join } from 'node:path';
import { PublishError } from '../../model/errors.ts';

/**
 * Path of the file below `directory`: percent-encoding undone, `/` answered by `index.html`.
 *
 * @throws PublishError for a path that could lead anywhere else
 */
export function filePath(directory: string, path: string): string {
  const names = path.replace(/^\//u, '').split('/').map(decode);
  const last = names.pop();
  const parts = [...names, last === '' ? 'index.html' : last];
  const safe = parts.filter((name): name is string => name !== undefined && isFileName(name));
  if (safe.length !== parts.length) throw new PublishError(`${path} is no path below ${directory}`, path);
  return join(directory, ...safe);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Stray percent sign: judged with the rest.
    return undefined;
  }
}

/** A plain name; nothing that a file system takes for a way up, a separator or an end. */
function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/u.test(name);
}
