import { describe, expect, it } from 'vitest';
import { isoSeconds, utcDay, utcMinute } from '../../../src/syntax/date/format.ts';

const moments = [
  ['in winter', Date.UTC(2026, 10, 23, 14, 5, 9, 999), '2026-11-23T14:05:09Z', '2026-11-23 14:05 UTC', '2026-11-23'],
  ['in summer', Date.UTC(2026, 6, 1, 0, 0, 0), '2026-07-01T00:00:00Z', '2026-07-01 00:00 UTC', '2026-07-01'],
  ['the epoch', 0, '1970-01-01T00:00:00Z', '1970-01-01 00:00 UTC', '1970-01-01'],
  ['before the epoch', -1, '1969-12-31T23:59:59Z', '1969-12-31 23:59 UTC', '1969-12-31'],
  ['29 February', Date.UTC(2028, 1, 29, 23, 59, 59), '2028-02-29T23:59:59Z', '2028-02-29 23:59 UTC', '2028-02-29'],
] as const;

describe.each(moments)('a moment %s', (_title, epochMs, seconds, minute, day) => {
  it('is written in UTC, whatever the zone of the machine is', () => {
    expect([isoSeconds(epochMs), utcMinute(epochMs), utcDay(epochMs)]).toEqual([seconds, minute, day]);
  });
});

describe('isoSeconds', () => {
  it('throws for what is not a moment', () => {
    expect(() => isoSeconds(Number.NaN)).toThrow(RangeError);
  });
});
