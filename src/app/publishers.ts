/** Where do finished documents go, beside the web server? */
import { createDirectoryPublisher, listPublished } from '../io/publish/directory.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import type { Settings } from '../model/settings.ts';
import type { Publisher } from '../ports/publisher.ts';

export function directoryPublishers({ publish: { directory } }: Settings): readonly Publisher[] {
  return directory === undefined ? [] : [createDirectoryPublisher({ directory, compressed: true })];
}

export function listedIn({ publish: { directory } }: Settings): Pick<PublishDeps, 'listed'> {
  return directory === undefined ? {} : { listed: (folder) => listPublished(directory, folder) };
}

export function postFilePublishers({ publish: { jekyll } }: Settings): readonly Publisher[] {
  return jekyll === undefined ? [] : [createDirectoryPublisher({ directory: jekyll.directory, compressed: false })];
}
