/** Which keys may a config have, what do they mean, and which defaults do they have? */
import * as z from 'zod';
import { FRONT_MATTER_FIELDS } from '../stages/render/front-matter-fields.ts';
import { POST_FIELDS } from '../model/template-fields.ts';
import { DEFAULT_HTML, DEFAULT_LIMITS } from '../model/reading-defaults.ts';
import { RULES } from '../stages/filter/registry.ts';
import { unknownFieldFault } from '../syntax/text/template.ts';
import {
  byteSize,
  duration,
  headerValue,
  languageTag,
  listOf,
  name,
  network,
  oneOf,
  keyPin,
  proxyAddress,
  section,
  share,
  template,
  text,
  timezone,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './leaves.ts';

const site = section({
  title: text('"My news"').describe('Name of the site, shown on every page and in every feed.').prefault('Feedmill'),
  description: text().describe('One sentence under the title.').optional(),
  id: webAddress('https://news.example.org')
    .describe(
      'Ids of feeds and posts start with it and never change. Left out: the first site.url, remembered in Redis.',
    )
    .optional(),
  url: webAddress('https://news.example.org').describe('Public address; every link starts here.'),
  language: languageTag().describe('Language of the pages, and of categories that name none.').prefault('en'),
  timezone: timezone().describe('Zone of times shown, and of sources that name none.').prefault('UTC'),
});

const OLD_PATH = 'must be a path such as /feed.xml, /feed.php?id=3 or /old/*';
const oldPath = z
  .string({ error: OLD_PATH })
  .regex(/^\/(?:[^\s*#?]*(?:\?[^\s*#]+)?|[^\s*#?]*\/\*|\*)$/, { error: OLD_PATH });

const NEW_PLACE =
  'must be a path such as /all.rss or an address such as https://example.org/, with * at its end at most';
const newPlace = z
  .string({ error: NEW_PLACE })
  .regex(/^(?:\/(?![/\\])|https?:\/\/[^\s/?#*@]+)[^\s*]*\*?$/, { error: NEW_PLACE });

/** A redirect to itself would never end, and a `*` in the target needs one in the old path. */
function redirectFault(from: string, to: string): string | undefined {
  const isPattern = from.endsWith('/*');
  if (to.endsWith('*') && !isPattern) return 'must not end with *, since the old path has none';
  if (from === to || (isPattern && to.startsWith(from.slice(0, -1)))) return 'leads to itself';
  return undefined;
}

const http = section({
  host: text('0.0.0.0').describe('Address to listen on.').prefault('0.0.0.0'),
  port: wholeNumber(0, 65_535).describe('Port to listen on; 0 picks a free one.').prefault(8080),
  redirects: z
    .record(oldPath, newPlace, { error: 'must be a mapping of an old path to a new one, such as /feed.xml: /all.rss' })
    .check(({ value, issues }) => {
      for (const [from, to] of Object.entries(value)) {
        const message = redirectFault(from, to);
        if (message !== undefined) issues.push({ code: 'custom', input: to, path: [from], message });
      }
    })
    .describe('Old paths and where they are now; answered with 301. /old/* is all below it.')
    .prefault({}),
  trustProxy: z
    .union([wholeNumber(0, 10), listOf(network(), '[10.0.0.0/8]')], {
      error: 'must be the number of proxies before Feedmill, 0 to 10, or a list of their networks such as [10.0.0.0/8]',
    })
    .describe('Proxies whose X-Forwarded-For and -Proto headers count: their number, or their networks.')
    .prefault(0),
  metrics: section({
    allow: listOf(network(), '[10.0.0.0/8]')
      .describe('Networks that may read /metrics without the admin token.')
      .prefault([]),
  })
    .describe('Who may read /metrics.')
    .prefault({}),
  limit: duration(1000)
    .describe('Shortest time between two unconditional requests of one reader for one feed; sooner ones get 429.')
    .optional(),
});

const redisAddress = z
  .string()
  .regex(
    /^((?:rediss?|valkeys?):\/\/[^\s,]+|unix:\/\/(?:[^/\s@]*@)?\/\S+|\/\S+)(\s*,\s*(?:rediss?|valkeys?):\/\/[^\s,]+)*$/,
  );

const redis = section({
  url: z
    .union([redisAddress.transform((one) => [one]), listOf(redisAddress, '[redis://a:6379, redis://b:6379]')], {
      error:
        'must be an address such as redis://127.0.0.1:6379/0, rediss://… or the path of a socket, or a list of them',
    })
    .describe(
      'One address, or a list: the nodes of a cluster, or sentinels. Left out: REDIS_URL, else a private server.',
    )
    .optional(),
  sentinel: text('mymaster').describe('Name of the primary that the sentinels in url watch.').optional(),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: 'must be 1 to 64 of A-Z a-z 0-9 _ . -' })
    .describe('What every key starts with, in braces. Each site on a Redis needs its own.')
    .prefault('feedmill'),
  directory: text('data/redis').describe('Where the private server keeps its files.').prefault('data/redis'),
});

const hostScope = oneOf('url', 'host', 'host-and-port').describe('Which hosts share a budget and a Retry-After.');

/** Without defaults: these keys may also be set for one source. */
const narrowFetch = {
  host: section({
    concurrency: wholeNumber(1, 100).describe('Concurrent requests to one host, over all workers.').optional(),
    delay: duration().describe('Shortest time between two requests to one host.').optional(),
    scope: hostScope.optional(),
  })
    .describe('Budget for each origin host, over all workers together.')
    .optional(),
  timeout: duration(100).describe('For a whole fetch, redirects and body included.').optional(),
  connectTimeout: duration(100).describe('For the connection, TLS included.').optional(),
  headersTimeout: duration(100).describe('From the request to the headers of the response.').optional(),
  bodyTimeout: duration(100).describe('Longest pause within the body.').optional(),
  maxBytes: byteSize().describe('Largest document, after decompression.').optional(),
  allow: listOf(network(), '[127.0.0.0/8]')
    .describe('Private networks that may be fetched for sources whose own address lies in them.')
    .optional(),
  proxy: proxyAddress().describe('HTTP or SOCKS5 proxy to fetch through.').optional(),
  ca: text('my-ca.pem')
    .describe('Further certificate authorities: a .pem or .crt file below the config directory, or the PEM text.')
    .optional(),
  bridge: webAddress('https://rsshub.example.org')
    .describe('RSSHub or a similar server, for channels of sites without feeds.')
    .optional(),
  conditional: yesOrNo()
    .describe(
      'Ask with validators (ETag, Last-Modified). false: for an origin that answers 304 although it has new entries.',
    )
    .optional(),
  websub: yesOrNo()
    .describe('Subscribe to the hubs that a source names, so that new entries arrive immediately.')
    .optional(),
};

/** A key belongs to one host, so it can only be set for a source. */
const ownFetch = {
  ...narrowFetch,
  pin: keyPin().describe("Key of the source's host, trusted instead of any authority.").optional(),
};

const fetch = section({
  contact: text('mailto:ops@example.org')
    .describe('How the operator of an origin can reach you; goes into the User-Agent.')
    .regex(/^[\x21-\x7e]+$/, { error: 'must be an address such as mailto:ops@example.org or https://example.org/bot' })
    .optional(),
  concurrency: wholeNumber(1, 10_000).describe('Concurrent fetches per worker.').prefault(100),
  maxBytesInFlight: byteSize()
    .describe(
      'Documents that a worker holds at once, from the first byte until they are stored; by default by its memory limit.',
    )
    .optional(),
  ...narrowFetch,
  host: section({
    concurrency: narrowFetch.host.unwrap().shape.concurrency.unwrap().prefault(2),
    delay: narrowFetch.host.unwrap().shape.delay.unwrap().prefault('1s'),
    scope: hostScope.prefault('host'),
  })
    .describe('Budget for each origin host, over all workers together.')
    .prefault({}),
  timeout: narrowFetch.timeout.unwrap().prefault('30s'),
  connectTimeout: narrowFetch.connectTimeout.unwrap().prefault('10s'),
  headersTimeout: narrowFetch.headersTimeout.unwrap().prefault('20s'),
  bodyTimeout: narrowFetch.bodyTimeout.unwrap().prefault('20s'),
  maxBytes: narrowFetch.maxBytes.unwrap().prefault('10MB'),
  allow: narrowFetch.allow.unwrap().prefault([]),
  websub: narrowFetch.websub.unwrap().prefault(true),
});

const narrowSchedule = {
  default: duration(1000)
    .describe('Wait between two checks until a source has shown how often it publishes.')
    .optional(),
  min: duration(1000).describe('Never sooner.').optional(),
  max: duration(1000).describe('Longest wait between two checks, unless the origin asks for more.').optional(),
};

const schedule = section({
  default: narrowSchedule.default.unwrap().prefault('1h'),
  min: narrowSchedule.min.unwrap().prefault('10m'),
  max: narrowSchedule.max.unwrap().prefault('1d'),
});

const content = oneOf('full', 'summary', 'none').describe('How much of each post is published.');

const postTitle = template([...POST_FIELDS, 'category'], "'{source}: {title}'");
const minScore = wholeNumber(-1_000_000, 1_000_000);
const order = oneOf('time', 'score');

function frontMatterFields({ value, issues }: z.core.ParsePayload<string>): void {
  const message = unknownFieldFault(value, FRONT_MATTER_FIELDS);
  if (message !== undefined) issues.push({ code: 'custom', input: value, message });
}

const frontMatter = z
  .record(
    z.string(),
    z.union([z.string().check(frontMatterFields), z.number(), z.boolean()], {
      error: 'must be text, a number, true or false',
    }),
    { error: 'must be a mapping of front matter keys to text, numbers, true or false' },
  )
  .describe('Further front matter; {source}, {author} and the like are those of the post.');

const publish = section({
  items: wholeNumber(1, 10_000).describe('A feed has at least this many posts (if there are as many),').prefault(100),
  window: duration().describe('and at least the posts of this period.').prefault('48h'),
  content: content.prefault('full'),
  minScore: minScore.describe('Posts with fewer points from rules (score) are not published.').optional(),
  order: order.describe('Posts in a feed: the newest first, or those with the highest score.').prefault('time'),
  title: postTitle.describe('What the titles of posts in feeds are made of. Left out: the title.').optional(),
  maxFeedBytes: byteSize(10_000)
    .describe('Largest feed document, uncompressed; older posts are left out.')
    .prefault('5MB'),
  maxSourceShare: share().describe('Largest share of one source in a category feed; 1 sets no limit.').prefault(1),
  robots: oneOf('index', 'noindex')
    .describe('Whether search engines may list the pages. noindex: each page says so, and there is no sitemap.')
    .prefault('index'),
  canonical: oneOf('self', 'origin')
    .describe('Which address the page of a post names as the one to list: its own, or that of the original.')
    .prefault('self'),
  directory: text('public')
    .describe('Directory for a static copy of everything that is served. Left out: none.')
    .optional(),
  copy: section({
    tags: section({
      minPosts: wholeNumber(0, 1_000_000)
        .describe('A tag has pages of its own, and is linked, if it has at least this many posts. 0: no tag.')
        .prefault(5),
      list: listOf(text('股票'), '[股票]')
        .describe('Tags that have pages of their own however few posts they have.')
        .prefault([]),
    })
      .describe('Which tags have pages of their own.')
      .prefault({}),
    encodings: listOf(oneOf('gzip', 'br'), '[gzip, br]')
      .describe('Compressed forms beside each file, .gz and .br. []: none.')
      .prefault(['gzip', 'br']),
  })
    .describe('What the static copy holds.')
    .prefault({}),
  jekyll: section({
    directory: text('_posts').describe('Where the posts are written.'),
    layout: text('post').describe('Layout in the front matter.').prefault('post'),
    flavour: oneOf('jekyll', 'hugo', 'eleventy').describe('Which site generator reads the files.').prefault('jekyll'),
    frontMatter: frontMatter.prefault({}),
  })
    .describe('Posts as files for a site generator. Left out: none.')
    .optional(),
  websub: section({
    hub: z
      .string({ error: 'must be self or the address of a hub' })
      .regex(/^(self|https?:\/\/[^\s@]+)$/, { error: 'must be self or the http(s) address of a hub' })
      .describe('self: our own hub. An address: feeds name that hub, and it is notified of changes.'),
    allow: listOf(network(), '[10.0.0.0/8]')
      .describe('Private networks whose subscribers our own hub may call back.')
      .prefault([]),
  })
    .describe('Notifies subscribers of changes immediately. Left out: feeds name no hub.')
    .optional(),
});

const keep = section({
  posts: duration(3_600_000).describe('How long posts are kept.').prefault('90d'),
  perSource: wholeNumber(0, 10_000)
    .describe('How many of the newest posts of each source are kept however old they are.')
    .prefault(10),
  removedSources: duration()
    .describe('How long posts are kept after their source has left the config. Left out: like all others.')
    .optional(),
  perCategory: wholeNumber(1, 1_000_000).describe('How many posts of a category are kept.').prefault(5000),
  memory: duration(7 * 86_400_000)
    .describe('How long an entry without a post is remembered after its source listed it last.')
    .prefault('400d'),
});

const limits = section({
  maxDepth: wholeNumber(8, 10_000).describe('Deepest nesting of elements.').prefault(DEFAULT_LIMITS.maxDepth),
  maxEntries: wholeNumber(1, 1_000_000).describe('Entries read of one document.').prefault(DEFAULT_LIMITS.maxEntries),
  maxAttributes: wholeNumber(1, 100_000).describe('Attributes of one element.').prefault(DEFAULT_LIMITS.maxAttributes),
  maxTextLength: wholeNumber(1000, 1_000_000_000)
    .describe('Characters of one text.')
    .prefault(DEFAULT_LIMITS.maxTextLength),
  maxTags: wholeNumber(0, 10_000)
    .describe('Categories of one entry; each gets feeds and pages of its own.')
    .prefault(DEFAULT_LIMITS.maxTags),
}).describe('What a document may have; the rest is left out and reported.');

const hostName = z
  .string({ error: 'must be a host name such as www.youtube.com' })
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: 'must be a host name in small letters such as www.youtube.com' });

const html = section({
  iframeHosts: listOf(hostName, '[www.youtube.com]')
    .describe('Hosts whose frames are kept, sandboxed.')
    .prefault([...DEFAULT_HTML.iframeHosts]),
  dataImages: yesOrNo()
    .describe('Keep images that are written into the page as data: addresses.')
    .prefault(DEFAULT_HTML.dataImages),
  cleanLinks: yesOrNo()
    .describe('Remove tracking parameters and redirectors from the links of posts and those in their text.')
    .prefault(DEFAULT_HTML.cleanLinks),
});

const duplicates = section({
  window: duration().describe('How far apart two posts may be and still be one story.').prefault('72h'),
  threshold: share()
    .describe('How similar two texts must be to be one story, 0 to 1; 1 turns near-duplicate detection off.')
    .prefault(0.6),
});

const edits = section({
  threshold: share()
    .describe('Share of the words of a post that must have changed for the change to be announced, 0 to 1.')
    .prefault(0.05),
  most: wholeNumber(1, 1000)
    .describe('At most this many changes of a post are announced within edits.within; further ones are only stored.')
    .prefault(3),
  within: duration(1000).describe('See edits.most.').prefault('1d'),
});

const narrowFlood = {
  least: wholeNumber(1, 1_000_000).describe('A document with up to this many new entries is never held.').optional(),
  times: wholeNumber(1, 1_000_000)
    .describe('A document with more than this many times the usual number of new entries is held.')
    .optional(),
};

const flood = section({
  least: narrowFlood.least.unwrap().prefault(10),
  times: narrowFlood.times.unwrap().prefault(10),
});

const TOKEN_ERROR = 'must be at least 16 characters without white space, such as the output of openssl rand -base64 24';

const admin = section({
  token: z
    .string({ error: TOKEN_ERROR })
    .regex(/^\S{16,}$/u, { error: TOKEN_ERROR })
    .describe('Password of the admin pages. Left out: one is made in data/admin-token, unless site.url is loopback.')
    .optional(),
});

const ruleTypes = RULES.map((rule) => rule.type)
  .sort()
  .join(', ');

// `RULES` is never empty, which a mapped tuple does not tell the compiler.
const ruleSchemas = RULES.map((rule) => rule.schema) as unknown as [z.ZodObject<{ type: z.ZodLiteral<string> }>];

const rule = z.discriminatedUnion('type', ruleSchemas, {
  // Values that are not mappings come here too, although the type does not say so.
  error: ({ code }: { readonly code?: string }) =>
    code === 'invalid_type' ? 'must be a mapping with a type' : `must be one of ${ruleTypes}`,
});

const rules = listOf(rule, '[{ type: keyword, any: [advert], then: drop }]');

const category = section({
  slug: name().describe('Part of the address: /category/SLUG.'),
  was: listOf(name(), '[xinhua]')
    .describe('Former slugs of the category. Their posts move to it, and their addresses redirect to it.')
    .prefault([]),
  order: wholeNumber(-1_000_000, 1_000_000)
    .describe('Position among the categories, smallest first. Left out: after those that have one, as written.')
    .optional(),
  title: text('"Finance"').describe('Name of the category. Left out: the slug.').optional(),
  description: text().describe('One sentence about it.').optional(),
  language: languageTag().describe('Left out: that of the site.').optional(),
  primary: listOf(name(), '[bbc]').describe('Ids of sources preferred as the first of a story.').prefault([]),
  from: section({
    sources: listOf(name(), '[bbc]').describe('Ids of sources.').optional(),
    tags: listOf(text('股票'), '[股票]').describe('Tags, one of which is enough.').optional(),
    any: yesOrNo()
      .describe(
        'true: a match of sources or tags is enough; without either, every post matches. false: both must match.',
      )
      .prefault(false),
  })
    .describe('Posts that enter the category by themselves, independent of the categories of their source.')
    .optional(),
  include: listOf(name(), '[world]').describe('Slugs of categories whose posts are in this one too.').prefault([]),
  rules: rules.describe('Run on each post that would enter it. What they drop does not enter.').prefault([]),
  publish: section({
    minScore: minScore.describe('Posts with fewer points from rules (score) do not enter it.').optional(),
    order: order.describe('Order of its posts. Left out: publish.order.').optional(),
    title: postTitle.describe('What the titles of posts in its feeds are made of.').optional(),
  })
    .describe('What differs from publish.')
    .prefault({}),
  jekyll: section({
    layout: text('post').describe('Left out: publish.jekyll.layout.').optional(),
    frontMatter: frontMatter.prefault({}),
  })
    .describe('What differs for posts of this category.')
    .prefault({}),
});

const opml = section({
  categories: oneOf('create', 'known')
    .describe(
      'Folders in a list that are not a category yet. create: they become one. known: their sources get no category.',
    )
    .prefault('known'),
});

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' });

/** Keys that a source and a group of sources may have. */
const sourceKeys = {
  title: text('"BBC World"').describe('Left out: the title of the feed.').optional(),
  categories: listOf(name(), '[world]').describe('Slugs of the categories its posts go to.').prefault([]),
  tags: listOf(text(), '[wire]').describe('Tags put on each of its posts.').prefault([]),
  language: languageTag()
    .describe('Language of its posts. Left out: as stated by the entry or the feed, else guessed.')
    .optional(),
  timezone: timezone().describe('For dates without a zone. Left out: that of the site.').optional(),
  identity: oneOf('guid', 'link', 'content')
    .describe('What identifies its entries. Left out: the guid, unless it proves unusable.')
    .optional(),
  duplicates: section({
    within: yesOrNo()
      .describe('Its own entries are compared with each other too; the latest report of a story is shown.')
      .prefault(false),
  })
    .describe('When two of its entries are one story.')
    .prefault({}),
  flood: section(narrowFlood).describe('What differs from flood.').prefault({}),
  private: yesOrNo()
    .describe('The address is secret: pages, feeds and lists show at most the web page of the source.')
    .prefault(false),
  content: content.describe('Short for publish: { content }.').optional(),
  schedule: section(narrowSchedule).describe('What differs from schedule.').prefault({}),
  fetch: section(ownFetch).describe('What differs from fetch.').prefault({}),
  publish: section({
    content: content.optional(),
    minScore: minScore.describe('Posts with fewer points from rules (score) are not published.').optional(),
    title: postTitle.describe('What the titles of its posts in feeds are made of.').optional(),
  })
    .describe('What differs from publish.')
    .prefault({}),
  headers: z
    .record(headerName, headerValue(), { error: 'must be a mapping of header names to text' })
    .describe('Sent with each request. Put tokens into ${VARIABLES}.')
    .prefault({}),
  auth: section({
    username: headerValue().describe('HTTP Basic: user name.').optional(),
    password: headerValue().describe('HTTP Basic: password.').optional(),
    bearer: headerValue().describe('Bearer token.').optional(),
  })
    .describe('Makes the Authorization header: username and password, or bearer.')
    .optional(),
  proxy: narrowFetch.proxy.unwrap().describe('Short for fetch: { proxy }.').optional(),
  ca: narrowFetch.ca.unwrap().describe('Short for fetch: { ca }.').optional(),
  rules: rules.describe('Run on each new or changed post, in order.').prefault([]),
};

const source = section({
  id: name().describe('Name of the source in commands and addresses. Left out: made from the URL.').optional(),
  url: webAddress('https://example.org/feed.xml').describe('Address of the feed, or of a page that names its feed.'),
  group: z
    .union([name().transform((one) => [one]), listOf(name(), '[wires]')], {
      error: 'must be the name of a group, or a list of names such as [wires, english]',
    })
    .describe('Groups whose keys it takes over unless it sets them itself; a later group wins over an earlier one.')
    .prefault([]),
  ...sourceKeys,
});

export const configSchema = section({
  site: site.describe('The published site.'),
  http: http.describe('The web server.').prefault({}),
  redis: redis.describe('The store.').prefault({}),
  fetch: fetch.describe('How sources are fetched.').prefault({}),
  schedule: schedule.describe('When sources are fetched.').prefault({}),
  publish: publish.describe('What is published.').prefault({}),
  keep: keep.describe('How long posts are kept.').prefault({}),
  limits: limits.prefault({}),
  html: html.describe('What stays in the HTML of posts.').prefault({}),
  duplicates: duplicates.describe('When two posts are one story.').prefault({}),
  edits: edits.describe('Which changes of a post are announced.').prefault({}),
  flood: flood.describe('When new entries of a source are held back.').prefault({}),
  admin: admin.describe('The admin pages.').prefault({}),
  opml: opml.describe('Subscription lists below the config directory.').prefault({}),
  categories: listOf(category, '[{ slug: world, title: World }]').describe('The categories.').prefault([]),
  rules: rules.describe('Run on the posts of all sources, after the rules of the source.').prefault([]),
  groups: z
    .record(name(), section(sourceKeys), { error: 'must be a mapping of names to keys of a source' })
    .describe('Keys that several sources share, by the name of their group.')
    .prefault({}),
  sources: listOf(source, '[{ url: https://example.org/feed.xml }]').describe('The sources.').prefault([]),
});

export type WrittenConfig = z.output<typeof configSchema>;
export type WrittenSource = WrittenConfig['sources'][number];
export type WrittenCategory = WrittenConfig['categories'][number];
