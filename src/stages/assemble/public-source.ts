/** Which addresses of a source may be published? */
import type { Post, PostSource } from '../../model/post.ts';
import type { Settings, Source } from '../../model/settings.ts';
import { hasSecrets } from '../../syntax/url/redact-url.ts';

const privateIds = new WeakMap<readonly Source[], ReadonlySet<string>>();

/**
 * The post with only the public addresses of its sources. An address that contains a key is left out as a whole,
 * because the rest would not work; so is the feed address of a `private` source.
 */
export function withPublicSources(post: Post, settings: Pick<Settings, 'sources'>): Post {
  const source = publicSource(post.source, settings);
  const others = post.alsoFrom.map((also) => {
    const origin = publicSource(also.source, settings);
    return origin === also.source ? also : { ...also, source: origin };
  });
  const isSame = source === post.source && others.every((also, index) => also === post.alsoFrom[index]);
  return isSame ? post : { ...post, source, alsoFrom: others };
}

/** `feedUrl` becomes empty if it is secret. */
function publicSource(source: PostSource, settings: Pick<Settings, 'sources'>): PostSource {
  const isFeedSecret = isPrivate(source.id, settings) || hasSecrets(source.feedUrl);
  const isPageSecret = source.url !== undefined && hasSecrets(source.url);
  if (!isFeedSecret && !isPageSecret) return source;
  const { url, ...rest } = source;
  return {
    ...rest,
    feedUrl: isFeedSecret ? '' : source.feedUrl,
    ...(url !== undefined && !isPageSecret && !(isFeedSecret && url === source.feedUrl) && { url }),
  };
}

function isPrivate(id: string, { sources }: Pick<Settings, 'sources'>): boolean {
  const known =
    privateIds.get(sources) ?? new Set(sources.flatMap((source) => (source.isPrivate === true ? [source.id] : [])));
  privateIds.set(sources, known);
  return known.has(id);
}
