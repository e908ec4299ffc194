/** `feedmill init`: how is a new site created? */
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import type { readConfig as readConfigFiles } from '../config/read.ts';
import type { CommentLanguage, StarterAnswers, StarterFile } from '../config/starter.ts';
import { codeOf } from '../model/errors.ts';
import { EXIT } from './exit.ts';
import { say } from './say.ts';

type ReadConfig = typeof readConfigFiles;

interface InitOptions {
  readonly title?: string;
  readonly url?: string;
  readonly language?: string;
  readonly timezone?: string;
  readonly feed: readonly string[];
  readonly comments?: CommentLanguage;
  readonly yes?: true;
}

export function registerInit(program: Command): void {
  program
    .command('init')
    .argument('[DIR]', 'directory of the new site', '.')
    .description('write a new site: a config with a few feeds, a workflow that publishes it, a README')
    .option('--title <TITLE>', 'name of the site')
    .option('--url <URL>', 'public address; default: FEEDMILL_URL, else this machine')
    .option('--language <TAG>', 'language of the pages, such as zh-CN')
    .option('--timezone <NAME>', 'for times shown, such as Asia/Shanghai')
    .option('--feed <URL>', 'a source; may be repeated; default: five well-known ones', collect, [])
    .addOption(new Option('--comments <LANGUAGE>', 'language of the comments').choices(['en', 'zh']))
    .option('-y, --yes', 'ask nothing; use the defaults for everything that is not given')
    .addHelpText('after', '\nOn a terminal, asks for everything that is not given. Existing files are not overwritten.')
    .action(async (directory: string, options: InitOptions) => {
      process.exitCode = await init(directory, options);
    });
}

async function init(directory: string, options: InitOptions): Promise<number> {
  const [{ defaultAnswers, starterFiles }, { readConfig }] = await Promise.all([
    import('../config/starter.ts'),
    import('../config/read.ts'),
  ]);
  const isAsking = options.yes !== true && process.stdin.isTTY;
  const given = isAsking ? await asked(options, defaultAnswers) : options;
  const answers = answersOf(given, defaultAnswers);
  const files = starterFiles(answers);
  judge(files, readConfig);
  await writeAll(directory, files);
  for (const { path } of files) say(join(directory, path));
  const change = directory === '.' ? '' : `cd ${directory}, `;
  say(`Next: ${change}feedmill check --fetch, then feedmill start (or feedmill once for static pages in public/)`);
  return EXIT.done;
}

type Defaults = (comments: CommentLanguage) => StarterAnswers;

function answersOf(options: InitOptions, defaultsOf: Defaults): StarterAnswers {
  const comments = options.comments ?? (/^zh\b/iu.test(options.language ?? '') ? 'zh' : 'en');
  const defaults = defaultsOf(comments);
  return {
    comments,
    title: options.title ?? defaults.title,
    language: options.language ?? defaults.language,
    timezone: options.timezone ?? defaults.timezone,
    feeds: options.feed.length === 0 ? defaults.feeds : options.feed.map((url) => ({ url })),
    ...(options.url !== undefined && { url: options.url }),
  };
}

/** Asks for everything that no option gives; an empty answer means the default. */
async function asked(options: InitOptions, defaultsOf: Defaults): Promise<InitOptions> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const language = options.language ?? (await ask(terminal, 'Language of the site', 'en'));
    const defaults = answersOf({ ...options, language }, defaultsOf);
    const title = options.title ?? (await ask(terminal, 'Title', defaults.title));
    const url = options.url ?? (await ask(terminal, 'Public address (empty: not known yet)', ''));
    const feed = options.feed.length > 0 ? options.feed : await askFeeds(terminal);
    return { ...options, language, title, feed, ...(url !== '' && { url }) };
  } finally {
    terminal.close();
  }
}

async function ask(terminal: Interface, question: string, fallback: string): Promise<string> {
  const answer = (await terminal.question(`${question}${fallback === '' ? '' : ` [${fallback}]`}: `)).trim();
  return answer === '' ? fallback : answer;
}

async function askFeeds(terminal: Interface): Promise<readonly string[]> {
  const feeds: string[] = [];
  for (;;) {
    const url = await ask(
      terminal,
      feeds.length === 0 ? 'First feed (empty: five well-known ones)' : 'Next feed (empty: done)',
      '',
    );
    if (url === '') return feeds;
    feeds.push(url);
  }
}

/** @throws ConfigError if an answer is not valid, before anything is written */
function judge(files: readonly StarterFile[], readConfig: ReadConfig): void {
  const configFiles = files
    .filter(({ path }) => path.startsWith('config/'))
    .map(({ path, text }) => ({ path, name: path.slice('config/'.length), text }));
  readConfig(configFiles, {});
}

/** All or nothing. @throws Error naming the first file that exists already */
async function writeAll(directory: string, files: readonly StarterFile[]): Promise<void> {
  const existing = await Promise.all(files.map(({ path }) => isThere(join(directory, path))));
  const [first] = files.filter((_file, index) => existing[index]);
  if (first !== undefined) {
    throw new Error(`${join(directory, first.path)} exists already; nothing was written. Choose another directory.`);
  }
  for (const { path, text } of files) {
    const target = join(directory, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text, { flag: 'wx' });
    } catch (error) {
      const { accessHint } = await import('../io/access-hint.ts');
      const reason = accessHint(error, directory) || (error instanceof Error ? error.message : String(error));
      throw new Error(`${target} could not be written: ${reason}`, { cause: error });
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
