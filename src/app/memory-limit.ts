/** How many bytes of documents may this process hold at once, by the memory that it may take? */

const MIB = 1024 * 1024;

/** What the process takes without any document: code, config, caches. */
const WITHOUT_DOCUMENTS_BYTES = 160 * MIB;
/** A document in hand takes so many times its bytes: as text, as a tree, as entries, as commands for Redis (`bench/large.ts`). */
const TIMES_IN_MEMORY = 12;
const LEAST_BYTES = 4 * MIB;
const MOST_BYTES = 64 * MIB;

/** @param memoryBytes  the limit of the process; undefined where there is none */
export function bytesInFlightFor(memoryBytes: number | undefined): number {
  if (memoryBytes === undefined) return MOST_BYTES;
  const left = Math.floor((memoryBytes - WITHOUT_DOCUMENTS_BYTES) / TIMES_IN_MEMORY);
  return Math.min(Math.max(left, LEAST_BYTES), MOST_BYTES);
}

/** The limit of the control group, as a container has one; undefined where there is none. */
export function memoryLimitBytes(): number | undefined {
  const bytes = process.constrainedMemory();
  // Without a limit, Linux gives a number beyond any machine.
  return bytes === 0 || bytes > 2 ** 50 ? undefined : bytes;
}
