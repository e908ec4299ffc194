/** Does every document have one path, and every path one meaning? */
import { fc } from '../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import {
  feedPath,
  feedPathBefore,
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
    [{ kind: 'tag', tag: '..' }, '/tag/%252E%252E.rss'],
    [{ kind: 'source', id: 'xinhua-finance' }, '/source/xinhua-finance.rss'],
  ])('of %o is %s', (scope, path) => {
    expect(feedPath(scope, 'rss')).toBe(path);
  });

  it('of an archive page names its position', () => {
    const before = formatPosition({ sortAt: 1_640_278_791_000, id: '9000000000000014' });
    expect(feedPath({ kind: 'all' }, 'atom', before)).toBe('/all/before/1640278791000-9000000000000014.atom');
  });
});

/** Name of the file that a static copy has for a tag. */
function fileOf(tag: string): string {
  return decodeURIComponent(feedPath({ kind: 'tag', tag }, 'rss').slice('/tag/'.length));
}

describe('the file name of a tag', () => {
  it.each([
    ['股票', '股票.rss'],
    ['New York', 'New York.rss'],
    ['a:b', 'a%3Ab.rss'],
    ['<b> "c" | d*?', '%3Cb%3E %22c%22 %7C d%2A%3F.rss'],
    ['a\\b', 'a%5Cb.rss'],
    ['etc.', 'etc%2E.rss'],
    ['U.S.', 'U.S%2E.rss'],
    ['trailing ', 'trailing%20.rss'],
    ['.hidden', '%2Ehidden.rss'],
    ['con', '%63on.rss'],
    ['AUX', '%41UX.rss'],
    ['nul.txt', '%6Eul.txt.rss'],
    ['com1 .x', '%63om1 .x.rss'],
    ['LPT¹', '%4CPT¹.rss'],
    ['CONOUT$', '%43ONOUT$.rss'],
    ['console', 'console.rss'],
    ['com10', 'com10.rss'],
  ])('%j is %s, which every system takes', (tag, file) => {
    expect(fileOf(tag)).toBe(file);
  });

  it('holds nothing that any system refuses, whatever the tag', () => {
    const piece = fc.oneof(
      fc.constantFrom(...Array.from('"<>:|*?/\\. %\0\n\u007f'), 'con', 'NUL', 'com3', 'a'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const name = fileOf(pieces.join('')).replace(/\.rss$/u, '');
        expect(name).not.toMatch(/["<>:|*?/\\\0-\x1f\x7f]|^\.|[. ]$/u);
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?: *\.|$)/iu);
      }),
    );
  });

  it.each(['a:b', 'etc.', 'CON', '股票', '50%', '..'])(
    '%j is found under the address that it had before, too',
    (tag) => {
      const scope = { kind: 'tag', tag } as const;
      const before = '1-0123456789abcdef';
      expect(scopeFromPath(feedPathBefore(scope, 'rss'))).toEqual({ scope, format: 'rss' });
      expect(scopeFromPath(feedPathBefore(scope, 'json', before))).toEqual({ scope, format: 'json', before });
    },
  );
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
    [`${':'.repeat(60)}x`, true],
    [':'.repeat(100), false],
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
