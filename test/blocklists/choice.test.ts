// What config.yml may say about lists: names, zones that ended, facts known better, and account keys.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BlocklistChoice,
  choiceWarnings,
  chooseLists,
  ExtraBlocklist,
  knownLists,
} from '../../src/blocklists/choice.js';
import { deadZone, deadZones, unfitZone, unfitZones } from '../../src/blocklists/dead.js';
import { entryOf } from '../../src/blocklists/facts.js';
import { accountKeys, keyNames } from '../../src/blocklists/keys.js';
import { isAskable, paceOf, zoneOf } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { nearest } from '../../src/mail/nearest.js';

const DEAD = { id: 'sorbs', zone: 'dnsbl.SORBS.net.', kinds: ['ipv4'] };

function choose(choice: unknown) {
  return chooseLists(blocklists, BlocklistChoice.parse(choice));
}

function warningsOf(choice: unknown): string[] {
  return choiceWarnings(BlocklistChoice.parse(choice));
}

function list(id: string, choice: unknown = {}) {
  const found = choose(choice).find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no list ${id}`);
  return found;
}

test('45 zones have ended, 12 are no blocklists, and none of them is in the catalogue', () => {
  expect(deadZones).toHaveLength(45);
  expect(unfitZones).toHaveLength(12);
  for (const zones of [deadZones, unfitZones]) expect(new Set(zones.map(({ zone }) => zone)).size).toBe(zones.length);
  for (const { zone, since, whatHappened, behaviour } of deadZones) {
    expect(deadZone(zone)).toBeDefined();
    for (const fact of [since, whatHappened, behaviour]) expect(fact).toMatch(/^\S.*[^.\s]$/);
  }
  for (const { zone, keyedZone = zone } of blocklists)
    for (const each of [zone, keyedZone]) expect([deadZone(each), unfitZone(each)]).toEqual([undefined, undefined]);
});

test.each([
  ['dnsbl.sorbs.net', true],
  ['a.b.sorbs.net.', true],
  ['Sorbs.Net', true],
  ['notsorbs.net', false],
  ['sorbs.net.example', false],
  ['{key}.dnsbl.sorbs.net', true],
  ['ix.dnsbl.manitu.net', true],
  ['other.dnsbl.manitu.net', false],
  ['a.ix.dnsbl.manitu.net', false],
  ['', false],
])('whether %j has ended: %s', (zone, isDead) => {
  expect(deadZone(zone) !== undefined).toBe(isDead);
});

test('a zone that ended is told and not asked, and is no error', () => {
  const extra = [DEAD];
  expect(choose({ extra }).map(({ id }) => id)).not.toContain('sorbs');
  expect(warningsOf({ extra })).toEqual([
    'blocklists.extra "sorbs": dnsbl.sorbs.net is dead since 2024-06-05 and is not asked: Proofpoint switched SORBS off; it holds no data.',
  ]);
  expect(choose({ only: ['bl.spamcop.net', 'db.wpbl.info', 'psbl'] }).map(({ id }) => id)).toEqual(['spamcop', 'psbl']);
  expect(warningsOf({ only: ['db.wpbl.info', 'psbl'] })).toEqual([expect.stringContaining('since 2023-11')]);
  expect(choose({ extra, only: ['sorbs'] })).toEqual([]);
  expect(choose({ override: { spamcop: { zone: 'dnsbl.njabl.org' } } }).map(({ id }) => id)).not.toContain('spamcop');
  expect(warningsOf({ override: { spamcop: { zone: 'dnsbl.njabl.org' } } })).toEqual([
    expect.stringContaining('blocklists.override "spamcop"'),
  ]);
});

test('a zone that tells nothing about us is told, and asked', () => {
  const extra = [{ id: 'dnswl', zone: 'list.dnswl.org', kinds: ['ipv4'] }];
  expect(choose({ extra }).map(({ id }) => id)).toContain('dnswl');
  expect(warningsOf({ extra })).toEqual([expect.stringContaining('lists good senders')]);
});

test('nothing is said of a plain choice', () => {
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ only: ['psbl'], disable: ['spamcop'], extra: [{ ...DEAD, zone: 'bl.test' }] })).toEqual([]);
});

test('facts known better take the place of ours, the others stay', () => {
  const ours = list('spamcop');
  const override = {
    spamcop: {
      impact: 'low',
      zone: 'spamcop.mirror.example',
      confidence: 'low',
      test_listed: null,
      delisting: { url: 'https://mirror.example/removal', expected_hours: [1, 2] },
      ask: { per_second: 2 },
    },
  };
  expect(list('spamcop', { override })).toEqual({
    ...ours,
    impact: 'low',
    zone: 'spamcop.mirror.example',
    confidence: 'low',
    testListed: {},
    delisting: { ...ours.delisting, url: 'https://mirror.example/removal', expectedHours: [1, 2] },
    ask: { perSecond: 2 },
  });
  expect(list('psbl', { override })).toEqual(list('psbl'));
  expect(list('spamcop', { override: { spamcop: {} } })).toEqual(ours);
});

test.each([
  [{ override: { spamcop: { impact: 'huge' } } }, 'override.spamcop.impact'],
  [{ override: { spamcop: { id: 'other' } } }, 'override.spamcop'],
  [{ override: { spamcop: { delisting: { expected_hours: [3, 2] } } } }, 'override.spamcop.delisting.expected_hours'],
  [{ override: { spamcop: { delisting: { url: 'javascript:alert(1)' } } } }, 'override.spamcop.delisting.url'],
  [{ keys: { spamhaus: 'two words' } }, 'keys.spamhaus'],
])('%j is refused at %s', (choice, path) => {
  expect(BlocklistChoice.safeParse(choice).error?.issues[0]?.path.join('.')).toBe(path);
});

test('an override of a list that is not ours is an error that names the nearest', () => {
  expect(() => choose({ override: { spamcopp: {} } })).toThrow(
    'blocklists.override: "spamcopp" is no list of ours (spamcop?)',
  );
});

test('one key opens all lists of its account; a list’s own key and an earlier source come first', () => {
  const opened = accountKeys(blocklists, { spamhaus: 'one', 'spamhaus-zrd': 'two' });
  expect(opened).toEqual({
    'spamhaus-zen': 'one',
    'spamhaus-dbl': 'one',
    'spamhaus-authbl': 'one',
    'spamhaus-zrd': 'two',
  });
  expect(accountKeys(blocklists, { abusix: 'environment' }, { 'abusix-dblack': 'file' })).toEqual({
    'abusix-combined': 'environment',
    'abusix-dblack': 'environment',
  });
  const authbl = list('spamhaus-authbl');
  expect([isAskable(authbl, 'ipv4', {}), isAskable(authbl, 'ipv4', opened)]).toEqual([false, true]);
});

test('a key that opens nothing is an error that keeps it secret', () => {
  expect(() => accountKeys(blocklists, { spamhauz: 'verysecret' })).toThrow(/"spamhauz", "spamhaus" perhaps/);
  expect(() => accountKeys(blocklists, { nothing: 'verysecret' })).not.toThrow(/verysecret/);
});

test('keys have names that an environment variable can have', () => {
  for (const name of keyNames(blocklists)) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  const variables = keyNames(blocklists).map((name) => name.toUpperCase().replaceAll('-', '_'));
  expect(new Set(variables).size).toBe(variables.length);
});

test('the pace of a free zone does not hold for those with a key', () => {
  const zen = list('spamhaus-zen');
  expect(paceOf(zen, {})).toEqual(zen.ask);
  expect(paceOf(zen, { 'spamhaus-zen': 'key' })).toEqual({});
  expect(zoneOf(zen, { 'spamhaus-zen': 'key' })).toContain('{key}');
});

test('an own list can share an account with others', () => {
  const extra = [{ id: 'mirror', zone: '{key}.mirror.example', kinds: ['ipv4'], access: 'key', key_name: 'spamhaus' }];
  const lists = knownLists(blocklists, BlocklistChoice.parse({ extra }));
  expect(accountKeys(lists, { spamhaus: 'one' }).mirror).toBe('one');
});

test.each([
  ['spamhous', 'spamhaus-zen'],
  ['spamcopp', 'spamcop'],
  ['sapmcop', 'spamcop'],
  ['pbsl', 'psbl'],
  ['zen', 'spamhaus-zen'],
  ['UCEPROTECT', 'uceprotect-1'],
  ['nowhere-near-it', undefined],
  ['', undefined],
])('who writes %j means %s', (name, meant) => {
  expect(
    nearest(
      name,
      blocklists.map(({ id }) => id),
    ),
  ).toBe(meant);
});

test('a known name with one letter wrong is found again', () => {
  const ids = blocklists.map(({ id }) => id).filter((id) => id.length > 6);
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.nat(), fc.constantFrom('q', 'x'), (id, at, letter) => {
      const index = at % id.length;
      const found = nearest(id.slice(0, index) + letter + id.slice(index + 1), ids);
      expect(Math.abs((found ?? '').length - id.length)).toBeLessThanOrEqual(1);
    }),
  );
});

test.each(blocklists.map((each) => [each.id, each] as const))(
  'what is shown of %s can be written into config.yml',
  (_, ours) => {
    expect(ExtraBlocklist.parse(JSON.parse(JSON.stringify(entryOf(ours))))).toEqual(ours);
  },
);
