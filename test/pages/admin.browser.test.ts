/** Are the admin pages good to look at and to use: on a phone, in the dark, without script, by keyboard and screen reader? */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerAdmin } from '../../src/io/web/admin.ts';
import { createLoginThrottle } from '../../src/io/web/login-throttle.ts';
import type { AdminView, SourceRow } from '../../src/model/admin.ts';
import { FIRST_STATE } from '../../src/model/source-state.ts';
import { renderAdminPage } from '../../src/stages/render/admin.ts';
import { ADMIN_CSS } from '../../src/stages/render/admin-style.ts';
import { renderSiteFiles } from '../../src/stages/render/site-files.ts';
import { openSite, type Site } from '../io/web/site.ts';
import { samplePost, sampleSettings } from '../stages/render/samples.ts';
import { type Browser, isBrowserMissing, startBrowser } from '../support/browser.ts';
import { overflowOf, SCREENS, showOn, violations, withPage } from '../support/page.ts';

const artefacts = fileURLToPath(new URL('../../test-artefacts/admin/', import.meta.url));

const PAGES = [
  ['overview', '/admin/'],
  ['sources', '/admin/sources?show=failing'],
  ['source', '/admin/source/xinhua?done=pause'],
  ['stories', '/admin/stories'],
  ['confirm-remove', '/admin/post/00000000000000a1/remove'],
  ['confirm-purge', '/admin/source/xinhua/purge'],
  ['removed', '/admin/removed'],
  ['queue', '/admin/queue'],
  ['missing', '/admin/nothing'],
] as const;

const NOW = Date.UTC(2021, 11, 24);
const HOUR = 3_600_000;

function views(): Readonly<Record<string, AdminView>> {
  const settings = sampleSettings();
  const [source] = settings.sources;
  if (source === undefined) throw new Error('The sample settings have a source.');
  const longest = 'averyveryverylongidofasourcethatneverends_averyveryverylongidofas';
  const failing: SourceRow = {
    source: { ...source, id: longest },
    state: {
      ...FIRST_STATE,
      failures: 3,
      lastCheckAt: NOW - HOUR,
      nextCheckAt: NOW + 2 * HOUR,
      reason: 'backoff',
      reasonText: '3 failures in a row: again in 2 h',
      last: { at: NOW - HOUR, kind: 'timeout', message: `No answer from ${source.url} within 30 s.` },
    },
  };
  const paused: SourceRow = {
    source,
    state: { ...FIRST_STATE, pausedAt: NOW - HOUR, pauseReason: '这个订阅源已不存在 (410).', title: '新华社新闻' },
    held: { at: NOW - HOUR, reason: '120 entries came as new, where 4 are usual.', count: 120 },
  };
  const posts = Array.from({ length: 5 }, (_, number) =>
    samplePost(number, {
      alsoFrom: [
        {
          id: `00000000000000a${number}`,
          source: { id: 'other', title: '另一家', feedUrl: 'https://other.example/feed' },
          url: 'https://other.example/1',
          title: '同一件事的另一种说法',
        },
      ],
    }),
  );
  const system = {
    sources: { total: 1_200, due: 3, late: 2, paused: 1, latenessMs: 90_000 },
    failing: 1,
    held: 1,
    posts: 123_456,
    unpublished: 4,
    sweepAgeMs: 500,
    queues: { refresh: { waiting: 1_000, active: 100, delayed: 5, failed: 2 }, publish: { waiting: 1 } },
  };
  const reason = 'Redis: saving posts failed: OOM command not allowed when used memory > maxmemory';
  const failedJobs = [{ queue: 'publish', id: 'publish-category-news', failedAt: NOW - HOUR, reason }];
  return {
    '': {
      kind: 'overview',
      system,
      troubled: [failing, paused],
      failedJobs,
      config: {
        readAt: NOW - HOUR,
        problems: [`config/${longest}.yaml:8:1: wrong: is not a key here, did you mean site?`],
        changes: [{ at: NOW - HOUR, text: 'added source xinhua; changed category caijing' }],
      },
    },
    sources: { kind: 'sources', filter: 'failing', rows: [failing, paused], page: 2, pages: 3, total: 250 },
    'source/xinhua': {
      kind: 'source',
      row: paused,
      heldEntries: posts.map(({ title, publishedAt }) => ({ title, publishedAt, url: 'https://example.org/1' })),
      posts,
      done: { action: 'pause', result: 'done' },
    },
    stories: { kind: 'stories', posts, done: 'done' },
    'post/00000000000000a1/remove': { kind: 'confirm-remove', post: samplePost(1, { id: '00000000000000a1' }) },
    'source/xinhua/purge': { kind: 'confirm-purge', sourceId: 'xinhua', posts: 12 },
    removed: {
      kind: 'removed',
      posts: [
        { id: '00000000000000a1', sourceId: 'xinhua', at: NOW - HOUR, why: 'court order', title: '一条新闻' },
        { id: '00000000000000a2', sourceId: longest, at: NOW - HOUR },
      ],
      done: { action: 'remove', result: 'done' },
    },
    queue: { kind: 'queue', system, failedJobs },
  };
}

describe.skipIf(isBrowserMissing('the admin pages are'))('admin pages in a browser', () => {
  let site: Site;
  let browser: Browser;
  const acted: string[] = [];

  beforeAll(async () => {
    const shown = views();
    site = await openSite({
      prepare: (app, settings) => {
        const silent = () => undefined;
        registerAdmin(app, {
          settings,
          access: () => {
            const { token } = settings().admin;
            return token === undefined ? { kind: 'this-machine' } : { kind: 'token', token };
          },
          version: '1.2.3',
          view: (path) => Promise.resolve(shown[path]),
          render: renderAdminPage,
          css: ADMIN_CSS,
          act: (action, id) => {
            acted.push(`${action} ${id}`);
            return Promise.resolve('done');
          },
          split: () => Promise.resolve('unknown'),
          takeDown: (action, id, why) => {
            acted.push(`${action} ${id} ${why}`.trim());
            return Promise.resolve('done');
          },
          attempts: createLoginThrottle(),
          now: () => NOW,
          log: { debug: silent, info: silent, warn: silent, error: silent },
        });
      },
    });
    for (const document of renderSiteFiles(site.settings)) await site.put(document);
    browser = await startBrowser();
    mkdirSync(artefacts, { recursive: true });
  });

  afterAll(async () => {
    // Both are there unless starting them failed.
    await (browser as Browser | undefined)?.close();
    await (site as Site | undefined)?.close();
  });

  async function expectGood(page: Page, name: string): Promise<void> {
    for (const screen of SCREENS) {
      await showOn(page, screen, artefacts + name);
      expect(await overflowOf(page), `${name} on a ${screen[0]}`).toBeLessThanOrEqual(0);
      expect(await violations(page), `${name} on a ${screen[0]}`).toEqual([]);
    }
  }

  it.each(PAGES)(
    'the %s page fits every screen, loads all it needs and has no fault that axe finds',
    async (name, path) => {
      await withPage(browser, site.origin + path, async (page, complaints) => {
        await expectGood(page, name);
        const expected = name === 'missing' ? [expect.stringContaining('404')] : [];
        expect(complaints).toEqual(expected);
      });
    },
  );

  it('a button does what it says, and the page says so', async () => {
    await withPage(browser, site.origin + '/admin/source/xinhua', async (page) => {
      await page.click('text=Release: make them posts');
      expect(acted).toEqual(['release xinhua-finance']);
      expect(new URL(page.url()).search).toBe('?done=release&result=done');
    });
  });

  it('a post is removed after a confirmation, with a reason, and restored', async () => {
    acted.length = 0;
    await withPage(browser, site.origin + '/admin/post/00000000000000a1/remove', async (page) => {
      await page.fill('#why', 'court order');
      await page.click('text=Remove it');
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/admin/removed?done=remove&result=done');
      await page.click('text=Restore >> nth=0');
      await page.goto(site.origin + '/admin/source/xinhua/purge');
      await page.click('text=Remove all its posts');
      expect(acted).toEqual(['remove 00000000000000a1 court order', 'restore 00000000000000a1', 'purge xinhua']);
    });
  });

  it('a token opens a session, and logging out ends it', async () => {
    const before = site.settings;
    site.settings = { ...before, admin: { token: 'correct horse' } };
    try {
      await withPage(browser, site.origin + '/admin/', async (page) => {
        await expectGood(page, 'login');
        await page.fill('#token', 'wrong');
        await page.keyboard.press('Enter');
        await page.waitForSelector('[role=alert]');
        await page.fill('#token', 'correct horse');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.figures');
        await page.click('text=Sources');
        expect(new URL(page.url()).pathname).toBe('/admin/sources');
        await page.click('text=Log out');
        await page.waitForSelector('#token');
      });
    } finally {
      site.settings = before;
    }
  });
});
