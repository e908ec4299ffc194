/** How is an input changed so that it stays nearly right? */
import type { Random } from './random.ts';

export const MAX_INPUT_BYTES = 262_144;

type Mutation = (input: Buffer, random: Random, dictionary: readonly string[], other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // a bit
  (input, random) => {
    const copy = Buffer.from(input);
    const at = random.int(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8));
    return copy;
  },
  // a byte
  (input, random) => {
    const copy = Buffer.from(input);
    copy[random.int(copy.length)] = random.int(256);
    return copy;
  },
  // a stretch gone
  (input, random) => {
    const start = random.int(input.length);
    return Buffer.concat([input.subarray(0, start), input.subarray(start + stretch(random))]);
  },
  // a stretch twice, or many times
  (input, random) => {
    const start = random.int(input.length);
    const piece = input.subarray(start, start + stretch(random));
    const times = random.chance(0.05) ? 1000 : 1 + random.int(3);
    return Buffer.concat([input.subarray(0, start), ...Array<Buffer>(times).fill(piece), input.subarray(start)]);
  },
  // a word of the dictionary in it, or over it
  (input, random, dictionary) => {
    const at = random.int(input.length + 1);
    const word = Buffer.from(random.pick(dictionary));
    return Buffer.concat([input.subarray(0, at), word, input.subarray(random.chance(0.5) ? at : at + word.length)]);
  },
  // cut off
  (input, random) => input.subarray(0, random.int(input.length)),
  // the beginning of one, the end of another
  (input, random, _dictionary, other) =>
    Buffer.concat([input.subarray(0, random.int(input.length)), other.subarray(random.int(other.length))]),
  // two stretches change places
  (input, random) => {
    const [a = 0, b = 0, c = 0] = [0, 0, 0].map(() => random.int(input.length)).sort((x, y) => x - y);
    return Buffer.concat([input.subarray(0, a), input.subarray(b, c), input.subarray(a, b), input.subarray(c)]);
  },
];

function stretch(random: Random): number {
  return 1 + random.int(random.chance(0.8) ? 16 : 512);
}

export function mutate(input: Buffer, random: Random, dictionary: readonly string[], other: Buffer): Buffer {
  let changed = input;
  for (let left = 1 + random.int(5); left > 0; left--) {
    if (changed.length === 0) changed = Buffer.from(random.pick(dictionary));
    changed = random.pick(MUTATIONS)(changed, random, dictionary, other);
  }
  return changed.subarray(0, MAX_INPUT_BYTES);
}

/** A smaller input that still fails, by leaving out ever shorter stretches. */
export function shrink(input: Buffer, stillFails: (candidate: Buffer) => boolean, maxTries: number): Buffer {
  let smallest = input;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length;) {
      if (++tries > maxTries) return smallest;
      const candidate = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (stillFails(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return smallest;
}
