/** How is an error that the schema found reported, and at which position? */
import type { z } from 'zod';
import type { ConfigProblem } from '../model/errors.ts';
import { placesOfKey } from './key-places.ts';
import { nearest } from './nearest.ts';
import { joinPath, nearestNode, nodeAt, type ConfigNode, type KeyPath } from './tree.ts';

/** One problem for each error, and one for each unknown key. */
export function problemsOf(root: ConfigNode, issues: readonly z.core.$ZodIssue[]): ConfigProblem[] {
  return issues.flatMap((issue) => {
    // Keys of config are texts and numbers, never symbols.
    const path = issue.path as KeyPath;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key, issue.message));
    if (issue.code === 'invalid_key') return [wrongKey(root, path, issue.issues[0]?.message ?? issue.message)];
    return [problemAt(root, path, `${found(root, path)}, ${issue.message}${suggestion(root, path, issue)}`)];
  });
}

/** A problem at the position of the path, or of its nearest existing parent. */
function problemAt(root: ConfigNode, path: KeyPath, message: string): ConfigProblem {
  const node = nearestNode(root, path);
  return { ...node.place, path: displayPath(root, path), message };
}

/** The path as the operator counts: list positions within the file, not within all files together. */
function displayPath(root: ConfigNode, path: KeyPath): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return path.slice(length).reduce<string>(joinPath, node.path);
  }
  return '';
}

function unknownKey(root: ConfigNode, parent: KeyPath, key: string, allowed: string): ConfigProblem {
  const node = nodeAt(root, parent);
  const place = node?.kind === 'map' ? node.entries.get(key)?.place : undefined;
  return {
    ...(place ?? nearestNode(root, parent).place),
    path: joinPath(displayPath(root, parent), key),
    message: `is not a key here${hintFor(key, parent, allowed.split(', '))} allowed are ${allowed}`,
  };
}

/** Most places that a message names. */
const MOST_PLACES = 6;

/**
 * The places where the key belongs (only those in a section of the same name, if there are any); else the key that was
 * probably meant.
 */
function hintFor(key: string, parent: KeyPath, allowed: readonly string[]): string {
  const all = placesOfKey(key);
  const alike = all.filter((place) => place.split('.').at(-2) === parent.at(-1));
  const places = alike.length > 0 ? alike : all;
  if (places.length > 0 && places.length <= MOST_PLACES) return `; it belongs at ${places.join(' or ')};`;
  const meant = nearest(key, allowed);
  return meant === undefined ? ';' : `, did you mean ${meant}?`;
}

function wrongKey(root: ConfigNode, path: KeyPath, message: string): ConfigProblem {
  const key = path.at(-1) ?? '';
  const parent = nodeAt(root, path.slice(0, -1));
  const place = parent?.kind === 'map' ? parent.entries.get(String(key))?.place : undefined;
  return {
    ...(place ?? nearestNode(root, path).place),
    path: displayPath(root, path),
    message: `has the key ${JSON.stringify(key)}, which ${message}`,
  };
}

function suggestion(root: ConfigNode, path: KeyPath, issue: z.core.$ZodIssue): string {
  const node = nodeAt(root, path);
  if (node?.kind !== 'scalar') return '';
  const meant = nearest(node.written, choices(issue));
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function choices(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  // Of a union that is discriminated by one key: the values that this key may have.
  const options = issue.code === 'invalid_union' && 'options' in issue ? issue.options : undefined;
  return Array.isArray(options) ? options.map(String) : [];
}

/** The value at this place, in words that reveal no secret. */
function found(root: ConfigNode, path: KeyPath): string {
  const node = nodeAt(root, path);
  if (node === undefined) return 'is missing';
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'is a list' : 'is a mapping';
  if (node.value === '') return 'is empty';
  if (node.fromEnvironment) return `is ${quote(node.written)}, a variable with a wrong value`;
  if (isSecret(path)) return 'has a wrong value';
  return `is ${typeof node.value === 'string' ? quote(redacted(node.written)) : node.written}`;
}

const SECRETS: readonly RegExp[] = [
  /^admin\.token$/,
  /^redis\.url\b/,
  /(^|\.)proxy$/,
  /^(sources|groups)\.[^.]+\.(auth|headers)\b/,
];

function isSecret(path: KeyPath): boolean {
  const joined = path.join('.');
  return SECRETS.some((pattern) => pattern.test(joined));
}

/** An address keeps its host and path; parts that may be a password or a key are removed. */
function redacted(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//…@').replace(/(:\/\/[^?]*)\?.*$/s, '$1?…');
}

export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return JSON.stringify(short);
}
