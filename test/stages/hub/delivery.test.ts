/** What follows from how a delivery went? */
import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../src/model/call-outcome.ts';
import { afterDelivery } from '../../../src/stages/hub/delivery.ts';

const NOW = Date.UTC(2026, 0, 10);
const DAY_MS = 86_400_000;
const fresh = { failures: 0, leaseEndsAt: NOW + 10 * DAY_MS };
const answered = (status: number, retryAfterMs?: number): CallOutcome => ({
  kind: 'answered',
  status,
  body: new Uint8Array(),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const silent: CallOutcome = { kind: 'failed', message: 'connection refused' };
/** In the middle of the jitter. */
const after = (subscription: Parameters<typeof afterDelivery>[0], result: CallOutcome) =>
  afterDelivery(subscription, result, NOW, 0.5);

describe('afterDelivery', () => {
  it.each([200, 201, 202, 204, 299])('takes %d for delivered', (status) => {
    expect(after(fresh, answered(status))).toEqual({ kind: 'delivered' });
  });

  it.each([
    ['no answer', silent],
    ['a redirect, which moves no subscription', answered(302)],
    ['404', answered(404)],
    ['500', answered(500)],
  ])('tries again after %s', (_what, result) => {
    expect(after(fresh, result)).toEqual({ kind: 'retry', atMs: NOW + 30_000, failures: 1, failingSince: NOW });
  });

  it.each([
    [1, 60_000],
    [4, 480_000],
    [20, 6 * 3_600_000],
  ])('waits longer after %d failures', (failures, waitMs) => {
    expect(after({ ...fresh, failures, failingSince: NOW - 1_000 }, silent)).toMatchObject({
      atMs: NOW + waitMs,
      failures: failures + 1,
      failingSince: NOW - 1_000,
    });
  });

  it('waits as long as Retry-After asks, up to six hours', () => {
    expect(after(fresh, answered(503, 600_000))).toMatchObject({ atMs: NOW + 600_000 });
    expect(after(fresh, answered(429, 30 * DAY_MS))).toMatchObject({ atMs: NOW + 6 * 3_600_000 });
  });

  it('drops who answers 410, at once', () => {
    expect(after(fresh, answered(410))).toMatchObject({ kind: 'drop' });
  });

  it('drops who has failed for three days, and says what was last found', () => {
    const failing = { ...fresh, failures: 12, failingSince: NOW - 3 * DAY_MS };
    expect(after(failing, silent)).toEqual({
      kind: 'drop',
      reason: 'no delivery has succeeded for days; the last one: connection refused',
    });
  });

  it('does not drop one for two failures that are days apart', () => {
    expect(after({ ...fresh, failures: 1, failingSince: NOW - 4 * DAY_MS }, silent).kind).toBe('retry');
  });

  it('does not try beyond the end of the lease', () => {
    expect(after({ ...fresh, leaseEndsAt: NOW + 20_000 }, silent)).toMatchObject({ kind: 'drop' });
  });
});
