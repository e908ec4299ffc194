/** Does every document have one path, and every path one meaning? */
import { fc } from '../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import {
  feedPath,
  formatPosition,
  parsePosition,
  postIdFromPath,
  postPath,
  scopeFromPath,
  scopePath,
  tagHasPages,
} from '../../src/model/paths.ts';
import type { FeedScope } from '../../src/model/output.ts';

describe('feedPath', () => {
  it.each<[FeedScope, string]>([
    [{ kind: 'all' }, '/all.rss'],
    [{ kind: 'category', slug: 'xinhuashe' }, '/category/xinhuashe.rss'],
    [{ kind: 'tag', tag: '股票' }, '/tag/%E8%82%A1%E7%A5%A8.rss'],
    [{ kind: 'tag', tag: 'C#' }, '/tag/C%23.rss'],
    [{ kind: 'tag', tag: 'a/b' }, '/tag/a%252Fb.rss'],
    [{ kind: 'tag', tag: '50%' }, '/tag/50%2525.rss'],
    [{ kind: 'tag', tag: '..' }, '/tag/%252E..rss'],
    [{ kind: 'source', id: 'xinhua-finance' }, '/source/xinhua-finance.rss'],
  ])('of %o is %s', (scope, path) => {
    expect(feedPath(scope, 'rss')).toBe(path);
  });

  it('of an archive page names its position', () => {
    const before = formatPosition({ sortAt: 1_640_278_791_000, id: '9000000000000014' });
    expect(feedPath({ kind: 'all' }, 'atom', before)).toBe('/all/before/1640278791000-9000000000000014.atom');
  });
});

describe('scopeFromPath', () => {
  it('understands every path that feedPath makes', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{Surrogate}/u.test(text));
    const scope = fc.oneof(
      fc.constant<FeedScope>({ kind: 'all' }),
      name.map((slug): FeedScope => ({ kind: 'category', slug })),
      name.map((tag): FeedScope => ({ kind: 'tag', tag })),
      name.map((id): FeedScope => ({ kind: 'source', id })),
    );
    const format = fc.constantFrom('html', 'rss', 'atom', 'json');
    const position = fc.option(fc.constantFrom('1640278791000-9000000000000014', '-1-0000000000000000'));
    fc.assert(
      fc.property(scope, format, position, (one, form, before) => {
        expect(scopeFromPath(feedPath(one, form, before ?? undefined))).toEqual({
          scope: one,
          format: form,
          ...(before !== null && { before }),
        });
      }),
    );
  });

  it('leaves the form open where the path has no suffix', () => {
    expect(scopeFromPath('/category/x')).toEqual({ scope: { kind: 'category', slug: 'x' }, format: undefined });
  });

  it('takes the last suffix only', () => {
    expect(scopeFromPath('/tag/x.html.rss')).toEqual({ scope: { kind: 'tag', tag: 'x.html' }, format: 'rss' });
  });

  it.each([
    '/',
    '',
    '/category/',
    '/category/.rss',
    '/category/a/b.rss',
    '/tag/%ff.rss',
    '/tag/%.rss',
    '/other/x.rss',
    'all',
  ])('finds no feed under %s', (path) => {
    expect(scopeFromPath(path)).toBeUndefined();
  });
});

describe('postIdFromPath', () => {
  it('understands the path of a post', () => {
    expect(postIdFromPath(postPath('0123456789abcdef'))).toBe('0123456789abcdef');
  });

  it.each(['/post/0123456789ABCDEF.html', '/post/x.html', '/post/0123456789abcdef', '/category/x.html'])(
    'finds no post under %s',
    (path) => {
      expect(postIdFromPath(path)).toBeUndefined();
    },
  );
});

describe('parsePosition', () => {
  it('understands what formatPosition writes', () => {
    const position = { sortAt: -5, id: '0123456789abcdef' };
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each([
    '',
    '1640278791000',
    'x-0123456789abcdef',
    '1-0123456789abcde',
    '1-0123456789abcdef; DROP',
    '1e9-0123456789abcdef',
  ])('finds none in %s', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });
});

describe('tagHasPages', () => {
  it.each([
    ['股票', true],
    [' ', false],
    ['', false],
    ['字'.repeat(66), true],
    ['字'.repeat(67), false],
  ])('of %s is %s', (tag, has) => {
    expect(tagHasPages(tag)).toBe(has);
  });

  it('means that the name fits into a file name with all its suffixes', () => {
    const name = decodeURIComponent(
      scopePath({ kind: 'tag', tag: '字'.repeat(66) })
        .split('/')
        .at(-1) ?? '',
    );
    expect(Buffer.byteLength(`${name}.json.gz`)).toBeLessThanOrEqual(255);
  });
});
