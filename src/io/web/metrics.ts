/** Who may read the metrics? */
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../model/settings.ts';
import { isInNetworks, parseNetworks } from '../../syntax/http/ip-address.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type AdminAccess, hasToken, isLocal } from './authorise.ts';
import { addressOf, isFromUnknownProxy } from './client-address.ts';
import type { LoginThrottle } from './login-throttle.ts';

export interface MetricsOptions {
  readonly settings: () => Settings;
  readonly access: () => AdminAccess;
  /** Shared with the admin pages, because it is the same token. */
  readonly attempts: LoginThrottle;
  readonly now: () => number;
}

/** `/metrics`, for clients with the admin token and for the networks of `http.metrics.allow`. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, options: MetricsOptions): void {
  const { settings, access, attempts, now } = options;
  app.get('/metrics', async (request, reply) => {
    const { http } = settings();
    const entry = access();
    const address = addressOf(request.raw, http.trustProxy);
    reply.header('Cache-Control', 'no-store');
    const isAllowed =
      (entry.kind === 'this-machine' && isLocal(request.raw)) ||
      (!isFromUnknownProxy(request.raw, http.trustProxy) && isInNetworks(address, parseNetworks(http.metricsAllow)));
    const waitMs = isAllowed ? 0 : attempts.waitMs(address, now());
    if (waitMs > 0) {
      return reply
        .code(429)
        .header('Retry-After', String(Math.ceil(waitMs / 1_000)))
        .type('text/plain; charset=utf-8')
        .send('Too many wrong tokens were sent. Wait a minute.\n');
    }
    const knowsToken = entry.kind === 'token' && hasToken(request.raw, entry.token);
    if (knowsToken) attempts.right(address);
    if (isAllowed || knowsToken) return reply.type(metrics.contentType).send(await metrics.text());
    if (request.headers.authorization !== undefined) attempts.wrong(address, now());
    const isToken = entry.kind === 'token';
    return reply
      .code(isToken ? 401 : 403)
      .headers(isToken ? { 'WWW-Authenticate': 'Bearer realm="Feedmill"' } : {})
      .type('text/plain; charset=utf-8')
      .send(
        isToken
          ? 'Metrics need "Authorization: Bearer" with the admin token, or an address in http.metrics.allow.\n'
          : 'Metrics are served only to this machine. Set admin.token or http.metrics.allow to read them elsewhere.\n',
      );
  });
}
