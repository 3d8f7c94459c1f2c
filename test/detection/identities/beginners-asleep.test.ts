// Who stays in memory though it sleeps, because it has just begun to send: only whom an alarm could name, and a bounded number.
import { describe, expect, it } from 'vitest';
import { newActivity } from '../../../src/detection/identities/activity.js';
import { Identities } from '../../../src/detection/identities/identities.js';
import { type Identity, newIdentity } from '../../../src/detection/identities/identity.js';
import { HOUR, T0 } from '../../tools/mail-events.js';

const entry = { kind: 'login', name: 'relay', key: 'acme|login:relay' } as const;

describe('beginners asleep', () => {
  it('stay in memory when a colleague in alarm may ask for them, at most 200 of a customer', () => {
    const asleep = (tried: number, keyOf: (i: number) => string, change: Partial<Identity> = {}) => {
      const identities = new Identities({ most: 0, leastRecipients: 6, load: () => undefined });
      for (let i = 0; i < 1_000; i++) {
        const key = keyOf(i);
        const identity = {
          ...newIdentity(key, 'sender', entry, T0),
          activity: { ...newActivity(T0), tried },
          ...change,
        };
        identities.restore(identity);
      }
      while (identities.size > 0) identities.putToSleep();
      return [...identities.ofCustomer('acme'), ...identities.ofCustomer('unattributed')].length;
    };
    const box = (i: number) => `acme|login:relay|box${i}@acme.example`;

    expect([asleep(3, box), asleep(5, box)]).toEqual([200, 200]);
    expect([asleep(2, box), asleep(6, box)]).toEqual([0, 0]);
    expect(asleep(5, (i) => `acme|login:relay|nobody${i}`)).toBe(0);
    expect(asleep(5, (i) => `unattributed|login:relay|box${i}@acme.example`)).toBe(0);
    expect(asleep(5, (i) => `acme|address:192.0.2.${i}@`, { scope: 'entry', entry: 'address' })).toBe(0);
    expect(asleep(5, box, { past: newActivity(T0) })).toBe(0);
    expect(asleep(5, box, { activity: { ...newActivity(T0), tried: 5, lastAt: T0 + HOUR } })).toBe(0);
  });

  it('of a hundred customers stay in memory until their spell is over, of each as many', () => {
    const identities = new Identities({ most: 0, load: () => undefined });
    for (let i = 0; i < 15_000; i++) {
      const identity = newIdentity(`c${i % 100}|login:relay|box${i}@acme.example`, 'sender', entry, T0);
      identities.restore({ ...identity, activity: { ...newActivity(T0), tried: 3 } });
    }
    while (identities.size > 0) identities.putToSleep();

    expect([...identities.ofCustomer('c0')].length).toBe(100);
    expect([...identities.ofCustomer('c99')].length).toBe(100);
    identities.forgetIdle(T0 + 2 * HOUR);
    expect([...identities.ofCustomer('c0')]).toEqual([]);
  });
});
