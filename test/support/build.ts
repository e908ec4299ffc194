/** Makes `dist` current before tests that run the real command; does nothing where it is. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export default function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  if (Math.max(newest(`${root}src`), statSync(`${root}script/build.ts`).mtimeMs) < builtAt(`${root}dist/main.js`))
    return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
}

function newest(directory: string): number {
  return Math.max(
    ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(`${directory}/${file}`).mtimeMs,
    ),
  );
}

function builtAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
