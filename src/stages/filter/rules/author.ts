/** Is a post by one of these people? */
import { texts } from '../options.ts';
import { defineCondition } from '../rule.ts';
import { fold, wordFinder } from '../words.ts';

export const author = defineCondition(
  'author',
  { description: 'Posts by one of these authors: a name or part of a name, or an e-mail address.' },
  { any: texts('names').describe('Names or addresses; one is enough. Letter case and width are ignored.') },
  ({ any }) => {
    const find = wordFinder(any);
    const addresses = new Set(any.filter((text) => text.includes('@')).map(fold));
    return (post) => {
      for (const { name, email } of post.draft.authors) {
        if (email !== undefined && addresses.has(fold(email))) return `it is by ${email}`;
        if (name !== undefined && find(name) !== undefined) return `it is by ${name}`;
      }
      return false;
    };
  },
);
