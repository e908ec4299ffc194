/** How are variables such as `${NAME}` replaced in a value? */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly text: string;
  /** A part came from the environment, or from the default of a variable. */
  readonly fromEnvironment: boolean;
  /** The value is a single variable: an empty result then counts as not written. */
  readonly whole: boolean;
  /** What is wrong; contains no value of a variable. */
  readonly problems: readonly string[];
}

const REFERENCE = /\$(\$\{)|\$\{([^}]*)(\}?)/g;
const NAME = /^([A-Za-z_]\w*)(?::-([^]*))?$/;

/**
 * Replaces `${NAME}` and `${NAME:-default}` (the default is used for unset and empty variables).
 * `$${` stays as `${`, for the rare text that needs it.
 */
export function expandVariables(text: string, environment: Environment): Expanded {
  const problems: string[] = [];
  let references = 0;
  const expanded = text.replace(REFERENCE, (whole: string, escaped?: string, inner: string = '', end: string = '') => {
    if (escaped !== undefined) return escaped;
    references += 1;
    const [, name, fallback] = NAME.exec(inner) ?? [];
    if (name === undefined || end === '') {
      problems.push(
        `has ${whole}, which names no variable; allowed are \${NAME}, \${NAME:-default} and $\${ for the signs`,
      );
      return '';
    }
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) {
      problems.push(`needs the environment variable ${name}, which is not set; \${${name}:-…} gives a default`);
    }
    return value ?? '';
  });
  return {
    text: expanded,
    fromEnvironment: references > 0,
    whole: references === 1 && /^\$\{[^}]*\}$/.test(text),
    problems,
  };
}
