// What a listing hits: mail that is re-routed over a listed address counts, too.
import { describe, expect, it } from 'vitest';
import { impactFrom } from '../../../src/incidents/listings/impact.js';

const CLEAN = '203.0.113.40';

function impact(target: string) {
  const reroute = (customer: string, incidentId: number, outboundIp = CLEAN) => ({ customer, incidentId, outboundIp });
  return impactFrom({
    picture: { relays: new Map([['relay1', new Map([['acme', 10]])]]), outbound: new Map() } as never,
    relays: [{ host: 'relay1', outbound_ip: '203.0.113.17', outbound_ips: [], pool: 'default' }],
    outbound: ['203.0.113.17', CLEAN],
    targets: [target],
    alsoListed: [target],
    reroutes: [reroute('acme', 2), reroute('boreal', 2), reroute('boreal', 5), reroute('kvist', 2, '203.0.113.41')],
    ownerOfDomain: () => undefined,
  });
}

describe('the impact of an address that re-routed mail leaves from', () => {
  it('counts whose mail that is, and says which incidents did it', () => {
    expect(impact(CLEAN)).toMatchObject({
      ...{ share: undefined, customers: 2, cleanAddresses: 1 },
      rerouted: [
        { incidentId: 2, customers: 2 },
        { incidentId: 5, customers: 1 },
      ],
    });
  });

  it('is no matter of another address', () => {
    expect(impact('203.0.113.17')).toMatchObject({ customers: 1 });
    expect(impact('203.0.113.17')).not.toHaveProperty('rerouted');
  });
});
