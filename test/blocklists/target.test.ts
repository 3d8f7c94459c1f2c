// What people type or Slack sends, and what is said to what cannot be checked.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedFor, type DomainTarget, parseTargets, type Target } from '../../src/blocklists/target.js';
import { UserError } from '../../src/errors.js';

const SLACK = { maxAddresses: 16 };

function textsOf(input: string, limits = SLACK): string[] {
  return parseTargets(input, limits).map(({ kind, text }) => `${kind} ${text}`);
}

test.each([
  ['198.51.100.7', 'ipv4 198.51.100.7'],
  [' 198.51.100.7 ', 'ipv4 198.51.100.7'],
  ['`198.51.100.7`', 'ipv4 198.51.100.7'],
  ['::ffff:198.51.100.7', 'ipv4 198.51.100.7'],
  ['2001:DB8:0:0::25', 'ipv6 2001:db8::25'],
  ['[2001:db8::25]', 'ipv6 2001:db8::25'],
  ['Example.COM.', 'domain example.com'],
  ['mail.example.co.uk', 'domain mail.example.co.uk'],
  ['bücher.example', 'domain xn--bcher-kva.example'],
  ['<http://example.com|example.com>', 'domain example.com'],
  ['<https://example.com/path?x=1>', 'domain example.com'],
  ['<http://198.51.100.7|198.51.100.7>', 'ipv4 198.51.100.7'],
  ['<mailto:max@example.com|max@example.com>', 'domain example.com'],
  ['max@example.com', 'domain example.com'],
  ['https://user.example.com:8443/a', 'domain user.example.com'],
  ['https://[2001:db8::25]/', 'ipv6 2001:db8::25'],
])('%s is %s', (input, expected) => {
  expect(textsOf(input)).toEqual([expected]);
});

test('a network is its addresses, host bits dropped', () => {
  expect(textsOf('198.51.100.9/30')).toEqual([
    'ipv4 198.51.100.8',
    'ipv4 198.51.100.9',
    'ipv4 198.51.100.10',
    'ipv4 198.51.100.11',
  ]);
  expect(textsOf('2001:db8::/126')).toHaveLength(4);
  expect(textsOf('10.0.0.0/16', { maxAddresses: 65_536 })).toHaveLength(65_536);
});

test.each([
  [' 198.51.100.7 ', { name: '198.51.100.7' }],
  ['198.51.100.9/30', { name: '198.51.100.8/30' }],
  ['198.51.100.9/32', { name: '198.51.100.9' }],
  ['<http://Example.com|Example.com>', { name: 'example.com' }],
  ['kim@example.com', { name: 'example.com', mailbox: 'kim@example.com' }],
  ['<mailto:kim@example.com|kim@example.com>', { name: 'example.com', mailbox: 'kim@example.com' }],
  ['@example.com', { name: 'example.com' }],
])('%s is called %o', (input, asked) => {
  expect(askedFor(input)).toEqual(asked);
});

test('the registered domain is known beside the name', () => {
  const [target] = parseTargets('a.b.example.co.uk', SLACK) as [DomainTarget];
  expect(target.registered).toBe('example.co.uk');
});

test.each([
  [
    '198.51.100.0/20',
    '198.51.100.0/20 is too large with its 4,096 addresses. One check takes 16 at most. Try 198.51.100.0/28',
  ],
  ['203.0.113.9/8', 'with its 16,777,216 addresses. One check takes 16 at most. Try 203.0.113.0/28'],
  ['2001:db8::/64', '2001:db8::/64 is too large. One check takes 16 at most. Try 2001:db8::/124'],
  ['', 'Say what to check: an IP address, a small network or a domain. Try 198.51.100.7'],
  ['198.51.100', '"198.51.100" is not a complete IP address or network. Try 198.51.100.7'],
  ['198.51.100.256', '"198.51.100.256" is not a complete IP address'],
  ['198.51.100.0/33', '"198.51.100.0/33" is not a complete IP address'],
  ['2001:db8::25::1', '"2001:db8::25::1" is not a complete IP address'],
  ['localhost', '"localhost" is neither an IP address nor a domain. Try 198.51.100.7'],
  ['co.uk', '"co.uk" is neither'],
  ['-bad-.example.com', 'is neither'],
  ['two words', '"two words" is neither'],
  ['<!channel>', 'is neither'],
  [`${'x'.repeat(5_000)}.com`, '…" is neither'],
])('%s gets an example that would have worked', (input, message) => {
  expect(() => parseTargets(input, SLACK)).toThrow(UserError);
  expect(() => parseTargets(input, SLACK)).toThrow(message);
});

test('the network that is offered instead can be checked', () => {
  for (const network of ['198.0.0.0/8', '2001:db8::/64', '0.0.0.0/0', '::/0']) {
    for (const maxAddresses of [1, 16, 65_536]) {
      const offered = messageOf(() => parseTargets(network, { maxAddresses })).replace(/.*Try /, '');
      expect(parseTargets(offered, { maxAddresses })).toHaveLength(maxAddresses);
    }
  }
});

test('any text is either targets or an error for people', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.domain(), fc.ipV6(), fc.webUrl()), (text) => {
      let targets: Target[] = [];
      try {
        targets = parseTargets(text, SLACK);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return;
      }
      expect(targets.length).toBeGreaterThan(0);
      expect(textsOf(askedFor(text).name)).toEqual(textsOf(text));
      // What was understood is understood again, as the same.
      for (const target of targets) expect(textsOf(target.text)).toEqual([`${target.kind} ${target.text}`]);
    }),
    { numRuns: 1_000 },
  );
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
