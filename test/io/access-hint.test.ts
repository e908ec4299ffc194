import { describe, expect, it } from 'vitest';
import { accessHint } from '../../src/io/access-hint.ts';

const user = String(process.getuid?.());

function failed(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('accessHint', () => {
  it.each([['EACCES'], ['EPERM']])('names the user by number for %s, and the command that helps', (code) => {
    expect(accessHint(failed(code), 'data/redis')).toBe(
      `user ${user} may not write there; give the folder to that user (chown -R ${user} data/redis) or mount a volume that it owns`,
    );
  });

  it('asks for a volume where the file system is read-only', () => {
    expect(accessHint(failed('EROFS'), 'public')).toBe(
      `the file system is read-only; mount a volume that user ${user} owns at public`,
    );
  });

  it('says nothing about other errors', () => {
    expect(accessHint(failed('ENOSPC'), 'public')).toBe('');
  });
});
