/** How does a copy of the site answer under the former addresses of its categories? */
import { currentPath, formerFolders, formerPaths } from '../../model/former-categories.ts';
import type { StoredDocument } from '../../model/output.ts';
import type { Settings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { Copy, Packing } from '../../ports/publisher.ts';
import { renderMovedPage } from '../../stages/render/moved-page.ts';

/**
 * A static host cannot redirect: under a former address stand the same feeds, and pages that lead to the present one.
 * They come and go with the documents of the category.
 *
 * @param settings  the running ones
 */
export function withFormerPaths(copy: Copy, settings: () => Settings, { seal }: Pick<Packing, 'seal'>): Copy {
  function former(document: StoredDocument): readonly StoredDocument[] {
    const { categories, site } = settings();
    return formerPaths(document.path, categories).map((path) =>
      path.endsWith('.html')
        ? seal(renderMovedPage(path, normalSiteUrl(site.url) + document.path, document.modifiedAt))
        : { ...document, path },
    );
  }

  return {
    list: async (folder) => {
      const folders = [folder, ...formerFolders(folder, settings().categories)];
      return [...new Set((await Promise.all(folders.map((one) => copy.list(one)))).flat())];
    },
    missing: async (wanted) => {
      const all = wanted.flatMap(({ document, encodings }) => [
        { path: document.path, wanted: { document, encodings } },
        ...former(document).map((other) => ({
          path: document.path,
          wanted: { document: other, encodings: other.path.endsWith('.html') ? [] : encodings },
        })),
      ]);
      const missing = await copy.missing(all.map((one) => one.wanted));
      return new Set(all.flatMap((one) => (missing.has(one.wanted.document.path) ? [one.path] : [])));
    },
    publish: (documents) => copy.publish(documents.flatMap((document) => [document, ...former(document)])),
    remove: (paths) => {
      const { categories } = settings();
      // A category that is gone under one name lives under another.
      const gone = paths.filter((path) => currentPath(path, categories) === path);
      return copy.remove([...gone, ...gone.flatMap((path) => formerPaths(path, categories))]);
    },
  };
}
