/** Which keys does Redis contain, and which of them are exported? */
import { QUEUE_NAMES } from '../queue/names.ts';

/**
 * Keys by name, without the prefix: `*` at the end stands for any rest, `#` for a number, `%` for hex digits. Every key
 * that Feedmill writes belongs to one of these families: a new one is added here, and a test fails until it is.
 *
 * An export reads group after group, while Feedmill writes. References are read before their targets: keys of entries,
 * then their marks, then the posts. So data that are added meanwhile are missing at the start of such a chain, which
 * does no harm; and the states of sources are read before their entries, so that missing entries are fetched again.
 */
export const EXPORTED: readonly (readonly string[])[] = [
  [
    // Sources and their schedule.
    ...['due', 's:*', 'assigned', 'entries', 'unlisted', 'names', 'failing', 'b:*'],
    // The site and its configs.
    ...['site', 'generation', 'generation:hashes', 'config', 'config:changes'],
    // Keys of entries, last documents and held entries; near-duplicates and the trace by their keys.
    ...['k:%', 'forget:next', 'held', 'held:*', 'original:*', 'originals', 'originals:sizes', 'n2:#:#:b%', 't:#:%'],
    // Our subscriptions with hubs of sources, and their notifications.
    ...['w:s:*', 'w:c:*', 'w:all', 'w:due', 'w:p:*', 'w:pushed', 'w:site'],
    // Subscriptions with our hub.
    ...['h:s:*', 'h:t:*', 'h:leases', 'h:failing', 'h:parties', 'h:ended:*', 'h:request:*', 'h:waiting:*', 'h:pinged'],
    // Published documents, so that they are served immediately, and dirty keys.
    ...['d:*', 'paths', 'listed:names', 'headlines', 'entries', 'touched', 'rest', 'behind', 'touches', 'tally'],
  ],
  ['m:%', 'n2:#:#:', 't:#'],
  ['p:%', 'n2:#:#:r#', 'n2:#:#:origins', 'n:apart', 't:#:r#', 't:#:o'],
  // Last, so that no post that was removed meanwhile comes back, and no entry that was held meanwhile is lost.
  ['takedowns', 'takedowns:keys', 'takedown:*', 'held', 'held:*'],
];

/** Keys of running processes: heartbeats, slots, jobs, and the mark of an import itself. */
const OF_PROCESSES: readonly string[] = [
  ...[
    'swept',
    'alive',
    'probe',
    'network',
    'generation:members',
    'woken:*',
    'br:*',
    'bs:*',
    'bw:*',
    'h:busy:*',
    'h:rate:*',
  ],
  ...['schema', 'schema:by', 'import', 'import:paths'],
  ...Object.values(QUEUE_NAMES).map((name) => `${name}:*`),
];

/**
 * Keys that an import makes from the others: the scopes of posts; without the rest, everything is published and copied
 * again.
 */
const FROM_THE_REST: readonly string[] = ['x:*', 'inputs', 'copies'];

/** Keys that are not exported. */
export const REBUILT: readonly string[] = [...FROM_THE_REST, ...OF_PROCESSES];

const isOfProcess = matcher(OF_PROCESSES);
const isServed = matcher(['d:*', 'paths']);

/** Whether an import removes the key with this name. Documents stay in use until others replace them. */
export function isReplaced(name: string): boolean {
  return !isOfProcess(name) && !isServed(name);
}

/** @returns whether a name, without the prefix, belongs to one of the families */
export function matcher(families: readonly string[]): (name: string) => boolean {
  const pattern = new RegExp(`^(?:${families.map(expression).join('|')})$`, 'su');
  return (name) => pattern.test(name);
}

function expression(family: string): string {
  return family.replace(/[*#%]/gu, (sign) => ({ '*': '.+', '#': '\\d+', '%': '[0-9a-f]+' })[sign] ?? sign);
}
