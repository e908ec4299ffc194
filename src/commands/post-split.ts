/** `feedmill post split`: how is a false merge undone? */
import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { complain, plain, say } from './say.ts';

export function registerPostSplit(post: Command): void {
  post
    .command('split <id>')
    .description('undo a false merge permanently: give an entry a post of its own')
    .addHelpText(
      'after',
      '\nID is the id of an entry that a post lists as also from another source (`post trace` shows it): that entry\n' +
        'leaves the story. For the id of the post itself, all other tellings leave it.\n' +
        'Exit code: 0 split, 1 nothing to split.',
    )
    .action(async (id: string, _own, command: Command) => {
      const { config } = command.optsWithGlobals<{ config: string }>();
      const [{ openBeside }, { splitStory }] = await Promise.all([
        import('./open-beside.ts'),
        import('../jobs/operator/split-story.ts'),
      ]);
      const app = await openBeside(config);
      try {
        const { posts, nearDuplicates, trace } = app;
        const deps = { settings: () => app.config().settings, posts, nearDuplicates, trace };
        const outcome = await splitStory(idMeant(id), deps, Date.now());
        switch (outcome.kind) {
          case 'split':
            await app.publishTouched();
            for (const { id: own, title, source } of outcome.apart)
              say(plain(`${own} is a post of its own: ${title} (${source.title ?? source.id})`));
            say(plain(`${outcome.story.id} stays: ${outcome.story.title}`));
            break;
          case 'alone':
            complain(`${id} is not part of a story: no other source reports it.`);
            process.exitCode = EXIT.failed;
            break;
          case 'unknown':
            complain(`There is no post and no entry of a story with the id ${id}.`);
            process.exitCode = EXIT.failed;
        }
      } finally {
        await app.close();
      }
    });
}

/** The id itself, or the id in the address of a post's page. */
function idMeant(text: string): string {
  return /([0-9a-f]{16})(?:\.html)?$/u.exec(text.trim())?.[1] ?? text;
}
