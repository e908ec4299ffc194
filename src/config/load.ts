/** How are the files of a config directory read and checked? */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, ConfigError, type ConfigProblem } from '../model/errors.ts';
import type { RedisSettings, Settings } from '../model/settings.ts';
import { configFileKind, type ConfigFile } from './files.ts';
import { readConfig } from './read.ts';
import { redisSettings } from './redis-settings.ts';
import { readSecretFiles } from './secret-files.ts';
import type { Environment } from './variables.ts';

/**
 * Relative directories in the config are relative to the parent of the config directory, not to the working directory.
 * A single file stands for the directory that it is in.
 *
 * @throws ConfigError with every problem; also if the directory or a file cannot be read
 */
export async function loadConfig(place: string, environment: Environment): Promise<Settings> {
  return (await loadConfigAndSecrets(place, environment)).settings;
}

export interface LoadedConfig {
  readonly settings: Settings;
  readonly files: readonly ConfigFile[];
  /** Values read from secret files, anywhere in the settings: the log must not show them. */
  readonly secrets: readonly string[];
}

/** @throws ConfigError as `loadConfig` */
export async function loadConfigAndSecrets(place: string, environment: Environment): Promise<LoadedConfig> {
  const files = await readConfigFiles(place);
  const found = await readSecretFiles(files, environment);
  const settings = readConfig(files, found.environment, place);
  return { settings: withDirectoriesBelow(await baseDirectory(place), settings), files, secrets: found.secrets };
}

/** The Redis settings of an invalid config, as far as they can be read. */
export async function loadRedisSettings(place: string, environment: Environment): Promise<RedisSettings> {
  const files = await readConfigFiles(place).catch((error: unknown) => {
    if (error instanceof ConfigError) return [];
    throw error;
  });
  const found = await readSecretFiles(files, environment).catch((error: unknown) => {
    if (error instanceof ConfigError) return { environment };
    throw error;
  });
  const settings = redisSettings(files, found.environment);
  return { ...settings, directory: resolve(await baseDirectory(place), settings.directory) };
}

async function baseDirectory(place: string): Promise<string> {
  return dirname((await isConfigFile(place)) ? dirname(resolve(place)) : resolve(place));
}

function withDirectoriesBelow(base: string, settings: Settings): Settings {
  const { redis, publish } = settings;
  const { directory, jekyll } = publish;
  return {
    ...settings,
    redis: { ...redis, directory: resolve(base, redis.directory) },
    publish: {
      ...publish,
      ...(directory !== undefined && { directory: resolve(base, directory) }),
      ...(jekyll !== undefined && { jekyll: { ...jekyll, directory: resolve(base, jekyll.directory) } }),
    },
  };
}

/**
 * Every file of the config in the order of their names, or the one file named. @throws ConfigError for files that
 * cannot be read
 */
export async function readConfigFiles(place: string): Promise<readonly ConfigFile[]> {
  const isFile = await isConfigFile(place);
  const directory = isFile ? dirname(place) : place;
  const names = isFile ? [basename(place)] : await listFiles(directory);
  const problems: ConfigProblem[] = [];
  const files: ConfigFile[] = [];
  for (const name of names) {
    const path = join(directory, name);
    try {
      files.push({
        path,
        name: name.replaceAll('\\', '/'),
        text: await textOfFile(name, await readFile(path)),
      });
    } catch (error) {
      problems.push({ file: path, line: 1, column: 1, path: '', message: `cannot be read: ${reason(error)}` });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return files;
}

/**
 * Subscription lists come from other programs, in any charset. @throws TypeError for any other file that is not UTF-8
 */
async function textOfFile(name: string, bytes: Uint8Array): Promise<string> {
  if (configFileKind(basename(name)) !== 'opml') return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const { decodeBytes } = await import('../syntax/charset/decode.ts');
  return decodeBytes(bytes, undefined).text;
}

async function isConfigFile(place: string): Promise<boolean> {
  if (configFileKind(basename(place)) === undefined) return false;
  try {
    return (await stat(place)).isFile();
  } catch {
    // Its kind, and why it cannot be read, are reported when it is read.
    return false;
  }
}

async function listFiles(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory, { recursive: true });
    return names.filter((name) => configFileKind(name.replaceAll('\\', '/')) !== undefined).sort();
  } catch (error) {
    const message = `cannot be read as the config directory: ${reason(error)}`;
    throw new ConfigError([{ file: directory, line: 1, column: 1, path: '', message }]);
  }
}

function reason(error: unknown): string {
  if (error instanceof TypeError) return 'it is not UTF-8';
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'ENOTDIR') return 'it is not a directory';
  return error.message;
}
