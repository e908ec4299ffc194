import { describe, expect, it } from 'vitest';
import { createConcurrencyLimit } from '../../../src/jobs/check/concurrency-limit.ts';

describe('createGate', () => {
  it('lets in as many as there is room for, and the others in their order', async () => {
    const gate = createConcurrencyLimit(2);
    const entered: string[] = [];
    const enter = (name: string) => gate.acquire().then(() => void entered.push(name));
    await Promise.all([enter('a'), enter('b')]);
    const waiting = [enter('c'), enter('d')];
    await new Promise(setImmediate);
    expect(entered).toEqual(['a', 'b']);
    gate.release();
    gate.release();
    await Promise.all(waiting);
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells of room without giving it away', async () => {
    const gate = createConcurrencyLimit(1);
    expect(await gate.waitForCapacity(0)).toBe(true);
    await gate.acquire();
    const asked = gate.waitForCapacity(60_000);
    const next = gate.acquire();
    gate.release();
    expect(await asked).toBe(true);
    await next;
  });

  it('says when there was no room in time, and keeps the place of nobody who left', async () => {
    const gate = createConcurrencyLimit(1);
    await gate.acquire();
    expect(await gate.waitForCapacity(1)).toBe(false);
    const next = gate.acquire();
    gate.release();
    await next;
  });
});
