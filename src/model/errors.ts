/** Whose move is it when something cannot go on? (What an origin got wrong is a value, see outcome.ts and feed.ts.) */

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key, `sources[2].url`; empty for the whole file. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/** The operator's move: thrown once, with every problem; the process ends with 2 before any connection. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column: path: what is wrong, what is allowed`. */
export function describeProblem(problem: ConfigProblem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}:${problem.line}:${problem.column}: ${path}${problem.message}`;
}

/** Infrastructure's move: Redis did not do as asked; the queue tries again. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Infrastructure's move: a finished document could not be put where readers get it. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** Our move: something that cannot be was. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
