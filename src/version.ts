/** Which version of Feedmill is this? */
import { readFileSync } from 'node:fs';

/** From package.json, which is one level above both `src` and `dist`. */
export const version = readVersion();

function readVersion(): string {
  const facts: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof facts === 'object' && facts !== null && 'version' in facts && typeof facts.version === 'string') {
    return facts.version;
  }
  throw new Error('package.json has no version');
}
