/** What does the fuzzer need to know of a part of the system? */
import type { Random } from './random.ts';

/** Thrown by `check`: the part did something it must not do. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

export interface Target {
  /** What mutation starts from. */
  readonly seeds: readonly Buffer[];
  /** Pieces that are put in anywhere. */
  readonly dictionary: readonly string[];
  /** A new input by the target's grammar. */
  generate(random: Random): Buffer;
  /**
   * Runs the part and judges what it did.
   *
   * @returns the kind of behaviour seen, in few words: an input that shows a new one is kept to start from
   * @throws Finding, or whatever the part let through
   */
  check(input: Buffer): string;
}

export function expectThat(condition: boolean, found: string): void {
  if (!condition) throw new Finding(found);
}
