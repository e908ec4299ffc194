import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { applyRules, compileRules } from '../../../src/stages/filter/filter.ts';
import { RULES } from '../../../src/stages/filter/registry.ts';
import { draftOf } from './draft.ts';

const text = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const NOON = Date.parse('2026-05-10T12:00:00Z');

const post = z.strictObject({
  title: z.string().optional(),
  url: z.string().optional(),
  content: z.string().optional(),
  summary: z.string().optional(),
  language: z.string().optional(),
  publishedAt: z.string().optional(),
  authors: z.array(z.object({ name: z.string().optional(), email: z.string().optional() })).optional(),
  categories: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});
const example = z.strictObject({
  rules: z.array(z.looseObject({ type: z.string() })),
  posts: z.array(post.extend({ becomes: z.union([z.enum(['kept', 'dropped']), post]) })),
});

const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => example.parse(parse(yaml)));

describe('docs/rules.md', () => {
  it.each(examples.map((one) => [one.rules.map(({ type }) => type).join(', '), one] as const))(
    'tells what becomes of its posts: %s',
    (_title, { rules, posts }) => {
      const compiled = compileRules(rules);
      expect(posts.length).toBeGreaterThan(1);
      for (const { becomes, content, summary, publishedAt, authors, ...fields } of posts) {
        const draft = draftOf({
          ...(fields as object),
          ...(content !== undefined && { content: { html: content } }),
          ...(summary !== undefined && { summary: { html: summary } }),
          ...(publishedAt !== undefined && { publishedAt: Date.parse(publishedAt) }),
          ...(authors !== undefined && { authors: authors as { name: string }[] }),
        });
        const [decision] = applyRules([draft], compiled, NOON);
        const label = JSON.stringify(fields);
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
