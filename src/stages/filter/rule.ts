/** What is a rule, and how does a file in rules/ define one? */
import * as z from 'zod';
import type { Draft, Post } from '../../model/post.ts';
import { texts } from './options.ts';
import type { PostView } from './view.ts';

/** Result of one rule for one draft. `because` is a sentence for the trace. */
export type RuleResult =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop'; readonly because: string }
  | { readonly kind: 'change'; readonly draft: Draft; readonly because: string };

/** @param now  epoch ms */
export type Rule = (post: PostView, now: number) => RuleResult;

/** What a rule sees beside the posts that it judges. */
export interface Surroundings {
  /** Epoch ms. */
  readonly now: number;
  /** Stored posts, newest first, as far back as the rules look. */
  readonly published: readonly Post[];
}

/** Judges all new posts of a document together; one result for each, in their order. */
export type JointRule = (posts: readonly PostView[], surroundings: Surroundings) => readonly RuleResult[];

/** How far before the posts that are judged a joint rule looks, and at whose posts. */
export interface LookBack {
  readonly among: 'source' | 'all';
  readonly ms: number;
}

export type BuiltRule =
  | { readonly kind: 'single'; readonly run: Rule }
  /** Posts that are published already are not judged again. */
  | { readonly kind: 'joint'; readonly judge: JointRule; readonly lookBack: LookBack };

export type CompiledRule = BuiltRule & {
  /** Name for the operator, by the place of the rule: `rules[2] keyword`, `groups.wires.rules[0] tag`. */
  readonly name: string;
};

/** What of the site a rule can go by. */
export interface RuleSite {
  /** IANA name. */
  readonly timezone: string;
}

/** Why the post matches; `false` if it does not; `undefined` if that is unknown, and the post is left alone. */
export type Condition = (post: PostView, now: number) => string | Match | false | undefined;

export interface Match {
  readonly because: string;
  /** Category slugs of this match, in addition to those of the rule. */
  readonly categories: readonly string[];
}

export interface RuleDefinition {
  readonly type: string;
  /** Schema of the whole rule, with `type`; its messages say what is allowed. */
  readonly schema: z.ZodObject;
  /** Keys whose text, list or mapping values are category slugs. */
  readonly categoryKeys: readonly string[];
  /** @throws z.ZodError for options that the schema refuses. */
  build(options: unknown, site: RuleSite): BuiltRule;
}

/** A rule whose condition other rules can name as one of their options. */
export interface ConditionDefinition extends RuleDefinition {
  /** Schema of the condition alone, with `type`, without what follows from a match. */
  readonly conditionSchema: z.ZodObject;
  /** @param options  accepted by that schema, and what it made of them */
  buildCondition(options: unknown, site: RuleSite): Condition;
}

interface DefinitionExtras {
  readonly description: string;
  /** Checks options against each other; runs only if each of them is valid. */
  readonly refine?: (options: object, context: z.RefinementCtx) => void;
  readonly categoryKeys?: readonly string[];
}

export const PASS: RuleResult = { kind: 'pass' };

/** Defines a rule that decides by itself what happens to a post. */
export function defineRule<Shape extends z.ZodRawShape>(
  type: string,
  extras: DefinitionExtras,
  shape: Shape,
  build: (options: z.output<z.ZodObject<Shape>>, site: RuleSite) => Rule,
): RuleDefinition {
  return definition(type, extras, shape, (options, site) => ({ kind: 'single', run: build(options, site) }));
}

/** Defines a rule that compares the posts of a document with each other and with those that are published. */
export function defineJointRule<Shape extends z.ZodRawShape>(
  type: string,
  extras: DefinitionExtras,
  shape: Shape,
  build: (
    options: z.output<z.ZodObject<Shape>>,
    site: RuleSite,
  ) => { readonly judge: JointRule; readonly lookBack: LookBack },
): RuleDefinition {
  return definition(type, extras, shape, (options, site) => ({ kind: 'joint', ...build(options, site) }));
}

function definition<Shape extends z.ZodRawShape>(
  type: string,
  extras: DefinitionExtras,
  shape: Shape,
  build: (options: z.output<z.ZodObject<Shape>>, site: RuleSite) => BuiltRule,
): RuleDefinition {
  const schema = schemaOf(type, shape)
    .superRefine((options, context) => extras.refine?.(options, context))
    .describe(extras.description);
  return {
    type,
    schema,
    categoryKeys: extras.categoryKeys ?? [],
    // The schema adds `type` to the shape; the builder does not use it.
    build: (options, site) => build(schema.parse(options) as z.output<z.ZodObject<Shape>>, site),
  };
}

function schemaOf<Shape extends z.ZodRawShape>(type: string, shape: Shape) {
  const full = { type: z.literal(type), ...shape };
  const allowed = Object.keys(full).join(', ');
  return z.strictObject(full, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? allowed : 'must be a mapping'),
  });
}

interface ConditionExtras extends DefinitionExtras {
  /** Absent: all three. */
  readonly consequences?: readonly Consequence[];
  /** Consequence if neither `then` nor anything to add is written. Absent: that is an error. */
  readonly otherwise?: 'keep' | 'drop';
  /** Name of the rule's own option that can add categories. */
  readonly addsBy?: string;
}

/** Defines a rule that tests a condition; `then`, `categories` and `tags` say what follows from a match. */
export function defineCondition<Shape extends z.ZodRawShape>(
  type: string,
  extras: ConditionExtras,
  shape: Shape,
  build: (options: z.output<z.ZodObject<Shape>>, site: RuleSite) => Condition,
): ConditionDefinition {
  const allowed = extras.consequences ?? CONSEQUENCES;
  const rule = defineRule(
    type,
    {
      ...extras,
      categoryKeys: ['categories', ...(extras.categoryKeys ?? [])],
      refine: (options, context) => {
        refineConsequence(options, context, extras);
        extras.refine?.(options, context);
      },
    },
    { ...shape, ...consequenceShape(allowed) },
    (options, site) => {
      // The shape was spread into a wider one, whose parts the compiler does not distinguish any more.
      const { then, categories = [], tags = [] } = options as ConsequenceOptions;
      const condition = build(options as z.output<z.ZodObject<Shape>>, site);
      const consequence = then ?? (addsAnything(options, extras) ? 'categorise' : (extras.otherwise ?? 'keep'));
      return consequenceOf(consequence, condition, categories, tags);
    },
  );
  const conditionSchema = schemaOf(type, shape)
    .superRefine((options, context) => extras.refine?.(options, context))
    .describe(extras.description);
  return {
    ...rule,
    conditionSchema,
    // Accepted by the schema above, which adds `type` to the shape.
    buildCondition: (options, site) => build(options as z.output<z.ZodObject<Shape>>, site),
  };
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

function refineConsequence(options: object, context: z.RefinementCtx, extras: ConditionExtras): void {
  // The schema contains these three options for every condition.
  const { then } = options as ConsequenceOptions;
  const fault = (key: keyof ConsequenceOptions, message: string) => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  const adds = addsAnything(options, extras);
  if (then === undefined && !adds && extras.otherwise === undefined) {
    fault('then', `must be one of ${(extras.consequences ?? CONSEQUENCES).join(', ')}`);
  }
  if (then === 'categorise' && !adds) fault('categories', 'must name categories or tags to add');
  if (then === 'drop' && adds) fault('then', 'must not be drop where categories or tags are added');
}

function addsAnything(options: object, { addsBy }: ConditionExtras): boolean {
  const adding = ['categories', 'tags', ...(addsBy === undefined ? [] : [addsBy])];
  return adding.some((key) => key in options);
}

/** For rules with several options of which at least one is required. */
export function needsOneOf(...keys: readonly string[]) {
  return (options: object, context: z.RefinementCtx): void => {
    if (keys.some((key) => key in options)) return;
    context.addIssue({
      code: 'custom',
      path: keys.slice(0, 1),
      message: `must be there unless ${keys.slice(1).join(' or ')} is`,
    });
  };
}

function consequenceOf(
  consequence: Consequence,
  condition: Condition,
  categories: readonly string[],
  tags: readonly string[],
): Rule {
  return (post, now) => {
    const answer = condition(post, now);
    if (answer === undefined) return PASS;
    if (answer === false) return consequence === 'keep' ? { kind: 'drop', because: 'it does not match' } : PASS;
    const match = typeof answer === 'string' ? { because: answer, categories: [] } : answer;
    if (consequence === 'drop') return { kind: 'drop', because: match.because };
    return addTo(post.draft, [...new Set([...categories, ...match.categories])], tags, match.because);
  };
}

/** Adds categories and tags; passes if the post already has all of them. */
function addTo(draft: Draft, categories: readonly string[], tags: readonly string[], because: string): RuleResult {
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
