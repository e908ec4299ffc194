/** What is a source called that was given no id? */
import { createHash } from 'node:crypto';

const MAX_LENGTH = 60;

/**
 * Readable and made from the URL alone, so that it stays whatever other sources come and go:
 * `https://feeds.example.org/news/world.xml` is `feeds-example-org-news-world`. Where words were lost on the way
 * (other scripts, great length), six digits of the URL's hash keep it apart from its neighbours.
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
