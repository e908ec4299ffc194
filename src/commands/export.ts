/** `feedmill export`: how is everything in Redis written to a file? */
import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { showProgress } from './progress.ts';
import { complain, count } from './say.ts';

export function registerExport(program: Command): void {
  program
    .command('export')
    .argument('<file>', 'file to write, or - for standard output')
    .description('write everything in Redis to a file, also while Feedmill runs')
    .addHelpText(
      'after',
      '\nThe file is compressed with gzip, or with zstd if its name ends with .zst and Node.js has it. It replaces one of that\n' +
        'name once it is whole. It contains secrets of subscriptions and addresses; only its owner can read it.',
    )
    .action(async (file: string, _own, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      if (file === '-' && process.stdout.isTTY) {
        complain('Standard output is a terminal: name a file, or write feedmill export - > FILE.');
        process.exitCode = EXIT.usage;
        return;
      }
      const [{ exportStore }, { loadConfig }, { createLog }, { connectRedis }] = await Promise.all([
        import('../app/export-store.ts'),
        import('../config/load.ts'),
        import('../io/log/log.ts'),
        import('../io/redis/connect.ts'),
      ]);
      const settings = await loadConfig(config, process.env);
      const redis = await connectRedis(settings.redis, createLog('warn'), { shared: true, mayCreate: false });
      try {
        const records = await exportStore(redis, file, Date.now, (written) => {
          showProgress(`${written.toLocaleString('en')} records written`);
        });
        showProgress(undefined);
        complain(`${count(records, 'record')} written to ${file === '-' ? 'standard output' : file}`);
      } finally {
        await redis.close();
      }
    });
}
