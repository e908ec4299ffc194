/**
 * Loaded into the measured process before its own code: CPU time in µs, and the turns of its event loop.
 *
 * SIGUSR2 writes a report to `$FEEDMILL_BENCH_PROBE/N.json` and starts a new one; the end of the process writes `exit.json`.
 * A turn's length is wall time beyond the timer's own interval; `busy` is the main thread's time on a core within that turn, which a
 * loaded machine does not inflate.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const directory = process.env.FEEDMILL_BENCH_PROBE;
const EVERY_MS = 20;

if (isMainThread && directory !== undefined) {
  let reports = 0;
  let turns = fresh();
  let lastAt = performance.now();
  let lastCpu = mainThreadMs();

  setInterval(() => {
    const at = performance.now();
    const cpu = mainThreadMs();
    const late = at - lastAt - EVERY_MS;
    const busy = Math.min(cpu - lastCpu, at - lastAt);
    lastAt = at;
    lastCpu = cpu;
    turns.count += 1;
    turns.lateMs = Math.max(turns.lateMs, late);
    turns.busyMs = Math.max(turns.busyMs, busy);
    if (busy > 50) turns.over50 += 1;
  }, EVERY_MS).unref();

  process.on('SIGUSR2', () => {
    write(`${reports}`);
    reports += 1;
    turns = fresh();
  });
  process.on('exit', () => write('exit'));

  function write(name) {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const memory = process.memoryUsage();
    const report = { cpuUs: userCPUTime + systemCPUTime, peakMb: maxRSS / 1024, turns, memory };
    writeFileSync(`${directory}/${name}.part`, JSON.stringify(report));
    renameSync(`${directory}/${name}.part`, `${directory}/${name}.json`);
  }
}

function fresh() {
  return { count: 0, lateMs: 0, busyMs: 0, over50: 0 };
}

/** Time of the main thread on a core; of the whole process where the system does not tell. */
function mainThreadMs() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
