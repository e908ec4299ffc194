/** How is a Lua script run in one round trip? */
import { createHash } from 'node:crypto';
import { InvariantError, StoreError } from '../../model/errors.ts';
import type { RedisClient } from '../redis/connect.ts';

export type { RedisClient } from '../redis/connect.ts';

export type Reply = Buffer | number | null | readonly Reply[];

type Run = (...args: readonly (string | number | Buffer)[]) => Promise<Reply>;

/**
 * A script that is sent by its digest and in full only to a server that does not know it yet.
 *
 * The script gets one key, the prefix with its cluster hash tag, and makes all others from it, so that
 * everything lives in one slot.
 *
 * @throws StoreError if the script could not be run; its writes are atomic
 */
export function defineScript(client: RedisClient, name: string, prefix: string, lua: string): Run {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (...args) => {
    try {
      return await run('evalsha', digest, args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw failed(name, error);
    }
    return run('eval', lua, args).catch((error: unknown) => {
      throw failed(name, error);
    });
  };

  async function run(command: 'eval' | 'evalsha', body: string, args: readonly (string | number | Buffer)[]) {
    gather(client);
    // Redis answers a script with bulk strings, integers, nil and arrays of these.
    return (await client.callBuffer(command, [body, 1, prefix, ...args])) as Reply;
  }
}

/**
 * Commands until the end of this turn of the event loop are sent in one write: many documents are processed at the
 * same time, and writing to the socket is a large part of the cost of a script. In a cluster each node has its own
 * stream, so this does nothing there.
 */
function gather(client: RedisClient): void {
  if (!('stream' in client) || client.status !== 'ready') return;
  const { stream } = client;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => {
    stream.uncork();
  });
}

/** Wraps an error of the client with the step that failed. */
export function failed(step: string, cause: unknown): StoreError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(`Redis: ${step} failed: ${found}`, { cause });
}

/** An array reply; anything else is an error of the script. */
export function listOf(reply: Reply | undefined): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[];
  throw new StoreError(`Redis: expected an array from a script, found ${typeof reply}`);
}

export function textOf(reply: Reply | undefined): string {
  if (Buffer.isBuffer(reply)) return reply.toString('utf8');
  if (typeof reply === 'number') return String(reply);
  throw new StoreError(`Redis: expected text from a script, found ${typeof reply}`);
}

/** A reply of packed bytes. */
export function bytesOf(reply: Reply | undefined): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw new InvariantError(`expected bytes from a script, found ${typeof reply}`);
}

export function optionalText(reply: Reply | undefined): string | undefined {
  return reply === null || reply === undefined ? undefined : textOf(reply);
}

export function numberOf(reply: Reply | undefined): number {
  return Number(textOf(reply));
}
