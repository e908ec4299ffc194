import { describe, expect, it } from 'vitest';
import { systemState, type SystemStateDeps } from '../../../src/jobs/operator/system-state.ts';
import { memoryOutbox, memoryPosts } from '../../support/memory.ts';
import { samplePost } from '../../stages/render/samples.ts';

const NOW = 1_000_000;
const due = { total: 5, due: 2, late: 1, paused: 1, latenessMs: 70_000 };

function depsWith(sweptAt: number | undefined): SystemStateDeps {
  return {
    posts: memoryPosts([samplePost(1), samplePost(2)]),
    outbox: memoryOutbox('all', 'category:a', 'tag:b', 'post:1'),
    due: (now) => Promise.resolve({ ...due, latenessMs: now }),
    failing: () => Promise.resolve(3),
    held: () => Promise.resolve(4),
    networkOutSince: () => Promise.resolve(undefined),
    sweptAt: () => Promise.resolve(sweptAt),
    jobs: () => Promise.resolve({ check: { waiting: 7 } }),
  };
}

describe('systemState', () => {
  it('counts posts, and everything that is dirty: feeds and what is published together', async () => {
    expect(await systemState(depsWith(NOW - 1_500), NOW)).toEqual({
      sources: { ...due, latenessMs: NOW },
      failing: 3,
      held: 4,
      posts: 2,
      unpublished: 4,
      sweepAgeMs: 1_500,
      queues: { check: { waiting: 7 } },
    });
  });

  it('has no age of the sweep before the first one, and none below zero when clocks differ', async () => {
    expect(await systemState(depsWith(undefined), NOW)).not.toHaveProperty('sweepAgeMs');
    expect(await systemState(depsWith(NOW + 500), NOW)).toMatchObject({ sweepAgeMs: 0 });
  });
});
