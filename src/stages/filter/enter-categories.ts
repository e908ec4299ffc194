/** Which categories does a post enter by their own `from`, `include` and `rules`? */
import type { Draft } from '../../model/post.ts';
import type { Category, CategoryQuery, RuleSettings } from '../../model/settings.ts';
import type { CompiledRule } from './rule.ts';
import { type PostView, viewOf } from './view.ts';
import { fold } from './words.ts';

/** How posts enter one category, compiled. */
export interface EntryRules {
  readonly slug: string;
  /** Name of the category's place for the operator: `categories.world`. */
  readonly place: string;
  /** Why the post enters by itself; undefined if it does not. */
  readonly admits: (draft: Draft) => string | undefined;
  readonly rules: readonly CompiledRule[];
}

type Compile = (rules: readonly RuleSettings[], place: string) => readonly CompiledRule[];

/** Only categories that have such keys; included categories come before those that include them. */
export function compileEntries(categories: readonly Category[], compile: Compile): readonly EntryRules[] {
  return includedFirst(categories).flatMap(({ slug, entry }) => {
    if (entry === undefined) return [];
    const place = `categories.${slug}`;
    return [{ slug, place, admits: admission(entry.from, entry.include), rules: compile(entry.rules, `${place}.`) }];
  });
}

function includedFirst(categories: readonly Category[]): readonly Category[] {
  const bySlug = new Map(categories.map((category) => [category.slug, category]));
  const ordered = new Set<Category>();
  const add = (category: Category, above: ReadonlySet<Category>): void => {
    // The config allows no loop; one from elsewhere must not be followed forever.
    if (ordered.has(category) || above.has(category)) return;
    for (const slug of category.entry?.include ?? []) {
      const included = bySlug.get(slug);
      if (included !== undefined) add(included, new Set([...above, category]));
    }
    ordered.add(category);
  };
  for (const category of categories) add(category, new Set());
  return [...ordered];
}

function admission(from: CategoryQuery | undefined, include: readonly string[]): EntryRules['admits'] {
  const query = from === undefined ? () => undefined : queryOf(from);
  return (draft) => {
    const matched = query(draft);
    if (matched !== undefined) return `from: ${matched}`;
    const included = include.find((slug) => draft.categories.includes(slug));
    return included === undefined ? undefined : `include: it is in ${included}`;
  };
}

function queryOf({ sources, tags, any }: CategoryQuery): (draft: Draft) => string | undefined {
  const ids = new Set(sources);
  const folded = new Set(tags?.map(fold));
  const conditions: ((draft: Draft) => string | undefined)[] = [
    ...(sources === undefined
      ? []
      : [({ source }: Draft) => (ids.has(source.id) ? `its source is ${source.id}` : undefined)]),
    ...(tags === undefined
      ? []
      : [
          (draft: Draft) => {
            const found = draft.tags.find((tag) => folded.has(fold(tag)));
            return found === undefined ? undefined : `it is tagged "${found}"`;
          },
        ]),
  ];
  if (conditions.length === 0) return () => (any ? 'every post' : undefined);
  return (draft) => {
    const answers = conditions.map((condition) => condition(draft));
    const matched = answers.filter((answer) => answer !== undefined);
    const isMatch = any ? matched.length > 0 : matched.length === answers.length;
    return isMatch ? matched.join(' and ') : undefined;
  };
}

export interface EnteredPost {
  readonly draft: Draft;
  /** One sentence for each category that was entered or refused, and for each rule that changed the draft. */
  readonly applied: readonly string[];
}

/**
 * Each category decides on a post once, even if a rule of another category put it there. A refused post is not in the
 * category, whichever rule put it there; it stays in the others.
 *
 * @param now  epoch ms
 */
export function enterCategories(post: PostView, entries: readonly EntryRules[], now: number): EnteredPost {
  const applied: string[] = [];
  const judged = new Set<string>();
  const refused = new Set<string>();
  let view = post;
  const change = (draft: Draft): void => {
    view = viewOf(draft, view);
  };

  function judge({ slug, place, admits, rules }: EntryRules): void {
    const isThere = view.draft.categories.includes(slug);
    const because = isThere ? undefined : admits(view.draft);
    if (!isThere && because === undefined) return;
    judged.add(slug);
    for (const { name, run } of rules) {
      const result = run(view, now);
      if (result.kind === 'drop') {
        refused.add(slug);
        applied.push(`${name}: ${result.because}: not in category ${slug}`);
        change({ ...view.draft, categories: view.draft.categories.filter((other) => other !== slug) });
        return;
      }
      if (result.kind === 'change') {
        applied.push(`${name}: ${result.because}`);
        change(result.draft);
      }
    }
    if (because === undefined) return;
    applied.push(`${place}.${because}: added category ${slug}`);
    change({ ...view.draft, categories: [...new Set([...view.draft.categories, slug])] });
  }

  let before: number;
  do {
    before = judged.size;
    for (const entry of entries) if (!judged.has(entry.slug)) judge(entry);
  } while (judged.size > before);

  if (view.draft.categories.some((slug) => refused.has(slug))) {
    change({ ...view.draft, categories: view.draft.categories.filter((slug) => !refused.has(slug)) });
  }
  return { draft: view.draft, applied };
}
