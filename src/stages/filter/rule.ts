/** What is a rule, and how does a file in rules/ define one? */
import { z } from 'zod';
import type { Draft } from '../../model/post.ts';
import type { PostView } from './view.ts';

/** What one rule did with one post. `because` is a sentence for the trace. */
export type RuleResult =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop'; readonly because: string }
  | { readonly kind: 'change'; readonly draft: Draft; readonly because: string };

/** @param now  epoch ms */
export type Rule = (post: PostView, now: number) => RuleResult;

/** Why the post matches; `false` where it does not; `undefined` where nobody can tell, and the post is left alone. */
export type Condition = (post: PostView, now: number) => string | false | undefined;

export interface RuleDefinition {
  readonly type: string;
  /** Of the whole rule as written, `type` included; its messages say what is allowed. */
  readonly schema: z.ZodObject;
  /** Keys whose text, list or mapping values are category slugs. */
  readonly categoryKeys: readonly string[];
  /** @throws z.ZodError for options that the schema refuses. */
  build(options: unknown): Rule;
}

interface DefinitionExtras {
  readonly description: string;
  readonly categoryKeys?: readonly string[];
}

export const PASS: RuleResult = { kind: 'pass' };

/** A rule that decides for itself what happens. */
export function defineRule<Shape extends z.ZodRawShape>(
  type: string,
  extras: DefinitionExtras,
  shape: Shape,
  build: (options: z.output<z.ZodObject<Shape>>) => Rule,
): RuleDefinition {
  // The schema adds `type` to the shape, which the builder does not ask for.
  return definition(type, extras, ruleSchema(type, extras, shape), (options) =>
    build(options as z.output<z.ZodObject<Shape>>),
  );
}

/** A rule that asks a question; `then`, `categories` and `tags` say what follows from a match. */
export function defineCondition<Shape extends z.ZodRawShape>(
  type: string,
  extras: DefinitionExtras & { readonly consequences?: readonly Consequence[]; readonly otherwise?: 'drop' },
  shape: Shape,
  build: (options: z.output<z.ZodObject<Shape>>) => Condition,
): RuleDefinition {
  const allowed = extras.consequences ?? CONSEQUENCES;
  const full = ruleSchema(type, extras, { ...shape, ...consequenceShape(allowed) }).superRefine((options, context) => {
    // The shape was spread into a wider one, whose type the compiler does not follow.
    const { then, categories, tags } = options as ConsequenceOptions;
    const adds = categories !== undefined || tags !== undefined;
    if (then === undefined && !adds && extras.otherwise === undefined) {
      context.addIssue({ code: 'custom', path: ['then'], message: `must be one of ${allowed.join(', ')}` });
    }
    if (then === 'categorise' && !adds) {
      context.addIssue({ code: 'custom', path: ['categories'], message: 'must name categories or tags to add' });
    }
    if (then === 'drop' && adds) {
      context.addIssue({
        code: 'custom',
        path: ['then'],
        message: 'must not be drop where categories or tags are added',
      });
    }
  });
  return definition(
    type,
    { ...extras, categoryKeys: ['categories', ...(extras.categoryKeys ?? [])] },
    full,
    (options) => {
      const { then, categories, tags } = options as ConsequenceOptions;
      const adds = categories !== undefined || tags !== undefined;
      const consequence = then ?? (adds ? 'categorise' : (extras.otherwise ?? 'keep'));
      // What is in `options` beyond the rule's own shape is not seen by its builder.
      return consequenceOf(consequence, build(options as z.output<z.ZodObject<Shape>>), categories ?? [], tags ?? []);
    },
  );
}

export type Consequence = 'keep' | 'drop' | 'categorise';

const CONSEQUENCES: readonly Consequence[] = ['keep', 'drop', 'categorise'];

interface ConsequenceOptions {
  readonly then?: Consequence;
  readonly categories?: readonly string[];
  readonly tags?: readonly string[];
}

function consequenceShape(allowed: readonly Consequence[]) {
  return {
    then: z
      .enum(allowed, { error: `must be one of ${allowed.join(', ')}` })
      .describe(
        'keep: posts that do not match are dropped. drop: posts that match are dropped. categorise: posts that match get the categories and tags.',
      )
      .optional(),
    categories: texts('category slugs').describe('Slugs of the categories a matching post is added to.').optional(),
    tags: texts('tags').describe('Tags added to a matching post.').optional(),
  };
}

function ruleSchema<Shape extends z.ZodRawShape>(type: string, extras: DefinitionExtras, shape: Shape) {
  const full = { type: z.literal(type), ...shape };
  return z
    .strictObject(full, {
      error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(full).join(', ') : 'must be a mapping'),
    })
    .describe(extras.description);
}

function definition<Schema extends z.ZodObject>(
  type: string,
  extras: DefinitionExtras,
  schema: Schema,
  build: (options: z.output<Schema>) => Rule,
): RuleDefinition {
  return { type, schema, categoryKeys: extras.categoryKeys ?? [], build: (options) => build(schema.parse(options)) };
}

function consequenceOf(
  consequence: Consequence,
  condition: Condition,
  categories: readonly string[],
  tags: readonly string[],
): Rule {
  return (post, now) => {
    const because = condition(post, now);
    if (because === undefined) return PASS;
    if (consequence === 'drop') return because === false ? PASS : { kind: 'drop', because };
    if (because === false) return consequence === 'keep' ? { kind: 'drop', because: 'it does not match' } : PASS;
    return addTo(post.draft, categories, tags, because);
  };
}

/** Adds categories and tags; passes where the post has them all. */
export function addTo(
  draft: Draft,
  categories: readonly string[],
  tags: readonly string[],
  because: string,
): RuleResult {
  const newCategories = categories.filter((slug) => !draft.categories.includes(slug));
  const newTags = tags.filter((tag) => !draft.tags.includes(tag));
  if (newCategories.length === 0 && newTags.length === 0) return PASS;
  const added = [...newCategories.map((slug) => `category ${slug}`), ...newTags.map((tag) => `tag ${tag}`)];
  return {
    kind: 'change',
    draft: { ...draft, categories: [...draft.categories, ...newCategories], tags: [...draft.tags, ...newTags] },
    because: `${because}: added ${added.join(', ')}`,
  };
}

/** A list of texts, at least one. */
export function texts(what: string) {
  const error = `must be a list of ${what}, such as [a, b]`;
  return z
    .array(
      z.string({ error: `must be text, in a list of ${what}; quote a number` }).min(1, { error: 'must not be empty' }),
      { error },
    )
    .min(1, { error });
}
