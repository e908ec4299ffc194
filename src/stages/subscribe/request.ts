/** Which request does a hub get, and what does its response mean (WebSub §5.1)? */
import type { CallOutcome } from '../../model/call-outcome.ts';
import type { SourceSubscription } from '../../model/source-subscription.ts';
import { type HubReply, REQUESTED_LEASE_MS } from './subscription.ts';

/** The request, for an `HttpClient`. */
export interface SubscriptionRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Path of callbacks, below the site's address. */
const CALLBACK_PATH = '/websub/callback/';

function callbackUrl({ site, callbackId }: Pick<SourceSubscription, 'site' | 'callbackId'>): string {
  return `${site}${CALLBACK_PATH}${callbackId}`;
}

/** Subscribes or renews; unsubscribes a subscription in the state `unsubscribing`. */
export function subscriptionRequest(subscription: SourceSubscription, userAgent: string): SubscriptionRequest {
  const isUnsubscribing = subscription.status === 'unsubscribing';
  const form = new URLSearchParams({
    'hub.callback': callbackUrl(subscription),
    'hub.mode': isUnsubscribing ? 'unsubscribe' : 'subscribe',
    'hub.topic': subscription.topic,
    ...(!isUnsubscribing && {
      'hub.lease_seconds': String(REQUESTED_LEASE_MS / 1000),
      'hub.secret': subscription.secret,
    }),
  });
  return {
    method: 'POST',
    url: subscription.hub,
    headers: {
      'User-Agent': userAgent,
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      Accept: 'text/plain, */*;q=0.1',
    },
    body: new TextEncoder().encode(form.toString()),
  };
}

/** Target of a redirect (WebSub §5.2: only 307 and 308); undefined for any other response. */
export function redirectedHub(answer: CallOutcome): string | undefined {
  if (answer.kind === 'failed' || (answer.status !== 307 && answer.status !== 308)) return undefined;
  return answer.location;
}

/** Refusals that are temporary. */
const TRANSIENT = new Set([408, 421, 425, 429]);

export function hubReply(hub: string, answer: CallOutcome): HubReply {
  const { host } = new URL(hub);
  if (answer.kind === 'failed') {
    return { kind: 'failed', message: `the request to the hub ${host} failed: ${answer.message}` };
  }
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const said = firstLine(body);
  const message = `the hub ${host} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 400 && status < 500 && !TRANSIENT.has(status)) return { kind: 'refused', message };
  return { kind: 'failed', message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Hubs explain an error in plain text (WebSub §5.2); an HTML page is ignored. */
function firstLine(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 1_000)).trim();
  if (text.startsWith('<')) return '';
  const line = (text.split(/[\r\n]/u)[0] ?? '').replace(/\p{Cc}/gu, '');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
