/** How are the figures shown? */
import type { Measured } from './measure.ts';

export interface Row extends Measured {
  readonly step: string;
  readonly who: string;
}

type Column = readonly [title: string, width: number, text: (row: Row) => string];

const number = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits);

const COLUMNS: readonly Column[] = [
  ['CPU s', 9, ({ cpuS }) => number(cpuS, 3)],
  ['worker', 8, ({ workerS }) => number(workerS, 3)],
  ['Redis', 8, ({ redisS }) => number(redisS, 3)],
  ['wall s', 8, ({ wallS }) => number(wallS, 1)],
  ['peak MB', 8, ({ peakMb }) => number(peakMb, 0)],
  ['Redis MB', 9, ({ redisPeakMb }) => number(redisPeakMb, 0)],
  ['commands', 10, ({ commands }) => number(commands, 0)],
  ['in MB', 8, ({ redisInMb }) => number(redisInMb, 2)],
  ['out MB', 8, ({ redisOutMb }) => number(redisOutMb, 2)],
  ['files', 7, ({ files }) => number(files, 0)],
  ['MB', 8, ({ fileMb }) => number(fileMb, 2)],
  ['turn ms', 8, ({ busyMs }) => number(busyMs, 0)],
  ['>50', 5, ({ over50 }) => number(over50, 0)],
];

const NAME_WIDTH = 46;

export function heading(): string {
  return 'step'.padEnd(NAME_WIDTH) + COLUMNS.map(([title, width]) => title.padStart(width)).join('');
}

export function line(row: Row): string {
  const name = `${row.step}, ${row.who}`.padEnd(NAME_WIDTH);
  return `${name}${COLUMNS.map(([, width, text]) => text(row).padStart(width)).join('')}  ${row.note ?? ''}`.trimEnd();
}
