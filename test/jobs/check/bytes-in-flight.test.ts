import { describe, expect, it } from 'vitest';
import { createBytesInFlight, type RoomHeld } from '../../../src/jobs/check/bytes-in-flight.ts';

/** Notes which of the rooms have been granted what they waited for. */
function watched(rooms: Readonly<Record<string, Promise<void> | undefined>>): string[] {
  const granted: string[] = [];
  for (const [name, waiting] of Object.entries(rooms)) {
    if (waiting === undefined) granted.push(name);
    else void waiting.then(() => granted.push(name));
  }
  return granted;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createBytesInFlight', () => {
  it('grants at once what fits, and more of it without counting twice', () => {
    const flight = createBytesInFlight(100);
    const room = flight.enter();
    expect(room.grow(60)).toBeUndefined();
    expect(room.grow(40)).toBeUndefined();
    expect(room.grow(100)).toBeUndefined();
    expect(flight.held()).toBe(100);
    room.leave();
    expect(flight.held()).toBe(0);
  });

  it('lets the others wait, first come, first served: a small one does not pass a large one', async () => {
    const flight = createBytesInFlight(100);
    const [first, large, small] = [flight.enter(), flight.enter(), flight.enter()];
    void first.grow(60);
    const granted = watched({ large: large.grow(90), small: small.grow(10) });
    await settled();
    expect(granted).toEqual([]);
    first.leave();
    await settled();
    expect(granted).toEqual(['large', 'small']);
    expect(flight.held()).toBe(100);
  });

  it('lets a document pass alone that is larger than all the room', async () => {
    const flight = createBytesInFlight(100);
    const [small, huge] = [flight.enter(), flight.enter()];
    void small.grow(10);
    const granted = watched({ huge: huge.grow(500) });
    await settled();
    expect(granted).toEqual([]);
    small.leave();
    await settled();
    expect(granted).toEqual(['huge']);
    expect(createBytesInFlight(100).enter().grow(500)).toBeUndefined();
  });

  it('lets the one that came first go on where all who hold something wait for more', async () => {
    const flight = createBytesInFlight(100);
    const rooms = [flight.enter(), flight.enter()] as const;
    void rooms[0].grow(50);
    void rooms[1].grow(50);
    const granted = watched({ other: rooms[1].grow(80), one: rooms[0].grow(80) });
    await settled();
    expect(granted).toEqual(['one']);
    rooms[0].leave();
    await settled();
    expect(granted).toEqual(['one', 'other']);
  });

  it('counts what a document turns out to have, and hands on what it does not need', async () => {
    const flight = createBytesInFlight(100);
    const [first, second] = [flight.enter(), flight.enter()];
    void first.grow(90);
    const granted = watched({ second: second.grow(50) });
    first.settle(120);
    await settled();
    expect([flight.held(), granted]).toEqual([120, []]);
    first.settle(30);
    await settled();
    expect([flight.held(), granted]).toEqual([80, ['second']]);
  });

  it('resolves what a check waits for that gives up, and takes it out of the line', async () => {
    const flight = createBytesInFlight(100);
    const [first, given, third] = [flight.enter(), flight.enter(), flight.enter()];
    void first.grow(90);
    const granted = watched({ given: given.grow(50), third: third.grow(10) });
    given.leave();
    await settled();
    expect(granted).toEqual(['given', 'third']);
    expect(flight.held()).toBe(100);
  });

  it('never holds more than its limit and one document, whatever the order', async () => {
    let state = 42;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const flight = createBytesInFlight(1_000);
    let most = 0;
    let done = 0;
    const visit = async (room: RoomHeld): Promise<void> => {
      for (let bytes = 50; bytes <= 50 + random(400); bytes *= 2) {
        await room.grow(bytes);
        most = Math.max(most, flight.held());
        await settled();
      }
      room.leave();
      done += 1;
    };
    await Promise.all(Array.from({ length: 200 }, () => visit(flight.enter())));
    expect(done).toBe(200);
    expect(flight.held()).toBe(0);
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThanOrEqual(1_400);
  });
});
