/** Does a request come from a logged-in operator, and was its form sent by one of our pages? */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { millisecondsInHour } from 'date-fns/constants';
import { isSame } from './authorise.ts';

const COOKIE = 'feedmill_admin';
const LASTS_MS = 12 * millisecondsInHour;

/** If no token is set, forms are signed with a key of this process. */
const PROCESS_KEY = randomBytes(32).toString('hex');

/**
 * A session is a signed moment, so that every web server knows those of all others; another token ends them all.
 *
 * @returns the value of `Set-Cookie`
 */
export function openSession(token: string, isSecure: boolean, now: number): string {
  const body = `${now}.${randomBytes(16).toString('hex')}`;
  return cookie(`${body}.${sign(token, `session ${body}`)}`, LASTS_MS / 1_000, isSecure);
}

export function endedSession(isSecure: boolean): string {
  return cookie('', 0, isSecure);
}

/** The value of the session; undefined if there is none, or it has expired. */
export function sessionOf(request: IncomingMessage, token: string, now: number): string | undefined {
  const value = cookieOf(request);
  const [, body = '', issuedAt = '', signature = ''] =
    /^((\d{1,16})\.[0-9a-f]{32})\.([0-9a-f]{64})$/u.exec(value) ?? [];
  if (!isSame(signature, sign(token, `session ${body}`))) return undefined;
  const age = now - Number(issuedAt);
  return age >= 0 && age < LASTS_MS ? value : undefined;
}

/** In every form; another site cannot know it. */
export function formToken(request: IncomingMessage, token: string | undefined): string {
  return sign(token ?? PROCESS_KEY, `form ${cookieOf(request)}`);
}

/**
 * Whether a form was sent from one of our pages: it contains the token, and the browser names no other site as its
 * origin.
 *
 * @param siteUrl  the public address, whose host a proxy may replace by ours
 */
export function isOwnForm(
  request: IncomingMessage,
  token: string | undefined,
  given: string,
  siteUrl: string,
): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const ours = [host, new URL(siteUrl).host];
  if (origin !== undefined && (!URL.canParse(origin) || !ours.includes(new URL(origin).host))) return false;
  return isSame(given, formToken(request, token));
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

function cookieOf({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}

function sign(key: string, text: string): string {
  return createHmac('sha256', `feedmill admin ${key}`).update(text).digest('hex');
}
