/** Is a post shorter than this? */
import * as z from 'zod';
import { wholeNumber } from '../options.ts';
import { defineCondition } from '../rule.ts';
import { textsOf } from '../view.ts';

const FIELDS = ['title', 'summary', 'content'] as const;

export const minLength = defineCondition(
  'minLength',
  {
    description: 'Posts with fewer words than this. A Chinese or Japanese character counts as a word.',
    consequences: ['drop', 'categorise'],
    otherwise: 'drop',
  },
  {
    field: z
      .enum(FIELDS, { error: `must be one of ${FIELDS.join(', ')}` })
      .describe('What is counted; content means the summary if there is no content.')
      .prefault('content'),
    words: wholeNumber(1, 100_000).describe('Minimum number of words.'),
  },
  ({ field, words }) =>
    (post) => {
      const counted = [...textsOf(post, field)].reduce((sum, text) => sum + countWords(text, words), 0);
      return counted < words && `its ${field} has ${counted === 1 ? '1 word' : `${counted} words`}`;
    },
);

const CHARACTER = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
const WORD = new RegExp(
  String.raw`[${CHARACTER}]|[[\p{L}\p{N}]--[${CHARACTER}]][[\p{L}\p{N}\p{M}'’.,]--[${CHARACTER}]]*`,
  'gv',
);

/** Counts like a word processor; stops at `enough`. */
function countWords(text: string, enough: number): number {
  const found = text.matchAll(WORD);
  let count = 0;
  while (count < enough && found.next().done !== true) count += 1;
  return count;
}
