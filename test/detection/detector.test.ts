import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import type { BlockFinding, CompromiseFinding, Finding } from '../../src/detection/finding.js';
import { Pipeline, timeOptionsOf } from '../../src/detection/pipeline.js';
import type { Delivery, MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { readDirectory } from '../../src/partners/load.js';
import { seeLines } from './see-lines.js';

const directory = readDirectory('test/fixtures/customers.json');
const expected = JSON.parse(readFileSync('test/fixtures/expected.json', 'utf8'));
const lines = readFileSync('test/fixtures/mail.log', 'utf8').trimEnd().split('\n');

function findingsIn(log: string[], pipeline = new Pipeline({ directory, time: timeOptionsOf(directory) })): Finding[] {
  return seeLines(pipeline, log);
}
const compromises = (findings: Finding[]) =>
  findings.filter((finding): finding is CompromiseFinding => finding.kind !== 'blocklist');

describe('Detector on the sample log', () => {
  const findings = findingsIn(lines);

  it('finds the two compromises and nothing else', () => {
    const keys = new Set(compromises(findings).map((finding) => finding.key));

    expect([...keys].sort()).toEqual([
      'cust-01|login:rstrand@scarlet-transport.example',
      'cust-03|address:198.51.100.20',
    ]);
  });

  it.each([0, 1])('names customer, kind, senders and beginning of compromise %i at the first alarm', (i) => {
    const label = expected.compromises[i];
    const first = compromises(findings).find((finding) => finding.customer === label.customer) as CompromiseFinding;
    const last = compromises(findings).findLast((finding) => finding.customer === label.customer) as CompromiseFinding;

    expect(first.kind).toBe(label.kind);
    expect(first.senders.every((sender) => label.senders.includes(sender))).toBe(true);
    expect(Math.abs(first.since - Date.parse(label.start))).toBeLessThan(5 * 60_000);
    expect(first.messages).toBeLessThan(40);
    expect(last.senders.length).toBeGreaterThanOrEqual(0.8 * label.senders.length);
    expect(last.clientIps.sort()).toEqual(label.client_ips);
    expect(last.recipients).toBeGreaterThanOrEqual(0.9 * label.recipients);
  });

  it('repeats itself once a minute, sooner only when there is more evidence or a third more recipients, under one key', () => {
    const told = compromises(findings).filter((finding) => finding.customer === 'cust-01');
    const sooner = told.slice(1).filter(({ at }, i) => at - (told[i] as CompromiseFinding).at < 60_000);

    expect(told.length).toBeGreaterThan(3);
    for (const finding of sooner) {
      const before = told[told.indexOf(finding) - 1] as CompromiseFinding;
      const hasGrown = finding.recipients >= before.recipients * 1.3;
      expect(hasGrown || finding.evidence.length > before.evidence.length).toBe(true);
    }
  });

  it('finds the Microsoft block with its first refusal and follows it', () => {
    const blocks = findings.filter((finding): finding is BlockFinding => finding.kind === 'blocklist');
    const label = expected.blocklisting[0];

    expect(new Set(blocks.map((block) => block.key)).size).toBe(1);
    expect(blocks[0]).toMatchObject({
      ip: label.ip,
      relay: label.relay,
      code: label.code,
      provider: 'microsoft-consumer',
      refusals: 1,
    });
    expect(Math.abs((blocks[0]?.at ?? 0) - Date.parse(label.start))).toBeLessThan(3_000);
    expect(blocks.at(-1)?.refusals).toBe(label.rejected);
    expect(blocks.at(-1)?.customers.length).toBeGreaterThan(3);
  });

  it('finds the same when it is saved and restored in the middle of it', () => {
    const first = new Pipeline({ directory, time: timeOptionsOf(directory) });
    const half = findingsIn(lines.slice(0, 700), first);
    const saved = JSON.parse(
      JSON.stringify({ rows: [...first.detector.takeChanges().rows], open: [...first.takeMessages()] }),
    );
    const second = new Pipeline({ directory, time: timeOptionsOf(directory) });
    second.detector.restore(saved.rows, []);
    second.restoreMessages(saved.open.filter((entry: unknown[]) => entry[1] !== undefined && entry[1] !== null));
    const rest = findingsIn(lines.slice(700), second);

    expect(new Set([...half, ...rest].map((finding) => finding.key))).toEqual(
      new Set(findings.map((finding) => finding.key)),
    );
  });
});

describe('Detector and clocks that jump', () => {
  it.each([
    ['forth by a year in one line', (line: string, i: number) => (i === 400 ? line.replace('2026-', '2027-') : line)],
    [
      'back by a day in the middle',
      (line: string, i: number) => (i > 1200 ? line.replace('2026-01-14', '2026-01-13') : line),
    ],
    [
      'forth by a month before the spam',
      (line: string, i: number) => (i > 450 ? line.replace('2026-01-14', '2026-02-14') : line),
    ],
    [
      'to the epoch and back, again and again',
      (line: string, i: number) => (i % 97 === 0 ? line.replace('2026-', '1970-') : line),
    ],
  ])('still finds both compromises: %s', (_, jump) => {
    const customers = new Set(compromises(findingsIn(lines.map(jump))).map((finding) => finding.customer));

    expect(customers).toEqual(new Set(['cust-01', 'cust-03']));
  });
});

const hotmail = (ip: string) =>
  `550 5.7.1 Unfortunately, messages from [${ip}] weren't sent. … part of their network is on our block list (S3140).`;

describe('Detector and block replies', () => {
  const relays = Directory.parse({
    relays: [
      { host: 'mx1', outbound_ip: '203.0.113.1' },
      { host: 'mx2', outbound_ips: ['203.0.113.2', '203.0.113.3'] },
    ],
  });
  const refusal = (relay: string, reply: string, at = 0): Delivery => ({
    kind: 'delivery',
    at,
    message: {
      relay,
      queueId: 'A',
      acceptedAt: 0,
      origin: 'client',
      sender: 'a@b.example',
      recipientCount: 1,
      sizeBytes: 1,
    },
    recipient: 'x@y.test',
    isFirstAttempt: true,
    status: 'bounced',
    dsn: '5.7.1',
    reply,
  });
  const see = (...events: MailEvent[]) => {
    const detector = new Detector({ directory: relays });
    return events.flatMap((event) => detector.see(event)) as BlockFinding[];
  };

  it.each([
    ['the address the reply names, when it is ours', 'mx1', hotmail('203.0.113.3'), '203.0.113.3'],
    [
      'the only address of the relay, when the reply names none',
      'mx1',
      '550 SC-001 (X) Mail rejected by Outlook.com for policy reasons.',
      '203.0.113.1',
    ],
    ['the address of a relay nothing is known of', 'mx9', hotmail('192.0.2.77'), '192.0.2.77'],
  ])('takes %s', (_, relay, reply, ip) => {
    expect(see(refusal(relay, reply))).toMatchObject([{ kind: 'blocklist', ip }]);
  });

  it('is not fooled by an address that is not ours, nor by throttling', () => {
    expect(
      see(
        refusal('mx1', hotmail('192.0.2.77')),
        refusal(
          'mx1',
          '451 4.7.650 The mail server [203.0.113.1] has been temporarily rate limited due to IP reputation.',
        ),
      ),
    ).toEqual([]);
  });

  it('names the list for a refusal that does', () => {
    const reply =
      '554 5.7.1 Service unavailable; Client host [203.0.113.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.1';

    expect(see(refusal('mx1', reply))).toMatchObject([{ ip: '203.0.113.1', provider: 'zen.spamhaus.org' }]);
  });
});
