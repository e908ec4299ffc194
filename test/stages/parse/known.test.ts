/** Do known entries change nothing but the work? */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import type { Entry, ParseOutcome } from '../../../src/model/feed.ts';
import { parse, parseFeed, rss } from '../../support/parsing.ts';

const directory = fileURLToPath(new URL('fixtures/', import.meta.url));
const documents = readdirSync(directory)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => readFileSync(directory + name));

function hashesOf(document: string | Uint8Array): readonly string[] {
  return parseFeed(document).entries.map(({ rawHash }) => rawHash ?? '');
}

describe('knownHashes', () => {
  const [one, two, three] = [
    '<item><title>1</title></item>',
    '<item><title>2</title></item>',
    '<item><title>3</title></item>',
  ];

  it('names each entry by its bytes', () => {
    const [a, b] = hashesOf(rss(one + two));
    expect(a).toMatch(/^[\da-f]{16}$/);
    expect(hashesOf(rss(three + two))[1]).toBe(b);
  });

  it('leaves known entries out and lists them', () => {
    const [first = '', , third = ''] = hashesOf(rss(one + two + three));
    const feed = parseFeed(rss(one + two + three), { knownHashes: new Set([third, first, 'other']) });
    expect(feed.entries.map(({ title }) => title)).toEqual(['2']);
    expect(feed.knownHashes).toEqual([first, third]);
  });

  it('still reads the feed where all entries are known', () => {
    const document = rss(`<title>T</title>${one}<link>https://a.org/</link>`);
    const feed = parseFeed(document, { knownHashes: new Set(hashesOf(document)) });
    expect(feed).toMatchObject({ title: 'T', link: 'https://a.org/', entries: [], knownHashes: hashesOf(document) });
  });

  it('reads entries in the light of what the feed declares', () => {
    const document = `<rss xmlns:d="http://purl.org/dc/elements/1.1/" xml:base="https://a.org/"><channel>${one}<item><link>2</link><d:creator>Ada</d:creator></item></channel></rss>`;
    const feed = parseFeed(document, { knownHashes: new Set(hashesOf(document).slice(0, 1)) });
    expect(feed.entries[0]).toMatchObject({ link: 'https://a.org/2', authors: [{ name: 'Ada' }] });
  });

  it('leaves out known entries of another charset', () => {
    const document = Buffer.from(
      `<?xml version="1.0" encoding="iso-8859-1"?>${rss(`<title>\xe9</title>${one}<item><title>\xe8\xe0 l\xe0</title></item>`)}`,
      'latin1',
    );
    const feed = parseFeed(document, { knownHashes: new Set(hashesOf(document).slice(0, 1)) });
    expect([feed.title, feed.entries.map(({ title }) => title)]).toEqual(['é', ['èà là']]);
  });

  it('leaves out known items of a JSON Feed', () => {
    const document =
      '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","date_published":"2026-01-01T00:00:00Z"},{"id":"2"}]}';
    const [first = ''] = hashesOf(document);
    const feed = parseFeed(document, { knownHashes: new Set([first]) });
    expect(feed.entries.map(({ id }) => id)).toEqual(['2']);
    expect([feed.knownHashes, feed.updated]).toEqual([[first], Date.parse('2026-01-01T00:00:00Z')]);
  });

  it('gives no hashes where the bytes cannot be cut with certainty', () => {
    expect(parseFeed(rss(`<item/>${one}`)).entries.map(({ rawHash }) => rawHash)).toEqual([undefined, undefined]);
  });
});

/** What damages documents: bytes lost, tags and marks in the wrong place, an early end. */
type Damage = (document: Buffer) => Buffer;

const marks = [
  ...[
    '<item>',
    '</item>',
    '<entry>',
    '</entry>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<',
    '>',
    '&',
    '"',
    "'",
    '<?',
    '<!',
  ],
  ...['</channel>', '</rss>', '</feed>', '<title>', '<b>', '</description>', '\x1b', '\xff', '新'],
];

const place = fc.double({ min: 0.05, max: 1, noNaN: true });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...marks)).map(([at, mark]): Damage => (document) => {
    const offset = Math.floor(at * document.length);
    return Buffer.concat([document.subarray(0, offset), Buffer.from(mark), document.subarray(offset)]);
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(([at, length]): Damage => (document) => {
    const offset = Math.floor(at * document.length);
    return Buffer.concat([document.subarray(0, offset), document.subarray(offset + length)]);
  }),
  place.map(
    (at): Damage =>
      (document) =>
        document.subarray(0, Math.floor(at * document.length)),
  ),
);

function withoutHash({ rawHash: _, ...entry }: Entry): unknown {
  return entry;
}

/** What a reader of both knows in the end: entries that are not known, and which of the known ones were there. */
function gain(outcome: ParseOutcome, known: ReadonlySet<string>): unknown {
  if (outcome.kind === 'failed') return outcome.failure.kind;
  const { entries, knownHashes } = outcome.feed;
  const isKnown = ({ rawHash }: Entry) => rawHash !== undefined && known.has(rawHash);
  return {
    unknown: entries.filter((entry) => !isKnown(entry)).map(withoutHash),
    known: [...knownHashes, ...entries.filter(isKnown).map(({ rawHash }) => rawHash)],
  };
}

describe('a damaged document', () => {
  it('gives the same posts read whole and without its known entries', () => {
    const documentAndDamage = fc.tuple(
      fc.constantFrom(...documents),
      fc.array(damage, { maxLength: 4 }),
      fc.infiniteStream(fc.boolean()),
    );
    fc.assert(
      fc.property(documentAndDamage, ([document, damages, chosen]) => {
        const known = new Set(hashesOf(document).filter(() => chosen.next().value));
        const damaged = damages.reduce<Buffer>((bytes, break_) => break_(bytes), document);
        expect(gain(parse(damaged, { knownHashes: known }), known)).toEqual(gain(parse(damaged), known));
      }),
      { numRuns: 1500 },
    );
  }, 120_000);
});
