/** Can our hub accept a request, and what does it ask for? */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { secondsInDay } from 'date-fns/constants';
import type { HubRequest } from '../../model/hub-subscription.ts';
import { currentSlugs } from '../../model/former-categories.ts';
import { feedPath, scopeFromPath, tagHasPages } from '../../model/paths.ts';
import type { Settings } from '../../model/settings.ts';
import { isInNetworks, isPublicAddress, parseNetworks } from '../../syntax/http/ip-address.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

/** How long a subscription lasts, seconds (WebSub §5.1: the hub decides). */
export const LEASE_SECONDS = { least: 300, default: 10 * secondsInDay, most: 30 * secondsInDay } as const;

/** WebSub §5.1: less than 200 bytes. */
const SECRET_BYTES = 200;
const MOST_ADDRESS_LENGTH = 2_000;

export type HubJudgement =
  | { readonly kind: 'accepted'; readonly request: HubRequest }
  /** One sentence for the client. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Reads the parameters of a form-encoded request (WebSub §5.1) and ignores all others.
 *
 * @param requester  address of the client
 */
export function judgeHubRequest(
  form: URLSearchParams,
  requester: string,
  settings: Settings,
  now: number,
): HubJudgement {
  const mode = form.get('hub.mode');
  if (mode === 'publish') {
    return refused('this hub distributes only the feeds of its own site, and needs no notification of changes');
  }
  if (mode !== 'subscribe' && mode !== 'unsubscribe') return refused('hub.mode must be subscribe or unsubscribe');
  const callback = form.get('hub.callback') ?? '';
  const fault = callbackFault(callback, settings);
  if (fault !== undefined) return refused(`hub.callback ${fault}`);
  const topicUrl = form.get('hub.topic') ?? '';
  const topic = topicPath(topicUrl, settings);
  if (topic === undefined) return refused('hub.topic must be the address of a feed of this site, as its rel=self says');
  const secret = form.get('hub.secret') ?? '';
  if (Buffer.byteLength(secret) >= SECRET_BYTES) return refused('hub.secret must be less than 200 bytes');
  const leaseSeconds = leaseOf(form.get('hub.lease_seconds'));
  if (leaseSeconds === undefined) return refused('hub.lease_seconds must be a whole number of seconds');
  return {
    kind: 'accepted',
    request: {
      mode,
      topic,
      topicUrl,
      callback,
      ...(secret !== '' && { secret }),
      leaseSeconds,
      askedAt: now,
      requester,
    },
  };
}

/** A callback has one subscription to a topic: asking again renews it (WebSub §5.1). */
export function subscriptionId({ topic, callback }: Pick<HubRequest, 'topic' | 'callback'>): string {
  return createHash('sha256').update(`${topic}\n${callback}`).digest('hex').slice(0, 32);
}

/** Host and port, for the log. */
export function callbackHost(callback: string): string {
  return new URL(callback).host;
}

/** Path of the feed that a topic names; archive pages, HTML pages and addresses with a fragment are not topics. */
function topicPath(topicUrl: string, { site, categories, sources }: Settings): string | undefined {
  if (topicUrl.length > MOST_ADDRESS_LENGTH || topicUrl.includes('#') || !URL.canParse(topicUrl)) return undefined;
  const asked = new URL(topicUrl);
  // A subscriber renews under the address that it subscribed to, also after the site has moved.
  const own = [site.url, ...(site.formerUrls ?? [])].map((url) => new URL(url));
  const base = own
    .filter(({ origin }) => origin === asked.origin)
    .map(({ pathname }) => pathname.replace(/\/$/u, ''))
    .find((path) => asked.pathname.startsWith(`${path}/`));
  if (base === undefined || asked.search !== '') return undefined;
  // The same after its category was renamed.
  const found = scopeFromPath(asked.pathname.slice(base.length));
  if (found?.format === undefined || found.format === 'html' || found.before !== undefined) return undefined;
  const { scope, format } = found;
  const isCategory = (wanted: string) =>
    categories.some(({ slug }) => slug === wanted) || currentSlugs(categories).has(wanted);
  if (scope.kind === 'category' && !isCategory(scope.slug)) return undefined;
  if (scope.kind === 'source' && !sources.some(({ id }) => id === scope.id)) return undefined;
  if (scope.kind === 'tag' && !tagHasPages(scope.tag)) return undefined;
  return feedPath(scope, format);
}

function callbackFault(callback: string, { publish }: Settings): string | undefined {
  if (callback.length > MOST_ADDRESS_LENGTH) return `must not be longer than ${MOST_ADDRESS_LENGTH} characters`;
  if (!isWebAddress(callback) || /\s/u.test(callback)) return 'must be an http or https address';
  const { hostname, username, password, hash } = new URL(callback);
  if (username !== '' || password !== '') return 'must not contain a user name or password';
  if (hash !== '') return 'must not contain a fragment';
  const bare = hostname.replace(/^\[|\]$/gu, '');
  // A name is checked when it is resolved; an address is checked here. `fetch.allow` is for sources only.
  const isForbidden =
    isIP(bare) !== 0 && !isPublicAddress(bare) && !isInNetworks(bare, parseNetworks(publish.websubAllow));
  return isForbidden ? 'must be a public address' : undefined;
}

function leaseOf(written: string | null): number | undefined {
  if (written === null || written.trim() === '') return LEASE_SECONDS.default;
  if (!/^\s*\d{1,15}\s*$/u.test(written)) return undefined;
  return Math.min(Math.max(Number(written), LEASE_SECONDS.least), LEASE_SECONDS.most);
}

function refused(message: string): HubJudgement {
  return { kind: 'refused', message };
}
