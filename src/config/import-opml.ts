/** Which sources and categories does a subscription list add to the config, and how is that written? */
import { stringify } from 'yaml';
import { readOpml } from '../syntax/opml.ts';
import type { ConfigFile } from './files.ts';
import { categoriesOf, categoryNames } from './opml.ts';
import { quote } from './problems.ts';
import { assembleConfig } from './read.ts';
import { configSchema } from './schema.ts';
import { sourceId } from './references.ts';
import { sourceIdFor } from './source-id.ts';
import { itemsOf, nodeAt, textOf } from './tree.ts';
import type { Environment } from './variables.ts';

export interface ImportedSource {
  readonly id: string;
  readonly url: string;
  readonly title?: string;
  readonly categories: readonly string[];
}

export interface ImportedCategory {
  readonly slug: string;
  readonly title: string;
}

export interface OpmlImport {
  readonly sources: readonly ImportedSource[];
  /** Folders that are no category yet. */
  readonly categories: readonly ImportedCategory[];
  readonly skipped: readonly { readonly url: string; readonly reason: string }[];
}

/**
 * What is new in the list; what the config has already, or cannot have, is skipped with its reason. Never throws: the
 * config that is there may be wrong or missing.
 *
 * @param folders  false leaves sources of unknown folders without a category, instead of adding one for the folder
 * @returns        `undefined` for what is no subscription list
 */
export function importOpml(
  opml: string,
  files: readonly ConfigFile[],
  environment: Environment,
  folders = true,
): OpmlImport | undefined {
  const document = readOpml(opml);
  if (document === undefined) return undefined;
  const { root } = assembleConfig(files, environment, '');
  const there = itemsOf(nodeAt(root, ['sources']));
  const urls = new Set(there.flatMap((source) => canonical(textOf(nodeAt(source, ['url'])) ?? '') ?? []));
  const ids = new Set(there.flatMap((source) => sourceId(source)?.toLowerCase() ?? []));
  const names = new Map(categoryNames(root));
  const sources: ImportedSource[] = [];
  const categories: ImportedCategory[] = [];
  const skipped: { url: string; reason: string }[] = [];

  for (const subscription of document.subscriptions) {
    const { xmlUrl } = subscription;
    const url = canonical(xmlUrl);
    const fault = addressFault(xmlUrl);
    if (url === undefined || fault !== undefined) {
      skipped.push({ url: withoutPassword(xmlUrl), reason: fault ?? 'is not an address' });
      continue;
    }
    if (urls.has(url)) {
      skipped.push({ url, reason: 'is a source already' });
      continue;
    }
    urls.add(url);
    const folder = subscription.folders.at(-1) ?? subscription.categories[0]?.at(-1);
    if (folders && folder !== undefined && categoriesOf(subscription, names).slugs.length === 0) {
      const slug = freeName(slugFor(folder), new Set([...names.values()].map((name) => name.toLowerCase())));
      categories.push({ slug, title: folder });
      names.set(folder.toLowerCase(), slug);
    }
    const id = freeName(sourceIdFor(xmlUrl), ids);
    ids.add(id);
    const title = subscription.title ?? subscription.text;
    sources.push({
      id,
      url: xmlUrl,
      ...(title !== undefined && { title }),
      categories: categoriesOf(subscription, names).slugs,
    });
  }
  return { sources, categories, skipped };
}

/** The YAML file of an import. `$` of a title is not the start of a variable. */
export function importedYaml({ sources, categories }: OpmlImport, origin: string): string {
  const header = `# yaml-language-server: $schema=feedmill.schema.json\n# Imported from ${origin.replace(/\s+/g, ' ')}.\n\n`;
  const content = {
    ...(categories.length > 0 && {
      categories: categories.map(({ slug, title }) => ({ slug, title: literal(title) })),
    }),
    sources: sources.map(({ id, url, title, categories: slugs }) => ({
      id,
      url: literal(url),
      ...(title !== undefined && { title: literal(title) }),
      ...(slugs.length > 0 && { categories: slugs }),
    })),
  };
  return header + stringify(content, { lineWidth: 0 });
}

function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function canonical(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).href : undefined;
}

const addressSchema = configSchema.shape.sources.unwrap().element.shape.url;

function addressFault(url: string): string | undefined {
  return addressSchema.safeParse(url).error?.issues[0]?.message;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/, '//…@');
}

/** A slug that shows where it came from; for titles in other scripts the operator finds better words. */
function slugFor(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 60).replace(/-+$/, '') || 'folder';
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted.slice(0, 58)}-${number}`;
  return name;
}

/** One line for each thing that was skipped. */
export function describeSkipped({ url, reason }: OpmlImport['skipped'][number]): string {
  return `${quote(url)} ${reason}`;
}
