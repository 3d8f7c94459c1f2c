// What a finding says of how sure it is, and of which mail.
import { describe, expect, it } from 'vitest';
import { compromiseFinding } from '../../src/detection/conclude.js';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { addArrival, newActivity } from '../../src/detection/identities/activity.js';
import { newHabit } from '../../src/detection/identities/habit.js';
import { newIdentity } from '../../src/detection/identities/identity.js';
import { onsetOf } from '../../src/detection/identities/onset.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] }],
});
const KIM = 'kim@office.example';

function firstFinding(events: MailEvent[]): CompromiseFinding {
  const detector = new Detector({ directory });
  const findings = events.toSorted((a, b) => a.at - b.at).flatMap((event) => detector.see(event));
  return findings.find(({ kind }) => kind !== 'blocklist') as CompromiseFinding;
}

/** Eight single messages a day, two hours apart. */
function mailOf(login: string, days: number): MailEvent[] {
  return Array.from({ length: 8 * days }, (_, i) => T0 - (1 + Math.floor(i / 8)) * DAY + (i % 8) * 2 * HOUR).flatMap(
    (at) => ordinary(login, at, { login }),
  );
}

describe('an alarm about everything behind an entry', () => {
  const forged = Array.from({ length: 12 }, (_, i) => `invented${'abcdefghijkl'[i]}@office.example`);
  const news = 'news@office.example';
  const identity = newIdentity('office|login:office-relay', 'entry', { kind: 'login' }, T0 - 9 * DAY);
  const activity = newActivity(T0);
  for (const sender of [...Array.from({ length: 400 }, () => news), ...forged])
    addArrival(activity, {
      at: T0,
      sender,
      recipients: 1,
      isNewSender: sender !== news,
      isNewNumber: false,
      failedLogins: 0,
    });
  identity.activity = activity;
  const named = (sign: string) =>
    compromiseFinding({
      at: T0 + HOUR,
      customer: 'office',
      entry: { kind: 'login', name: 'office-relay', key: identity.key },
      whole: identity,
      alarm: {
        identity,
        assessment: {
          ...{ evidence: 9, stake: 0, beyondReach: 4, isAlarm: true, confidence: 0.7, from: T0, to: T0 + HOUR },
          sentences: ['said'],
          signs: [{ id: sign, weight: 4 }],
        },
      },
      customerHabit: newHabit(T0),
      key: identity.key,
      accomplices: [],
      isSuspect: () => true,
      firstSeen: (sender) => (sender === news ? T0 - 9 * DAY : T0 + 1),
    })?.senders;

  it('names those that came with it when senders that do not exist gave it away', () => {
    expect(named('phantom-senders')).toEqual(forged);
    expect(named('many-senders')).toEqual(forged);
  });

  it('names whoever sent most of it otherwise', () => {
    expect(named('unknown-users')).toEqual([news]);
  });
});

describe('a finding', () => {
  const stolen = spam(() => KIM, T0, 40, { login: KIM });

  it('is less sure on the first day', () => {
    expect(firstFinding(stolen).isCold).toBe(true);
    expect(firstFinding([...mailOf(KIM, 0), ...stolen]).isCold).toBe(true);
  });

  it('names the mail that its evidence is of, and no other', () => {
    const { evidenceOf, at } = firstFinding([...mailOf(KIM, 7), ...stolen]);

    expect(evidenceOf?.from).toBe(T0);
    expect(evidenceOf?.to).toBeGreaterThan(T0);
    expect(evidenceOf?.to).toBeLessThanOrEqual(at);
  });

  it('tells the networks that are new to the customer from those of its other logins', () => {
    const office = '192.0.2.77';
    const colleague = Array.from({ length: 7 }, (_, i) =>
      ordinary('ann@office.example', T0 - (i + 1) * DAY, { login: 'ann@office.example', clientIp: office }),
    ).flat();
    const { clientIps, newClientIps } = firstFinding([
      ...[...colleague, ...spam(() => KIM, T0, 40, { login: KIM, clientIp: '198.51.100.7' })],
      ...ordinary(KIM, T0 + 1, { login: KIM, clientIp: office }),
    ]);

    expect(clientIps.toSorted()).toEqual([office, '198.51.100.7']);
    expect(newClientIps).toEqual(['198.51.100.7']);
  });

  const OFFICE = '192.0.2.5';
  const THIEF = '198.51.100.7';
  const ownersMorning = [3, 2].flatMap((n) => ordinary(KIM, T0 - n * 20 * 60_000, { login: KIM, clientIp: OFFICE }));

  it('begins with the first letter from a network that is new, not with the letters that the owner wrote before', () => {
    const found = firstFinding([
      ...[...mailOf(KIM, 7), ...ownersMorning],
      ...spam(() => KIM, T0, 40, { login: KIM, clientIp: THIEF }),
    ]);

    expect(found.since).toBe(T0);
    expect(found.recipients).toBe(3 * found.messages);
    expect(found.evidenceOf?.from).toBe(ownersMorning[0]?.at);
    expect(found.clientIps).toEqual([THIEF, OFFICE]);
  });

  it('goes on to tell the same beginning, and counts from there, while the alarm lasts', () => {
    const detector = new Detector({ directory });
    const stolenFor3h = spam(() => KIM, T0, 180, { login: KIM, clientIp: THIEF });
    const findings = [...mailOf(KIM, 7), ...ownersMorning, ...stolenFor3h]
      .toSorted((one, other) => one.at - other.at)
      .flatMap((event) => detector.see(event))
      .filter((finding) => finding.kind !== 'blocklist');

    expect(new Set(findings.map(({ since }) => since))).toEqual(new Set([T0]));
    expect(findings.at(-1)?.recipients).toBe(3 * (findings.at(-1)?.messages ?? 0));
    expect(detector.explain(KIM)[0]?.activity).toMatchObject({ since: T0, messages: 180, recipients: 540 });
  });

  it.each([100, 150, 293, 600])('has most of the mail of a burst of %i that is over within a minute', (length) => {
    const detector = new Detector({ directory });
    const burst = Array.from({ length }, (_, i): MailEvent[] => {
      const head = message({ sender: KIM, login: KIM, clientIp: THIEF, acceptedAt: T0 + i * 80 });
      return [
        accepted(head),
        delivery(head, `victim${i}@site${i}.test`, { ...(i % 8 ? {} : UNKNOWN_USER), at: head.acceptedAt }),
      ];
    });
    const findings = [...mailOf(KIM, 7), ...burst.flat()]
      .toSorted((one, other) => one.at - other.at)
      .flatMap((event) => detector.see(event))
      .filter((finding) => finding.kind !== 'blocklist');

    expect(findings.at(-1)?.recipients).toBeGreaterThan(0.7 * length);
    expect(findings.length).toBeLessThan(25);
  });

  it('begins with the whole run where most of it came before the new network', () => {
    const signs = [{ id: 'new-networks', weight: 4 }];
    const onset = (messages: number, recipients: number) => {
      const newNetworkFrom = { at: T0 + HOUR, messages, recipients };
      return onsetOf(Object.assign(newActivity(T0), { newNetworkFrom, messages: 10, recipients: 20 }), signs)?.at;
    };

    expect(onset(6, 11)).toBeUndefined();
    // The owner wrote to a dozen in one letter, or the thief did.
    expect([onset(1, 12), onset(9, 9)]).toEqual([T0 + HOUR, T0 + HOUR]);
  });

  it('is as sure as it says when its mailbox has a past', () => {
    expect(firstFinding([...mailOf(KIM, 7), ...stolen])).not.toHaveProperty('isCold');
  });

  it('is as sure as it says when its mailbox is new, and its customer has a past', () => {
    const others = ['a', 'b', 'c'].flatMap((name) => mailOf(`${name}@office.example`, 7));

    expect(firstFinding([...others, ...stolen])).not.toHaveProperty('isCold');
  });
});
