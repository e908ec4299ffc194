/** Who may read the metrics, and where are they? */
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../model/settings.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { hasToken, isLocal } from './authorise.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { addressOf } from './rate-limit.ts';

export interface MetricsOptions {
  readonly settings: () => Settings;
  /** The same as for the admin pages: it is the same token. */
  readonly attempts: LoginThrottle;
  readonly now: () => number;
}

/** `/metrics`, for this machine and for who has the operator's token. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, options: MetricsOptions): void {
  const { settings, attempts, now } = options;
  app.get('/metrics', async (request, reply) => {
    const { token } = settings().admin;
    const address = addressOf(request.raw);
    const isHere = isLocal(request.raw);
    reply.header('Cache-Control', 'no-store');
    const waitMs = isHere ? 0 : attempts.waitMs(address, now());
    if (waitMs > 0) {
      return reply
        .code(429)
        .header('Retry-After', String(Math.ceil(waitMs / 1_000)))
        .type('text/plain; charset=utf-8')
        .send('Too many wrong tokens came from your address. Wait a minute.\n');
    }
    const isAllowed = isHere || (token !== undefined && hasToken(request.raw, token));
    if (isAllowed) return reply.type(metrics.contentType).send(await metrics.text());
    if (request.headers.authorization !== undefined) attempts.wrong(address, now());
    const why =
      token === undefined
        ? 'Metrics are answered on this machine only. Set admin.token to read them from elsewhere.\n'
        : 'Metrics need "Authorization: Bearer" with admin.token.\n';
    return reply
      .code(token === undefined ? 403 : 401)
      .headers(token === undefined ? {} : { 'WWW-Authenticate': 'Bearer realm="Feedmill"' })
      .type('text/plain; charset=utf-8')
      .send(why);
  });
}
