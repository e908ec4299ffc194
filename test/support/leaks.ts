/** Is anything left behind: a connection, a child process, a timer, a signal listener? */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const processEvents = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'uncaughtException', 'unhandledRejection'];

type Counts = Readonly<Record<string, number>>;

function holdings(): Counts {
  const counts: Record<string, number> = {};
  for (const resource of process.getActiveResourcesInfo()) counts[resource] = (counts[resource] ?? 0) + 1;
  for (const event of processEvents) counts[`${event} listeners`] = process.listenerCount(event);
  return counts;
}

function more(before: Counts, now: Counts): Counts {
  return Object.fromEntries(
    Object.entries(now)
      .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
      .filter(([, count]) => count > 0),
  );
}

/**
 * Remembers what the process holds now; the check it gives back fails when there is more later. What is on its way
 * out gets two seconds.
 *
 *     const expectNoLeaks = startLeakCheck();
 *     const handle = await connect();
 *     await handle.close();
 *     await expectNoLeaks();
 */
export function startLeakCheck(): () => Promise<void> {
  const before = holdings();
  return async () => {
    let left: Counts = {};
    for (const pauseMs of [0, 10, 40, 150, 300, 500, 1000]) {
      await sleep(pauseMs);
      left = more(before, holdings());
      if (Object.keys(left).length === 0) break;
    }
    expect(left, 'left behind').toEqual({});
  };
}
