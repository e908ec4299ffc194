/** How is a page assembled so that text can never become markup? */
import { escape } from './xml.ts';

/** Markup written by Feedmill, or sanitised. */
export interface Html {
  readonly html: string;
}

export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

/**
 * A template: values are escaped, unless they are markup; absent ones leave nothing, lists are joined.
 *
 * @NOTE not called `html`, because the formatter would reformat templates of that name and split parts of a page.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += written(value) + (parts[index + 1] ?? '');
  });
  return { html: text };
}

/** The markup, if there is a value. */
export function given<T>(value: T | undefined, show: (value: T) => Html): Html | undefined {
  return value === undefined ? undefined : show(value);
}

/** Markup that needs no escaping: a post's sanitised body. */
export function trusted(html: string): Html {
  return { html };
}

function written(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map(written).join('');
}
