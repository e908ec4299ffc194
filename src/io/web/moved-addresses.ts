/** Which requests are redirected by the config, and where to? */

interface Pattern {
  /** With a slash at the end. */
  readonly folder: string;
  readonly target: string;
}

interface Query {
  readonly parameters: readonly (readonly [string, string])[];
  readonly target: string;
}

/**
 * Of `http.redirects`: first the paths with a query whose parameters the request has, then exact paths, then the longest
 * `/folder/*`. A `*` at the end of the target is replaced by the rest of the request after the folder, query included.
 *
 * @returns for path and query (with its `?`, or empty) the target: a path of the site or an address; undefined: no redirect
 */
export function movedAddresses(
  redirects: Readonly<Record<string, string>>,
): (path: string, query: string) => string | undefined {
  const exact = new Map<string, string>();
  const queries = new Map<string, Query[]>();
  const patterns: Pattern[] = [];
  for (const [from, target] of Object.entries(redirects)) {
    const mark = from.indexOf('?');
    if (from.endsWith('/*')) patterns.push({ folder: from.slice(0, -1), target });
    else if (mark === -1) exact.set(from, target);
    else {
      const path = from.slice(0, mark);
      const parameters = [...new URLSearchParams(from.slice(mark))];
      queries.set(path, [...(queries.get(path) ?? []), { parameters, target }]);
    }
  }
  patterns.sort((a, b) => b.folder.length - a.folder.length);
  return (path, query) => {
    const given = new URLSearchParams(query);
    const asked = queries
      .get(path)
      ?.find(({ parameters }) => parameters.every(([name, value]) => given.getAll(name).includes(value)));
    const plain = asked?.target ?? exact.get(path);
    if (plain !== undefined) return plain;
    const pattern = patterns.find(({ folder }) => path.startsWith(folder));
    if (pattern === undefined) return undefined;
    const { folder, target } = pattern;
    if (!target.endsWith('*')) return target;
    // After two slashes, the rest would be a host.
    return target.slice(0, -1) + path.slice(folder.length).replace(/^[/\\]+/u, '') + query;
  };
}
