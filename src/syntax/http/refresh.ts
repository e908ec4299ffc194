/** Which address and delay does a `Refresh` header, or the meta element of that name, have? */

export interface Refresh {
  readonly delayMs: number;
  /** As written, relative to the page. */
  readonly target: string;
}

/** `0; url=/feed`, with the variants that browsers read (HTML, "shared declarative refresh steps"). */
export function parseRefresh(value: string): Refresh | undefined {
  const [, seconds = '', rest = ''] = /^\s*(\d*)(?:\.[\d.]*)?\s*[;,\s]\s*(.*)$/s.exec(value) ?? [];
  if (seconds === '' && !/^\s*\./.test(value)) return undefined;
  const written = rest.replace(/^url\s*=\s*/i, '').trim();
  const quote = /^["']/.exec(written)?.[0];
  const target = quote === undefined ? written : (written.slice(1).split(quote, 1)[0] ?? '');
  return target.trim() === '' ? undefined : { delayMs: Number(seconds) * 1000, target: target.trim() };
}
