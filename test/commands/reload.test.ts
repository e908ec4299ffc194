/** A config that is edited while Feedmill runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Running, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';

let workplace: Workplace;
let running: Running;
let port: number;

const configOf = (rest: string): string => `
site: { title: News, url: "http://127.0.0.1:${port}" }
http: { host: 127.0.0.1, port: ${port} }
sources: [{ id: one, url: "http://127.0.0.1:9/" }]
${rest}
`;

beforeAll(async () => {
  port = await freePort();
  workplace = await makeWorkplace();
  await workplace.write('config/a.yaml', configOf('categories: [{ slug: a, title: First }]'));
  running = workplace.start(['start']);
  await running.logged(/"msg":"running"/u);
});
afterAll(() => workplace.close());

describe('feedmill start', () => {
  it('says what an edit changes, and what waits for the next start', async () => {
    await workplace.write(
      'config/a.yaml',
      configOf('categories: [{ slug: b, title: Second }]\nfetch: { concurrency: 7, timeout: 9s }'),
    );
    await running.logged(/these values take effect at the next start/u);
    expect(running.log()).toContain(
      'the config has changed: changed source one; added category b; removed category a; changed fetch; fetch.concurrency from the next start on',
    );
    expect(running.log()).toContain('"keys":["fetch.concurrency"]');
  });

  it('says every problem of a wrong edit, and goes on with what it had', async () => {
    await workplace.write(
      'config/a.yaml',
      configOf('categories: [{ slug: b, titel: Second }]\nfetch: { timeout: soon }'),
    );
    await running.logged(/the running configuration stays in use/u);
    expect(running.log()).toMatch(/config\/a\.yaml:5:\d+: categories\[0\]\.titel: /u);
    expect(running.log()).toMatch(/config\/a\.yaml:6:\d+: fetch\.timeout: /u);
    const home = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(home.status).toBe(200);
  });

  it('says that all is well again when the wrong edit is taken back', async () => {
    await workplace.write(
      'config/a.yaml',
      configOf('categories: [{ slug: b, title: Second }]\nfetch: { concurrency: 7, timeout: 9s }'),
    );
    await running.logged(/the config is valid again, and equal to the running configuration/u);
  });

  it('takes up the next right one', async () => {
    await workplace.write('config/a.yaml', configOf('categories: [{ slug: c, title: Third }]'));
    await running.logged(/added category c; removed category b/u);
    const { code } = await running.stop();
    expect(code).toBe(0);
  });
});
