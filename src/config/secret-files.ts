/** Which values of `${NAME}` come from files instead of the environment? */
import { readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { codeOf, ConfigError, type ConfigProblem } from '../model/errors.ts';
import type { ConfigFile } from './files.ts';
import type { Environment } from './variables.ts';

export interface EnvironmentWithFiles {
  readonly environment: Environment;
  /** Values read from files: the log must not show them. */
  readonly secrets: readonly string[];
}

const DEFAULT_DIRECTORY = '/run/secrets';
/** A secret is a password, a token or an address; a larger file is a mistake. */
const MOST_BYTES = 64 * 1024;
/** Feedmill reads it itself, even if no config names it. */
const ALWAYS = ['REDIS_URL'];

/**
 * The value of each variable that the config names: the variable itself, else the file that `NAME_FILE` names, else
 * the file
 * `NAME` in a directory of `FEEDMILL_SECRETS` (default `/run/secrets`) or of `CREDENTIALS_DIRECTORY`, which systemd sets.
 *
 * @throws ConfigError if a file that `NAME_FILE` names cannot be read, or a secret is not text; the message never
 * contains a value
 */
export async function readSecretFiles(
  files: readonly ConfigFile[],
  environment: Environment,
): Promise<EnvironmentWithFiles> {
  const directories = directoriesOf(environment);
  const found: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  for (const name of namesIn(files)) {
    if ((environment[name] ?? '') !== '') continue;
    const variable = `${name}_FILE`;
    const named = environment[variable] ?? '';
    const result = named === '' ? await firstOf(directories, name) : await readSecret(named);
    if (result === undefined) continue;
    if (result.kind === 'read') found[name] = result.value;
    else if (result.kind === 'failed' || named !== '') {
      const message = `cannot be read for \${${name}}: ${result.kind === 'failed' ? result.reason : 'it does not exist'}`;
      problems.push({ file: result.path, line: 1, column: 1, path: named === '' ? '' : variable, message });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { environment: { ...environment, ...found }, secrets: Object.values(found).filter((value) => value !== '') };
}

function directoriesOf(environment: Environment): readonly string[] {
  const configured = environment['FEEDMILL_SECRETS'] ?? DEFAULT_DIRECTORY;
  return [...configured.split(delimiter), environment['CREDENTIALS_DIRECTORY'] ?? ''].filter((path) => path !== '');
}

function namesIn(files: readonly ConfigFile[]): readonly string[] {
  const named = files.flatMap(({ text }) => [...text.matchAll(/\$\{([A-Za-z_]\w*)/gu)].map(([, name = '']) => name));
  return [...new Set([...ALWAYS, ...named])];
}

type SecretReading =
  | { readonly kind: 'read'; readonly value: string }
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string };

async function firstOf(directories: readonly string[], name: string): Promise<SecretReading | undefined> {
  for (const directory of directories) {
    const reading = await readSecret(join(directory, name));
    if (reading.kind !== 'absent') return reading;
  }
  return undefined;
}

async function readSecret(path: string): Promise<SecretReading> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) return { kind: 'failed', path, reason: `it has more than ${MOST_BYTES / 1024} KB` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    // Editors and `echo` end a file with a line break, which is not part of the password.
    return { kind: 'read', value: text.replace(/\r?\n$/u, '') };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', path };
    return { kind: 'failed', path, reason: reasonOf(error, code) };
  }
}

function reasonOf(error: unknown, code: string): string {
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a directory';
  if (error instanceof TypeError) return 'it is not UTF-8';
  return code === '' ? 'it is not a file' : code;
}
