/** How is the text of a Lua script read, with the files that it includes? */
import { readFileSync } from 'node:fs';
import { InvariantError } from '../../model/errors.ts';

/** `src/io`. In the built program each call of `lua` is replaced by the text of the script (`script/build.ts`). */
const root = new URL('../', import.meta.url);

const INCLUDE = /^-- @include (\S+)$/gmu;

const read = new Map<string, string>();

/**
 * The text of a script. Each file is read once, when the store that runs it is created.
 *
 * A line `-- @include store/NAME/FILE.lua` is replaced by that file: functions that several scripts share.
 *
 * @param file  below `src/io`, e.g. `store/checks/add.lua`
 * @throws InvariantError when the file cannot be read: the installation is incomplete
 */
export function lua(file: string): string {
  const known = read.get(file);
  if (known !== undefined) return known;
  const text = readScript(file).replace(INCLUDE, (_line, included: string) => lua(included).trimEnd());
  read.set(file, text);
  return text;
}

function readScript(file: string): string {
  try {
    return readFileSync(new URL(file, root), 'utf8');
  } catch (cause) {
    throw new InvariantError(`the Lua script ${file} cannot be read; build or install Feedmill again`, { cause });
  }
}
