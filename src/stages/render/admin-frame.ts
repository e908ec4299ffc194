/** Which frame do all admin pages have? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { AdminFrame } from '../../model/admin.ts';
import { type Html, markup } from './html.ts';
import { isoDay, isoTime, localParts } from '../../syntax/date/local-time.ts';

/** Pages of the navigation: path below `admin/`, name. */
const PAGES = [
  ['', 'Overview'],
  ['sources', 'Sources'],
  ['stories', 'Stories'],
  ['removed', 'Removed'],
  ['queue', 'Queue'],
] as const;

export interface AdminPage {
  readonly title: string;
  /** Path of the page's entry in the navigation; absent if no navigation is shown. */
  readonly current?: string;
  readonly main: Html;
}

export function adminPageBytes({ title, current, main }: AdminPage, frame: AdminFrame): Uint8Array {
  const { root, siteTitle, version } = frame;
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} - ${siteTitle}</title>
<link rel="stylesheet" href="${root}style.css">
<link rel="stylesheet" href="${root}admin/style.css">
<link rel="icon" type="image/svg+xml" href="${root}favicon.svg">
</head>
<body class="admin">
<a class="skip" href="#content">Skip to content</a>
<header class="site">
<p class="brand"><a href="${root}">${siteTitle}</a></p>
${current === undefined ? undefined : navigation(current, frame)}</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${main}</main>
<footer class="site">
<p>Feedmill ${version} · <time datetime="${new Date(frame.now).toISOString()}">${moment(frame.now, frame)}</time> ${frame.timezone}</p>
</footer>
</body>
</html>
`;
  return Buffer.from(document.html);
}

function navigation(current: string, { root, hasSession, formToken }: AdminFrame): Html {
  const items = PAGES.map(([path, name]) => {
    const here = path === current ? markup` aria-current="page"` : undefined;
    return markup`<li><a href="${root}admin/${path}"${here}>${name}</a></li>\n`;
  });
  const logout = markup`<li><form method="post" action="${root}admin/logout"><input type="hidden" name="formToken" value="${formToken}"><button class="plain">Log out</button></form></li>\n`;
  return markup`<nav aria-label="Admin"><ul>
${items}${hasSession ? logout : undefined}</ul></nav>
`;
}

/** `2021-12-24 00:59:51` on the site's clock. */
export function moment(at: number, { timezone }: Pick<AdminFrame, 'timezone'>): string {
  const parts = localParts(at, timezone);
  return `${isoDay(parts)} ${isoTime(parts)}`;
}

const UNITS = [
  ['d', millisecondsInDay],
  ['h', millisecondsInHour],
  ['min', millisecondsInMinute],
  ['s', 1_000],
] as const;

/** Distance from now in the largest unit that fits: `3 h ago`, `in 2 d`. The exact time is shown on hover. */
export function relative(at: number | undefined, frame: AdminFrame): Html | string {
  if (at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return '–';
  return markup`<time datetime="${new Date(at).toISOString()}" title="${moment(at, frame)}">${distance(at - frame.now)}</time>`;
}

function distance(ms: number): string {
  const size = Math.abs(ms);
  const [name, unit] = UNITS.find(([, each]) => size >= each) ?? ['s', 1_000];
  const number = Math.floor(size / unit);
  if (number === 0) return 'now';
  return ms < 0 ? `${number} ${name} ago` : `in ${number} ${name}`;
}
