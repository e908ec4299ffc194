/** Which requests does our hub send to a callback, and does the answer confirm them (WebSub §5.2, §5.3, §7)? */
import type { HubRequest, HubSubscription } from '../../model/hub-subscription.ts';
import type { StoredDocument } from '../../model/output.ts';
import { signBody } from '../../syntax/http/hub-signature.ts';

/** Address of a verification request. The caller supplies a random challenge. */
export function verificationUrl(request: HubRequest, challenge: string): string {
  return withParameters(request.callback, {
    'hub.mode': request.mode,
    'hub.topic': request.topicUrl,
    'hub.challenge': challenge,
    ...(request.mode === 'subscribe' && { 'hub.lease_seconds': String(request.leaseSeconds) }),
  });
}

/** Address that tells the callback that a subscription is denied or has ended. */
export function denialUrl({ callback, topicUrl }: Pick<HubRequest, 'callback' | 'topicUrl'>, reason: string): string {
  return withParameters(callback, { 'hub.mode': 'denied', 'hub.topic': topicUrl, 'hub.reason': reason });
}

/** Confirmed by a success status whose body is the challenge; any other response changes nothing. */
export function isConfirmed(status: number, body: Uint8Array, challenge: string): boolean {
  // Some frameworks add a line break to every text.
  return isSuccess(status) && Buffer.from(body).toString('utf8').trim() === challenge;
}

/** Only 2xx is a success in WebSub; a redirect is a failure. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Headers of a delivery: type and links of the feed, and a signature if the subscriber sent a secret. */
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

/** The topic as the subscriber knows it (WebSub §7): a former address if the site has moved since. */
function withSelf(link: string, topicUrl: string): string {
  return link.replace(/<[^>]*>(?=; rel="self")/u, () => `<${topicUrl}>`);
}

/** The callback's own query parameters are kept and come first. */
function withParameters(callback: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  const mark = callback.endsWith('?') || callback.endsWith('&') ? '' : callback.includes('?') ? '&' : '?';
  return `${callback}${mark}${query}`;
}
