/** What do we say to a callback, and does its answer confirm what was asked (WebSub §5.2, §5.3, §7)? */
import type { HubRequest, HubSubscription } from '../../model/hub-subscription.ts';
import type { StoredDocument } from '../../model/output.ts';
import { signBody } from '../../syntax/http/hub-signature.ts';

/** Address that asks whether the request was meant. The challenge is random, and the caller's. */
export function verificationUrl(request: HubRequest, challenge: string): string {
  return withParameters(request.callback, {
    'hub.mode': request.mode,
    'hub.topic': request.topicUrl,
    'hub.challenge': challenge,
    ...(request.mode === 'subscribe' && { 'hub.lease_seconds': String(request.leaseSeconds) }),
  });
}

/** Address that tells that a subscription is not, or no more, to be had. */
export function denialUrl({ callback, topicUrl }: Pick<HubRequest, 'callback' | 'topicUrl'>, reason: string): string {
  return withParameters(callback, { 'hub.mode': 'denied', 'hub.topic': topicUrl, 'hub.reason': reason });
}

/** A success whose body is the challenge; anything else leaves everything as it was. */
export function isConfirmed(status: number, body: Uint8Array, challenge: string): boolean {
  // Some frameworks end every text with a line break.
  return isSuccess(status) && Buffer.from(body).toString('utf8').trim() === challenge;
}

/** WebSub knows no other success than these: a redirect is a failure. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Headers of a delivery: the feed's own type and links, and a signature where a secret was agreed. */
export function deliveryHeaders(
  document: StoredDocument,
  { secret, topicUrl }: HubSubscription,
): Record<string, string> {
  const { mediaType, serving, body } = document;
  return {
    'Content-Type': mediaType,
    ...(serving?.link !== undefined && { Link: withSelf(serving.link, topicUrl) }),
    ...(secret !== undefined && { 'X-Hub-Signature': signBody(body, secret, 'sha256') }),
  };
}

/** The topic as the subscriber knows it (WebSub §7), which is another address where the site has moved since. */
function withSelf(link: string, topicUrl: string): string {
  return link.replace(/<[^>]*>(?=; rel="self")/u, () => `<${topicUrl}>`);
}

/** The callback's own query stays as it is, and comes first. */
function withParameters(callback: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  const mark = callback.endsWith('?') || callback.endsWith('&') ? '' : callback.includes('?') ? '&' : '?';
  return `${callback}${mark}${query}`;
}
