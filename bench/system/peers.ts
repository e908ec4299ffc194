/** What do newsboat and sfeed_update (Debian packages `newsboat`, `sfeed`) cost on the same addresses? */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, type Measured, runMeasured } from './measure.ts';

export interface Peer {
  readonly name: string;
  /** One round over all addresses, on what the rounds before left behind. Undefined when not installed. */
  round(limitMs: number): Promise<Measured> | undefined;
}

const NEWSBOAT_THREADS = 20;

export async function newsboat(directory: string, urls: readonly string[]): Promise<Peer> {
  const file = (name: string): string => join(directory, name);
  await mkdir(directory, { recursive: true });
  await writeFile(file('urls'), `${urls.join('\n')}\n`);
  await writeFile(file('config'), `reload-threads ${NEWSBOAT_THREADS}\nauto-reload no\n`);
  const program = await findProgram('newsboat');
  const args = ['-q', '-u', file('urls'), '-C', file('config'), '-c', file('cache.db'), '-x', 'reload'];
  return {
    name: 'newsboat',
    round: (limitMs) =>
      program === undefined
        ? undefined
        : runMeasured(program, args, { cwd: directory, env: { HOME: directory }, limitMs }),
  };
}

export async function sfeed(directory: string, urls: readonly string[]): Promise<Peer> {
  await mkdir(directory, { recursive: true });
  const lines = urls.map((url, index) => `  feed "f${index}" "${url}"`);
  const rc = join(directory, 'sfeedrc');
  await writeFile(rc, `sfeedpath="${directory}/feeds"\nfeeds() {\n${lines.join('\n')}\n}\n`);
  const program = await findProgram('sfeed_update');
  return {
    name: 'sfeed_update',
    round: (limitMs) =>
      program === undefined
        ? undefined
        : runMeasured(program, [rc], { cwd: directory, env: { HOME: directory }, limitMs, mayFail: true }),
  };
}
