/** Does a notification of a hub come from somebody who knows the secret, and how do we say so ourselves? */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The methods that a subscriber must know (WebSub §7.1.2), weakest first. */
export const SIGNATURE_METHODS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

export type SignatureJudgement =
  | { readonly kind: 'valid'; readonly method: SignatureMethod }
  /** There is no header. */
  | { readonly kind: 'missing' }
  /** The header is not `method=hex`, or its method is none that WebSub names. */
  | { readonly kind: 'unreadable' }
  /** Made with another secret, or for another body. */
  | { readonly kind: 'wrong'; readonly method: SignatureMethod };

const HEADER = /^\s*([a-z][a-z0-9]*)\s*=\s*((?:[0-9a-f]{2})+)\s*$/i;

/** Value of X-Hub-Signature for a body: `sha256=` and the HMAC in small hex digits (WebSub §7.1). */
export function signBody(body: Uint8Array, secret: string, method: SignatureMethod = 'sha256'): string {
  return `${method}=${digest(body, secret, method).toString('hex')}`;
}

/**
 * Judges X-Hub-Signature (WebSub §7.1.1) in a time that does not tell how much of it was right.
 *
 * @param header  the header as it came; undefined where there was none
 * @param secret  1 to 199 bytes, as given in hub.secret
 */
export function judgeSignature(header: string | undefined, body: Uint8Array, secret: string): SignatureJudgement {
  if (header === undefined || header.trim() === '') return { kind: 'missing' };
  const [, name = '', hex = ''] = HEADER.exec(header) ?? [];
  const method = SIGNATURE_METHODS.find((known) => known === name.toLowerCase());
  if (method === undefined) return { kind: 'unreadable' };
  const expected = digest(body, secret, method);
  const given = Buffer.from(hex, 'hex');
  // The length of a digest is no secret; timingSafeEqual wants it equal.
  const isValid = given.length === expected.length && timingSafeEqual(given, expected);
  return { kind: isValid ? 'valid' : 'wrong', method };
}

function digest(body: Uint8Array, secret: string, method: SignatureMethod): Buffer {
  return createHmac(method, secret).update(body).digest();
}
