/**
 * Do feeds made from other people's feeds break a rule of the feed validator?
 *
 *     npx tsx bench/validate.ts --corpus DIRECTORY-OF-FEEDS
 *
 * Every feed of the corpus goes through the whole way from bytes to documents (the network and the store left out);
 * each document is judged by the rules of test/support/feed-rules.ts and read by feedsmith, by Python's feedparser and
 * by the DOMParser of Chromium; a reader that is not installed is named and left out. Prints each kind of problem with
 * its first example; ends with 1 if there are any.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import type { Draft, Post } from '../src/model/post.ts';
import { newPost } from '../src/stages/classify/posts.ts';
import { normaliseFeed } from '../src/stages/normalise/normalise.ts';
import { parseDocument } from '../src/stages/parse/parse.ts';
import { createFragmentCache } from '../src/stages/render/fragments.ts';
import { renderers } from '../src/stages/render/renderers.ts';
import { sanitiseHtml } from '../src/stages/sanitise/sanitise.ts';
import { hash64 } from '../src/syntax/hash.ts';
import { sampleFeed, sampleSettings, sampleSource } from '../test/stages/render/samples.ts';
import { isBrowserMissing, startBrowser } from '../test/support/browser.ts';
import { atomProblems, jsonProblems, rssProblems } from '../test/support/feed-rules.ts';

const { values } = parseArgs({ options: { corpus: { type: 'string' } } });
if (values.corpus === undefined) throw new Error('usage: npx tsx bench/validate.ts --corpus DIRECTORY-OF-FEEDS');

const settings = sampleSettings();
const now = Date.now();
const counts = { feeds: 0, posts: 0, unread: 0 };
const problems = new Map<string, number>();

/** Run in the page: number of entries, and what is wrong. */
const IN_BROWSER = `(xml) => {
  const found = new DOMParser().parseFromString(xml, 'application/xml');
  return [
    found.querySelectorAll('channel > item, feed > entry').length,
    found.querySelector('parsererror')?.textContent ?? '',
  ];
}`;

interface Written {
  readonly name: string;
  readonly text: string;
  readonly entries: number;
}
/** Our feeds in XML, for the readers that are another program. */
const written: Written[] = [];

for (const file of readdirSync(values.corpus).sort()) {
  const bytes = readFileSync(join(values.corpus, file));
  const url = `https://origin.example/${file}`;
  const outcome = parseDocument({ bytes, url, now, limits: settings.limits });
  if (outcome.kind !== 'feed') {
    counts.unread += 1;
    continue;
  }
  const drafts = normaliseFeed(outcome.feed, sampleSource({ id: file, url }), now, { cleanLinks: true });
  const posts = drafts.map((draft, place) => postOf(draft, hash64(`${file} ${place}`), place));
  counts.feeds += 1;
  counts.posts += posts.length;
  judge(file, posts);
}

judgeByFeedparser();
if (!isBrowserMissing('the feeds')) await judgeByBrowser();
console.log(counts);
for (const [problem, count] of problems) console.log(`${count} x ${problem}`);
process.exitCode = problems.size === 0 ? 0 : 1;

function postOf(draft: Draft, id: string, place: number): Post {
  const { content, summary } = draft;
  const html = {
    ...(content !== undefined && { content: sanitiseHtml(content, settings.html) }),
    ...(summary !== undefined && { summary: sanitiseHtml(summary, settings.html) }),
  };
  return newPost(id, draft, html, { at: now, place });
}

function judge(file: string, posts: readonly Post[]): void {
  const feed = sampleFeed(
    [...posts].sort((a, b) => b.publishedAt - a.publishedAt),
    settings,
  );
  const fragments = createFragmentCache();
  const text = (format: 'rss' | 'atom' | 'json'): string =>
    Buffer.from(renderers[format](feed, fragments).body).toString();
  note(`${file} as RSS`, rssProblems(text('rss')));
  note(`${file} as Atom`, atomProblems(text('atom')));
  note(`${file} as JSON`, jsonProblems(text('json')));
  written.push(
    { name: `${file} as RSS`, text: text('rss'), entries: feed.posts.length },
    { name: `${file} as Atom`, text: text('atom'), entries: feed.posts.length },
  );
  const read = [
    parseRssFeed(text('rss')).items?.length ?? 0,
    parseAtomFeed(text('atom')).entries?.length ?? 0,
    parseJsonFeed(text('json')).items?.length ?? 0,
  ];
  if (read.some((count) => count !== feed.posts.length)) note(file, [`feedsmith reads ${read.join(', ')} entries`]);
}

function judgeByFeedparser(): void {
  const program = `
import json, sys, feedparser
for line in sys.stdin:
    feed = feedparser.parse(json.loads(line).encode())
    print(json.dumps([len(feed.entries), str(feed.get("bozo_exception", ""))]))`;
  const python = ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import feedparser'], { stdio: 'ignore' }).status === 0,
  );
  if (python === undefined) {
    console.log('python3-feedparser is not installed: the feeds are not read by it');
    return;
  }
  const input = written.map(({ text }) => JSON.stringify(text)).join('\n');
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf8' },
  });
  if (status !== 0) throw new Error(`feedparser: ${stderr}`);
  const answers = stdout.trim().split('\n');
  written.forEach(({ name, entries }, index) => {
    const [read, trouble] = JSON.parse(answers[index] ?? '[0, "no answer"]') as [number, string]; // what program prints
    if (trouble !== '') note(name, [`feedparser: ${trouble}`]);
    if (read !== entries) note(name, [`feedparser reads ${read} entries of ${entries}`]);
  });
}

async function judgeByBrowser(): Promise<void> {
  const browser = await startBrowser();
  const page = await browser.context.newPage();
  for (const { name, text, entries } of written) {
    const [read, trouble] = await page.evaluate<readonly [number, string]>(`(${IN_BROWSER})(${JSON.stringify(text)})`);
    if (trouble !== '') note(name, [`DOMParser: ${trouble}`]);
    if (read !== entries) note(name, [`DOMParser finds ${read} entries of ${entries}`]);
  }
  await browser.close();
}

function note(where: string, found: readonly string[]): void {
  for (const problem of found) {
    const [kind = problem] = problem.split(':');
    if (!problems.has(kind)) console.log(`${where}: ${problem.slice(0, 300)}`);
    problems.set(kind, (problems.get(kind) ?? 0) + 1);
  }
}
