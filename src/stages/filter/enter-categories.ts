/** Which categories does a post enter by their own `from`, `include` and `rules`? */
import type { Draft } from '../../model/post.ts';
import type { Category, CategoryQuery, RuleSettings } from '../../model/settings.ts';
import type { CompiledRule, Surroundings } from './rule.ts';
import { type Judged, runRules } from './run-rules.ts';
import { viewOf } from './view.ts';
import { fold } from './words.ts';

/** How posts enter one category, compiled. */
export interface EntryRules {
  readonly slug: string;
  /** Name of the category's place for the operator: `categories.world`. */
  readonly place: string;
  /** Why the post enters by itself; undefined if it does not. */
  readonly admits: (draft: Draft) => string | undefined;
  readonly rules: readonly CompiledRule[];
  readonly minScore?: number;
}

type Compile = (rules: readonly RuleSettings[], place: string) => readonly CompiledRule[];

/** Only categories that have such keys; included categories come before those that include them. */
export function compileEntries(categories: readonly Category[], compile: Compile): readonly EntryRules[] {
  return includedFirst(categories).flatMap(({ slug, entry }) => {
    if (entry === undefined) return [];
    const place = `categories.${slug}`;
    const { from, include, rules, minScore } = entry;
    return [
      {
        slug,
        place,
        admits: admission(from, include),
        rules: compile(rules, `${place}.`),
        ...(minScore !== undefined && { minScore }),
      },
    ];
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

/** Why a post has too few points; undefined if it has enough. */
export function tooFewPoints({ score = 0 }: Draft, minScore: number | undefined): string | undefined {
  return minScore === undefined || score >= minScore ? undefined : `its score ${score} is less than ${minScore}`;
}

/** A post, and what categories have decided on it. */
interface Entrant {
  readonly post: Judged;
  readonly judged: Set<string>;
  readonly refused: Set<string>;
}

/**
 * Each category judges a post once, also where a rule of another category has put it there. What one refuses is not in it,
 * whoever has put it there; it stays in the others. Writes into `posts`, with one sentence for each category that was entered
 * or refused, and for each rule that changed a post.
 */
export function enterCategories(
  posts: readonly Judged[],
  entries: readonly EntryRules[],
  surroundings: Surroundings,
): void {
  if (entries.length === 0) return;
  const entrants = posts.map((post): Entrant => ({ post, judged: new Set(), refused: new Set() }));
  let isSettled: boolean;
  do {
    isSettled = true;
    for (const entry of entries) if (enterCategory(entrants, entry, surroundings)) isSettled = false;
  } while (!isSettled);
  for (const { post, refused } of entrants) {
    const { draft } = post.view;
    if (draft.categories.some((slug) => refused.has(slug))) {
      change(post, { ...draft, categories: draft.categories.filter((slug) => !refused.has(slug)) });
    }
  }
}

/** @returns whether it judged a post */
function enterCategory(entrants: readonly Entrant[], entry: EntryRules, surroundings: Surroundings): boolean {
  const { slug, place, admits, rules, minScore } = entry;
  const candidates = entrants.flatMap((entrant) => {
    if (entrant.judged.has(slug)) return [];
    const { draft } = entrant.post.view;
    const isThere = draft.categories.includes(slug);
    const because = isThere ? undefined : admits(draft);
    if (!isThere && because === undefined) return [];
    entrant.judged.add(slug);
    const { view, applied } = entrant.post;
    const judged: Judged = { view, applied };
    return [{ ...entrant, because, judgedHere: judged }];
  });
  runRules(
    candidates.map(({ judgedHere }) => judgedHere),
    rules,
    surroundings,
  );
  for (const { post, refused, because, judgedHere } of candidates) {
    post.view = judgedHere.view;
    const { draft } = post.view;
    const poor = tooFewPoints(draft, minScore);
    const refusal =
      judgedHere.dropped ?? (poor === undefined ? undefined : { rule: `${place}.publish.minScore`, because: poor });
    if (refusal !== undefined) {
      refused.add(slug);
      post.applied.push(`${refusal.rule}: ${refusal.because}: not in category ${slug}`);
      change(post, { ...draft, categories: draft.categories.filter((other) => other !== slug) });
    } else if (because !== undefined) {
      post.applied.push(`${place}.${because}: added category ${slug}`);
      change(post, { ...draft, categories: [...new Set([...draft.categories, slug])] });
    }
  }
  return candidates.length > 0;
}

function change(post: Judged, draft: Draft): void {
  post.view = viewOf(draft, post.view);
}
