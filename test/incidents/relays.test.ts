import { describe, expect, it } from 'vitest';
import { cleanRoutes, outboundAddresses } from '../../src/incidents/relays.js';

describe('a clean route', () => {
  const routes = [{ name: 'a', outboundIp: '2001:DB8::0:30' }, { name: 'b', outboundIp: '192.0.2.30' }, { name: 'c' }];

  it('is one whose address is not listed, however it is written', () => {
    const clean = cleanRoutes(routes, [
      { target: '2001:db8::30', incidentId: 1 },
      { target: 'domain.example', incidentId: 2 },
    ]);
    expect(clean.map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('is one that only a list which raises no alarm names', () => {
    expect(cleanRoutes(routes, [{ target: '192.0.2.30', incidentId: null }])).toEqual(routes);
  });

  it('counts once among the addresses mail leaves from', () => {
    const relays = [{ host: 'r', outbound_ip: '2001:db8:0::30', outbound_ips: ['192.0.2.30'], pool: 'default' }];
    expect(outboundAddresses({ relays }, { routes })).toEqual(['2001:db8::30', '192.0.2.30']);
  });
});
