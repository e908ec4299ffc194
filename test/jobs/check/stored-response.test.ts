import { describe, expect, it } from 'vitest';
import { asFetched } from '../../../src/jobs/check/stored-response.ts';

const body = Buffer.from('<rss/>');
const url = 'https://a.example/feed';

describe('asFetched', () => {
  it('makes a response that asks for nothing: no redirect, no hint, no validator, no hub', () => {
    const fetched = asFetched({ url, body }, { delta: false });
    expect(fetched).toEqual({
      kind: 'body',
      status: 200,
      url,
      redirects: [],
      hints: {},
      body,
      again: fetched.again,
      links: { hubs: [] },
      delta: false,
    });
    expect(fetched.again()).toBe(body);
  });

  it('keeps what decides how the bytes are read', () => {
    const contentLocation = 'https://a.example/other';
    expect(
      asFetched({ url, body, contentType: 'text/xml; charset=gbk', contentLocation }, { delta: true }),
    ).toMatchObject({
      contentType: 'text/xml; charset=gbk',
      contentLocation,
      delta: true,
    });
  });
});
