/** How fast does newsboat ask for the same feeds? Its third run; the second still sends no validators. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const RUNS = 3;

/** @returns seconds of the last run, or undefined where newsboat is not installed */
export async function newsboatSeconds(urls: readonly string[], threads: number): Promise<number | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-newsboat-'));
  const file = (name: string): string => join(directory, name);
  await writeFile(file('urls'), `${urls.join('\n')}\n`);
  await writeFile(file('config'), `reload-threads ${threads}\nauto-reload no\n`);
  const run = promisify(execFile);
  try {
    let seconds = 0;
    for (let round = 0; round < RUNS; round += 1) {
      const start = performance.now();
      await run('newsboat', ['-q', '-u', file('urls'), '-C', file('config'), '-c', file('cache.db'), '-x', 'reload'], {
        env: { ...process.env, HOME: directory },
        maxBuffer: 64 * 1024 * 1024,
      });
      seconds = (performance.now() - start) / 1_000;
    }
    return seconds;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
