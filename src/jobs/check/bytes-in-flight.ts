/** How many bytes of documents does this worker hold at once, from the first byte received until all is stored? */
import type { DocumentRoom } from '../../ports/fetch.ts';

export interface BytesInFlight {
  /** For one check; must be followed by `leave`. */
  enter(): RoomHeld;
  /** Bytes held now. */
  held(): number;
}

export interface RoomHeld extends DocumentRoom {
  /** Gives back all of it; who waits for more waits no longer. */
  leave(): void;
}

interface Room {
  bytes: number;
  /** What it waits for. */
  wanted: Wanted | undefined;
}

interface Wanted {
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * First come, first served, but for the check that has held something for longest: it never waits. So no two wait for each
 * other, a document that is larger than all the room passes, and at most one document more than the limit is held.
 */
export function createBytesInFlight(limitBytes: number): BytesInFlight {
  /** In the order in which they came. */
  const holders = new Set<Room>();
  const line: Room[] = [];
  let total = 0;

  function hold(room: Room, bytes: number): void {
    total += bytes - room.bytes;
    room.bytes = bytes;
    if (bytes > 0) holders.add(room);
    else holders.delete(room);
  }

  function isEldest(room: Room): boolean {
    const [eldest = room] = holders;
    return room === eldest;
  }

  function mayHold(room: Room, bytes: number): boolean {
    return total + bytes - room.bytes <= limitBytes || isEldest(room);
  }

  function grant(room: Room, { bytes, resolve }: Wanted): void {
    line.splice(line.indexOf(room), 1);
    room.wanted = undefined;
    hold(room, bytes);
    resolve();
  }

  function callNext(): void {
    const [eldest] = holders;
    if (eldest?.wanted !== undefined) grant(eldest, eldest.wanted);
    for (let [first] = line; first?.wanted !== undefined; [first] = line) {
      if (!mayHold(first, first.wanted.bytes)) return;
      grant(first, first.wanted);
    }
  }

  function grow(room: Room, bytes: number): Promise<void> | undefined {
    if (bytes <= room.bytes) return undefined;
    if (isEldest(room) || (line.length === 0 && mayHold(room, bytes))) {
      hold(room, bytes);
      return undefined;
    }
    return new Promise((resolve) => {
      room.wanted = { bytes, resolve };
      line.push(room);
    });
  }

  function leave(room: Room): void {
    hold(room, 0);
    if (room.wanted !== undefined) {
      line.splice(line.indexOf(room), 1);
      room.wanted.resolve();
      room.wanted = undefined;
    }
    callNext();
  }

  return {
    enter: () => {
      const room: Room = { bytes: 0, wanted: undefined };
      return {
        grow: (bytes) => grow(room, bytes),
        settle: (bytes) => {
          hold(room, bytes);
          callNext();
        },
        leave: () => {
          leave(room);
        },
      };
    },
    held: () => total,
  };
}
