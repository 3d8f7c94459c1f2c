// Whether mail that somebody re-routed leaves over an address that has been listed since: then the way round is no way round any more.
import type { Config } from '../config.js';
import type { HealthItem } from '../context.js';
import type { Db } from '../db/open.js';
import { cleanRoutes } from '../incidents/relays.js';
import { containmentsInForce, openListings } from '../incidents/store.js';

/** One line where any route is configured; nothing else. */
export function routesHealth({ config: { routes }, db }: { config: Pick<Config, 'routes'>; db: Db }): HealthItem[] {
  if (routes.length === 0) return [];
  const used = containmentsInForce(db).flatMap(({ action, route }) => (action === 'reroute' && route ? [route] : []));
  if (used.length === 0) return [{ name: 'routes', ok: true, text: 'no mail is re-routed' }];
  const clean = cleanRoutes(routes, openListings(db));
  const listed = routes.filter((route) => used.includes(route.name) && !clean.includes(route));
  if (listed.length === 0)
    return [{ name: 'routes', ok: true, text: 'no re-routed mail leaves over a listed address' }];
  const lines = listed.map(({ name, outboundIp }) => {
    const customers = used.filter((each) => each === name).length;
    return `${name} sends from ${outboundIp}, which is listed: re-routed mail of ${customers} ${customers === 1 ? 'customer' : 'customers'} leaves there. Lift it, or take another route`;
  });
  return [{ name: 'routes', ok: false, text: lines.join('; ') }];
}
