import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';

const file = (text: string, name = 'site.yaml') => ({ path: `config/${name}`, name, text });

describe('readConfig', () => {
  it('fills in every default', () => {
    const settings = readConfig(
      [file('site: { url: "https://news.example.org/" }\nsources:\n  - url: https://example.org/news/feed.xml\n')],
      {},
    );
    expect(settings.site).toEqual({
      title: 'Feedmill',
      url: 'https://news.example.org',
      language: 'en',
      timezone: 'UTC',
    });
    expect(settings.schedule).toEqual({ defaultMs: 3_600_000, minMs: 600_000, maxMs: 86_400_000 });
    expect(settings.sources).toMatchObject([
      {
        id: 'example-org-news-feed',
        url: 'https://example.org/news/feed.xml',
        timezone: 'UTC',
        content: 'full',
        rules: [],
        writtenAt: { file: 'config/site.yaml', line: 3, column: 5 },
      },
    ]);
  });
});
