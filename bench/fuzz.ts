/** What breaks when nearly right input goes in, for minutes on end? `npx tsx bench/fuzz.ts --target dates --minutes 1` */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { charsetTarget } from './fuzz/charset.ts';
import { datesTarget } from './fuzz/dates.ts';
import { jsonTarget } from './fuzz/json.ts';
import { mathmlTarget } from './fuzz/mathml.ts';
import { MAX_INPUT_BYTES, mutate, shrink } from './fuzz/mutate.ts';
import { seededRandom } from './fuzz/random.ts';
import { readerTarget } from './fuzz/reader.ts';
import { sanitiserTarget } from './fuzz/sanitiser.ts';
import type { Target } from './fuzz/target.ts';

const TARGETS: Readonly<Record<string, (corpus: readonly Buffer[]) => Target>> = {
  charset: (corpus) => ({ ...charsetTarget, seeds: [...charsetTarget.seeds, ...corpus] }),
  dates: () => datesTarget,
  json: jsonTarget,
  mathml: mathmlTarget,
  reader: readerTarget,
  sanitiser: sanitiserTarget,
};

/** An input may take this much CPU time, and more for each byte; the best of three tries counts. */
const SLOW_MS = 250;
const SLOW_MS_PER_BYTE = 0.01;
/** No answer for so much CPU time is a hang. */
const HANG_MS = 30_000;
const WATCH_MS = 1000;
const MAX_FINDINGS = 10;
const MAX_SEED_BYTES = 65_536;

interface Task {
  readonly target: string;
  readonly seed: number;
  readonly untilMs: number;
  readonly corpus: string;
  /** Checks begun, length of the current input, and the input: what the watchdog sees. */
  readonly shared: SharedArrayBuffer;
}

interface Report {
  readonly kind: 'finding' | 'done';
  readonly message: string;
  readonly input?: Uint8Array;
}

/** Files below a directory, not too large to start from. */
function readCorpus(directory: string): Buffer[] {
  if (directory === '') return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => join(directory, file))
    .filter((file) => statSync(file).isFile() && statSync(file).size <= MAX_SEED_BYTES)
    .map((file) => readFileSync(file));
}

function run(task: Task, report: (message: Report) => void): void {
  const target = TARGETS[task.target]?.(readCorpus(task.corpus));
  if (target === undefined) throw new Error(`no target ${task.target}`);
  const random = seededRandom(task.seed);
  const header = new Int32Array(task.shared, 0, 2);
  const window = new Uint8Array(task.shared, 8);
  const pool = [...target.seeds];
  const seen = new Set<string>();
  const messages = new Set<string>();
  let cases = 0;
  const show = (input: Buffer): Buffer => {
    window.set(input.subarray(0, window.length));
    Atomics.store(header, 1, Math.min(input.length, window.length));
    Atomics.add(header, 0, 1);
    return input;
  };
  while (Date.now() < task.untilMs && messages.size < MAX_FINDINGS) {
    const input =
      cases < pool.length
        ? (pool[cases] ?? Buffer.alloc(0))
        : random.chance(0.3)
          ? target.generate(random)
          : mutate(random.pick(pool), random, target.dictionary, random.pick(pool));
    cases++;
    const problem = problemOf(target, show(input), (signature) => {
      if (seen.has(signature) || seen.size > 20_000) return;
      seen.add(signature);
      pool.push(input);
    });
    if (problem === undefined || messages.has(shortened(problem))) continue;
    messages.add(shortened(problem));
    const kind = shortened(problem);
    const smallest = shrink(input, (candidate) => shortened(problemOf(target, show(candidate)) ?? '') === kind, 2000);
    report({ kind: 'finding', message: `case ${cases}: ${problemOf(target, smallest) ?? problem}`, input: smallest });
  }
  report({ kind: 'done', message: `${cases} cases, ${seen.size} kinds of behaviour, ${messages.size} findings` });
}

/** What happened without what it happened to (`what: to what`), nor numbers: findings that share it are taken for one. */
function shortened(problem: string): string {
  return problem.split(':').slice(0, 2).join(':').replace(/\d+/g, 'N').slice(0, 60);
}

function problemOf(target: Target, input: Buffer, seen?: (signature: string) => void): string | undefined {
  const allowedMs = SLOW_MS + SLOW_MS_PER_BYTE * input.length;
  let fastest = Infinity;
  try {
    for (let tries = 0; tries < 3 && fastest > allowedMs; tries++) {
      const start = cpuMs();
      const signature = target.check(input);
      fastest = Math.min(fastest, cpuMs() - start);
      seen?.(signature);
    }
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return fastest > allowedMs ? `slow: ${fastest.toFixed(0)} ms for ${input.length} bytes` : undefined;
}

/** Of the process: other programs on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function watch(): void {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: 'dates' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
      corpus: { type: 'string', default: '' },
      out: { type: 'string', default: join(tmpdir(), 'feedmill-fuzz') },
    },
  });
  const { target, corpus, out } = values;
  if (TARGETS[target] === undefined) throw new Error(`--target is one of ${Object.keys(TARGETS).join(', ')}`);
  const seed = Number(values.seed);
  const shared = new SharedArrayBuffer(8 + MAX_INPUT_BYTES);
  const header = new Int32Array(shared, 0, 2);
  const untilMs = Date.now() + Number(values.minutes) * 60_000;
  console.log(`fuzzing ${target} for ${values.minutes} min, --seed ${seed}`);
  // A worker of Node 20 does not take over the loader of TypeScript.
  const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`;
  const worker = new Worker(start, {
    eval: true,
    workerData: { target, seed, untilMs, corpus, shared } satisfies Task,
  });
  mkdirSync(out, { recursive: true });
  const save = (input: Uint8Array): string => {
    const file = join(out, `${target}-${seed}-${Date.now()}.bin`);
    writeFileSync(file, input);
    return file;
  };
  let checks = -1;
  let sinceMs = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(header, 0);
    if (now !== checks) {
      checks = now;
      sinceMs = cpuMs();
    } else if (cpuMs() - sinceMs > HANG_MS) {
      const file = save(Uint8Array.from(new Uint8Array(shared, 8, Atomics.load(header, 1))));
      console.error(`HANG in check ${now}, input in ${file}`);
      process.exit(1);
    }
  }, WATCH_MS);
  worker.on('message', (report: Report) => {
    if (report.kind === 'finding') {
      process.exitCode = 1;
      console.error(`FOUND ${report.message}`);
      if (report.input !== undefined) console.error(`  input in ${save(report.input)}`);
      return;
    }
    console.log(report.message);
  });
  worker.on('error', (error) => {
    process.exitCode = 1;
    console.error('the worker broke:', error);
  });
  worker.on('exit', () => {
    clearInterval(timer);
  });
}

if (isMainThread) watch();
// What `watch` gave the worker above.
else run(workerData as Task, (message) => parentPort?.postMessage(message));
