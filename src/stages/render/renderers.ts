/** In which formats is a feed published? One line for each. */
import type { OutputFeed, OutputFormat, RenderedDocument } from '../../model/output.ts';
import { renderAtom } from './atom.ts';
import type { FragmentCache } from './fragments.ts';
import { renderJson } from './json.ts';
import { renderListPage } from './list-page.ts';
import { renderRss } from './rss.ts';

/** Same feed, same bytes; the cache only saves time. */
export type Renderer = (feed: OutputFeed, fragments: FragmentCache) => RenderedDocument;

export const renderers: Readonly<Record<OutputFormat, Renderer>> = {
  html: renderListPage,
  rss: renderRss,
  atom: renderAtom,
  json: renderJson,
};
