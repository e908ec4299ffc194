/** Which requests does our hub take (WebSub §5.1)? */
import { describe, expect, it } from 'vitest';
import { judgeHubRequest, LEASE_SECONDS, subscriptionId } from '../../../src/stages/hub/request.ts';
import { sampleSettings } from '../render/samples.ts';

const NOW = Date.UTC(2026, 0, 1);
const TOPIC = 'https://news.example.org/category/xinhuashe.rss';
const usual = { 'hub.mode': 'subscribe', 'hub.topic': TOPIC, 'hub.callback': 'https://reader.example/cb?user=1' };

function judge(parameters: Readonly<Record<string, string>>, settings = sampleSettings()) {
  return judgeHubRequest(new URLSearchParams(parameters), '192.0.2.1', settings, NOW);
}

function withSite(url: string) {
  const settings = sampleSettings();
  return { ...settings, site: { ...settings.site, url } };
}

describe('judgeHubRequest', () => {
  it('takes mode, topic and callback, and grants its own lease', () => {
    expect(judge(usual)).toEqual({
      kind: 'accepted',
      request: {
        mode: 'subscribe',
        topic: '/category/xinhuashe.rss',
        topicUrl: TOPIC,
        callback: 'https://reader.example/cb?user=1',
        leaseSeconds: LEASE_SECONDS.default,
        askedAt: NOW,
        requester: '192.0.2.1',
      },
    });
  });

  it('ignores parameters it does not know', () => {
    expect(judge({ ...usual, 'hub.verify': 'sync', x: 'y' })).toEqual(judge(usual));
  });

  it.each([
    ['', LEASE_SECONDS.default],
    ['1', LEASE_SECONDS.least],
    ['86400', 86_400],
    ['99999999999', LEASE_SECONDS.most],
  ])('turns a requested lease of "%s" into one of %d seconds: none is endless', (written, leaseSeconds) => {
    expect(judge({ ...usual, 'hub.lease_seconds': written })).toMatchObject({ request: { leaseSeconds } });
  });

  it.each([
    ['/category/xinhuashe.rss'],
    ['/category/xinhuashe.atom'],
    ['/category/xinhuashe.json'],
    ['/all.atom'],
    ['/tag/%E8%82%A1%E7%A5%A8.json'],
    ['/source/xinhua-finance.rss'],
  ])('knows the topic %s', (path) => {
    expect(judge({ ...usual, 'hub.topic': `https://news.example.org${path}` })).toMatchObject({
      request: { topic: path },
    });
  });

  it('knows topics under an address that the site had before', () => {
    const settings = withSite('https://new.example.org/news');
    const moved = { ...settings, site: { ...settings.site, formerUrls: ['https://news.example.org'] } };
    expect(judge(usual, moved)).toMatchObject({ request: { topic: '/category/xinhuashe.rss', topicUrl: TOPIC } });
    expect(judge(usual, settings)).toMatchObject({ kind: 'refused' });
  });

  it('knows topics below the path of a site', () => {
    const found = judge(
      { ...usual, 'hub.topic': 'https://example.org/news/all.rss' },
      withSite('https://example.org/news'),
    );
    expect(found).toMatchObject({ kind: 'accepted', request: { topic: '/all.rss' } });
  });

  it('gives a secret on, up to 199 bytes', () => {
    const secret = 's'.repeat(199);
    expect(judge({ ...usual, 'hub.secret': secret })).toMatchObject({ request: { secret } });
  });

  it.each([
    ['no mode', { 'hub.mode': '' }, 'hub.mode must be subscribe or unsubscribe'],
    ['the mode publish', { 'hub.mode': 'publish' }, 'only the feeds of its own site'],
    ['a foreign topic', { 'hub.topic': 'https://other.example/feed' }, 'hub.topic must be'],
    ['a topic of another scheme', { 'hub.topic': TOPIC.replace('https', 'http') }, 'hub.topic must be'],
    ['a page as topic', { 'hub.topic': TOPIC.replace('.rss', '.html') }, 'hub.topic must be'],
    ['a topic without a form', { 'hub.topic': TOPIC.replace('.rss', '') }, 'hub.topic must be'],
    [
      'an archive page as topic',
      { 'hub.topic': TOPIC.replace('.rss', '/before/1-9000000000000000.rss') },
      'hub.topic must be',
    ],
    ['a category that is not there', { 'hub.topic': TOPIC.replace('xinhuashe', 'nothing') }, 'hub.topic must be'],
    ['a source that is not there', { 'hub.topic': 'https://news.example.org/source/x.rss' }, 'hub.topic must be'],
    ['no topic', { 'hub.topic': '' }, 'hub.topic must be'],
    ['a topic with a fragment', { 'hub.topic': `${TOPIC}#x` }, 'hub.topic must be'],
    ['a topic with an empty fragment', { 'hub.topic': `${TOPIC}#` }, 'hub.topic must be'],
    ['a topic with a query', { 'hub.topic': `${TOPIC}?x` }, 'hub.topic must be'],
    ['a long topic', { 'hub.topic': `https://news.example.org/tag/${'x/../'.repeat(500)}` }, 'hub.topic must be'],
    ['no callback', { 'hub.callback': '' }, 'hub.callback must be an http or https address'],
    ['a callback without a host', { 'hub.callback': 'https://' }, 'hub.callback must be an http or https address'],
    ['a callback of another scheme', { 'hub.callback': 'ftp://reader.example/' }, 'must be an http or https address'],
    ['a callback with a password', { 'hub.callback': 'https://a:b@reader.example/' }, 'user name or password'],
    ['a callback with a fragment', { 'hub.callback': 'https://reader.example/#x' }, 'fragment'],
    ['a long callback', { 'hub.callback': `https://reader.example/${'x'.repeat(2_000)}` }, 'longer than 2000'],
    ['a callback on this machine', { 'hub.callback': 'http://127.0.0.1/cb' }, 'must be a public address'],
    ['a callback on this machine, in IPv6', { 'hub.callback': 'http://[::1]/cb' }, 'must be a public address'],
    ['a callback hidden in IPv6', { 'hub.callback': 'http://[::ffff:10.0.0.1]/' }, 'must be a public address'],
    ['a callback on a cloud’s own address', { 'hub.callback': 'http://169.254.169.254/' }, 'must be a public address'],
    ['a secret of 200 bytes', { 'hub.secret': 's'.repeat(200) }, 'less than 200 bytes'],
    ['a secret of 67 Chinese characters', { 'hub.secret': '密'.repeat(67) }, 'less than 200 bytes'],
    ['a negative lease', { 'hub.lease_seconds': '-1' }, 'hub.lease_seconds must be'],
    ['a lease in words', { 'hub.lease_seconds': 'for ever' }, 'hub.lease_seconds must be'],
  ])('refuses %s, and says why', (_what, changes, message) => {
    const found = judge({ ...usual, ...changes });
    expect(found.kind === 'refused' ? found.message : '').toContain(message);
  });

  it('takes a private callback where the config opens that network', () => {
    const settings = sampleSettings();
    const open = { ...settings, publish: { ...settings.publish, websubAllow: ['127.0.0.0/8'] } };
    expect(judge({ ...usual, 'hub.callback': 'http://127.0.0.1:8080/cb' }, open).kind).toBe('accepted');
  });

  it('takes no private callback in a network that is open to sources', () => {
    const settings = sampleSettings();
    const open = { ...settings, fetch: { ...settings.fetch, allow: ['127.0.0.0/8'] } };
    expect(judge({ ...usual, 'hub.callback': 'http://127.0.0.1:8080/cb' }, open).kind).toBe('refused');
  });
});

describe('subscriptionId', () => {
  it('tells apart callbacks that differ in their query alone, and topics', () => {
    const ids = [
      { topic: '/all.rss', callback: 'https://reader.example/cb?user=1' },
      { topic: '/all.rss', callback: 'https://reader.example/cb?user=2' },
      { topic: '/all.atom', callback: 'https://reader.example/cb?user=1' },
    ].map(subscriptionId);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/u);
  });
});
