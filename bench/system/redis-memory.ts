/** Which keys take the memory of Redis? Those of one kind together: `p:` of `{feedmill}:p:0f3a…`. */
import type { Redis } from 'ioredis';

export interface KeyMemory {
  readonly kind: string;
  readonly keys: number;
  readonly bytes: number;
}

const AT_ONCE = 1_000;

export async function memoryByKind(redis: Redis): Promise<readonly KeyMemory[]> {
  const found = new Map<string, { keys: number; bytes: number }>();
  for (let cursor = '0'; ;) {
    const [next, keys] = await redis.scan(cursor, 'COUNT', AT_ONCE);
    const asked = redis.pipeline();
    for (const key of keys) asked.memory('USAGE', key, 'SAMPLES', 0);
    const sizes = (await asked.exec()) ?? [];
    for (const [index, key] of keys.entries()) {
      const kind = kindOf(key);
      const sum = found.get(kind) ?? { keys: 0, bytes: 0 };
      found.set(kind, { keys: sum.keys + 1, bytes: sum.bytes + Number(sizes[index]?.[1] ?? 0) });
    }
    if (next === '0') break;
    cursor = next;
  }
  return [...found].map(([kind, sum]) => ({ kind, ...sum })).sort((a, b) => b.bytes - a.bytes);
}

function kindOf(key: string): string {
  const [, name = '', ...rest] = key.split(':');
  return rest.length > 0 ? `${name}:` : name;
}
