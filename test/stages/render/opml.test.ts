/** Are the subscription lists complete, and do they give no secret away? */
import { parseOpml } from 'feedsmith';
import { describe, expect, it } from 'vitest';
import { renderOpml, renderSourcesOpml } from '../../../src/stages/render/opml.ts';
import { childrenOf, parseStrictly } from '../../support/xml-tree.ts';
import { sampleSettings, sampleSource } from './samples.ts';

const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

describe('the list of category feeds', () => {
  const document = renderOpml(sampleSettings());

  it('has every category with its title, language and all three addresses', () => {
    const [, body] = parseStrictly(textOf(document.body)).children;
    const outlines = body === undefined ? [] : childrenOf(body, 'outline');
    expect(outlines.map(({ attributes }) => attributes['title'])).toEqual(['新华社新闻', 'Tech & Science', '财经要闻']);
    expect(outlines[0]?.attributes).toEqual({
      type: 'rss',
      version: 'ATOM1',
      text: '新华社新闻',
      title: '新华社新闻',
      description: '新华社财经要闻',
      language: 'zh-CN',
      xmlUrl: 'https://news.example.org/category/xinhuashe.atom',
      htmlUrl: 'https://news.example.org/category/xinhuashe.html',
      '{urn:feedmill:opml}rss': 'https://news.example.org/category/xinhuashe.rss',
      '{urn:feedmill:opml}atom': 'https://news.example.org/category/xinhuashe.atom',
      '{urn:feedmill:opml}json': 'https://news.example.org/category/xinhuashe.json',
    });
  });

  it('subscribes a reader once to each', () => {
    const outlines = parseOpml(textOf(document.body)).body?.outlines ?? [];
    expect(outlines.map(({ xmlUrl, type }) => [type, xmlUrl])).toEqual([
      ['rss', 'https://news.example.org/category/xinhuashe.atom'],
      ['rss', 'https://news.example.org/category/tech.atom'],
      ['rss', 'https://news.example.org/all.atom'],
    ]);
  });
});

describe('the list of sources', () => {
  const settings = sampleSettings({
    sources: [
      sampleSource({ title: 'A & "B"', categories: ['xinhuashe', 'tech'] }),
      sampleSource({ id: 'secret', url: 'https://user:pass@origin.example/feed?a=1&b=2', categories: ['tech'] }),
      sampleSource({ id: 'alone', url: 'https://alone.example/feed', categories: [] }),
    ].map(({ title, ...source }) =>
      source.id === 'alone' ? source : { ...source, ...(title !== undefined && { title }) },
    ),
  });
  const names = new Map([['alone', { title: '自己的名字', link: 'https://alone.example/' }]]);
  const text = textOf(renderSourcesOpml(settings, names).body);

  it('groups them by category', () => {
    const outlines = parseOpml(text).body?.outlines ?? [];
    expect(outlines.map((outline) => [outline.text, outline.outlines?.map(({ xmlUrl }) => xmlUrl)])).toEqual([
      ['新华社新闻', ['https://origin.example/rss.xml']],
      ['Tech & Science', ['https://origin.example/rss.xml', 'https://origin.example/feed?a=1&b=2']],
      ['自己的名字', undefined],
    ]);
  });

  it('gives no password away', () => {
    expect(text).not.toMatch(/user|pass/u);
  });
});
