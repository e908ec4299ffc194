/** What are the settings: the config after it was read, checked and completed with defaults? */
import type { ConfigProblem } from './errors.ts';
import type { Encoding } from './output.ts';

export interface Settings {
  readonly site: SiteSettings;
  readonly http: HttpSettings;
  readonly redis: RedisSettings;
  readonly fetch: FetchSettings;
  readonly schedule: ScheduleSettings;
  readonly publish: PublishSettings;
  readonly keep: KeepSettings;
  readonly limits: ParseLimits;
  readonly html: HtmlSettings;
  readonly duplicates: DuplicateSettings;
  readonly edits: EditSettings;
  readonly flood: FloodSettings;
  readonly admin: { readonly token?: string };
  readonly categories: readonly Category[];
  /** For the entries of every source, after the rules of the source. */
  readonly rules: readonly RuleSettings[];
  /** For the entries of the sources in a group, before the rules of the source; by name of the group. */
  readonly groupRules: Readonly<Record<string, readonly RuleSettings[]>>;
  readonly sources: readonly Source[];
  /** Warnings on values that were read differently from how they are written; absent if there are none. */
  readonly warnings?: readonly ConfigProblem[];
}

export interface SiteSettings {
  readonly title: string;
  readonly description?: string;
  /**
   * What the ids of feeds and posts start with, no trailing slash. In the running config always present; in one that was
   * only read, absent if the operator has not written it (see `site-id.ts`).
   */
  readonly id?: string;
  /** Public address, no trailing slash; every link starts here. */
  readonly url: string;
  /** Public addresses before that one, latest first; from the store, so in the running config only. */
  readonly formerUrls?: readonly string[];
  readonly language: string;
  /** IANA name. */
  readonly timezone: string;
}

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Old path to new path, answered with 301. */
  readonly redirects: Readonly<Record<string, string>>;
  /** Shortest time between two unconditional requests of one reader for one feed; absent: no limit. */
  readonly limitMs?: number;
  /**
   * Proxies whose `X-Forwarded-*` headers count: how many of them stand before us, or their networks as CIDR. 0: none.
   */
  readonly trustProxy: number | readonly string[];
  /** Networks that may read `/metrics` without the admin token, as CIDR. */
  readonly metricsAllow: readonly string[];
}

export interface RedisSettings {
  /** Empty: the embedded server. One URL, cluster nodes, or sentinels. */
  readonly urls: readonly string[];
  readonly sentinelName?: string;
  /** Every key starts with it, in braces; `feedmill` if absent. */
  readonly prefix?: string;
  /** Where the embedded server keeps its files. */
  readonly directory: string;
}

export interface HostBudget {
  readonly concurrency: number;
  readonly delayMs: number;
  /** Sources that agree in this share a budget and a Retry-After. */
  readonly scope: 'url' | 'host' | 'host-and-port';
}

export interface FetchSettings {
  readonly contact?: string;
  /** Per worker. */
  readonly concurrency: number;
  /** Of documents that a worker holds at once; by the memory of the process if absent. */
  readonly maxBytesInFlight?: number;
  readonly host: HostBudget;
  /** For the whole request, redirects and body included. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** After decompression. */
  readonly maxBodyBytes: number;
  /** Private networks that may be fetched from, as CIDR. */
  readonly allow: readonly string[];
  readonly proxy?: string;
  /** PEM of additional certificate authorities. */
  readonly ca?: string;
  /** `sha256/…` of the key of the source's host, which is trusted instead of any authority. */
  readonly pin?: string;
  /** Whether validators are sent; absent means yes. */
  readonly conditional?: boolean;
  /** Whether to subscribe to the hubs that a source names; absent means yes. */
  readonly websub?: boolean;
}

export interface ScheduleSettings {
  readonly defaultMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Of the posts in a feed: the newest first, or those with the highest score. */
export type PostOrder = 'time' | 'score';

export type ContentPolicy = 'full' | 'summary' | 'none';

export interface PublishSettings {
  readonly items: number;
  readonly windowMs: number;
  /** Upper bound of one feed document, uncompressed. */
  readonly maxFeedBytes: number;
  readonly content: ContentPolicy;
  readonly order: PostOrder;
  /** Template of the titles of posts in feeds; absent: the title. */
  readonly title?: string;
  /** Largest share of one source in a category feed, 0 to 1. */
  readonly maxSourceShare: number;
  readonly directory?: string;
  readonly copy: CopySettings;
  /** Whether search engines may list our pages. */
  readonly robots: 'index' | 'noindex';
  /** Which address the page of a post names as the one to list: its own, or that of the original. */
  readonly canonical: 'self' | 'origin';
  readonly jekyll?: JekyllSettings;
  /** `self`, a hub's URL, or absent. */
  readonly websubHub?: string;
  /** Private networks whose callbacks our hub may call, as CIDR. */
  readonly websubAllow: readonly string[];
}

/** What is published, without the directories it is written to: the same for all processes of a site. */
export function withoutDirectories({ directory, jekyll, ...publish }: PublishSettings) {
  const { directory: postFiles, ...files } = jekyll ?? { directory: undefined };
  return { ...publish, isCopied: directory !== undefined, ...(postFiles !== undefined && { jekyll: files }) };
}

/** What the static copy in `directory` holds, and which tags pages link to. */
export interface CopySettings {
  readonly tags: {
    /** A tag has pages of its own if it has at least this many posts; 0 for none. */
    readonly minPosts: number;
    /** Tags that have pages however few posts they have; white space collapsed. */
    readonly list: readonly string[];
  };
  /** Compressed forms beside each file. */
  readonly encodings: readonly Encoding[];
}

export interface JekyllSettings {
  readonly directory: string;
  readonly layout: string;
  readonly flavour: 'jekyll' | 'hugo' | 'eleventy';
  readonly frontMatter: Readonly<Record<string, string | number | boolean>>;
}

export interface KeepSettings {
  readonly postsMs: number;
  /** The newest posts of each source stay however old they are. */
  readonly perSource: number;
  /** After a source has left the config; absent: its posts are kept like all others. */
  readonly removedSourcesMs?: number;
  readonly perCategory: number;
  /** How long an entry is remembered after its source listed it last. */
  readonly memoryMs: number;
}

export interface ParseLimits {
  readonly maxDepth: number;
  readonly maxEntries: number;
  readonly maxAttributes: number;
  readonly maxTextLength: number;
  /** Categories of one entry, each of which gets feeds of its own. */
  readonly maxTags: number;
}

export interface HtmlSettings {
  /** Hosts whose iframes are kept, in a sandbox. */
  readonly iframeHosts: readonly string[];
  readonly dataImages: boolean;
  /** Links of posts and in their text lose tracking parameters and redirectors. */
  readonly cleanLinks: boolean;
}

export interface DuplicateSettings {
  /** How far apart in time two entries of one story may be. */
  readonly windowMs: number;
  /** 0 to 1; 1 turns near-duplicate detection off. */
  readonly threshold: number;
  /** Ids of the sources whose own entries are compared with each other too. */
  readonly within: readonly string[];
}

export interface EditSettings {
  /** 0 to 1: the share of an entry's words that must have changed for the change to be announced. */
  readonly threshold: number;
  /** At most this many changes of a post are announced within `withinMs`; further ones are only stored. */
  readonly most: number;
  readonly withinMs: number;
}

export interface FloodSettings {
  /** Documents with up to this many new entries are never held. */
  readonly least: number;
  /** A document with more than this many times the usual number of new entries is held. */
  readonly times: number;
}

export interface Category {
  readonly slug: string;
  /** Slugs that it had before. */
  readonly was: readonly string[];
  readonly title: string;
  readonly description?: string;
  readonly language: string;
  /** Absent: that of the site. */
  readonly postOrder?: PostOrder;
  /** Template of the titles of posts in its feeds. */
  readonly postTitle?: string;
  /** Ids of the sources whose telling of a story is preferred. */
  readonly primary: readonly string[];
  readonly jekyll: {
    readonly layout?: string;
    readonly frontMatter: Readonly<Record<string, string | number | boolean>>;
  };
  /** Absent: posts enter it only by their source and by rules. */
  readonly entry?: CategoryEntry;
}

/** Which posts enter a category by themselves, and which of all candidates are let in. */
export interface CategoryEntry {
  readonly from?: CategoryQuery;
  /** Slugs of categories whose posts are in this one too. */
  readonly include: readonly string[];
  /** Rules that are run on each post that would enter. */
  readonly rules: readonly RuleSettings[];
  /** Posts with fewer points do not enter. */
  readonly minScore?: number;
}

/** Posts that match all conditions given; with `any`, one of them. `any` alone: every post. */
export interface CategoryQuery {
  /** Ids. */
  readonly sources?: readonly string[];
  readonly tags?: readonly string[];
  readonly any: boolean;
}

export interface WrittenAt {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Source {
  readonly id: string;
  /** The address to fetch: as written, or the feed of the channel whose address was written. */
  readonly url: string;
  /** The address of a channel, as written, where `url` was made from it. */
  readonly channel?: string;
  readonly title?: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  /** IANA name, for dates without a zone. */
  readonly timezone: string;
  readonly language?: string;
  readonly schedule: ScheduleSettings;
  readonly fetch: FetchSettings;
  readonly content: ContentPolicy;
  /** The address is secret: nothing public shows it. */
  readonly isPrivate?: boolean;
  readonly identity?: 'guid' | 'link' | 'content';
  /** Where it differs from the flood settings of the site. */
  readonly flood?: Partial<FloodSettings>;
  readonly headers: Readonly<Record<string, string>>;
  /** Names of groups. Their keys are in the fields above already; their rules are in `Settings.groupRules`. */
  readonly groups?: readonly string[];
  /** Posts with fewer points are not published. */
  readonly minScore?: number;
  /** Template of the titles of its posts in feeds. */
  readonly postTitle?: string;
  /** As written; the filter registry compiles them when the config is read. */
  readonly rules: readonly RuleSettings[];
  /** Hash of all rules that apply to its entries and are not its own; absent if there are none. */
  readonly sharedRulesHash?: string;
  readonly writtenAt?: WrittenAt;
}

/** One rule, accepted by the schema of the registry. */
export interface RuleSettings {
  readonly type: string;
  readonly [option: string]: unknown;
}
