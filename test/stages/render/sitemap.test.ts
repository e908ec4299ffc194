/** Which directives do search engines get for the site and for each page? */
import { describe, expect, it } from 'vitest';
import type { OutputFeed } from '../../../src/model/output.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { assembleFeed } from '../../../src/stages/assemble/feed.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderHomePage } from '../../../src/stages/render/home-page.ts';
import { renderListPage } from '../../../src/stages/render/list-page.ts';
import { renderPostPage } from '../../../src/stages/render/post-page.ts';
import { renderRobots, renderSitemap } from '../../../src/stages/render/sitemap.ts';
import { samplePost, sampleSettings, T0, withPublish } from './samples.ts';

const posts = [samplePost(0, { updatedAt: T0 + 60_000 }), samplePost(1, { categories: ['tech'] })];

function feedOf(settings: Settings): OutputFeed {
  return assembleFeed({ scope: { kind: 'all' }, settings, posts });
}

function sitemapOf(settings: Settings): string {
  return Buffer.from(renderSitemap(feedOf(settings), settings)?.body ?? []).toString();
}

function pagesOf(settings: Settings): readonly string[] {
  return [
    renderHomePage([], settings),
    renderListPage(feedOf(settings), createFragmentCache()),
    renderPostPage(samplePost(0), settings, () => true),
  ].map(({ body }) => Buffer.from(body).toString());
}

describe('renderSitemap', () => {
  it('lists the pages of the site, the categories and the newest posts, each with its last change', () => {
    expect(sitemapOf(sampleSettings()).split('\n').slice(2, -2)).toEqual([
      '<url><loc>https://news.example.org/</loc><lastmod>2021-12-23T17:00:51.000Z</lastmod></url>',
      '<url><loc>https://news.example.org/all.html</loc><lastmod>2021-12-23T17:00:51.000Z</lastmod></url>',
      '<url><loc>https://news.example.org/category/xinhuashe.html</loc><lastmod>2021-12-23T17:00:51.000Z</lastmod></url>',
      '<url><loc>https://news.example.org/category/tech.html</loc><lastmod>2021-12-23T15:59:51.000Z</lastmod></url>',
      '<url><loc>https://news.example.org/post/9000000000000000.html</loc><lastmod>2021-12-23T17:00:51.000Z</lastmod></url>',
      '<url><loc>https://news.example.org/post/9000000000000001.html</loc><lastmod>2021-12-23T15:59:51.000Z</lastmod></url>',
    ]);
  });

  it('leaves out posts of which the original is to be listed', () => {
    expect(sitemapOf(withPublish({ canonical: 'origin' }))).not.toContain('/post/');
  });

  it('is there no more where nothing is to be listed', () => {
    const settings = withPublish({ robots: 'noindex' });
    expect(renderSitemap(feedOf(settings), settings)).toBeUndefined();
  });
});

describe('renderRobots', () => {
  const textOf = (settings: Settings): string => Buffer.from(renderRobots(settings).body).toString();

  it('closes what is not for readers, and names the sitemap', () => {
    const settings = sampleSettings();
    expect(textOf({ ...settings, site: { ...settings.site, url: 'https://example.org/news/' } })).toBe(
      'User-agent: *\nDisallow: /news/admin/\nDisallow: /news/websub\n\nSitemap: https://example.org/news/sitemap.xml\n',
    );
  });

  it('lets crawlers see that pages are not to be listed', () => {
    expect(textOf(withPublish({ robots: 'noindex' }))).toBe('User-agent: *\nDisallow: /admin/\nDisallow: /websub\n');
  });
});

describe('every page', () => {
  it('says noindex only where the config does', () => {
    const mark = '<meta name="robots" content="noindex">';
    expect(pagesOf(withPublish({ robots: 'noindex' })).map((page) => page.includes(mark))).toEqual([true, true, true]);
    expect(pagesOf(sampleSettings()).map((page) => page.includes('robots'))).toEqual([false, false, false]);
  });

  it('lets browsers name it to no other host', () => {
    const mark = '<meta name="referrer" content="no-referrer">';
    expect(pagesOf(sampleSettings()).map((page) => page.includes(mark))).toEqual([true, true, true]);
  });

  it.each([
    ['itself', 'self', {}, 'https://news.example.org/post/9000000000000000.html'],
    ['the original', 'origin', {}, 'https://origin.example/news/0'],
    [
      'itself where the original has no address',
      'origin',
      { url: 'urn:x' },
      'https://news.example.org/post/9000000000000000.html',
    ],
  ] as const)('of a post may name %s as the one to list', (_title, canonical, changes, address) => {
    const page = renderPostPage(samplePost(0, changes), withPublish({ canonical }), () => true);
    expect(Buffer.from(page.body).toString()).toContain(`<link rel="canonical" href="${address}">`);
  });
});
