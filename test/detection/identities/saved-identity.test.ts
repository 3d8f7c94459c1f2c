import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addArrival, newActivity } from '../../../src/detection/identities/activity.js';
import { fold } from '../../../src/detection/identities/habit.js';
import { type Identity, newIdentity, startAlarm } from '../../../src/detection/identities/identity.js';
import {
  habitText,
  identityOf,
  identityText,
  type SavedIdentity,
} from '../../../src/detection/identities/saved-identity.js';
import { Tally } from '../../../src/detection/structures/tally.js';

const T0 = Date.UTC(2026, 2, 3, 9);
/** Senders and logins are outsiders' text. */
const NAMES = [
  'ann@acme.example',
  '__proto__',
  '"quoted\\"@x',
  'tab\tand\u0000',
  'smörgås@ä.example',
  '\ud800',
  '',
  '7',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary' }));
const number = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(0));

const identities = fc
  .record({ key: name, senders: fc.array(name, { maxLength: 12 }), number, isAlarmed: fc.boolean() })
  .map(({ key, senders, number, isAlarmed }) => {
    const identity = newIdentity(key, 'sender', { kind: 'login' }, T0, isAlarmed);
    const activity = newActivity(T0 + 5);
    for (const [i, sender] of senders.entries())
      addArrival(activity, {
        at: T0 + i * 3_600_000,
        sender,
        recipients: 3,
        isNewSender: i % 2 === 0,
        isNewNumber: false,
        failedLogins: 0,
      });
    activity.choices = number;
    activity.lastIp = '198.51.100.7';
    activity.clientIps = senders;
    fold(identity.habit, activity);
    identity.habit.hourSquares = number;
    identity.evidence = -number;
    identity.activity = activity;
    if (!isAlarmed) return identity;
    identity.past = newActivity(T0);
    identity.past.refusedByDomain = Tally.of({ 12: number });
    identity.regulars = Object.fromEntries(senders.map((sender) => [sender, T0]));
    identity.alarm = { ...startAlarm(activity), senders: activity.senders, clientIps: senders };
    return identity;
  });

/** What JSON.stringify makes of it, where a zero and the last address are left out of the counts, and what its runs tell too. */
function plain({ isChanged, isGone, spellSince, spare, ...identity }: Identity): unknown {
  const counts = ['habit', 'activity', 'past'];
  const isCount = (holder: unknown) =>
    counts.some((name) => holder !== undefined && identity[name as 'habit'] === holder);
  const text = JSON.stringify(identity, function (name, value: unknown) {
    return isCount(this) && (value === 0 || name === 'lastIp') ? undefined : value;
  });
  return JSON.parse(text);
}

describe('an identity as it is saved', () => {
  it('is the JSON of what it is without zeros, whatever it is called', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        expect(JSON.parse(identityText(identity))).toEqual(plain(identity));
        expect(JSON.parse(habitText(identity.habit))).toEqual((plain(identity) as SavedIdentity).habit);
      }),
      { numRuns: 200 },
    );
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        const saved = JSON.parse(identityText(identity)) as SavedIdentity;
        expect(JSON.parse(identityText(identityOf(saved)))).toEqual(saved);
      }),
      { numRuns: 100 },
    );
  });
});
