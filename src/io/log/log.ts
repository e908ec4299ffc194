/** Where do the lines of the log go? */
import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';
import { withEscapedControls } from '../../syntax/text/terminal.ts';
import { withoutSecretsIn } from '../../syntax/url/redact-url.ts';
import { maskedFacts, MOST_DEEP } from './mask.ts';
import { limitRepeats } from './repeats.ts';
import { createSourcePositions } from './source-positions.ts';

export interface ProcessLog extends Log {
  /** Replaces these texts in every line from now on. Texts of fewer than four characters are left. */
  hide(secrets: readonly string[]): void;
  /** Everything else that Node.js and libraries would print as plain text becomes a line of the log too. */
  takeOver(onFatal: () => void): void;
  /** One line about what ends the process. */
  fatal(facts: object, message: string): void;
}

const SHORTEST_SECRET = 4;
const HIDDEN = '[hidden]';

/** JSON lines on standard error; standard output is for what a command prints. Keys in addresses are masked. */
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
        // Of an error only these: replies of Redis carry their command with its arguments.
        written.fatal({ name, stack }, `stopping after an error that nothing handled: ${message}`);
        onFatal();
      };
      process.on('uncaughtException', fatal).on('unhandledRejection', fatal);
    },
  };
}

/** @param secrets  as `formsOf` gives them */
export function redacted(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
}

/** Each secret as it is, as JSON writes it and as an address does; the longest first. */
export function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
