/** `feedmill source`: the commands on one source. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import { StoreError } from '../model/errors.ts';
import { sourceAddress } from '../model/source-address.ts';
import { FIRST_STATE, type HeldState, type SourceState } from '../model/source-state.ts';
import { type CheckedNow, checkNow, notMade } from './check-now.ts';
import { EXIT } from './exit.ts';
import { count, jsonText, plain, say, sayJson, when } from './say.ts';
import { publicHeld, publicState, redirectLine } from './sources.ts';

/** A running check ends within its timeout; until then its state must not be changed. */
const WAIT_FOR_CHECK_MS = 90_000;
const TRY_EVERY_MS = 500;

type Change = 'paused' | 'resumed' | 'reset' | 'requested';

export function registerSource(program: Command): void {
  const source = program.command('source').description('show one source, or change its state');

  source
    .command('show <id>')
    .description('show everything known about it, and why the next check is at its time')
    .option('--json', 'as JSON')
    .action(async (id: string, _own, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      await withSource(id, command, async (app) => {
        const [state] = await app.checks.read([id]);
        const held = (await app.held.summaries()).get(id);
        const found = app.config().sources.get(id)?.source;
        const facts = {
          id,
          url: found?.url,
          categories: found?.categories,
          ...publicState(state),
          ...publicHeld(held),
        };
        const websub = await app.subscriber.describe(id);
        if (json === true) {
          sayJson({ ...facts, websub }, 2);
          return;
        }
        sayFacts({
          ...facts,
          ...(state?.redirect !== undefined && { redirect: redirectLine(state.redirect) }),
          ...(held !== undefined && { held: heldLine(id, held) }),
        });
        for (const line of websub) say(`websub: ${plain(line)}`);
      });
    });

  source
    .command('fetch <id>')
    .description('check it now, independent of the schedule')
    .action(async (id: string, _own, command: Command) => {
      await withSource(id, command, async (app) => {
        // Only this one: the running Feedmill schedules the others, even if this config lists other sources.
        const [known] = await app.checks.read([id]);
        const before = known ?? { ...FIRST_STATE, nextCheckAt: Date.now() };
        if (known === undefined) await app.checks.write(id, before, Date.now());
        const checked = app.worksByRecord
          ? await checkedByWorker(app, id)
          : await checkNow(app, id, before, AbortSignal.timeout(WAIT_FOR_CHECK_MS));
        if (checked.kind === 'not-made') {
          say(`${id} was not checked: ${checked.because}`);
          process.exitCode = EXIT.failed;
          return;
        }
        const { state } = checked;
        if (checked.kind === 'paused') {
          const { pausedAt, pauseReason = 'No reason is recorded.' } = state;
          say(`${id} is paused since ${when(pausedAt)} and was not checked: ${pauseReason}`);
          say(`To check it now and as scheduled: feedmill source resume ${id}`);
          process.exitCode = EXIT.failed;
          return;
        }
        await app.publishTouched();
        sayFacts({ id, ...publicState(state) });
        process.exitCode = state.failures > 0 ? EXIT.failed : EXIT.done;
      });
    });

  change(source, 'pause', 'do not check it until it is resumed', 'paused');
  change(source, 'resume', 'check it again, now and as scheduled', 'resumed');
  change(source, 'reset', 'forget validators, failures and redirects; its posts stay', 'reset');
  decide(source, 'release', 'publish its held entries');
  decide(source, 'discard', 'discard its held entries permanently');

  source
    .command('purge <id>')
    .description('remove all its posts; works also for a source that is no longer configured')
    .addHelpText(
      'after',
      '\nStories that other sources report too stay, without it. Entries that it still lists do not come back.\n' +
        'Exit code: 0 done, 1 it has no posts.',
    )
    .action(async (id: string, _own, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      const [{ openBeside }, { purgeSource }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/operator/purge-source.ts'),
      ]);
      const app = await openBeside(config);
      try {
        const { posts, outbox } = app;
        const { categories } = app.config().settings;
        const { removed, kept } = await purgeSource(id, { posts, outbox, categories }, Date.now());
        await app.publishTouched();
        say(
          `${id}: ${count(removed, 'post')} removed, ${count(kept, 'story', 'stories')} of other sources stay without it`,
        );
        if (removed + kept === 0) process.exitCode = EXIT.failed;
      } finally {
        await app.close();
      }
    });
}

function decide(source: Command, name: 'release' | 'discard', description: string): void {
  source
    .command(`${name} <id>`)
    .description(description)
    .action(async (id: string, _own, command: Command) => {
      await withSource(id, command, async (app) => {
        const waiting = (await app.held.summaries()).get(id);
        if (waiting === undefined) {
          say(`No entries of ${id} are held.`);
          return;
        }
        const { discardHeld, releaseHeld } = await import('../jobs/operator/held-entries.ts');
        const deps = { ...app, settings: app.config().settings };
        if (name === 'discard') {
          say(`${id}: ${count(await discardHeld(id, deps, Date.now()), 'held entry', 'held entries')} discarded`);
          return;
        }
        const { published, readAgain } = await releaseHeld(id, deps, Date.now());
        await app.publishTouched();
        say(`${id}: ${count(waiting.count, 'held entry', 'held entries')} released, ${published} of them new posts`);
        if (readAgain > 0) say(`${readAgain} were too many to store: the next check reads the source again for them`);
      });
    });
}

function change(source: Command, name: string, description: string, edit: Change): void {
  source
    .command(`${name} <id>`)
    .description(description)
    .action(async (id: string, _own, command: Command) => {
      await withSource(id, command, async (app) => {
        const state = await edited(app, id, edit);
        // A worker updates its subscriptions with hubs.
        await app.subscriber.touch([id]);
        const { pausedAt, nextCheckAt, reasonText = '' } = state;
        say(`${id}: ${pausedAt === undefined ? `next check ${when(nextCheckAt)}. ${reasonText}` : 'paused'}`);
      });
    });
}

async function withSource(id: string, command: Command, use: (app: App) => Promise<void>): Promise<void> {
  const { config } = command.optsWithGlobals<{ config: string }>();
  const { openBeside } = await import('./open-beside.ts');
  // A command that changes the state of a source may be the first to write to a store.
  const app = await openBeside(config, { named: [id], mayCreate: command.name() !== 'show' });
  try {
    await use(app);
  } finally {
    await app.close();
  }
}

async function edited(app: App, id: string, change: Change): Promise<SourceState> {
  const [{ [change]: edit }, { budgetKey }] = await Promise.all([
    import('../stages/schedule/by-hand.ts'),
    import('../stages/request/request.ts'),
  ]);
  const { settings, sources } = app.config();
  const source = sources.get(id)?.source;
  const deadline = Date.now() + WAIT_FOR_CHECK_MS;
  for (;;) {
    const [before] = await app.checks.read([id]);
    const now = Date.now();
    // After a reset, the address of the config is requested.
    const state = before === undefined || change === 'reset' ? FIRST_STATE : before;
    const keys = source === undefined ? [] : [budgetKey(sourceAddress(source, state), source.fetch.host.scope)];
    const [{ restsUntil } = {}] = await app.budgets.waits(keys, now);
    const after = edit(before ?? FIRST_STATE, {
      by: 'by command',
      now,
      timezone: settings.site.timezone,
      ...(restsUntil !== undefined && { restsUntil }),
    });
    if (await app.checks.write(id, after, now)) return after;
    if (now > deadline) throw new StoreError(`the check of ${id} that is running does not end; try again later`);
    await pause(TRY_EVERY_MS);
  }
}

/** The config that another process recorded lacks passwords and headers, so that process makes the check. */
async function checkedByWorker(app: App, id: string): Promise<CheckedNow> {
  const [before] = await app.checks.read([id]);
  if (before?.pausedAt !== undefined) return { kind: 'paused', state: before };
  const { reason, nextCheckAt } = await edited(app, id, 'requested');
  if (reason === 'retry-after') {
    return notMade(app, { kind: 'host-rests', untilMs: nextCheckAt }, before);
  }
  const deadline = Date.now() + WAIT_FOR_CHECK_MS;
  for (;;) {
    const [state] = await app.checks.read([id]);
    if (state !== undefined && state.lastCheckAt !== before?.lastCheckAt) return { kind: 'checked', state };
    if (Date.now() > deadline) throw new StoreError(`no worker has checked ${id}; it is due now`);
    await pause(TRY_EVERY_MS);
  }
}

function heldLine(id: string, { count: entries, at, reason }: HeldState): string {
  return `${count(entries, 'entry', 'entries')} since ${when(at)}: ${reason}; feedmill source release|discard ${id}`;
}

function sayFacts(facts: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(facts)) {
    if (value !== undefined) say(`${key}: ${typeof value === 'string' ? plain(value) : jsonText(value)}`);
  }
}
