/** Do the scripts of one moment cost one write, and what if the connection is lost in it? */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineScript } from '../../../src/io/store/script.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const COUNT = `return redis.call('INCRBY', KEYS[1] .. 'count', ARGV[1])`;

describe('defineScript', () => {
  it('sends what is asked in one turn of the event loop in one write', async ({ skip }) => {
    const { client } = redis;
    if (!('stream' in client)) return skip('a cluster has a stream for each node');
    const count = defineScript(client, 'counting', `${redis.prefix}:`, COUNT);
    await count(0);
    const write = vi.spyOn(client.stream, '_write');
    const writev = vi.spyOn(client.stream, '_writev');
    await Promise.all(Array.from({ length: 16 }, () => count(1)));
    expect(write.mock.calls.length + writev.mock.calls.length).toBe(1);
    expect(await count(0)).toBe(16);
  });

  it('loses nothing where the connection breaks in between', async ({ skip }) => {
    const { client } = redis;
    if (!('stream' in client)) return skip('a cluster has a stream for each node');
    const count = defineScript(client, 'counting', `${redis.prefix}:`, COUNT);
    await count(0);
    const counted = Array.from({ length: 5 }, () => count(1));
    client.stream.destroy();
    counted.push(...Array.from({ length: 5 }, () => count(1)));
    await Promise.all(counted);
    expect(await count(0)).toBe(10);
  });
});
