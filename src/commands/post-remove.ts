/** `feedmill post remove` and `post restore`: how is a post removed permanently, and a removal undone? */
import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { complain, plain, say } from './say.ts';

const WHAT = "\nWHAT is a post's id or address, or an entry's link or guid.\n";

export function registerPostRemove(post: Command): void {
  post
    .command('remove <what>')
    .description('remove a post from every feed, page and copy immediately, and never publish it again')
    .option('--why <reason>', 'the reason, shown by `post trace`')
    .addHelpText(
      'after',
      `${WHAT}If its source offers it again, it is recognised by guid, link or text. Its text is kept for 30 days, so that\n` +
        '`post restore` can undo a mistake. Exit code: 0 removed, 1 not found.',
    )
    .action(async (what: string, options: { why?: string }, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      const [{ openBeside }, { removePosts }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/operator/remove-post.ts'),
      ]);
      const app = await openBeside(config);
      try {
        const removed = await removePosts(what, options.why, app, Date.now());
        await app.publishTouched();
        for (const { id, title, source } of removed)
          say(plain(`removed ${id}: ${title} (${source.title ?? source.id})`));
        if (removed.length === 0) {
          complain(`No post has the id, address, link or guid ${what}.`);
          process.exitCode = EXIT.failed;
        }
      } finally {
        await app.close();
      }
    });

  post
    .command('restore <what>')
    .description('undo `post remove`')
    .addHelpText('after', `${WHAT}Exit code: 0 restored, 1 no such post was removed.`)
    .action(async (what: string, _own, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      const [{ openBeside }, { restorePost }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/operator/remove-post.ts'),
      ]);
      const app = await openBeside(config);
      try {
        const restored = await restorePost(what, app, Date.now());
        switch (restored.kind) {
          case 'published':
            await app.publishTouched();
            say(plain(`restored ${restored.post.id}: ${restored.post.title}`));
            break;
          case 'allowed':
            say(
              `${restored.takedown.id} is allowed again. Its text is not kept any more, so it is published when ` +
                `${restored.takedown.sourceId} offers it: feedmill source reset ${restored.takedown.sourceId}`,
            );
            break;
          case 'unknown':
            complain(`No removed post has the id, address, link or guid ${what}.`);
            process.exitCode = EXIT.failed;
        }
      } finally {
        await app.close();
      }
    });
}
