import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf, isInNetwork, networkSize, parseIp, parseNetwork, siteOf } from '../../src/mail/ip.js';

const ipv4 = fc.ipV4();

describe('parseNetwork', () => {
  it('drops host bits', () => {
    expect(parseNetwork('192.0.2.209/28')?.base.toString()).toBe('192.0.2.208');
    expect(parseNetwork('2001:db8:1:2::5/33')?.base.toString()).toBe('2001:db8::');
  });

  it('refuses what only looks like an address', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4.5',
      '0x7f.1',
      '1.2.3.4/33',
      '1.2.3.4/',
      '1.2.3.4/2/3',
      '::1/129',
      'abc',
      '1.2.3.4 ',
    ])
      expect(parseNetwork(text), text).toBeUndefined();
  });

  it('reads an IPv4 address mapped into IPv6 as IPv4', () => {
    expect(parseIp('::ffff:192.0.2.1')?.toString()).toBe('192.0.2.1');
  });

  it('holds every address that it lists, and no more than its size', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 24, max: 32 }), (address, prefix) => {
        const network = parseNetwork(`${address}/${prefix}`);
        if (!network) throw new Error('not parsed');

        const all = [...addressesOf(network)];

        expect(all.length).toBe(networkSize(network));
        expect(all.every((ip) => isInNetwork(ip, network))).toBe(true);
        expect(new Set(all.map(String)).size).toBe(all.length);
      }),
    );
  });

  it('never matches across families', () => {
    const everything = parseNetwork('0.0.0.0/0');
    const ip = parseIp('2001:db8::1');
    expect(everything && ip && isInNetwork(ip, everything)).toBe(false);
  });
});

describe('siteOf', () => {
  it('is a /24 or a /48', () => {
    const site = (text: string) => siteOf(parseIp(text) ?? fail(text));
    expect(site('198.51.100.77')).toBe('198.51.100.0/24');
    expect(site('2001:db8:5:6::1')).toBe('2001:db8:5::/48');
  });
});

function fail(text: string): never {
  throw new Error(`not an address: ${text}`);
}
