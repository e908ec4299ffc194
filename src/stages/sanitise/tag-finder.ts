/** What comes later in the source, for elements whose fate depends on it? */

export interface TagFinder {
  /** Whether an end tag of the name comes after a position. */
  readonly endsLater: (name: string, from: number) => boolean;
  /** Whether a start tag of the name comes before it. */
  readonly startsBeforeEnd: (name: string, from: number) => boolean;
}

/** Asked with growing positions, so that all answers together read the source twice for each name. */
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
