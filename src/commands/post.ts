/** `feedmill post`: what about this one post? */
import type { Command } from 'commander';
import { registerPostSplit } from './post-split.ts';
import { registerPostTrace } from './post-trace.ts';

export function registerPost(program: Command): void {
  const post = program.command('post').description('look at one post, or take its story apart');
  registerPostTrace(post);
  registerPostSplit(post);
}
