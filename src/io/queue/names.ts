/** What are the queues called? */

/** The names of the queues; BullMQ adds them to the prefix. */
export const QUEUE_NAMES = {
  sweep: 'sweep',
  refresh: 'refresh',
  publish: 'publish',
  hub: 'hub',
  /** Separate from deliveries, which must not wait for unconfirmed callbacks. */
  verify: 'hub-verify',
  websub: 'websub',
} as const;
