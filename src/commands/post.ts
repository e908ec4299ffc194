/** `feedmill post`: which commands work on one post? */
import type { Command } from 'commander';
import { registerPostSplit } from './post-split.ts';
import { registerPostTrace } from './post-trace.ts';

export function registerPost(program: Command): void {
  const post = program.command('post').description('show the trace of a post, or split a story');
  registerPostTrace(post);
  registerPostSplit(post);
}
