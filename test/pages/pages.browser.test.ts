/** Are the pages good to look at and to use: on a phone, in the dark, by keyboard, by screen reader? */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFragmentCache } from '../../src/stages/render/fragments.ts';
import { headlinesOf, renderHomePage } from '../../src/stages/render/home-page.ts';
import { renderPostPage } from '../../src/stages/render/post-page.ts';
import { renderers } from '../../src/stages/render/renderers.ts';
import { renderSiteFiles } from '../../src/stages/render/site-files.ts';
import { openSite, type Site } from '../io/web/site.ts';
import { sampleFeed, samplePost, T0, withPublish } from '../stages/render/samples.ts';
import { type Browser, isBrowserMissing, startBrowser } from '../support/browser.ts';
import { overflowOf, SCREENS, showOn, violations, withPage } from '../support/page.ts';

const artefacts = fileURLToPath(new URL('../../test-artefacts/pages/', import.meta.url));
/** The smallest picture there is, one grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOor6//DwAFfAJ+tQvgrwAAAABJRU5ErkJggg==',
  'base64',
);

const PAGES = [
  ['home', '/'],
  ['category', '/category/xinhuashe.html'],
  ['post', '/post/9000000000000000.html'],
  ['not-found', '/nothing.html'],
] as const;

describe.skipIf(isBrowserMissing('the pages are'))('pages in a browser', () => {
  let site: Site;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    site = await openSite();
    origin = site.origin;
    const settings = withPublish({ items: 10, windowMs: 0, websubHub: 'self' });
    site.settings = settings;
    const posts = Array.from({ length: 14 }, (_, number) =>
      samplePost(number * 3, {
        ...(number === 1 && { language: 'en' }),
        ...(number % 3 === 0 && { image: `${origin}/picture.png` }),
        summary: `<p>${'中央经济工作会议强调“稳字当头、稳中求进”，并作出一系列部署。'.repeat(4)}</p>`,
        content:
          `<p>${'企业强，产业才能强。加大优质企业培育力度的同时，工信部明确将坚持纾困解难强帮扶与支持创新促升级两手抓。'.repeat(3)}</p>`.repeat(
            3,
          ) +
          `<img src="${origin}/picture.png" alt="一张图" width="2000" height="900">` +
          '<table><tr><th>很长很长很长的一列</th><td>averyveryverylongwordthatneverends_averyveryverylongwordthatneverends</td></tr></table>' +
          '<pre>code that is wider than any phone could ever show it in one single line, whatever one does</pre>',
        tags: ['股票', 'A-share & bonds'],
        rights: '© 2021 新华社',
        ...(number % 4 === 0 && {
          alsoFrom: [
            {
              source: { id: 'other', title: '另一家 & Co', feedUrl: 'https://other.example/feed' },
              url: 'https://other.example/1',
            },
          ],
        }),
      }),
    );
    const feed = sampleFeed(posts, settings);
    const documents = [
      ...Object.values(renderers).map((render) => render(feed, createFragmentCache())),
      ...renderSiteFiles(settings),
      ...posts.map((post) => renderPostPage(post, settings, () => true)),
      renderHomePage(
        settings.categories.map((category) => ({
          category,
          headlines: headlinesOf(category.slug === 'tech' ? [] : posts, settings),
        })),
        settings,
      ),
      { path: '/picture.png', mediaType: 'image/png', body: PIXEL, modifiedAt: 0 },
    ];
    for (const document of documents) await site.put(document);
    browser = await startBrowser();
    mkdirSync(artefacts, { recursive: true });
  });

  afterAll(async () => {
    // Both are there unless starting them failed.
    await (browser as Browser | undefined)?.close();
    await (site as Site | undefined)?.close();
  });

  describe.each(SCREENS)('on a %s', (...screen) => {
    it.each(PAGES)('the %s page fits, loads all it needs and has no fault that axe finds', async (name, path) => {
      await withPage(browser, origin + path, async (page, complaints) => {
        await showOn(page, screen, artefacts + name);
        expect(await overflowOf(page)).toBeLessThanOrEqual(0);
        const expected = name === 'not-found' ? [expect.stringContaining('404')] : [];
        expect(complaints).toEqual(expected);
        expect(await violations(page)).toEqual([]);
      });
    });
  });

  it('the page in the dark is dark', async () => {
    await withPage(browser, origin + '/', async (page) => {
      await page.emulateMedia({ colorScheme: 'dark' });
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe('rgb(22, 23, 26)');
    });
  });

  it.each([
    ['zh-CN', '/category/xinhuashe.html', 20_000, '现在'],
    ['zh-CN', '/category/xinhuashe.html', 5 * 60_000, '5分钟前'],
    ['zh-CN', '/category/xinhuashe.html', 3 * 3_600_000, '3小时前'],
    ['zh-CN', '/', 3 * 3_600_000, '3小时前'],
    ['zh-CN, a day later', '/category/xinhuashe.html', 25 * 3_600_000, '00:59'],
    ['zh-CN, by a clock that is slow', '/category/xinhuashe.html', -60_000, '00:59'],
  ])(
    'a time in %s on %s, %d ms later, is "%s"; the exact one stays on hover',
    async (_language, path, laterMs, shown) => {
      const page = await browser.context.newPage();
      try {
        await page.clock.setFixedTime(T0 + laterMs);
        await page.goto(origin + path, { waitUntil: 'networkidle' });
        const time = page.locator('time').first();
        expect(await time.textContent()).toBe(shown);
        expect(await time.getAttribute('title')).toBe('2021年12月24日 星期五 00:59 (UTC+08:00)');
        expect(await time.getAttribute('datetime')).toBe('2021-12-23T16:59:51.000Z');
      } finally {
        await page.close();
      }
    },
  );

  it('a time at a post of another language is in the language of the page, and says so', async () => {
    const page = await browser.context.newPage();
    try {
      await page.clock.setFixedTime(T0 + 3_600_000);
      await page.goto(`${origin}/category/xinhuashe.html`, { waitUntil: 'networkidle' });
      const time = page.locator('article[lang=en] time');
      expect([await time.textContent(), await time.getAttribute('lang')]).toEqual(['4小时前', 'zh-CN']);
    } finally {
      await page.close();
    }
  });

  it('a table with many columns is scrolled, and its words stay whole', async () => {
    await withPage(browser, origin + '/post/9000000000000000.html', async (page) => {
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate(
        `(() => {
          const row = document.querySelector('.body table tr');
          for (let column = 0; column < 20; column += 1) row.insertCell().textContent = 'Percent';
          return row.lastChild.getBoundingClientRect().width;
        })()`,
      );
      expect(width).toBeGreaterThan(50);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    });
  });

  it.each([
    ['compact', 'one column'],
    ['cards', 'several columns'],
  ] as const)('the %s view is chosen without a script and fits', async (view, expected) => {
    const context = await browser.context.browser()?.newContext({ javaScriptEnabled: false });
    const page = await context?.newPage();
    if (page === undefined) throw new Error('no page without scripts');
    try {
      await page.setViewportSize({ width: 1_280, height: 900 });
      await page.goto(`${origin}/category/xinhuashe.html`);
      await page.click(`label[for=view-${view}]`);
      await page.screenshot({ path: `${artefacts}category-${view}.png`, fullPage: true });
      const columns = await page.locator('.posts > li').evaluateAll((items) => {
        // Runs in the browser, whose names this program does not know.
        const lefts = items.map(
          (item) => (item as { getBoundingClientRect(): { left: number } }).getBoundingClientRect().left,
        );
        return new Set(lefts).size;
      });
      expect(columns > 1).toBe(expected === 'several columns');
      expect(await page.locator('.excerpt').first().isVisible()).toBe(view === 'cards');
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    } finally {
      await context?.close();
    }
  });

  it('the sections of the home page align: headlines and feeds of one row stand on one line', async () => {
    await withPage(browser, origin + '/', async (page) => {
      await page.setViewportSize({ width: 1_280, height: 900 });
      const tops = await page.evaluate<readonly (readonly number[])[]>(
        `['h2', '.headlines', '.feeds'].map((part) => [...document.querySelectorAll('.sections > section > ' + part)].map((e) => Math.round(e.getBoundingClientRect().top)))`,
      );
      expect(tops.map((row) => row.length)).toEqual([2, 2, 2]);
      expect(tops.map((row) => new Set(row).size)).toEqual([1, 1, 1]);
    });
  });

  it('the first Tab leads to the way past the navigation', async () => {
    await withPage(browser, origin + '/category/xinhuashe.html', async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('跳到正文');
      expect(await page.evaluate('document.activeElement.getBoundingClientRect().left >= 0')).toBe(true);
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
    });
  });

  it('the pages lead to one another', async () => {
    await withPage(browser, origin + '/', async (page) => {
      await page.click('.sections h2 a');
      expect(new URL(page.url()).pathname).toBe('/category/xinhuashe.html');
      await page.click('.posts h3 a');
      expect(new URL(page.url()).pathname).toBe('/post/9000000000000000.html');
      await page.click('.pager a');
      expect(new URL(page.url()).pathname).toBe('/category/xinhuashe.html');
    });
  });

  describe.each(['rss', 'atom'])('the %s feed, opened in a browser', (format) => {
    it('is well-formed to DOMParser', async () => {
      const { text } = await site.ask(`/category/xinhuashe.${format}`);
      await withPage(browser, origin + '/', async (page) => {
        const found = await page.evaluate(
          ([source]) => {
            // Runs in the browser, whose names this program does not know.
            const scope = globalThis as unknown as {
              DOMParser: new () => {
                parseFromString(text: string, type: string): { querySelectorAll(selector: string): { length: number } };
              };
            };
            const document = new scope.DOMParser().parseFromString(source ?? '', 'application/xml');
            return [document.querySelectorAll('parsererror').length, document.querySelectorAll('item, entry').length];
          },
          [text],
        );
        expect(found).toEqual([0, 10]);
      });
    });

    it('is readable: titles and times are shown, markup is not, and the page is named', async () => {
      await withPage(browser, `${origin}/category/xinhuashe.${format}`, async (page, complaints) => {
        await page.screenshot({ path: `${artefacts}feed-${format}.png` });
        const shown = await page.evaluate<string[]>(
          `[...document.querySelectorAll('*')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0 && e.childElementCount === 0).map((e) => e.localName)`,
        );
        const names = new Set(shown);
        expect(
          [...names].filter((name) => ['encoded', 'content', 'summary', 'guid', 'id', 'ttl'].includes(name)),
        ).toEqual([]);
        expect(names).toContain('title');
        const first: unknown = await page.evaluate(`getComputedStyle(document.documentElement, '::before').content`);
        expect(first).toContain('这是一个订阅源');
        const [link, title] = await page.evaluate<readonly number[]>(
          `['channel > link, feed > link[rel=alternate]', 'channel > title, feed > title'].map((part) => document.querySelector(part).getBoundingClientRect().top)`,
        );
        expect(link).toBeLessThan(title ?? 0);
        expect(complaints).toEqual([]);
      });
    });
  });
});
