import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../../src/detection/clues/outcome.js';
import {
  type CounterRow,
  KINDS,
  type Kind,
  OTHER,
  type SUMS,
  type SumName,
} from '../../../src/detection/counters/counter-cells.js';
import { Counters } from '../../../src/detection/counters/counters.js';
import { Pipeline } from '../../../src/detection/pipeline.js';
import { UNATTRIBUTED } from '../../../src/mail/customer.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { readDirectory } from '../../../src/partners/load.js';
import { AS_SPAM, accepted, delivery, HOUR, message, T0, UNKNOWN_USER } from '../../tools/mail-events.js';
import { seeLines } from '../see-lines.js';

const LISTED = {
  status: 'bounced',
  dsn: '5.7.1',
  reply: '554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using zen.spamhaus.org',
} as const;

const { relays } = Directory.parse({
  relays: [
    { host: 'relay1', outbound_ip: '203.0.113.17' },
    { host: 'relay2', outbound_ips: ['203.0.113.18', '2001:db8::18'] },
  ],
});

function counted(events: MailEvent[], customer = 'acme') {
  const counters = new Counters(relays);
  for (const event of events) counters.count(event, customer, meaningOf(event));
  return counters.take();
}

/** Names of a kind with one of their sums. */
function by(rows: CounterRow[], kind: Kind, sum: SumName): Record<string, number> {
  return Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.name, row[sum]]));
}

describe('Counters', () => {
  const head = message({ sender: 'kim@acme.example', recipientCount: 4, login: 'kim', clientIp: '198.51.100.77' });

  it('never wraps, whatever number of recipients a line claims', () => {
    const [row] = counted(Array.from({ length: 20_000 }, () => accepted({ ...head, recipientCount: 1e15 })));

    expect(row).toMatchObject({ messages: 20_000, recipients: 2_000_000_000 });
  });

  it('tells dead addresses, mail refused as spam and refusals of our address apart, everywhere the mail counts', () => {
    const rows = counted([
      accepted(head),
      delivery(head, 'a@site.test'),
      delivery(head, 'b@site.test', UNKNOWN_USER),
      delivery(head, 'c@site.test', AS_SPAM),
      delivery(head, 'd@site.test', LISTED),
    ]);
    const ended = { sent: 1, bounced: 3, unknownUsers: 1, contentRefusals: 1, ipBlocks: 1 };
    const whole = { messages: 1, recipients: 4, ...ended };

    expect(rows.toSorted((a, b) => KINDS[a.kind] - KINDS[b.kind])).toMatchObject([
      { kind: 'relay', owner: 'acme', name: 'relay1', ...whole },
      { kind: 'sender', owner: 'acme', name: 'kim@acme.example', ...whole },
      { kind: 'login', owner: 'acme', name: 'kim', ...whole },
      { kind: 'network', owner: 'acme', name: '198.51.100.0/24', ...whole },
      { kind: 'outbound', owner: 'acme', name: '203.0.113.17', messages: 0, ...ended },
      { kind: 'receiver', owner: '203.0.113.17', name: OTHER, messages: 0, ...ended },
    ]);
  });

  it('counts a refusal of our address that was only deferred, and no dead address before it bounced', () => {
    const rows = counted([
      delivery(head, 'd@site.test', { ...LISTED, status: 'deferred' }),
      delivery(head, 'b@site.test', { ...UNKNOWN_USER, status: 'deferred' }),
    ]);

    expect(rows[0]).toMatchObject({ deferred: 2, bounced: 0, unknownUsers: 0, ipBlocks: 1 });
  });

  it('counts mail that came back late as part of what was sent, and no attempt more', () => {
    const late = { ...UNKNOWN_USER, isLate: true, isFirstAttempt: false } as const;
    const rows = counted([accepted(head), delivery(head, 'a@site.test'), delivery(head, 'a@site.test', late)]);

    for (const row of rows)
      expect(row).toMatchObject({ sent: 1, bounced: 0, deferred: 0, lateBounced: 1, unknownUsers: 1 });
  });

  it('takes the address mail left from out of the log, else the only one of its relay, else the relay', () => {
    const over = (relay: string, outboundIp?: string) =>
      delivery({ ...head, relay }, 'a@site.test', outboundIp === undefined ? {} : { outboundIp });
    const rows = counted([
      over('relay1'),
      over('relay2'),
      over('relay2', '2001:DB8:0::18'),
      over('relay2', '203.0.113.18'),
      over('elsewhere'),
    ]);

    expect(by(rows, 'outbound', 'sent')).toEqual({
      ...{ '203.0.113.17': 1, relay2: 1, '2001:db8::18': 1, '203.0.113.18': 1, elsewhere: 1 },
    });
  });

  it('knows a receiver by its host, else by the domain, and a domain once it has had much mail', () => {
    const events = [
      delivery(head, 'x@firm.test', { remoteHost: 'firm-test.mail.protection.outlook.com' }),
      delivery(head, 'x@hotmail.com', { remoteHost: 'hotmail-com.olc.protection.outlook.com' }),
      delivery(head, 'x@gmail.com'),
      ...Array.from({ length: 150 }, (_, i) => delivery(head, `${i}@${i % 2 ? 'eu.' : ''}big.test`)),
      ...Array.from({ length: 150 }, (_, i) => delivery(head, `x@small${i}.test`)),
    ];
    const sent = by(counted(events), 'receiver', 'sent');

    expect(sent).toEqual({
      ...{ 'microsoft-365': 1, 'microsoft-consumer': 1, google: 1, 'big.test': 51, [OTHER]: 249 },
    });
  });

  it('counts a complaint for the customer, the sender, the address, and who reports', () => {
    const complaint: MailEvent = {
      kind: 'complaint',
      at: T0,
      feedbackType: 'abuse',
      reporter: 'hotmail.com',
      outboundIp: '203.0.113.18',
      message: message({ sender: 'kim@acme.example', relay: '', origin: 'unknown' }),
    };
    const rows = counted([complaint, { ...complaint, message: message({ sender: '', origin: 'unknown', relay: '' }) }]);

    expect(by(rows, 'relay', 'complaints')).toEqual({ relay2: 2 });
    expect(by(rows, 'sender', 'complaints')).toEqual({ 'kim@acme.example': 1 });
    expect(by(rows, 'outbound', 'complaints')).toEqual({ '203.0.113.18': 2 });
    expect(by(rows, 'receiver', 'complaints')).toEqual({ 'microsoft-consumer': 2 });
  });

  it('counts what is nobody’s by the client’s own address', () => {
    const from = (clientIp: string) => accepted(message({ sender: 'a@x.test', clientIp }));
    const events = [from('198.51.100.1'), from('198.51.100.2'), from('2001:db8:1:2::3'), from('2001:db8:1:2::4')];

    expect(by(counted(events), 'network', 'messages')).toEqual({ '198.51.100.0/24': 2, '2001:db8:1::/48': 2 });
    expect(by(counted(events, UNATTRIBUTED), 'network', 'messages')).toEqual({
      ...{ '198.51.100.1': 1, '198.51.100.2': 1, '2001:db8:1:2::/64': 2 },
    });
  });

  it('keeps hours, customers and relays apart, also when they alternate', () => {
    const counters = new Counters();
    for (let i = 0; i < 6; i++) {
      const one = message({ sender: 'a@x.test', relay: `relay${i % 2}`, acceptedAt: T0 + (i % 3) * HOUR });
      counters.count(accepted(one), `c${i % 2}`, undefined);
    }

    const rows = counters.take().filter(({ kind }) => kind === 'relay');
    expect(rows).toHaveLength(6);
    expect(rows.every(({ messages }) => messages === 1)).toBe(true);
  });

  it('begins anew after its rows were taken', () => {
    const counters = new Counters();
    counters.count(accepted(head), 'acme', undefined);
    const [before] = counters.take();
    counters.count(accepted(head), 'acme', undefined);

    expect(before?.messages).toBe(1);
    expect(counters.take()).toMatchObject([{ messages: 1 }, { messages: 1 }, { messages: 1 }, { messages: 1 }]);
    expect(counters.take()).toEqual([]);
  });

  it('counts what comes late for an hour that has long been over, also from who sent in it', () => {
    const counters = new Counters(relays);
    const spot = { hour: undefined, place: undefined };
    const atHour = (hour: number) => ({ ...head, relay: 'relay1', acceptedAt: T0 + hour * HOUR });
    const send = (hour: number) => counters.count(accepted(atHour(hour)), 'acme', undefined, spot);
    const deliver = (hour: number) =>
      counters.count({ ...delivery(atHour(hour), 'a@site.test'), at: T0 + hour * HOUR }, 'acme', undefined, spot);
    send(0);
    deliver(0);
    for (const hour of [1, 2, 3, 0, 0]) send(hour);
    deliver(0);
    const rows = counters.take();
    const total = (kind: Kind, hour: number, sum: SumName) =>
      rows
        .filter((row) => row.kind === kind && row.hour === (T0 + hour * HOUR) / HOUR)
        .reduce((all, row) => all + row[sum], 0);

    for (const kind of ['relay', 'sender', 'login', 'network'] as const) {
      expect([0, 1, 2, 3].map((hour) => total(kind, hour, 'messages'))).toEqual([3, 1, 1, 1]);
      expect(total(kind, 0, 'sent')).toBe(2);
    }
    expect(total('outbound', 0, 'sent')).toBe(2);
    expect(total('receiver', 0, 'sent')).toBe(2);
    send(0);
    expect(counters.take().map(({ messages }) => messages)).toEqual([1, 1, 1, 1]);
  });

  it('adds up to what happened, whatever happened in which order', () => {
    const name = fc.integer({ min: 0, max: 3 });
    const one = fc.record({ who: name, sender: name, login: fc.option(name), ip: name, hour: name, relay: name });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 200 }), fc.nat(200), (mails, commitAt) => {
        const counters = new Counters();
        const rows: CounterRow[] = [];
        mails.forEach(({ who, sender, login, ip, hour, relay }, i) => {
          if (i === commitAt) rows.push(...counters.take());
          const came = {
            ...{ sender: `s${sender}@x.test`, relay: `r${relay}`, acceptedAt: T0 + hour * HOUR },
            ...{ clientIp: `192.0.${ip}.1`, ...(login === null ? {} : { login: `l${login}` }) },
          };
          counters.count(accepted(message(came)), `c${who}`, undefined);
        });
        rows.push(...counters.take());
        const sumOf = (kind: Kind, owner: string, text: string, hour: number) =>
          rows
            .filter((row) => row.kind === kind && row.owner === owner && row.name === text && row.hour === hour)
            .reduce((sum, { messages }) => sum + messages, 0);
        for (const mail of mails) {
          const same = (key: 'sender' | 'login' | 'ip' | 'relay') =>
            mails.filter((other) => other.who === mail.who && other.hour === mail.hour && other[key] === mail[key]);
          const at = Math.floor(T0 / HOUR) + mail.hour;
          const owner = `c${mail.who}`;
          expect(sumOf('sender', owner, `s${mail.sender}@x.test`, at)).toBe(same('sender').length);
          expect(sumOf('relay', owner, `r${mail.relay}`, at)).toBe(same('relay').length);
          expect(sumOf('network', owner, `192.0.${mail.ip}.0/24`, at)).toBe(same('ip').length);
          if (mail.login !== null) expect(sumOf('login', owner, `l${mail.login}`, at)).toBe(same('login').length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('names no more senders than it may, however many are invented, and still counts them all', () => {
    const invented = Array.from({ length: 5_000 }, (_, i) =>
      accepted(
        message({ sender: `${i.toString(36).replace(/\d/g, 'x')}${'abcdefghij'[i % 10]}.${i % 97}@forged${i}.test` }),
      ),
    );
    const counters = new Counters();
    for (const event of invented.slice(0, 2_500)) counters.count(event, 'acme', undefined);
    const rows = counters.take();
    for (const event of invented.slice(2_500)) counters.count(event, 'acme', undefined);
    rows.push(...counters.take());
    const senders = rows.filter(({ kind }) => kind === 'sender');

    expect(new Set(senders.map(({ name }) => name)).size).toBeLessThanOrEqual(501);
    expect(senders.reduce((sum, { messages }) => sum + messages, 0)).toBe(5_000);
  });

  it('counts the many addresses of one ticket system by their shape', () => {
    const tickets = Array.from({ length: 1_000 }, (_, i) => accepted(message({ sender: `ticket+${i}@acme.example` })));
    const sent = by(counted(tickets), 'sender', 'messages');

    expect(sent['ticket+@acme.example']).toBe(800);
    expect(Object.keys(sent)).toHaveLength(201);
  });
});

describe('the sample day, counted', () => {
  it('shows the signs at the customers that sent spam, and hardly any elsewhere', () => {
    const pipeline = new Pipeline({ directory: readDirectory('test/fixtures/customers.json') });
    seeLines(pipeline, readFileSync('test/fixtures/mail.log', 'utf8').split('\n'));
    const rows = pipeline.counters.take();
    const sumOf = (customer: string, name: (typeof SUMS)[number]) =>
      rows.filter((row) => row.kind === 'relay' && row.owner === customer).reduce((sum, row) => sum + row[name], 0);
    const expected = JSON.parse(readFileSync('test/fixtures/expected.json', 'utf8'));
    const guilty: string[] = expected.compromises.map((each: { customer: string }) => each.customer);
    const others = [...new Set(rows.filter(({ kind }) => kind === 'relay').map(({ owner }) => owner))].filter(
      (customer) => !guilty.includes(customer),
    );
    const rate = (customer: string) => sumOf(customer, 'unknownUsers') / Math.max(20, sumOf(customer, 'sent'));

    expect(guilty.length).toBeGreaterThan(0);
    for (const customer of guilty) expect(Math.max(...others.map(rate))).toBeLessThan(rate(customer));
    expect(rows.some(({ newRecipients }) => newRecipients > 0)).toBe(true);
    expect(
      rows.every((row) => row.kind === 'receiver' || row.newRecipients <= row.recipients + row.sent + row.bounced),
    ).toBe(true);
  });
});
