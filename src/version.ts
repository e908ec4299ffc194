/** Which version of Feedmill is this, and from which commit was it built? */
import { readFileSync } from 'node:fs';

/** From package.json, which is one level above both `src` and `dist`. */
export const version = readVersion();

/** `0.1.0 (commit 0123abc, built 2026-01-31T08:30:00Z)`; the version alone where the build is not known. */
export const versionAndBuild = describe(version, readJson('build.json'));

function readVersion(): string {
  const found = textAt(readJson('../package.json'), 'version');
  if (found === undefined) throw new Error('package.json has no version');
  return found;
}

/** @param name  path from this file; undefined if it does not exist */
function readJson(name: string): unknown {
  let text: string;
  try {
    text = readFileSync(new URL(name, import.meta.url), 'utf8');
  } catch {
    // Code that was not built has no such file.
    return undefined;
  }
  return JSON.parse(text);
}

function describe(number: string, build: unknown): string {
  const commit = textAt(build, 'commit');
  const builtAt = textAt(build, 'builtAt');
  const facts = [
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(builtAt === undefined ? [] : [`built ${builtAt}`]),
  ];
  return facts.length === 0 ? number : `${number} (${facts.join(', ')})`;
}

function textAt(facts: unknown, key: string): string | undefined {
  if (typeof facts !== 'object' || facts === null) return undefined;
  const value = new Map<string, unknown>(Object.entries(facts)).get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
