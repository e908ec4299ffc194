/** What must the operator do if this user may not use a folder? */
import { codeOf } from '../model/errors.ts';

/**
 * Empty for other errors.
 *
 * @param directory  the folder that Feedmill needs, as configured
 */
export function accessHint(error: unknown, directory: string): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return `user ${userName()} may not write there; give the folder to that user (chown -R ${userName()} ${directory}) or mount a volume that it owns`;
    case 'EROFS':
      return `the file system is read-only; mount a volume that user ${userName()} owns at ${directory}`;
    default:
      return '';
  }
}

/** By number: a container rarely has the same user names as its host. */
function userName(): string {
  return String(process.getuid?.() ?? 'of this process');
}
