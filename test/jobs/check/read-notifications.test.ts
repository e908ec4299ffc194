import { describe, expect, it } from 'vitest';
import { readNotifications } from '../../../src/jobs/check/read-notifications.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import type { HubNotification } from '../../../src/model/source-subscription.ts';
import { checkDesk } from '../../support/check-deps.ts';
import { Killed } from '../../support/memory-store.ts';
import { documentOf, HOUR, itemsOf, settingsWith, T0 } from '../check-slots.ts';
import { subscription } from '../subscribe/samples.ts';

const NEVER = new AbortController().signal;
const items = itemsOf(4, T0 - HOUR);

function pushOf(number: number, sourceId = 'a'): HubNotification {
  return {
    sourceId,
    callbackId: 'one',
    topic: 'https://a.example/feed',
    body: Buffer.from(documentOf(items.slice(number, number + 2))),
    contentType: 'application/rss+xml',
    receivedAt: T0,
  };
}

function desk(state: SourceState = { ...FIRST_STATE, nextCheckAt: T0 + HOUR }) {
  const subscriptions = [{ sourceId: 'a', list: [subscription({ callbackId: 'one' })] }];
  return checkDesk({ settings: settingsWith(), states: { a: state }, subscriptions, now: T0 });
}

describe('readNotifications', () => {
  it('reads all that wait, oldest first, and leaves the time of the next check as it is', async () => {
    const { deps, store, checks, sourceSubscriptions, asked } = desk();
    sourceSubscriptions.pushes.push(pushOf(0), pushOf(2));
    expect(await readNotifications('a', 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(store.all()).toHaveLength(4);
    expect(sourceSubscriptions.pushes).toEqual([]);
    expect(checks.states.get('a')).toMatchObject({ nextCheckAt: T0 + HOUR, failures: 0 });
    expect(sourceSubscriptions.read('a')?.list[0]?.brought).toBe(4);
    expect(asked).toEqual([]);
  });

  it('keeps a notification until its posts and the state are written, whichever write the process dies after', async () => {
    const whole = desk();
    whole.sourceSubscriptions.pushes.push(pushOf(0));
    await readNotifications('a', 'job', whole.deps, NEVER);
    for (let write = 1; write <= whole.store.writes.length; write += 1) {
      const { deps, store, sourceSubscriptions } = desk();
      sourceSubscriptions.pushes.push(pushOf(0));
      store.killAfter(write);
      await expect(readNotifications('a', 'job', deps, NEVER)).rejects.toThrow(Killed);
      expect(sourceSubscriptions.pushes).toHaveLength(1);
      store.killAfter(undefined);
      await readNotifications('a', 'job', deps, NEVER);
      expect({ write, posts: store.all() }).toEqual({ write, posts: whole.store.all() });
      expect(sourceSubscriptions.pushes).toEqual([]);
    }
  });

  it('comes back soon while a check of the source is under way, and drops nothing', async () => {
    const { deps, checks, sourceSubscriptions } = desk();
    checks.busy.add('a');
    sourceSubscriptions.pushes.push(pushOf(0));
    expect(await readNotifications('a', 'job', deps, NEVER)).toEqual({ kind: 'later', atMs: T0 + 1_000 });
    expect(sourceSubscriptions.pushes).toHaveLength(1);
  });

  it.each([
    ['a source that is paused', 'a', { ...FIRST_STATE, pausedAt: T0 }],
    ['a source that left the config', 'gone', FIRST_STATE],
  ])('drops what is for %s', async (_title, sourceId, state) => {
    const { deps, store, sourceSubscriptions } = desk(state);
    sourceSubscriptions.pushes.push(pushOf(0, sourceId));
    expect(await readNotifications(sourceId, 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(sourceSubscriptions.pushes).toEqual([]);
    expect(store.all()).toEqual([]);
  });

  it('changes nothing by a document that is no feed, and goes on with the next one', async () => {
    const { deps, store, checks, sourceSubscriptions } = desk();
    sourceSubscriptions.pushes.push({ ...pushOf(0), body: Buffer.from('<html>') }, pushOf(0));
    await readNotifications('a', 'job', deps, NEVER);
    expect(store.all()).toHaveLength(2);
    expect(checks.states.get('a')?.failures).toBe(0);
  });
});
