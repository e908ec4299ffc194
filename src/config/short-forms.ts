/** Which keys of a source are short for which others? One wish in two ways. */
export const SHORT_FORMS = [
  ['content', ['publish', 'content']],
  ['proxy', ['fetch', 'proxy']],
  ['ca', ['fetch', 'ca']],
] as const;
