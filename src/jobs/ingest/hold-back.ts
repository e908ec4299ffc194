/** Does the flood guard hold back the new entries of a document? */
import type { FloodSettings, Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import { floodReason, hasHistory } from '../../stages/classify/flood.ts';
import type { ClassifiedEntry } from './entry-decision.ts';

/** The document, compared with earlier documents of its source. */
export interface SourceHistory {
  readonly source: Source;
  /** State before the document. */
  readonly state: SourceState;
  /** The config has changed how the source is read since its last document. */
  readonly isReadAnew: boolean;
  /** All entries of the document, known ones included. */
  readonly entries: number;
}

/**
 * Why the new ones of these entries are held, as a sentence for the operator; undefined if they are not held. Entries
 * that are new because of the operator's own change are no flood.
 */
export function reasonToHold(
  classified: readonly ClassifiedEntry[],
  { source, state, isReadAnew, entries }: SourceHistory,
  flood: FloodSettings,
  now: number,
): string | undefined {
  const { publishedTimes, lastSuccessAt, usual } = state;
  const history = { publishedTimes, lastSuccessAt, usual };
  if (isReadAnew || !classified.some(isNew) || !hasHistory(history, source.url)) return undefined;
  const newDates = classified.filter(isNew).map(({ entry: { draft } }) => draft.publishedAt);
  return floodReason({ newDates, entries }, history, { ...flood, ...source.flood }, now);
}

export function isNew({ classification }: ClassifiedEntry): boolean {
  return classification.kind === 'new';
}
