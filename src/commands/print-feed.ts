/** How does `feedmill parse` print a document as JSON? */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { NotAFeedError, parseFeed, type ParseFeedOptions } from '../library/parse.ts';
import { EXIT } from './exit.ts';
import { fileProblem } from './file-problem.ts';
import { complain, jsonText, sayJson } from './say.ts';

/** Prints one file. @returns the exit code */
export async function parseOne(file: string, options: ParseFeedOptions): Promise<number> {
  const answer = await readDocument(file, options);
  if ('error' in answer) {
    complain(`${file === '-' ? 'standard input' : file}: ${answer.error}`);
    return EXIT.failed;
  }
  sayJson(answer.feed);
  return EXIT.done;
}

/** One line for each request, in their order; a document that is not a feed gives an answer with `error`. */
export async function parseBatch(options: ParseFeedOptions): Promise<number> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const answer = await answerTo(line, options);
    if (!process.stdout.write(`${jsonText(answer)}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
  return EXIT.done;
}

async function answerTo(line: string, options: ParseFeedOptions): Promise<object> {
  const question = readQuestion(line);
  if (question === undefined) return { error: 'The line is not a JSON object with "id" and "file".' };
  const { id, file, own } = question;
  return { id, ...(await readDocument(file, { ...options, ...own })) };
}

interface Question {
  readonly id: unknown;
  readonly file: string;
  readonly own: ParseFeedOptions;
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

type Answer = { readonly feed: object } | { readonly error: string };

async function readDocument(file: string, options: ParseFeedOptions): Promise<Answer> {
  let bytes: Uint8Array;
  try {
    bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    return { error: fileProblem(error) };
  }
  try {
    return { feed: parseFeed(bytes, options) };
  } catch (error) {
    if (error instanceof NotAFeedError) return { error: error.message };
    throw error;
  }
}
