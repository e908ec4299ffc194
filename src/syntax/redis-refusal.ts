/** Does an error of Redis mean that it refuses all writes? */

/** First words of the replies: out of memory, a replica, no disk, loading, no master, a broken cluster, too few replicas. */
const REFUSAL = /\b(OOM|READONLY|MISCONF|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)\b/u;

/** The first word of the refusal, such as `OOM`; undefined for any other text. */
export function redisRefusal(message: string): string | undefined {
  return REFUSAL.exec(message)?.[1];
}
