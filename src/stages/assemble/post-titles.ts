/** What is the title of a post in a feed? */
import type { FeedScope } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import { inWords, postField } from '../../model/template-fields.ts';
import { parseTemplate, type Template } from '../../syntax/text/template.ts';
import { collapsed } from '../../syntax/text/white-space.ts';

/**
 * By the template of the category whose feed it is, else of the source of the post, else of the site. Ids, dates and what
 * counts as a change do not depend on it.
 */
export function titledPosts(posts: readonly Post[], scope: FeedScope, settings: Settings): readonly Post[] {
  const { categories, sources, publish } = settings;
  const category = scope.kind === 'category' ? categories.find(({ slug }) => slug === scope.slug) : undefined;
  const ofSources = new Map(sources.flatMap(({ id, postTitle }) => (postTitle === undefined ? [] : [[id, postTitle]])));
  if (category?.postTitle === undefined && ofSources.size === 0 && publish.title === undefined) return posts;
  const titles = new Map(categories.map(({ slug, title }) => [slug, title]));
  const templates = new Map<string, Template>();
  return posts.map((post) => {
    const written = category?.postTitle ?? ofSources.get(post.source.id) ?? publish.title;
    if (written === undefined) return post;
    const template = templates.get(written) ?? parseTemplate(written);
    templates.set(written, template);
    const categoryTitle = category?.title ?? titles.get(post.categories[0] ?? '') ?? '';
    const title = collapsed(
      template.fill((name) => (name === 'category' ? categoryTitle : inWords(postField(post, name)))),
    );
    return title === '' ? post : { ...post, title };
  });
}
