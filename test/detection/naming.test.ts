// Whom a finding names: senders that were seen, and logins together with whether a whole company uses them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  relays: [{ host: 'relay1', outbound_ip: '203.0.113.9' }],
  customers: [
    { id: 'hosted', name: 'Hosted', domains: ['hosted.example'], shared_ips: ['198.51.100.0/24'] },
    {
      id: 'office',
      name: 'Office',
      domains: ['office.example'],
      sasl_users: ['office-relay'],
      sasl_domains: ['office.example'],
    },
  ],
});

function findingsIn(events: MailEvent[]): CompromiseFinding[] {
  const detector = new Detector({ directory });
  const ordered = events.toSorted((a, b) => a.at - b.at);
  return ordered.flatMap((event) => detector.see(event)).filter((finding) => finding.kind !== 'blocklist');
}

/** Messages taken in, kept in the queue for two hours, and then delivered to lists full of dead addresses. */
function released(senders: string[], recipients: number): MailEvent[] {
  const heads = senders.map((sender, i) =>
    message({ sender, acceptedAt: T0 + i * 1_000, clientIp: `198.51.100.${i}`, recipientCount: recipients }),
  );
  return heads.flatMap((head, i) => [
    accepted(head),
    ...Array.from({ length: recipients }, (_, n) =>
      delivery(head, `x${i}.${n}@far${n}.test`, { at: T0 + 2 * HOUR + n * 20_000 + i, ...(n % 2 ? UNKNOWN_USER : {}) }),
    ),
  ]);
}

describe('the senders of a finding', () => {
  it('are those of the messages, when a queue is released hours after it was filled', () => {
    const senders = ['a', 'b', 'c', 'd'].map((name) => `${name}@hosted.example`);

    const past = Array.from({ length: 40 }, (_, i) => T0 - (45 - i) * 2 * HOUR).flatMap((at) =>
      senders.flatMap((sender, n) => ordinary(sender, at + n * 60_000, { clientIp: `198.51.100.${n}` })),
    );

    const last = findingsIn([...past, ...released(senders, 10)]).at(-1);

    expect(last?.senders.toSorted()).toEqual(senders);
    expect(last).toMatchObject({ customer: 'hosted', kind: 'multiple', messages: 4 });
    expect(last?.recipients).toBeGreaterThan(20);
  });

  it('are counted once when their messages arrive and are delivered in the same run', () => {
    const last = findingsIn(spam(() => 'ann@hosted.example', T0, 30, { clientIp: '198.51.100.7' })).at(-1);

    expect(last).toMatchObject({ senders: ['ann@hosted.example'], kind: 'single' });
    expect(last?.messages).toBeLessThanOrEqual(30);
    expect(last?.recipients).toBe(3 * (last?.messages ?? 0));
  });

  it('are not the numbered ones that forwarders and ticket systems write, beside forged ones', () => {
    const forged = (i: number) => `invented${String.fromCharCode(97 + (i % 26))}${i % 7}@office.example`;
    const forwarded = (i: number) => `srs0=a${i}c=x${i}=post.test=user${i}@office.example`;
    const office = Array.from({ length: 40 }, (_, i) => T0 - (40 - i) * 2 * HOUR).flatMap((at) =>
      ['ann', 'ben', 'cia'].flatMap((name) => ordinary(`${name}@office.example`, at, { login: 'office-relay' })),
    );
    const passing = Array.from({ length: 30 }, (_, i) =>
      ordinary(forwarded(i), T0 + i * 120_000 + 9_000, { login: 'office-relay' }),
    ).flat();
    const last = findingsIn([...office, ...passing, ...spam(forged, T0, 60, { login: 'office-relay' })]).at(-1);

    expect(last?.senders.length).toBeGreaterThan(3);
    expect(last?.senders.filter((sender) => !sender.startsWith('invented'))).toEqual([]);
  });

  it('are never a name without a domain: then there is no finding', () => {
    expect(findingsIn(spam(() => 'hosted.example', T0, 40, { login: 'office-relay' }))).toEqual([]);
  });

  it('hold an @ whatever the log tells, but for mail without a sender, which stands alone', () => {
    const sender = fc.constantFrom('', 'root', 'hosted.example', 'a@hosted.example', 'b@office.example', '"@');
    const run = fc.record({
      sender,
      heldMs: fc.constantFrom(0, HOUR, 3 * HOUR),
      login: fc.constantFrom(undefined, 'office-relay', 'kim@office.example'),
      recipients: fc.integer({ min: 1, max: 30 }),
      origin: fc.constantFrom('client' as const, 'local' as const, 'unknown' as const),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), (runs) => {
        const events = runs.flatMap(({ sender, heldMs, login, recipients, origin }, i) => {
          const head = message({ sender, acceptedAt: T0 + i * 60_000, recipientCount: recipients, origin });
          if (login !== undefined) head.login = login;
          const attempt = (_: unknown, n: number) =>
            delivery(head, `x${i}.${n}@far${n}.test`, { at: head.acceptedAt + heldMs + n, ...UNKNOWN_USER });
          return [accepted(head), ...Array.from({ length: recipients }, attempt)];
        });
        for (const { senders, senderCount, messages } of findingsIn(events)) {
          expect(senders.every((name) => name.includes('@')) || `${senders}` === '<>').toBe(true);
          expect(senders.length).toBeGreaterThan(0);
          expect(senderCount).toBeGreaterThan(0);
          expect(Number.isInteger(messages) && messages > 0).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the shared logins of a finding', () => {
  const staff = ['ann', 'ben', 'cia', 'dan'].map((name) => `${name}@office.example`);
  const office = (login: (sender: string) => string, days: number, senders = staff) =>
    Array.from({ length: days * 8 }, (_, i) => T0 + Math.floor(i / 8) * DAY + (i % 8) * HOUR).flatMap((at) =>
      senders.flatMap((sender, n) => ordinary(sender, at + n * 60_000, { login: login(sender) })),
    );
  const at = T0 + 5 * DAY;

  it("hold a company's smarthost login when one of its people spams", () => {
    const events = [
      ...office(() => 'office-relay', 5),
      ...spam(() => 'ann@office.example', at, 40, { login: 'office-relay' }),
    ];
    const [first] = findingsIn(events);

    expect(first).toMatchObject({ senders: ['ann@office.example'], logins: ['office-relay'] });
    expect(first?.sharedLogins).toEqual(['office-relay']);
  });

  it("do not hold a mailbox's login that forges many senders", () => {
    const login = 'kim@office.example';
    const invented = (i: number) => `invented${String.fromCharCode(97 + (i % 26))}${i % 7}@office.example`;
    const events = [...office((sender) => sender, 5, [...staff, login]), ...spam(invented, at, 60, { login })];
    const findings = findingsIn(events);

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map((finding) => finding.logins)).toEqual(findings.map(() => [login]));
    expect(findings.flatMap((finding) => finding.sharedLogins)).toEqual([]);
  });

  it("do not hold a mailbox's login whose few forged senders were first seen days before, in a slow beginning", () => {
    const login = 'kim@office.example';
    const forged = ['x', 'y', 'z'].map((name) => `${name}@office.example`);
    const slow = forged.flatMap((sender, i) => ordinary(sender, at - (20 - i) * HOUR, { login }));
    const events = [
      ...office((sender) => sender, 5, [...staff, login]),
      ...slow,
      ...spam((i) => forged[i % 3] as string, at, 60, { login }),
    ];

    expect(findingsIn(events).flatMap((finding) => finding.sharedLogins)).toEqual([]);
  });

  it('hold, on the first day, a login that others are seen to use without suspicion', () => {
    const events = [
      ...office(() => 'office-relay', 1),
      ...spam(() => 'ann@office.example', T0 + 5 * HOUR, 60, { login: 'office-relay' }),
    ];

    expect(findingsIn(events).at(-1)?.sharedLogins).toEqual(['office-relay']);
  });

  it('stay known over a restart', () => {
    const before = new Detector({ directory });
    for (const event of office(() => 'office-relay', 5)) before.see(event);
    const { rows, familiar } = before.takeChanges();
    const after = new Detector({ directory });
    after.restore(JSON.parse(JSON.stringify([...rows])), [familiar]);
    const events = spam(() => 'ann@office.example', at, 40, { login: 'office-relay' });
    const findings = events.flatMap((event) => after.see(event)) as CompromiseFinding[];

    expect(findings[0]?.sharedLogins).toEqual(['office-relay']);
  });
});
