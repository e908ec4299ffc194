import { describe, expect, it } from 'vitest';
import { createGate } from '../../../src/jobs/check/concurrency-limit.ts';

describe('createGate', () => {
  it('lets in as many as there is room for, and the others in their order', async () => {
    const gate = createGate(2);
    const entered: string[] = [];
    const enter = (name: string) => gate.enter().then(() => void entered.push(name));
    await Promise.all([enter('a'), enter('b')]);
    const waiting = [enter('c'), enter('d')];
    await new Promise(setImmediate);
    expect(entered).toEqual(['a', 'b']);
    gate.leave();
    gate.leave();
    await Promise.all(waiting);
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells of room without giving it away', async () => {
    const gate = createGate(1);
    expect(await gate.room(0)).toBe(true);
    await gate.enter();
    const asked = gate.room(60_000);
    const next = gate.enter();
    gate.leave();
    expect(await asked).toBe(true);
    await next;
  });

  it('says when there was no room in time, and keeps the place of nobody who left', async () => {
    const gate = createGate(1);
    await gate.enter();
    expect(await gate.room(1)).toBe(false);
    const next = gate.enter();
    gate.leave();
    await next;
  });
});
