/** What was touched since it was last published? */
import type { Outbox, DirtyKey } from '../../ports/outbox.ts';
import { lua } from './lua.ts';
import { defineScript, failed, numberOf, type RedisClient } from './script.ts';

const EVERYTHING_BATCH = 1_000;

/** A transactional outbox: `Posts` notes each touch in the step that makes it, so that no crash loses one. */
export function createOutbox(client: RedisClient, prefix: string): Outbox {
  const touchScript = defineScript(client, 'touching', prefix, lua('store/outbox/mark-dirty.lua'));
  const everythingScript = defineScript(
    client,
    'touching everything',
    prefix,
    lua('store/outbox/mark-everything-dirty.lua'),
  );
  const doneScript = defineScript(client, 'clearing the outbox', prefix, lua('store/outbox/done.lua'));

  const reading = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));

  async function dirty(): Promise<readonly DirtyKey[]> {
    const versions = await reading(client.hgetall(`${prefix}touched`));
    return Object.entries(versions).map(([key, version]) => ({ key, version }));
  }

  async function bulkCount(): Promise<number> {
    return reading(client.hlen(`${prefix}rest`));
  }

  async function bulk(limit: number): Promise<readonly DirtyKey[]> {
    const found: DirtyKey[] = [];
    let cursor = '0';
    do {
      const [next, pairs] = await reading(client.hscan(`${prefix}rest`, cursor, 'COUNT', limit));
      for (let at = 0; at + 1 < pairs.length; at += 2)
        found.push({ key: pairs[at] ?? '', version: pairs[at + 1] ?? '' });
      cursor = next;
    } while (cursor !== '0' && found.length < limit);
    return found;
  }

  async function markDirty(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await touchScript(...keys);
  }

  async function markEverythingDirty(): Promise<number> {
    for (let from = 0; ; from += EVERYTHING_BATCH) {
      const found = numberOf(await everythingScript(from, EVERYTHING_BATCH));
      if (found < EVERYTHING_BATCH) return from + found;
    }
  }

  async function templateVersion(): Promise<string | undefined> {
    return (await reading(client.get(`${prefix}look`))) ?? undefined;
  }

  async function setTemplateVersion(value: string): Promise<void> {
    await reading(client.set(`${prefix}look`, value));
  }

  async function done(items: readonly DirtyKey[]): Promise<void> {
    if (items.length > 0) await doneScript(...items.flatMap(({ key, version }) => [key, version]));
  }

  return { dirty, bulkCount, bulk, done, markDirty, markEverythingDirty, templateVersion, setTemplateVersion };
}
