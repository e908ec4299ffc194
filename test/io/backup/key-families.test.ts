/** Does each key of Redis belong to an export, or to what is made without one? */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXPORTED, isReplaced, matcher, REBUILT } from '../../../src/io/backup/key-families.ts';

const io = fileURLToPath(new URL('../../../src/io/', import.meta.url));

/** Names of keys as the comments at the top of the stores list them, with an example for each part that varies. */
function documentedKeys(): readonly string[] {
  return readdirSync(io, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(`${io}${file}`, 'utf8');
      const blocks = [...text.matchAll(/^\/\*\n( \* (?:Keys|Ids and hashes)[^]*?)\*\/$/gmu)].map(
        ([, block = '']) => block,
      );
      return blocks.flatMap((block) => [...block.matchAll(/^ \* {3}(\S+) {1,}\S/gmu)].map(([, name = '']) => name));
    });
}

const example = (name: string): string =>
  name
    .replace(/^([km]):XXXX$/u, '$1:ab12')
    .replace(/^p:ID$/u, 'p:0123456789abcdef')
    .replace(
      /^(n2|n|t):(.*)$/u,
      (_all, kind: string, rest: string) => `${kind}:${rest.replace(/[LSN]/gu, '7').replace('XXX', '3ff')}`,
    )
    .replace(/(?<=:)[A-Z]+/gu, 'some:name');

describe('the families of keys', () => {
  const keys = documentedKeys();
  const isExported = matcher(EXPORTED.flat());
  const isRebuilt = matcher(REBUILT);

  it('hold each key that a store describes, either as exported or as rebuilt', () => {
    expect(keys.length).toBeGreaterThan(60);
    const wrong = keys.map(example).filter((name) => isExported(name) === isRebuilt(name));
    expect(wrong).toEqual([]);
  });

  it('are none that no store describes', () => {
    const known = keys.map(example);
    const queues = /^(?:sweep|refresh|publish|hub|hub-verify|websub):\*$/u;
    const unknown = [...EXPORTED.flat(), ...REBUILT].filter(
      (family) => !queues.test(family) && family !== 'woken:*' && !known.some(matcher([family])),
    );
    expect(unknown).toEqual([]);
  });

  it.each(['refresh:12', 'generation:members', 'import', 'd:/all.rss', 'paths'])(
    'an import does not remove %s',
    (name) => {
      expect(isReplaced(name)).toBe(false);
    },
  );

  it.each(['p:0123456789abcdef', 'x:all', 'inputs', 'due', 'a key of another version'])(
    'an import removes %s',
    (name) => {
      expect(isReplaced(name)).toBe(true);
    },
  );
});
