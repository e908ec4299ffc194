/**
 * What does a rule at the top of the config cost, for each post of each of many sources?
 *
 *     npx tsx bench/rules.ts [--sources 10000] [--posts 10]
 *
 * CPU time of this process for 20 rules at the top, beside the same rules under each source: to compile them, and for each
 * rule and post. The texts have 2,000 characters; every second post is dropped by no rule and changed by one.
 */
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config/read.ts';
import type { Draft } from '../src/model/post.ts';
import { applyRules, ruleCompiler } from '../src/stages/filter/filter.ts';

const { values } = parseArgs({
  options: { sources: { type: 'string', default: '10000' }, posts: { type: 'string', default: '10' } },
});
const sourceCount = Number(values.sources);
const postCount = Number(values.posts);
const NOW = Date.UTC(2026, 4, 10, 12);

const RULES = [
  ...Array.from({ length: 6 }, (_, n) => `{ type: keyword, field: title, any: [advert${n}, 推广${n}], then: drop }`),
  ...Array.from({ length: 2 }, (_, n) => `{ type: keyword, any: [sponsored${n}, 赞助${n}], then: drop }`),
  ...Array.from(
    { length: 2 },
    (_, n) => `{ type: regex, field: title, pattern: '^(?:Flash${n}|快讯${n})[:：]', then: drop }`,
  ),
  "{ type: rewrite, field: title, pattern: '^【(?:独家|原创)】', with: '{source}: ' }",
  '{ type: tag, any: [stocks, 股市], tags: [markets] }',
  '{ type: tags, map: { Stock Market: 股市 }, remove: [uncategorized] }',
  '{ type: link, any: [ads.example.org, /video/], then: drop }',
  '{ type: author, any: [Press Office, 广告部], then: drop }',
  '{ type: language, any: [zh, en], then: keep }',
  '{ type: maxAge, age: 30d }',
  "{ type: schedule, between: ['00:00', '24:00'], timezone: Asia/Shanghai }",
  '{ type: score, points: 5, if: { type: keyword, field: title, any: [央行, bank] } }',
  '{ type: per-day, most: 1000 }',
];

const rulesText = RULES.map((rule) => `  - ${rule}\n`).join('');

function settingsWith(rules: 'top' | 'each') {
  const sources = Array.from(
    { length: sourceCount },
    (_, n) => `  - { id: s${n}, url: "https://s${n}.example/feed" }\n`,
  );
  const own = `rules: [${RULES.join(', ')}]`;
  const text =
    rules === 'top'
      ? `rules:\n${rulesText}sources:\n${sources.join('')}`
      : `sources:\n${sources.map((line) => line.replace(' }\n', `, ${own} }\n`)).join('')}`;
  return readConfig([{ path: 'a.yaml', name: 'a.yaml', text: `site: { url: "https://n.example" }\n${text}` }], {});
}

function draftsOf(sourceId: string): readonly Draft[] {
  return Array.from({ length: postCount }, (_, n) => ({
    source: { id: sourceId, title: sourceId, feedUrl: `https://${sourceId}.example/feed` },
    guid: `${sourceId}-${n}`,
    url: `https://${sourceId}.example/${n}`,
    title: n % 2 === 0 ? `【独家】Headline ${n} of the day` : `A bank and its ${n} customers`,
    content: { html: `<p>${'What the council decided on the bridge, 以及其他新闻。'.repeat(45)}</p>` },
    authors: [{ name: 'Wang' }],
    publishedAt: NOW - n * 60_000,
    categories: [],
    tags: n % 2 === 0 ? ['Stocks'] : ['weather'],
    language: 'en',
    enclosures: [],
  }));
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** In words, and gives back what was made. */
function measured<Result>(
  what: string,
  work: () => Result,
  per?: { readonly count: number; readonly unit: string },
): Result {
  const before = cpuMs();
  const result = work();
  const ms = cpuMs() - before;
  const each = per === undefined ? '' : `, ${((ms * 1_000) / per.count).toFixed(2)} µs ${per.unit}`;
  console.log(`${what}: ${ms.toFixed(0)} ms${each}`);
  return result;
}

for (const place of ['top', 'each'] as const) {
  const where = place === 'top' ? 'rules at the top' : 'the same under each source';
  // Rules under each source are compiled for each: a tenth of the sources shows what that costs.
  const settings = settingsWith(place);
  const sources = place === 'top' ? settings.sources : settings.sources.slice(0, sourceCount / 10);
  const compiled = measured(
    `${where}, compiled for ${sources.length} sources`,
    () => {
      const rulesFor = ruleCompiler(settings);
      return sources.map((source) => ({ source, rules: rulesFor(source) }));
    },
    { count: sources.length, unit: 'a source' },
  );
  const work = compiled.map(({ source, rules }) => ({ rules, drafts: draftsOf(source.id) }));
  const posts = sources.length * postCount;
  const kept = measured(
    `${where}, ${RULES.length} rules on ${posts} posts`,
    () =>
      work.reduce((sum, { rules, drafts }) => {
        const decisions = applyRules(drafts, rules, NOW);
        return sum + decisions.filter(({ kind }) => kind === 'keep').length;
      }, 0),
    { count: posts * RULES.length, unit: 'a rule and post' },
  );
  console.log(`${kept} of ${posts} kept`);
}
