/** Which parts of a post can stand in a template of a rule, and what is written for each? */
import type { Draft, Post } from '../../model/post.ts';

type Fields = Pick<Draft & Post, 'source' | 'title' | 'tags' | 'authors'> & Pick<Draft, 'url' | 'language'>;

const FIELDS = {
  source: ({ source }: Fields) => source.title ?? source.id,
  title: ({ title }: Fields) => title,
  tags: ({ tags }: Fields) => tags.join(', '),
  author: ({ authors }: Fields) => authors.flatMap(({ name, email }) => name ?? email ?? []).join(', '),
  link: ({ url }: Fields) => url ?? '',
  language: ({ language }: Fields) => language ?? '',
} as const satisfies Readonly<Record<string, (draft: Fields) => string>>;

export const FIELD_NAMES = Object.keys(FIELDS);

/** Plain text; empty if the post has none. @param name  one of `FIELD_NAMES` */
export function fieldOf(draft: Fields, name: string): string {
  // The schema of the rule has refused any other name.
  return FIELDS[name as keyof typeof FIELDS](draft);
}
