/** `feedmill sources`: what is the state of each source? */
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Source } from '../model/settings.ts';
import { adoptableAt, type HeldState, type RedirectProof, type SourceState } from '../model/source-state.ts';
import { plain, say, sayJson, when } from './say.ts';
import { table } from './table.ts';

export function registerSources(program: Command): void {
  program
    .command('sources')
    .description('list the state of each source: last check, outcome, next check and its reason')
    .option('--json', 'as JSON')
    .action(async (_own, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config: string; json?: boolean }>();
      const { openBeside } = await import('./open-beside.ts');
      const app = await openBeside(config);
      try {
        const { sources } = app.config().settings;
        const [states, held] = await Promise.all([app.checks.read(sources.map(({ id }) => id)), app.held.summaries()]);
        const pairs = sources.map((source, index) => ({ source, state: states[index], held: held.get(source.id) }));
        if (json === true) sayJson(pairs.map(asJson), 2);
        else say(asTable(pairs));
      } finally {
        await app.close();
      }
    });
}

interface Pair {
  readonly source: Source;
  readonly state: SourceState | undefined;
  readonly held: HeldState | undefined;
}

function asJson({ source, state, held }: Pair): Readonly<Record<string, unknown>> {
  return { id: source.id, url: source.url, ...publicState(state), ...publicHeld(held) };
}

/** Times as ISO 8601, without secrets and internal fields. */
export function publicState(state: SourceState | undefined): Readonly<Record<string, unknown>> {
  if (state === undefined) return { state: 'unknown; the worker adds the source when it starts' };
  const { entryHashes, websub, publishedTimes, usual, identity, churning, redirect, withoutValidators, ...shown } =
    state;
  const dated = Object.entries(shown).map(([key, value]): [string, unknown] => [
    key,
    /At$/u.test(key) ? when(value) : value,
  ]);
  return {
    ...Object.fromEntries(dated),
    ...(state.last !== undefined && { last: { ...state.last, at: when(state.last.at) } }),
    ...(identity?.by !== undefined && {
      identity: { by: identity.by, since: when(identity.since), reason: identity.reason },
    }),
    ...(redirect !== undefined && {
      redirect: { ...redirect, firstSeenAt: when(redirect.firstSeenAt), adoptableAt: when(adoptableAt(redirect)) },
    }),
    ...(withoutValidators !== undefined && {
      withoutValidators: { ...withoutValidators, at: when(withoutValidators.at) },
    }),
    ...(churning !== undefined && { churning: { ...churning, at: when(churning.at) } }),
  };
}

/** A permanent redirect that is not adopted yet, in a sentence. */
export function redirectLine(proof: RedirectProof): string {
  const { to, firstSeenAt, sightings } = proof;
  const seen = sightings === 1 ? 'once' : `${sightings} times`;
  return `permanently to ${to}, seen ${seen} since ${when(firstSeenAt)}; adopted at the first check after ${when(adoptableAt(proof))} that finds the same`;
}

/** Entries that wait for the operator. */
export function publicHeld(held: HeldState | undefined): Readonly<Record<string, unknown>> {
  return held === undefined ? {} : { held: { count: held.count, since: when(held.at), reason: held.reason } };
}

function asTable(pairs: readonly Pair[]): string {
  const rows = pairs.map(({ source, state, held }) => [
    source.id,
    held === undefined ? outcomeOf(state) : pc.yellow(`${held.count} held`),
    state?.lastCheckAt === undefined ? '' : when(state.lastCheckAt),
    state === undefined || state.pausedAt !== undefined ? '' : when(state.nextCheckAt),
    plain(held === undefined ? reasonOf(state) : `${held.reason}; feedmill source release|discard ${source.id}`),
  ]);
  return table(['SOURCE', 'LAST OUTCOME', 'LAST CHECK', 'NEXT CHECK', 'WHY THEN'], rows);
}

function reasonOf(state: SourceState | undefined): string {
  return state?.pausedAt === undefined ? (state?.reasonText ?? state?.reason ?? '') : (state.pauseReason ?? '');
}

function outcomeOf(state: SourceState | undefined): string {
  if (state?.pausedAt !== undefined) return pc.yellow('paused');
  if (state?.last === undefined) return 'not checked';
  return state.failures > 0 ? pc.red(state.last.kind) : pc.green(state.last.kind);
}
