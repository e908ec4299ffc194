/** How long does a recording last that says `1:02:03`? */

const CLOCK = /^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d+)?)$/;
const SECONDS = /^\d{1,7}(?:[.,]\d+)?$/;
/** ISO 8601 §5.5.2 without years and months, and the same letters or words without its frame: `1h 2m 3s`, `45 min`. */
const UNITS =
  /^p?t?(?:(\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|小时|小時|时|時))?[\s,]*(?:(\d+(?:[.,]\d+)?)\s*(?:m|mins?|minutes?|分钟|分鐘|分))?[\s,]*(?:(\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|秒))?\.?$/i;

const MAX_LENGTH = 40;

/**
 * @param written  `HH:MM:SS`, `MM:SS`, seconds, `PT1H2M3S`, `45 min`, `45分钟`
 * @returns        whole seconds, 1 or more; undefined for anything else, and for 0, which means unknown
 */
export function mediaDuration(written: string): number | undefined {
  const text = written.trim();
  if (text.length > MAX_LENGTH) return undefined;
  const parts = SECONDS.test(text) ? [text] : (CLOCK.exec(text) ?? UNITS.exec(text))?.slice(1);
  if (parts === undefined) return undefined;
  const numbers = parts.map((part: string | undefined) => Number((part ?? '0').replace(',', '.')));
  const seconds = Math.round(numbers.reduce((sum, number) => sum * 60 + number, 0));
  return seconds > 0 ? seconds : undefined;
}
