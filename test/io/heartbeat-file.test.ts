import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHeartbeat } from '../../src/io/heartbeat-file.ts';
import { SILENT_LOG } from '../support/memory.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-heartbeat-'));
});
afterEach(() => rm(directory, { recursive: true }));

const T0 = Date.UTC(2026, 0, 31, 8);

describe('startHeartbeat', () => {
  it('writes a line at once, and removes the file at the end', async () => {
    const file = join(directory, 'beat');
    const heartbeat = await startHeartbeat({
      file,
      assess: () => Promise.resolve({ ok: false, message: 'it is\nstarting' }),
      now: () => T0,
      log: SILENT_LOG,
    });
    expect(await readFile(file, 'utf8')).toBe(`${T0 / 1_000} unhealthy it is starting\n`);
    await heartbeat.stop();
    expect(await readdir(directory)).toEqual([]);
  });

  it('reports a file that cannot be written, and does not fail', async () => {
    const warned: string[] = [];
    const heartbeat = await startHeartbeat({
      file: join(directory, 'no-folder', 'beat'),
      assess: () => Promise.resolve({ ok: true, message: 'well' }),
      now: () => T0,
      log: { ...SILENT_LOG, warn: (_facts, message) => warned.push(message) },
    });
    await heartbeat.stop();
    expect(warned).toEqual(['the heartbeat file could not be written; trying again']);
  });
});
