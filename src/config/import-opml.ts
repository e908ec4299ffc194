/** Which sources and categories does a subscription list add to the config, and how are they written? */
import { stringify } from 'yaml';
import { readOpml } from '../syntax/opml.ts';
import type { ConfigFile } from './files.ts';
import { knownConfig } from './opml.ts';
import { quote } from './problems.ts';
import { assembleConfig } from './read.ts';
import { type ListedCategory, type ListedSource, type SkippedOutline, subscriptionsOf } from './subscriptions.ts';
import type { Environment } from './variables.ts';

export type ImportedSource = Omit<ListedSource, 'place'>;

export interface OpmlImport {
  readonly sources: readonly ImportedSource[];
  /** Folders that are not a category yet. */
  readonly categories: readonly Omit<ListedCategory, 'place'>[];
  readonly skipped: readonly Omit<SkippedOutline, 'place'>[];
}

/**
 * The new sources of a list; those that the config has already, or cannot have, are skipped with a reason. Never
 * throws: the config may be invalid or missing.
 *
 * @param folders  false leaves sources of unknown folders without a category, instead of adding one for the folder
 * @returns        `undefined` if the text is not a subscription list
 */
export function importOpml(
  opml: string,
  files: readonly ConfigFile[],
  environment: Environment,
  folders = true,
): OpmlImport | undefined {
  const document = readOpml(opml);
  if (document === undefined) return undefined;
  const { sources, categories, skipped } = subscriptionsOf(
    [document],
    knownConfig(assembleConfig(files, environment, '').root),
    folders,
  );
  return {
    sources: sources.map(({ place: _, ...source }) => source),
    categories: categories.map(({ slug, title }) => ({ slug, title })),
    skipped: skipped.map(({ url, reason }) => ({ url, reason })),
  };
}

/** The YAML file of an import. A `$` in a title does not start a variable. */
export function importedYaml({ sources, categories }: OpmlImport, origin: string): string {
  const header = `# yaml-language-server: $schema=feedmill.schema.json\n# Imported from ${origin.replace(/\s+/g, ' ')}.\n\n`;
  const content = {
    ...(categories.length > 0 && {
      categories: categories.map(({ slug, title }) => ({ slug, title: literal(title) })),
    }),
    sources: sources.map(({ id, url, title, categories: slugs, auth }) => ({
      id,
      url: literal(url),
      ...(title !== undefined && { title: literal(title) }),
      ...(slugs.length > 0 && { categories: slugs }),
      ...(auth !== undefined && {
        auth: { username: `\${${variables(id).username}:-}`, password: `\${${variables(id).password}:-}` },
      }),
    })),
  };
  return header + stringify(content, { lineWidth: 0 });
}

/** Names of the variables for the user name and password that the address of a source contained. */
function variables(id: string): { readonly username: string; readonly password: string } {
  const name = id.toUpperCase().replace(/[^A-Z0-9]/gu, '_');
  const start = /^[0-9]/u.test(name) ? `_${name}` : name;
  return { username: `${start}_USERNAME`, password: `${start}_PASSWORD` };
}

/** One line for each source that needs its password from the environment. */
export function describeAuth({ sources }: OpmlImport): readonly string[] {
  return sources.flatMap(({ id, auth }) => {
    if (auth === undefined) return [];
    const { username, password } = variables(id);
    return [`${id} needs a password, which is not written to the config: set ${username} and ${password}`];
  });
}

function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** One line for each source or folder that was skipped. */
export function describeSkipped({ url, reason }: OpmlImport['skipped'][number]): string {
  return `${quote(url)} ${reason}`;
}
