/** Which links does a Link header contain? */

export interface HeaderLink {
  /** As written, not yet resolved. */
  readonly target: string;
  /** Relation types in lower case. */
  readonly relations: readonly string[];
  /** Context of the link if it is not the document itself. */
  readonly anchor?: string;
}

const PARAMETER = /\s*;\s*([!#$&+.^_`|~\w-]+)\*?\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/y;
const TARGET = /[\s,]*<([^>]*)>/y;

/** Links of one or more Link header values (RFC 8288 §3). Parsing stops at the first thing that is not a link. */
export function parseLinkHeader(value: string | readonly string[]): HeaderLink[] {
  const values = typeof value === 'string' ? [value] : value;
  return values.flatMap(parseOne);
}

function parseOne(value: string): HeaderLink[] {
  const links: HeaderLink[] = [];
  let at = 0;
  for (;;) {
    TARGET.lastIndex = at;
    const target = TARGET.exec(value);
    if (!target) return links;
    at = TARGET.lastIndex;
    let rel: string | undefined;
    let anchor: string | undefined;
    for (;;) {
      PARAMETER.lastIndex = at;
      const parameter = PARAMETER.exec(value);
      if (!parameter) break;
      at = PARAMETER.lastIndex;
      const text = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3] ?? '';
      const name = (parameter[1] ?? '').toLowerCase();
      // Only the first `rel` and `anchor` count (RFC 8288 §3.3).
      if (name === 'rel') rel ??= text;
      if (name === 'anchor') anchor ??= text;
    }
    const relations = (rel ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    links.push({ target: (target[1] ?? '').trim(), relations, ...(anchor !== undefined && { anchor }) });
  }
}
