// Whose mail receivers slow down: who is put off alone is the cause, who is put off along with many is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slowdowns } from '../../../src/detection/clues/slowdowns.js';
import { Detector } from '../../../src/detection/detector.js';
import { newActivity } from '../../../src/detection/identities/activity.js';
import { newHabit } from '../../../src/detection/identities/habit.js';
import { signals } from '../../../src/detection/signals/index.js';
import type { View } from '../../../src/detection/signals/signal.js';
import { classifyReply, type ReplyMeaning } from '../../../src/intake/replies/index.js';
import type { Delivery, MailEvent } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, T0 } from '../../tools/mail-events.js';

const UNUSUAL_RATE =
  '421-4.7.28 An unusual rate of unsolicited mail originating from your IP address was detected. To protect our users, mail sent from it has been temporarily rate limited';
const SLOWED = { status: 'deferred', dsn: '4.7.28', remoteHost: 'mx1.big.test', reply: UNUSUAL_RATE } as const;
const THROTTLE = { meaning: 'ip-throttle' } as ReplyMeaning;

function slowed(at: number, change: Partial<Delivery> = {}): Delivery {
  return delivery(message({ sender: 'a@mill.example' }), 'x@big.test', { ...SLOWED, at, ...change });
}

describe('a slow-down', () => {
  it('is all of the customer who is alone in it', () => {
    const slowdowns = new Slowdowns();

    expect(slowdowns.see(slowed(T0), THROTTLE, 'mill')).toEqual({ receiver: 'big.test', share: 1 });
    expect(slowdowns.see(slowed(T0 + 1_000), THROTTLE, 'mill')?.share).toBe(1);
  });

  it('is hardly that of a customer who is slowed down along with others', () => {
    const slowdowns = new Slowdowns();
    for (let i = 0; i < 19; i++) slowdowns.see(slowed(T0 + i * 1_000), THROTTLE, i < 15 ? 'spammed' : `other-${i}`);

    expect(slowdowns.see(slowed(T0 + 20_000), THROTTLE, 'mill')?.share).toBeCloseTo(1 / 20, 1);
    expect(slowdowns.see(slowed(T0 + 21_000), THROTTLE, 'spammed')?.share).toBeCloseTo(16 / 21, 1);
  });

  it('is of the receiver that the host belongs to, whatever the domains behind it', () => {
    const slowdowns = new Slowdowns();
    slowdowns.see(slowed(T0), THROTTLE, 'other');

    const elsewhere = slowed(T0, { recipient: 'y@tenant.example', remoteHost: 'mx2.big.test' });
    expect(slowdowns.see(elsewhere, THROTTLE, 'mill')).toEqual({ receiver: 'big.test', share: 0.5 });
    expect(slowdowns.see(slowed(T0, { remoteHost: 'mx.small.test' }), THROTTLE, 'mill')?.share).toBe(1);
  });

  it('is forgotten after hours, and outlives a clock that was set back', () => {
    const slowdowns = new Slowdowns();
    for (let i = 0; i < 10; i++) slowdowns.see(slowed(T0), THROTTLE, 'other');

    expect(slowdowns.see(slowed(T0 - DAY), THROTTLE, 'mill')?.share).toBeLessThan(0.2);
    expect(slowdowns.see(slowed(T0 + 12 * HOUR), THROTTLE, 'late')?.share).toBeGreaterThan(0.9);
  });

  it('keeps its share between relays whose logs lag behind each other', () => {
    const slowdowns = new Slowdowns();
    for (let i = 0; i < 200; i++) slowdowns.see(slowed(T0 + (i % 2) * HOUR), THROTTLE, 'other');

    expect(slowdowns.see(slowed(T0 + HOUR), THROTTLE, 'mill')?.share).toBeLessThan(0.02);
  });

  it('is told once for a recipient, and is none where the reply says something else', () => {
    const slowdowns = new Slowdowns();

    expect(slowdowns.see(slowed(T0, { isFirstAttempt: false }), THROTTLE, 'mill')).toBeUndefined();
    for (const meaning of ['ip-block', 'dnsbl', 'volume', 'temporary', 'unknown-user', 'mailbox-full'] as const)
      expect(slowdowns.see(slowed(T0), { ...THROTTLE, meaning }, 'mill')).toBeUndefined();
  });

  it('has a share above 0 and of 1 at most, whoever is slowed down when and by whom', () => {
    const one = fc.record({
      at: fc.integer({ min: -3 * DAY, max: 3 * DAY }),
      customer: fc.integer({ min: 0, max: 700 }),
      host: fc.integer({ min: 0, max: 2_100 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 3_000 }), (all) => {
        const slowdowns = new Slowdowns();
        for (const { at, customer, host } of all) {
          const event = slowed(T0 + at, { remoteHost: `mx.receiver-${host % 7 === 0 ? 0 : host}.test` });
          const share = slowdowns.see(event, THROTTLE, `customer-${customer}`)?.share ?? 0;
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('an honest mailing', () => {
  it('is no alarm for its reach and its slow-downs together', () => {
    const signal = signals.find(({ id }) => id === 'slowed-down');
    const activity = { ...newActivity(T0), tried: 300, slowedDown: 60 };
    const habit = newHabit(T0 - DAY);
    const view: View = { activity, habit, customerHabit: habit, entryHabit: habit, scope: 'entry', entry: 'login' };

    // The most that reach may say once a customer is known is 6 nats; an alarm needs ln 3,500.
    expect(signal?.weigh(view)).toBeGreaterThan(1);
    expect(6 + (signal?.weigh(view) ?? 0)).toBeLessThan(Math.log(3_500));
  });
});

const directory = Directory.parse({
  customers: [{ id: 'mill', name: 'Mill', domains: ['mill.example'], sasl_domains: ['mill.example'] }],
});
const LOGIN = 'ann@mill.example';
const AS_SPAM = { status: 'bounced', dsn: '5.7.1', reply: '550 5.7.1 Message rejected as spam' } as const;

/** Two weeks of a mailbox's mail; then 240 letters to strangers within an hour, from an address beside its own, of which one in sixty comes back as spam. */
function sold(outcome: (i: number) => Partial<Delivery>): MailEvent[] {
  const past = Array.from({ length: 140 }, (_, i) =>
    ordinary(LOGIN, T0 - (1 + Math.floor(i / 10)) * DAY + (i % 10) * 40 * 60_000, { login: LOGIN }),
  ).flat();
  const letters = Array.from({ length: 240 }, (_, i) => {
    const head = message({
      sender: LOGIN,
      login: LOGIN,
      clientIp: '192.0.2.50',
      acceptedAt: T0 + i * 15_000,
    });
    return [accepted(head), delivery(head, `stranger${i}@site${i % 40}.test`, i % 60 === 7 ? AS_SPAM : outcome(i))];
  }).flat();
  return [...past, ...letters].toSorted((a, b) => a.at - b.at);
}

function seen(events: MailEvent[]) {
  const detector = new Detector({ directory, thresholds: { learnedFactor: 1 } });
  const findings = events.flatMap((event) => detector.see(event));
  return { detector, findings };
}

describe('letters to strangers that nearly all arrive', () => {
  it('are told when receivers slow them down, and not for being many', () => {
    expect(classifyReply(UNUSUAL_RATE)?.meaning).toBe('ip-throttle');
    const hosts = ['mx1.big.test', 'mx.other.test', 'mx.third.test'];

    const taken = seen(sold(() => ({})));
    const putOff = seen(sold((i) => (i % 12 === 5 ? { ...SLOWED, remoteHost: hosts[i % 3] as string } : {})));

    expect(taken.findings).toEqual([]);
    expect(putOff.findings[0]).toMatchObject({ kind: 'single', customer: 'mill', senders: [LOGIN] });
    expect(putOff.findings[0]).toMatchObject({
      evidence: expect.arrayContaining([expect.stringMatching(/slowed down by receivers/)]),
    });
  });

  it('count as refused for what they say when a filter puts them off for it', () => {
    const asSpam = {
      status: 'deferred',
      dsn: '4.7.1',
      reply: '451 4.7.1 Message identified as spam, try again later',
    } as const;
    // Two put off, and the seventh bounces.
    const { detector } = seen(sold((i) => (i === 3 || i === 40 ? asSpam : {})).slice(0, 280 + 100));

    expect(detector.identities.get(`mill|login:${LOGIN}`)?.activity?.contentRefusals).toBe(3);
  });
});
