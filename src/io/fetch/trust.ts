/** Which certificates are trusted, and what if a server leaves one out of its chain? */
import type { X509Certificate } from 'node:crypto';
import tls, { createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { millisecondsInDay, millisecondsInHour } from 'date-fns/constants';
import { certificatesIn } from './certificates.ts';

/** Gets the bytes at an http address that a certificate names; `undefined` if there is nothing usable. */
export type FetchIssuer = (url: string) => Promise<Uint8Array | undefined>;

export interface Trust {
  /** The trusted certificates, and fetched intermediate ones, which are not trusted by themselves. */
  context(): SecureContext;
  /**
   * Fetches the intermediate certificates that are missing between `leaf` and a trusted one (RFC 5280 §4.2.2.1), and
   * connects with them. They are kept if that works.
   *
   * @param host     name and port; after a failure it is not tried again for an hour
   * @param connect  must verify the whole chain
   * @returns        `undefined` if the chain cannot be completed
   */
  completed(
    host: string,
    leaf: () => Promise<X509Certificate | undefined>,
    connect: (context: SecureContext) => Promise<TLSSocket>,
  ): Promise<TLSSocket | undefined>;
}

/** Longer chains are errors. */
const MOST_STEPS = 4;
const MOST_INTERMEDIATES = 200;
const FETCHED = { max: 500, ttl: millisecondsInDay };
const HOPELESS = { max: 2000, ttl: millisecondsInHour };

/** @param ca  PEM of further authorities */
export function createTrust(ca: string | undefined, fetchIssuer: FetchIssuer): Trust {
  const anchors = ca === undefined ? undefined : [...systemCertificates(), ca];
  /** By the address that gave it. */
  const fetched = new LRUCache<string, Promise<X509Certificate | undefined>>(FETCHED);
  const hopeless = new LRUCache<string, true>(HOPELESS);
  /** PEM of intermediates that were part of a chain that verified. */
  const intermediates = new Set<string>();
  let current: SecureContext | undefined;

  function contextWith(more: readonly string[]): SecureContext {
    const extra = [...intermediates, ...more];
    if (extra.length === 0) return createSecureContext(anchors === undefined ? {} : { ca: anchors });
    // OpenSSL builds a chain up to a root; an intermediate certificate among these is not the end of one.
    return createSecureContext({ ca: [...(anchors ?? systemCertificates()), ...extra] });
  }

  function issuerOf(certificate: X509Certificate): Promise<X509Certificate | undefined> {
    const url = /^CA Issuers - URI:(http:\/\/\S+)$/im.exec(certificate.infoAccess ?? '')?.[1];
    if (url === undefined) return Promise.resolve(undefined);
    const known = fetched.get(url);
    if (known !== undefined) return known;
    const issuer = fetchIssuer(url).then((bytes) => {
      // Could not be fetched now.
      if (bytes === undefined) fetched.delete(url);
      return issuerIn(bytes, certificate);
    });
    fetched.set(url, issuer);
    return issuer;
  }

  async function missing(leaf: X509Certificate | undefined): Promise<readonly string[]> {
    const found: string[] = [];
    let below = leaf;
    while (below !== undefined && found.length < MOST_STEPS) {
      below = await issuerOf(below);
      // A root must never come from outside.
      if (below === undefined || below.checkIssued(below)) break;
      found.push(below.toString());
    }
    return found;
  }

  return {
    context: () => (current ??= contextWith([])),
    async completed(host, leaf, connect) {
      if (hopeless.has(host)) return undefined;
      try {
        const found = await missing(await leaf());
        if (found.length > 0) {
          const candidate = contextWith(found);
          const secured = await connect(candidate);
          if (intermediates.size + found.length > MOST_INTERMEDIATES) intermediates.clear();
          for (const pem of found) intermediates.add(pem);
          current = candidate;
          return secured;
        }
      } catch {
        // What matters is the first error: the chain cannot be verified.
      }
      hopeless.set(host, true);
      return undefined;
    },
  };
}

/** The certificate among the fetched ones that signed the other; any other is ignored. */
function issuerIn(bytes: Uint8Array | undefined, certificate: X509Certificate): X509Certificate | undefined {
  return certificatesIn(bytes ?? new Uint8Array()).find(
    (issuer) => issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
  );
}

/** Certificates trusted by default; newer Node versions return them, including those of NODE_EXTRA_CA_CERTS. */
function systemCertificates(): readonly string[] {
  const newer = tls as typeof tls & { readonly getCACertificates?: (type: 'default') => string[] };
  return newer.getCACertificates?.('default') ?? rootCertificates;
}
