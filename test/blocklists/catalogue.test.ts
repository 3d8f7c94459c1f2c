// The catalogue as a whole: consistent with itself, and every list's answers read by the rules it documents.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, type Verdict } from '../../src/blocklists/listing.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { blocklists, operators } from '../../src/blocklists/operators/index.js';

const EACH = blocklists.map((list) => [list.id, list] as const);

test('there are 74 lists, and each id, zone and name once', () => {
  expect(blocklists).toHaveLength(74);
  for (const field of ['id', 'name'] as const) expectOnce(blocklists.map((list) => list[field]));
  expectOnce(blocklists.flatMap(zonesOf));
  for (const { name, lists } of operators) for (const list of lists) expect(list.operator).toBe(name);
  expectOnce(operators.map(({ name }) => name));
});

test('how many lists there are of each kind, trust and access', () => {
  const count = (is: (list: Blocklist) => boolean) => blocklists.filter(is).length;
  // SURBL holds addresses of web sites too; they say nothing about senders, so it counts as a list of domains alone.
  expect(count(({ kinds }) => kinds.includes('ipv4'))).toBe(57);
  expect(count(({ kinds }) => kinds.includes('ipv6'))).toBe(12);
  expect(count(({ kinds }) => kinds.includes('domain'))).toBe(19);
  expect((['high', 'medium', 'low'] as const).map((grade) => count(({ confidence }) => confidence === grade))).toEqual([
    35, 22, 17,
  ]);
  expect(count(({ access }) => access === 'private')).toBe(3);
  expect(count(({ zone }) => zone.includes('{key}'))).toBe(5);
});

describe.each(EACH)('%s', (_, list) => {
  test('has zones that can be asked', () => {
    for (const zone of zonesOf(list)) expect(zone).toMatch(/^(\{key\}\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    expect(list.zone.includes('{key}')).toBe(list.access === 'key');
    expect(list.zone.endsWith('.private')).toBe(list.access === 'private');
    if (list.keyedZone !== undefined) expect(list.keyedZone).toContain('{key}');
    if (list.keyName !== undefined) expect(zonesOf(list).join()).toContain('{key}');
  });

  test('has codes that can be read', () => {
    const keys = Object.keys(list.returnCodes);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key).toMatch(list.match === 'bitmask' ? BIT : CODE);
    for (const key of Object.keys(list.errorCodes)) expect(key).toMatch(list.match === 'bitmask' ? BIT_OR_CODE : ERROR);
    for (const key of Object.keys(list.noteCodes ?? {})) expect(key).toMatch(/^127\.\d+\.\d+\.\d+$/);
    const told = [...keys, ...Object.keys(list.errorCodes), ...Object.keys(list.noteCodes ?? {})];
    expectOnce(told);
    for (const octet of told.join('.').match(/\d+/g) ?? []) expect(Number(octet)).toBeLessThanOrEqual(255);
    if (list.match === 'range') expect(keys.some((key) => key.includes('-'))).toBe(true);
  });

  test('has test entries of its own kinds, and a clean one wherever it can be asked', () => {
    for (const kind of [...Object.keys(list.testListed), ...Object.keys(list.testClean)])
      expect(list.kinds).toContain(kind);
    expect(Object.keys(list.testClean).length > 0).toBe(list.access !== 'private');
    if (list.testBasis === 'documented') expect(Object.keys(list.testListed).sort()).toEqual([...list.kinds].sort());
  });

  test('says what it costs and how it ends', () => {
    const { delisting, scope, kinds } = list;
    const [shortest, longest] = delisting.expectedHours;
    expect(shortest).toBeLessThanOrEqual(longest);
    expect(longest > 0).toBe(delisting.method !== 'none');
    for (const url of [delisting.url, list.lookupUrl]) if (url !== undefined) expect(isWebPage(url)).toBe(true);
    if (delisting.method !== 'automatic-expiry') expect(delisting.url).toBeDefined();
    for (const text of [list.impactReason, list.usageTerms, delisting.policy]) expect(text).toMatch(/^[A-Z0-9].*\.$/);
    for (const text of [...delisting.needs, delisting.sells ?? 'x']) expect(text).not.toMatch(/\.$/);
    expect(scope === 'domain').toBe(kinds.every((kind) => kind === 'domain'));
    for (const pace of Object.values(list.ask ?? {})) expect(pace).toBeGreaterThan(0);
  });

  test.each(expectations(list))('answering %j is %s', (codes, verdict, part) => {
    const judgement = judge(list, codes);
    expect(judgement).toMatchObject({ verdict, codes });
    expect(judgement.meanings.join()).toContain(part);
  });
});

const BIT = /^(1|2|4|8|16|32|64|128)$/;
const CODE = /^127(\.\d+){3}(-127(\.\d+){3})?$|^127\.\d+\.\d+\.\*$/;
const ERROR = /^127(\.\d+){3}$|^other$/;
const BIT_OR_CODE = /^(1|2|4|8|16|32|64|128)$|^127(\.\d+){3}$/;

type Expectation = [codes: string[], verdict: Verdict, meaning: string];

/** What each kind of answer must be read as, out of the list's facts and the rules that hold for every list. */
function expectations(list: Blocklist): Expectation[] {
  const listings = Object.entries(list.returnCodes).flatMap(([key, meaning]) =>
    samplesOf(key).map((code): Expectation => [[code], 'listed', meaning]),
  );
  const errors = Object.entries(list.errorCodes)
    .filter(([key]) => key !== 'other')
    .map(([key, meaning]): Expectation => [samplesOf(key), 'refused', meaning]);
  const notes = Object.entries(list.noteCodes ?? {}).map(([key, meaning]): Expectation => [[key], 'unknown', meaning]);
  const [first = ''] = listings.map(([[code]]) => code);
  const beside = [...errors.map(([[code = '']]) => code), '127.255.255.254'].map(
    (code): Expectation => [[first, code], 'refused', ''],
  );
  return [
    [[], 'clear', ''],
    ...listings,
    [listings.flatMap(([codes]) => codes), 'listed', Object.values(list.returnCodes)[0] ?? ''],
    ...errors,
    ...notes,
    ...notes.map(([[code = '']]): Expectation => [[code, first], 'listed', '']),
    ...beside,
    [['127.255.255.9'], 'refused', ''],
    [['198.51.100.1'], 'unknown', 'parked'],
    [[first, '198.51.100.1'], 'unknown', 'parked'],
    ...loopback(list),
    ...undocumented(list),
  ];
}

/** 127.0.0.1 is a listing only where it is documented as one, by itself or as a bit. */
function loopback({ returnCodes, noteCodes, match }: Blocklist): Expectation[] {
  if (returnCodes['127.0.0.1'] !== undefined || (match === 'bitmask' && returnCodes['1'] !== undefined))
    return [[['127.0.0.1'], 'listed', '']];
  return [[['127.0.0.1'], noteCodes?.['127.0.0.1'] === undefined ? 'refused' : 'unknown', '']];
}

function undocumented({ match, errorCodes, returnCodes }: Blocklist): Expectation[] {
  if (match === 'any') return [[['127.9.9.9'], 'listed', '']];
  if (match === 'bitmask') {
    const stray = ['2', '4', '8', '16', '32', '64', '128'].find(
      (bit) => returnCodes[bit] === undefined && errorCodes[bit] === undefined,
    );
    return stray === undefined ? [] : [[[`127.0.0.${stray}`], 'unknown', 'does not document']];
  }
  return errorCodes.other === undefined
    ? [[['127.9.9.9'], 'unknown', 'does not document']]
    : [[['127.9.9.9'], 'refused', errorCodes.other]];
}

/** Answers that a key stands for: itself, both ends and the middle of a range, some of an octet, a bit alone. */
function samplesOf(key: string): string[] {
  if (BIT.test(key)) return [`127.0.0.${key}`];
  if (key.endsWith('.*')) return ['2', '77', '255'].map((octet) => key.replace('*', octet));
  const [from = '', to] = key.split('-');
  if (to === undefined) return [from];
  const middle = Math.floor((octetOf(from) + octetOf(to)) / 2);
  return [from, from.replace(/\d+$/, String(middle)), to];
}

function octetOf(address: string): number {
  return Number(address.split('.').at(-1));
}

const someList = fc.constantFrom(...blocklists);
const someCode = fc.oneof(
  fc.ipV4(),
  fc.integer({ min: 0, max: 255 }).map((octet) => `127.0.${octet % 3}.${octet}`),
  fc.integer({ min: 0, max: 255 }).map((octet) => `127.255.255.${octet}`),
);

test('an answer with records is never clear, and one with an error code among them never listed', () => {
  fc.assert(
    fc.property(someList, fc.array(someCode, { minLength: 1, maxLength: 6 }), (list, codes) => {
      const { verdict } = judge(list, codes);
      expect(verdict).not.toBe('clear');
      if (codes.some((code) => isError(list, code))) expect(verdict).not.toBe('listed');
    }),
    { numRuns: 2_000 },
  );
});

test('what a list does not document is never listed, unless it lists by any answer', () => {
  const strict = fc.constantFrom(...blocklists.filter(({ match }) => match !== 'any'));
  fc.assert(
    fc.property(strict, someCode, (list, code) => {
      if (judge(list, [code]).verdict === 'listed') expect(isDocumented(list, code)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

function isError({ errorCodes, match }: Blocklist, code: string): boolean {
  if (!code.startsWith('127.') || code.startsWith('127.255.255.') || errorCodes[code] !== undefined) return true;
  return match === 'bitmask' && Object.keys(errorCodes).some((bit) => BIT.test(bit) && octetOf(code) & Number(bit));
}

function isDocumented({ returnCodes, match }: Blocklist, code: string): boolean {
  return Object.keys(returnCodes).some((key) => {
    if (match === 'bitmask') return (octetOf(code) & Number(key)) !== 0;
    const [from = '', to = from] = key.split('-');
    const sameNet = code.replace(/\d+$/, '') === from.replace(/\d+$/, '');
    return sameNet && octetOf(code) >= octetOf(from) && octetOf(code) <= octetOf(to);
  });
}

function zonesOf({ zone, keyedZone, siblings = {} }: Blocklist): string[] {
  return [zone, ...(keyedZone === undefined ? [] : [keyedZone]), ...Object.values(siblings)];
}

function isWebPage(url: string): boolean {
  return /^https?:$/.test(new URL(url.replaceAll('{target}', '192.0.2.1')).protocol);
}

function expectOnce(values: string[]): void {
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
}
