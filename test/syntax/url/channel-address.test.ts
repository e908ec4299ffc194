import { describe, expect, it } from 'vitest';
import { channelFeed } from '../../../src/syntax/url/channel-address.ts';
import sites from '../../../src/syntax/url/channel-addresses.json' with { type: 'json' };

const examples = sites.flatMap(({ site, patterns }) =>
  patterns.flatMap((pattern) =>
    pattern.examples.map(([page, feed]) => ({ site, page, feed, isBridge: 'bridge' in pattern })),
  ),
);

describe('channelFeed', () => {
  it.each(examples)('$site: $page is read at $feed', ({ site, page = '', feed, isBridge }) => {
    const found = isBridge ? { kind: 'bridge', site, path: feed } : { kind: 'feed', site, url: feed };
    expect(channelFeed(page)).toEqual(found);
  });

  it.each(examples.filter(({ isBridge }) => !isBridge))('$feed is a feed already', ({ feed = '' }) => {
    expect(channelFeed(feed)).toBeUndefined();
  });

  it('has two patterns for no example', () => {
    const matches = examples.filter(({ page = '' }) => channelFeed(page) === undefined);
    expect(matches).toEqual([]);
    expect(examples.length).toBeGreaterThan(50);
  });

  it.each([
    ['https://www.youtube.com/@handle'],
    ['https://www.youtube.com/c/name'],
    ['https://www.youtube.com/watch?v=abc'],
    ['https://github.com/redis/redis'],
    ['https://github.com/redis/redis/releases.atom'],
    ['https://blog.example.org/@me'],
    ['https://example.org/channel/UCBR8-60-B28hp2BmDPdntcQ'],
    ['https://notreddit.com/r/programming'],
    ['https://reddit.com.example.org/r/programming'],
    ['https://www.reddit.com/r/programming/.rss'],
    ['https://mastodon.social/@Gargron/109252111498807689'],
    ['https://mastodon.social/@Gargron.rss'],
    ['https://astralcodexten.substack.com/p/a-post'],
    ['https://medium.com/@ev/a-post-123'],
    ['https://zhuanlan.zhihu.com/p/123456'],
    ['https://mp.weixin.qq.com/s/abcdef'],
    ['https://user@github.com/redis/redis/releases'],
    ['https://github.com:8443/redis/redis/releases'],
    ['ftp://github.com/redis/redis/releases'],
    ['nonsense'],
  ])('leaves %s as it is', (address) => {
    expect(channelFeed(address)).toBeUndefined();
  });
});
