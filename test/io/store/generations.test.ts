/** Does the latest config win, whichever process starts or reads its files again? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGenerations, type Generations } from '../../../src/io/store/generations.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let generations: Generations;

beforeAll(async () => {
  redis = await startTestRedis();
  generations = createGenerations(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const start = (hash: string, member: string) => generations.claim({ hash, member, isChange: false });
const change = (hash: string, member: string) => generations.claim({ hash, member, isChange: true });
const latest = (number: number) => ({ number, isLatest: true });
const older = (number: number) => ({ number, isLatest: false });

describe('claim', () => {
  it('counts processes of one config as one generation', async () => {
    expect(await start('a', 'one')).toEqual(latest(1));
    expect(await start('a', 'two')).toEqual(latest(1));
    expect(await generations.running()).toBe(2);
    expect(await start('a', 'one')).toEqual(latest(1));
    expect(await generations.running()).toBe(2);
  });

  it('takes a new config for the next generation; processes of the former one are older', async () => {
    await start('a', 'old');
    expect(await start('b', 'new')).toEqual(latest(2));
    expect(await start('a', 'old')).toEqual(older(2));
    expect(await start('a', 'old, started again')).toEqual(older(2));
    expect(await generations.running()).toBe(1);
  });

  it('takes a change of the files of a running process for the latest, also one that takes a change back', async () => {
    await start('a', 'one');
    expect(await change('b', 'one')).toEqual(latest(2));
    expect(await change('a', 'one')).toEqual(latest(3));
    expect(await start('b', 'two')).toEqual(older(3));
  });

  it('takes a former config for the latest once nothing runs the later one', async () => {
    await start('a', 'old');
    await start('b', 'new');
    expect(await start('a', 'old')).toEqual(older(2));
    await generations.leave('new');
    expect(await start('a', 'old')).toEqual(latest(3));
  });

  it('does not count a process that has been silent', async () => {
    const impatient = createGenerations(redis.client, `${redis.prefix}:`, -1);
    await start('a', 'old');
    await start('b', 'killed');
    expect(await impatient.running()).toBe(0);
    expect(await impatient.claim({ hash: 'a', member: 'old', isChange: false })).toEqual(latest(3));
  });

  it('does not count a command that ends soon', async () => {
    expect(await generations.claim({ hash: 'a', isChange: false })).toEqual(latest(1));
    expect(await generations.running()).toBe(0);
  });

  it('forgets configs of long ago', async () => {
    for (let number = 0; number < 60; number += 1) await change(`config ${number}`, 'one');
    expect(await redis.client.zcard(`${redis.prefix}:generation:hashes`)).toBe(50);
  });
});
