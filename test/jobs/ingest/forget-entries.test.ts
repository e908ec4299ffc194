import { describe, expect, it } from 'vitest';
import { forgetEntries } from '../../../src/jobs/ingest/forget-entries.ts';
import { MEMORY_PARTS } from '../../../src/ports/entry-memory.ts';
import { sampleSettings } from '../../stages/render/samples.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('forgetEntries', () => {
  it('looks at a part of the memory that makes the whole in a day of runs, in short steps', async () => {
    const steps: [listedBefore: number, most: number][] = [];
    const memory = {
      forget: (listedBefore: number, most: number) => {
        steps.push([listedBefore, most]);
        return Promise.resolve({ parts: most, looked: 10, entries: 2, keys: 1 });
      },
    };
    const settings = sampleSettings();
    const done = await forgetEntries(settings, memory, NOW);
    expect(done.parts * 144).toBeGreaterThanOrEqual(MEMORY_PARTS);
    expect(Math.max(...steps.map(([, most]) => most))).toBeLessThanOrEqual(64);
    expect(new Set(steps.map(([listedBefore]) => listedBefore))).toEqual(new Set([NOW - settings.keep.memoryMs]));
    expect(done).toMatchObject({ looked: 10 * steps.length, entries: 2 * steps.length, keys: steps.length });
  });
});
