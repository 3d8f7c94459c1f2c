import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Counters, type SUMS } from '../../src/detection/counters.js';
import { meaningOf } from '../../src/detection/outcome.js';
import { Pipeline } from '../../src/detection/pipeline.js';
import type { MailEvent } from '../../src/mail/event.js';
import { readDirectory } from '../../src/partners/load.js';
import { AS_SPAM, accepted, delivery, HOUR, message, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const LISTED = {
  status: 'bounced',
  dsn: '5.7.1',
  reply: '554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using zen.spamhaus.org',
} as const;

function counted(events: MailEvent[]) {
  const counters = new Counters();
  for (const event of events) counters.count(event, 'acme', meaningOf(event));
  return counters.take();
}

describe('Counters', () => {
  const head = message({ sender: 'kim@acme.example', recipientCount: 4 });

  it('tells dead addresses, mail refused as spam and refusals of our address apart', () => {
    const rows = counted([
      accepted(head),
      delivery(head, 'a@site.test'),
      delivery(head, 'b@site.test', UNKNOWN_USER),
      delivery(head, 'c@site.test', AS_SPAM),
      delivery(head, 'd@site.test', LISTED),
    ]);

    expect(rows).toMatchObject([
      { messages: 1, recipients: 4, sent: 1, bounced: 3, unknownUsers: 1, contentRefusals: 1, ipBlocks: 1 },
    ]);
  });

  it('counts a refusal of our address that was only deferred, and no dead address before it bounced', () => {
    const rows = counted([
      delivery(head, 'd@site.test', { ...LISTED, status: 'deferred' }),
      delivery(head, 'b@site.test', { ...UNKNOWN_USER, status: 'deferred' }),
    ]);

    expect(rows).toMatchObject([{ deferred: 2, bounced: 0, unknownUsers: 0, ipBlocks: 1 }]);
  });

  it('keeps hours, customers and relays apart, also when they alternate', () => {
    const counters = new Counters();
    for (let i = 0; i < 6; i++) {
      const one = message({ sender: 'a@x.test', relay: `relay${i % 2}`, acceptedAt: T0 + (i % 3) * HOUR });
      counters.count(accepted(one), `c${i % 2}`, undefined);
    }

    const rows = counters.take();
    expect(rows).toHaveLength(6);
    expect(rows.every(({ messages }) => messages === 1)).toBe(true);
  });

  it('begins anew after its rows were taken', () => {
    const counters = new Counters();
    counters.count(accepted(head), 'acme', undefined);
    const [before] = counters.take();
    counters.count(accepted(head), 'acme', undefined);

    expect(before?.messages).toBe(1);
    expect(counters.take()).toMatchObject([{ messages: 1 }]);
  });
});

describe('the sample day, counted', () => {
  it('shows the signs at the customers that sent spam, and hardly any elsewhere', () => {
    const pipeline = new Pipeline({ directory: readDirectory('test/fixtures/customers.json') });
    for (const line of readFileSync('test/fixtures/mail.log', 'utf8').split('\n')) pipeline.see(line, 'mail.log');
    const rows = pipeline.counters.take();
    const sumOf = (customer: string, name: (typeof SUMS)[number]) =>
      rows.filter((row) => row.customer === customer).reduce((sum, row) => sum + row[name], 0);
    const expected = JSON.parse(readFileSync('test/fixtures/expected.json', 'utf8'));
    const guilty: string[] = expected.compromises.map((each: { customer: string }) => each.customer);
    const others = [...new Set(rows.map(({ customer }) => customer))].filter((customer) => !guilty.includes(customer));
    const rate = (customer: string) => sumOf(customer, 'unknownUsers') / Math.max(20, sumOf(customer, 'sent'));

    expect(guilty.length).toBeGreaterThan(0);
    for (const customer of guilty) expect(Math.max(...others.map(rate))).toBeLessThan(rate(customer));
    expect(rows.some(({ newRecipients }) => newRecipients > 0)).toBe(true);
    expect(rows.every((row) => row.newRecipients <= row.recipients + row.sent + row.bounced)).toBe(true);
  });
});
