/** How does `feedmill parse` print a document as JSON? */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { millisecondsInMinute } from 'date-fns/constants';
import { configSchema } from '../config/schema.ts';
import type { Entry, Markup, ParsedFeed, ParseOutcome } from '../model/feed.ts';
import { parseDocument } from '../stages/parse/parse.ts';
import { sanitiseHtml } from '../stages/sanitise/sanitise.ts';
import { htmlToText } from '../syntax/html/text.ts';
import { titleFromText } from '../syntax/text/sentence.ts';
import { EXIT } from './exit.ts';
import { fileProblem } from './file-problem.ts';

export interface ParseOptions {
  readonly contentType?: string;
  readonly baseUrl?: string;
  readonly timezone?: string;
  /** Epoch ms. */
  readonly now?: number;
}

/** Limits and HTML policy with their defaults. */
const { limits, html } = configSchema.shape;
const defaults = { limits: limits.parse({}), html: html.parse({}) };

/** Prints one file. @returns the exit code */
export async function parseOne(file: string, options: ParseOptions): Promise<number> {
  const answer = printable(await readDocument(file, options));
  if ('error' in answer) {
    process.stderr.write(`${file === '-' ? 'standard input' : file}: ${answer.error}\n`);
    return EXIT.failed;
  }
  process.stdout.write(`${JSON.stringify(answer.feed)}\n`);
  return EXIT.done;
}

/** One line for each request, in their order; a document that is not a feed gives an answer with `error`. */
export async function parseBatch(options: ParseOptions): Promise<number> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const answer = await answerTo(line, options);
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
  return EXIT.done;
}

async function answerTo(line: string, options: ParseOptions): Promise<object> {
  const question = readQuestion(line);
  if (question === undefined) return { error: 'The line is not a JSON object with "id" and "file".' };
  const { id, file, own } = question;
  return { id, ...printable(await readDocument(file, { ...options, ...own })) };
}

interface Question {
  readonly id: unknown;
  readonly file: string;
  readonly own: ParseOptions;
}

function readQuestion(line: string): Question | undefined {
  const question = readObject(line);
  const file = question?.['file'];
  if (question === undefined || typeof file !== 'string') return undefined;
  const text = (key: string): string | undefined => {
    const value = question[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const contentType = text('contentType');
  const baseUrl = text('baseUrl');
  const zone = text('timezone');
  return {
    id: question['id'],
    file,
    own: {
      ...(contentType !== undefined && { contentType }),
      ...(baseUrl !== undefined && { baseUrl }),
      ...(zone !== undefined && { timezone: zone }),
    },
  };
}

function readObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Reading = ParseOutcome | { readonly kind: 'unreadable'; readonly message: string };

async function readDocument(file: string, options: ParseOptions): Promise<Reading> {
  let bytes: Uint8Array;
  try {
    bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    return { kind: 'unreadable', message: fileProblem(error) };
  }
  const { contentType, baseUrl, timezone: zone, now = Date.now() } = options;
  return parseDocument({
    bytes,
    now,
    limits: defaults.limits,
    ...(contentType !== undefined && { contentType }),
    ...(baseUrl !== undefined && { url: baseUrl }),
    ...(zone !== undefined && { timezone: zone }),
  });
}

function printable(reading: Reading): { readonly feed: object } | { readonly error: string } {
  if (reading.kind === 'unreadable') return { error: reading.message };
  if (reading.kind === 'failed') return { error: reading.failure.message };
  const { feed } = reading;
  return {
    feed: {
      feed: printableFeed(feed),
      items: feed.entries.map(printableEntry),
      issues: feed.issues.map(({ message }) => message),
    },
  };
}

/** Undefined fields are not printed. */
function printableFeed(feed: ParsedFeed): object {
  const { ttlMs } = feed.hints;
  return {
    id: feed.id,
    title: feed.title,
    link: feed.link,
    description: feed.description,
    language: feed.language,
    updated: time(feed.updated),
    image: feed.image,
    icon: feed.icon,
    authors: filled(feed.authors),
    categories: filled(feed.categories),
    rights: feed.rights,
    generator: feed.generator,
    hub: feed.hubs[0],
    self: feed.self,
    // Minutes, as in RSS 2.0.
    ttl: ttlMs === undefined ? undefined : ttlMs / millisecondsInMinute,
    format: feed.format,
  };
}

function printableEntry(entry: Entry): object {
  const summary = safe(entry.summary);
  const content = safe(entry.content);
  return {
    id: entry.id,
    link: entry.link,
    title: entry.title ?? titleFrom(summary ?? content),
    summary,
    content,
    published: time(entry.published),
    updated: time(entry.updated),
    authors: filled(entry.authors),
    categories: filled(entry.categories),
    enclosures: filled(entry.enclosures),
    image: entry.image,
    language: entry.language,
    rights: entry.rights,
    comments: entry.comments,
  };
}

function safe(markup: Markup | undefined): string | undefined {
  const html = markup === undefined ? '' : sanitiseHtml(markup, defaults.html);
  return html === '' ? undefined : html;
}

const SHORT_ENOUGH = 80;

/** A text as short as a title is used as it is; of a longer one, the first sentence. */
function titleFrom(html: string | undefined): string | undefined {
  const text = html === undefined ? '' : htmlToText(html);
  const title = text.length <= SHORT_ENOUGH ? text : titleFromText(text);
  return title === '' ? undefined : title;
}

function time(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

function filled<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
