/** `feedmill changes`: which config runs, and which changes were made to it? */
import type { Command } from 'commander';
import { plain, say, when } from './say.ts';

export function registerChanges(program: Command): void {
  program
    .command('changes')
    .description('show the last 20 changes of the running config: time and content of each')
    .option('--json', 'as JSON')
    .action(async (_own, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config: string; json?: boolean }>();
      const { openBeside } = await import('./open-beside.ts');
      const app = await openBeside(config);
      try {
        const changes = await app.runningConfigs.changes();
        if (json === true) {
          const dated = changes.map(({ at, text }) => ({ at: when(at), text }));
          say(JSON.stringify(dated, undefined, 2));
          return;
        }
        for (const { at, text } of changes) say(`${when(at)}  ${plain(text)}`);
        if (changes.length === 0) say('No config has run on this store yet.');
      } finally {
        await app.close();
      }
    });
}
