import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAttribution } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';
import { whose } from '../../src/partners/whose.js';

const directory = Directory.parse({
  customers: [
    {
      id: 'a',
      name: 'A',
      domains: ['a.example'],
      sasl_users: ['x'],
      ips: ['192.0.2.0/24'],
      shared_ips: ['198.51.100.1'],
    },
    { id: 'b', name: 'B', sasl_domains: ['b.example'], ips: ['192.0.2.8/29'], shared_ips: ['198.51.100.1'] },
    { id: 'c', name: 'C', sasl_users: ['x'], ips: ['203.0.113.1', '2001:db8::/48'] },
  ],
});
const hintFor = (clientIp: string) => (clientIp === '203.0.113.9' ? 'c' : undefined);
const customersOf = (text: string) => whose(directory, text, { hintFor }).map(({ as, customer }) => [as, customer]);

describe('whose', () => {
  it.each([
    ['x', [['login', undefined]]],
    [
      'any@b.example',
      [
        ['login', 'b'],
        ['sender', undefined],
      ],
    ],
    [
      'any@a.example',
      [
        ['login', undefined],
        ['sender', 'a'],
      ],
    ],
    ['A', [['customer', 'a']]],
    ['192.0.2.9', [['client address', 'b']]],
    ['192.0.2.90', [['client address', 'a']]],
    ['198.51.100.1', [['client address', undefined]]],
    ['203.0.113.9', [['client address', 'c']]],
    ['2001:db8:0:1::2', [['client address', 'c']]],
    ['2001:db8:0:1::/64', [['client address', 'c']]],
    ['2001:db9::/64', [['client address', undefined]]],
    [
      'localhost',
      [
        ['login', undefined],
        ['domain', undefined],
      ],
    ],
  ])('is as attribution has it of %s', (text, expected) => {
    expect(customersOf(text)).toEqual(expected);
  });

  it('says whose domains were seen from an address that is nobody’s yet', () => {
    const [answer] = whose(directory, '203.0.113.7', { perhapsOf: () => 'b' });
    expect(answer).toMatchObject({
      customer: undefined,
      rule: expect.stringMatching(/domains of b were seen from it/),
    });
  });

  it('never differs from attribution, whatever the address', () => {
    const attribute = buildAttribution(directory, { hintFor });
    const address = fc
      .tuple(fc.constantFrom('192.0.2', '198.51.100', '203.0.113'), fc.nat(255))
      .map(([net, n]) => `${net}.${n}`);
    fc.assert(
      fc.property(address, (clientIp) => {
        const { customer, by } = attribute({ clientIp, sender: '' });
        expect(customersOf(clientIp)).toEqual([['client address', by === 'nothing' ? undefined : customer]]);
      }),
      { numRuns: 300 },
    );
  });
});
