/** How does a document that was not just fetched go the way of those that are? */
import type { FetchedBody } from '../../model/fetch-outcome.ts';

/** @param delta  whether entries may be left out that were sent before */
export function asFetched(
  { url, body, contentType, contentLocation }: Pick<FetchedBody, 'url' | 'body' | 'contentType' | 'contentLocation'>,
  { delta }: Pick<FetchedBody, 'delta'>,
): FetchedBody {
  return {
    kind: 'body',
    status: 200,
    url,
    redirects: [],
    hints: {},
    body,
    again: () => body,
    links: { hubs: [] },
    delta,
    ...(contentType !== undefined && { contentType }),
    ...(contentLocation !== undefined && { contentLocation }),
  };
}
