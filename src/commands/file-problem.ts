/** Why could a file that the operator named not be read? */
import { codeOf } from '../model/errors.ts';

/** @param error  thrown by reading the file */
export function fileProblem(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EISDIR') return 'It is a directory, not a file.';
  if (code === 'EACCES') return 'There is no permission to read the file.';
  return error instanceof Error ? error.message : String(error);
}
