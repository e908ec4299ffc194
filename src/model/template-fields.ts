/** Which parts of a post can stand in a template, and what is written for each? */
import type { Post } from './post.ts';

/** Plain text or a list of it; undefined if the post has none. */
export type FieldValue = string | number | readonly string[] | undefined;

type RuleFields = Pick<Post, 'source' | 'title' | 'tags' | 'authors' | 'url' | 'language'>;

const OF_RULES = {
  source: ({ source }: RuleFields) => source.title ?? source.id,
  title: ({ title }: RuleFields) => title,
  tags: ({ tags }: RuleFields) => tags,
  author: ({ authors }: RuleFields) => authors.flatMap(({ name, email }) => name ?? email ?? []),
  link: ({ url }: RuleFields) => url,
  language: ({ language }: RuleFields) => language,
} as const satisfies Readonly<Record<string, (post: RuleFields) => FieldValue>>;

/** What only a published post has. */
const OF_POSTS = {
  id: ({ id }: Post) => id,
  sourceLink: ({ source }: Post) => source.url,
  image: ({ image }: Post) => image,
  rights: ({ rights }: Post) => rights,
  score: ({ score }: Post) => score ?? 0,
  revision: ({ revision }: Post) => revision,
} as const satisfies Readonly<Record<string, (post: Post) => FieldValue>>;

export type RuleField = keyof typeof OF_RULES;
export type PostField = RuleField | keyof typeof OF_POSTS;

/** Fields of a post on its way through the rules. */
export const RULE_FIELDS: readonly string[] = Object.keys(OF_RULES);

/** Fields of a published post. */
export const POST_FIELDS: readonly string[] = [...RULE_FIELDS, ...Object.keys(OF_POSTS)];

/** @param name  one of `RULE_FIELDS` */
export function ruleField(post: RuleFields, name: string): string {
  // The schema of the config has refused any other name.
  return inWords(OF_RULES[name as RuleField](post));
}

/** @param name  one of `POST_FIELDS` */
export function postField(post: Post, name: string): FieldValue {
  // The schema of the config has refused any other name.
  const fieldOf: (post: Post) => FieldValue = { ...OF_RULES, ...OF_POSTS }[name as PostField];
  return fieldOf(post);
}

/** In one line: a list with commas, nothing for what is absent. */
export function inWords(value: FieldValue): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join(', ') : String(value);
}
