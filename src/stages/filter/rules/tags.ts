/** Which tags does a post get? */
import * as z from 'zod';
import { oneOrMore, texts } from '../options.ts';
import { defineRule, needsOneOf, PASS } from '../rule.ts';
import { fold } from '../words.ts';

export const tags = defineRule(
  'tags',
  {
    description: 'Renames, adds and removes tags. Letter case and width are ignored.',
    refine: needsOneOf('map', 'add', 'remove', 'only'),
  },
  {
    map: z
      .record(z.string(), oneOrMore('tags'), { error: 'must be a mapping of tags to tags' })
      .describe('A tag and its replacement.')
      .optional(),
    add: texts('tags').describe('These too.').optional(),
    remove: texts('tags').describe('Not these.').optional(),
    only: texts('tags').describe('Of the tags after map, keep only these.').optional(),
  },
  ({ map = {}, add = [], remove = [], only }) => {
    const renamed = new Map(Object.entries(map).map(([from, to]) => [fold(from), to]));
    const removed = new Set(remove.map(fold));
    const allowed = only && new Set(only.map(fold));
    return ({ draft }) => {
      const mapped = draft.tags.flatMap((name) => renamed.get(fold(name)) ?? [name]);
      const kept = mapped.filter((name) => !removed.has(fold(name)) && allowed?.has(fold(name)) !== false);
      const after = [...new Set([...kept, ...add])];
      if (after.join('\n') === draft.tags.join('\n')) return PASS;
      const because = `tags are ${after.length === 0 ? 'none' : after.join(', ')}`;
      return { kind: 'change', draft: { ...draft, tags: after }, because };
    };
  },
);
