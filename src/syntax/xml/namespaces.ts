/** Which vocabulary does a namespace URI mean, and which prefix do we use for it? */

/**
 * Usual prefix -> URIs, as written by `comparableUri`. The empty prefix is RSS itself, for which some documents declare a
 * namespace. URIs of old drafts and common misspellings are included.
 */
const VOCABULARIES: Readonly<Record<string, readonly string[]>> = {
  '': [
    'purl.org/rss/1.0',
    'purl.org/net/rss1.1',
    'my.netscape.com/rdf/simple/0.9',
    'channel.netscape.com/rdf/simple/0.9',
    'my.netscape.com/publish/formats/rss-0.91.dtd',
    'backend.userland.com/rss',
    'backend.userland.com/rss2',
    'backend.userland.com/rss091',
    'backend.userland.com/rss092',
    'blogs.law.harvard.edu/tech/rss',
    'cyber.law.harvard.edu/rss',
    'cyber.law.harvard.edu/rss/rss.html',
    'www.rssboard.org/rss-specification',
    'rssboard.org/rss-specification',
  ],
  atom: [
    'www.w3.org/2005/atom',
    'purl.org/atom/ns',
    'purl.org/atom',
    'purl.org/pie',
    'purl.org/echo',
    'example.com/newformat',
    'uri/of/echo/namespace',
  ],
  app: ['www.w3.org/2007/app', 'purl.org/atom/app'],
  cc: ['web.resource.org/cc', 'creativecommons.org/ns'],
  content: ['purl.org/rss/1.0/modules/content'],
  creativecommons: [
    'backend.userland.com/creativecommonsrssmodule',
    'cyber.law.harvard.edu/rss/creativecommonsrssmodule.html',
  ],
  dc: [
    'purl.org/dc/elements/1.0',
    'purl.org/dc/elements/1.1',
    'purl.org/metadata/dublin_core',
    'dublincore.org/documents/dcmi-terms',
  ],
  dcterms: ['purl.org/dc/terms'],
  feedburner: ['rssnamespace.org/feedburner/ext/1.0'],
  itunes: [
    'www.itunes.com/dtds/podcast-1.0.dtd',
    'itunes.com/dtds/podcast-1.0.dtd',
    'example.com/dtds/podcast-1.0.dtd',
  ],
  googleplay: ['www.google.com/schemas/play-podcasts/1.0'],
  media: [
    'search.yahoo.com/mrss',
    'search.yahoo.com/rss',
    'tools.search.yahoo.com/mrss',
    'video.search.yahoo.com/mrss',
    'www.rssboard.org/media-rss',
    'media.yahoo.com/mrss',
  ],
  pheedo: ['www.pheedo.com/namespace/pheedo'],
  podcast: ['podcastindex.org/namespace/1.0', 'github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md'],
  prism: [
    'prismstandard.org/namespaces/1.2/basic',
    'prismstandard.org/namespaces/basic/2.0',
    'prismstandard.org/namespaces/basic/2.1',
  ],
  rdf: ['www.w3.org/1999/02/22-rdf-syntax-ns'],
  slash: ['purl.org/rss/1.0/modules/slash'],
  source: ['source.scripting.com'],
  sy: ['purl.org/rss/1.0/modules/syndication'],
  thr: ['purl.org/syndication/thread/1.0'],
  wfw: ['wellformedweb.org/commentapi'],
  svg: ['www.w3.org/2000/svg'],
  mathml: ['www.w3.org/1998/math/mathml'],
  xhtml: ['www.w3.org/1999/xhtml', 'www.w3.org/tr/rec-html40'],
  xlink: ['www.w3.org/1999/xlink'],
  xml: ['www.w3.org/xml/1998/namespace'],
};

const PREFIX_OF = new Map(
  Object.entries(VOCABULARIES).flatMap(([prefix, uris]) => uris.map((uri) => [uri, prefix] as const)),
);

/** Other prefixes that documents use without a declaration. */
const PREFIX_ALIASES: Readonly<Record<string, string>> = {
  atom10: 'atom',
  atom03: 'atom',
  a10: 'atom',
  rss: '',
  rss10: '',
  dct: 'dcterms',
  html: 'xhtml',
  mrss: 'media',
  m: 'mathml',
};

/** Letter case, scheme and a final slash or hash are ignored: they are often misspelt and never distinguish vocabularies. */
function comparableUri(uri: string): string {
  return uri
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/(?<![/#])[/#]+$/, '');
}

/** The usual prefix of a vocabulary; `''` for RSS itself, `undefined` for an unknown URI. */
export function prefixOfUri(uri: string): string | undefined {
  return PREFIX_OF.get(comparableUri(uri));
}

/** Meaning of an undeclared prefix; `undefined` if it is not one of the usual ones. */
export function prefixByHabit(prefix: string): string | undefined {
  if (prefix !== '' && Object.hasOwn(VOCABULARIES, prefix)) return prefix;
  return Object.hasOwn(PREFIX_ALIASES, prefix) ? PREFIX_ALIASES[prefix] : undefined;
}
