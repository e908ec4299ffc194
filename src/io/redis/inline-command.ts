/** How does the server behind a unix socket answer one inline command? */
import { connect } from 'node:net';

export type InlineAnswer =
  /** First line, without its end: `+PONG`, `-LOADING …`. */
  | { readonly kind: 'line'; readonly line: string }
  /** Nobody listens. */
  | { readonly kind: 'refused' }
  /** Ended the connection without a word, as SHUTDOWN does. */
  | { readonly kind: 'closed' }
  /** Connected, but no answer in time: a stopped or very busy process. */
  | { readonly kind: 'silent' };

/**
 * Sends one line, if any, and waits for one line. Never throws; leaves no connection behind.
 *
 * @param command  an inline command of the Redis protocol; without one it only listens
 */
export async function inlineCommand(
  socketPath: string,
  command: string | undefined,
  timeoutMs: number,
): Promise<InlineAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath });
    let text = '';
    const end = (answer: InlineAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      end({ kind: 'silent' });
    }, timeoutMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      if (command !== undefined) socket.write(`${command}\r\n`);
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
      const lineEnd = text.indexOf('\n');
      if (lineEnd !== -1) end({ kind: 'line', line: text.slice(0, lineEnd).trimEnd() });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A full backlog (EAGAIN) means that a server is running; ECONNRESET and EPIPE that one was just running.
      if (error.code === 'EAGAIN') end({ kind: 'silent' });
      else end({ kind: error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'closed' : 'refused' });
    });
    socket.on('close', () => {
      end({ kind: 'closed' });
    });
  });
}
