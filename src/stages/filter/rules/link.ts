/** Does a post's link lead to one of these places? */
import * as z from 'zod';
import { defineCondition } from '../rule.ts';

const error =
  'must be a host such as example.org, a host and path such as example.org/sport/, or a path such as /sport/';
const PLACE = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?)?(?:\/\S*)?$/i;

export const link = defineCondition(
  'link',
  { description: 'Posts whose link leads to one of the places. Posts without a link do not match.' },
  {
    any: z
      .array(z.string({ error }).min(1, { error }).regex(PLACE, { error }), { error })
      .min(1, { error })
      .describe('Hosts (their subdomains included), beginnings of paths, or both together.'),
  },
  ({ any }) => {
    const places = any.map((written) => {
      const slash = written.indexOf('/');
      const host = slash === -1 ? written : written.slice(0, slash);
      return { written, host: host.toLowerCase(), path: slash === -1 ? '/' : written.slice(slash) };
    });
    return (post) => {
      const { url } = post.draft;
      if (url === undefined || !URL.canParse(url)) return false;
      const { host, pathname, search } = new URL(url);
      const place = places.find(
        (candidate) =>
          (candidate.host === '' || host === candidate.host || host.endsWith(`.${candidate.host}`)) &&
          `${pathname}${search}`.startsWith(candidate.path),
      );
      return place === undefined ? false : `its link leads to ${place.written}`;
    };
  },
);
