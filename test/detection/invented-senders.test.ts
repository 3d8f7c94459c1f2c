// Senders with digits in them: people somebody invented are told from the addresses that a program numbers.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, T0 } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_users: ['office-relay'] }],
});

const NAMES = ['anna', 'per', 'kim', 'ola', 'mona', 'lars', 'ida', 'tor', 'eva', 'jan'];

/** What is said of the senders of 40 messages, each by a sender of its own, behind a login not known before; undefined for nothing. */
function saidOf(localPart: (i: number) => string): { weight: number; sentence: string } | undefined {
  const detector = new Detector({ directory });
  for (let i = 0; i < 40; i++) {
    const head = message({
      sender: `${localPart(i)}@office.example`,
      acceptedAt: T0 + i * 60_000,
      login: 'office-relay',
    });
    detector.see(accepted(head));
    detector.see(delivery(head, `friend${i}@there.test`));
  }
  const [all] = detector.explain('office-relay', T0 + HOUR).filter(({ scope }) => scope === 'entry');
  return all?.signs.find(({ sentence }) => sentence.includes('sender addresses'));
}

describe('40 messages with as many senders', () => {
  it.each([
    ['names of letters', (i: number) => `${NAMES[i % 10]}.${NAMES[Math.floor(i / 10)]}`],
    ['names and years', (i: number) => `${NAMES[i % 10]}${1950 + i}`],
    ['names and numbers behind a dot', (i: number) => `${NAMES[i % 10]}.${500 + i}`],
    ['letters and digits mixed', (i: number) => `${((i + 2) * 0x9e3779b).toString(16).slice(-7)}e`],
  ])('speak for a forger when they are %s', (_, localPart) => {
    const said = saidOf(localPart);
    expect(said?.weight).toBeGreaterThan(2);
  });

  it.each([
    ['a ticket system', (i: number) => `ticket-${4700 + i}`],
    ['three of its queues', (i: number) => `${['help', 'sales', 'returns'][i % 3]}-${4700 + i}`],
    [
      'a ticket system with an id behind the number',
      (i: number) => `ticket-${4700 + i}-${(0xabcdef + i * 0x9e3779).toString(16).slice(-6)}`,
    ],
    ['a fax gateway', (i: number) => `4712${345600 + i}`],
    ['an MD5 for each recipient', (i: number) => `${i.toString(16).padStart(8, '0')}9f86d081884c7d659a2feaa0`],
    ['recipients written into them', (i: number) => `news-ann${i}=there.test`],
  ])('say nothing of a forger when they are those of %s', (_, localPart) => {
    expect(saidOf(localPart)?.weight ?? 0).toBeLessThanOrEqual(0);
  });
});

it('people with numbers who write every day are new on no day after', () => {
  const detector = new Detector({ directory });
  const student = (i: number) =>
    `${String.fromCharCode(97 + (i % 26))}${['dahl', 'berg', 'lund', 'moe'][i % 4]}${100 + i}`;
  for (let day = 0; day < 3; day++) {
    for (let i = 0; i < 200; i++) {
      const at = T0 + day * DAY + i * 60_000;
      const head = message({ sender: `${student(i)}@office.example`, acceptedAt: at, login: 'office-relay' });
      detector.see(accepted(head));
      detector.see(delivery(head, `friend${i % 40}@there.test`, { at }));
    }
  }

  const { activity, past } = detector.identities.get('office|login:office-relay') ?? {};
  const parts = [activity, past].flatMap((part) => part ?? []);
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.map(({ furtherNumbered }) => furtherNumbered)).toEqual(parts.map(() => 0));
});
