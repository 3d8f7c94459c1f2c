import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInNetwork, parseIp, parseNetwork } from '../../src/mail/ip.js';
import { faultsOf } from '../../src/partners/customer-faults.js';
import { Directory } from '../../src/partners/directory.js';
import { directoryMistakes } from '../../src/partners/load.js';
import { NetworkTable } from '../../src/partners/networks.js';

const kindsOf = (input: unknown) => faultsOf(Directory.parse(input)).map(({ kind, about }) => [kind, ...about]);
const sound = { id: 'a', name: 'A', domains: ['a.example'] };

describe('faultsOf', () => {
  it('finds nothing in a directory that is right', () => {
    expect(
      kindsOf({
        relays: [{ host: 'r1', outbound_ip: '203.0.113.1' }],
        partners: [{ id: 'p', name: 'P' }],
        customers: [
          {
            ...sound,
            ...{ partner: 'p', sasl_domains: ['a.example'], ips: ['192.0.2.0/28'], shared_ips: ['198.51.100.1'] },
            declared_senders: ['news@mail.a.example'],
          },
          { id: 'b', name: 'B', sasl_users: ['b'], ips: ['192.0.2.16/28'], shared_ips: ['198.51.100.1'] },
        ],
      }),
    ).toEqual([]);
  });

  it.each([
    ['the same login', { sasl_users: ['x'] }, { sasl_users: ['X'] }, ['shared-login', 'a', 'b']],
    ['a domain of one as login domain of the other', {}, { sasl_domains: ['A.example'] }, ['shared-domain', 'a', 'b']],
    ['the same address', { ips: ['192.0.2.1'] }, { ips: ['192.0.2.1'] }, ['overlapping-networks', 'b', 'a']],
    [
      'a network in the other’s, listed before it',
      { ips: ['192.0.2.8/29'] },
      { ips: ['192.0.2.0/24'] },
      ['overlapping-networks', 'a', 'b'],
    ],
    [
      'an own address that is shared',
      { ips: ['192.0.2.1'] },
      { shared_ips: ['192.0.2.0/24'] },
      ['own-and-shared', 'a', 'b'],
    ],
    ['one that shares its own', { ips: ['192.0.2.1'], shared_ips: ['192.0.2.1'] }, {}, ['own-and-shared', 'a']],
    ['no address', { ips: ['192.0.2'] }, {}, ['bad-network', 'a']],
    ['no domain', { domains: ['a.example', '*.a.example'] }, {}, ['bad-domain', 'a']],
    ['no login domain', {}, { sasl_domains: ['ann@b.example'] }, ['bad-domain', 'b']],
    ['a declared sender elsewhere', { declared_senders: ['n@else.example'] }, {}, ['declared-outside', 'a']],
    ['nothing to know it by', {}, { domains: [], shared_ips: ['192.0.2.1'] }, ['unidentified', 'b']],
    ['a partner nobody knows', { partner: 'p' }, {}, ['unknown-partner', 'a']],
    ['the same twice', { domains: ['a.example', 'A.Example'] }, {}, ['repeated', 'a']],
  ])('finds %s', (_, a, b, fault) => {
    const customers = [
      { ...sound, ...a },
      { id: 'b', name: 'B', domains: ['b.example'], ...b },
    ];
    expect(kindsOf({ customers })).toEqual([fault]);
  });

  it('finds ids used twice, relays without an address, and an address of two relays', () => {
    const relays = [
      { host: 'r1', outbound_ip: '203.0.113.1' },
      { host: 'r2', outbound_ips: ['203.0.113.1'] },
      { host: 'r3' },
    ];
    expect(kindsOf({ relays, customers: [sound, { ...sound, domains: ['c.example'] }] })).toEqual([
      ['repeated-id', 'a'],
      ['relay-without-address', 'r3'],
      ['address-of-two-relays', 'r1', 'r2'],
    ]);
  });

  it('leaves the id of mail that is nobody’s to it', () => {
    expect(() => Directory.parse({ customers: [{ ...sound, id: 'unattributed' }] })).toThrow('take another id');
  });

  it('says what to do, each in a sentence', () => {
    const faults = faultsOf(Directory.parse({ customers: [{ id: 'a', name: 'A' }] }));
    for (const { text, advice } of faults)
      expect([text, advice]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
    expect(faults).toHaveLength(1);
  });

  it('goes through fifty thousand customers with an address each in no time to speak of', () => {
    const customers = Array.from({ length: 50_000 }, (_, i) => ({
      ...{ id: `c${i}`, name: 'C', domains: [`c${i}.example`], ips: [`10.${i >> 8}.${i & 255}.0/25`] },
    }));
    const directory = Directory.parse({ customers });

    expect(directoryMistakes(directory)).toEqual([]);
    expect(faultsOf(directory)).toEqual([]);
  }, 60_000);
});

describe('NetworkTable', () => {
  const byte = fc.nat(3);
  const address = fc.oneof(
    fc.tuple(byte, byte).map(([c, d]) => `192.0.${c}.${d}`),
    fc.tuple(byte, byte).map(([c, d]) => `2001:db8:${c}::${d}`),
  );

  it('holds what going through all networks finds, the narrowest first', () => {
    const claim = fc
      .tuple(address, fc.nat(128))
      .map(([base, prefix]) => `${base}/${base.includes(':') ? prefix : prefix % 33}`);
    fc.assert(
      fc.property(fc.uniqueArray(claim, { maxLength: 20 }), address, (texts, text) => {
        const table = new NetworkTable();
        for (const one of texts) table.add({ customer: one, text: one });
        const ip = parseIp(text);
        if (!ip) throw new Error(text);
        const holding = texts
          .flatMap((one) => ({ one, network: parseNetwork(one) }))
          .filter(({ network }) => network && isInNetwork(ip, network))
          .toSorted((a, b) => (b.network?.prefix ?? 0) - (a.network?.prefix ?? 0));
        const found = table.holding(ip).flatMap((claims) => claims.map(({ text: one }) => one));
        expect(found.toSorted()).toEqual(holding.map(({ one }) => one).toSorted());
        const prefixes = found.map((one) => parseNetwork(one)?.prefix ?? 0);
        expect(prefixes).toEqual(prefixes.toSorted((a, b) => b - a));
      }),
      { numRuns: 200 },
    );
  });
});
