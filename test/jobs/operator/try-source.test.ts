import { describe, expect, it } from 'vitest';
import { trySource } from '../../../src/jobs/operator/try-source.ts';
import type { FetchOutcome } from '../../../src/model/fetch-outcome.ts';
import type { FetchRequest } from '../../../src/ports/fetch.ts';
import { ruleCompiler } from '../../../src/stages/filter/filter.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';

const NOW = Date.UTC(2026, 10, 24);
const FEED = `<rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>A story</title></item><item><guid>2</guid><title>广告 here</title></item></channel></rss>`;
const answered = { url: 'https://origin.example/rss.xml', status: 200, redirects: [], hints: {} };

function bodyOf(text: string, contentType = 'application/rss+xml'): FetchOutcome {
  const body = Buffer.from(text);
  return { kind: 'body', body, again: () => body, contentType, links: { hubs: [] }, delta: false, ...answered };
}

/** @param outcomes  one for each visit; the last for all further ones */
async function trial(...outcomes: readonly [FetchOutcome, ...FetchOutcome[]]) {
  const asked: FetchRequest[] = [];
  const source = sampleSource({ rules: [{ type: 'keyword', field: 'title', any: ['广告'], then: 'drop' }] });
  const fetcher = {
    fetch: (request: FetchRequest) => {
      asked.push(request);
      return Promise.resolve(outcomes[asked.length - 1] ?? outcomes[0]);
    },
    close: () => Promise.resolve(),
  };
  const settings = sampleSettings({ sources: [source] });
  const deps = { settings, rulesFor: ruleCompiler(settings), fetcher, version: '1.2.3', now: () => NOW };
  return { asked, result: await trySource(source, deps, new AbortController().signal) };
}

describe('trySource', () => {
  it('tells what a feed would give, and what the rules would drop', async () => {
    const { asked, result } = await trial(bodyOf(FEED));
    if (result.kind !== 'feed') throw new Error(result.message);
    expect(result.feed.title).toBe('News');
    expect(result.decisions.map(({ kind }) => kind)).toEqual(['keep', 'drop']);
    expect(asked).toHaveLength(1);
    // Nothing is known before, so nothing is asked "if changed".
    expect(Object.keys(asked[0]?.headers ?? {}).filter((name) => /^if-/iu.test(name))).toEqual([]);
  });

  it.each<[string, FetchOutcome, RegExp]>([
    [
      'a failure',
      { kind: 'failed', failure: { kind: 'timeout', message: 'No answer.' }, hints: {}, redirects: [] },
      /^No answer\.$/u,
    ],
    ['a 410', { kind: 'gone', url: answered.url, redirects: [] }, /gone permanently \(410\)/u],
    ['a 304 to a plain question', { kind: 'not-modified', ...answered, status: 304 }, /to an unconditional request/u],
    ['what is no feed', bodyOf('just text', 'text/plain'), /./u],
  ])('says what is wrong: %s', async (_title, outcome, message) => {
    const { result } = await trial(outcome);
    expect(result.kind).toBe('failed');
    expect(result.kind === 'failed' && result.message).toMatch(message);
  });

  it('names the feeds that a page names', async () => {
    const page =
      '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>';
    const { result, asked } = await trial(bodyOf(page, 'text/html'), bodyOf(page, 'text/html'));
    expect(result).toMatchObject({ kind: 'failed', feedLinks: [{ url: 'https://origin.example/feed' }] });
    expect(asked.map(({ url }) => url)).toEqual(['https://origin.example/rss.xml', 'https://origin.example/feed']);
  });

  it('follows a page to the one feed that it names, as a check does', async () => {
    const page =
      '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>';
    const { result } = await trial(bodyOf(page, 'text/html'), bodyOf(FEED));
    expect(result).toMatchObject({ kind: 'feed', feed: { title: 'News' }, foundAt: 'https://origin.example/feed' });
  });
});
