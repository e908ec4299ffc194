/** What do rules, one after another, make of the posts of a document? */
import type { Draft } from '../../model/post.ts';
import { publishedBefore } from './published.ts';
import { type CompiledRule, PASS, type RuleResult, type Surroundings } from './rule.ts';
import { type PostView, viewOf } from './view.ts';

/** A post on its way through the rules. */
export interface Judged {
  /** As the rules have left it so far. */
  view: PostView;
  /** One sentence for each rule that changed it, in order. */
  readonly applied: string[];
  /** Why it goes no further. */
  dropped?: { readonly rule: string; readonly because: string };
}

export function judgedOf(draft: Draft): Judged {
  return { view: viewOf(draft), applied: [] };
}

export function isKept({ dropped }: Judged): boolean {
  return dropped === undefined;
}

/** Rule by rule, so that a rule can compare the posts that the rules before it have kept. Writes into `posts`. */
export function runRules(posts: readonly Judged[], rules: readonly CompiledRule[], surroundings: Surroundings): void {
  for (const rule of rules) {
    const left = posts.filter(isKept);
    const results = resultsOf(rule, left, surroundings);
    for (const [index, post] of left.entries()) take(post, rule.name, results[index] ?? PASS);
  }
}

function resultsOf(rule: CompiledRule, posts: readonly Judged[], surroundings: Surroundings): readonly RuleResult[] {
  if (rule.kind === 'single') return posts.map(({ view }) => rule.run(view, surroundings.now));
  const isPublished = publishedBefore(surroundings.published);
  const fresh = posts.filter(({ view }) => !isPublished(view.draft));
  const judged = rule.judge(
    fresh.map(({ view }) => view),
    surroundings,
  );
  const results = new Map(fresh.map((post, index) => [post, judged[index] ?? PASS]));
  return posts.map((post) => results.get(post) ?? PASS);
}

function take(post: Judged, rule: string, result: RuleResult): void {
  if (result.kind === 'drop') post.dropped = { rule, because: result.because };
  if (result.kind !== 'change') return;
  post.applied.push(`${rule}: ${result.because}`);
  post.view = viewOf(result.draft, post.view);
}
