/** What is one check of one source called, by the queue and by whoever holds the source? */

/** The same whenever it is tried again; another one for the source's next check. */
export function checkId({ sourceId, dueAt }: { readonly sourceId: string; readonly dueAt: number }): string {
  return `${sourceId}@${dueAt}`;
}
