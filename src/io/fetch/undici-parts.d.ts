/**
 * Types of the files of undici that we import. Its main file also loads `fetch`, WebSocket and caches, which are most of
 * its code and which Feedmill does not use.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}

declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}

declare module 'undici/lib/core/errors.js' {
  import { errors } from 'undici';
  export default errors;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';
  /** `Dispatcher.request`, which undici's main file adds to each dispatcher. */
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}

declare module 'undici/lib/web/cookies/parse.js' {
  import type { Cookie } from 'undici';
  export function parseSetCookie(header: string): Cookie | null;
}
