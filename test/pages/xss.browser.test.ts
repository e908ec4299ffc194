import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputFeed } from '../../src/model/output.ts';
import type { Post } from '../../src/model/post.ts';
import { createFragmentCache } from '../../src/stages/render/fragments.ts';
import { renderListPage } from '../../src/stages/render/list-page.ts';
import { sanitiseHtml } from '../../src/stages/sanitise/sanitise.ts';
import { attackGroups } from '../support/attacks.ts';
import { type Browser, isBrowserMissing, startBrowser } from '../support/browser.ts';

const policy = { iframeHosts: ['www.youtube.com'], dataImages: true, cleanLinks: true };
const baseUrl = 'https://example.org/post';
const witness = readFileSync(new URL('fixtures/witness.mjs', import.meta.url), 'utf8');
/** Errors of pictures and beginnings of animations are reported a frame later. */
const NEXT_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))';

interface Site {
  readonly host: string;
  readonly pages: Map<string, string>;
  close(): Promise<void>;
}

/** No policy header: the markup alone has to be safe. */
async function serve(): Promise<Site> {
  const pages = new Map<string, string>();
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page);
  });
  return { host: await listen(server), pages, close: () => stop(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has such an address.
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

interface Seen {
  /** Calls of what attacks call. */
  readonly ran: readonly string[];
  readonly dialogs: readonly string[];
  /** Errors of scripts; there is no script. */
  readonly errors: readonly string[];
  /** Other documents: navigations, windows, frames off the list. */
  readonly documents: readonly string[];
  readonly canary: readonly string[];
  readonly schemes: readonly string[];
}

const NOTHING: Omit<Seen, 'schemes'> = { ran: [], dialogs: [], errors: [], documents: [], canary: [] };
const SAFE_SCHEMES = ['data:', 'http:', 'https:', 'mailto:'];

async function visit({ context }: Browser, address: string, canaryHost: string): Promise<Seen> {
  const page = await context.newPage();
  const dialogs: string[] = [];
  const errors: string[] = [];
  const documents: string[] = [];
  const canary: string[] = [];
  await page.addInitScript(witness);
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('popup', (popup) => documents.push(popup.url()));
  page.on('framenavigated', (frame) => {
    const url = frame.url();
    const isPlayer =
      url.startsWith('https://www.youtube.com/') || url.startsWith('chrome-error:') || url === 'about:blank';
    if (url !== address && !isPlayer) documents.push(url);
  });
  page.on('request', (request) => {
    if (request.url().includes(canaryHost)) canary.push(request.url());
  });
  await page.goto(address, { waitUntil: 'load' });
  const schemes = await page.evaluate<readonly string[]>('witness.provoke()');
  await page.evaluate(NEXT_FRAMES);
  const ran = await page.evaluate<readonly string[]>('witness.ran');
  await page.close();
  return { ran, dialogs, errors, documents, canary, schemes };
}

function barePage(bodies: readonly string[]): string {
  const posts = bodies.map((html, index) => `<section class="post"><h2>${index}</h2><div>${html}</div></section>`);
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>posts</title></head><body>${posts.join('\n')}<p>end</p></body></html>`;
}

/** Everything that a source can write, on the page of a category. */
function categoryPage(vectors: readonly string[], siteUrl: string): string {
  const posts = vectors.map((vector, index): Post => {
    const source = { id: 'attacker', title: vector, url: vector, feedUrl: vector };
    const html = sanitiseHtml({ html: vector, baseUrl }, policy);
    return {
      id: (0x1000_0000_0000_0000n + BigInt(index)).toString(16),
      source,
      url: vector,
      title: vector,
      content: html,
      summary: html,
      authors: [{ name: vector, email: vector, uri: vector }],
      publishedAt: 1_640_000_000_000 - index,
      updatedAt: 1_640_000_000_000 - index,
      firstSeenAt: 1_640_000_000_000 - index,
      categories: ['attacks'],
      tags: [vector],
      language: vector,
      image: vector,
      enclosures: [{ url: vector, type: vector }],
      rights: vector,
      revision: 1,
      alsoFrom: [{ source, url: vector, title: vector }],
    };
  });
  const url = (format: string): string => `${siteUrl}/category/attacks.${format}`;
  const feed: OutputFeed = {
    scope: { kind: 'category', slug: 'attacks' },
    title: vectors[0] ?? '',
    description: vectors[1] ?? '',
    language: 'en',
    timezone: 'UTC',
    siteTitle: vectors[2] ?? '',
    siteId: siteUrl,
    siteUrl,
    urls: { html: url('html'), rss: url('rss'), atom: url('atom'), json: url('json') },
    updatedAt: 1_640_000_000_000,
    posts,
  };
  return new TextDecoder().decode(renderListPage(feed, createFragmentCache()).body);
}

describe.skipIf(isBrowserMissing('cross-site scripting is'))('a browser', () => {
  let browser: Browser;
  let site: Site;
  let canary: Site;

  beforeAll(async () => {
    [site, canary] = await Promise.all([serve(), serve()]);
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await Promise.all([site.close(), canary.close()]);
  });

  const show = async (path: string, html: string): Promise<Seen> => {
    site.pages.set(path, html);
    return visit(browser, `http://${site.host}${path}`, canary.host);
  };

  it('runs attacks that nobody stopped, so that it is no deaf witness', async () => {
    const attack = '<img src=x onerror=alert(1)><b onclick=alert(2)>x</b><a href="javascript:alert(3)">x</a>';
    const seen = await show('/control', barePage([attack, `<script src="http://${canary.host}/a.js"></script>`]));
    expect(seen.ran).toEqual(expect.arrayContaining(['alert 1', 'alert 2']));
    expect(seen.schemes).toContain('javascript:');
    expect(seen.canary).toEqual([`http://${canary.host}/a.js`]);
  });

  for (const { group } of attackGroups('')) {
    const vectorsOfGroup = (): readonly string[] =>
      attackGroups(canary.host).find((attacks) => attacks.group === group)?.vectors ?? [];

    it(`runs nothing of ${group} in sanitised posts`, async () => {
      const vectors = vectorsOfGroup();
      expect(vectors.length).toBeGreaterThan(15);
      const bodies = vectors.map((html) => sanitiseHtml({ html, baseUrl }, policy));
      const { schemes, ...seen } = await show(`/bare-${encodeURIComponent(group)}`, barePage(bodies));
      expect(seen).toEqual(NOTHING);
      expect(schemes.filter((scheme) => !SAFE_SCHEMES.includes(scheme))).toEqual([]);
    });

    it(`runs nothing of ${group} on the page of a category`, async () => {
      const html = categoryPage(vectorsOfGroup(), `http://${site.host}`);
      const { schemes, ...seen } = await show(`/category-${encodeURIComponent(group)}`, html);
      expect(seen).toEqual(NOTHING);
      expect(schemes.filter((scheme) => !SAFE_SCHEMES.includes(scheme))).toEqual([]);
    });
  }
});
