/** Which id does a source get if the config gives it none? */
import { createHash } from 'node:crypto';

const MAX_LENGTH = 60;

/**
 * Readable, and made from the URL alone, so that it does not depend on other sources:
 * `https://feeds.example.org/news/world.xml` is `feeds-example-org-news-world`. If words were lost (other scripts,
 * long addresses), six digits of the URL's hash keep ids distinct.
 */
export function sourceIdFor(address: string): string {
  const url = new URL(address);
  const host = url.host.replace(/^www\./, '');
  const path = url.pathname.replace(/\.xml$/i, '');
  const whole = `${host}${path}${url.search}`;
  const words = whole.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const readable = words.join('-');
  if (readable.length <= MAX_LENGTH && !/%[0-9a-f]{2}|xn--/i.test(whole)) return readable;
  const kept = decodable(whole)
    .slice(0, MAX_LENGTH - 7)
    .replace(/(?<!-)-+$/, '');
  return `${kept}-${createHash('sha256').update(url.href).digest('hex').slice(0, 6)}`;
}

function decodable(whole: string): string {
  const plain = whole.replace(/(?:%[0-9a-f]{2})+/gi, ' ').toLowerCase();
  return (plain.match(/[a-z0-9]+/g) ?? ['source']).join('-');
}
