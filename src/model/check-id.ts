/** Which id does one check of a source have, in the queue and as a lease holder? */

/** The same for each retry; different for the next check of the source. */
export function checkId({ sourceId, dueAt }: { readonly sourceId: string; readonly dueAt: number }): string {
  return `${sourceId}@${dueAt}`;
}
