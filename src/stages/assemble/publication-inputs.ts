/** Which settings does each published document depend on, and which documents does an edited config make stale? */
import { type Settings, withoutDirectories } from '../../model/settings.ts';
import { hash64 } from '../../syntax/hash.ts';

/**
 * The settings that the documents of each dirty key depend on beside posts, as a digest by key. There are two more
 * entries: `posts` (pages of posts, archive pages, files for a site generator) and `sources: …` (see `sourceLooks`).
 */
export type PublicationInputs = Readonly<Record<string, string>>;

export const POSTS_INPUT = 'posts';
const SOURCE_LOOKS = 'source looks';

export interface StaleInputs {
  /** Dirty keys whose documents can differ: `all`, `category:SLUG`, `home`, `sources`, `site`. */
  readonly keys: readonly string[];
  /** Sources with another title or language: their own feeds can differ. */
  readonly renamedSources: readonly string[];
  /** Sources whose content policy has changed: all documents with their posts can differ. */
  readonly contentSources: readonly string[];
}

/** @param version  version of Feedmill: another one may render differently */
export function publicationInputs(settings: Settings, version: string): PublicationInputs {
  const { site, publish, html, categories, sources } = settings;
  // Shown on every page: the site, and the categories by name.
  const frame = digest([
    version,
    site,
    withoutDirectories(publish),
    html,
    categories.map(({ slug, title }) => [slug, title]),
  ]);
  return {
    all: frame,
    ...Object.fromEntries(
      categories.map(({ slug, was, title, description, language, postOrder, postTitle }) => [
        `category:${slug}`,
        digest([
          frame,
          was,
          title,
          description,
          language,
          ...[postOrder, postTitle].filter((value) => value !== undefined),
        ]),
      ]),
    ),
    home: digest([frame, categories.map(({ description, language }) => [description, language])]),
    site: digest([frame, categories.map(({ description, language }) => [description, language])]),
    sources: digest([
      version,
      site.title,
      categories.map(({ slug, title }) => [slug, title]),
      sources.map(({ id, url, title, language, isPrivate, categories: slugs }) => [
        ...[id, url, title, language, slugs],
        // Only if set, so that documents published before this key existed do not become stale.
        ...(isPrivate === true ? ['private'] : []),
      ]),
    ]),
    [POSTS_INPUT]: digest([
      frame,
      categories.map(({ language, jekyll, postTitle }) => [
        ...[language, jekyll],
        ...(postTitle === undefined ? [] : [postTitle]),
      ]),
    ]),
    [SOURCE_LOOKS]: JSON.stringify(sourceLooks(settings)),
  };
}

/** Keys of documents that are published in advance. */
export function publishedKeys(inputs: PublicationInputs): readonly string[] {
  return Object.keys(inputs).filter((key) => key !== POSTS_INPUT && key !== SOURCE_LOOKS);
}

/** @param before  empty if nothing was ever published */
export function staleInputs(before: PublicationInputs, after: PublicationInputs): StaleInputs {
  const keys = publishedKeys(after).filter((key) => before[key] !== after[key]);
  const [old, now] = [before, after].map((inputs) => inputs[SOURCE_LOOKS] ?? '{}');
  if (old === now) return { keys, renamedSources: [], contentSources: [] };
  const [oldLooks, looks] = [readLooks(old), readLooks(now)];
  const ids = [...new Set([...Object.keys(oldLooks), ...Object.keys(looks)])];
  const differsIn = (part: keyof SourceLook) => (id: string) =>
    JSON.stringify(oldLooks[id]?.[part]) !== JSON.stringify(looks[id]?.[part]);
  return {
    keys,
    renamedSources: ids.filter(differsIn('name')),
    contentSources: before[SOURCE_LOOKS] === undefined ? [] : ids.filter(differsIn('content')),
  };
}

interface SourceLook {
  /** Title and language, if the config sets them. */
  readonly name?: readonly (string | null)[];
  /** How much is published, whether the address is secret, the template of titles; only if it is not the same as for all. */
  readonly content?: string;
}

/** Sources whose look differs from their feed and the settings of the site; most do not. */
function sourceLooks({ sources, publish }: Settings): Readonly<Record<string, SourceLook>> {
  return Object.fromEntries(
    sources.flatMap(({ id, title, language, content: policy, isPrivate = false, postTitle }) => {
      const isNamed = title !== undefined || language !== undefined;
      const content = [policy, ...(isPrivate ? ['private'] : []), ...(postTitle === undefined ? [] : [postTitle])].join(
        ' ',
      );
      if (!isNamed && content === publish.content) return [];
      const look: SourceLook = {
        ...(isNamed && { name: [title ?? null, language ?? null] }),
        ...(content !== publish.content && { content }),
      };
      return [[id, look]];
    }),
  );
}

/** Written by `publicationInputs`, so its shape is trusted. */
function readLooks(text: string | undefined): Readonly<Record<string, SourceLook>> {
  return JSON.parse(text ?? '{}') as Readonly<Record<string, SourceLook>>;
}

/** Absent values count: JSON writes them as null within a list. */
function digest(value: unknown): string {
  return hash64(JSON.stringify(value));
}
