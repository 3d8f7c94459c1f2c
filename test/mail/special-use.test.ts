// Which addresses are nobody's on the public internet.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIp } from '../../src/mail/ip.js';
import { specialUseOf, unroutedAs } from '../../src/mail/special-use.js';

test.each([
  ['10.0.0.1', 'a private address'],
  ['172.16.0.1', 'a private address'],
  ['172.31.255.255', 'a private address'],
  ['192.168.1.1', 'a private address'],
  ['fd00::1', 'a private address'],
  ['127.0.0.2', 'a machine’s own address (loopback)'],
  ['::1', 'a machine’s own address (loopback)'],
  ['100.64.0.1', 'an address behind a provider’s NAT'],
  ['169.254.1.1', 'a link-local address'],
  ['fe80::1', 'a link-local address'],
  ['224.0.0.1', 'a multicast address'],
  ['ff02::1', 'a multicast address'],
  ['255.255.255.255', 'the broadcast address'],
  ['0.0.0.0', 'no host’s address'],
  ['::', 'no host’s address'],
  ['192.0.2.1', 'an address for examples in documentation'],
  ['198.51.100.255', 'an address for examples in documentation'],
  ['203.0.113.0', 'an address for examples in documentation'],
  ['2001:db8::25', 'an address for examples in documentation'],
  ['3fff::1', 'an address for examples in documentation'],
  ['198.19.0.1', 'an address for tests in a laboratory'],
  ['2001:2::1', 'an address for tests in a laboratory'],
  ['240.0.0.1', 'a reserved address'],
  ['::ffff:10.0.0.1', 'a private address'],
  ['8.8.8.8', undefined],
  ['172.32.0.1', undefined],
  ['100.128.0.1', undefined],
  ['198.51.101.1', undefined],
  ['2a00:1450:4001::1', undefined],
  ['2001:4860:4860::8888', undefined],
])('%s is %s', (text, use) => {
  const ip = parseIp(text);
  expect(ip && specialUseOf(ip)).toBe(use);
});

test('every address has an answer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const ip = parseIp(text);
      expect(ip === undefined || specialUseOf(ip) !== '').toBe(true);
    }),
  );
});

test.each([
  ['10.0.0.1', 'private'],
  ['127.0.0.1', 'a machine’s own (loopback)'],
  ['fe80::1', 'link-local'],
  ['198.18.0.1', 'for tests in a laboratory'],
  ['192.0.2.1', undefined],
  ['2001:db8::25', undefined],
  ['8.8.8.8', undefined],
])('no mail comes from %s, which is %s', (text, kind) => {
  const ip = parseIp(text);
  expect(ip && unroutedAs(ip)).toBe(kind);
});
