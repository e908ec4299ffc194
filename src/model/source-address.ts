/** Which address is asked for a source? */
import type { Source } from './settings.ts';
import type { SourceState } from './source-state.ts';

/** The adopted address, as long as it was adopted for the address that the config gives; else the configured one. */
export function sourceAddress(
  source: Pick<Source, 'url'>,
  state: Pick<SourceState, 'adoptedUrl' | 'adoptedFrom'>,
): string {
  const isCurrent = (state.adoptedFrom ?? source.url) === source.url;
  return isCurrent ? (state.adoptedUrl ?? source.url) : source.url;
}
