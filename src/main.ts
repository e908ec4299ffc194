#!/usr/bin/env node
/** Which command is run, and with which exit code does the process end? */
import { Command, CommanderError } from 'commander';
import { registerChanges } from './commands/changes.ts';
import { registerCheck } from './commands/check.ts';
import { EXIT, exitCodeOf } from './commands/exit.ts';
import { complain } from './commands/say.ts';
import { registerExport } from './commands/export.ts';
import { registerImport } from './commands/import.ts';
import { registerInit } from './commands/init.ts';
import { registerOnce } from './commands/once.ts';
import { registerOpml } from './commands/opml.ts';
import { registerParse } from './commands/parse.ts';
import { registerPlan } from './commands/plan.ts';
import { registerPost } from './commands/post.ts';
import { registerSchema } from './commands/schema.ts';
import { registerSource } from './commands/source.ts';
import { registerSources } from './commands/sources.ts';
import { registerStart } from './commands/start.ts';
import { versionAndBuild } from './version.ts';

const program = new Command('feedmill')
  .description('Many source feeds in, a few good category feeds out.')
  .version(versionAndBuild)
  .option('-c, --config <DIR>', 'directory of the config files', process.env['FEEDMILL_CONFIG'] ?? 'config')
  .configureOutput({ getOutHasColors: () => process.stdout.isTTY, getErrHasColors: () => process.stderr.isTTY })
  .showHelpAfterError('(feedmill --help lists the commands)')
  .exitOverride();

registerInit(program);
registerStart(program);
registerOnce(program);
registerCheck(program);
registerParse(program);
registerSources(program);
registerSource(program);
registerPost(program);
registerPlan(program);
registerChanges(program);
registerOpml(program);
registerExport(program);
registerImport(program);
registerSchema(program);

// The reader of our output may close it early, as `head` does; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reported(error);
}

/** Prints the error if it has not been printed. @returns the exit code: 0 done, 1 failed, 2 wrong usage or config */
function reported(error: unknown): number {
  // Commander has printed its message; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  complain(error instanceof Error ? error.message : String(error));
  return exitCodeOf(error);
}
