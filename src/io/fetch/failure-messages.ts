/** What went wrong with a request, in words that an operator can act on? */
import { STATUS_CODES } from 'node:http';
import type { FetchFailure, FetchFailureKind } from '../../model/fetch-outcome.ts';
import type { FetchSettings } from '../../model/settings.ts';
import { withoutSecretsIn } from '../../syntax/url/redact-url.ts';
import { MAX_HEADER_BYTES } from './agents.ts';
import { AddressesError, type Attempt } from './connect-addresses.ts';
import { ForbiddenAddressError } from './guarded-connect.ts';
import { ProxyError } from './proxy.ts';
import { PinError } from './secure.ts';
import { codeOf } from '../../model/errors.ts';

/** How far the request had come when it failed. */
export interface Progress {
  /** True after the response headers arrived. */
  readonly answered: boolean;
  readonly receivedBytes: number;
}

export interface Asked {
  readonly url: URL;
  readonly settings: FetchSettings;
  readonly proxy?: string;
}

/** Failure for an error of undici, node:net, node:tls, node:dns or our connector. */
export function failureOf(error: unknown, { url, settings, proxy }: Asked, progress: Progress): FetchFailure {
  const cause = rootCause(error);
  if (cause instanceof ForbiddenAddressError) {
    return failure(
      'forbidden-address',
      `${cause.message}; private networks are open only to sources whose own address lies in fetch.allow`,
    );
  }
  const refusal = proxyError(error);
  if (refusal !== undefined) return proxyFailure(refusal, url, proxy ?? '');
  if (cause instanceof PinError) return failure('tls', pinWords(cause, url.hostname));
  if (cause instanceof AddressesError) return addressesFailure(cause, url, settings);
  const code = codeOf(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  const host = url.host;
  const via = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  const lasted = (ms: number): string => `${ms / 1000} s`;
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return failure('dns', `there is no host ${url.hostname}${via}; is the address right?`);
    case 'EAI_AGAIN':
    case 'ETIMEOUT':
    case 'ESERVFAIL':
    case 'EREFUSED':
    case 'EAI_FAIL':
    case 'EBADRESP':
    case 'EBADNAME':
      return failure('dns', `the name server did not answer for ${url.hostname} (${code})`);
    case 'UND_ERR_CONNECT_TIMEOUT':
      return failure(
        'timeout',
        `${host} did not accept a connection within ${lasted(settings.connectTimeoutMs)}${via}`,
      );
    case 'ETIMEDOUT':
      return failure('timeout', `the connection to ${host} timed out${via}`);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return failure(
        'timeout',
        `${host} accepted the request but did not answer within ${lasted(settings.headersTimeoutMs)}`,
      );
    case 'UND_ERR_BODY_TIMEOUT':
      return failure(
        'timeout',
        `${host} stopped sending for ${lasted(settings.bodyTimeoutMs)} after ${bytes(progress)}`,
      );
    case 'UND_ERR_HEADERS_OVERFLOW':
      return failure('too-large', `the headers of ${host} are larger than ${MAX_HEADER_BYTES / 1024} KB`, {
        limitBytes: MAX_HEADER_BYTES,
      });
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return failure('cut-off', `${host} announced more than the ${bytes(progress)} that it sent`);
    case 'UND_ERR_INVALID_ARG':
      return failure('protocol', `the request could not be written: ${text}`);
  }
  const tls = tlsWords(code, text, url.hostname);
  if (tls !== undefined) return failure('tls', tls);
  if (code === 'HPE_INVALID_EOF_STATE') {
    return failure('cut-off', `${host} closed the connection after ${bytes(progress)}, before the last chunk`);
  }
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return failure('protocol', `the response of ${host} is not HTTP: ${text}`);
  }
  if (/^(?:ERR_HTTP2_|NGHTTP2_)/.test(code) || code === 'UND_ERR_INFO') {
    return failure(progress.answered ? 'cut-off' : 'protocol', `${host} ended the HTTP/2 connection: ${text}`);
  }
  const detail = code === '' || code === 'UND_ERR_SOCKET' ? text : code;
  return progress.answered
    ? failure('cut-off', `${host} closed the connection after ${bytes(progress)} (${detail})`)
    : failure('connect', `${host} closed the connection without an answer${via} (${detail})`);
}

/** The first address with a route decides; the message names each address with its error. */
function addressesFailure({ code, attempts }: AddressesError, { host, hostname }: URL, settings: FetchSettings) {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const isNamed = attempts.length === 1 && attempts[0]?.address === bare;
  const which = isNamed ? '' : ` (${attempts.map(attemptWords).join(', ')})`;
  switch (code) {
    case 'ETIMEDOUT':
      return failure(
        'timeout',
        `${host} did not accept a connection within ${settings.connectTimeoutMs / 1000} s${which}`,
      );
    case 'ECONNREFUSED':
      return failure('connect', `${host} refuses connections${which}`);
    default:
      return failure(
        'connect',
        `${host} cannot be reached from here (${isNamed ? code : attempts.map(attemptWords).join(', ')})`,
      );
  }
}

function attemptWords({ address, code }: Attempt): string {
  switch (code) {
    case 'ETIMEDOUT':
      return `${address} did not answer`;
    case 'ECONNREFUSED':
      return `${address} refused`;
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENETDOWN':
      return `${address} has no route from here`;
    default:
      return `${address} failed with ${code}`;
  }
}

function proxyFailure(refusal: ProxyError, { host }: URL, proxy: string): FetchFailure {
  const { cause } = refusal;
  const kind = cause instanceof AddressesError && cause.code === 'ETIMEDOUT' ? 'timeout' : 'connect';
  const detail =
    cause instanceof AddressesError
      ? ` (${cause.attempts.map(attemptWords).join(', ')})`
      : cause instanceof Error
        ? ` (${codeOf(cause) || cause.message})`
        : '';
  return failure(kind, `${host} cannot be reached through the proxy ${proxy}: it ${refusal.message}${detail}`);
}

function pinWords({ found }: PinError, hostname: string): string {
  return found === ''
    ? `${hostname} shows no certificate, so its key cannot be compared with fetch.pin`
    : `the key of ${hostname} is not the pinned one; if its owner has changed it, set fetch.pin of the source to ${found}`;
}

export function totalTimeout({ url, settings }: Asked, progress: Progress): FetchFailure {
  const what = progress.answered ? 'the body had not ended' : 'there was no answer';
  const within = `within the ${settings.timeoutMs / 1000} s of fetch.timeout`;
  const received = progress.answered ? ` (${bytes(progress)} so far)` : '';
  return failure('timeout', `${url.host}: ${what} ${within}${received}`);
}

export function bodyTooLarge(limitBytes: number): FetchFailure {
  return failure('too-large', `the document is larger than ${megabytes(limitBytes)} (fetch.maxBytes)`, { limitBytes });
}

export function statusFailure(status: number, url: URL, hasCredentials: boolean): FetchFailure {
  return failure('http-status', statusWords(status, url, hasCredentials), { status });
}

/** Addresses in the message are masked: it is shown on pages and in logs. */
export function failure(
  kind: FetchFailureKind,
  message: string,
  more: { readonly status?: number; readonly limitBytes?: number } = {},
): FetchFailure {
  return { kind, message: withoutSecretsIn(message), ...more };
}

function statusWords(status: number, url: URL, hasCredentials: boolean): string {
  const { host } = url;
  switch (status) {
    case 401:
      return hasCredentials
        ? `${host} does not accept the credentials (401); check auth of the source in the config`
        : `${host} asks for a user name and password (401); give them in auth of the source in the config`;
    case 402:
      return `${host} demands payment (402)`;
    case 403:
      return `${host} refuses access to this document (403)`;
    case 404:
      return `there is no document at this address (404); has the feed moved?`;
    case 407:
      return `the proxy requires credentials (407); write them into its address`;
    case 429:
      return `${host} reports too many requests (429)`;
    case 451:
      return `${host} may not serve this document for legal reasons (451)`;
    case 503:
      return `${host} is out of service or overloaded (503)`;
    case 204:
    case 205:
      return `${host} has no document at this address (${status})`;
  }
  const name = STATUS_CODES[status];
  const known = name === undefined ? String(status) : `${status} ${name}`;
  return status >= 500 ? `${host} has an internal error (${known})` : `${host} answered ${known}`;
}

function tlsWords(code: string, text: string, hostname: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${hostname} has expired`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate of ${hostname} is not valid yet; is the clock of this machine right?`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `the certificate of ${hostname} is self-signed; if that is intended, set fetch.ca of the source to its CA`;
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the certificate of ${hostname} has an unknown issuer, or the server does not send an intermediate certificate; set fetch.ca of the source to the issuer's certificate`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${hostname} does not match the host name`;
    case 'CERT_REVOKED':
      return `the certificate of ${hostname} was revoked`;
  }
  if (
    /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|EPROTO$|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/.test(
      code,
    )
  ) {
    if (/wrong version number|packet length too long/.test(text)) return `${hostname} does not speak https`;
    // OpenSSL's error lines look like `805C:error:0A000410:SSL routines:function:reason:file:line:`.
    const reason = /SSL routines:[^:]*:([^:]+)/.exec(text)?.[1] ?? text.trim();
    return `no secure connection to ${hostname} could be made: ${reason}`;
  }
  return /before secure TLS connection was established/.test(text)
    ? `${hostname} closed the connection during the TLS handshake; does it speak https?`
    : undefined;
}

/** The original error: undici's `cause`, and the first of several tried addresses. */
function rootCause(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 5; depth += 1) {
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0];
    else if (at instanceof Error && at.cause instanceof Error) at = at.cause;
    else break;
  }
  return at;
}

/** The proxy's own error, if there is one on the way to the root. */
function proxyError(error: unknown): ProxyError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof ProxyError) return at;
  }
  return undefined;
}

function bytes({ receivedBytes }: Progress): string {
  return receivedBytes < 10_000 ? `${receivedBytes} bytes` : `${Math.round(receivedBytes / 1000)} KB`;
}

function megabytes(limit: number): string {
  return limit >= 1024 * 1024 ? `${+(limit / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(limit / 1024)} KB`;
}
