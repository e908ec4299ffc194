/** `feedmill parse`: how is a document parsed? */
import { type Command, InvalidArgumentError } from 'commander';
import type { ParseFeedOptions } from '../library/parse.ts';

export function registerParse(program: Command): void {
  program
    .command('parse [FILE]')
    .description('read one feed document (a file, or - for standard input) and print it as one line of JSON')
    .option('--content-type <TYPE>', 'the Content-Type of its response')
    .option('--base-url <URL>', 'its address', address)
    .option('--timezone <NAME>', 'for dates without a zone, e.g. Asia/Shanghai', timezone)
    .option('--now <TIME>', 'the time from which relative dates count, ISO 8601', instant)
    .option('--batch', 'read JSON lines {"id","file","contentType","baseUrl","timezone"} and print one answer for each')
    .addHelpText('after', '\nExit code: 0 a feed was read, 1 the document is not a feed or cannot be read.')
    .action(
      async (file: string | undefined, options: ParseFeedOptions & { readonly batch?: true }, command: Command) => {
        if (options.batch === true && file !== undefined) {
          command.error(`error: --batch reads file names from standard input; the argument '${file}' is not used`);
        }
        const { parseBatch, parseOne } = await import('./print-feed.ts');
        process.exitCode = options.batch === true ? await parseBatch(options) : await parseOne(file ?? '-', options);
      },
    );
}

function address(value: string): string {
  if (!URL.canParse(value)) throw new InvalidArgumentError('It must be an absolute URL.');
  return value;
}

function timezone(value: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError('It must be an IANA name such as Asia/Shanghai.');
    throw error;
  }
}

function instant(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be a time such as 2026-01-31T08:30:00Z.');
  return time;
}
