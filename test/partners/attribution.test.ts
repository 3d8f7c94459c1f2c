import { describe, expect, it } from 'vitest';
import { buildAttribution } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';

const directory = Directory.parse({
  customers: [
    { id: 'a', name: 'A', domains: ['a.example'], sasl_domains: ['a.example'], declared_senders: ['News@a.example'] },
    {
      id: 'b',
      name: 'B',
      domains: ['b.example'],
      sasl_users: ['relay-b', 'host@b-login.example'],
      ips: ['198.51.100.15'],
    },
    { id: 'c', name: 'C', domains: ['c.example'], ips: ['198.51.100.64/26', '2001:db8:7::/48'] },
    { id: 'd', name: 'D', domains: ['d.example'], shared_ips: ['192.0.2.0/25'] },
    { id: 'e', name: 'E', domains: ['e.example'], ips: ['192.0.2.7'], shared_ips: ['192.0.2.0/25'] },
  ],
});
const attribute = buildAttribution(directory, { localDomains: ['Relay.example', 'b-login.example'] });

describe('buildAttribution', () => {
  it.each([
    ['exact login', { login: 'relay-b', clientIp: '198.51.100.70', sender: 'x@a.example' }, 'b', 'login'],
    ['login with the local domain appended', { login: 'relay-b@relay.example', sender: '' }, 'b', 'login'],
    ['login without the domain the directory holds', { login: 'host', sender: '' }, 'b', 'login'],
    [
      'login under a domain that is not local: somebody else',
      { login: 'relay-b@a-else.example', sender: '' },
      'unattributed',
      'nothing',
    ],
    [
      'that login, of a customer by its domain',
      { login: 'relay-b@c.example', clientIp: '198.51.100.70', sender: '' },
      'c',
      'address',
    ],
    ['what the relay says', { customer: 'c', login: 'relay-b', clientIp: '198.51.100.15', sender: '' }, 'c', 'sender'],
    ['what the relay says, as we would', { customer: 'b', login: 'relay-b', sender: '' }, 'b', 'login'],
    ['a customer nobody has', { customer: 'tenant-9', login: 'relay-b', sender: '' }, 'b', 'login'],
    ["the login's domain", { login: 'ann@a.example', sender: 'x@c.example' }, 'a', 'login'],
    ['single address', { clientIp: '198.51.100.15', sender: 'x@foreign.test' }, 'b', 'address'],
    ['address in a network', { clientIp: '198.51.100.100', sender: 'x@foreign.test' }, 'c', 'address'],
    ['IPv6 network', { clientIp: '2001:db8:7::9', sender: 'x@foreign.test' }, 'c', 'address'],
    ['shared address: sender domain', { clientIp: '192.0.2.9', sender: 'x@d.example' }, 'd', 'sender'],
    [
      'an address both own and shared is not one customer alone',
      { clientIp: '192.0.2.7', sender: 'x@d.example' },
      'd',
      'sender',
    ],
    ['nothing known', { clientIp: '203.0.113.5', sender: 'x@foreign.test' }, 'unattributed', 'nothing'],
    ['an unknown login falls back', { login: 'who', clientIp: '198.51.100.15', sender: '' }, 'b', 'address'],
  ] as const)('%s', (_, origin, customer, by) => {
    expect(attribute(origin)).toMatchObject({ customer, by });
  });

  it('strips no domain when none is local', () => {
    const strict = buildAttribution(directory);

    expect(strict({ login: 'relay-b', sender: '' }).customer).toBe('b');
    expect(strict({ login: 'relay-b@relay.example', sender: '' }).customer).toBe('unattributed');
    expect(strict({ login: 'host', sender: '' }).customer).toBe('unattributed');
  });

  it('gives an address that two customers claim to nobody, although a third has the network around it', () => {
    const { customers } = Directory.parse({
      customers: [
        { id: 'a', name: 'A', ips: ['198.51.100.9'] },
        { id: 'b', name: 'B', ips: ['198.51.100.9/32', '198.51.100.10'] },
        { id: 'c', name: 'C', ips: ['198.51.100.0/24'] },
      ],
    });
    const claimed = buildAttribution({ ...directory, customers });
    const at = (clientIp: string) => claimed({ clientIp, sender: '' }).customer;

    expect(['198.51.100.9', '198.51.100.10', '198.51.100.11'].map(at)).toEqual(['unattributed', 'b', 'c']);
  });

  it('gives a login that two customers hold in two forms to nobody', () => {
    const customers = [
      { id: 'a', name: 'A', sasl_users: ['info'] },
      { id: 'b', name: 'B', sasl_users: ['info@relay.example', 'info@b.example'] },
    ];
    const { customers: parsed } = Directory.parse({ customers });
    const both = buildAttribution({ ...directory, customers: parsed }, { localDomains: ['relay.example'] });

    expect(both({ login: 'info', sender: '' }).customer).toBe('unattributed');
    expect(both({ login: 'INFO@b.example', sender: '' }).customer).toBe('b');
  });

  it('knows declared bulk senders of the customer, and of that customer only', () => {
    expect(attribute({ login: 'ann@a.example', sender: 'news@a.example' }).isDeclaredBulk).toBe(true);
    expect(attribute({ clientIp: '198.51.100.15', sender: 'news@a.example' }).isDeclaredBulk).toBe(false);
  });
});
