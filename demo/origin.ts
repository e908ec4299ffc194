/** Where do the sample feeds come from? A web server on loopback with newsrooms that keep publishing. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import {
  type FeedHead,
  type FeedItem,
  renderAtom,
  type RenderFeed,
  renderJsonFeed,
  renderOldRss,
  renderPage,
  renderRdf,
  renderRss,
} from './feeds.ts';
import {
  type Desk,
  harbourDesk,
  labDesk,
  macroDesk,
  marketDesk,
  stockDesk,
  weatherDesk,
  workshopDesk,
  writeStory,
} from './stories.ts';

interface Newsroom {
  /** First part of its paths. */
  readonly name: string;
  readonly feedPath: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly mediaType: string;
  readonly charset: 'utf-8' | 'gbk';
  readonly desk: Desk;
  readonly render: RenderFeed;
  /** Its server fails now and then, each time in another way. */
  readonly breaks?: boolean;
  /** Repeats each third story of this newsroom, with another link. */
  readonly repeats?: string;
}

export const newsrooms: readonly Newsroom[] = [
  {
    name: 'gupiao',
    feedPath: '/gupiao/rss.xml',
    title: '沪深快讯',
    description: '股市与上市公司快讯',
    language: 'zh-CN',
    mediaType: 'text/xml',
    charset: 'gbk',
    desk: stockDesk,
    render: renderOldRss,
  },
  {
    name: 'guancha',
    feedPath: '/guancha/atom.xml',
    title: '金融观察',
    description: '银行、债市与监管',
    language: 'zh-CN',
    mediaType: 'application/atom+xml; charset=utf-8',
    charset: 'utf-8',
    desk: marketDesk,
    render: renderAtom,
    repeats: 'gupiao',
  },
  {
    name: 'hongguan',
    feedPath: '/hongguan/feed.json',
    title: '宏观笔记',
    description: '读数据，也读数据背后的口径',
    language: 'zh-CN',
    mediaType: 'application/feed+json',
    charset: 'utf-8',
    desk: macroDesk,
    render: renderJsonFeed,
  },
  {
    name: 'harbour',
    feedPath: '/harbour/rss.xml',
    title: 'The Harbour Gazette',
    description: 'News from both sides of the water',
    language: 'en',
    mediaType: 'application/rss+xml; charset=utf-8',
    charset: 'utf-8',
    desk: harbourDesk,
    render: renderRss,
  },
  {
    name: 'weather',
    feedPath: '/weather/rss.xml',
    title: 'Weather Desk',
    description: 'Bulletins, whenever the server is up',
    language: 'en',
    mediaType: 'application/rss+xml; charset=utf-8',
    charset: 'utf-8',
    desk: weatherDesk,
    render: renderRss,
    breaks: true,
  },
  {
    name: 'lab',
    feedPath: '/lab/index.rdf',
    title: 'Lab Notes',
    description: 'Small findings, open data',
    language: 'en',
    mediaType: 'application/rdf+xml',
    charset: 'utf-8',
    desk: labDesk,
    render: renderRdf,
  },
  {
    name: 'workshop',
    feedPath: '/workshop/feed.json',
    title: 'Workshop',
    description: 'Tools and how they are made',
    language: 'en',
    mediaType: 'application/feed+json',
    charset: 'utf-8',
    desk: workshopDesk,
    render: renderJsonFeed,
  },
];

/** Number of stories in a feed; older ones are only available under their link. */
const STORIES_IN_FEED = 20;
const STORIES_AT_START = 3;
const BREAKS_EVERY = 5;

export interface DemoOrigin {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** One more story in the next newsroom, in turn. */
  publish(now: number): void;
  /** Stories so far, all newsrooms together, repeated ones not counted twice. */
  published(): number;
  close(): Promise<void>;
}

interface State {
  readonly room: Newsroom;
  readonly head: FeedHead;
  /** Newest first. */
  readonly items: FeedItem[];
  stories: number;
  requests: number;
}

/** The newsrooms have a few stories of the last hours when they open. */
export async function startDemoOrigin(now: number): Promise<DemoOrigin> {
  const server = createServer((request, response) => {
    answer(request, response, states);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const url = `http://127.0.0.1:${port}`;

  const states = newsrooms.map((room): State => {
    const { title, description, language } = room;
    const head: FeedHead = {
      title,
      description,
      language,
      home: `${url}/${room.name}/`,
      self: `${url}${room.feedPath}`,
    };
    return { room, head, items: [], stories: 0, requests: 0 };
  });
  for (const [index, state] of states.entries()) {
    for (let left = STORIES_AT_START; left > 0; left--) write(state, now - left * 3_600_000 - index * 127_000);
  }

  function write(state: State, at: number): void {
    const story = writeStory(state.room.desk, ++state.stories, at);
    const link = `${state.head.home}${story.number}.html`;
    state.items.unshift({ story, link });
    const repeater = states.find(({ room }) => room.repeats === state.room.name);
    if (story.number % 3 === 0) {
      repeater?.items.unshift({
        story: { ...story, number: story.number + 100_000 },
        link: `${link}?utm_source=guancha&utm_medium=rss`,
      });
    }
  }

  let round = 0;
  return {
    url,
    publish: (at) => {
      // In steps of three through the seven, so that every category soon has something new.
      const state = states[(round++ * 3) % states.length];
      if (state !== undefined) write(state, at);
    },
    published: () => states.reduce((sum, { stories }) => sum + stories, 0),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, states: readonly State[]): void {
  const path = (request.url ?? '/').replace(/\?.*/, '');
  const state = states.find(({ room }) => path.startsWith(`/${room.name}/`));
  if (path === '/') sendPage(response, 200, overview(states));
  else if (state === undefined) sendPage(response, 404, '<h1>Not here</h1>');
  else if (path !== state.room.feedPath) sendStory(response, state, path);
  else if (state.room.breaks === true && ++state.requests % BREAKS_EVERY === 0) breakDown(response, state);
  else sendFeed(request, response, state);
}

function sendFeed(request: IncomingMessage, response: ServerResponse, { room, head, items }: State): void {
  const text = room.render(head, items.slice(0, STORIES_IN_FEED));
  const body = iconv.encode(text, room.charset);
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  const lastModified = new Date(items[0]?.story.publishedAt ?? 0).toUTCString();
  response.setHeader('ETag', etag);
  response.setHeader('Last-Modified', lastModified);
  response.setHeader('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('Content-Type', room.mediaType);
  if (request.headers['accept-encoding']?.includes('gzip') === true) {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(gzipSync(body));
  } else {
    response.end(body);
  }
}

/** In turn: overloaded, cut off in the middle, an error page with a good status, and a closed connection. */
function breakDown(response: ServerResponse, { room, head, items, requests }: State): void {
  switch ((requests / BREAKS_EVERY) % 4) {
    case 1:
      response.setHeader('Retry-After', '2');
      sendPage(response, 503, '<h1>Too many umbrellas</h1>');
      break;
    case 2: {
      const body = Buffer.from(room.render(head, items));
      response.setHeader('Content-Type', room.mediaType);
      response.setHeader('Content-Length', body.length);
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
      break;
    }
    case 3:
      sendPage(response, 200, '<h1>Our database is having lunch</h1>');
      break;
    default:
      response.destroy();
  }
}

function sendStory(response: ServerResponse, { head, items }: State, path: string): void {
  const found = items.find(({ link }) => link === new URL(path, head.home).href);
  if (found === undefined) sendPage(response, 404, '<h1>Not here</h1>');
  else sendPage(response, 200, renderPage(head, found.story));
}

function overview(states: readonly State[]): string {
  const rows = states.map(({ room, head }) => `<li><a href="${head.self}">${room.title}</a> ${room.description}`);
  return `<!doctype html><meta charset="utf-8"><title>Sample newsrooms</title><h1>Sample newsrooms</h1><ul>${rows.join('')}</ul>`;
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
}
