/** Requests that nobody should send, and some that everybody sends: what the web server is fuzzed with. */
import type { Random } from '../../bench/fuzz/random.ts';

export interface RandomRequest {
  readonly method: string;
  /** As it goes over the wire; one request, however broken. */
  readonly bytes: Buffer;
}

const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'TRACE',
  'PROPFIND',
];

const PATHS = [
  '/',
  '/index.html',
  '/favicon.ico',
  '/all.rss',
  '/all',
  '/category/xinhuashe.rss',
  '/category/xinhuashe',
  '/category/xinhuashe.html',
  '/category/xinhuashe/before/1640278791000-9000000000000014.rss',
  '/tag/%E8%82%A1%E7%A5%A8.html',
  '/tag/a%252Fb.rss',
  '/source/xinhua-finance.json',
  '/post/9000000000000000.html',
  '/post/00000000000000ff.html',
  '/opml.xml',
  '/sources.opml',
  '/healthz',
  '/readyz',
  '/metrics',
  '/admin',
  '/admin/',
  '/admin/source/xinhua-finance',
  '/admin/source/xinhua-finance/pause',
  '/admin/login',
  '/admin/post/9000000000000000/split',
  '/websub',
  '/websub/callback/abc',
  '*',
  'http://news.example.org/all.rss',
  '//evil.example/',
  '/\\evil.example',
  '/.',
  '/..',
];

const PIECES = [
  ...[
    '/',
    '//',
    '/../',
    '/./',
    '\\',
    '%2f',
    '%2F%2F',
    '%5c',
    '%2e%2e',
    '%00',
    '%0a',
    '%0d%0aLocation:%20x',
    '%',
    '%%',
    '%zz',
  ],
  ...[
    '%ff',
    '%C0%AF',
    '%E8%82',
    '%F0%9F%98%80',
    'é',
    '\u0001',
    '\u007f',
    '{{',
    '<script>',
    "'",
    '"',
    '`',
    '|',
    '^',
    ';',
    ':',
    '@',
  ],
  ...[
    '?',
    '??',
    '&',
    '=',
    '#',
    '+',
    '?before=',
    '?before=1640278791000-9000000000000014',
    '&before=x',
    '%3Fbefore=%0a',
    '?before=-1',
  ],
  ...[
    '.rss',
    '.atom',
    '.json',
    '.html',
    '.gz',
    '.br',
    '/before/',
    '/before/1-0000000000000000',
    '__proto__',
    'constructor',
    '..;/',
  ],
  ...['0', '99999999999999999999', '-1', 'NaN', 'x', '股票', 'tag-7', 'evil.example', 'https://evil.example/'],
];

const VALUES = [
  ...[
    '',
    '*',
    '*/*',
    ',',
    ';',
    ';q=',
    'q=1',
    'text/html',
    'application/rss+xml;q=0.5, text/html;q=NaN',
    'br',
    'gzip;q=0',
    'identity',
  ],
  ...[
    '"',
    'W/',
    'W/""',
    '"x"',
    '"x", "y',
    'feed',
    'feed;q=0',
    'vcdiff',
    'Thu, 23 Dec 2021 16:59:51 GMT',
    '-1',
    '0',
    '1e309',
  ],
  ...[
    'bytes=0-',
    'bytes=-1',
    '127.0.0.1',
    '::1',
    '[::1]:80',
    'for=x;proto=https',
    '10.0.0.1, 203.0.113.9',
    'news.example.org',
    'evil.example',
  ],
  ...[
    'Bearer',
    'Bearer x',
    'Basic eA==',
    'Basic %',
    'feedmill_admin=1.x.y',
    '__proto__=1',
    'null',
    '\u00ff\u00fe',
    '{{',
    '\t',
    'a'.repeat(300),
  ],
];

const NAMES = [
  ...[
    'Accept',
    'Accept-Encoding',
    'If-None-Match',
    'If-Modified-Since',
    'A-IM',
    'Range',
    'Cookie',
    'Authorization',
    'User-Agent',
  ],
  ...[
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'Origin',
    'Referer',
    'Sec-Fetch-Site',
  ],
  ...[
    'Content-Type',
    'Connection',
    'Upgrade',
    'TE',
    'Accept-Language',
    'Content-Encoding',
    'X-Hub-Signature',
    '__proto__',
    'X',
  ],
];

const FORM = 'Content-Type: application/x-www-form-urlencoded';

export function randomRequest(random: Random): RandomRequest {
  const method = random.pick(METHODS);
  const lines = [`${method} ${targetOf(random)} HTTP/1.${random.chance(0.95) ? 1 : 0}`, ...hostOf(random), 'X-Fuzz: 1'];
  for (let count = random.int(5); count > 0; count -= 1) {
    lines.push(`${random.pick(NAMES)}: ${valueOf(random)}`);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD' && random.chance(0.5);
  const body = hasBody ? bodyOf(random) : '';
  if (hasBody)
    lines.push(...(random.chance(0.7) ? [FORM] : []), `Content-Length: ${Buffer.byteLength(body, 'latin1')}`);
  return { method, bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1') };
}

function hostOf(random: Random): readonly string[] {
  const all: readonly (readonly string[])[] = [
    ['Host: 127.0.0.1'],
    ['Host: evil.example'],
    ['Host: '],
    [],
    ['Host: old.example.org'],
  ];
  return random.chance(0.8) ? ['Host: news.example.org'] : random.pick(all);
}

/** A path that is known, with pieces put in, bytes changed, or both; one in four is as it should be. */
function targetOf(random: Random): string {
  let target = random.pick(PATHS);
  if (random.chance(0.25)) return target;
  for (let count = 1 + random.int(4); count > 0; count -= 1) {
    const at = random.int(target.length + 1);
    const cut = random.chance(0.3) ? random.int(4) : 0;
    target = target.slice(0, at) + random.pick(PIECES) + target.slice(at + cut);
  }
  if (random.chance(0.02)) target += random.pick(PIECES).repeat(random.int(2_000));
  // A space or a line break would end the target.
  return Buffer.from(target, 'utf8')
    .toString('latin1')
    .replace(/[ \r\n]/gu, '');
}

function valueOf(random: Random): string {
  const values = Array.from({ length: 1 + random.int(3) }, () => random.pick(VALUES));
  return Buffer.from(values.join(random.pick([', ', ';', ' ', '']))).toString('latin1');
}

function bodyOf(random: Random): string {
  const pairs = [
    'hub.mode=subscribe',
    'hub.topic=http://news.example.org/all.rss',
    'hub.callback=http://evil.example/',
    'token=x',
    'formToken=',
    '%',
    '&&&',
    '{"a":[[[[',
    '\u0000',
  ];
  return Array.from({ length: random.int(6) }, () => random.pick(pairs)).join('&');
}
