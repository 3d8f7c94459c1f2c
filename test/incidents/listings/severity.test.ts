import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedEntry, ListingSubject } from '../../../src/incidents/incident.js';
import {
  bySeverity,
  mostImportant,
  type Severity,
  severityOf,
  severityOfEntry,
} from '../../../src/incidents/listings/severity.js';

const T = Date.UTC(2026, 2, 3);

function entry(change: Partial<ListedEntry> = {}): ListedEntry {
  return {
    target: '203.0.113.1',
    list: 'zen',
    listName: 'ZEN',
    inDns: true,
    impact: 'high',
    confidence: 'high',
    scope: 'address',
    codes: [],
    meanings: [],
    text: '',
    customers: [],
    refusals: 0,
    firstSeenAt: T,
    lastSeenAt: T,
    ...change,
  };
}

const CASES: [string, Partial<ListedEntry>, number | undefined, Severity][] = [
  ['a list everybody asks, 4 % of the mail', { impact: 'critical' }, 0.04, 'critical'],
  ['the same on an address with hardly any mail', { impact: 'critical' }, 0.001, 'high'],
  ['the same when the logs do not tell how much', { impact: 'critical' }, undefined, 'critical'],
  ['a list many ask, 4 % of the mail', { impact: 'high' }, 0.04, 'high'],
  ['a list some ask, 4 % of the mail', { impact: 'medium' }, 0.04, 'medium'],
  ['a list hardly anybody asks', { impact: 'low' }, 0.04, 'low'],
  ['one that a receiver refused by all the same', { impact: 'low', refusals: 2 }, 0.3, 'high'],
  ['a whole network on a list many ask', { impact: 'high', scope: 'network' }, 0.3, 'medium'],
  ['a whole network on a list nobody asks', { impact: 'low', scope: 'network' }, 0.3, 'note'],
  ['a list that cannot be trusted', { impact: 'critical', confidence: 'low' }, 0.9, 'note'],
  ['one that a receiver refused by although nobody trusts it', { confidence: 'low', refusals: 1 }, 0.3, 'critical'],
];

describe('severity', () => {
  it.each(CASES)('of %s', (_name, change, share, severity) => {
    expect(severityOfEntry(entry(change), share)).toBe(severity);
  });

  it('never falls when one thing gets worse', () => {
    const impacts = ['low', 'medium', 'high', 'critical'] as const;
    const sureness = ['low', 'medium', 'high'] as const;
    const scopes = ['network', 'range', 'address'] as const;
    const level = fc.record({
      impact: fc.nat({ max: 3 }),
      confidence: fc.nat({ max: 2 }),
      scope: fc.nat({ max: 2 }),
      refusals: fc.nat({ max: 3 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const severity = (l: { impact: number; confidence: number; scope: number; refusals: number; share: number }) =>
      severityOfEntry(
        entry({
          impact: impacts[l.impact] ?? 'low',
          confidence: sureness[l.confidence] ?? 'low',
          scope: scopes[l.scope] ?? 'network',
          refusals: l.refusals,
        }),
        l.share,
      );
    fc.assert(
      fc.property(level, level, (a, b) => {
        const worse = {
          impact: Math.max(a.impact, b.impact),
          confidence: Math.max(a.confidence, b.confidence),
          scope: Math.max(a.scope, b.scope),
          refusals: Math.max(a.refusals, b.refusals),
          share: Math.max(a.share, b.share),
        };
        expect(bySeverity(severity(worse), severity(a))).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('of an incident is that of its worst open listing, and a note when all that counts is gone', () => {
    const subject = (entries: ListedEntry[]): ListingSubject => ({ kind: 'listing', entries, isFirstLook: false });
    const bad = entry({ impact: 'critical' });
    expect(severityOf(subject([entry({ impact: 'low' }), bad]), 0.2)).toBe('critical');
    expect(severityOf(subject([entry({ impact: 'low' }), { ...bad, clearedAt: T }]), 0.2)).toBe('low');
    expect(severityOf(subject([{ ...bad, clearedAt: T }, entry({ confidence: 'low' })]), 0.2)).toBe('note');
  });

  it('says which listing a request is about first', () => {
    const small = entry({ list: 'small', impact: 'low' });
    const gone = entry({ list: 'gone', impact: 'critical', clearedAt: T });
    expect(mostImportant({ kind: 'listing', entries: [small, gone, entry()], isFirstLook: false }, 0.1)?.list).toBe(
      'zen',
    );
    expect(mostImportant({ kind: 'listing', entries: [gone], isFirstLook: false }, 0.1)).toBeUndefined();
  });
});
