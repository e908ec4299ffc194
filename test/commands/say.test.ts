/** Can text from outside reach a terminal in a form that it obeys? */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { complain, jsonText, plain, say, sayJson } from '../../src/commands/say.ts';
import { table } from '../../src/commands/table.ts';

const COMMANDS = new URL('../../src/commands/', import.meta.url);

/** Moves the cursor, sets the title of the window, rings, hides text, turns its direction, in one byte or two. */
const HOSTILE = [
  ...[
    '\u001b[2J',
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\u009d0;title\u009c',
    '\u001b[8m',
    'a\rb',
    'a\bb',
    '\u0000',
    '\u007f',
  ],
  ...['\u202eexe.fdp', '\u2066x\u2069', '\u200f', '\u061c', '\u2028', '\u0085', '\u001b\u001b[31m[2J', '\u001bc'],
];
const OBEYED = /(?!\n)[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

afterEach(() => {
  vi.restoreAllMocks();
});

/** What was written to standard output and standard error. */
function written(print: () => void): string {
  const texts: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      texts.push(String(text));
      return true;
    });
  }
  print();
  vi.restoreAllMocks();
  return texts.join('');
}

const withoutColours = (text: string): string => text.replace(/\u001b\[3[1239]m/gu, '');

describe('what commands print', () => {
  it.each(HOSTILE.map((text) => [JSON.stringify(text), text]))('shows %s and does not obey it', (_title, text) => {
    const print = () => {
      say(`before ${text} after`);
      say(table(['A', 'B'], [[text, 'x']]));
      complain(text);
    };
    expect(withoutColours(written(print))).not.toMatch(OBEYED);
    expect(plain(text)).not.toMatch(/\n|\u001b/u);
  });

  it('keeps lines and the colours of commands', () => {
    expect(
      written(() => {
        say('\u001b[31mfailed\u001b[39m\nnext');
      }),
    ).toBe('\u001b[31mfailed\u001b[39m\nnext\n');
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text), text]))(
    'is JSON that means %s, without the characters',
    (_title, text) => {
      const value = { [text]: [text], other: '标题 “x”' };
      const printed = written(() => {
        sayJson(value, 2);
      });
      expect(printed).not.toMatch(OBEYED);
      expect(JSON.parse(printed)).toEqual(value);
      expect(jsonText(value)).toContain('标题 “x”');
    },
  );

  it('goes through `say.ts`, but for documents, progress, and the log of `start`', () => {
    const direct = readdirSync(COMMANDS).flatMap((file) => {
      const lines = readFileSync(new URL(file, COMMANDS), 'utf8').split('\n');
      return lines.flatMap((line) =>
        /std(?:out|err)\.write|console\./u.test(line) ? [`${file}: ${line.trim()}`] : [],
      );
    });
    expect(direct.filter((line) => !line.startsWith('say.ts'))).toEqual([
      expect.stringMatching(/^opml\.ts: .*\? renderSourcesOpml/u),
      expect.stringMatching(/^print-feed\.ts: .*jsonText\(answer\)/u),
      expect.stringMatching(/^progress\.ts/u),
      expect.stringMatching(/^schema\.ts: .*configJsonSchemaText\(\)/u),
      expect.stringMatching(/^start\.ts/u),
    ]);
  });
});
