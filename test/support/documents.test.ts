/** Do the documents in memory behave as the port promises? */
import { describe } from 'vitest';
import { documentsContract } from '../ports/documents.contract.ts';
import { createMemoryDocuments } from './documents.ts';

describe('documents in memory', () => {
  documentsContract(() => {
    const documents = createMemoryDocuments();
    return {
      documents,
      watch: (onChange) => {
        documents.watch(onChange);
        return Promise.resolve();
      },
    };
  });
});
