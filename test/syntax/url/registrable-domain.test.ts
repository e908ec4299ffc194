import { describe, expect, it } from 'vitest';
import { registrableDomain } from '../../../src/syntax/url/registrable-domain.ts';

describe('registrableDomain', () => {
  it.each([
    ['reader.example.co.uk', 'example.co.uk'],
    ['a.b.c.example.org.', 'example.org'],
    ['one.github.io', 'one.github.io'],
    ['deep.one.github.io', 'one.github.io'],
    ['co.uk', 'co.uk'],
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['xn--fiq228c.example.xn--fiqs8s', 'example.xn--fiqs8s'],
  ])('of %s is %s', (host, domain) => {
    expect(registrableDomain(host)).toBe(domain);
  });
});
