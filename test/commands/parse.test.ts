/** `feedmill parse`: does the command print what it reads, and say what it cannot? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

let place: Workplace;

beforeEach(async () => {
  place = await makeWorkplace();
});

afterEach(async () => {
  await place.close();
});

const DOCUMENT = `<rss version="2.0"><channel><title>News</title><link>https://a.org/</link>
<item><title>股市</title><link>/1</link><guid isPermaLink="false">1</guid><pubDate>2026-01-24 08:00</pubDate>
<description>&lt;a href="/x" onclick="y"&gt;z&lt;/a&gt;</description></item>
<item><description>Only a text.</description></item></channel></rss>`;

describe('feedmill parse', () => {
  it('prints one line of JSON with safe HTML, absolute addresses and dates in UTC', async () => {
    await place.write('feed.xml', DOCUMENT);
    const { code, stdout, stderr } = await place.run(['parse', 'feed.xml', '--timezone', 'Asia/Shanghai']);
    expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
    expect(JSON.parse(stdout)).toEqual({
      feed: { title: 'News', link: 'https://a.org/', format: 'rss' },
      items: [
        {
          id: '1',
          link: 'https://a.org/1',
          title: '股市',
          summary: '<a href="https://a.org/x">z</a>',
          published: '2026-01-24T00:00:00.000Z',
        },
        { title: 'Only a text.', summary: 'Only a text.' },
      ],
      issues: [],
    });
  });

  it('reads standard input', async () => {
    const { code, stdout } = await place.run(
      ['parse', '-', '--base-url', 'https://b.org/feed'],
      '<feed><entry><link href="1"/></entry></feed>',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ link: 'https://b.org/1' }] });
  });

  it.each([
    ['no such file', undefined, 'There is no such file.'],
    ['an empty file', '', 'The document is empty (0 bytes).'],
    ['a page', '<!doctype html><title>x</title>', 'The document is an HTML page and names no feed.'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'The document is binary data, not text.'],
  ])('ends with 1 and says why for %s', async (_title, content, message) => {
    if (content !== undefined) await place.write('file', content);
    expect(await place.run(['parse', 'file'])).toEqual({ code: 1, stdout: '', stderr: `file: ${message}\n` });
  });

  it.each([
    ['--timezone', 'Mars/Olympus', 'It must be an IANA name such as Asia/Shanghai.'],
    ['--base-url', 'a.org', 'It must be an absolute URL.'],
    ['--now', 'yesterday', 'It must be a time such as 2026-01-31T08:30:00Z.'],
  ])('ends with 2 for a wrong %s', async (option, value, message) => {
    const { code, stderr } = await place.run(['parse', '-', option, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('feedmill parse --batch', () => {
  it('takes no file beside it', async () => {
    const { code, stderr } = await place.run(['parse', '--batch', 'feed.xml'], '');
    expect(code).toBe(2);
    expect(stderr).toContain("argument 'feed.xml' is not used");
  });

  it('answers each line in turn', async () => {
    await place.write('feed.xml', DOCUMENT);
    await place.write('page.html', '<html></html>');
    const questions = [
      { id: 1, file: 'feed.xml', contentType: null, baseUrl: 'https://b.org/' },
      { id: 'two', file: 'page.html' },
      { id: 3, file: 'nowhere.xml' },
    ];
    const input = `${questions.map((question) => JSON.stringify(question)).join('\n')}\nnonsense\n`;
    const { code, stdout } = await place.run(['parse', '--batch', '--now', '2026-01-24T00:00:00Z'], input);
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(answers).toMatchObject([
      { id: 1, feed: { feed: { title: 'News' }, items: [{ id: '1' }, {}] } },
      { id: 'two', error: 'The document is an HTML page and names no feed.' },
      { id: 3, error: 'There is no such file.' },
      { error: 'The line is not a JSON object with "id" and "file".' },
    ]);
  });
});
