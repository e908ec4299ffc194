/** May a request that is no check of a source go to its host now? The budgets are those that `visits.ts` spends. */
import type { HostBudgets } from '../../ports/checks.ts';
import { lua } from './lua.ts';
import { defineScript, listOf, numberOf, type RedisClient, textOf } from './script.ts';

/** Where all slots are taken, it is looked again after this time. */
const LOOK_AGAIN_MS = 1_000;

/*
 * The keys of a budget are told in `checks.ts`. Beside them:
 *   bo:BUDGET  HASH  holder -> the start that is reserved for it
 */

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createHostBudgets(client: RedisClient, prefix: string): HostBudgets {
  const enterScript = defineScript(client, 'taking a slot of a host', prefix, lua('store/host-budgets/enter.lua'));
  const leaveScript = defineScript(client, 'leaving a slot of a host', prefix, lua('store/host-budgets/leave.lua'));
  return {
    async enter({ holder, budgetKey, budget, now, leaseMs }) {
      const { concurrency, delayMs } = budget;
      const [kind, untilMs] = listOf(
        await enterScript(holder, budgetKey, concurrency, delayMs, now, leaseMs, LOOK_AGAIN_MS),
      );
      return textOf(kind) === 'open' ? { kind: 'open' } : { kind: 'wait', untilMs: numberOf(untilMs) };
    },
    async leave(holder, budgetKey, restsUntil, now) {
      return listOf(await leaveScript(holder, budgetKey, restsUntil ?? 0, now)).map(textOf);
    },
  };
}
