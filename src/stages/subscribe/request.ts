/** What do we say to a hub, and what does its answer mean (WebSub §5.1)? */
import type { CallOutcome } from '../../model/call-outcome.ts';
import type { SourceSubscription } from '../../model/source-subscription.ts';
import { type HubReply, REQUESTED_LEASE_MS } from './subscription.ts';

/** What a `Caller` is asked for. */
export interface SubscriptionRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Where a hub calls us; below the site's address. */
const CALLBACK_PATH = '/websub/callback/';

function callbackUrl({ site, callbackId }: Pick<SourceSubscription, 'site' | 'callbackId'>): string {
  return `${site}${CALLBACK_PATH}${callbackId}`;
}

/** Subscribes or renews; unsubscribes what is to be left. */
export function subscriptionRequest(order: SourceSubscription, userAgent: string): SubscriptionRequest {
  const isLeaving = order.status === 'leaving';
  const form = new URLSearchParams({
    'hub.callback': callbackUrl(order),
    'hub.mode': isLeaving ? 'unsubscribe' : 'subscribe',
    'hub.topic': order.topic,
    ...(!isLeaving && {
      'hub.lease_seconds': String(REQUESTED_LEASE_MS / 1000),
      'hub.secret': order.secret,
    }),
  });
  return {
    method: 'POST',
    url: order.hub,
    headers: {
      'User-Agent': userAgent,
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      Accept: 'text/plain, */*;q=0.1',
    },
    body: new TextEncoder().encode(form.toString()),
  };
}

/** Where the hub sends us instead (WebSub §5.2: 307 and 308, and no other); undefined for any other answer. */
export function redirectedHub(answer: CallOutcome): string | undefined {
  if (answer.kind === 'failed' || (answer.status !== 307 && answer.status !== 308)) return undefined;
  return answer.location;
}

/** Refusals that are about the moment, not about the request. */
const PASSING = new Set([408, 421, 425, 429]);

export function hubReply(hub: string, answer: CallOutcome): HubReply {
  const { host } = new URL(hub);
  if (answer.kind === 'failed') {
    return { kind: 'failed', message: `the hub ${host} could not be asked: ${answer.message}` };
  }
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const said = firstLine(body);
  const message = `the hub ${host} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 400 && status < 500 && !PASSING.has(status)) return { kind: 'refused', message };
  return { kind: 'failed', message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Hubs say in plain text what is wrong (WebSub §5.2); a page says nothing. */
function firstLine(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 1_000)).trim();
  if (text.startsWith('<')) return '';
  const line = (text.split(/[\r\n]/u)[0] ?? '').replace(/\p{Cc}/gu, '');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
