/** `feedmill check`: is the config valid, and what does a fetch of each source return? */
import type { Command } from 'commander';
import { describeProblem } from '../model/errors.ts';
import { version } from '../version.ts';
import { EXIT } from './exit.ts';
import { count, plain, say } from './say.ts';

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('check the config and report every problem with file:line:column')
    .option(
      '--fetch',
      'also fetch each source and report the result; nothing is stored, and hosts that asked to wait are skipped',
    )
    .addHelpText('after', '\nExit code: 0 no problem, 1 a source gave no feed (--fetch), 2 the config is invalid.')
    .action(async (options: { fetch?: true }, command: Command) => {
      // The program defines this option, with a default.
      const { config: directory } = command.optsWithGlobals<{ config: string }>();
      const { loadConfigAndSecrets } = await import('../config/load.ts');
      const { settings, files } = await loadConfigAndSecrets(directory, process.env);
      const { sources, categories } = settings;
      say(
        `${directory}: ${count(files.length, 'file')}, ${count(categories.length, 'category', 'categories')}, ${count(sources.length, 'source')}; no problems`,
      );
      for (const { id, url, channel } of sources) {
        if (channel !== undefined) say(`${id}: ${plain(channel)} is read at ${plain(url)}`);
      }
      for (const warning of settings.warnings ?? []) say(`warning: ${describeProblem(warning)}`);
      if (options.fetch !== true) return;
      const { trySources } = await import('./try-sources.ts');
      const { gaveFeed, failed, notAsked } = await trySources(settings, version);
      const left = notAsked === 0 ? '' : `; ${notAsked} skipped, because their hosts asked to wait`;
      say(`${count(gaveFeed, 'source')} of ${sources.length} gave a feed${left}`);
      if (failed > 0) process.exitCode = EXIT.failed;
    });
}
