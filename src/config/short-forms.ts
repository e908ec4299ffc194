/** Which keys of a source are short forms of other keys? */
export const SHORT_FORMS = [
  ['content', ['publish', 'content']],
  ['proxy', ['fetch', 'proxy']],
  ['ca', ['fetch', 'ca']],
] as const;
