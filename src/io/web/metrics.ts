/** Who may read the metrics, and where are they? */
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../model/settings.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { hasToken, isLocal } from './access.ts';

/** `/metrics`, for this machine and for who has the operator's token. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, settings: () => Settings): void {
  app.get('/metrics', async (request, reply) => {
    const { token } = settings().admin;
    const isAllowed = isLocal(request.raw) || (token !== undefined && hasToken(request.raw, token));
    reply.header('Cache-Control', 'no-store');
    if (isAllowed) return reply.type(metrics.contentType).send(await metrics.text());
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
