/** Which address is fetched for a source? */
import type { Source } from './settings.ts';
import type { SourceState } from './source-state.ts';

/** The adopted address if it was adopted for the address in the config; else the address in the config. */
export function sourceAddress(
  source: Pick<Source, 'url'>,
  state: Pick<SourceState, 'adoptedUrl' | 'adoptedFrom'>,
): string {
  const isCurrent = (state.adoptedFrom ?? source.url) === source.url;
  return isCurrent ? (state.adoptedUrl ?? source.url) : source.url;
}
