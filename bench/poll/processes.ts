/** What does a process cost: its CPU time, its memory, and how is one started and asked? */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { OriginCount, OriginOrder } from './origin.ts';

/** Linux counts CPU time in hundredths of a second. */
const TICK_US = 10_000;

/** User and system time of a process, all threads, µs. */
export function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Memory in use now, and the most so far, MB. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

export interface OriginProcess {
  readonly port: number;
  readonly pid: number;
  count(): Promise<OriginCount>;
  stop(): void;
}

export async function startOriginProcess(order: OriginOrder): Promise<OriginProcess> {
  const child = fork(new URL('./origin.ts', import.meta.url));
  const { port } = (await ask(child, order)) as { port: number };
  return {
    port,
    pid: child.pid ?? 0,
    count: () => ask(child, 'count') as Promise<OriginCount>,
    stop: () => child.kill(),
  };
}

/** Sends a message to a forked process and waits for its answer; the two know each other's shapes. */
export async function ask(child: ChildProcess, message: object | string): Promise<unknown> {
  const answered = once(child, 'message');
  child.send(message);
  const [answer] = (await answered) as [unknown];
  return answer;
}
