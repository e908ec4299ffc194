/** How are due times, leases and states of sources stored? */
import type { Checks, DueSource, SetBack } from '../../ports/checks.ts';
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';
import { lua } from './lua.ts';
import { membersOfSortedSet, PORTION } from './portions.ts';
import { defineScript, failed, listOf, numberOf, optionalText, type RedisClient, textOf } from './script.ts';
import { adoption, createCheckSlots, readState, score } from './check-slots.ts';

/*
 * Keys, all behind the prefix:
 *   due        ZSET  source id -> when it is due; +inf while paused. Also the list of known sources.
 *   s:ID       HASH  v state, n due time, h holder, l end of its lease,
 *                    a the adopted address and the one it was adopted for, as a JSON list
 * A check also uses the budget of its host, see host-budgets.ts.
 */

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createChecks(client: RedisClient, prefix: string): Checks {
  const add = defineScript(client, 'adding sources', prefix, lua('store/checks/add.lua'));
  const remove = defineScript(client, 'removing sources', prefix, lua('store/checks/remove.lua'));
  const claim = defineScript(client, 'claiming due sources', prefix, lua('store/checks/claim-due.lua'));
  const { open, close } = createCheckSlots(client, prefix);
  const hastenScript = defineScript(client, 'making a check due', prefix, lua('store/checks/hasten.lua'));
  const releaseScript = defineScript(client, 'giving back a source', prefix, lua('store/checks/release.lua'));
  const writeScript = defineScript(client, 'writing a source state', prefix, lua('store/checks/write.lua'));

  const setBackScript = defineScript(client, 'setting due times back', prefix, lua('store/checks/set-back.lua'));

  async function sync(sourceIds: readonly string[], now: number, apartMs: (added: number) => number) {
    const known = new Set(await membersOfSortedSet(client, `${prefix}due`, 'listing sources'));
    const wanted = new Set(sourceIds);
    const fresh = sourceIds.filter((id) => !known.has(id));
    const stale = [...known].filter((id) => !wanted.has(id));
    const apart = apartMs(fresh.length);
    let added = 0;
    for (const batch of batches(fresh)) {
      const pairs = batch.flatMap(({ item, index }) => [item, now + Math.floor(apart * index)]);
      added += numberOf(await add(JSON.stringify(FIRST_STATE), ...pairs));
    }
    let removed = 0;
    for (const batch of batches(stale)) removed += numberOf(await remove(...batch.map(({ item }) => item)));
    return { added, removed };
  }

  async function claimDue(now: number, limit: number, leaseMs: number): Promise<readonly DueSource[]> {
    const found = listOf(await claim(now, limit, leaseMs));
    const due: DueSource[] = [];
    for (let at = 0; at < found.length; at += 3) {
      const adopted = textOf(found[at + 2]);
      due.push({
        sourceId: textOf(found[at]),
        dueAt: numberOf(found[at + 1]),
        ...(adopted !== '' && readAdoption(adopted)),
      });
    }
    return due;
  }

  async function read(sourceIds: readonly string[]): Promise<readonly (SourceState | undefined)[]> {
    const replies = await Promise.all(sourceIds.map((id) => client.hmgetBuffer(`${prefix}s:${id}`, 'v', 'n'))).catch(
      (error: unknown) => {
        throw failed('reading source states', error);
      },
    );
    return replies.map(([state, nextAt]) => {
      const text = optionalText(state);
      return text === undefined ? undefined : readState(text, nextAt ? numberOf(nextAt) : 0);
    });
  }

  async function hasten(sourceId: string, at: number): Promise<void> {
    await hastenScript(sourceId, Math.floor(at));
  }

  async function release(sourceId: string, at: number): Promise<void> {
    await releaseScript(sourceId, Math.floor(at));
  }

  async function write(sourceId: string, state: SourceState, now: number): Promise<boolean> {
    return numberOf(await writeScript(sourceId, JSON.stringify(state), score(state), now, adoption(state))) === 1;
  }

  async function count(): Promise<number> {
    return client.zcard(`${prefix}due`).catch((error: unknown) => {
      throw failed('counting sources', error);
    });
  }

  async function dueTimes(sourceIds: readonly string[]): Promise<readonly (number | undefined)[]> {
    if (sourceIds.length === 0) return [];
    const scores = await client.zmscore(`${prefix}due`, ...sourceIds).catch((error: unknown) => {
      throw failed('reading due times', error);
    });
    return scores.map((at) => (at === null ? undefined : at === 'inf' ? Number.POSITIVE_INFINITY : Number(at)));
  }

  async function setBack(sources: readonly SetBack[], now: number, longestLeaseMs: number): Promise<void> {
    for (const batch of batches(sources)) {
      const fields = batch.flatMap(({ item: { sourceId, budgetKey, nextCheckAt } }) => [
        sourceId,
        budgetKey,
        Number.isFinite(nextCheckAt) ? Math.floor(nextCheckAt) : 'inf',
      ]);
      await setBackScript(now, longestLeaseMs, ...fields);
    }
  }

  return { sync, claimDue, open, close, read, write, hasten, release, count, dueTimes, setBack };
}

function readAdoption(text: string): Pick<SourceState, 'adoptedUrl' | 'adoptedFrom'> {
  // Written by `adoption`; JSON turns its absent values into null.
  const [adoptedUrl, adoptedFrom] = JSON.parse(text) as readonly [string, string | null];
  return { adoptedUrl, ...(adoptedFrom !== null && { adoptedFrom }) };
}

function* batches<T>(items: readonly T[]): Generator<readonly { readonly item: T; readonly index: number }[]> {
  for (let from = 0; from < items.length; from += PORTION) {
    yield items.slice(from, from + PORTION).map((item, offset) => ({ item, index: from + offset }));
  }
}
