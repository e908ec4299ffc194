/** How are log lines written? */
import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';
import { withEscapedControls } from '../../syntax/text/terminal.ts';
import { withoutSecretsIn } from '../../syntax/url/redact-url.ts';
import { maskedFacts, MOST_DEEP } from './mask.ts';
import { limitRepeats } from './repeats.ts';
import { createSourcePositions } from './source-positions.ts';

export interface ProcessLog extends Log {
  /** Masks these texts in every line from now on. Texts of fewer than four characters are not masked. */
  hide(secrets: readonly string[]): void;
  /** Texts that Node.js and libraries would print become log lines too. */
  takeOver(onFatal: () => void): void;
  /** Logs one line on the error that ends the process. */
  fatal(facts: object, message: string): void;
}

const SHORTEST_SECRET = 4;
const HIDDEN = '[hidden]';

/** JSON lines on standard error; standard output is for the output of commands. Keys in addresses are masked. */
export function createLog(level: string): ProcessLog {
  const destination = pino.destination({ dest: 2, sync: true });
  const inSources = createSourcePositions();
  let secrets: readonly string[] = [];
  const written = pino(
    {
      level: process.env['FEEDMILL_LOG'] ?? level,
      base: null,
      formatters: { log: (facts) => maskedFacts(facts, MOST_DEEP) },
      hooks: {
        logMethod(parameters, method) {
          const masked = parameters.map((part: unknown) => (typeof part === 'string' ? withoutSecretsIn(part) : part));
          // As many parameters as before, of the same types.
          method.apply(this, masked as typeof parameters);
        },
      },
    },
    { write: (line: string) => destination.write(redacted(inSources(withEscapedControls(line)), secrets)) },
  );
  const log = limitRepeats(written);
  return {
    ...log,
    hide: (texts) => {
      secrets = formsOf(texts);
    },
    fatal: (facts, message) => {
      written.fatal(facts, message);
    },
    takeOver: (onFatal) => {
      process.removeAllListeners('warning').on('warning', ({ name, message }) => {
        log.warn({ name }, message);
      });
      const fatal = (error: unknown): void => {
        const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
        // The only fields of an error that are logged: errors of Redis carry the command with its arguments.
        written.fatal({ name, stack }, `stopping after an error that nothing handled: ${message}`);
        onFatal();
      };
      process.on('uncaughtException', fatal).on('unhandledRejection', fatal);
    },
  };
}

/** @param secrets  from `formsOf` */
export function redacted(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
}

/** Each secret as it is, as written in JSON, and as written in an address; the longest first. */
export function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
