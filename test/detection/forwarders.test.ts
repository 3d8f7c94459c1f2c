// Whose fault a refusal is: a script's one dead address is no bad list, and what a forwarder hands on is other people's mail.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import type { Finding } from '../../src/detection/finding.js';
import { type Identity, spellOf } from '../../src/detection/identities/identity.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { AS_SPAM, accepted, DAY, delivery, HOUR, message, ordinary, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'mill', name: 'Mill', domains: ['mill.example'], ips: ['192.0.2.8'] }],
});
const SERVER = { clientIp: '192.0.2.8' };
const KEY = 'mill|address:192.0.2.8';

function seen(events: MailEvent[]): { detector: Detector; findings: Finding[] } {
  const detector = new Detector({ directory });
  const findings = events.toSorted((a, b) => a.at - b.at).flatMap((event) => detector.see(event));
  return { detector, findings };
}

function mail(sender: string, to: string, at: number, outcome: Parameters<typeof delivery>[2] = {}): MailEvent[] {
  const head = message({ sender, acceptedAt: at, ...SERVER });
  return [accepted(head), delivery(head, to, { at: at + 1_000, ...outcome })];
}

const past = Array.from({ length: 80 }, (_, i) =>
  ordinary(`p${i % 5}@mill.example`, T0 - (1 + Math.floor(i / 8)) * DAY + (i % 8) * HOUR, SERVER),
).flat();

describe('a dead address', () => {
  const script = (to: (i: number) => string) =>
    Array.from({ length: 60 }, (_, i) => mail('cron@mill.example', to(i), T0 + i * 60_000, UNKNOWN_USER)).flat();

  it('that a script writes to all day counts once, and is no alarm', () => {
    const { detector, findings } = seen([...past, ...script(() => 'gone@firm.example')]);

    expect(findings).toEqual([]);
    expect(spellOf(detector.identities.get(KEY) as Identity)?.unknownUsers).toBe(1);
  });

  it('of sixty different ones counts each', () => {
    const { detector } = seen([...past, ...script((i) => `gone${i}@firm${i}.example`)]);
    const { activity, alarm } = detector.identities.get(KEY) ?? {};

    expect((activity?.unknownUsers ?? 0) + (alarm?.recipients ?? 0)).toBeGreaterThan(40);
  });

  it('that was alive before counts less than one never written to', () => {
    const alive = mail('p1@mill.example', 'left@firm.example', T0 - 2 * HOUR);
    const dead = mail('p1@mill.example', 'left@firm.example', T0, UNKNOWN_USER);
    const { detector } = seen([...past, ...alive, ...dead]);

    expect(detector.identities.get(KEY)?.activity?.unknownUsers).toBe(0.25);
  });

  it('that is tried again is not counted again', () => {
    const head = message({ sender: 'p1@mill.example', acceptedAt: T0, ...SERVER });
    const deferred = delivery(head, 'x@far.test', { status: 'deferred', dsn: '4.2.1', reply: '450 later' });
    const retried = delivery(head, 'x@far.test', { at: T0 + HOUR, isFirstAttempt: false, ...UNKNOWN_USER });
    const { detector } = seen([accepted(head), deferred, retried]);

    expect(detector.identities.get(KEY)?.activity).toMatchObject({ tried: 1, unknownUsers: 1, newRecipients: 1 });
  });
});

describe('a forwarder', () => {
  /** Mail of the whole world to three mailboxes elsewhere, much of it spam that their filter refuses. */
  const forwarded = (sender: (i: number) => string) =>
    Array.from({ length: 160 }, (_, i) =>
      mail(sender(i), `owner${i % 3}@elsewhere.test`, T0 + i * 60_000, i % 4 === 0 ? AS_SPAM : {}),
    ).flat();
  const before = Array.from({ length: 60 }, (_, i) =>
    mail(`writer${i}@w${i}.test`, `owner${i % 3}@elsewhere.test`, T0 - 3 * DAY + i * HOUR),
  ).flat();

  it.each([
    ['that rewrites senders (SRS)', (i: number) => `srs0=h${i % 7}=tt=w${i}.test=writer${i}@mill.example`],
    ['that does not', (i: number) => `writer${i}@w${i}.test`],
    ['as Gmail has it', (i: number) => `p1+caf_=x${i}=elsewhere.test@mill.example`],
  ])('%s is no alarm', (_, sender) => {
    expect(seen([...past, ...before, ...forwarded(sender)]).findings).toEqual([]);
  });

  it('is not blamed for what is refused of other people’s mail', () => {
    const srs = seen([...past, ...forwarded((i) => `srs0=h=tt=w${i}.test=writer${i}@mill.example`)]);

    expect(srs.detector.identities.get(KEY)?.activity?.contentRefusals ?? 0).toBe(0);
  });
});
