/** Are the sample newsrooms as described: every format, two charsets, one that breaks, and always something new? */
import iconv from 'iconv-lite';
import { parseFeed } from 'feedsmith';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoOrigin, newsrooms, startDemoOrigin } from '../../demo/origin.ts';
import { startLeakCheck } from '../support/leaks.ts';

const opening = Date.UTC(2026, 1, 9, 1, 5);

let origin: DemoOrigin;
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  origin = await startDemoOrigin(opening);
});

afterEach(async () => {
  await origin.close();
  await expectNoLeaks();
});

// One request, one connection: nothing stays open behind the test.
const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${origin.url}${path}`, { headers: { connection: 'close', ...headers } });

function publishRounds(rounds: number): void {
  for (let story = 0; story < rounds * newsrooms.length; story++) origin.publish(opening + story * 1000);
}

describe('startDemoOrigin', () => {
  it.each([
    ['gupiao', 'rss'],
    ['guancha', 'atom'],
    ['hongguan', 'json'],
    ['harbour', 'rss'],
    ['weather', 'rss'],
    ['lab', 'rdf'],
    ['workshop', 'json'],
  ])('serves %s as %s, as another reader reads it', async (name, format) => {
    const room = newsrooms.find((each) => each.name === name);
    const response = await get(room?.feedPath ?? '');
    const text = iconv.decode(Buffer.from(await response.arrayBuffer()), room?.charset ?? '');
    const { format: readFormat, feed } = parseFeed(text);
    expect(readFormat).toBe(format);
    expect(feed.title).toEqual(format === 'atom' ? { value: room?.title } : room?.title);
    expect(text).not.toMatch(/\{\w+\}|undefined|NaN/);
  });

  it('serves one feed in GBK bytes, and says so in the document alone', async () => {
    const response = await get('/gupiao/rss.xml');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(bytes.toString('latin1')).toContain('encoding="GBK"');
    expect(bytes.toString('utf8')).not.toContain('沪深快讯');
    expect(iconv.decode(bytes, 'gbk')).toContain('<title>沪深快讯</title>');
    expect(iconv.decode(bytes, 'gbk')).toContain('<pubDate>2026-02-09 08:05:00</pubDate>');
  });

  it('answers 304 to the ETag it gave, until there is a new story', async () => {
    const first = await get('/harbour/rss.xml');
    await first.arrayBuffer();
    const known = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await get('/harbour/rss.xml', known)).status).toBe(304);
    publishRounds(1);
    const next = await get('/harbour/rss.xml', known);
    expect(next.status).toBe(200);
    expect(parseFeed(await next.text()).feed).toMatchObject({ items: { length: 4 } });
  });

  it('packs its feeds where that is welcome', async () => {
    const [packed, plain] = [await get('/harbour/rss.xml'), await get('/harbour/rss.xml', { 'accept-encoding': '' })];
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await packed.text()).toBe(await plain.text());
  });

  it('lets one newsroom repeat stories of another, with links that differ in tracking alone', async () => {
    const text = await (await get('/guancha/atom.xml')).text();
    const { feed } = parseFeed(text);
    expect(text).toContain(`href="${origin.url}/gupiao/3.html?utm_source=guancha&amp;utm_medium=rss"`);
    expect(feed).toMatchObject({ entries: { length: 4 } });
  });

  it('breaks in one newsroom at each fifth request, each time in another way, and is well again at the next', async () => {
    const ends: string[] = [];
    for (let request = 1; request <= 21; request++) {
      const end = await get('/weather/rss.xml').then(
        (response) =>
          response.text().then(
            (text) => `${response.status} ${text.slice(0, 13)}`,
            () => 'cut off',
          ),
        () => 'no answer',
      );
      if (request % 5 === 0 || request === 21) ends.push(end);
    }
    expect(ends).toEqual(['503 <h1>Too many ', 'cut off', '200 <h1>Our datab', 'no answer', '200 <?xml version']);
  });

  it('has a page behind each link, and counts what it has published', async () => {
    expect(await (await get('/gupiao/2.html')).text()).toContain('<h1>');
    expect((await get('/gupiao/4.html')).status).toBe(404);
    expect((await get('/nowhere')).status).toBe(404);
    expect(await (await get('/')).text()).toContain('沪深快讯');
    expect(origin.published()).toBe(21);
    origin.publish(opening);
    expect(origin.published()).toBe(22);
    await expect(get('/gupiao/4.html')).resolves.toMatchObject({ status: 200 });
  });

  it('does not tell the same story twice in a long time', async () => {
    publishRounds(16);
    for (const { feedPath, charset } of newsrooms) {
      const body = Buffer.from(await (await get(feedPath)).arrayBuffer());
      const text = iconv.decode(body, charset);
      const titles = [...text.matchAll(/(?:<title>(?:<!\[CDATA\[)?|"title": ")(.+?)(?:]]>)?(?:<\/title>|",?$)/gm)].map(
        ([, title]) => title,
      );
      expect(titles.length).toBeGreaterThan(15);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });
});
