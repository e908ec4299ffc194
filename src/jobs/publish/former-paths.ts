/** What does a copy of the site have under the former addresses of categories, and of names that were not portable? */
import { currentPath, formerFolders, formerPaths, unportablePath } from '../../model/former-categories.ts';
import type { StoredDocument } from '../../model/output.ts';
import type { Settings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { Copy, Packing } from '../../ports/publisher.ts';
import { renderMovedPage } from '../../stages/render/moved-page.ts';

/**
 * A static host cannot redirect, so a former address has the same feeds, and pages that lead to the present address.
 * They are added and removed with the documents of the category.
 *
 * @param settings  the running settings
 */
export function withFormerPaths(copy: Copy, settings: () => Settings, { seal }: Pick<Packing, 'seal'>): Copy {
  /** An existing file with a name that is not portable is kept up to date, but no new one is made. */
  async function pathsBefore(path: string): Promise<readonly string[]> {
    const unportable = unportablePath(path);
    const paths = formerPaths(path, settings().categories).filter((former) => former !== unportable);
    return unportable !== undefined && (await isListed(unportable)) ? [unportable, ...paths] : paths;
  }

  async function isListed(path: string): Promise<boolean> {
    const slash = path.lastIndexOf('/') + 1;
    return (await copy.list(path.slice(0, slash))).includes(decodeURIComponent(path.slice(slash)));
  }

  async function former(document: StoredDocument): Promise<readonly StoredDocument[]> {
    const { site } = settings();
    return (await pathsBefore(document.path)).map((path) =>
      path.endsWith('.html')
        ? seal(renderMovedPage(path, normalSiteUrl(site.url) + document.path, document.modifiedAt))
        : { ...document, path },
    );
  }

  return {
    ...copy,
    list: async (folder) => {
      const folders = [folder, ...formerFolders(folder, settings().categories)];
      return [...new Set((await Promise.all(folders.map((one) => copy.list(one)))).flat())];
    },
    missing: async (wanted) => {
      const all = await Promise.all(
        wanted.map(async ({ document, encodings }) => [
          { path: document.path, wanted: { document, encodings } },
          ...(await former(document)).map((other) => ({
            path: document.path,
            wanted: { document: other, encodings: other.path.endsWith('.html') ? [] : encodings },
          })),
        ]),
      ).then((each) => each.flat());
      const missing = await copy.missing(all.map((one) => one.wanted));
      return new Set(all.flatMap((one) => (missing.has(one.wanted.document.path) ? [one.path] : [])));
    },
    publish: async (documents) =>
      copy.publish(
        (await Promise.all(documents.map(async (document) => [document, ...(await former(document))]))).flat(),
      ),
    remove: async (paths) => {
      // A category that is gone under one name may exist under another.
      const gone = paths.filter((path) => currentPath(path, settings().categories) === path);
      const before = await Promise.all(gone.map(pathsBefore));
      return copy.remove([...gone, ...before.flat()]);
    },
  };
}
