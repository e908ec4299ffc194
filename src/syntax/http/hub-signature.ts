/** Is the signature of a notification valid, and how do we sign our own (WebSub §7.1)? */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Methods that a subscriber must support (WebSub §7.1.2), weakest first. */
export const SIGNATURE_METHODS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

export type SignatureJudgement =
  | { readonly kind: 'valid'; readonly method: SignatureMethod }
  /** The header is absent. */
  | { readonly kind: 'missing' }
  /** The header is not `method=hex`, or WebSub does not define the method. */
  | { readonly kind: 'unreadable' }
  /** Signed with another secret, or for another body. */
  | { readonly kind: 'wrong'; readonly method: SignatureMethod };

const HEADER = /^\s*([a-z][a-z0-9]*)\s*=\s*((?:[0-9a-f]{2})+)\s*$/i;

/** Value of X-Hub-Signature for a body: `sha256=` and the HMAC in lower-case hex digits (WebSub §7.1). */
export function signBody(body: Uint8Array, secret: string, method: SignatureMethod = 'sha256'): string {
  return `${method}=${digest(body, secret, method).toString('hex')}`;
}

/**
 * Checks X-Hub-Signature (WebSub §7.1.1) in constant time.
 *
 * @param header  the header as received; undefined if it is absent
 * @param secret  1 to 199 bytes, as sent in hub.secret
 */
export function checkSignature(header: string | undefined, body: Uint8Array, secret: string): SignatureJudgement {
  if (header === undefined || header.trim() === '') return { kind: 'missing' };
  const [, name = '', hex = ''] = HEADER.exec(header) ?? [];
  const method = SIGNATURE_METHODS.find((known) => known === name.toLowerCase());
  if (method === undefined) return { kind: 'unreadable' };
  const expected = digest(body, secret, method);
  const given = Buffer.from(hex, 'hex');
  // The length of a digest is not secret; timingSafeEqual needs equal lengths.
  const isValid = given.length === expected.length && timingSafeEqual(given, expected);
  return { kind: isValid ? 'valid' : 'wrong', method };
}

function digest(body: Uint8Array, secret: string, method: SignatureMethod): Buffer {
  return createHmac(method, secret).update(body).digest();
}
