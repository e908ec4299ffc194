/** How are the admin pages served to the operator, and to nobody else? */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ActionResult,
  type AdminFrame,
  type AdminView,
  SOURCE_ACTIONS,
  type SourceAction,
  type TakedownAction,
} from '../../model/admin.ts';
import { SAFE_HEADERS } from '../../model/security-headers.ts';
import type { Settings } from '../../model/settings.ts';
import type { Log } from '../../ports/log.ts';
import { percentDecoded } from '../../syntax/url/percent-decode.ts';
import { type AdminAccess, hasToken, isLocal, isSame } from './authorise.ts';
import { addressOf as clientAddress, isSecure as isSecureRequest } from './client-address.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { endedSession, formToken, isOwnForm, openSession, sessionOf } from './sessions.ts';

const FORM = 'application/x-www-form-urlencoded';
const MOST_BYTES = 16_384;

/** No scripts, nothing from other sites, forms only to this site, no framing. */
const ADMIN_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ADMIN_HEADERS = {
  ...SAFE_HEADERS,
  // Forms must send their origin; links to posts need not.
  'Referrer-Policy': 'same-origin',
  'Content-Security-Policy': ADMIN_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'X-Frame-Options': 'DENY',
};

export interface AdminOptions {
  readonly settings: () => Settings;
  readonly access: () => AdminAccess;
  readonly version: string;
  /** @param path  below `/admin/` */
  readonly view: (path: string, query: URLSearchParams) => Promise<AdminView | undefined>;
  readonly render: (view: AdminView, frame: AdminFrame) => Uint8Array;
  readonly css: string;
  readonly act: (action: SourceAction, sourceId: string) => Promise<ActionResult>;
  /** Splits an entry from its story. */
  readonly split: (entryId: string) => Promise<ActionResult>;
  /** Removes or restores a post, or removes all posts of a source. */
  readonly takeDown: (action: TakedownAction, id: string, why: string) => Promise<ActionResult>;
  readonly attempts: LoginThrottle;
  readonly now: () => number;
  readonly log: Log;
}

interface WithId {
  readonly Params: { readonly id: string };
}

type Admission = 'open' | 'session' | 'header' | 'login' | 'wrong' | 'elsewhere' | 'closed';

/** Adds `/admin/` to a web server that is not yet listening. */
export function registerAdmin(app: FastifyInstance, options: AdminOptions): void {
  const { settings, access, version, view, render, css, act, split, takeDown, attempts, now, log } = options;

  /** The token that opens the pages; undefined if there is none. */
  function tokenOfSite(): string | undefined {
    const entry = access();
    return entry.kind === 'token' ? entry.token : undefined;
  }

  const addressOf = ({ raw }: FastifyRequest): string => clientAddress(raw, settings().http.trustProxy);
  const isSecure = ({ raw }: FastifyRequest): boolean => isSecureRequest(raw, settings().http.trustProxy);

  function admissionOf({ raw }: FastifyRequest): Admission {
    const entry = access();
    if (entry.kind === 'closed') return 'closed';
    if (entry.kind === 'this-machine') return isLocal(raw) ? 'open' : 'elsewhere';
    const { token } = entry;
    if (sessionOf(raw, token, now()) !== undefined) return 'session';
    if (raw.headers.authorization === undefined) return 'login';
    return hasToken(raw, token) ? 'header' : 'wrong';
  }

  async function page(request: FastifyRequest, reply: FastifyReply, shown: AdminView, status = 200): Promise<void> {
    const { site } = settings();
    const [path = ''] = request.url.split('?');
    const frame: AdminFrame = {
      siteTitle: site.title,
      timezone: site.timezone,
      version,
      now: now(),
      root: '../'.repeat(path.split('/').length - 2),
      formToken: formToken(request.raw, tokenOfSite()),
      hasSession: admissionOf(request) === 'session',
    };
    const challenge = status === 401 ? { 'WWW-Authenticate': 'Bearer realm="Feedmill"' } : {};
    await reply
      .code(status)
      .headers({ ...ADMIN_HEADERS, ...challenge })
      .type('text/html; charset=utf-8')
      .send(Buffer.from(render(shown, frame)));
  }

  const refused = (heading: string, text: string): AdminView => ({ kind: 'refused', heading, text });

  /** Whether the request is allowed; if not, it has been answered. */
  async function admitted(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const waitMs = attempts.waitMs(addressOf(request), now());
    const admission = admissionOf(request);
    if (admission === 'session' || admission === 'open') return true;
    if (waitMs > 0 && admission !== 'elsewhere' && admission !== 'closed') {
      reply.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
      await page(request, reply, refused('Wait', 'Too many wrong tokens were sent. Wait a minute.'), 429);
      return false;
    }
    switch (admission) {
      case 'header':
        attempts.right(addressOf(request));
        return true;
      case 'closed': {
        const entry = access();
        const why = entry.kind === 'closed' ? entry.message : '';
        await page(request, reply, refused('Closed', `${why} Set admin.token in the config.`), 403);
        return false;
      }
      case 'elsewhere':
        await page(
          request,
          reply,
          refused(
            'Not from here',
            'Without admin.token in the config, these pages are served only to the machine itself.',
          ),
          403,
        );
        return false;
      case 'wrong':
        attempts.wrong(addressOf(request), now());
        log.warn({ address: addressOf(request) }, 'a wrong token at the admin pages');
        await page(request, reply, { kind: 'login', isWrong: true }, 401);
        return false;
      case 'login':
        await page(request, reply, { kind: 'login', isWrong: false }, 401);
        return false;
    }
  }

  async function show(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!(await admitted(request, reply))) return;
    const [path = '', query = ''] = request.url.split('?');
    const found = await view(percentDecoded(path.replace(/^\/admin\//u, '')), new URLSearchParams(query));
    if (found !== undefined) return page(request, reply, found);
    return page(request, reply, refused('Nothing here', 'There is no such page, or no such source.'), 404);
  }

  async function login(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = tokenOfSite();
    const given = fieldOf(request, 'token');
    if (token === undefined) return seeOther(reply, './');
    if (attempts.waitMs(addressOf(request), now()) > 0) {
      await admitted(request, reply);
      return;
    }
    if (!isSame(given, token)) {
      attempts.wrong(addressOf(request), now());
      log.warn({ address: addressOf(request) }, 'a wrong token at the admin pages');
      return page(request, reply, { kind: 'login', isWrong: true }, 401);
    }
    attempts.right(addressOf(request));
    reply.header('Set-Cookie', openSession(token, isSecure(request), now()));
    return seeOther(reply, './');
  }

  /** Whether a change is allowed; if not, the request has been answered. */
  async function mayChange(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (!(await admitted(request, reply))) return false;
    // No page can make a browser send a Bearer header, but one can make it send Basic.
    const isProgram = /^bearer /iu.test(request.headers.authorization ?? '');
    if (!isProgram && !isOwnForm(request.raw, tokenOfSite(), fieldOf(request, 'formToken'), settings().site.url)) {
      await page(request, reply, refused('Not sent', 'This form is too old, or came from another site.'), 403);
      return false;
    }
    return true;
  }

  async function change(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!(await mayChange(request, reply))) return;
    const [, , , id = '', name = ''] = request.url.split('?')[0]?.split('/') ?? [];
    const action = SOURCE_ACTIONS.find((known) => known === name);
    if (action === undefined) return page(request, reply, refused('Nothing here', 'There is no such action.'), 404);
    const sourceId = percentDecoded(id);
    const result = await act(action, sourceId);
    log.info({ source: sourceId, action, result, address: addressOf(request) }, 'changed on the admin page');
    return seeOther(reply, `../${encodeURIComponent(sourceId)}?done=${action}&result=${result}`);
  }

  async function takedown(request: FastifyRequest, reply: FastifyReply, action: TakedownAction, id: string) {
    if (!(await mayChange(request, reply))) return;
    const why = fieldOf(request, 'why').trim();
    const result = await takeDown(action, id, why);
    log.info({ id, action, result, why, address: addressOf(request) }, 'removed or restored on the admin page');
    await seeOther(reply, `../../removed?done=${action}&result=${result}`);
  }

  // In a scope of its own: no other route accepts its forms.
  app.register(async (scope) => {
    scope.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) => {
      done(null, body);
    });
    scope.get('/admin', (_request, reply) => seeOther(reply, 'admin/'));
    scope.get('/admin/style.css', async (_request, reply) => {
      await reply
        .headers({ ...SAFE_HEADERS, 'Cache-Control': 'max-age=300' })
        .type('text/css; charset=utf-8')
        .send(css);
    });
    scope.get('/admin/*', show);
    scope.post('/admin/login', login);
    scope.post('/admin/logout', async (request, reply) => {
      if (!(await mayChange(request, reply))) return;
      reply.header('Set-Cookie', endedSession(isSecure(request)));
      await seeOther(reply, './');
    });
    for (const action of ['remove', 'restore'] as const) {
      scope.post<WithId>(`/admin/post/:id/${action}`, (request, reply) =>
        takedown(request, reply, action, request.params.id),
      );
    }
    scope.post<WithId>('/admin/source/:id/purge', (request, reply) =>
      takedown(request, reply, 'purge', request.params.id),
    );
    scope.post('/admin/source/:id/:action', change);
    scope.post<WithId>('/admin/post/:id/split', async (request, reply) => {
      if (!(await mayChange(request, reply))) return;
      const { id } = request.params;
      const result = /^[0-9a-f]{16}$/u.test(id) ? await split(id) : 'unknown';
      log.info({ entry: id, result, address: addressOf(request) }, 'split from its story on the admin page');
      await seeOther(reply, `../../stories?result=${result}`);
    });
    await Promise.resolve();
  });
}

/** To a path relative to the requested one, so that it works behind any proxy. */
async function seeOther(reply: FastifyReply, location: string): Promise<void> {
  await reply.code(303).headers(ADMIN_HEADERS).header('Location', location).send();
}

function fieldOf({ body }: FastifyRequest, name: string): string {
  return typeof body === 'string' ? (new URLSearchParams(body).get(name) ?? '') : '';
}
