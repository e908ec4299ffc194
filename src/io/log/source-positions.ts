/** Which line of the sources does a position in a stack trace mean? */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

const POSITION = /(file:\/\/[^\s()"]+\.js):(\d+):(\d+)/gu;

/**
 * Replaces positions in built files by those in the TypeScript sources. The built program is in few large files, and their source maps
 * are read only for the first trace that is logged: with `--enable-source-maps` Node would read them at each start.
 *
 * Positions in npm packages stay as they are: they have no map.
 */
export function createSourcePositions(): (text: string) => string {
  const maps = new Map<string, SourceMap | undefined>();

  function inSource(position: string, url: string, line: string, column: string): string {
    if (!maps.has(url)) maps.set(url, readMap(url));
    const entry = maps.get(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry) || !entry.originalSource.endsWith('.ts')) return position;
    return `${new URL(entry.originalSource, url).href}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }

  return (text) => text.replace(POSITION, inSource);
}

/** Undefined if there is no readable source map: the trace is then logged with the position in the built file. */
function readMap(url: string): SourceMap | undefined {
  try {
    // The build writes it; a file that is not a source map ends in an error here.
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')) as SourceMap['payload']);
  } catch {
    return undefined;
  }
}
