/** What follows when our own code fails on what an origin or a hub sent? */
import { describe, expect, it } from 'vitest';
import { createBytesInFlight } from '../../../src/jobs/check/bytes-in-flight.ts';
import { publicState } from '../../../src/commands/sources.ts';
import { type CheckDeps, checkSource } from '../../../src/jobs/check/check-source.ts';
import { readNotifications } from '../../../src/jobs/check/read-notifications.ts';
import { asFetched } from '../../../src/jobs/check/stored-response.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import { StoreError } from '../../../src/model/errors.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import type { Checks } from '../../../src/ports/checks.ts';
import type { CompiledRules } from '../../../src/stages/filter/filter.ts';
import { PASS } from '../../../src/stages/filter/rule.ts';
import { renderAdminPage } from '../../../src/stages/render/admin.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';
import { memoryChecks, recordedQueue, SILENT_LOG } from '../../support/memory.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { memorySourceSubscriptions } from '../../support/memory-subscriptions.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const never = new AbortController().signal;
const source = sampleSource();
const document = (title: string) =>
  `<rss version="2.0"><channel><title>A</title><item><guid>1</guid><title>${title}</title></item></channel></rss>`;

interface Rig {
  readonly deps: CheckDeps;
  readonly pushes: ReturnType<typeof memorySourceSubscriptions>;
  readonly clock: { now: number };
  readonly errors: string[];
  readonly titles: () => readonly string[];
  /** What the code does with a document; undefined: what it should. */
  fault: Error | undefined;
  state: SourceState;
}

function rig(): Rig {
  const store = memoryStore();
  const clock = { now: T0 };
  const errors: string[] = [];
  const pushes = memorySourceSubscriptions();
  const plain = runningConfigOf(sampleSettings());
  const rules: CompiledRules = {
    rules: [
      {
        name: 'a rule with a fault',
        kind: 'single',
        run: () => {
          if (made.fault !== undefined) throw made.fault;
          return PASS;
        },
      },
    ],
    categories: [],
  };
  const config = { ...plain, sources: new Map([[source.id, { source, rules }]]) };
  const checks = {
    ...memoryChecks(),
    open: () => Promise.resolve({ kind: 'open', state: made.state }),
    close: ({ state }: { readonly state: SourceState }) => {
      made.state = state;
      return Promise.resolve([]);
    },
    read: () => Promise.resolve([made.state]),
    // What is not called here need not be there.
  } as unknown as Checks;
  const made: Rig = {
    clock,
    errors,
    pushes,
    fault: undefined,
    state: FIRST_STATE,
    titles: () => store.all().map(({ title }) => title),
    deps: {
      ...store,
      config: () => config,
      checks,
      sourceSubscriptions: pushes,
      network: { note: () => false },
      bytesInFlight: createBytesInFlight(Number.MAX_SAFE_INTEGER),
      fetcher: {
        fetch: () => {
          const body = Buffer.from(document(`fetched at ${clock.now}`));
          return Promise.resolve(asFetched({ url: source.url, body, contentType: 'text/xml' }, { delta: false }));
        },
        close: () => Promise.resolve(),
      },
      queue: recordedQueue(),
      version: '0',
      random: () => 0,
      now: () => clock.now,
      log: { ...SILENT_LOG, error: (facts, text) => void errors.push(`${text} ${JSON.stringify(facts)}`) },
    },
  };
  return made;
}

async function check(made: Rig): Promise<void> {
  const due = { sourceId: source.id, dueAt: made.clock.now };
  expect(await checkSource(due, 'holder', made.deps, never)).toMatchObject({ kind: 'done' });
}

describe('a check that fails by a fault of ours', () => {
  it('is done, and waits longer after each failure, as after a failure of the origin', async () => {
    const made = rig();
    made.fault = new RangeError('Maximum call stack size exceeded');
    const waits: number[] = [];
    for (let visit = 0; visit < 6; visit += 1) {
      await check(made);
      waits.push((made.state.nextCheckAt - made.clock.now) / MINUTE);
      made.clock.now = made.state.nextCheckAt;
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1_440]);
    expect(made.state).toMatchObject({ failures: 6, reason: 'backoff', last: { kind: 'internal' } });
    expect(made.errors).toHaveLength(6);
    expect(made.errors[0]).toMatch(/an error in Feedmill .*Maximum call stack size exceeded.*"stack":"RangeError/u);
  });

  it('is shown so to the operator, in the list of sources and on the admin page', async () => {
    const made = rig();
    made.fault = new TypeError('x is not a function');
    await check(made);
    const message = /Feedmill failed on this document \(TypeError: x is not a function\); please report it/u;
    expect(publicState(made.state)).toMatchObject({
      failures: 1,
      reasonText: expect.stringContaining('the first failure (internal)') as string,
      last: { kind: 'internal', message: expect.stringMatching(message) as string },
    });
    const frame = {
      root: '/',
      siteTitle: 'News',
      timezone: 'UTC',
      now: made.clock.now,
      version: '0',
      formToken: 't',
      hasSession: true,
    };
    const view = {
      kind: 'sources',
      rows: [{ source, state: made.state }],
      total: 1,
      filter: 'all',
      page: 1,
      pages: 1,
    } as const;
    const page = Buffer.from(renderAdminPage(view, frame)).toString();
    expect(page).toContain('<td class="bad">internal</td>');
    expect(page).toMatch(message);
  });

  it('is over with the first document that can be read, and no entry was lost meanwhile', async () => {
    const made = rig();
    made.fault = new TypeError('x is not a function');
    await check(made);
    expect(made.titles()).toEqual([]);
    made.fault = undefined;
    made.clock.now = made.state.nextCheckAt;
    await check(made);
    expect(made.titles()).toEqual([`fetched at ${made.clock.now}`]);
    expect(made.state).toMatchObject({ failures: 0, last: { kind: 'feed', added: 1 } });
  });

  it('keeps what was known of the hubs of the source', async () => {
    const made = rig();
    const websub = { pollAfterMs: 1, hub: 'https://hub.example/' } as unknown as NonNullable<SourceState['websub']>;
    made.state = { ...FIRST_STATE, websub };
    made.fault = new TypeError('x is not a function');
    await check(made);
    expect(made.state.websub).toEqual(websub);
  });

  it('is not one that fails by the store, which the queue tries again', async () => {
    const made = rig();
    made.fault = new StoreError('redis is away');
    await expect(check(made)).rejects.toThrow('redis is away');
    expect(made.state).toBe(FIRST_STATE);
  });

  it('is not one that is stopped', async () => {
    const made = rig();
    const stopping = new AbortController();
    made.fault = new Error('stopped');
    stopping.abort(made.fault);
    const due = { sourceId: source.id, dueAt: T0 };
    await expect(checkSource(due, 'holder', made.deps, stopping.signal)).rejects.toThrow('stopped');
  });
});

describe('a notification that fails by a fault of ours', () => {
  it('is dropped, so that those behind it are read, and changes nothing of the source', async () => {
    const made = rig();
    const push = (title: string) => ({
      sourceId: source.id,
      callbackId: 'c',
      topic: source.url,
      body: Buffer.from(document(title)),
      contentType: 'text/xml',
      receivedAt: T0,
    });
    made.pushes.pushes.push(push('poison'));
    made.fault = new TypeError('x is not a function');
    const deps = { ...made.deps, sourceSubscriptions: made.pushes };
    expect(await readNotifications(source.id, 'holder', deps, never)).toEqual({ kind: 'done' });
    expect(made.pushes.pushes).toEqual([]);
    expect(made.errors.join()).toContain('x is not a function');
    expect(made.state).toEqual({ ...FIRST_STATE, nextCheckAt: made.state.nextCheckAt });
    made.fault = undefined;
    made.pushes.pushes.push(push('good'));
    await readNotifications(source.id, 'holder', deps, never);
    expect(made.titles()).toEqual(['good']);
  });
});
