import { describe } from 'vitest';
import { nearDuplicatesContract } from '../ports/near-duplicates.contract.ts';
import { postsContract } from '../ports/posts.contract.ts';
import { memoryStore } from './memory-store.ts';

describe('posts in memory', () => {
  postsContract(() => memoryStore().posts);
});

describe('near-duplicates in memory', () => {
  nearDuplicatesContract(() => memoryStore().nearDuplicates);
});
