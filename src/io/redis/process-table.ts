/** What is running under a process id? */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Its command line, words joined by spaces; undefined if there is no such process, or only a zombie. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  const text =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        );
  const line = text.replaceAll('\0', ' ').trim();
  return line === '' ? undefined : line;
}
