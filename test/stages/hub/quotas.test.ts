/** For whom does a request to our hub count? */
import { describe, expect, it } from 'vitest';
import {
  ALL_REQUESTS,
  CAPACITY,
  deliveringQuotas,
  requestQuotas,
  subscriptionQuotas,
  verifyingQuotas,
  waitingQuotas,
} from '../../../src/stages/hub/quotas.ts';

const names = (quotas: readonly { readonly name: string }[]) => quotas.map(({ name }) => name);

describe('quotas of the hub', () => {
  it('are those that docs/security.md names', () => {
    const [callback, address] = ['https://reader.example/', '192.0.2.7'];
    const most = (quotas: readonly { readonly most: number }[]) => quotas.map((quota) => quota.most);
    expect(most([...requestQuotas(callback, address), ALL_REQUESTS])).toEqual([600, 300, 3_000]);
    expect(most(waitingQuotas(callback))).toEqual([1_000, 100, 20]);
    expect(most(verifyingQuotas(callback))).toEqual([4, 2]);
    expect(most(deliveringQuotas(callback, [address], 1))).toEqual([4, 8, 1, 16]);
    expect(most(subscriptionQuotas(callback, [address], address))).toEqual([1_000, 2_000, 5_000]);
    expect(CAPACITY).toEqual({ altogether: 20_000, reserved: 4_000, few: 20 });
  });

  it.each([
    ['https://a.reader.example.co.uk:8443/cb', 'domain example.co.uk'],
    ['http://b.example.co.uk/', 'domain example.co.uk'],
    ['http://192.0.2.7:81/', 'domain 192.0.2.7'],
    ['http://[2001:db8::1]:81/', 'domain 2001:db8::1'],
    ['http://me.github.io/', 'domain me.github.io'],
  ])('count %s for the %s, whatever its port', (callback, domain) => {
    expect(names(subscriptionQuotas(callback, [], ''))).toEqual([domain]);
    expect(names(requestQuotas(callback, '203.0.113.1'))).toEqual(['requester 203.0.113.1', domain]);
    expect(names(waitingQuotas(callback))).toContain(domain);
    expect(names(verifyingQuotas(callback))).toContain(`verify ${domain}`);
  });

  it('count a subscription for each address of its callback and for its requester, IPv6 by /64', () => {
    const addresses = ['192.0.2.7', '2001:db8::1', '2001:db8::2'];
    expect(names(subscriptionQuotas('https://reader.example/', addresses, '2001:db8:1::9'))).toEqual([
      'domain reader.example',
      'address 192.0.2.7',
      'address 2001:db8:0:0::/64',
      'requester 2001:db8:1:0::/64',
    ]);
  });

  it('leave one slot to a domain whose deliveries fail, and few to all that fail', () => {
    const most = Object.fromEntries(
      deliveringQuotas('https://reader.example/', ['192.0.2.7'], 1).map((quota) => [quota.name, quota.most]),
    );
    expect(most).toMatchObject({ 'deliver failing reader.example': 1, 'deliver failing': 16 });
    expect(names(deliveringQuotas('https://reader.example/', ['192.0.2.7'], 0))).toEqual([
      'deliver domain reader.example',
      'deliver address 192.0.2.7',
    ]);
  });
});
