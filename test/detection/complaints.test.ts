// Complaints of receivers' users, which come hours after the mail: they belong to the mail they are about, and to no other.
import { describe, expect, it } from 'vitest';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { Pipeline } from '../../src/detection/pipeline.js';
import type { Complaint, MailEvent, MessageHead } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0 } from '../tools/mail-events.js';

const directory = Directory.parse({
  relays: [{ host: 'relay1', outbound_ip: '203.0.113.9' }],
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] }],
});
const NEWS = 'news@office.example';
const KIM = 'kim@office.example';

function complaint(about: MessageHead, at: number, feedbackType = 'abuse'): Complaint {
  return { kind: 'complaint', at, message: about, feedbackType, reporter: 'giant.test' };
}

function taken(events: MailEvent[]): { pipeline: Pipeline; findings: CompromiseFinding[] } {
  const pipeline = new Pipeline({ directory });
  for (const event of events.toSorted((a, b) => a.at - b.at)) pipeline.take(event);
  const findings = pipeline.takeFindings().filter((finding) => finding.kind !== 'blocklist');
  return { pipeline, findings: findings as CompromiseFinding[] };
}
const spellOf = ({ pipeline }: ReturnType<typeof taken>, login: string) =>
  pipeline.detector.identities.get(`office|login:${login}`);

const weeks = [NEWS, KIM].flatMap((login) =>
  Array.from({ length: 60 }, (_, i) => T0 - (1 + Math.floor(i / 4)) * DAY + (i % 4) * 2 * HOUR).flatMap((at) =>
    ordinary(login, at, { login }),
  ),
);

/** A newsletter of yesterday to 300, and what is left of it. */
const letters = Array.from({ length: 300 }, (_, i) =>
  message({ sender: NEWS, login: NEWS, acceptedAt: T0 - 20 * HOUR + i * 2_000 }),
);
const newsletter = letters.flatMap((head, i) => [accepted(head), delivery(head, `reader${i}@far${i % 40}.test`)]);
const complaints = letters.slice(0, 12).map((head, i) => complaint(head, T0 + i * 5 * 60_000));

describe('complaints of yesterday’s newsletter', () => {
  it('are no alarm by themselves, and begin no spell', () => {
    const { findings } = taken([...weeks, ...newsletter, ...complaints]);
    const seen = taken([...weeks, ...newsletter, ...complaints]);

    expect(findings).toEqual([]);
    expect(spellOf(seen, NEWS)?.activity?.complaints ?? 0).toBe(0);
  });

  it('say nothing of today’s letters to acquaintances', () => {
    const today = Array.from({ length: 15 }, (_, i) => ordinary(NEWS, T0 + i * 3 * 60_000, { login: NEWS })).flat();
    const seen = taken([...weeks, ...newsletter, ...today, ...complaints]);

    expect(seen.findings).toEqual([]);
    expect(spellOf(seen, NEWS)?.activity?.complaints ?? 0).toBe(0);
    expect(spellOf(seen, NEWS)?.past?.complaints ?? 0).toBe(0);
  });

  it('are counted for the customer all the same', () => {
    const { pipeline } = taken([...weeks, ...newsletter, ...complaints]);
    const rows = pipeline.counters.take().filter(({ owner }) => owner === 'office');

    expect(rows.some((row) => row.complaints > 0)).toBe(true);
  });
});

describe('complaints of a stolen mailbox', () => {
  const stolen = spam(() => KIM, T0, 120, { login: KIM });
  const heads = stolen.flatMap((event) => (event.kind === 'accepted' ? [event.message] : []));

  it('join the alarm that is on, under its key, with what they say', () => {
    const late = heads.slice(0, 15).map((head, i) => complaint(head, T0 + 70 * 60_000 + i * 20_000));
    const { findings } = taken([...weeks, ...stolen, ...late]);

    expect(new Set(findings.map(({ key }) => key))).toEqual(new Set([`office|login:${KIM}`]));
    expect(findings.some(({ evidence }) => evidence.join().includes('complaint'))).toBe(true);
    expect(findings.at(-1)?.since).toBe(T0);
  });

  it('count while its spell goes on, alarm or none', () => {
    const few = spam(() => KIM, T0, 2, { login: KIM });
    const [head] = few.flatMap((event) => (event.kind === 'accepted' ? [event.message] : []));
    const seen = taken([...weeks, ...few, complaint(head as MessageHead, T0 + HOUR)]);

    expect(spellOf(seen, KIM)?.activity?.complaints).toBe(1);
  });

  it('do not count when they take a complaint back, or when the spell is over', () => {
    const few = spam(() => KIM, T0, 2, { login: KIM });
    const [head] = few.flatMap((event) => (event.kind === 'accepted' ? [event.message] : [])) as [MessageHead];
    const taking = taken([...weeks, ...few, complaint(head, T0 + HOUR, 'not-spam'), complaint(head, T0 + 5 * HOUR)]);

    expect(spellOf(taking, KIM)?.activity?.complaints ?? 0).toBe(0);
    expect(taking.findings).toEqual([]);
  });
});
