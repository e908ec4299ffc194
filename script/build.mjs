#!/usr/bin/env node
/**
 * After the compiler: copies what is not TypeScript (Lua) into dist, and notes from which commit and when that was built.
 *
 * FEEDMILL_COMMIT names the commit where there is no Git, as in an image; SOURCE_DATE_EPOCH the time of the build.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
cpSync(`${root}src`, `${root}dist`, { recursive: true, filter: (file) => !file.endsWith('.ts') });
chmodSync(`${root}dist/main.js`, 0o755);

function commit() {
  try {
    const found = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
    const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root, stdio: 'pipe' });
    return changed.length > 0 ? `${found.slice(0, 12)}-changed` : found.slice(0, 12);
  } catch {
    // Not a checkout, or no Git.
    return '';
  }
}

const epoch = Number(process.env['SOURCE_DATE_EPOCH'] || Date.now() / 1_000);
const builtAt = new Date(Math.floor(epoch) * 1_000).toISOString().replace('.000', '');
const facts = { commit: process.env['FEEDMILL_COMMIT']?.slice(0, 12) || commit(), builtAt };
writeFileSync(`${root}dist/build.json`, `${JSON.stringify(facts)}\n`);
