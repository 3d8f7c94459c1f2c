// The numbers in the reasons are those of the log: what a signal weighs less, people count all the same.
import { expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import type { Delivery, MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { AS_SPAM, accepted, DAY, delivery, HOUR, message, ordinary, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] }],
});
const KIM = 'kim@office.example';
const SLOWED = {
  status: 'deferred',
  dsn: '4.7.0',
  reply:
    '421 4.7.0 [TSS04] Messages from 203.0.113.21 temporarily deferred due to unexpected volume or user complaints',
} as const;

/** What is said of forty letters to strangers, after a week of a letter an hour. */
function said(recipient: (i: number) => string, result: (i: number) => Partial<Delivery>): string[] {
  const detector = new Detector({ directory });
  const past = Array.from({ length: 56 }, (_, i) =>
    ordinary(KIM, T0 - (1 + Math.floor(i / 8)) * DAY + (i % 8) * HOUR, { login: KIM }),
  ).flat();
  const spam = Array.from({ length: 40 }, (_, i): MailEvent[] => {
    const head = message({ sender: KIM, login: KIM, acceptedAt: T0 + i * 60_000 });
    return [accepted(head), delivery(head, recipient(i), result(i))];
  }).flat();
  for (const event of [...past, ...spam].toSorted((one, other) => one.at - other.at)) detector.see(event);
  return detector.explain(KIM, T0 + HOUR)[0]?.signs.map(({ sentence }) => sentence) ?? [];
}

const half = (result: Partial<Delivery>) => (i: number) => (i % 2 === 0 ? result : {});

it('says how many were refused as spam, also where one receiver refused them all', () => {
  expect(said((i) => `stranger${i}@big.test`, half(AS_SPAM))).toContain('20 refused as spam');
});

it('says how many do not exist, also where one firm has closed', () => {
  const sentences = said((i) => `stranger${i}@${i % 2 === 0 ? 'closed' : `site${i}`}.test`, half(UNKNOWN_USER));

  expect(sentences.filter((sentence) => /20 of 40/.test(sentence))).toHaveLength(1);
  expect(sentences.join()).not.toMatch(/only 2 of|\(2 of/);
});

it('says how many were slowed down, also where one receiver slowed them all', () => {
  expect(said((i) => `stranger${i}@big.test`, half(SLOWED))).toContain('20 slowed down by receivers');
});
