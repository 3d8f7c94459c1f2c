// A listing that is told only by hosts that were not the last to be tried is seen, and what such hosts say counts as nothing else.
import { describe, expect, it } from 'vitest';
import type { BlockFinding } from '../../src/detection/finding.js';
import { Pipeline } from '../../src/detection/pipeline.js';
import { Directory } from '../../src/partners/directory.js';
import { seeLines } from './see-lines.js';

const directory = Directory.parse({
  relays: [{ host: 'relay1', outbound_ip: '203.0.113.21' }],
  customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'] }],
});
const T = '2026-01-14T10:05:';
const TIMED_OUT = 'connect to mx3.three.example[198.51.100.5]:25: Connection timed out';
const LISTED = '554 5.7.1 Service unavailable; Client host [203.0.113.21] blocked using zen.spamhaus.org';
const SAID = `host mx1.three.example[198.51.100.3] refused to talk to me: ${LISTED}`;
const AGAIN = `host mx2.three.example[198.51.100.4] refused to talk to me: ${LISTED}`;

const at = (second: number) => `${T}${String(second).padStart(2, '0')}Z`;
const arrival = (id: string) => [
  `${at(0)} relay1 postfix/smtpd[1]: ${id}: client=pc.acme.example[192.0.2.11], sasl_method=LOGIN, sasl_username=ann@acme.example`,
  `${at(0)} relay1 postfix/cleanup[2]: ${id}: message-id=<${id}@acme.example>`,
  `${at(0)} relay1 postfix/qmgr[3]: ${id}: from=<ann@acme.example>, size=2777, nrcpt=2 (queue active)`,
];
const said = (id: string, text: string, second = 1) => `${at(second)} relay1 postfix/smtp[4]: ${id}: ${text}`;
const ended = (id: string, name: string, status: string, second = 2) =>
  said(id, `to=<${name}@three.example>, relay=none, delay=3, delays=0/0/3/0, dsn=4.4.1, status=${status}`, second);

function see(lines: readonly string[]) {
  const pipeline = new Pipeline({ directory });
  const blocks = seeLines(pipeline, lines) as BlockFinding[];
  return { blocks, counters: pipeline.counters.take() };
}

describe('a listing that only an earlier host tells of', () => {
  it.each([
    ['the last host was not reached', ended('4AAA000001', 'bob', `deferred (${TIMED_OUT})`)],
    ['the next host took the message', ended('4AAA000001', 'bob', 'sent (250 2.0.0 Ok: queued as 9F2)')],
  ])('is found: %s', (_, end) => {
    const { blocks } = see([...arrival('4AAA000001'), said('4AAA000001', SAID), end]);

    expect(blocks).toMatchObject([
      {
        kind: 'blocklist',
        ip: '203.0.113.21',
        provider: 'zen.spamhaus.org',
        relay: 'relay1',
        at: Date.parse(at(1)),
        reply: SAID,
        sample: { at: Date.parse(at(1)), queueId: '4AAA000001', recipientDomain: '' },
        refusals: 1,
        customers: ['acme'],
      },
    ]);
  });

  it('is found by words that name no address, for the only one the relay has', () => {
    const text =
      'host mailin-02.mx.aol.com[198.51.100.120] refused to talk to me: 554- (RTR:DU)  http://postmaster.info';

    expect(see([...arrival('4AAA000001'), said('4AAA000001', text)]).blocks).toMatchObject([
      { ip: '203.0.113.21', provider: 'yahoo', code: 'RTR:DU' },
    ]);
  });

  it.each([
    'host mx1.three.example[198.51.100.3] said: 450 4.2.0 <bob@three.example>: Recipient address rejected: Greylisted (in reply to RCPT TO command)',
    'host mx1.three.example[198.51.100.3] refused to talk to me: 421 4.7.0 try again later',
    'lost connection with mx1.three.example[198.51.100.3] while receiving the initial server greeting',
  ])('is not seen in %s', (text) => {
    expect(see([...arrival('4AAA000001'), said('4AAA000001', text)]).blocks).toEqual([]);
  });

  it('counts nowhere else: the traffic is that of the attempts', () => {
    const rest = [...arrival('4AAA000001'), ended('4AAA000001', 'bob', `deferred (${TIMED_OUT})`)];
    const with_ = rest.toSpliced(3, 0, said('4AAA000001', SAID), said('4AAA000001', AGAIN));

    expect(see(with_).counters).toEqual(see(rest).counters);
    expect(see(rest).blocks).toEqual([]);
  });
});

describe('refusals of a block', () => {
  const last = `deferred (host mx3.three.example[198.51.100.5] refused to talk to me: ${LISTED})`;
  const refusalsIn = ({ detector }: Pipeline) =>
    [...detector.takeChanges().rows.values()].flatMap((row) => (row && 'refusals' in row ? [row.refusals] : []));
  const refusalsOf = (lines: readonly string[]) => {
    const pipeline = new Pipeline({ directory });
    seeLines(pipeline, lines);
    return refusalsIn(pipeline);
  };

  it('are counted once for an attempt, however many hosts of the receiver said it', () => {
    const id = '4AAA000001';
    const attempt = [said(id, SAID), said(id, AGAIN), ended(id, 'bob', last)];

    expect(refusalsOf([...arrival(id), ...attempt])).toEqual([1]);
    expect(refusalsOf([...arrival(id), ended(id, 'bob', last)])).toEqual([1]);
  });

  it('are counted for each recipient, as without those hosts', () => {
    const id = '4AAA000001';
    const ends = [ended(id, 'bob', last), ended(id, 'eve', last)];

    expect(refusalsOf([...arrival(id), said(id, SAID), ...ends])).toEqual([2]);
    expect(refusalsOf([...arrival(id), ...ends])).toEqual([2]);
  });

  it('are counted for each message and each attempt', () => {
    const [one, two] = ['4AAA000001', '4AAA000002'];
    const retry = (minute: number) => said(one, SAID).replace('10:05', `10:${minute}`);

    expect(refusalsOf([...arrival(one), ...arrival(two), said(one, SAID), said(two, SAID), said(one, AGAIN)])).toEqual([
      2,
    ]);
    expect(refusalsOf([...arrival(one), said(one, SAID), retry(11), retry(25)])).toEqual([3]);
  });

  it('are counted once where Exim tells of the last host too, before its lines for the recipients', () => {
    const pipeline = new Pipeline({ directory });
    const id = '1vgABC-000000001Jx-1a2b';
    const host = `H=mx1.three.example [198.51.100.3]: SMTP error from remote mail server after initial connection: ${LISTED}`;
    const lines = [
      `<= ann@acme.example H=(pc) [192.0.2.11] P=esmtpsa A=login:ann@acme.example S=2777 id=1@acme.example`,
      host,
      `== bob@three.example R=dnslookup T=remote_smtp defer (-46) ${host}`,
    ].map((text) => `2026-01-14 10:05:03 ${id} ${text}\n`);
    const bytes = Buffer.from(lines.join(''));
    pipeline.read(pipeline.reader('mainlog', 'exim'), bytes, 0, bytes.length);

    expect(pipeline.takeFindings()).toMatchObject([
      { ip: '203.0.113.21', provider: 'zen.spamhaus.org', customers: ['acme'] },
    ]);
    expect(refusalsIn(pipeline)).toEqual([1]);
  });
});
