import { describe, expect, it } from 'vitest';
import { renderJekyll } from '../../../src/stages/render/jekyll.ts';
import { samplePost, withPublish } from './samples.ts';

/** What Liquid, Nunjucks and Go templates start with. */
const MARK = /\{[{%#]/u;

const TEXTS = [
  '{{ site.x }}',
  '{% raw %}',
  '{%- x -%}',
  '{# comment',
  '{{{x}}}',
  '{{< ref >}}',
  '{{% ref %}}',
  '{{{# x',
];

describe.each(['jekyll', 'hugo', 'eleventy'] as const)('files for %s', (flavour) => {
  const settings = withPublish({ jekyll: { directory: '_posts', layout: 'post', flavour, frontMatter: {} } });

  it.each(TEXTS)('hold no %s of an origin that a template engine would take for its own', (text) => {
    const file = renderJekyll(
      samplePost(1, {
        content: `<p>${text}</p><pre>${text}</pre><a href="https://origin.example/${text}" title="${text}">x</a>`,
        url: `https://origin.example/${text}`,
        alsoFrom: [
          { source: { id: 'b', title: text, feedUrl: 'https://b.example/' }, url: `https://b.example/${text}` },
        ],
      }),
      settings,
    );
    const [, , body = ''] = Buffer.from(file.body).toString().split(/^---$/mu);
    expect(body).not.toBe('');
    expect(body).not.toMatch(MARK);
  });
});
