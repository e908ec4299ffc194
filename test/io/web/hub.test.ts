/** Does the endpoint of the hub take what it must, and no more? */
import { afterEach, describe, expect, it } from 'vitest';
import { registerHub } from '../../../src/io/web/hub.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
afterEach(() => site.close());

async function post(body: string, type = 'application/x-www-form-urlencoded'): Promise<number> {
  return (await site.ask('/websub', { method: 'POST', headers: { 'content-type': type }, body })).status;
}

describe('POST /websub', () => {
  it('takes no body of more than 16 KB, and none that is no form', async () => {
    const taken: string[] = [];
    site = await openSite({
      prepare: (app) => {
        registerHub(app, {
          isOpen: () => true,
          take: (form) => {
            taken.push([...form.keys()].join());
            return Promise.resolve({ status: 202, text: '' });
          },
          requesterOf: () => '192.0.2.1',
        });
      },
    });
    expect(await post(`a=${'x'.repeat(16_382)}`)).toBe(202);
    expect(await post(`b=${'x'.repeat(16_383)}`)).toBe(413);
    expect(await post('{"c":1}', 'application/json')).toBe(415);
    expect(taken).toEqual(['a']);
  });
});
