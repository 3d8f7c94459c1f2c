// The lists we ship, and the operator's own ones.
import { expect, test } from 'vitest';
import { BlocklistChoice, chooseLists, ExtraBlocklist } from '../../src/blocklists/choice.js';
import { isAskable, lookupUrlFor, zoneOf } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';

test('a look-up address holds the target, harmless', () => {
  const [zen] = blocklists;
  expect(zen && lookupUrlFor(zen, '2001:db8::1')).toBe('https://check.spamhaus.org/results/?query=2001%3Adb8%3A%3A1');
});

test('with a key the keyed zone is asked and shown without the key', () => {
  const zen = blocklists.find(({ id }) => id === 'spamhaus-zen');
  expect(zen && zoneOf(zen, {})).toBe('zen.spamhaus.org');
  expect(zen && zoneOf(zen, { 'spamhaus-zen': 'secret' })).toBe('{key}.zen.dq.spamhaus.net');
});

const OWN = { id: 'own', zone: 'bl.example.org', kinds: ['ipv4'] };

test('a list of the operator needs an id, a zone and kinds', () => {
  expect(ExtraBlocklist.parse(OWN)).toMatchObject({
    name: 'own',
    match: 'any',
    domainForm: 'as-given',
    kinds: ['ipv4'],
  });
});

test('a list of the operator takes the fields of the catalogue', () => {
  const parsed = ExtraBlocklist.parse({
    ...OWN,
    zone: '{key}.bl.example.org',
    access: 'key',
    match: 'exact',
    return_codes: { '127.0.0.2': 'bad', '127.0.1.*': 'worse' },
    error_codes: { other: 'not a listing' },
    test_listed: null,
    test_clean: { ipv4: '127.0.0.1' },
    delisting: { url: null, method: 'email', policy: 'Write.', expected_hours: [1, 2], needs: [] },
    lookup_url: null,
    source: ['known here'],
  });
  expect(parsed).toMatchObject({ testListed: {}, delisting: { method: 'email', expectedHours: [1, 2] } });
  expect(isAskable(parsed, 'ipv4', {})).toBe(false);
  expect(isAskable(parsed, 'ipv4', { own: 'k' })).toBe(true);
  expect(isAskable(parsed, 'ipv6', { own: 'k' })).toBe(false);
});

test.each([
  [{ ...OWN, zone: 'not a zone' }, 'zone'],
  [{ ...OWN, kinds: [] }, 'kinds'],
  [{ ...OWN, match: 'exact' }, 'return_codes'],
  [{ ...OWN, return_codes: { yes: 'listed' } }, 'return_codes'],
  [{ ...OWN, delisting: { url: 'javascript:alert(1)' } }, 'delisting.url'],
  [{ ...OWN, zoen: 'x' }, ''],
])('%j is refused at %s', (entry, path) => {
  const result = ExtraBlocklist.safeParse(entry);
  expect(result.error?.issues[0]?.path.join('.')).toContain(path);
});

test('lists are chosen, left out, added and replaced', () => {
  const idsOf = (choice: unknown) => chooseLists(blocklists, BlocklistChoice.parse(choice)).map(({ id }) => id);
  expect(idsOf({})).toHaveLength(blocklists.length);
  expect(idsOf({ only: ['psbl', 'spamcop'] })).toEqual(['spamcop', 'psbl']);
  expect(idsOf({ disable: ['psbl'] })).not.toContain('psbl');
  expect(idsOf({ extra: [OWN] })).toContain('own');
  expect(idsOf({ extra: [{ ...OWN, id: 'psbl' }] }).filter((id) => id === 'psbl')).toHaveLength(1);
  expect(() => idsOf({ only: ['spamhous'] })).toThrow(/blocklists\.only: "spamhous" is no list \(spamhaus-zen\?\)/);
});
