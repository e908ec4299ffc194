/** Starts the test hub as a process of its own. */
import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HubEvent, Misbehaviour } from './hub.ts';
import type { HubCommand, HubNews } from './process.ts';

export interface HubProcess {
  readonly url: string;
  misbehave(how: Misbehaviour): void;
  /** Statuses that the callbacks answered. */
  publish(topic: string, body: string): Promise<readonly number[]>;
  /** Resolves when this has happened so often altogether since the start. */
  until(event: HubEvent, times?: number): Promise<void>;
  count(event: HubEvent): number;
  close(): Promise<void>;
}

export async function startHubProcess(): Promise<HubProcess> {
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const events = new EventEmitter();
  const counts = new Map<HubEvent, number>();
  const published: (readonly number[])[] = [];
  const send = (command: HubCommand): void => {
    child.send(command);
  };
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`the hub ended with ${code ?? 'a signal'}`));
    });
    child.on('message', (message) => {
      // It says nothing else.
      const news = message as HubNews;
      if (news.kind === 'ready') resolve(news.url);
      else if (news.kind === 'published') published.push(news.statuses);
      else counts.set(news.kind, (counts.get(news.kind) ?? 0) + 1);
      events.emit('news');
    });
  });
  const count = (event: HubEvent): number => counts.get(event) ?? 0;
  return {
    url,
    misbehave: (how) => {
      send({ kind: 'misbehave', how });
    },
    publish: async (topic, body) => {
      send({ kind: 'publish', topic, body });
      for (;;) {
        const statuses = published.shift();
        if (statuses !== undefined) return statuses;
        await once(events, 'news');
      }
    },
    until: async (event, times = 1) => {
      while (count(event) < times) await once(events, 'news');
    },
    count,
    close: async () => {
      const ended = once(child, 'exit');
      send({ kind: 'close' });
      await ended;
    },
  };
}
