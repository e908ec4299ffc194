/** Where do the lines of the log go? */
import { pino } from 'pino';
import type { Log } from '../ports/log.ts';

/** JSON lines on standard error; standard output is for what a command prints. Secrets in addresses never get this far. */
export function createLog(level: string): Log & ReturnType<typeof pino> {
  return pino({ level: process.env['FEEDMILL_LOG'] ?? level, base: null }, pino.destination({ dest: 2, sync: true }));
}
