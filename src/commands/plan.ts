/** `feedmill plan`: what would an edited config change? */
import type { Command } from 'commander';
import { say, sayJson } from './say.ts';

export function registerPlan(program: Command): void {
  program
    .command('plan')
    .description(
      'show what an edited config would change: posts added, removed, changed in each category; write nothing',
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nThe edited config: --config DIR, or --config FILE for a config of one file. Its rules run on the last document\nof each source; the resulting feeds are compared with those that are served.\nExit code: 0 done, 2 the config is wrong.',
    )
    .action(async (_own, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config: string; json?: boolean }>();
      const [{ openBeside }, { planConfig }, { formatPlan }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/plan/plan-config.ts'),
        import('./format-plan.ts'),
      ]);
      const app = await openBeside(config, { asWritten: true });
      try {
        const plan = await planConfig(app.config().settings, app, Date.now());
        if (json === true) sayJson(plan, 2);
        else say(formatPlan(plan));
      } finally {
        await app.close();
      }
    });
}
