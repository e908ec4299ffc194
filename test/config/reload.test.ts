import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { decideReload, describeChanges } from '../../src/config/reload.ts';
import { ConfigError } from '../../src/model/errors.ts';
import type { Settings } from '../../src/model/settings.ts';

const BEFORE = `site: { url: https://news.example.org }
categories: [{ slug: a }, { slug: b }]
sources:
  - { id: one, url: https://one.example.org/ }
  - { id: two, url: https://two.example.org/, categories: [a] }
`;

function read(text: string): Settings {
  return readConfig([{ path: 'config/a.yaml', name: 'a.yaml', text }], {});
}

describe('decideReload', () => {
  const running = read(BEFORE);

  it('does nothing for an edit that changes no value', () => {
    expect(decideReload(running, read(`# a comment\n\n${BEFORE}`))).toEqual({ kind: 'unchanged' });
  });

  it('lets the running config stay where the edited one is wrong', () => {
    const problem = { file: 'config/a.yaml', line: 1, column: 1, path: '', message: 'is wrong' };
    expect(decideReload(running, new ConfigError([problem]))).toEqual({ kind: 'refused', problems: [problem] });
  });

  it.each<[string, string, string]>([
    ['a new source', `${BEFORE}  - { id: three, url: https://three.example.org/ }\n`, 'added source three'],
    ['a source that went', BEFORE.replace(/.*id: one.*\n/, ''), 'removed source one'],
    ['a changed source', BEFORE.replace('categories: [a] }', 'categories: [b] }'), 'changed source two'],
    [
      'a changed rule',
      BEFORE.replace('categories: [a] }', 'categories: [a], rules: [{ type: tags, add: [x] }] }'),
      'changed source two',
    ],
    ['a renamed category', BEFORE.replace('slug: b', 'slug: c'), 'added category c; removed category b'],
    ['a changed title', BEFORE.replace('slug: b', 'slug: b, title: B'), 'changed category b'],
    [
      'a new title of the site',
      BEFORE.replace('{ url: https://news', '{ title: New, url: https://news'),
      'changed site',
    ],
    ['another order', BEFORE.replace('{ slug: a }, { slug: b }', '{ slug: b }, { slug: a }'), 'another order'],
    [
      'a value for all, which changes what each source has',
      `${BEFORE}schedule: { min: 1m }\n`,
      'changed source one, two; changed schedule',
    ],
    [
      'values that wait for the next start',
      `${BEFORE}http: { port: 1, limit: 5s }\nredis: { url: redis://a }\npublish: { directory: x, jekyll: { directory: y } }\n`,
      'changed http, redis, publish; http.port, redis, publish.directory, publish.jekyll.directory from the next start on',
    ],
  ])('tells of %s', (_title, text, description) => {
    const settings = read(text);
    const decision = decideReload(running, settings);
    expect(decision).toMatchObject({ kind: 'applied', settings });
    expect(decision.kind === 'applied' && describeChanges(decision.changes)).toBe(description);
  });

  it('keeps the id of the site while it runs, whatever the config says', () => {
    const site = { ...running.site, id: 'http://old.example.org', formerUrls: ['http://old.example.org'] };
    const identified = { ...running, site };
    expect(decideReload(identified, read(BEFORE))).toEqual({ kind: 'unchanged' });
    const decision = decideReload(identified, read(BEFORE.replace('{ url', '{ id: https://x.example.org, url')));
    expect(decision).toMatchObject({
      kind: 'applied',
      settings: { site: { id: 'http://old.example.org' } },
      changes: { sections: ['site'], needRestart: ['site.id'] },
    });
  });

  it('names ten of many sources', () => {
    const many = Array.from({ length: 12 }, (_, n) => `  - { id: s${n}, url: https://${n}.example.org/ }\n`).join('');
    const decision = decideReload(running, read(BEFORE + many));
    expect(decision.kind === 'applied' && describeChanges(decision.changes)).toBe(
      'added source s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more',
    );
  });
});
