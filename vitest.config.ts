import { defineConfig } from 'vitest/config';

/** Rooms whose tests start no process and hold no state: their files share one set of loaded modules. */
const PURE = ['config', 'jobs', 'model', 'ports', 'stages', 'syntax'].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    pool: 'forks',
    // One more than most machines have cores to spare: the longest tests wait for servers that start and stop.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
});
