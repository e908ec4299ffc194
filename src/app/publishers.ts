/** Where do finished documents go in addition to the web server? */
import { createDirectoryPublisher } from '../io/publish/directory.ts';
import { packing } from '../io/publish/package.ts';
import type { CopyDestination } from '../jobs/publish/archive-pages.ts';
import { withFormerPaths } from '../jobs/publish/former-paths.ts';
import type { Settings } from '../model/settings.ts';
import type { Copy } from '../ports/publisher.ts';
import { copyEncodings } from '../stages/assemble/copy-rules.ts';

/** @param settings  the running settings: the compressed forms may change while the directory stays */
export function directoryCopies(
  { publish: { directory } }: Settings,
  settings: () => Settings,
): readonly CopyDestination[] {
  if (directory === undefined) return [];
  const publisher = withFormerPaths(createDirectoryPublisher({ directory }), settings, packing);
  return [{ publisher, encodings: ({ path, body }) => copyEncodings(path, body.length, settings().publish.copy) }];
}

export function postFilePublishers({ publish: { jekyll } }: Settings): readonly Copy[] {
  return jekyll === undefined ? [] : [createDirectoryPublisher({ directory: jekyll.directory, isUnmarked: true })];
}
