/** `feedmill post trace`: where does a post come from, or why does an entry have none? */
import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { complain, say, sayJson } from './say.ts';

export function registerPostTrace(post: Command): void {
  post
    .command('trace <what>')
    .description('show the source of a post, each decision on it, the feeds that carry it, or why it was dropped')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      "\nWHAT is a post's id or address, or an entry's link or guid. Kept for 30 days.\nExit code: 0 found, 1 nothing found.",
    )
    .action(async (what: string, _own, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config: string; json?: boolean }>();
      const [{ openBeside }, { tracePost }, { formatTrace }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/operator/trace-post.ts'),
        import('./format-trace.ts'),
      ]);
      const app = await openBeside(config);
      try {
        const deps = { ...app.publishDeps, trace: app.trace };
        const report = await tracePost(what, deps, Date.now());
        if (report.traces.length === 0) process.exitCode = EXIT.failed;
        if (json === true) sayJson(report, 2);
        else if (report.traces.length > 0) say(formatTrace(report));
        else complain(unknown(what));
      } finally {
        await app.close();
      }
    });
}

function unknown(what: string): string {
  return `Nothing found for ${what}: no document of the last 30 days contained it, and no post has this id, link or guid.`;
}
