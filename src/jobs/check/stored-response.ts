/** How is a document processed that was stored or pushed instead of fetched? */
import type { FetchedBody } from '../../model/fetch-outcome.ts';

/** @param delta  whether the document may leave out entries that were sent before */
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
