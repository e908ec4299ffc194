/** How are subscription lists written as OPML 2.0? */
import type { RenderedDocument } from '../../model/output.ts';
import { feedPath } from '../../model/paths.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { Settings, Source } from '../../model/settings.ts';
import { hasSecrets } from '../../syntax/url/redact-url.ts';
import { webAddress } from './addresses.ts';
import { element, escape } from './xml.ts';

const MAX_AGE_SECONDS = 3_600;

/**
 * The category feeds. A reader that imports the list subscribes once to each (`xmlUrl`, Atom); the addresses of all
 * three formats are in attributes of our own namespace, as OPML 2.0 allows.
 */
export function renderOpml(settings: Settings): RenderedDocument {
  const site = normalSiteUrl(settings.site.url);
  const outline = (title: string, language: string, scope: Parameters<typeof feedPath>[0], description?: string) =>
    element('outline', {
      type: 'rss',
      text: title,
      title,
      description,
      language,
      version: 'ATOM1',
      xmlUrl: site + feedPath(scope, 'atom'),
      htmlUrl: site + feedPath(scope, 'html'),
      'feedmill:rss': site + feedPath(scope, 'rss'),
      'feedmill:atom': site + feedPath(scope, 'atom'),
      'feedmill:json': site + feedPath(scope, 'json'),
    });
  return opml('/opml.xml', settings.site.title, ' xmlns:feedmill="urn:feedmill:opml"', [
    ...settings.categories.map(({ slug, title, language, description }) =>
      outline(title, language, { kind: 'category', slug }, description),
    ),
    outline(settings.site.title, settings.site.language, { kind: 'all' }, settings.site.description),
  ]);
}

/**
 * The sources, grouped by category; a source in two categories is listed in both. Instead of a secret address, the
 * address of our own feed of the source is listed.
 *
 * @param names  title of each source's own feed, by id
 */
export function renderSourcesOpml(
  settings: Settings,
  names: ReadonlyMap<string, { readonly title?: string; readonly link?: string }> = new Map(),
): RenderedDocument {
  const lines = new Map<string, string>();
  const site = normalSiteUrl(settings.site.url);
  const write = (source: Source, indent: string): string => {
    const known = lines.get(source.id);
    if (known !== undefined) return indent + known;
    const { title: ownTitle, link } = names.get(source.id) ?? {};
    const title = source.title ?? ownTitle ?? source.id;
    const htmlUrl = webAddress(link);
    const address = withoutCredentials(source.url);
    const isHidden = source.isPrivate === true || hasSecrets(address);
    const line = element('outline', {
      type: 'rss',
      text: title,
      title,
      language: source.language,
      xmlUrl: isHidden ? site + feedPath({ kind: 'source', id: source.id }, 'atom') : address,
      htmlUrl:
        htmlUrl === undefined || (isHidden && htmlUrl === source.url) || hasSecrets(htmlUrl) ? undefined : htmlUrl,
    });
    lines.set(source.id, line);
    return indent + line;
  };
  const byCategory = new Map<string, Source[]>(settings.categories.map(({ slug }) => [slug, []]));
  for (const source of settings.sources) for (const slug of source.categories) byCategory.get(slug)?.push(source);
  const groups = settings.categories.flatMap(({ slug, title }) => {
    const members = byCategory.get(slug) ?? [];
    if (members.length === 0) return [];
    const lines = members.map((source) => write(source, '      '));
    return [`<outline text="${escape(title)}" title="${escape(title)}">\n${lines.join('\n')}\n    </outline>`];
  });
  const alone = settings.sources.filter(({ categories }) => categories.length === 0).map((source) => write(source, ''));
  return opml('/sources.opml', settings.site.title, '', [...groups, ...alone]);
}

function opml(path: string, title: string, namespaces: string, outlines: readonly string[]): RenderedDocument {
  const text = `<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"${namespaces}>
  <head>
    ${element('title', {}, title)}
  </head>
  <body>
${outlines.map((line) => `    ${line}\n`).join('')}  </body>
</opml>
`;
  return {
    path,
    mediaType: 'text/x-opml; charset=utf-8',
    body: Buffer.from(text),
    modifiedAt: 0,
    serving: { maxAgeSeconds: MAX_AGE_SECONDS },
  };
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
