#!/usr/bin/env node
/** Prints the licence of every package below node_modules, with its text: what the image is distributed under. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? 'node_modules';
const TEXT = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/iu;

/** Directories of the packages below a `node_modules`, those that are nested included. */
function packagesIn(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => {
      const path = join(directory, name);
      return name.startsWith('@') ? packagesIn(path) : [path, ...packagesIn(join(path, 'node_modules'))];
    });
}

let unknown = 0;
for (const directory of packagesIn(root).sort()) {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const licence = typeof manifest.license === 'string' ? manifest.license : manifest.license?.type;
  if (licence === undefined) unknown += 1;
  console.log(`\n==== ${manifest.name} ${manifest.version}: ${licence ?? 'UNKNOWN'}\n`);
  for (const file of readdirSync(directory).filter((name) => TEXT.test(name))) {
    console.log(readFileSync(join(directory, file), 'utf8').trim());
  }
}
if (unknown > 0) {
  console.error(`${unknown} packages name no licence`);
  process.exitCode = 1;
}
