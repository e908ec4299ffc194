/** How does the text of the config become settings? Pure: text in, settings out. */
import { ConfigError, type ConfigProblem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { parseDuration } from '../syntax/duration.ts';
import { configFileKind, type ConfigFile, type ConfigFileKind } from './files.ts';
import { knownConfig, readOpmlFiles } from './opml.ts';
import { withGroups } from './groups.ts';
import { mergeFiles } from './merge.ts';
import { problemsOf } from './problems.ts';
import { checkReferences, uncategorised, withoutBridge } from './references.ts';
import { configSchema } from './schema.ts';
import { settingsOf } from './settings.ts';
import { nodeAt, plainValue, textOf, type MapNode } from './tree.ts';
import type { Environment } from './variables.ts';
import { readYaml } from './yaml.ts';

/** @throws ConfigError with every problem of every file; no message holds the value of a variable */
export function readConfig(files: readonly ConfigFile[], environment: Environment, directory = 'config'): Settings {
  const { root: written, problems, warnings, unread } = assembleConfig(files, environment, directory);
  const root = withGroups(written);
  const certificates = new Map(
    files.flatMap((file) => (configFileKind(file.name) === 'certificate' ? [[file.name, file.text]] : [])),
  );
  // Without a site section the message names its one key without a default.
  const site = unread ? { url: 'http://unread.invalid' } : {};
  // The root is a mapping, so its value is an object.
  const parsed = configSchema.safeParse({ site, ...(plainValue(root) as object) });
  const all = [
    ...problems,
    ...(parsed.success ? [] : problemsOf(root, parsed.error.issues)),
    ...(unread ? [] : checkReferences(root, [...certificates.keys()])),
  ];
  if (!parsed.success || all.length > 0) throw new ConfigError(inOrder(all, files));
  const settings = settingsOf(parsed.data, {
    environment,
    certificates,
    schedule: writtenSchedule(root),
    root,
  });
  const doubts = [...warnings, ...uncategorised(root), ...withoutBridge(root)];
  return doubts.length === 0 ? settings : { ...settings, warnings: doubts };
}

export interface AssembledConfig {
  /** Of all files together. */
  readonly root: MapNode;
  /** Problems of reading and merging; the values are not checked yet. */
  readonly problems: readonly ConfigProblem[];
  /** What is left out of a list, or read differently from how it is written. */
  readonly warnings: readonly ConfigProblem[];
  /** A file could not be read, or there is none: missing values and references are then not reported. */
  readonly unread: boolean;
}

/** All files in one tree. Never throws. */
export function assembleConfig(
  files: readonly ConfigFile[],
  environment: Environment,
  directory: string,
): AssembledConfig {
  const ofKind = (kind: ConfigFileKind) => files.filter((file) => configFileKind(file.name) === kind);
  // The main file, which has the site section, comes first and decides the order of categories; the others follow by
  // name.
  const isMain = ({ root }: { readonly root?: MapNode }) => root !== undefined && nodeAt(root, ['site']) !== undefined;
  const all = ofKind('yaml').map((file) => readYaml(file, environment));
  const written = [...all.filter(isMain), ...all.filter((reading) => !isMain(reading))];
  // Lists add to what the YAML files give.
  const { root: base } = mergeFiles(rootsOf(written), directory);
  const create = textOf(nodeAt(base, ['opml', 'categories'])) === 'create';
  const lists = readOpmlFiles(ofKind('opml'), knownConfig(base), create);
  const merged = mergeFiles([...rootsOf(written), ...rootsOf(lists)], directory);
  const readings = [...written, ...lists];
  const { root, problems } = merged;
  return {
    root,
    problems: [
      ...(readings.length === 0 ? [nothingToRead(directory)] : []),
      ...readings.flatMap((reading) => reading.problems),
      ...problems,
    ],
    warnings: lists.flatMap(({ warnings }) => warnings),
    unread:
      readings.length === 0 || readings.some((reading) => reading.root === undefined && reading.problems.length > 0),
  };
}

function nothingToRead(directory: string): ConfigProblem {
  const message = 'contains no *.yaml, *.yml or *.opml file; site.url and one source are required';
  return { file: directory, line: 1, column: 1, path: '', message };
}

function rootsOf(readings: readonly { readonly root?: MapNode }[]): MapNode[] {
  return readings.flatMap((reading) => reading.root ?? []);
}

function writtenSchedule(root: MapNode) {
  const at = (key: string) => parseDuration(textOf(nodeAt(root, ['schedule', key])) ?? '');
  return { default: at('default'), min: at('min'), max: at('max') };
}

/** In the order of the files; of several problems with one value only the first, because the others follow from it. */
function inOrder(problems: readonly ConfigProblem[], files: readonly ConfigFile[]): ConfigProblem[] {
  const rank = new Map(files.map((file, index) => [file.path, index]));
  const first = new Map<string, ConfigProblem>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.file, problem.line, problem.column, problem.path]);
    if (!first.has(key)) first.set(key, problem);
  }
  return [...first.values()].sort(
    (a, b) =>
      (rank.get(a.file) ?? -1) - (rank.get(b.file) ?? -1) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.path < b.path ? -1 : 1),
  );
}
