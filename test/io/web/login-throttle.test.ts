import { describe, expect, it } from 'vitest';
import { createLoginThrottle } from '../../../src/io/web/login-throttle.ts';

describe('createLoginThrottle', () => {
  it('makes an address wait after ten wrong tokens in a minute', () => {
    const throttle = createLoginThrottle();
    for (let guess = 0; guess < 10; guess += 1) throttle.wrong('192.0.2.1', 1_000);
    expect(throttle.waitMs('192.0.2.1', 1_000)).toBe(60_000);
    expect(throttle.waitMs('192.0.2.2', 1_000)).toBe(0);
    expect(throttle.waitMs('192.0.2.1', 61_000)).toBe(0);
  });

  it('counts the addresses of one IPv6 network together', () => {
    const throttle = createLoginThrottle();
    for (let guess = 0; guess < 10; guess += 1) throttle.wrong(`2001:db8::${guess}`, 0);
    expect(throttle.waitMs('2001:db8::ffff', 0)).toBeGreaterThan(0);
    expect(throttle.waitMs('2001:db8:0:1::1', 0)).toBe(0);
  });

  it('makes all wait after a hundred wrong tokens from many addresses, but those that knew the token', () => {
    const throttle = createLoginThrottle();
    throttle.right('198.51.100.7');
    for (let guess = 0; guess < 100; guess += 1) throttle.wrong(`192.0.2.${guess}`, 0);
    expect(throttle.waitMs('203.0.113.1', 0)).toBeGreaterThan(0);
    expect(throttle.waitMs('198.51.100.7', 0)).toBe(0);
  });
});
