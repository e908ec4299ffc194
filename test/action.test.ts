/** Do the steps of `action.yml` do their work in a folder that holds nothing but a config? */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from './support/feedmill.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

// The shape is what the tests are about.
const action = parse(readFileSync(`${root}action.yml`, 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};
const { steps } = action.runs;
const named = (name: string): Step => steps.find((step) => step.name === name) ?? {};

let workplace: Workplace;
beforeEach(async () => {
  workplace = await makeWorkplace();
});
afterEach(() => workplace.close());

/** Runs the step as a runner does: bash, with the inputs at their defaults. */
function publish(): { readonly code: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', named('Fetch and publish').run ?? ''],
    {
      cwd: workplace.directory,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        GITHUB_ACTION_PATH: root.replace(/\/$/u, ''),
        FEEDMILL_CONFIG: action.inputs['config']?.default,
      },
    },
  );
  return { code: status, stdout };
}

const SITE = 'site: { title: T, url: https://p.example.org/planet }\npublish: { directory: public }\n';

describe('action.yml', () => {
  it('takes the state before it fetches, and keeps it also after a run that failed', () => {
    const order = [
      'Take the state of the last run',
      'Install',
      'Fetch and publish',
      'Keep the state',
      'Upload the pages',
    ];
    expect(steps.flatMap(({ name }) => name ?? [])).toEqual(order);
    expect(named('Keep the state').if).toBe('always()');
    expect(named('Keep the state').with?.['key']).toBe(named('Take the state of the last run').with?.['key']);
    expect(named('Install').run).toBe('"$GITHUB_ACTION_PATH/script/setup"');
  });

  it('goes on when no source gives a feed: the last good pages stay', async () => {
    await workplace.write('config/site.yaml', `${SITE}sources: [{ url: "http://127.0.0.1:1/never.xml" }]\n`);
    const { code, stdout } = publish();
    expect(code).toBe(0);
    expect(stdout).toContain('::warning::no source gave a feed');
    expect(existsSync(workplace.path('public/index.html'))).toBe(true);
    expect(existsSync(workplace.path('data/redis'))).toBe(true);
  });

  it('fails when the config is wrong', async () => {
    await workplace.write('config/site.yaml', `${SITE}sources: [{ url: nowhere }]\n`);
    expect(publish().code).toBe(2);
  });
});
