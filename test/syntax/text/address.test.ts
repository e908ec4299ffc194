import { expect, it } from 'vitest';
import { isAddress } from '../../../src/syntax/text/address.ts';

it.each([
  'https://a.org/ada',
  '//a.org/i.png',
  'www.a.org',
  'a.org/ada',
  'ada@a.org',
  '<mailto:ada@a.org>',
  'acct:ada@a.org',
])('%s is an address', (text) => {
  expect(isAddress(text)).toBe(true);
});

it.each(['Ada', 'A. Lovelace', 'AC/DC', 'example.org', '@ada', '新华社/李明', 'Ada @ work', 'Ada (https://a.org)'])(
  '%s is none',
  (text) => {
    expect(isAddress(text)).toBe(false);
  },
);
