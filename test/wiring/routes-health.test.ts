import { describe, expect, it } from 'vitest';
import { contain, liftAll } from '../../src/incidents/contain.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { routesHealth } from '../../src/wiring/routes-health.js';
import { ANN, incidentDeps, microsoftBlock, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const ROUTES = [
  { name: 'clean', transport: 'smtp:[192.0.2.30]:25', outboundIp: '192.0.2.30' },
  { name: 'spare', transport: 'smtp:[192.0.2.31]:25', outboundIp: '192.0.2.31' },
];

describe('the health of routes', () => {
  it('tells when a route that carries mail is listed, until that is over or the mail is let go', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const health = () => routesHealth({ config: { routes: ROUTES }, db })[0];
    const listed = (target: string) =>
      takeListed(deps, [{ target, list: 'zen', codes: ['127.0.0.2'], meanings: ['SBL'], text: '', at: T0 }]);
    const { id } = openFromFinding(deps, microsoftBlock()).incident;
    contain(deps, { incidentId: id, actor: ANN, action: 'reroute', route: 'clean', customers: ['acme', 'bolt'] });
    listed('192.0.2.31');
    expect(health()).toMatchObject({ name: 'routes', ok: true });

    listed('192.0.2.30');
    expect(health()).toMatchObject({
      ok: false,
      text: expect.stringContaining('clean sends from 192.0.2.30, which is listed: re-routed mail of 2 customers'),
    });

    takeCleared(deps, [{ target: '192.0.2.30', list: 'spamhaus-zen' }]);
    expect(health()?.ok).toBe(true);
    listed('192.0.2.30');
    liftAll(deps, { incidentId: id, actor: ANN, action: 'reroute' });
    expect(health()).toEqual({ name: 'routes', ok: true, text: 'no mail is re-routed' });
  });

  it('says nothing where no route is configured', () => {
    expect(routesHealth({ config: { routes: [] }, db: freshDb() })).toEqual([]);
  });
});
