/** How do many checks that start or end at the same moment share one round trip? */
import { StoreError } from '../../model/errors.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { CheckClosing, CheckOpening, Checks, Opened } from '../../ports/checks.ts';
import { lua } from './lua.ts';
import { defineScript, listOf, numberOf, type RedisClient, type Reply, textOf } from './script.ts';

/** Checks per call: Redis is blocked meanwhile, about 10 µs for each check. */
const MOST_AT_ONCE = 100;

/*
 * The keys are described in `checks.ts`. In a call, all ends come before all starts, so that released slots can be
 * taken.
 */

type Arguments = readonly [kind: 'open' | 'close', ...fields: (string | number)[]];

interface Step {
  readonly args: Arguments;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens and closes checks; those of one turn of the event loop are sent to Redis together, and each has its own
 * outcome. A call that failed may have done some of them, so each may be repeated.
 */
export function createCheckSlots(client: RedisClient, prefix: string): Pick<Checks, 'open' | 'close'> {
  const script = defineScript(client, 'opening and closing checks', prefix, lua('store/checks/open-and-close.lua'));
  let closing: Step[] = [];
  let opening: Step[] = [];

  function take(args: Arguments): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (closing.length + opening.length === 0) setImmediate(send);
      (args[0] === 'close' ? closing : opening).push({ args, resolve, reject });
    });
  }

  function send(): void {
    const steps = [...closing, ...opening];
    [closing, opening] = [[], []];
    for (let from = 0; from < steps.length; from += MOST_AT_ONCE) void run(steps.slice(from, from + MOST_AT_ONCE));
  }

  async function run(steps: readonly Step[]): Promise<void> {
    try {
      const replies = listOf(await script(...steps.flatMap(({ args }) => args)));
      steps.forEach(({ resolve }, index) => {
        // If a reply is missing, the caller throws its own error.
        resolve(replies[index] ?? null);
      });
    } catch (error) {
      for (const { reject } of steps) reject(error);
    }
  }

  async function open(check: CheckOpening): Promise<Opened> {
    const { sourceId, holder, dueAt, budgetKey, now, leaseMs } = check;
    const { concurrency, delayMs } = check.budget;
    const reply = listOf(await take(['open', sourceId, holder, dueAt, budgetKey, concurrency, delayMs, now, leaseMs]));
    const kind = textOf(reply[0]);
    switch (kind) {
      case 'open':
        return { kind, state: readState(textOf(reply[1]), dueAt) };
      case 'wait':
        return { kind, untilMs: numberOf(reply[1]) };
      case 'rest':
        return { kind, untilMs: numberOf(reply[1]), state: readState(textOf(reply[2]), dueAt) };
      case 'taken':
        return { kind };
      default:
        throw new StoreError(`Redis: opening a check of ${sourceId} answered ${kind}`);
    }
  }

  async function close({ sourceId, holder, budgetKey, state, hostRestsUntil, now }: CheckClosing) {
    const written = [JSON.stringify(state), score(state), hostRestsUntil ?? 0, now, adoption(state)];
    const woken = await take(['close', sourceId, holder, budgetKey, ...written]);
    return listOf(woken).map(textOf);
  }

  return { open, close };
}

/** A paused source is never due. Redis and Lua both accept `inf`. */
export function score(state: SourceState): string {
  return state.pausedAt === undefined ? String(Math.floor(state.nextCheckAt)) : 'inf';
}

/**
 * Separate from the state, so that claiming a source returns it without reading the state; empty if none is adopted.
 */
export function adoption({ adoptedUrl, adoptedFrom }: SourceState): string {
  return adoptedUrl === undefined ? '' : JSON.stringify([adoptedUrl, adoptedFrom]);
}

/** Our own JSON is trusted; the due time stored beside it is authoritative. */
export function readState(text: string, nextCheckAt: number): SourceState {
  const state = JSON.parse(text) as SourceState;
  return Number.isFinite(nextCheckAt) ? { ...state, nextCheckAt } : state;
}
