/** Fuzzing `parseDocument`: no crash, nothing but clean values, the same every time, in time. */
import type { Entry, ParseOutcome } from '../../src/model/feed.ts';
import { parseDocument } from '../../src/stages/parse/parse.ts';
import type { Random } from './random.ts';
import { expectThat, type Target } from './target.ts';

const NOW = Date.UTC(2021, 11, 24, 4);
const LIMITS = { maxDepth: 256, maxEntries: 500, maxAttributes: 256, maxTextLength: 1_000_000, maxTags: 50 };

const TAGS = (
  'rss channel item title link description pubDate guid category author enclosure source image url content:encoded dc:date ' +
  'dc:creator dc:subject feed entry id updated published summary content name email uri rdf:RDF rdf:li media:group ' +
  'media:content media:thumbnail media:credit itunes:author itunes:image itunes:duration itunes:episode itunes:explicit podcast:transcript podcast:chapters podcast:season media:rating sy:updatePeriod b p br img a div ' +
  'x:y ttl skipHours hour skipDays day cloud textInput atom:link atom:author cc:license feedburner:origLink ol li script'
).split(' ');

const ATTRIBUTES = [
  'href="http://a.example/"',
  "rel='self'",
  'type="xhtml"',
  'type=html',
  'type="base64"',
  'mode="escaped"',
  'xml:base="/x/"',
  'xml:lang="zh"',
  'xmlns="http://www.w3.org/2005/Atom"',
  'xmlns:media="http://search.yahoo.com/mrss/"',
  'xmlns:x="http://purl.org/rss/1.0/modules/content"',
  'isPermaLink="false"',
  'url="a.mp3" length="12" type="audio/mpeg"',
  'rdf:about="http://a.example/1"',
  'broken="',
  'a',
];

const TEXTS = [
  'text',
  '财经要闻',
  '&amp;lt;b&amp;gt;',
  '&lt;p&gt;x&lt;/p&gt;',
  '&nbsp;&eacute;&#146;&#x1F600;&#0;&bogus;',
  '<![CDATA[<b>x</b>]]>',
  '<![CDATA[',
  ']]>',
  '<!-- c -->',
  '<!--',
  '<?pi x?>',
  'http://a.example/?a=1&b=2',
  'Fri, 24 Dec 2021 08:30:00 GMT',
  '昨天 08:30',
  'a < b & c',
  '\u0000\u0008\ud800',
  '<!DOCTYPE rss [<!ENTITY a "b">]>',
];

const SEEDS = [
  '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><link>http://a.example/</link><item><title>one</title><guid>1</guid><pubDate>Fri, 24 Dec 2021 08:30:00 GMT</pubDate><description>&lt;b&gt;x</description></item><item><title>two</title></item></channel></rss>',
  '<feed xmlns="http://www.w3.org/2005/Atom"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></title><entry><id>1</id><title>x</title><updated>2021-12-24T08:30:00Z</updated><content type="html">&lt;p&gt;</content></entry></feed>',
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>t</title></channel><item rdf:about="1"><title>x</title><link>y</link></item></rdf:RDF>',
  '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"1","content_html":"<p>x","date_published":"2021-12-24T08:30:00Z","authors":[{"name":"a"}],"attachments":[{"url":"a.mp3","mime_type":"audio/mpeg"}]}]}',
  '<html><head><link rel="alternate" type="application/rss+xml" href="/f"></head></html>',
];

export function readerTarget(corpus: readonly Buffer[]): Target {
  return {
    seeds: [...SEEDS.map((text) => Buffer.from(text)), ...corpus],
    dictionary: [
      ...TAGS.flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
      ...ATTRIBUTES.map((text) => ` ${text}`),
      ...TEXTS,
    ],
    generate: (random) => Buffer.from(random.chance(0.15) ? jsonFeed(random) : markup(random)),
    check(input) {
      const outcome = read(input);
      const again = read(input);
      expectThat(JSON.stringify(outcome) === JSON.stringify(again), 'reads the same bytes differently');
      return judge(outcome);
    },
  };
}

function read(bytes: Buffer): ParseOutcome {
  return parseDocument({ bytes, url: 'http://a.example/dir/feed.xml', now: NOW, limits: LIMITS });
}

function markup(random: Random): string {
  const root = random.pick(['rss', 'feed', 'rdf:RDF', 'channel', 'html', 'x']);
  return `<${root} ${random.pick(ATTRIBUTES)}>${element(random, 0)}${random.chance(0.8) ? `</${root}>` : ''}`;
}

function element(random: Random, depth: number): string {
  let out = '';
  for (let left = random.int(depth > 5 ? 2 : 7); left >= 0; left--) {
    const tag = random.pick(TAGS);
    const attributes = Array.from({ length: random.int(3) }, () => ` ${random.pick(ATTRIBUTES)}`).join('');
    const inside = random.chance(0.5) ? random.pick(TEXTS) : element(random, depth + 1);
    const end = random.chance(0.9) ? `</${random.chance(0.95) ? tag : random.pick(TAGS)}>` : '';
    out += random.chance(0.1) ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${inside}${end}`;
  }
  return out;
}

function jsonFeed(random: Random): string {
  const value = (): unknown =>
    random.pick<unknown>([
      null,
      1,
      true,
      '',
      'x',
      'http://a.example/',
      [],
      {},
      [1],
      ['a'],
      [{}],
      { name: 1 },
      '2021-12-24',
    ]);
  const keys =
    'id url external_url title content_html content_text summary image date_published authors author tags attachments language'.split(
      ' ',
    );
  const item = (): Record<string, unknown> =>
    Object.fromEntries(keys.filter(() => random.chance(0.5)).map((key) => [key, value()]));
  const items: unknown = random.chance(0.9) ? Array.from({ length: random.int(5) }, item) : value();
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1',
    title: value(),
    authors: value(),
    hubs: value(),
    items,
  });
}

function judge(outcome: ParseOutcome): string {
  if (outcome.kind === 'failed') return `failed ${outcome.failure.kind}`;
  const { feed } = outcome;
  expectThat(feed.entries.length <= LIMITS.maxEntries, `${feed.entries.length} entries`);
  judgeText('feed title', feed.title);
  judgeUrl('feed link', feed.link);
  judgeDate('feed updated', feed.updated);
  for (const entry of feed.entries) judgeEntry(entry);
  const codes = [...new Set(feed.issues.map(({ code }) => code))].sort();
  return `${feed.format} ${feed.version ?? ''} ${Math.min(feed.entries.length, 3)} ${codes.join(' ')} ${fieldsOf(feed.entries[0])}`;
}

function fieldsOf(entry: Entry | undefined): string {
  return entry === undefined ? '' : Object.keys(entry).join('');
}

function judgeEntry(entry: Entry): void {
  judgeText('title', entry.title);
  judgeText('id', entry.id);
  judgeUrl('link', entry.link);
  judgeDate('published', entry.published);
  judgeDate('updated', entry.updated);
  for (const { url, length } of entry.enclosures) {
    judgeUrl('enclosure', url);
    expectThat(
      length === undefined || (Number.isSafeInteger(length) && length >= 0),
      `enclosure length ${String(length)}`,
    );
  }
  const { durationSeconds, image, transcripts = [], chapters } = entry.episode ?? {};
  for (const url of [image, chapters?.url, ...transcripts.map((file) => file.url)]) judgeUrl('file of an episode', url);
  expectThat(durationSeconds === undefined || durationSeconds > 0, `lasts ${String(durationSeconds)} s`);
  for (const category of entry.categories) judgeText('category', category);
  for (const author of entry.authors) {
    expectThat(
      Object.values(author).some((value) => value !== undefined && value !== ''),
      'an author without anything',
    );
  }
}

function judgeText(what: string, text: string | undefined): void {
  if (text === undefined) return;
  expectThat(text !== '', `empty ${what} instead of none`);
  expectThat(text.isWellFormed(), `lone surrogate: ${what}`);
  expectThat(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text), `control character: ${what}`);
}

function judgeUrl(what: string, url: string | undefined): void {
  if (url !== undefined)
    expectThat(url !== '' && !/[\s\u0000-\u001f]/.test(url), `${what} is no URL: ${JSON.stringify(url.slice(0, 80))}`);
}

function judgeDate(what: string, date: number | undefined): void {
  if (date !== undefined) expectThat(Number.isFinite(date) && Math.abs(date) < 8.64e15, `${what} is no date: ${date}`);
}
