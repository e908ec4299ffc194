/** May a request be sent to this host now, and if not, when? */
import type { HostBudgets, HostWait } from '../../ports/checks.ts';
import { lua } from './lua.ts';
import { defineScript, failed, listOf, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix; checks of sources (checks.ts) and all other requests share them:
 *   b:BUDGET   HASH  n first start not yet reserved, s last start, r no requests until then (Retry-After)
 *   br:BUDGET  ZSET  holder -> the start reserved for it
 *   bs:BUDGET  ZSET  holder -> end of its lease: the slots in use
 *   bw:BUDGET  ZSET  holder -> since when it has waited for a slot
 * Channel `woken`: each holder for which a slot became free.
 */

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createHostBudgets(client: RedisClient, prefix: string): HostBudgets {
  const enterScript = defineScript(client, 'taking a slot of a host', prefix, lua('store/host-budgets/enter.lua'));
  const leaveScript = defineScript(client, 'releasing a slot of a host', prefix, lua('store/host-budgets/leave.lua'));

  async function wait(budgetKey: string, now: number): Promise<HostWait> {
    const [[freeFrom, restsUntil], inUse] = await Promise.all([
      client.hmget(`${prefix}b:${budgetKey}`, 'n', 'r'),
      client.zcount(`${prefix}bs:${budgetKey}`, `(${now}`, '+inf'),
    ]);
    return {
      ...(Number(restsUntil) > now && { restsUntil: Number(restsUntil) }),
      ...(Number(freeFrom) > now && { freeFrom: Number(freeFrom) }),
      inUse,
    };
  }

  return {
    waits: (budgetKeys, now) =>
      Promise.all(budgetKeys.map((key) => wait(key, now))).catch((error: unknown) => {
        throw failed('reading the budgets of hosts', error);
      }),
    async enter({ holder, budgetKey, budget, now, leaseMs }) {
      const { concurrency, delayMs } = budget;
      const [kind, untilMs] = listOf(await enterScript(holder, budgetKey, concurrency, delayMs, now, leaseMs));
      return textOf(kind) === 'open' ? { kind: 'open' } : { kind: 'wait', untilMs: numberOf(untilMs) };
    },
    async leave(holder, budgetKey, restsUntil, now) {
      return listOf(await leaveScript(holder, budgetKey, restsUntil ?? 0, now)).map(textOf);
    },
  };
}
