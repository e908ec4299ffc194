import { describe, expect, it } from 'vitest';
import { createRenderLimit, TooManyRendersError } from '../../../src/io/web/render-limit.ts';

/** A limit whose slots rest until the test lets them go on, and renderings that end when the test says so. */
function setUp() {
  const rests: (() => void)[] = [];
  const renders: (() => void)[] = [];
  const limit = createRenderLimit(
    () => new Promise((resolve) => rests.push(resolve)),
    () => 0,
  );
  const start = (mayWait: boolean) =>
    limit.run(
      mayWait,
      () =>
        new Promise<string>((resolve) =>
          renders.push(() => {
            resolve('done');
          }),
        ),
    );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { rests, renders, start, turn };
}

describe('createRenderLimit', () => {
  it('renders four at once and refuses an archive page beyond', async () => {
    const { renders, start, turn } = setUp();
    const running = [1, 2, 3, 4].map(() => start(false));
    await turn();
    await expect(start(false)).rejects.toThrow(TooManyRendersError);
    expect(renders).toHaveLength(4);
    for (const end of renders) end();
    expect(await Promise.all(running)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('lets other pages wait, as long as few do', async () => {
    const { renders, rests, start, turn } = setUp();
    const running = Array.from({ length: 68 }, () => start(true));
    await expect(start(true)).rejects.toMatchObject({ statusCode: 503, retryAfterSeconds: 5 });
    for (let done = 0; done < 68; done += 1) {
      renders[done]?.();
      await turn();
      rests[done]?.();
      await turn();
    }
    expect(await Promise.all(running)).toHaveLength(68);
    expect(renders).toHaveLength(68);
  });

  it('rests a slot after its rendering; a reader who asks for page after page waits and is not refused', async () => {
    const { rests, renders, start, turn } = setUp();
    const running = [1, 2, 3, 4].map(() => start(false));
    await turn();
    for (const end of renders) end();
    await Promise.all(running);
    const next = start(false);
    await turn();
    expect(renders).toHaveLength(4);
    rests[0]?.();
    await turn();
    renders[4]?.();
    expect(await next).toBe('done');
  });

  it('refuses archive pages beyond four while slots rest, and rests after a rendering that failed', async () => {
    const rests: (() => void)[] = [];
    const limit = createRenderLimit(
      () => new Promise((resolve) => rests.push(resolve)),
      () => 0,
    );
    const failing = () => limit.run(false, () => Promise.reject(new Error('Redis is away')));
    await Promise.allSettled([1, 2, 3, 4].map(failing));
    expect(rests).toHaveLength(4);
    const queued = [1, 2, 3, 4].map(() => limit.run(false, () => Promise.resolve('done')));
    await expect(limit.run(false, () => Promise.resolve('done'))).rejects.toThrow(TooManyRendersError);
    for (const end of rests) end();
    expect(await Promise.all(queued)).toEqual(['done', 'done', 'done', 'done']);
  });
});
