import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchConfig, type ConfigWatch, type ConfigWatchOptions } from '../../src/io/config-watch.ts';

let directory: string;
let watching: ConfigWatch | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-watch-'));
  await writeFile(join(directory, 'site.yaml'), 'a');
});

afterEach(async () => {
  await watching?.close();
  await rm(directory, { recursive: true });
});

/** A watch whose next call can be waited for. */
async function watched(options: ConfigWatchOptions = {}, onCall: () => Promise<void> = () => Promise.resolve()) {
  let calls = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  const errors: unknown[] = [];
  watching = await watchConfig(
    directory,
    async () => {
      calls += 1;
      for (const waiter of waiting) if (calls >= waiter.count) waiter.resolve();
      await onCall();
    },
    (error) => errors.push(error),
    options,
  );
  return {
    errors,
    calls: () => calls,
    called: (count: number) =>
      new Promise<void>((resolve) => {
        if (calls >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

describe('watchConfig', () => {
  it.each([{ polling: true }, { polling: false }])('tells of a changed file with %j', async (options) => {
    const { called } = await watched(options);
    await writeFile(join(directory, 'site.yaml'), 'another text');
    await called(1);
  });

  it('tells of a new file in a new folder, and of one that is replaced', async () => {
    const { called } = await watched();
    await mkdir(join(directory, 'more'));
    await writeFile(join(directory, 'more', 'sources.yaml'), 'b');
    await called(1);
    await writeFile(join(directory, 'site.yaml.new'), 'whole new text');
    await rename(join(directory, 'site.yaml.new'), join(directory, 'site.yaml'));
    await called(2);
  });

  it('tells of a config map that is swapped by its symbolic link', async () => {
    for (const version of ['1', '2']) {
      await mkdir(join(directory, `..${version}`));
      await writeFile(join(directory, `..${version}`, 'feeds.yaml'), version.repeat(Number(version)));
    }
    await symlink('..1', join(directory, '..data'));
    await symlink('..data/feeds.yaml', join(directory, 'feeds.yaml'));
    const { called } = await watched();
    await symlink('..2', join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    await called(1);
  });

  it('calls once for an edit of many files', async () => {
    const { called, calls } = await watched({ settleMs: 700, atMostMs: 5000 });
    await Promise.all(Array.from({ length: 30 }, (_, number) => writeFile(join(directory, `${number}.yaml`), 'text')));
    await called(1);
    expect(calls()).toBe(1);
  });

  it('calls again for an edit that came during a call, and never twice at once', async () => {
    let inside = 0;
    let most = 0;
    const { called } = await watched({ settleMs: 20 }, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await writeFile(join(directory, 'site.yaml'), `text ${'x'.repeat(most)} ${Math.min(most, 2)}`);
      inside -= 1;
    });
    await writeFile(join(directory, 'site.yaml'), 'first edit');
    await called(2);
    expect(most).toBe(1);
  });

  it('hands an error of the call on, and goes on', async () => {
    let first = true;
    const { called, errors } = await watched({}, () => {
      const fails = first;
      first = false;
      return fails ? Promise.reject(new Error('refused')) : Promise.resolve();
    });
    await writeFile(join(directory, 'site.yaml'), 'one');
    await called(1);
    await writeFile(join(directory, 'site.yaml'), 'two, longer');
    await called(2);
    expect(errors).toEqual([new Error('refused')]);
  });

  it('may be closed twice, and is silent then', async () => {
    const { calls } = await watched();
    await writeFile(join(directory, 'site.yaml'), 'edit that nobody waits for');
    await watching?.close();
    await watching?.close();
    expect(calls()).toBe(0);
  });
});
