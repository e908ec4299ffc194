/** Where does a pattern match a text, in bounded time for any pattern? */
import { RE2JS, RE2JSException, type Matcher } from 're2js';
import * as z from 'zod';

/** Instructions of a compiled pattern; about two dozen is usual. */
const MAX_PROGRAM_SIZE = 500;
const MAX_PATTERN_LENGTH = 1000;
/** The engine makes at most (instructions x characters) steps, about 50 million in a second: 20 ms for one text. */
const MAX_STEPS = 1_000_000;
const MAX_TEXT_LENGTH = 100_000;
/**
 * One search is linear in the text. Finding all matches takes one search for each, and each may read the rest of the text
 * (`(?s)a.*z|a`). All searches together share a budget of ten reads of each character; one to four are usual.
 */
const MAX_LOOKS = 10;

export interface Search {
  /** Number of groups in the pattern, without the whole match. */
  readonly groupCount: number;
  /** First match, or `undefined`. */
  find(text: string): string | undefined;
  /** The text with every match replaced; `$1` stands for a group, `$0` for the match, `$$` for a dollar sign. */
  replace(text: string, template: string): string;
}

/** An RE2 pattern: no look-around and no back-references, so searches are linear in the text. */
export function pattern() {
  const error = 'must be a regular expression (RE2)';
  return z.string({ error }).transform((written, context) => {
    const search = compile(written);
    if (typeof search !== 'string') return search;
    context.addIssue({ code: 'custom', message: `${error}: ${search}` });
    return z.NEVER;
  });
}

/** @returns a message if the pattern cannot be used */
function compile(written: string): Search | string {
  if (written === '') return 'it is empty';
  if (written.length > MAX_PATTERN_LENGTH) return `it is longer than ${MAX_PATTERN_LENGTH} characters`;
  try {
    const compiled = RE2JS.compile(written);
    const size = compiled.programSize();
    if (size > MAX_PROGRAM_SIZE) return 'it is too large; fewer or smaller {repeats} make it fit';
    return searchWith(compiled, Math.min(MAX_TEXT_LENGTH, Math.floor(MAX_STEPS / size)));
  } catch (error) {
    if (error instanceof RE2JSException) return error.message.replace('error parsing regexp: ', '');
    throw error;
  }
}

/** Text beyond the limit is not searched and stays as it is. */
function searchWith(compiled: RE2JS, maxLength: number): Search {
  return {
    groupCount: compiled.groupCount(),
    find(text) {
      const matcher = compiled.matcher(text.slice(0, maxLength));
      return matcher.find() ? (matcher.group() ?? '') : undefined;
    },
    replace(text, template) {
      const searched = text.slice(0, maxLength);
      const budget = { left: MAX_LOOKS * Math.max(maxLength, 1) };
      // The engine accepts String objects as text; its types know only the primitive.
      const matcher = compiled.matcher(new CountedText(searched, budget) as unknown as string);
      let [result, end] = ['', 0];
      while (findNext(matcher)) {
        result += searched.slice(end, matcher.start()) + fill(template, matcher);
        end = matcher.end();
      }
      return result + text.slice(end);
    },
  };
}

class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** A text that counts how often its characters are read. */
class CountedText extends String {
  readonly #text: string;
  readonly #budget: { left: number };

  constructor(text: string, budget: { left: number }) {
    super(text);
    this.#text = text;
    this.#budget = budget;
  }

  /** @throws BudgetSpent */
  override charCodeAt(index: number): number {
    this.#budget.left -= 1;
    if (this.#budget.left < 0) throw new BudgetSpent();
    return this.#text.charCodeAt(index);
  }
}

/** Also false if the search has used up its budget. */
function findNext(matcher: Matcher): boolean {
  try {
    return matcher.find();
  } catch (error) {
    if (error instanceof BudgetSpent) return false;
    throw error;
  }
}

function fill(template: string, matcher: Matcher): string {
  return template.replace(/\$(\$|\d)/g, (_whole, sign: string) =>
    sign === '$' ? '$' : (matcher.group(Number(sign)) ?? ''),
  );
}

/** The highest group number in a template. */
export function highestGroup(template: string): number {
  const groups = [...template.matchAll(/\$(\$|\d)/g)].map(([, sign]) => (sign === '$' ? 0 : Number(sign)));
  return Math.max(0, ...groups);
}
