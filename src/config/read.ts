/** What does the operator want? Text in, settings out, nothing else touched. */
import { ConfigError, type ConfigProblem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { parseDuration } from '../syntax/duration.ts';
import { configFileKind, type ConfigFile, type ConfigFileKind } from './files.ts';
import { categoryNames, readOpmlFile } from './opml.ts';
import { mergeFiles } from './merge.ts';
import { problemsOf } from './problems.ts';
import { checkReferences } from './references.ts';
import { configSchema } from './schema.ts';
import { settingsOf } from './settings.ts';
import { itemsOf, nodeAt, plainValue, textOf, type MapNode } from './tree.ts';
import type { Environment } from './variables.ts';
import { readYaml } from './yaml.ts';

/** @throws ConfigError with every problem of every file; no message holds the value of a variable */
export function readConfig(files: readonly ConfigFile[], environment: Environment, directory = 'config'): Settings {
  const ofKind = (kind: ConfigFileKind) => files.filter((file) => configFileKind(file.name) === kind);
  const written = ofKind('yaml').map((file) => readYaml(file, environment));
  // Folders of OPML files mean categories, which only YAML files define.
  const names = categoryNames(mergeFiles(rootsOf(written), directory).root);
  const readings = [...written, ...ofKind('opml').map((file) => readOpmlFile(file, names))];
  if (readings.length === 0) {
    const message = 'holds no *.yaml, *.yml or *.opml file; site.url and one source are the least';
    throw new ConfigError([{ file: directory, line: 1, column: 1, path: '', message }]);
  }
  const { root, problems } = mergeFiles(rootsOf(readings), directory);
  const certificates = new Map(ofKind('certificate').map((file) => [file.name, file.text]));
  // What stands in a file that is not YAML cannot be missed, nor be referred to.
  const unread = readings.some((reading) => reading.root === undefined && reading.problems.length > 0);
  // Without a site the message is about the one key of it that has no default.
  const site = unread ? { url: 'http://unread.invalid' } : {};
  // The root is a mapping, so its value is an object.
  const parsed = configSchema.safeParse({ site, ...(plainValue(root) as object) });
  const all = [
    ...readings.flatMap((reading) => reading.problems),
    ...problems,
    ...(parsed.success ? [] : problemsOf(root, parsed.error.issues)),
    ...(unread ? [] : checkReferences(root, [...certificates.keys()])),
  ];
  if (!parsed.success || all.length > 0) throw new ConfigError(inOrder(all, files));
  return settingsOf(parsed.data, {
    environment,
    certificates,
    schedule: writtenSchedule(root),
    sourcePlaces: itemsOf(nodeAt(root, ['sources'])).map((source) => source.place),
  });
}

function rootsOf(readings: readonly { readonly root?: MapNode }[]): MapNode[] {
  return readings.flatMap((reading) => reading.root ?? []);
}

function writtenSchedule(root: MapNode) {
  const at = (key: string) => parseDuration(textOf(nodeAt(root, ['schedule', key])) ?? '');
  return { default: at('default'), min: at('min'), max: at('max') };
}

/** As the files are read; of several problems with one value only the first, from which the others follow. */
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
