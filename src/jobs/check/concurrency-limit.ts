/** How many checks does this worker make at the same time? */

export interface ConcurrencyLimit {
  /** Resolves when there is capacity; must be followed by `release`. First come, first served. */
  acquire(): Promise<void>;
  release(): void;
  /** Waits for capacity without taking it. False if there was none in time. */
  waitForCapacity(withinMs: number): Promise<boolean>;
}

export function createConcurrencyLimit(limit: number): ConcurrencyLimit {
  let inside = 0;
  /** Each waiter is called in its turn, and returns true if it takes the capacity. */
  const line: (() => boolean)[] = [];

  function callNext(): void {
    while (inside < limit) {
      const next = line.shift();
      if (next === undefined) return;
      if (next()) inside += 1;
    }
  }

  return {
    acquire: () => {
      if (inside < limit) {
        inside += 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        line.push(() => {
          resolve();
          return true;
        });
      });
    },
    release: () => {
      inside -= 1;
      callNext();
    },
    waitForCapacity: (withinMs) => {
      if (inside < limit) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          line.splice(line.indexOf(turn), 1);
          resolve(false);
        }, withinMs);
        const turn = (): boolean => {
          clearTimeout(timer);
          resolve(true);
          return false;
        };
        line.push(turn);
      });
    },
  };
}
