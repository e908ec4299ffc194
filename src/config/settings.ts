/** How does a checked config become settings, with every default filled in? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import { normalSiteUrl } from '../model/site-id.ts';
import type { Category, FetchSettings, HostBudget, Settings, Source } from '../model/settings.ts';
import { collapsed } from '../syntax/text/white-space.ts';
import { groupNames } from './groups.ts';
import { isPem } from './references.ts';
import { entryOf, rulesIn, sharedRulesHasher } from './rules.ts';
import { scheduleOf, type ScheduleValues } from './schedule.ts';
import type { WrittenCategory, WrittenConfig, WrittenSource } from './schema.ts';
import { channelFeed } from '../syntax/url/channel-address.ts';
import { sourceIdFor } from './source-id.ts';
import { itemsOf, nodeAt, type ConfigNode } from './tree.ts';
import type { Environment } from './variables.ts';

/** What the output of the schema does not contain. */
export interface Background {
  readonly environment: Environment;
  /** PEM by path below the config directory. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Only values that are written; no defaults. */
  readonly schedule: ScheduleValues;
  /** All files together, as written. */
  readonly root: ConfigNode;
}

const BUILT_IN_SCHEDULE: ScheduleValues = {
  default: millisecondsInHour,
  min: 10 * millisecondsInMinute,
  max: millisecondsInDay,
};

/** Of a config that has no problems. */
export function settingsOf(config: WrittenConfig, background: Background): Settings {
  const fetch = fetchSettings(config, background);
  const { site, publish } = config;
  const rules = rulesIn(background.root);
  const groupRules = Object.fromEntries(
    Object.keys(config.groups).map((name) => [name, rulesIn(nodeAt(background.root, ['groups', name]))]),
  );
  const categoryNodes = itemsOf(nodeAt(background.root, ['categories']));
  const categories = inOrder(
    config.categories.map((written, index) => ({ ...written, node: categoryNodes[index] })),
  ).map(({ node, ...category }) => categorySettings(category, site.language, node));
  const sharedRulesHash = sharedRulesHasher({ rules, groupRules, categories });
  const sourceNodes = itemsOf(nodeAt(background.root, ['sources']));
  return {
    site: {
      title: site.title,
      url: site.url.replace(/(?<!\/)\/+$/, ''),
      language: site.language,
      timezone: site.timezone,
      ...defined({ description: site.description, id: site.id === undefined ? undefined : normalSiteUrl(site.id) }),
    },
    http: {
      host: config.http.host,
      port: config.http.port,
      redirects: config.http.redirects,
      trustProxy: config.http.trustProxy,
      metricsAllow: config.http.metrics.allow,
      ...defined({ limitMs: config.http.limit }),
    },
    redis: {
      urls: redisUrls(config.redis.url, background.environment),
      prefix: config.redis.prefix,
      directory: config.redis.directory,
      ...defined({ sentinelName: config.redis.sentinel }),
    },
    fetch,
    schedule: scheduleOf([BUILT_IN_SCHEDULE, background.schedule]).schedule,
    publish: {
      items: publish.items,
      windowMs: publish.window,
      maxFeedBytes: publish.maxFeedBytes,
      content: publish.content,
      order: publish.order,
      maxSourceShare: publish.maxSourceShare,
      copy: {
        tags: { minPosts: publish.copy.tags.minPosts, list: publish.copy.tags.list.map(collapsed) },
        encodings: publish.copy.encodings,
      },
      robots: publish.robots,
      canonical: publish.canonical,
      websubAllow: publish.websub?.allow ?? [],
      ...defined({
        title: publish.title,
        directory: publish.directory,
        jekyll: publish.jekyll,
        websubHub: publish.websub?.hub,
      }),
    },
    keep: {
      postsMs: config.keep.posts,
      perCategory: config.keep.perCategory,
      memoryMs: config.keep.memory,
      perSource: config.keep.perSource,
      ...defined({ removedSourcesMs: config.keep.removedSources }),
    },
    limits: config.limits,
    html: config.html,
    duplicates: {
      windowMs: config.duplicates.window,
      threshold: config.duplicates.threshold,
      within: config.sources.flatMap((source) => (source.duplicates.within ? [idOf(source)] : [])),
    },
    edits: { threshold: config.edits.threshold, most: config.edits.most, withinMs: config.edits.within },
    flood: config.flood,
    admin: defined({ token: config.admin.token }),
    categories,
    rules,
    groupRules,
    sources: config.sources.map((source, index) => {
      const node = sourceNodes[index];
      const groups = node === undefined ? [] : [...new Set(groupNames(node))];
      const hash = sharedRulesHash(groups);
      return {
        ...sourceSettings(source, config, fetch, background, node),
        ...(groups.length > 0 && { groups }),
        ...(hash !== undefined && { sharedRulesHash: hash }),
      };
    }),
  };
}

/** The addresses in the config, else the one in the environment; empty for the private server. */
export function redisUrls(written: readonly string[] | undefined, environment: Environment): string[] {
  const urls = written ?? [environment['REDIS_URL'] ?? ''];
  return urls.flatMap((url) => url.split(',')).flatMap((url) => (url.trim() === '' ? [] : [url.trim()]));
}

function fetchSettings({ fetch }: WrittenConfig, background: Background): FetchSettings {
  return withinTimeout({
    concurrency: fetch.concurrency,
    host: { concurrency: fetch.host.concurrency, delayMs: fetch.host.delay, scope: fetch.host.scope },
    timeoutMs: fetch.timeout,
    connectTimeoutMs: fetch.connectTimeout,
    headersTimeoutMs: fetch.headersTimeout,
    bodyTimeoutMs: fetch.bodyTimeout,
    maxBodyBytes: fetch.maxBytes,
    allow: fetch.allow,
    websub: fetch.websub,
    ...defined({
      maxBytesInFlight: fetch.maxBytesInFlight,
      conditional: fetch.conditional,
      contact: fetch.contact,
      proxy: fetch.proxy,
      ca: certificate(fetch.ca, background),
    }),
  });
}

/** No step of a request may take longer than the whole request. */
function withinTimeout(fetch: FetchSettings): FetchSettings {
  const atMost = (partMs: number) => Math.min(partMs, fetch.timeoutMs);
  return {
    ...fetch,
    connectTimeoutMs: atMost(fetch.connectTimeoutMs),
    headersTimeoutMs: atMost(fetch.headersTimeoutMs),
    bodyTimeoutMs: atMost(fetch.bodyTimeoutMs),
  };
}

function certificate(written: string | undefined, { certificates }: Background): string | undefined {
  if (written === undefined || isPem(written)) return written;
  return certificates.get(written);
}

/**
 * Categories with an `order` first. Without one, or with the same one, as written; the file with `site` comes before
 * the others.
 */
function inOrder<Item extends WrittenCategory>(categories: readonly Item[]): readonly Item[] {
  const place = ({ order = Number.POSITIVE_INFINITY }: Item): number => order;
  return [...categories].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function categorySettings(category: WrittenCategory, siteLanguage: string, node: ConfigNode | undefined): Category {
  const entry = entryOf(category, node);
  return {
    slug: category.slug,
    was: [...new Set(category.was)],
    title: category.title ?? category.slug,
    language: category.language ?? siteLanguage,
    primary: category.primary,
    jekyll: { frontMatter: category.jekyll.frontMatter, ...defined({ layout: category.jekyll.layout }) },
    ...defined({
      description: category.description,
      entry,
      postOrder: category.publish.order,
      postTitle: category.publish.title,
    }),
  };
}

function sourceSettings(
  source: WrittenSource,
  config: WrittenConfig,
  general: FetchSettings,
  background: Background,
  node: ConfigNode | undefined,
): Source {
  return {
    id: idOf(source),
    ...sourceUrl(source.url, source.fetch.bridge ?? config.fetch.bridge),
    categories: [...new Set(source.categories)],
    tags: [...new Set(source.tags)],
    timezone: source.timezone ?? config.site.timezone,
    schedule: scheduleOf([BUILT_IN_SCHEDULE, background.schedule, source.schedule]).schedule,
    fetch: narrowedFetch(source, general, background),
    content: source.content ?? source.publish.content ?? config.publish.content,
    ...(source.private && { isPrivate: true }),
    headers: { ...source.headers, ...authorization(source.auth) },
    ...(Object.keys(source.flood).length > 0 && { flood: defined(source.flood) }),
    rules: rulesIn(node),
    ...defined({
      title: source.title,
      language: source.language,
      identity: source.identity,
      minScore: source.publish.minScore ?? config.publish.minScore,
      postTitle: source.publish.title,
      writtenAt: node?.place,
    }),
  };
}

/**
 * The feed of a channel, made by the pattern of its site, or by the bridge if the site has no feeds; any other address
 * is kept as it is.
 */
function sourceUrl(written: string, bridge: string | undefined): Pick<Source, 'url' | 'channel'> {
  const feed = channelFeed(written);
  if (feed?.kind === 'feed') return { url: feed.url, channel: written };
  if (feed?.kind !== 'bridge' || bridge === undefined) return { url: written };
  return { url: `${bridge.replace(/(?<!\/)\/+$/, '')}${feed.path}`, channel: written };
}

function idOf({ id, url }: WrittenSource): string {
  return id ?? sourceIdFor(url);
}

function narrowedFetch(source: WrittenSource, general: FetchSettings, background: Background): FetchSettings {
  const { fetch } = source;
  const host: HostBudget = {
    ...general.host,
    ...defined({ concurrency: fetch.host?.concurrency, delayMs: fetch.host?.delay, scope: fetch.host?.scope }),
  };
  return withinTimeout({
    ...general,
    host,
    ...defined({
      timeoutMs: fetch.timeout,
      connectTimeoutMs: fetch.connectTimeout,
      headersTimeoutMs: fetch.headersTimeout,
      bodyTimeoutMs: fetch.bodyTimeout,
      maxBodyBytes: fetch.maxBytes,
      allow: fetch.allow,
      proxy: source.proxy ?? fetch.proxy,
      ca: certificate(source.ca ?? fetch.ca, background),
      websub: fetch.websub,
      pin: fetch.pin,
      conditional: fetch.conditional,
    }),
  });
}

/** RFC 7617 with UTF-8; RFC 6750. */
function authorization(auth: WrittenSource['auth']): Record<string, string> {
  if (auth === undefined) return {};
  if (Object.values(auth).every((value) => value === undefined)) return {};
  if (auth.bearer !== undefined) return { Authorization: `Bearer ${auth.bearer}` };
  const pair = `${auth.username ?? ''}:${auth.password ?? ''}`;
  return { Authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
}

type Defined<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** The fields that have a value; absent ones are left out, not undefined. */
function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  // The filter removes exactly the keys that the type removes.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
