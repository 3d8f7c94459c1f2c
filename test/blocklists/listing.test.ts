// Names and verdicts by RFC 5782 and the rules each list documents.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, prefixesOf, testEntryPrefix } from '../../src/blocklists/listing.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { parseTargets, type Target } from '../../src/blocklists/target.js';

function target(text: string): Target {
  const [only] = parseTargets(text, { maxAddresses: 1 });
  if (!only) throw new Error(`no target in ${text}`);
  return only;
}

function list(id: string): Blocklist {
  const found = blocklists.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no list ${id}`);
  return found;
}

const AS_GIVEN = { domainForm: 'as-given' } as const;

function queryName(asked: Target, { domainForm }: Pick<Blocklist, 'domainForm'>, zone: string): string {
  return `${prefixesOf(asked)[domainForm]}.${zone}`;
}

test('names of the RFC', () => {
  expect(queryName(target('192.0.2.99'), AS_GIVEN, 'bad.example.com')).toBe('99.2.0.192.bad.example.com');
  expect(queryName(target('2001:db8:1:2:3:4:567:89ab'), AS_GIVEN, 'ugly.example.com')).toBe(
    'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com',
  );
  expect(queryName(target('mail.example.co.uk'), AS_GIVEN, 'dbl.example')).toBe('mail.example.co.uk.dbl.example');
  expect(queryName(target('mail.example.co.uk'), list('uribl-multi'), 'u.example')).toBe('example.co.uk.u.example');
});

test('test entries: mapped IPv4 stays IPv6, an address on a domain list is reversed', () => {
  expect(testEntryPrefix('127.0.0.2', 'ipv4')).toBe('2.0.0.127');
  expect(testEntryPrefix('::ffff:7f00:2', 'ipv6')).toBe(
    '2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0',
  );
  expect(testEntryPrefix('127.0.0.2', 'domain')).toBe('2.0.0.127');
  expect(testEntryPrefix('INVALID', 'domain')).toBe('invalid');
});

test('reversing an IPv4 name twice gives the address', () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const name = queryName(target(ip), AS_GIVEN, 'zone.test');
      expect(name.split('.').slice(0, 4).reverse().join('.')).toBe(ip);
    }),
  );
});

test('the nibbles of an IPv6 name, reversed, are the address', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      bytes[0] = 0x20;
      const hex = Buffer.from(bytes).toString('hex');
      const ip = (hex.match(/.{4}/g) ?? []).join(':');
      const name = queryName(target(ip), AS_GIVEN, 'z');
      expect(name.split('.').slice(0, 32).reverse().join('')).toBe(hex);
    }),
  );
});

test.each([
  ['spamhaus-zen', [], 'clear'],
  ['spamhaus-zen', ['127.0.0.2'], 'listed'],
  ['spamhaus-zen', ['127.0.0.2', '127.0.0.9'], 'listed'],
  ['spamhaus-zen', ['127.0.0.77'], 'unknown'],
  ['spamhaus-zen', ['127.0.0.77', '127.0.0.4'], 'listed'],
  ['spamhaus-zen', ['127.255.255.254'], 'refused'],
  ['spamhaus-zen', ['127.255.255.7'], 'refused'],
  ['spamhaus-zen', ['127.0.0.2', '127.255.255.255'], 'refused'],
  ['spamhaus-zen', ['127.0.0.1'], 'refused'],
  ['spamhaus-zen', ['192.0.2.80'], 'unknown'],
  ['spamhaus-zen', ['127.0.0.2', '192.0.2.80'], 'unknown'],
  ['spamhaus-dbl', ['127.0.1.255'], 'refused'],
  ['spamhaus-dbl', ['127.0.1.102'], 'listed'],
  ['barracuda', ['127.0.0.3'], 'unknown'],
  ['uribl-multi', ['127.0.0.1'], 'refused'],
  ['uribl-multi', ['127.0.0.2'], 'listed'],
  ['uribl-multi', ['127.0.0.255'], 'refused'],
  ['uribl-multi', ['127.0.0.16'], 'unknown'],
  ['surbl-multi', ['127.0.0.24'], 'listed'],
  ['surbl-multi', ['127.0.0.25'], 'refused'],
  ['validity-rpbl', ['127.0.0.1'], 'listed'],
  ['validity-rpbl', ['127.255.255.255'], 'refused'],
])('%s answering %j is %s', (id, codes, verdict) => {
  expect(judge(list(id), codes)).toMatchObject({ verdict, codes });
});

test('each answer and each bit has its meaning', () => {
  expect(judge(list('spamhaus-zen'), ['127.0.0.2', '127.0.0.4']).meanings).toEqual([
    expect.stringContaining('SBL'),
    expect.stringContaining('XBL'),
  ]);
  expect(judge(list('surbl-multi'), ['127.0.0.24']).meanings).toEqual(['PH: phishing', 'MW: malware']);
});

const RANGE = {
  match: 'range',
  returnCodes: { '127.0.2.2': 'new', '127.0.2.3-127.0.2.24': 'hours old' },
  errorCodes: {},
} as const;
const ANY = { match: 'any', returnCodes: { '127.0.0.*': 'attacker' }, errorCodes: { '127.0.0.9': 'white' } } as const;
const OTHER = { match: 'exact', returnCodes: { '127.0.0.36': 'dynamic' }, errorCodes: { other: 'an error' } } as const;
const LOOPBACK = { match: 'exact', returnCodes: { '127.0.0.1': 'open proxy' }, errorCodes: {} } as const;

test.each([
  [RANGE, '127.0.2.3', 'listed', 'hours old'],
  [RANGE, '127.0.2.24', 'listed', 'hours old'],
  [RANGE, '127.0.2.25', 'unknown', 'does not document'],
  [ANY, '127.0.0.7', 'listed', 'attacker'],
  [ANY, '127.0.3.7', 'listed', 'listed'],
  [ANY, '127.0.0.9', 'refused', 'white'],
  [ANY, '127.0.0.1', 'refused', '127.0.0.1'],
  [ANY, '127.255.255.1', 'refused', 'refused'],
  [OTHER, '127.0.0.36', 'listed', 'dynamic'],
  [OTHER, '127.0.0.2', 'refused', 'an error'],
  [LOOPBACK, '127.0.0.1', 'listed', 'open proxy'],
] as const)('%j answering %s is %s', (rules, code, verdict, meaning) => {
  const judgement = judge(rules, [code]);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.meanings.join()).toContain(meaning);
});

const anyList = fc.constantFrom<Pick<Blocklist, 'match' | 'returnCodes' | 'errorCodes'>[]>(
  ...blocklists,
  RANGE,
  ANY,
  OTHER,
  LOOPBACK,
);
const code = fc.oneof(
  fc.ipV4(),
  fc.integer({ min: 0, max: 255 }).map((octet) => `127.0.0.${octet}`),
  fc.integer({ min: 0, max: 255 }).map((octet) => `127.255.255.${octet}`),
);

test('an answer with records is never clear; an error or a foreign address among them is never listed', () => {
  fc.assert(
    fc.property(anyList, fc.array(code, { minLength: 1, maxLength: 6 }), (rules, codes) => {
      const { verdict, meanings } = judge(rules, codes);
      expect(verdict).not.toBe('clear');
      expect(meanings.length).toBeGreaterThan(0);
      const isVoid = codes.some((address) => address.startsWith('127.255.255.') || !address.startsWith('127.'));
      if (isVoid) expect(verdict).not.toBe('listed');
    }),
    { numRuns: 1_000 },
  );
});

test('the order of the answers changes nothing', () => {
  fc.assert(
    fc.property(anyList, fc.array(code, { maxLength: 5 }), (rules, codes) => {
      expect(judge(rules, codes.toReversed()).verdict).toBe(judge(rules, codes).verdict);
    }),
  );
});
