import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../../src/config/read.ts';
import { applyRules, ruleCompiler } from '../../../src/stages/filter/filter.ts';
import { RULES } from '../../../src/stages/filter/registry.ts';
import { draftOf } from './draft.ts';

const text = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const NOON = Date.parse('2026-05-10T12:00:00Z');

const post = z.strictObject({
  title: z.string().optional(),
  source: z.string().optional(),
  score: z.number().optional(),
  url: z.string().optional(),
  content: z.string().optional(),
  summary: z.string().optional(),
  language: z.string().optional(),
  publishedAt: z.string().optional(),
  authors: z.array(z.object({ name: z.string().optional(), email: z.string().optional() })).optional(),
  categories: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});
const posts = z.array(post.extend({ becomes: z.union([z.enum(['kept', 'dropped']), post]) })).min(2);

const SITE = 'site: { url: "https://news.example.org" }';
const SOURCE = 'sources: [{ id: a, url: "https://example.org/feed" }]';

const examples = [...text.matchAll(/^```yaml\n(.*?)^```\n\n```posts\n(.*?)^```$/gms)].map(
  ([, yaml = '', written = '']) => ({
    yaml,
    posts: posts.parse(parse(written)),
  }),
);

/** As an operator would have it: the example in a file of its own beside those that are there already. */
function settingsOf(yaml: string) {
  const texts = [SITE, ...(/^sources:/mu.test(yaml) ? [] : [SOURCE]), yaml];
  return readConfig(
    texts.map((content, index) => ({ path: `config/${index}.yaml`, name: `${index}.yaml`, text: content })),
    {},
  );
}

function draftFrom({ source, content, summary, publishedAt, authors, ...fields }: z.infer<typeof post>) {
  return draftOf({
    ...(fields as object),
    ...(source !== undefined && { source: { id: 'a', title: source, feedUrl: 'https://example.org/feed' } }),
    ...(content !== undefined && { content: { html: content } }),
    ...(summary !== undefined && { summary: { html: summary } }),
    ...(publishedAt !== undefined && { publishedAt: Date.parse(publishedAt) }),
    ...(authors !== undefined && { authors: authors as { name: string }[] }),
  });
}

describe('docs/rules.md', () => {
  it('has an example in each block of YAML, which says what becomes of posts', () => {
    expect(examples).toHaveLength([...text.matchAll(/^```yaml$/gm)].length);
  });

  it.each(examples.map((one) => [/rules:\n(.*)\n/u.exec(one.yaml)?.[1]?.trim(), one] as const))(
    'gives examples that can be used as they stand: %s',
    (_title, { yaml, posts: written }) => {
      const settings = settingsOf(yaml);
      const [source] = settings.sources;
      if (source === undefined) throw new Error('the example has no source');
      const rules = ruleCompiler(settings)(source);
      const drafts = written.map(({ becomes: _, ...fields }) => draftFrom(fields));
      const decisions = applyRules(drafts, rules, NOON);
      for (const [index, { becomes, ...fields }] of written.entries()) {
        const label = JSON.stringify(fields);
        const decision = decisions[index];
        if (typeof becomes === 'string') {
          expect(decision?.kind, label).toBe(becomes === 'kept' ? 'keep' : 'drop');
          continue;
        }
        const { content: html, ...others } = becomes;
        expect(decision, label).toMatchObject({
          kind: 'keep',
          draft: { ...others, ...(html !== undefined && { content: { html } }) },
        });
      }
    },
  );

  it.each(RULES.map((rule) => [rule.type, rule] as const))('has a section with every key of %s', (type, rule) => {
    const section = new RegExp(String.raw`^### \`${type}\`\n(.*?)(?=^##|$(?![\s\S]))`, 'ms').exec(text)?.[1] ?? '';
    const shared = new Set(['type', 'then', 'categories', 'tags']);
    const keys = Object.keys(rule.schema.shape).filter((key) => !shared.has(key));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !section.includes(`| \`${key}\``))).toEqual([]);
    expect(section).toContain(`type: ${type},`);
  });
});
