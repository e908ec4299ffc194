/** How are durations, times and rates written in a sentence? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', millisecondsInDay],
  ['h', millisecondsInHour],
  ['min', millisecondsInMinute],
  ['s', 1000],
];

/** At most two units: `2 d 3 h`, `1 h 36 min`, `45 s`. */
export function inWords(ms: number): string {
  const [, seconds = 1000] = UNITS.at(-1) ?? [];
  if (ms < seconds) return `${Math.max(0, Math.round(ms))} ms`;
  const first = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  const [unit = 's', unitMs = 1000] = UNITS[first] ?? [];
  const [nextUnit, nextMs] = UNITS[first + 1] ?? [];
  if (nextUnit === undefined || nextMs === undefined) return `${Math.round(ms / unitMs)} ${unit}`;
  const rounded = Math.round(ms / nextMs) * nextMs;
  const whole = Math.floor(rounded / unitMs);
  const rest = Math.round((rounded - whole * unitMs) / nextMs);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}

/** `about 24 a day`, `about 1.5 a day`, `about 3 a week`, `about 2 a month`, `about 1 a year`. */
export function rateInWords(perDay: number): string {
  const figure = (value: number): string => (value >= 10 ? String(Math.round(value)) : String(+value.toFixed(1)));
  if (perDay >= 0.95) return `about ${figure(perDay)} a day`;
  if (perDay >= 0.95 / 7) return `about ${figure(perDay * 7)} a week`;
  if (perDay >= 0.95 / 30.4) return `about ${figure(perDay * 30.4)} a month`;
  return perDay * 365 >= 0.1 ? `about ${figure(perDay * 365)} a year` : 'next to none';
}
