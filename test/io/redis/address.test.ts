/** Are the addresses of Redis parsed, and shown without their secrets? */
import { describe, expect, it } from 'vitest';
import { connectionOptions, describeRedisAddress, parseRedisAddress } from '../../../src/io/redis/address.ts';

describe('parseRedisAddress', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }, 'redis://localhost:6379'],
    ['valkey://localhost:7000', { host: 'localhost', port: 7000, db: 0 }, 'redis://localhost:7000'],
    ['redis://127.0.0.1:6380/3', { host: '127.0.0.1', port: 6380, db: 3 }, 'redis://127.0.0.1:6380/3'],
    ['redis://[::1]:6379', { host: '::1', port: 6379, db: 0 }, 'redis://[::1]:6379'],
    ['redis://', { host: '127.0.0.1', port: 6379, db: 0 }, 'redis://127.0.0.1:6379'],
    [
      'rediss://mill:p%40ss@redis.example.org:6380/1',
      { host: 'redis.example.org', port: 6380, tls: {}, username: 'mill', password: 'p@ss', db: 1 },
      'rediss://redis.example.org:6380/1',
    ],
    [
      'redis://:secret@redis.example.org',
      { host: 'redis.example.org', port: 6379, password: 'secret', db: 0 },
      'redis://redis.example.org:6379',
    ],
    ['unix:///run/redis.sock', { path: '/run/redis.sock', db: 0 }, 'unix:/run/redis.sock'],
    ['unix://:secret@/run/a%20b.sock?db=2', { path: '/run/a b.sock', password: 'secret', db: 2 }, 'unix:/run/a b.sock'],
    ['/run/redis.sock', { path: '/run/redis.sock', db: 0 }, 'unix:/run/redis.sock'],
  ])('%s', (text, options, description) => {
    const address = parseRedisAddress(text);
    expect(connectionOptions(address)).toEqual(options);
    expect(describeRedisAddress(address)).toBe(description);
  });

  it.each(['', 'localhost:6379', 'http://:secret@localhost', 'redis://:secret@host:port', 'redis://:secret@host/one'])(
    'refuses "%s" without repeating it',
    (text) => {
      expect(() => parseRedisAddress(text)).toThrow(/^(?:the database in )?the address of Redis (?!.*secret)/);
    },
  );
});
