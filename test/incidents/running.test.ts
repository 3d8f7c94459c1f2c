// Whether the mail of a compromise goes on, by what was found and what a block refused.
import { describe, expect, it } from 'vitest';
import { RELAYWARDEN } from '../../src/audit/record.js';
import type { Incident } from '../../src/incidents/incident.js';
import { behindOf, runOf } from '../../src/incidents/running.js';

const MIN = 60_000;
const T = Date.UTC(2026, 2, 3, 2, 14);
const incident = {
  ...{ state: 'open', openedBy: RELAYWARDEN.id, lastSeenAt: T, subject: { kind: 'compromise' } },
} as unknown as Incident;
const block = { action: 'block-sender' as const, liftedAt: null, effectiveAt: T + MIN, lastHitAt: T + 40 * MIN };
const contained = { ...incident, state: 'contained' } as Incident;
const untried = { ...block, lastHitAt: null };

describe('runOf', () => {
  it.each([
    ['mail a moment ago', incident, [], 5, { state: 'on', lastAt: T, wasRefused: false }],
    [
      'mail that passed a block',
      incident,
      [{ ...block, effectiveAt: T - MIN, lastHitAt: T + MIN }],
      5,
      { state: 'on', lastAt: T },
    ],
    [
      'mail that passed long ago',
      incident,
      [{ ...block, effectiveAt: T - MIN }],
      41,
      { state: 'tried', wasRefused: true },
    ],
    ['none for three hours', incident, [], 180, { state: 'silent', lastAt: T, wasRefused: false }],
    ['a block that still refuses', incident, [block], 41, { state: 'tried', lastAt: T + 40 * MIN, wasRefused: true }],
    ['a block that refused last', incident, [block], 180, { state: 'silent', lastAt: T + 40 * MIN, wasRefused: true }],
    ['a block before the last mail', incident, [{ ...block, lastHitAt: T - MIN }], 5, { state: 'on', lastAt: T }],
    ['a block that nobody has tried', contained, [untried], 5, { state: 'held', lastAt: T, wasRefused: false }],
    ['a block that mail came behind', contained, [{ ...untried, effectiveAt: T - MIN }], 5, { state: 'on' }],
    ['a block not in force yet', contained, [{ ...untried, effectiveAt: null }], 5, { state: 'on' }],
    ['a suspension just now', contained, [{ ...untried, action: 'suspend-outbound' as const }], 5, { state: 'held' }],
    ['a re-route', contained, [{ ...untried, action: 'reroute' as const }], 5, { state: 'on' }],
    [
      'a block of a clock ahead',
      contained,
      [{ ...untried, effectiveAt: T + 120 * MIN }],
      5,
      { state: 'on', lastAt: T },
    ],
    ['a refusal of a clock ahead', incident, [{ ...block, lastHitAt: T + 120 * MIN }], 5, { state: 'on', lastAt: T }],
    [
      'a refusal in two minutes',
      incident,
      [{ ...block, lastHitAt: T + 7 * MIN }],
      5,
      { state: 'tried', lastAt: T + 5 * MIN },
    ],
    ['mail in an hour', incident, [], -60, { state: 'on', lastAt: T - 60 * MIN, wasRefused: false }],
    ['a lifted block', incident, [{ ...block, liftedAt: T }], 180, { state: 'silent', lastAt: T }],
    // All of the customer's mail is refused then, the honest too: nobody knows whether its spam is silent.
    [
      'a suspension',
      contained,
      [{ ...block, action: 'suspend-outbound' as const }],
      41,
      { state: 'stopped', lastAt: T },
    ],
    [
      'a suspension that refuses at once',
      contained,
      [{ ...block, action: 'suspend-outbound' as const, lastHitAt: T + 2 * MIN }],
      5,
      { state: 'stopped', lastAt: T, wasRefused: false },
    ],
    [
      'a suspension that mail came behind',
      contained,
      [{ ...block, action: 'suspend-outbound' as const, effectiveAt: T - MIN, lastHitAt: T + MIN }],
      5,
      { state: 'on', lastAt: T },
    ],
    [
      'a suspension that took its time',
      contained,
      [{ ...block, action: 'suspend-outbound' as const, effectiveAt: T - MIN }],
      41,
      { state: 'stopped', lastAt: T },
    ],
    [
      'a suspension that has refused nothing for three days',
      contained,
      [{ ...block, action: 'suspend-outbound' as const }],
      3 * 24 * 60,
      { state: 'stopped', lastAt: T },
    ],
    [
      'a suspension that could not be done',
      incident,
      [{ ...block, action: 'suspend-outbound' as const, effectiveAt: null }],
      41,
      { state: 'silent', lastAt: T },
    ],
    [
      'a suspension that failed beside a block that holds',
      contained,
      [untried, { ...block, action: 'suspend-outbound' as const, effectiveAt: null, lastHitAt: T + 2 * MIN }],
      5,
      { state: 'held', lastAt: T },
    ],
    [
      'a suspension that failed beside one, later',
      contained,
      [untried, { ...block, action: 'suspend-outbound' as const, effectiveAt: null }],
      41,
      { state: 'silent', lastAt: T },
    ],
    [
      'a suspension with nothing to refuse',
      contained,
      [{ ...untried, action: 'suspend-outbound' as const }],
      41,
      { state: 'silent' },
    ],
  ])('reads %s', (_, of, rows, minutes, expected) => {
    expect(runOf(of, rows, T + minutes * MIN)).toMatchObject(expected);
  });

  it('does not call silent what nobody has looked at', () => {
    const late = behindOf([{}, { isLate: true }]);
    expect(runOf(incident, [], T + 180 * MIN, late)?.state).toBe('unknown');
    expect(runOf(incident, [], T + 180 * MIN, behindOf([{}]))?.state).toBe('silent');
  });

  it('says up to when the logs are read, where only the reading is late', () => {
    const readTo = T + 17 * MIN;
    const late = behindOf([{ isLate: true, readTo }]);
    expect(runOf(incident, [], T + 180 * MIN, late)).toMatchObject({ state: 'unknown', readTo });
    expect(behindOf([{ isLate: true, readTo }, { isLate: true }])).toEqual({});
    expect(runOf(incident, [], T + 5 * MIN, late)).toEqual({ state: 'on', lastAt: T, wasRefused: false });
  });

  it('says nothing of a listing, of what is resolved, and of what a person laid to a customer', () => {
    for (const change of [{ subject: { kind: 'listing' } }, { state: 'resolved' }, { openedBy: 'U0ANN' }])
      expect(runOf({ ...incident, ...change } as Incident, [], T)).toBeUndefined();
  });
});
