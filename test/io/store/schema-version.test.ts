/** Are older data brought up to date, and newer ones refused? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSchemaVersions, type Migration, type SchemaVersions } from '../../../src/io/store/schema-version.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let versions: SchemaVersions;
let done: number[];

beforeAll(async () => {
  redis = await startTestRedis();
  versions = createSchemaVersions(redis.client, `${redis.prefix}:`, 'redis.example:6379');
});
beforeEach(async () => {
  await redis.clear();
  done = [];
});
afterAll(() => redis.close());

const to = (version: number): Migration => ({
  to: version,
  what: `to ${version}`,
  run: () => {
    done.push(version);
    return Promise.resolve();
  },
});
const key = () => `${redis.prefix}:schema`;

describe('bringUpToDate', () => {
  it('gives an empty store the latest number and does nothing else', async () => {
    expect(await versions.bringUpToDate([to(2), to(3)], true)).toEqual([]);
    expect(await redis.client.get(key())).toBe('3');
    expect(done).toEqual([]);
  });

  it('writes nothing to an empty store for a command that looks', async () => {
    expect(await versions.bringUpToDate([to(2)], false)).toEqual([]);
    expect(await redis.client.exists(key())).toBe(0);
  });

  it('takes data without a number through every step in order, once', async () => {
    await redis.client.zadd(`${redis.prefix}:due`, 1, 'news');
    const steps = await versions.bringUpToDate([to(2), to(3)], true);
    expect(steps.map(({ what }) => what)).toEqual(['to 2', 'to 3']);
    expect(done).toEqual([2, 3]);
    expect(await versions.bringUpToDate([to(2), to(3)], true)).toEqual([]);
    expect(done).toEqual([2, 3]);
    expect(await redis.client.get(key())).toBe('3');
  });

  it('goes on after the last step that was done', async () => {
    await redis.client.set(key(), '2');
    const failing: Migration = { ...to(4), run: () => Promise.reject(new Error('ended')) };
    await expect(versions.bringUpToDate([to(2), to(3), failing], true)).rejects.toThrow('ended');
    expect(await redis.client.get(key())).toBe('3');
    // The lock of a process that died ends by itself.
    await redis.client.del(`${key()}:by`);
    await versions.bringUpToDate([to(2), to(3), to(4)], true);
    expect(done).toEqual([3, 4]);
  });

  it('refuses data of a newer version, and leaves them as they are', async () => {
    await redis.client.set(key(), '4');
    await expect(versions.bringUpToDate([to(2), to(3)], true)).rejects.toThrow(
      'the data in Redis at redis.example:6379 have version 4, but this Feedmill works with 3: ' +
        'install the Feedmill that wrote them or a newer one, or restore a backup from before the upgrade',
    );
    expect(await redis.client.get(key())).toBe('4');
  });

  it('refuses older data to a command that looks', async () => {
    await redis.client.set(key(), '2');
    await expect(versions.bringUpToDate([to(2), to(3)], false)).rejects.toThrow(
      'the data in Redis at redis.example:6379 have version 2, but this Feedmill works with 3: ' +
        'feedmill start or feedmill once brings them up to date',
    );
    expect(done).toEqual([]);
  });

  it('lets one process do the steps', async () => {
    await redis.client.set(key(), '2');
    await redis.client.set(`${key()}:by`, '1');
    await expect(versions.bringUpToDate([to(2), to(3)], true)).rejects.toThrow('start again in a minute');
    expect(done).toEqual([]);
  });
});
