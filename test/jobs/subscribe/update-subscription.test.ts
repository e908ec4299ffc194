import { describe, expect, it } from 'vitest';
import { updateSubscription, updateSubscriptions } from '../../../src/jobs/subscribe/update-subscription.ts';
import { StoreError } from '../../../src/model/errors.ts';
import { memorySourceSubscriptions } from '../../support/memory-subscriptions.ts';
import { subscription } from './samples.ts';

describe('updateSubscriptions', () => {
  it('begins with no subscriptions for an unknown source, and writes the edit', async () => {
    const store = memorySourceSubscriptions();
    const after = await updateSubscriptions('news', store, (before) => ({ ...before, list: [subscription()] }));
    expect(after).toEqual({ subscriptions: { sourceId: 'news', list: [subscription()] }, isEdited: true });
    expect(store.read('news')).toEqual(after.subscriptions);
  });

  it('writes nothing for an edit that gives undefined', async () => {
    const store = memorySourceSubscriptions();
    expect(await updateSubscriptions('news', store, () => undefined)).toMatchObject({ isEdited: false });
    expect(store.read('news')).toBeUndefined();
  });

  it('edits the newer value again after another worker has written', async () => {
    const store = memorySourceSubscriptions({ sourceId: 'news', list: [subscription()] });
    store.overtake(3);
    let edits = 0;
    await updateSubscriptions('news', store, (before) => ((edits += 1), { ...before, list: [] }));
    expect(edits).toBe(4);
    expect(store.read('news')?.list).toEqual([]);
  });

  it('gives up with a StoreError that names the source when others write all the time', async () => {
    const store = memorySourceSubscriptions({ sourceId: 'news', list: [] });
    store.overtake(1_000);
    const update = updateSubscriptions('news', store, (before) => ({ ...before, list: [subscription()] }));
    await expect(update).rejects.toThrow(StoreError);
    await expect(update).rejects.toThrow(/subscriptions of news were changed by others in 20 attempts/u);
  });
});

describe('updateSubscription', () => {
  it('edits the subscription with the callback and leaves the others', async () => {
    const other = subscription({ callbackId: 'two' });
    const store = memorySourceSubscriptions({ sourceId: 'news', list: [subscription(), other] });
    await updateSubscription('news', 'one', store, (before) => ({ ...before, pushes: 7 }));
    expect(store.read('news')?.list).toEqual([subscription({ pushes: 7 }), other]);
  });

  it('does nothing if the subscription does not exist any more', async () => {
    const store = memorySourceSubscriptions({ sourceId: 'news', list: [] });
    await updateSubscription('news', 'one', store, () => {
      throw new Error('nothing to edit');
    });
    expect(store.read('news')?.list).toEqual([]);
  });
});
