/**
 * What does reading cost, beside the readers everybody uses, and does it grow with the document and no faster?
 *
 *     npx tsx bench/read.ts [DIRECTORY]…
 *
 * Each directory holds feed documents; without one, generated feeds are read. CPU time, medians over rounds in which
 * all candidates take turns; a worker's own flag, --max-semi-space-size=8, changes it a little:
 *
 *     NODE_OPTIONS=--max-semi-space-size=8 npx tsx bench/read.ts DIRECTORY
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFeed as feedsmith } from 'feedsmith';
import { Parser as HtmlParser } from 'htmlparser2';
import RssParser from 'rss-parser';
import sax from 'sax';
import type { ParsedFeed } from '../src/model/feed.ts';
import { mapFeed } from '../src/stages/parse/mapping.ts';
import { parseDocument } from '../src/stages/parse/parse.ts';
import { decodeBytes } from '../src/syntax/charset/decode.ts';
import { hash64 } from '../src/syntax/hash.ts';
import { cutDocument } from '../src/syntax/xml/entry-spans.ts';
import { readXml } from '../src/syntax/xml/read.ts';
import { sampleDocuments } from './read/documents.ts';
import { DOCUMENTS } from './read/scaling.ts';

const ROUNDS = 15;
const NOW = Date.UTC(2026, 0, 24);
const LIMITS = { maxDepth: 256, maxEntries: 200_000, maxAttributes: 256, maxTextLength: 100_000_000, maxTags: 50 };

const directories = process.argv.slice(2);
if (directories.length === 0) await compare('generated', sampleDocuments(100));
for (const directory of directories) await compare(directory, documentsIn(directory));
scaling();

function documentsIn(directory: string): readonly Buffer[] {
  return readdirSync(directory).map((name) => readFileSync(join(directory, name)));
}

type Candidate = () => unknown;

async function compare(name: string, all: readonly Buffer[]): Promise<void> {
  // Ours reads more of them than the others do: only what is a feed to us counts.
  const documents = all.filter((bytes) => read(bytes) !== undefined);
  const texts = documents.map((bytes) => decodeBytes(bytes, undefined).text);
  const knownButOne = documents.map(
    (bytes) =>
      new Set(
        read(bytes)
          ?.entries.flatMap(({ rawHash }) => rawHash ?? [])
          .slice(1),
      ),
  );
  const rssParser = new RssParser({ defaultRSS: 2 });
  const times = await medians({
    'our reader, with its tree': () => texts.map((text) => readXml(text, LIMITS).roots.length),
    'htmlparser2, no handler': () => {
      for (const text of texts) new HtmlParser({}, { xmlMode: true }).end(text);
    },
    'sax, no handler': () => {
      texts.forEach(saxAlone);
    },
    'bytes to entries': () => documents.map((bytes) => read(bytes)?.entries.length),
    'the same, all entries but one known': () =>
      documents.map((bytes, i) => read(bytes, knownButOne[i])?.entries.length),
    'rss-parser, from a string': () => Promise.allSettled(texts.map((text) => rssParser.parseString(text))),
    'feedsmith, from a string': () => {
      texts.forEach(feedsmithAlone);
    },
    '- cutting and hashing': () => documents.map(cutAndHash),
    '- decoding': () => documents.map((bytes) => decodeBytes(bytes, undefined).text.length),
    ...mapping(documents),
  });
  const bytes = documents.reduce((sum, { length }) => sum + length, 0);
  print(name, documents.length, bytes, times);
}

function read(bytes: Uint8Array, knownHashes?: ReadonlySet<string>): ParsedFeed | undefined {
  const outcome = parseDocument({
    bytes,
    now: NOW,
    limits: LIMITS,
    hash: hash64,
    ...(knownHashes && { knownHashes }),
  });
  return outcome.kind === 'feed' ? outcome.feed : undefined;
}

function saxAlone(text: string): void {
  const parser = sax.parser(false);
  // Without this it stops at the first error, which would be quick.
  parser.onerror = () => {
    parser.resume();
  };
  parser.write(text).close();
}

function feedsmithAlone(text: string): unknown {
  try {
    return feedsmith(text);
  } catch (error) {
    // What it refuses costs it less; that is its advantage here.
    return error;
  }
}

function cutAndHash(bytes: Buffer): readonly string[] {
  return (cutDocument(bytes)?.spans ?? []).map(({ start, end }) => hash64(bytes.subarray(start, end)));
}

/** The library's mapping alone, on trees made beforehand; our own work around it is in "bytes to entries". */
function mapping(documents: readonly Buffer[]): Record<string, Candidate> {
  const feeds = documents.map((bytes) => read(bytes)).filter((feed) => feed !== undefined);
  const trees = feeds.map((feed) => ({
    title: ['-'] as const,
    rest: [{ format: feed.format, authors: feed.authors, hubs: feed.hubs, hints: feed.hints }] as const,
    item: feed.entries.map(({ id, title, link, categories, ...rest }) => ({
      guid: id === undefined ? undefined : ([id] as const),
      title: title === undefined ? undefined : ([title] as const),
      link: link === undefined ? undefined : ([link] as const),
      category: categories,
      rest: [rest] as const,
    })),
  }));
  return { '- mapping (rss-parser)': () => trees.map((tree) => mapFeed(tree).entries.length) };
}

async function medians(candidates: Readonly<Record<string, Candidate>>): Promise<ReadonlyMap<string, number>> {
  const times = new Map(Object.keys(candidates).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, candidate] of Object.entries(candidates)) times.get(name)?.push(await cpuMs(candidate));
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

async function cpuMs(candidate: Candidate): Promise<number> {
  const before = process.cpuUsage();
  await candidate();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function print(name: string, count: number, bytes: number, times: ReadonlyMap<string, number>): void {
  console.log(`\n${name}: ${count} documents, ${(bytes / 1e6).toFixed(1)} MB, ${ROUNDS} rounds`);
  for (const [candidate, ms] of times) {
    const perDocument = `${((ms * 1000) / count).toFixed(0)} us`.padStart(8);
    console.log(
      `  ${candidate.padEnd(36)} ${perDocument} a document ${(bytes / 1000 / ms).toFixed(0).padStart(5)} MB/s`,
    );
  }
  const of = (candidate: string) => times.get(candidate) ?? NaN;
  const ratio = (a: string, b: string) => (of(a) / of(b)).toFixed(2);
  console.log(
    `  our reader is ${ratio('sax, no handler', 'our reader, with its tree')} times as fast as sax (goal: 3),`,
  );
  console.log(
    `  ${ratio('htmlparser2, no handler', 'our reader, with its tree')} times as fast as htmlparser2 (goal: 1);`,
  );
  console.log(
    `  bytes to entries ${ratio('rss-parser, from a string', 'bytes to entries')} times as fast as rss-parser (goal: 2)`,
  );
  console.log(`  and ${ratio('feedsmith, from a string', 'bytes to entries')} times as fast as feedsmith;`);
  const share = (100 * of('- mapping (rss-parser)')) / of('bytes to entries');
  console.log(`  rss-parser's mapping is ${share.toFixed(1)} % of it`);
}

/** Time for four times as many, of a size that takes some milliseconds: 4 is in proportion, 16 would be quadratic. */
function scaling(): void {
  console.log('\nfour times as many of            takes times as long');
  for (const [name, build] of Object.entries(DOCUMENTS)) {
    const small = timeOf(build(25_000));
    const large = timeOf(build(100_000));
    console.log(`  ${name.padEnd(36)} ${(large / small).toFixed(1).padStart(5)}   (100,000: ${large.toFixed(0)} ms)`);
  }
  const big = Buffer.from(DOCUMENTS['entries']?.(750_000) ?? '');
  console.log(
    `  ${(big.length / 1e6).toFixed(0)} MB in 750,000 entries, of which 200,000 are read: ${timeOf(big).toFixed(0)} ms`,
  );
}

function timeOf(document: string | Buffer): number {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    read(bytes);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
