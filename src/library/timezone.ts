/** Does this time zone exist? */

/** The name as the system writes it. @throws RangeError for one that does not exist */
export function knownTimezone(name: string): string {
  return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
}
