/** Which tags come later in the source, for elements that depend on them? */

export interface TagFinder {
  /** True if an end tag with the name follows the position. */
  readonly endsLater: (name: string, from: number) => boolean;
  /** True if a start tag with the name comes before that end tag. */
  readonly startsBeforeEnd: (name: string, from: number) => boolean;
}

/** Must be called with increasing positions; all calls together then read the source twice for each name. */
export function tagFinder(source: string): TagFinder {
  const next = new Map<string, number>();
  const find = (tag: string, from: number): number => {
    let at = next.get(tag) ?? -1;
    if (at < from) {
      const pattern = new RegExp(`<${tag}(?=[\\s/>])`, 'gi');
      pattern.lastIndex = from;
      at = pattern.exec(source)?.index ?? Number.POSITIVE_INFINITY;
      next.set(tag, at);
    }
    return at;
  };
  return {
    endsLater: (name, from) => find(`/${name}`, from) !== Number.POSITIVE_INFINITY,
    startsBeforeEnd: (name, from) => find(name, from) < find(`/${name}`, from),
  };
}
