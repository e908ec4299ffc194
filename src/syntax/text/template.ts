/** What does a text with names in braces become, such as `{source}: {title}`? */

export interface Template {
  /** Without what was asked for twice. */
  readonly names: readonly string[];
  fill(valueOf: (name: string) => string): string;
}

/** `{name}`; `{{name}}` is the name in braces. Any other brace is an ordinary character. */
const NAME = /\{\{([A-Za-z]\w*)\}\}|\{([A-Za-z]\w*)\}/g;

/** Never fails: a name that the caller does not know is found in `names`. */
export function parseTemplate(text: string): Template {
  const names = [...text.matchAll(NAME)].flatMap(([, , name]) => name ?? []);
  return {
    names: [...new Set(names)],
    fill: (valueOf) =>
      text.replace(NAME, (_whole, literal: string | undefined, name: string) =>
        literal === undefined ? valueOf(name) : `{${literal}}`,
      ),
  };
}

/** What is wrong with the names in a template, to be read on after `is "…", `; undefined if nothing is. */
export function unknownFieldFault(text: string, known: readonly string[]): string | undefined {
  const unknown = parseTemplate(text).names.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const fields = known.map((name) => `{${name}}`).join(', ');
  return `must name fields of a post: {${unknown}} is none of ${fields}; {{${unknown}}} is the word in braces`;
}

/** The name if the template is nothing but one field. */
export function onlyField(text: string): string | undefined {
  return /^\{([A-Za-z]\w*)\}$/.exec(text)?.[1];
}
