/** A site on loopback with real HTTP, for tests of serving. */
import type { FastifyInstance } from 'fastify';
import { Agent, type Dispatcher } from 'undici';
import { createWeb, type Web, type WebOptions } from '../../../src/io/web/server.ts';
import { packageDocument } from '../../../src/io/publish/package.ts';
import type { OutputFeed, RenderedDocument } from '../../../src/model/output.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { createMemoryDocuments, type MemoryDocuments } from '../../support/documents.ts';
import { sampleFeed, sampleSettings } from '../../stages/render/samples.ts';

/** Id of a post that was removed for good. */
export const REMOVED = '00000000000000ff';

export interface Site {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly web: Web;
  readonly documents: MemoryDocuments;
  /** What was logged, message and facts. */
  readonly logged: string[];
  readonly clock: { now: number };
  settings: Settings;
  publish(posts: readonly Post[]): Promise<OutputFeed>;
  put(document: RenderedDocument): Promise<void>;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
}

interface SiteChanges extends Partial<WebOptions> {
  /** Adds further routes before the site listens. */
  readonly prepare?: (app: FastifyInstance, settings: () => Settings) => void;
}

export async function openSite({ prepare, ...changes }: SiteChanges = {}): Promise<Site> {
  const documents = createMemoryDocuments();
  const logged: string[] = [];
  const clock = { now: Date.UTC(2021, 11, 24) };
  const fragments = createFragmentCache();
  const log = (facts: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(facts)}`);
  };
  const running = { settings: sampleSettings() };
  const agent = new Agent();
  let origin = '';
  const site: Site = {
    get origin() {
      return origin;
    },
    documents,
    logged,
    clock,
    get settings() {
      return running.settings;
    },
    set settings(settings) {
      running.settings = settings;
    },
    web: createWeb({
      settings: () => running.settings,
      documents,
      render: () => Promise.resolve(undefined),
      isRemoved: (postId) => Promise.resolve(postId === REMOVED),
      health: { ready: () => Promise.resolve([]) },
      now: () => clock.now,
      log: { debug: log, info: log, warn: log, error: log },
      ...changes,
    }),
    publish: async (posts) => {
      const feed = sampleFeed(posts, site.settings);
      for (const render of Object.values(renderers)) await site.put(render(feed, fragments));
      return feed;
    },
    put: async (document) => documents.publish([await packageDocument(document)]),
    ask: async (path, { method = 'GET', headers = {}, body } = {}) => {
      const answer = await agent.request({ origin, path, method, headers, ...(body !== undefined && { body }) });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString() };
    },
    close: async () => {
      await agent.close();
      await site.web.close();
    },
  };
  documents.watch((path) => {
    site.web.invalidate(path);
  });
  prepare?.(site.web.app, () => running.settings);
  origin = await site.web.listen();
  return site;
}
