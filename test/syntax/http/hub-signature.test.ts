import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature, signBody, SIGNATURE_METHODS } from '../../../src/syntax/http/hub-signature.ts';

const BODY = new TextEncoder().encode('<rss><channel><title>财经要闻</title></channel></rss>');
const SECRET = 'a secret of this very subscription';

// RFC 2202 case 2 and RFC 4231 case 2: key "Jefe".
const JEFE = new TextEncoder().encode('what do ya want for nothing?');
const VECTORS = [
  ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ['sha384', 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
] as const;

describe('signBody', () => {
  it.each(VECTORS)('makes the %s of the published vector', (method, hex) => {
    expect(signBody(JEFE, 'Jefe', method)).toBe(`${method}=${hex}`);
  });

  it('signs with sha256 where nothing else is asked', () => {
    expect(signBody(BODY, SECRET)).toBe(`sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`);
  });
});

describe('checkSignature', () => {
  it.each(SIGNATURE_METHODS)('accepts what was signed with %s', (method) => {
    expect(checkSignature(signBody(BODY, SECRET, method), BODY, SECRET)).toEqual({ kind: 'valid', method });
  });

  const good = signBody(BODY, SECRET);
  it.each([
    ['hex digits in capitals', good.toUpperCase().replace('SHA256', 'sha256')],
    ['the method in capitals', good.replace('sha256', 'SHA256')],
    ['blanks around it', `  ${good} `],
  ])('accepts %s', (_title, header) => {
    expect(checkSignature(header, BODY, SECRET).kind).toBe('valid');
  });

  it.each([
    ['no header', undefined, 'missing'],
    ['an empty header', '', 'missing'],
    ['a header of blanks', '   ', 'missing'],
    ['a bare digest', good.replace('sha256=', ''), 'unreadable'],
    ['an unknown method', good.replace('sha256', 'md5'), 'unreadable'],
    ['a name from the prototype of objects', good.replace('sha256', 'constructor'), 'unreadable'],
    ['half a byte', good.slice(0, -1), 'unreadable'],
    ['letters that are no digits', `sha256=${'z'.repeat(64)}`, 'unreadable'],
    ['two signatures', `${good}, ${good}`, 'unreadable'],
    ['an empty digest', 'sha256=', 'unreadable'],
    ['a digest cut short', good.slice(0, -2), 'wrong'],
    ['a digest with more behind it', `${good}00`, 'wrong'],
    ['the digest of another method', signBody(BODY, SECRET, 'sha1').replace('sha1', 'sha256'), 'wrong'],
    ['another secret', signBody(BODY, `${SECRET}!`), 'wrong'],
    ['another body', signBody(BODY.slice(1), SECRET), 'wrong'],
  ])('refuses %s', (_title, header, kind) => {
    expect(checkSignature(header, BODY, SECRET).kind).toBe(kind);
  });
});
