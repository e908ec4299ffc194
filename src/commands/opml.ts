/** `feedmill opml`: how are subscription lists imported and exported? */
import { mkdir, open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { ConfigFile } from '../config/files.ts';
import { fileProblem } from './file-problem.ts';
import { codeOf } from '../model/errors.ts';
import { say } from './say.ts';

export function registerOpml(program: Command): void {
  const opml = program.command('opml').description('import and export subscription lists');
  opml
    .command('import')
    .argument('<file>', 'OPML file, or - for standard input')
    .option('--no-folders', 'do not add a category for an unknown folder; its sources get none')
    .description('write the sources of a list to a new file in the config directory')
    .action(async (file: string, options: { folders: boolean }, command: Command) => {
      // The program defines this option, with a default.
      const { config } = command.optsWithGlobals<{ config: string }>();
      await importFile(file, config, options.folders);
    });
  opml
    .command('export')
    .option('--sources', 'the sources, by category, instead of our category feeds')
    .description('print a list of the category feeds, or of the sources')
    .action(async (options: { sources?: true }, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      const [{ loadConfig }, { renderOpml, renderSourcesOpml }] = await Promise.all([
        import('../config/load.ts'),
        import('../stages/render/opml.ts'),
      ]);
      const settings = await loadConfig(config, process.env);
      process.stdout.write(options.sources === true ? renderSourcesOpml(settings).body : renderOpml(settings).body);
    });
}

/** @throws Error if the file is not a subscription list, or nothing in it can be added */
async function importFile(file: string, directory: string, folders: boolean): Promise<void> {
  const [{ describeAuth, describeSkipped, importedYaml, importOpml }, { decodeBytes }, { readSecretFiles }] =
    await Promise.all([
      import('../config/import-opml.ts'),
      import('../syntax/charset/decode.ts'),
      import('../config/secret-files.ts'),
    ]);
  const bytes = file === '-' ? await buffer(process.stdin) : await readNamed(file);
  const files = await filesIn(directory);
  const { environment } = await readSecretFiles(files, process.env);
  const found = importOpml(decodeBytes(bytes, undefined).text, files, environment, folders);
  if (found === undefined) throw new Error(`${file} is not a subscription list: it has no <opml> and no <outline>`);
  for (const skipped of found.skipped) say(`skipped ${describeSkipped(skipped)}`);
  if (found.sources.length === 0) {
    say('nothing to add');
    return;
  }
  const name = file === '-' ? 'stdin' : basename(file).replace(/\.[^.]*$/, '');
  const path = await writeNew(directory, `imported-${name}`, importedYaml(found, name));
  for (const { slug, title } of found.categories) say(`added category ${slug} (${title})`);
  for (const { id, url } of found.sources) say(`added ${id} ${url}`);
  for (const line of describeAuth(found)) say(line);
  say(`${path}: ${found.sources.length} added, ${found.skipped.length} skipped`);
}

async function readNamed(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new Error(`${file}: ${fileProblem(error)}`, { cause: error });
  });
}

/** Empty if the directory does not exist. */
async function filesIn(directory: string): Promise<readonly ConfigFile[]> {
  const { readConfigFiles } = await import('../config/load.ts');
  await mkdir(directory, { recursive: true });
  return readConfigFiles(directory);
}

/** Chooses an unused name, so that nothing is overwritten. */
async function writeNew(directory: string, name: string, content: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = join(directory, `${name}${number === 1 ? '' : `-${number}`}.yaml`);
    try {
      const file = await open(path, 'wx');
      await file.writeFile(content).finally(() => file.close());
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
