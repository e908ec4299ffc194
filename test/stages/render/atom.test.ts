import { describe, expect, it } from 'vitest';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { sampleFeed, samplePost, T0 } from './samples.ts';

/** The entries of the Atom feed of these posts, as text. */
function entriesOf(...posts: readonly ReturnType<typeof samplePost>[]): readonly string[] {
  const { body } = renderers.atom(sampleFeed(posts), createFragmentCache());
  return [
    ...Buffer.from(body)
      .toString()
      .matchAll(/<entry>[^]*?<\/entry>/gu),
  ].map(([entry]) => entry);
}

const first = (entry: string | undefined, pattern: RegExp): string | undefined => pattern.exec(entry ?? '')?.[1];

describe('an Atom entry', () => {
  it.each<[string, Parameters<typeof samplePost>[1], string]>([
    ['the beginning of its text', { title: ' ', content: '<p>正文的开头。</p>' }, '正文的开头。'],
    ['the name of its source if it has no text either', { title: '', content: '' }, '新华财经'],
    ['its own title, with markup as text', { title: 'The <b> element & AT&T' }, 'The &lt;b&gt; element &amp; AT&amp;T'],
  ])('has as its title %s', (_title, changes, expected) => {
    const { summary: _none, ...post } = samplePost(1, changes);
    const [entry] = entriesOf(post);
    expect(first(entry, /<title(?: type="text")?>(?:<!\[CDATA\[)?([^]*?)(?:\]\]>)?<\/title>/u)).toBe(expected);
  });

  it('has an id of its own, even if several have the same title and were updated at the same time', () => {
    const same = { title: '', content: '', publishedAt: T0, updatedAt: T0 };
    const ids = entriesOf(samplePost(1, same), samplePost(2, same), samplePost(3, same)).map((entry) =>
      first(entry, /<id>(.*?)<\/id>/u),
    );
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });
});
