/** Does a generator take any text of an origin for its own language? Tried with the engines themselves, and for Hugo by its rules. */
import { decodeHTML } from 'entities';
import { Liquid } from 'liquidjs';
import nunjucks from 'nunjucks';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/model/post.ts';
import type { JekyllSettings } from '../../../src/model/settings.ts';
import { renderJekyll } from '../../../src/stages/render/jekyll.ts';
import { fc } from '../../support/seeded.ts';
import { samplePost, withPublish } from './samples.ts';

type Flavour = JekyllSettings['flavour'];

interface Parts {
  readonly head: string;
  readonly body: string;
}

function fileOf(flavour: Flavour, changes: Partial<Post>): Parts {
  const settings = withPublish({ jekyll: { directory: '_posts', layout: 'post', flavour, frontMatter: {} } });
  const text = Buffer.from(renderJekyll(samplePost(1, changes), settings).body).toString();
  // Every generator ends the front matter at the first line of three dashes.
  const [, head = '', body = ''] = /^---\n([^]*?)\n---\n([^]*)$/u.exec(text) ?? [];
  return { head, body };
}

/** The text in each place of the body that an origin fills. */
function everywhere(text: string): Partial<Post> {
  const html = text.replace(/[<&]/gu, (mark) => (mark === '<' ? '&lt;' : '&amp;'));
  const attribute = html.replaceAll('"', '&quot;');
  const address = `https://origin.example/${encodeURI(text).replaceAll('%7B', '{').replaceAll('%7D', '}')}`;
  return {
    content: `<p>${html}</p><pre>${html}</pre><a href="https://o.example/" title="${attribute}">x</a>`,
    url: address,
    alsoFrom: [{ source: { id: 'b', title: text, feedUrl: 'https://b.example/' }, url: address }],
  };
}

const TEXTS = [
  '{{ site.title }}',
  '{{- x -}}',
  '{{"}}"}}',
  '{{',
  '}}',
  '{%',
  '{% raw %}',
  '{%- assign x = 1 -%}',
  '{% comment %} gone',
  '{% include x.html %}',
  '{% for i in (1..1000000) %}x{% endfor %}',
  '{# gone #}',
  '{#- gone',
  'no comment #}',
  '{{ x #} {# y }}',
  '{{{ x }}}',
  '{{{# x',
  '{{% ref "x" %}}',
  '{{< ref "x" >}}',
  '{{</* x */>}}',
  '{{ constructor.constructor("return process")() }}',
  '{{ cycler.__proto__ }}',
];

const liquid = new Liquid({ strictVariables: true, strictFilters: true });
const nunjucksEngine = new nunjucks.Environment([], { autoescape: false, throwOnUndefined: true });

const ENGINES: readonly (readonly [string, Flavour, (template: string) => string])[] = [
  ['Jekyll, with Liquid', 'jekyll', (template) => String(liquid.parseAndRenderSync(template))],
  ['Eleventy, with Liquid', 'eleventy', (template) => String(liquid.parseAndRenderSync(template))],
  ['Eleventy, with Nunjucks', 'eleventy', (template) => nunjucksEngine.renderString(template, {})],
];

describe.each(ENGINES)('%s', (_name, flavour, render) => {
  it('is an engine that would run what is in the texts', () => {
    expect(render('{% if true %}a{% endif %}{{ "b" }}')).toBe('ab');
  });

  it.each(TEXTS)('leaves %s as it is', (text) => {
    const { body } = fileOf(flavour, everywhere(text));
    expect(body).toContain('<pre>');
    expect(render(body)).toBe(body);
    const shown = decodeHTML(/<pre>([^]*?)<\/pre>/u.exec(body)?.[1] ?? '');
    expect(shown).toBe(text);
  });

  it('leaves whatever marks stand in a row as they are', () => {
    const marks = fc.array(fc.constantFrom('{', '}', '%', '#', '-', '<', '>', '"', "'", ' ', '\n', 'x', '/*', '*/'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(marks, (list) => {
        const { body } = fileOf(flavour, everywhere(list.join('')));
        expect(render(body)).toBe(body);
      }),
      { numRuns: 300 },
    );
  });
});

/** Hugo looks for `{{<` and `{{%` in content, and for nothing else: `{{` alone is text (content format HTML). */
describe('Hugo, by its rules', () => {
  it.each([
    ['{{< ref "x" >}}', '&#123;{&lt; ref "x" >}}'],
    ['{{% ref "x" %}}', '&#123;&#123;% ref "x" %}}'],
    ['{{</* x */>}}', '&#123;{&lt;/* x */>}}'],
    ['{{%/* x */%}}', '&#123;&#123;%/* x */%}}'],
    ['{{{< x >}}}', '&#123;&#123;{&lt; x >}}}'],
    ['{{ .Site.Title }}', '&#123;{ .Site.Title }}'],
    ['{ {< x >}', '{ {&lt; x >}'],
  ])('the text %s is written as %s', (text, written) => {
    const { body } = fileOf('hugo', everywhere(text));
    expect(/<pre>([^]*?)<\/pre>/u.exec(body)?.[1]).toBe(written);
    expect(body).not.toMatch(/\{\{[<%]/u);
  });

  it.each(TEXTS)('no shortcode is left of %s', (text) => {
    expect(fileOf('hugo', everywhere(text)).body).not.toMatch(/\{\{[<%]/u);
  });
});

describe.each(['jekyll', 'hugo', 'eleventy'] as const)('the front matter for %s', (flavour) => {
  const HOSTILE = [
    ...[
      '---',
      '\n---\n',
      '...\n---',
      'a\n---\nlayout: evil',
      '"',
      '\\',
      "'",
      '# x',
      ': x',
      'a: b',
      '- a',
      '? a',
      '&a',
      '*a',
      '!!js/function x',
    ],
    ...[
      '!ruby/object:X',
      '%YAML 1.2',
      '@',
      '`',
      '{a: b}',
      '[a]',
      '|',
      '>',
      '~',
      'null',
      'yes',
      'No',
      'on',
      '12:30:45',
      '1e3',
      '0x1F',
      '1_000',
    ],
    ...[
      '2021-12-24',
      '<<',
      '=',
      '.nan',
      '-.inf',
      '\u2028',
      '\u0085',
      '\ufeff',
      '\u0000\u001b[31m',
      '{{ x }}',
      '{% x %}',
      ' x ',
      '',
    ],
  ];

  it.each(HOSTILE)('gives back %j as title, tag and category by the rules of YAML 1.1 and 1.2', (text) => {
    const source = { id: 'b', title: text, feedUrl: 'https://b.example/' };
    const { head } = fileOf(flavour, { title: text, tags: [text, 'x y'], source, authors: [{ name: text }] });
    const isBlank = text.trim() === '';
    const useful = ['lastmod', ...(isBlank ? [] : ['author', 'source']), 'original'];
    for (const version of ['1.1', '1.2'] as const) {
      // What YAML gives for a mapping with string keys.
      const read = parse(head, { version }) as Record<string, unknown>;
      expect(Object.keys(read)).toEqual([
        ...['layout', 'title', 'date', 'categories', 'tags'],
        ...(flavour === 'jekyll' ? [] : useful),
      ]);
      if (flavour !== 'jekyll' && !isBlank) expect([read['author'], read['source']]).toEqual([text, text]);
      expect(read['title']).toBe(text);
      expect(read['layout']).toBe('post');
      expect(read['tags']).toEqual(['新华社新闻', text, 'x y']);
    }
  });

  it('stands between lines that nothing in it can end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const { head, body } = fileOf(flavour, { title: text, tags: [text], content: '<p>here</p>' });
        expect(head.split('\n')).toHaveLength(flavour === 'jekyll' ? 5 : 9);
        expect(body).toContain('<p>here</p>');
      }),
      { numRuns: 300 },
    );
  });
});
