/** `feedmill import`: how is an export imported into Redis? */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ExportSummary, ImportTarget } from '../app/import-store.ts';
import { codeOf } from '../model/errors.ts';
import { EXIT } from './exit.ts';
import { fileProblem } from './file-problem.ts';
import { showProgress } from './progress.ts';
import { complain, count, say } from './say.ts';

interface ImportFlags {
  readonly config: string;
  readonly yes?: true;
  readonly dryRun?: true;
}

export function registerImport(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'file that `feedmill export` wrote, or - for standard input')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'print what would be done, and do nothing')
    .description('replace everything in Redis by an export, also while Feedmill runs')
    .addHelpText(
      'after',
      '\nThe whole file is checked before anything is changed. Running workers take no jobs meanwhile. If an import is\n' +
        'interrupted, run it again: until then no other command works on the data.',
    )
    .action(async (file: string, _own, command: Command) => {
      const flags = command.optsWithGlobals<ImportFlags>();
      process.exitCode = await (file === '-' ? fromStandardInput(flags) : importFile(file, flags));
    });
}

/** The file is read twice, so standard input is copied to a temporary file. */
async function fromStandardInput(flags: ImportFlags): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-import-'));
  try {
    const file = join(directory, 'standard-input');
    await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }));
    return await importFile(file, flags);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function importFile(file: string, { config, yes, dryRun }: ImportFlags): Promise<number> {
  const [{ expectImportable, importStore, readTarget, summariseExport }, { loadConfig }, { createLog }] =
    await Promise.all([import('../app/import-store.ts'), import('../config/load.ts'), import('../io/log/log.ts')]);
  const settings = await loadConfig(config, process.env);
  const log = createLog('warn');
  const summary = await summariseExport(file, (records) => {
    showProgress(`${records.toLocaleString('en')} records checked`);
  }).catch((error: unknown) => {
    if (codeOf(error) === '') throw error;
    throw new Error(`${file}: ${fileProblem(error)}`, { cause: error });
  });
  showProgress(undefined);

  const target = await readTarget(settings, log);
  expectImportable(file, summary, target, settings.site);
  for (const line of describe(file, summary, target, settings.site.url)) say(line);
  if (dryRun === true) return EXIT.done;
  if (yes !== true && !(await isConfirmed())) return EXIT.usage;

  const leftOut = await importStore(file, summary, {
    settings,
    target,
    log,
    now: Date.now,
    onWritten: (records) => {
      showProgress(`${records.toLocaleString('en')} of ${summary.records.toLocaleString('en')} records written`);
    },
  });
  showProgress(undefined);
  const later = leftOut === 0 ? '' : `; ${count(leftOut, 'post')} that came during the export will be fetched again`;
  say(`imported ${count(summary.posts - leftOut, 'post')}${later}`);
  return EXIT.done;
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    complain('Nothing was changed. Add --yes to do it.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Go on? (yes/no) ').finally(() => {
    terminal.close();
  });
  if (/^y(?:es)?$/iu.test(answer.trim())) return true;
  complain('Nothing was changed.');
  return false;
}

function describe(file: string, summary: ExportSummary, target: ImportTarget, url: string): readonly string[] {
  const { header, posts, sources, entries, subscriptions, subscribers } = summary;
  const id = header.site?.id;
  return [
    `${file}: ${id === undefined ? 'nothing published yet' : `the site ${id}`}, exported ${header.at} by Feedmill ${header.version}`,
    `  ${count(posts, 'post')}, ${count(entries, 'known entry', 'known entries')}, ${count(sources, 'source')}, ` +
      `${count(subscriptions, 'subscription')} with hubs, ${count(subscribers, 'subscription')} with our hub`,
    `Redis at ${target.address}: ${describeTarget(target, id)}`,
    ...(header.site !== undefined && header.site.url !== url
      ? [
          `site.url is ${url}; the export was published at ${header.site.url}. Ids stay; links will use the address of the config.`,
        ]
      : []),
    ...(target.running > 0
      ? [`${count(target.running, 'process', 'processes')} of Feedmill run on it: their work pauses during the import.`]
      : []),
  ];
}

function describeTarget({ schema, siteId, posts }: ImportTarget, id: string | undefined): string {
  if (schema === undefined) return 'it is empty, and will get the data of the file';
  if (siteId === id) return `it holds this site with ${count(posts, 'post')}; all of it will be replaced`;
  return `it holds another site, ${siteId ?? 'not published yet'}, with ${count(posts, 'post')}; all of it will be removed`;
}
