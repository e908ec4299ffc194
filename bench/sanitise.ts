/**
 * What does it cost to make a body safe, beside sanitize-html and beside htmlparser2 with an empty handler?
 *
 *     npx tsx bench/sanitise.ts [--corpus DIRECTORY-OF-FEEDS] [--rounds 15]
 *
 * CPU time of this process (user and system), medians over rounds in which the candidates take turns. Ratios within a
 * run are what counts. Without a corpus: three bodies made up here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Parser } from 'htmlparser2';
import sanitizeHtml from 'sanitize-html';
import type { Markup } from '../src/model/feed.ts';
import { parseDocument } from '../src/stages/parse/parse.ts';
import { sanitiseHtml } from '../src/stages/sanitise/sanitise.ts';
import { htmlToText } from '../src/syntax/html/text.ts';

const { values } = parseArgs({ options: { corpus: { type: 'string' }, rounds: { type: 'string', default: '15' } } });
const policy = { iframeHosts: ['www.youtube.com'], dataImages: false, cleanLinks: true };
const limits = { maxDepth: 256, maxEntries: 10_000, maxAttributes: 256, maxTextLength: 5_000_000, maxTags: 50 };

const bodies = values.corpus === undefined ? madeUpBodies() : bodiesOf(values.corpus);
const characters = bodies.reduce((sum, { html }) => sum + html.length, 0);

const candidates: Readonly<Record<string, (body: Markup) => unknown>> = {
  'feedmill sanitiseHtml': (body) => sanitiseHtml(body, policy),
  'htmlparser2, events only': ({ html }) => {
    const parser = new Parser({ onopentag: nothing, ontext: nothing, onclosetag: nothing });
    parser.end(html);
  },
  'sanitize-html, its defaults and pictures': ({ html }) =>
    sanitizeHtml(html, { allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img'] }),
  'feedmill htmlToText': ({ html }) => htmlToText(html),
};

function nothing(): void {
  // Only the parser's own work is measured.
}

function madeUpBodies(): readonly Markup[] {
  const paragraph = '<p>会议强调“稳字当头、稳中求进”，并作出“加快数字化改造，促进传统产业升级”等一系列部署。</p>\n ';
  const chinese = `${paragraph.repeat(18)}<p class="em_media">（文章来源：新华社）</p>`;
  const picture =
    '<figure><img src="/images/a.jpg" data-src="/images/b.jpg" alt="a" width="600" height="400" style="margin: 0 auto; display:block"><figcaption>Caption &amp; credit</figcaption></figure>';
  const english = `<h2>A heading</h2>${picture}${'<p>Some <a href="../other/page.html?a=1&amp;b=2" target="_blank">linked</a> and <strong>strong</strong> text, “quoted”.</p>'.repeat(12)}<ul><li>One<li>Two</ul>`;
  const notes = `${'<div dir="ltr"><span style="font-size: 13px; color: rgb(1, 2, 3)">00:10</span> Topic<br /></div>'.repeat(25)}<img src="http://feeds.feedburner.com/~r/x/~4/y" width="1" height="1"/>`;
  return Array.from({ length: 100 }, () => [chinese, english, notes])
    .flat()
    .map((html) => ({ html, baseUrl: 'https://example.org/news/1.html' }));
}

function bodiesOf(directory: string): readonly Markup[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:xml|rss|atom|rdf|json)$/.test(file))
    .flatMap((file) => {
      const bytes = readFileSync(join(directory, file));
      const outcome = parseDocument({ bytes, url: 'https://example.org/feed.xml', now: 0, limits });
      return outcome.kind === 'feed'
        ? outcome.feed.entries.flatMap(({ content, summary }) => content ?? summary ?? [])
        : [];
    });
}

function microsecondsOf(work: (body: Markup) => unknown): number {
  const before = process.cpuUsage();
  for (const body of bodies) work(body);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / bodies.length;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

const taken = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]));
for (let round = -2; round < Number(values.rounds); round += 1) {
  for (const [name, work] of Object.entries(candidates)) {
    const microseconds = microsecondsOf(work);
    // The first two rounds warm the compiler up.
    if (round >= 0) taken.get(name)?.push(microseconds);
  }
}
const ours = median(taken.get('feedmill sanitiseHtml') ?? []);
console.log(`${bodies.length} bodies, ${Math.round(characters / bodies.length)} characters each on average`);
for (const [name, rounds] of taken) {
  const time = median(rounds);
  console.log(`${name.padEnd(44)} ${time.toFixed(1).padStart(8)} us an item   ${(time / ours).toFixed(2)} x ours`);
}
