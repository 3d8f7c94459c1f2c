// What reports change, with the look-ups of a real directory.
import { beforeEach, describe, expect, it } from 'vitest';
import { Owners } from '../../../src/detection/identities/owners.js';
import { buildOurSide } from '../../../src/detection/live/our-side.js';
import type { MessageQuery, SentMessage } from '../../../src/intake/reports/message-index.js';
import { ReportTaker } from '../../../src/intake/reports/take-reports.js';
import type { OurSide } from '../../../src/intake/reports/to-events.js';
import { UNATTRIBUTED } from '../../../src/mail/customer.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { fixture } from './fixture.js';

const NOW = Date.UTC(2026, 1, 3, 12);
const AT = Date.UTC(2026, 1, 3, 8, 14, 2);

const directory = Directory.parse({
  relays: [
    { host: 'relay1', name: 'Relay one', helo: 'relay1.post.example', outbound_ips: ['203.0.113.41', '2001:DB8::41'] },
  ],
  customers: [
    { id: 'c-harbour', name: 'Harbour', domains: ['harbour.example'] },
    { id: 'c-quay', name: 'Quay', domains: ['quay.example'] },
  ],
});

const SENT: SentMessage = {
  relay: 'relay1',
  customer: 'c-quay',
  sender: 'boat@quay.example',
  login: 'boat',
  clientIp: '198.51.100.20',
  at: AT,
  queueId: '4dsKq25NBTz2xNV',
};

let asked: MessageQuery[];
let known: SentMessage | undefined;

beforeEach(() => {
  asked = [];
  known = SENT;
});

function ours(more: Partial<OurSide> = {}, of = directory): OurSide {
  const find = (query: MessageQuery) => {
    asked.push(query);
    return known;
  };
  return {
    ...buildOurSide({ relays: of.relays, owners: new Owners(of, []), index: { find }, now: () => NOW }),
    ...more,
  };
}

async function eventsOf(mail: string | Buffer, taker = new ReportTaker(ours())): Promise<MailEvent[]> {
  const events: MailEvent[] = [];
  await taker.take(typeof mail === 'string' ? fixture(mail) : mail, (event) => events.push(event));
  return events;
}

describe('a complaint', () => {
  it('counts for the customer whose message our own records say it was', async () => {
    expect(await eventsOf('arf-jmrp-headers.eml')).toEqual([
      {
        kind: 'complaint',
        at: NOW,
        feedbackType: 'abuse',
        reporter: 'webmail.test',
        outboundIp: '203.0.113.41',
        message: {
          relay: 'relay1',
          queueId: '4dsKq25NBTz2xNV',
          acceptedAt: AT,
          origin: 'client',
          clientIp: '198.51.100.20',
          login: 'boat',
          sender: 'boat@quay.example',
          recipientCount: 1,
          sizeBytes: 0,
          messageId: '20260203081402.77@ws7.harbour.example',
          customer: 'c-quay',
        },
      },
    ]);
    expect(asked).toEqual([
      {
        queueIds: ['4dsKq25NBTz2xNV'],
        messageId: '20260203081402.77@ws7.harbour.example',
        times: [AT, AT + 3_000, AT],
        senders: ['office@harbour.example'],
      },
    ]);
  });

  it('else for the one our relay named in its header', async () => {
    known = undefined;
    const taker = new ReportTaker(ours({ customerHeader: 'x-relay-customer', customerOfSender: () => 'c-quay' }));
    expect(await eventsOf('arf-jmrp-headers.eml', taker)).toMatchObject([{ message: { customer: 'c-harbour' } }]);
  });

  it('else for the one whose id our return path carries', async () => {
    known = undefined;
    const customerOfSender = (sender: string) => (sender.endsWith('@post.example') ? undefined : 'c-quay');
    const taker = new ReportTaker(ours({ customerOfSender }));
    expect(await eventsOf('arf-every-field.eml', taker)).toMatchObject([
      { message: { customer: 'c-harbour' }, feedbackType: 'auth-failure', outboundIp: '2001:db8::41' },
    ]);
  });

  it('else for the one whose sender or signature it is', async () => {
    known = undefined;
    expect(await eventsOf('arf-yahoo.eml')).toMatchObject([
      { message: { customer: 'c-harbour', relay: 'relay1', origin: 'unknown', sender: 'office@harbour.example' } },
    ]);
    const signed = fixture('arf-jmrp-headers.eml')
      .toString()
      .replace('From: "Harbour, office" <office@harbour.example>', 'From: x@redacted.test');
    expect(await eventsOf(Buffer.from(signed))).toMatchObject([{ message: { customer: 'c-harbour' } }]);
  });

  it('counts for nobody when nothing shows that the message was ours', async () => {
    known = undefined;
    const elsewhere = Directory.parse({ ...directory, relays: [{ host: 'other', outbound_ip: '203.0.113.9' }] });
    expect(await eventsOf('arf-jmrp-headers.eml', new ReportTaker(ours({}, elsewhere)))).toEqual([]);
  });

  it('counts once for one report, however often it comes, and again for the next', async () => {
    const taker = new ReportTaker(ours());
    const again = fixture('arf-yahoo.eml').toString().replace('Return-Path', 'X-Second-Try: yes\nReturn-Path');
    const next = again.replace('arf.5512', 'arf.5513');
    expect(await eventsOf('arf-yahoo.eml', taker)).toHaveLength(1);
    expect(await eventsOf(Buffer.from(again), taker)).toHaveLength(0);
    expect(await eventsOf(Buffer.from(next), taker)).toHaveLength(1);
    expect(taker.stats).toEqual({ complaints: 2, lateBounces: 0, withoutEffect: 1, others: 0 });
  });

  it.each(['not-spam', 'auth-failure'])('is none when it reports %s', async (type) => {
    const taker = new ReportTaker(ours());
    const mail = fixture('arf-yahoo.eml').toString().replace('Feedback-Type: abuse', `Feedback-Type: ${type}`);
    expect(await eventsOf(Buffer.from(mail), taker)).toMatchObject([{ feedbackType: type }]);
    expect(taker.stats).toEqual({ complaints: 0, lateBounces: 0, withoutEffect: 1, others: 0 });
  });
});

describe('a late bounce', () => {
  it('counts for each recipient that failed, with what the server said', async () => {
    expect(await eventsOf('dsn-sendmail.eml')).toMatchObject([
      {
        kind: 'delivery',
        at: NOW,
        recipient: 'liv@harbour-mail.test',
        isFirstAttempt: false,
        isLate: true,
        status: 'bounced',
        dsn: '5.2.1',
        remoteHost: 'store.harbour-mail.test',
        reply: '550 5.2.1 mailbox disabled',
        message: { sender: 'boat@quay.example', queueId: '4dsKq25NBTz2xNV' },
      },
    ]);
    expect(await eventsOf('dsn-three-of-four.eml')).toHaveLength(3);
  });

  it('is of the customer that our records, our header, our return path or its sender name, in this order', async () => {
    const customerOf = async (mail: string, more: Partial<OurSide> = {}) => {
      const [event] = await eventsOf(Buffer.from(mail), new ReportTaker(ours(more)));
      return event?.kind === 'delivery' ? event.message.customer : undefined;
    };
    const mail = fixture('dsn-sendmail.eml').toString();
    const returned = mail.replace('Received: from ws7', 'Return-Path: <bounce+c-quay+x=y.test@post.example>\n$&');
    const marked = mail.replace('X-Relay-Customer: c-harbour', 'X-Relay-Customer: c-quay');
    expect(await customerOf(mail)).toBe('c-quay');
    known = { ...SENT, customer: UNATTRIBUTED };
    expect(await customerOf(mail)).toBeUndefined();
    expect(await customerOf(marked, { customerHeader: 'x-relay-customer' })).toBe('c-quay');
    known = undefined;
    expect(await customerOf(marked, { customerHeader: 'x-relay-customer' })).toBe('c-quay');
    expect(await customerOf(returned)).toBe('c-quay');
    expect(await customerOf(mail)).toBe('c-harbour');
  });

  it('is none when our own relay tells it: its log has told it', async () => {
    expect(await eventsOf('dsn-postfix-own.eml')).toEqual([]);
    known = undefined;
    expect(await eventsOf('dsn-postfix-own.eml')).toEqual([]);
    known = SENT;
    const unnamed = Directory.parse({ ...directory, relays: [] });
    expect(await eventsOf('dsn-postfix-own.eml', new ReportTaker(ours({}, unnamed)))).toEqual([]);
  });

  it('is none for a delay, a success, or a message that is not ours', async () => {
    expect(await eventsOf('dsn-delayed.eml')).toEqual([]);
    expect(await eventsOf('dsn-success.eml')).toEqual([]);
    known = undefined;
    const elsewhere = Directory.parse({ ...directory, relays: [] });
    expect(await eventsOf('dsn-sendmail.eml', new ReportTaker(ours({}, elsewhere)))).toEqual([]);
  });

  it('counts once for a message and a recipient', async () => {
    const taker = new ReportTaker(ours());
    expect(await eventsOf('dsn-sendmail.eml', taker)).toHaveLength(1);
    expect(await eventsOf('dsn-exchange.eml', taker)).toHaveLength(0);
  });
});

it('other mail counts nothing', async () => {
  const taker = new ReportTaker(ours());
  expect(await eventsOf('other-vacation.eml', taker)).toEqual([]);
  expect(taker.stats.others).toBe(1);
});
