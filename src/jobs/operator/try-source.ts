/**
 * What would a check of a source return now? Fetches and reads it as a check does, without stored state and without
 * storing anything.
 */
import type { FeedLink, ParsedFeed } from '../../model/feed.ts';
import type { Settings, Source } from '../../model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';
import type { Fetcher } from '../../ports/fetch.ts';
import { applyRules, type CompiledRules, type FilterDecision } from '../../stages/filter/filter.ts';
import { normaliseFeed } from '../../stages/normalise/normalise.ts';
import { parseDocument } from '../../stages/parse/parse.ts';
import { buildRequest } from '../../stages/request/request.ts';
import { afterDiscovery } from '../../stages/schedule/moving.ts';

export type SourceTrial =
  /**
   * With a decision on each entry, in the order of the document. `foundAt`: the feed's address, if the source is a
   * page that names it.
   */
  | {
      readonly kind: 'feed';
      readonly feed: ParsedFeed;
      readonly decisions: readonly FilterDecision[];
      readonly foundAt?: string;
    }
  /** `feedLinks`: what a page in the place of the feed names. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly feedLinks: readonly FeedLink[];
      /** The wait that the host asked for (Retry-After), ms. */
      readonly retryAfterMs?: number;
    };

export interface TrialDeps {
  readonly settings: Settings;
  /** Compiled once for all sources that are tried. */
  readonly rulesFor: (source: Source) => CompiledRules;
  readonly fetcher: Fetcher;
  readonly version: string;
  readonly now: () => number;
}

/**
 * One request, or two if the address is a page that names one feed.
 *
 * @throws only the signal's reason, when aborted
 */
export async function trySource(source: Source, deps: TrialDeps, signal: AbortSignal): Promise<SourceTrial> {
  const trial = await visit(source, FIRST_STATE, deps, signal);
  const move = trial.kind === 'failed' ? afterDiscovery(source, FIRST_STATE, trial.feedLinks) : undefined;
  if (move?.adoptedUrl === undefined) return trial;
  const second = await visit(source, { ...FIRST_STATE, ...move }, deps, signal);
  return second.kind === 'feed' ? { ...second, foundAt: move.adoptedUrl } : trial;
}

async function visit(
  source: Source,
  state: SourceState,
  { settings, rulesFor, fetcher, version, now }: TrialDeps,
  signal: AbortSignal,
): Promise<SourceTrial> {
  const { contact } = settings.fetch;
  const request = buildRequest(source, state, {
    version,
    sources: settings.sources.length,
    ...(contact !== undefined && { contact }),
  });
  const outcome = await fetcher.fetch(request, signal);
  switch (outcome.kind) {
    case 'failed':
      return failed(outcome.failure.message, [], outcome.hints.retryAfterMs);
    case 'gone':
      return failed('the origin says that this feed is gone permanently (410)');
    case 'not-modified':
      return failed('the origin answers "not modified" to an unconditional request (304)');
    case 'body': {
      const at = now();
      const parsed = parseDocument({
        bytes: outcome.body,
        url: outcome.contentLocation ?? outcome.url,
        timezone: source.timezone,
        ...(source.isPrivate === true && { isPrivate: true }),
        now: at,
        limits: settings.limits,
        ...(outcome.contentType !== undefined && { contentType: outcome.contentType }),
        ...(source.language !== undefined && { language: source.language }),
      });
      if (parsed.kind === 'failed') return failed(parsed.failure.message, parsed.failure.feedLinks);
      const drafts = normaliseFeed(parsed.feed, source, at, settings.html);
      const feed = { ...parsed.feed, issues: [...(outcome.issues ?? []), ...parsed.feed.issues] };
      return { kind: 'feed', feed, decisions: applyRules(drafts, rulesFor(source), at) };
    }
  }
}

function failed(message: string, feedLinks: readonly FeedLink[] = [], retryAfterMs?: number): SourceTrial {
  return { kind: 'failed', message, feedLinks, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
