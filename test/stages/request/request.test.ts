import { describe, expect, it } from 'vitest';
import type { FetchSettings, Source } from '../../../src/model/settings.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { budgetKey, buildRequest, userAgent } from '../../../src/stages/request/request.ts';

const FETCH: FetchSettings = {
  concurrency: 1,
  host: { concurrency: 1, delayMs: 0, scope: 'host' },
  timeoutMs: 1,
  connectTimeoutMs: 1,
  headersTimeoutMs: 1,
  bodyTimeoutMs: 1,
  maxBodyBytes: 1,
  allow: [],
};

function source(url: string, headers: Readonly<Record<string, string>> = {}): Source {
  return {
    id: 's',
    url,
    categories: ['c'],
    tags: [],
    timezone: 'UTC',
    schedule: { defaultMs: 1, minMs: 1, maxMs: 1 },
    fetch: FETCH,
    content: 'full',
    headers,
    rules: [],
  };
}

const IDENTITY = { version: '1.2.3', contact: 'mailto:ops@example.org', sources: 12 };
const URL_A = 'https://a.example.org/feed?x=1';

describe('buildRequest', () => {
  it('asks unconditionally, once, for a source that is new', () => {
    expect(buildRequest(source(URL_A), FIRST_STATE, IDENTITY)).toEqual({
      url: URL_A,
      configuredUrl: URL_A,
      headers: {
        'User-Agent': 'Feedmill/1.2.3 (+mailto:ops@example.org; 12 sources)',
        Accept: expect.stringContaining('application/rss+xml') as string,
      },
      settings: FETCH,
    });
  });

  it('sends the validators byte for byte, with the address they belong to', () => {
    const state = {
      ...FIRST_STATE,
      etag: 'W/"a\u00e9\\',
      lastModified: 'last tuesday',
      validatorsFor: 'https://b.org/',
    };
    const request = buildRequest(source(URL_A), state, IDENTITY);
    expect(request.validatorsFor).toBe('https://b.org/');
    expect(request.headers).toMatchObject({
      'If-None-Match': 'W/"a\u00e9\\',
      'If-Modified-Since': 'last tuesday',
      'A-IM': 'feed',
    });
  });

  it.each([
    ['only Last-Modified', { lastModified: 'x', validatorsFor: URL_A }, { 'If-Modified-Since': 'x' }],
    ['only an ETag', { etag: '"e"', validatorsFor: URL_A }, { 'If-None-Match': '"e"', 'A-IM': 'feed' }],
    ['none', {}, {}],
    ['one without its address', { etag: '"e"' }, {}],
  ])('with %s makes up nothing', (_title, validators, expected) => {
    const { headers } = buildRequest(source(URL_A), { ...FIRST_STATE, ...validators }, IDENTITY);
    const names = ['If-None-Match', 'If-Modified-Since', 'A-IM'];
    expect(Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))).toEqual(expected);
  });

  it.each([
    ['https://user:pa%20ss@a.example.org/f', 'user:pa ss'],
    ['https://%E7%94%A8:%E5%AF%86@a.example.org/f', '用:密'],
    ['https://user:50%@a.example.org/f', 'user:50%'],
    ['https://user@a.example.org/f', 'user:'],
  ])('turns the credentials of %s into a header', (url, credentials) => {
    const request = buildRequest(source(url), FIRST_STATE, IDENTITY);
    expect(request.url).toBe('https://a.example.org/f');
    const sent = (request.headers['Authorization'] ?? '').replace('Basic ', '');
    expect(Buffer.from(sent, 'base64').toString()).toBe(credentials);
  });

  it('lets the headers of the operator win, however they are spelt', () => {
    const { headers } = buildRequest(
      source('https://u:p@a.example.org/', { 'user-agent': 'Mine/1', authorization: 'Bearer t', 'X-Key': 'k' }),
      FIRST_STATE,
      IDENTITY,
    );
    expect(headers).toMatchObject({ 'User-Agent': 'Mine/1', Authorization: 'Bearer t', 'X-Key': 'k' });
    expect(Object.keys(headers)).toHaveLength(4);
  });

  it.each([
    ['the same origin', 'https://a.example.org/new', 'https://a.example.org/old', true],
    ['its https form', 'https://a.example.org/f', 'http://a.example.org/f', true],
    ['another host', 'https://b.example.org/f', 'https://a.example.org/f', false],
    ['another port', 'https://a.example.org:8443/f', 'https://a.example.org/f', false],
  ])('asks an adopted address on %s', (_title, adoptedUrl, url, personal) => {
    const state = { ...FIRST_STATE, adoptedUrl, adoptedFrom: url };
    const request = buildRequest(source(url, { Authorization: 'Bearer t', Accept: 'text/xml' }), state, IDENTITY);
    expect(request.url).toBe(adoptedUrl);
    expect(request.headers['Authorization']).toBe(personal ? 'Bearer t' : undefined);
    expect(request.headers['Accept']).toBe('text/xml');
  });

  it('forgets an adopted address when the config names another', () => {
    const state = { ...FIRST_STATE, adoptedUrl: 'https://b.org/', adoptedFrom: 'https://old.org/' };
    expect(buildRequest(source(URL_A), state, IDENTITY).url).toBe(URL_A);
  });
});

describe('userAgent', () => {
  it.each([
    [{ version: '1', sources: 1 }, 'Feedmill/1 (1 source)'],
    [{ version: '1', sources: 2, contact: '' }, 'Feedmill/1 (2 sources)'],
    [
      { version: '1', sources: 2, contact: 'https://x.org/(bot) 用' },
      'Feedmill/1 (+https://x.org/bot%20%E7%94%A8; 2 sources)',
    ],
    [{ version: '1', sources: 2, contact: 'a\r\nb' }, 'Feedmill/1 (+a%0D%0Ab; 2 sources)'],
  ])('%j', (identity, expected) => {
    expect(userAgent(identity)).toBe(expected);
  });
});

describe('budgetKey', () => {
  it.each([
    ['https://A.example.org./f?x#y', 'host', 'a.example.org'],
    ['http://a.example.org/f', 'host', 'a.example.org'],
    ['http://a.example.org/f', 'host-and-port', 'a.example.org:80'],
    ['https://a.example.org/f', 'host-and-port', 'a.example.org:443'],
    ['https://a.example.org:8443/f', 'host-and-port', 'a.example.org:8443'],
    ['https://u:p@a.example.org/f?x#y', 'url', 'https://a.example.org/f?x'],
    ['nonsense', 'host', 'nonsense'],
  ] as const)('%s by %s', (url, scope, expected) => {
    expect(budgetKey(url, scope)).toBe(expected);
  });
});
