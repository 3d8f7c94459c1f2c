// Mail without a sender: bounces and automatic replies. A flood of them to forged strangers is found, and named for what it is; what every
// company answers is not.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import type { MailEvent, MessageHead } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [
    { id: 'mill', name: 'Mill', domains: ['mill.example'], ips: ['192.0.2.8'] },
    ...Array.from({ length: 10 }, (_, i) => ({ id: `c${i}`, name: `C${i}`, domains: [`c${i}.example`] })),
  ],
});
const SERVER = { clientIp: '192.0.2.8' };

function findingsIn(events: MailEvent[]): CompromiseFinding[] {
  const detector = new Detector({ directory });
  const ordered = events.toSorted((a, b) => a.at - b.at);
  return ordered.flatMap((event) => detector.see(event)).filter((finding) => finding.kind !== 'blocklist');
}

/** One message without a sender to one recipient. */
function answer(to: string, at: number, isDead: boolean, change: Partial<MessageHead> = {}): MailEvent[] {
  const head = message({ sender: '', acceptedAt: at, ...SERVER, ...change });
  return [accepted(head), delivery(head, to, isDead ? UNKNOWN_USER : {})];
}

/** Ten days of the server's mail, with two bounces and three replies a day to people who wrote, of whom some were spammers. */
const past = Array.from({ length: 10 }, (_, day) => T0 - (10 - day) * DAY).flatMap((at, day) => [
  ...Array.from({ length: 20 }, (_, i) => ordinary(`p${i % 5}@mill.example`, at + i * 20 * 60_000, SERVER)).flat(),
  ...Array.from({ length: 5 }, (_, i) => answer(`w${day}.${i}@f${i}.test`, at + i * HOUR, i === 0)).flat(),
]);
/** To forged senders at a few large mailbox providers, to which everybody writes. */
const flood = Array.from({ length: 150 }, (_, i) =>
  answer(`forged${i}@giant${i % 4}.test`, T0 + i * 10_000, i % 10 > 0),
).flat();
const everybody = Array.from({ length: 40 }, (_, i) => {
  const head = message({ sender: `a@c${i % 10}.example`, acceptedAt: T0 - HOUR, clientIp: '198.51.100.9' });
  return [accepted(head), delivery(head, `somebody${i}@giant${Math.floor(i / 10)}.test`)];
}).flat();

describe('a flood of bounces to forged strangers', () => {
  it.each([
    ['with a past', past],
    ['on the first day', []],
  ] satisfies [string, MailEvent[]][])('is found %s, as mail without a sender', (_, before) => {
    const findings = findingsIn([...before, ...everybody, ...flood]);

    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toMatchObject({ kind: 'single', customer: 'mill', senders: ['<>'], senderCount: 1 });
    expect(findings[0]?.recipients).toBeLessThan(75);
    expect(findings.map(({ clientIps }) => clientIps.join())).toEqual(findings.map(() => '192.0.2.8'));
  });

  it('is found where four in five of the forged exist', () => {
    const exist = Array.from({ length: 200 }, (_, i) =>
      answer(`forged${i}@far${i}.test`, T0 + i * 30_000, i % 5 === 0),
    ).flat();
    for (const before of [past, []]) expect(findingsIn([...before, ...exist])[0]).toMatchObject({ senders: ['<>'] });
  });

  it('is a finding of its own beside spam of the same server', () => {
    const both = findingsIn([...past, ...flood, ...spam(() => 'p1@mill.example', T0, 40, SERVER)]);
    const names = new Map(both.map(({ key, senders }) => [key, senders.join()]));

    expect(names.size).toBe(2);
    expect([...names.values()].sort()).toEqual(['<>', 'p1@mill.example']);
  });
});

describe('the bounces and automatic replies of a company', () => {
  it('are none on an ordinary day', () => {
    expect(findingsIn(past)).toEqual([]);
  });

  it('are none when half of the company is away and answers everybody', () => {
    const away = Array.from({ length: 90 }, (_, i) =>
      answer(
        i % 3 === 0 ? `new${i}@far${i}.test` : `friend-of-p${i % 5}@mill.example`,
        T0 + i * 5 * 60_000,
        i % 15 === 0,
      ),
    ).flat();

    expect(findingsIn([...past, ...away])).toEqual([]);
  });

  it('do not count for the mailboxes that answer', () => {
    const detector = new Detector({ directory });
    for (const event of [...past, ...flood].toSorted((a, b) => a.at - b.at)) detector.see(event);
    const server = detector.identities.get('mill|address:192.0.2.8');

    expect(server?.alarm).toBeUndefined();
    expect(server?.activity?.senders.has('<>') ?? false).toBe(false);
  });
});
