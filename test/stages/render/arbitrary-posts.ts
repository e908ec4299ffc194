/** Posts as no origin would send them all at once, for property tests. */
import { fc } from '../../support/seeded.ts';
import type { Enclosure, Episode, Person, Transcript } from '../../../src/model/feed.ts';
import type { AlsoFrom, Post, PostSource } from '../../../src/model/post.ts';

/** Text with everything that breaks XML, HTML, JSON or a careless writer. */
export const anyText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      {
        weight: 3,
        arbitrary: fc.constantFrom('稳字当头', '😀', '工信部：', 'AT&T', '&amp;', '&amp;lt;', '<b>', ']]>', ']]>]]>'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\u0000', '\u0008', '\ud800', '\udfff', '\ufffe', '\u0085', '\u2028', '"', "'"),
      },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const address = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    fc.constantFrom('origin.example', '新闻.example'),
    fc.webPath(),
    fc.webQueryParameters(),
  )
  .map(([scheme, host, path, query]) => `${scheme}://${host}${path}?${query}`);
const anyAddress = fc.oneof(
  { weight: 8, arbitrary: address },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'javascript:alert(1)',
      '/relative',
      '',
      'mailto:a@b.example',
      'http://',
      'https://o.example/a b"<>',
    ),
  },
);

/** As the sanitiser leaves it: blocks, images and links with absolute addresses. */
export const anyHtml = fc
  .array(
    fc.oneof(
      anyText.map((text) => `<p>${escaped(text)}</p>`),
      address.map((url) => `<p><a href="${escaped(new URL(url).href)}">链接</a></p>`),
      address.map((url) => `<img src="${escaped(new URL(url).href)}" alt="图">`),
      fc.constant('<pre>a ]]> b ]]&gt; &amp;lt; c\n  d</pre>'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join('\n'));

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** Without the keys whose value is absent. */
function present<T extends object>(record: { [K in keyof T]: T[K] | undefined }): T {
  // What was undefined was optional: the arbitraries below say so.
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

const person = fc
  .record({ name: optional(anyText), email: optional(fc.oneof(fc.emailAddress(), anyText)), uri: optional(anyAddress) })
  .map((record) => present<Person>(record));

const enclosure = fc
  .record({
    url: anyAddress,
    type: optional(fc.constantFrom('audio/mpeg', 'video/mp4', 'image/jpeg; charset=x', 'nonsense', '')),
    length: optional(fc.oneof(fc.nat(), fc.constantFrom(-1, 1.5, Number.NaN))),
  })
  .map((record) => present<Enclosure>(record));

const file = { url: anyAddress, type: optional(fc.constantFrom('text/vtt', 'application/json')) };
const transcript = fc
  .record({ ...file, language: optional(fc.constantFrom('en', 'zh-CN')), captions: optional(fc.constant(true)) })
  .map((record) => present<Transcript>(record));

const episode = fc
  .record({
    durationSeconds: optional(fc.integer({ min: 1, max: 100_000 })),
    season: optional(fc.integer({ min: 1, max: 50 })),
    number: optional(fc.constantFrom(1, 12, 0, 20.5)),
    kind: optional(fc.constantFrom('full', 'trailer', 'bonus')),
    explicit: optional(fc.boolean()),
    image: optional(anyAddress),
    transcripts: optional(fc.array(transcript, { minLength: 1, maxLength: 2 })),
    chapters: optional(fc.record(file).map((record) => present<{ url: string; type?: string }>(record))),
  })
  .map((record) => present<Episode>(record));

const source = fc
  .record({
    id: fc.constantFrom('xinhua-finance', 'b', '源'),
    title: optional(anyText),
    url: optional(anyAddress),
    feedUrl: anyAddress,
  })
  .map((record) => present<PostSource>(record));

const also = fc
  .record({ source, url: optional(anyAddress), title: optional(anyText) })
  .map((record) => present<AlsoFrom>(record));

const moment = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });

export const anyPost: fc.Arbitrary<Post> = fc
  .record({
    id: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map((id) => id.toString(16).padStart(16, '0')),
    source,
    guid: optional(anyText),
    url: optional(anyAddress),
    title: anyText,
    content: optional(anyHtml),
    summary: optional(anyHtml),
    authors: fc.array(person, { maxLength: 3 }),
    publishedAt: moment,
    updatedAt: moment,
    firstSeenAt: moment,
    categories: fc.subarray(['xinhuashe', 'tech']),
    tags: fc.array(anyText, { maxLength: 4 }),
    language: optional(fc.constantFrom('zh-CN', 'en', 'en_US', 'ja', 'nonsense language')),
    image: optional(anyAddress),
    enclosures: fc.array(enclosure, { maxLength: 3 }),
    episode: optional(episode),
    rights: optional(anyText),
    revision: fc.integer({ min: 1, max: 5 }),
    alsoFrom: fc.array(also, { maxLength: 2 }),
  })
  .map((record) => present<Post>(record));

export const anyPosts = fc
  .uniqueArray(anyPost, { selector: ({ id }) => id, maxLength: 4 })
  .map((posts) => posts.sort((a, b) => b.publishedAt - a.publishedAt));
