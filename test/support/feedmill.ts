/** The real command as a child process, on a config directory of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  readonly log: () => string;
  /** Resolves when a line of the log matches. @throws Error with the log when the process ends first */
  readonly logged: (pattern: RegExp) => Promise<void>;
  readonly finished: Promise<Finished>;
  /** Ends it and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

export interface Workplace {
  readonly directory: string;
  path(name: string): string;
  write(name: string, text: string | Uint8Array): Promise<void>;
  /** Runs a command to its end. */
  run(args: readonly string[], input?: string | Uint8Array): Promise<Finished>;
  /** @param more  variables of the environment for this process alone */
  start(args: readonly string[], more?: Readonly<Record<string, string>>): Running;
  /** Ends what still runs, removes everything. */
  close(): Promise<void>;
}

/** @param environment  beside PATH; REDIS_URL is left out, so that the embedded server is used */
export async function makeWorkplace(environment: Readonly<Record<string, string>> = {}): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-'));
  const children: Running[] = [];

  function start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...environment, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const finished = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
    const running: Running = {
      process: child,
      log: () => stderr,
      logged: async (pattern) => {
        while (!pattern.test(stderr)) {
          const more = await Promise.race([once(child.stderr, 'data').then(() => true), finished.then(() => false)]);
          if (!more && !pattern.test(stderr)) throw new Error(`ended before ${String(pattern)} was logged:\n${stderr}`);
        }
      },
      finished,
      stop: (signal = 'SIGTERM') => {
        child.kill(signal);
        return finished;
      },
    };
    children.push(running);
    return running;
  }

  return {
    directory,
    path: (name) => join(directory, name),
    write: async (name, text) => {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    },
    run: async (args, input) => {
      const running = start(args);
      running.process.stdin?.end(input ?? '');
      return running.finished;
    },
    start,
    close: async () => {
      await Promise.all(children.map((running) => running.stop('SIGKILL')));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
