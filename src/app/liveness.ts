/** Does this process do its work? Containers and systemd restart it, or report it, according to this answer. */

export interface LivenessFacts {
  /** The response of its web server to `/healthz`; undefined if this process has none. */
  readonly web?: { readonly ok: boolean; readonly message: string };
  /** Time since the job loop ran last, ms; undefined if this process takes no jobs. */
  readonly jobLoopMs?: number;
  /** Whether there is a connection to Redis. */
  readonly isRedisInReach: boolean;
}

export interface Liveness {
  readonly ok: boolean;
  readonly message: string;
}

/** The loop runs every three seconds; after this time without a run it hangs. */
const LOOP_SILENT_MS = 60_000;

/** A worker that waits for Redis is alive: a restart would not bring Redis back. */
export function liveness({ web, jobLoopMs, isRedisInReach }: LivenessFacts): Liveness {
  if (web?.ok === false) return web;
  const said = web === undefined ? [] : [web.message];
  if (jobLoopMs !== undefined) {
    const seconds = Math.round(jobLoopMs / 1_000);
    if (jobLoopMs <= LOOP_SILENT_MS) said.push(`the job loop ran ${seconds} s ago`);
    else if (!isRedisInReach) said.push('the job loop waits for Redis, which cannot be reached');
    else return { ok: false, message: `the job loop has not run for ${seconds} s` };
  }
  return { ok: true, message: said.join('; ') };
}
