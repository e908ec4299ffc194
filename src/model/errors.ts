/** Which errors are thrown, and who has to act? (Failures of an origin are values: see fetch-outcome.ts and feed.ts.) */

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key, `sources[2].url`; empty for the whole file. */
  readonly path: string;
  /** The problem, and what is allowed. */
  readonly message: string;
}

/** The operator has to act. Thrown once, with every problem; the process exits with 2 before it opens a connection. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column: path: problem, what is allowed`. */
export function describeProblem(problem: ConfigProblem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}:${problem.line}:${problem.column}: ${path}${problem.message}`;
}

/** Redis has failed. The queue retries the job. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** A finished document could not be written. The queue retries the job. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** A programming error of ours. The job fails at once. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** The code of an error of Node.js or a library, such as `ENOENT`; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
