/** `feedmill post`: the commands on one post. */
import type { Command } from 'commander';
import { registerPostRemove } from './post-remove.ts';
import { registerPostSplit } from './post-split.ts';
import { registerPostTrace } from './post-trace.ts';

export function registerPost(program: Command): void {
  const post = program.command('post').description('show the trace of a post, split a story, or take a post down');
  registerPostTrace(post);
  registerPostSplit(post);
  registerPostRemove(post);
}
