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
    const { renders, start } = setUp();
    const running = [1, 2, 3, 4].map(() => start(false));
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

  it('rests a slot after its rendering, also one that failed', async () => {
    const { rests, renders, start, turn } = setUp();
    const running = [1, 2, 3, 4].map(() => start(false));
    for (const end of renders) end();
    await Promise.all(running);
    await expect(start(false)).rejects.toThrow(TooManyRendersError);
    rests[0]?.();
    await turn();
    const next = start(false);
    renders[4]?.();
    expect(await next).toBe('done');
  });
});
