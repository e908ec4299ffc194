/** Is the config of this process the latest of its site, if several processes run? */
import { randomUUID } from 'node:crypto';
import { configHash } from '../config/identity.ts';
import { type Generations, SAY_EVERY_MS } from '../io/store/generations.ts';
import type { Settings } from '../model/settings.ts';
import type { Log } from '../ports/log.ts';

export interface Membership {
  /**
   * Makes this the config of the process.
   *
   * @returns whether it is the latest; its sources and its address then become those of the site
   * @throws  StoreError
   */
  claim(settings: Settings): Promise<boolean>;
  /** Repeats this for the config of the process, after a loss of data or some time. */
  renew(): Promise<boolean>;
  /** The last answer of the store. */
  isLatest(): boolean;
  /**
   * Reports regularly that the process runs. If the processes with a later config stop, this config is the latest
   * again, and `onLatest` is called.
   *
   * @returns a function that ends the reports
   */
  keepUp(onLatest: () => Promise<void>): () => Promise<void>;
}

/** @param isPermanent  false for a command that ends soon */
export function createMembership(generations: Generations, isPermanent: () => boolean, log: Log): Membership {
  const member = randomUUID();
  let hash: string | undefined;
  let wasLatest: boolean | undefined;

  async function claim(settings: Settings): Promise<boolean> {
    const next = configHash(settings);
    const isChange = hash !== undefined && hash !== next;
    hash = next;
    return note(await generations.claim({ hash, ...(isPermanent() && { member }), isChange }));
  }

  async function renew(): Promise<boolean> {
    if (hash === undefined) return false;
    return note(await generations.claim({ hash, ...(isPermanent() && { member }), isChange: false }));
  }

  function note({ number, isLatest }: { readonly number: number; readonly isLatest: boolean }): boolean {
    if (!isLatest && wasLatest !== false) {
      log.warn(
        { generation: number },
        'another process runs a later config of this site: the sources and addresses of that config stay in use; ' +
          'stop this process, or give it the same config',
      );
    }
    wasLatest = isLatest;
    return isLatest;
  }

  function keepUp(onLatest: () => Promise<void>): () => Promise<void> {
    let saying: Promise<void> | undefined;
    async function say(): Promise<void> {
      const before = wasLatest;
      if (!(await renew()) || before !== false) return;
      log.info({}, 'no process runs the later config any more: the config of this process is in use again');
      await onLatest();
    }
    const timer = setInterval(() => {
      saying ??= say()
        .catch((error: unknown) => {
          log.warn({ error: String(error) }, 'could not report that this process runs; trying again');
        })
        .finally(() => {
          saying = undefined;
        });
    }, SAY_EVERY_MS).unref();
    return async () => {
      clearInterval(timer);
      await saying;
      await generations.leave(member);
    };
  }

  return { claim, renew, isLatest: () => wasLatest !== false, keepUp };
}
