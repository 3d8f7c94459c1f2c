// What one host of a receiver said before the relay went on to the next, as Postfix and Exim log it: an event of its own, and no attempt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exim } from '../../../src/intake/formats/exim/log.js';
import { readBytes, readLines } from '../read.js';

const ID = '4drSDD4sVZz2vpH';
const HEAD = '2026-01-14T10:18:10.123456+01:00 relay2 postfix';
const ARRIVED = [
  `${HEAD}/smtpd[21]: ${ID}: client=pc.acme.example[192.0.2.11], sasl_method=LOGIN, sasl_username=ann@acme.example`,
  `${HEAD}/cleanup[22]: ${ID}: message-id=<1@acme.example>`,
  `${HEAD}/qmgr[23]: ${ID}: from=<ann@acme.example>, size=2777, nrcpt=1 (queue active)`,
];
const eventsOf = (text: string, daemon = 'smtp', before = ARRIVED) =>
  readLines([...before, `${HEAD}/${daemon}[24]: ${ID}: ${text}`]).events.slice(before.length > 0 ? 1 : 0);

describe('what a host said before the next was tried, in a log of Postfix', () => {
  it.each([
    [
      'host mx1.three.example[198.51.100.3] refused to talk to me: 554 5.7.1 Service unavailable; Client host [203.0.113.21] blocked using zen.spamhaus.org',
      { remoteHost: 'mx1.three.example', remoteIp: '198.51.100.3' },
    ],
    [
      'host mailin-02.mx.example[198.51.100.120] refused to talk to me: 554- (RTR:DU)  http://postmaster.info.example',
      { remoteHost: 'mailin-02.mx.example', remoteIp: '198.51.100.120' },
    ],
    [
      'host mx.example[2001:db8::25] said: 450 4.2.0 <bob@b.example>: Recipient address rejected: Greylisted (in reply to RCPT TO command)',
      { remoteHost: 'mx.example', remoteIp: '2001:db8::25' },
    ],
    ['host dovecot.example[private/lmtp] said: 452 4.2.2 over quota (in reply to end of DATA command)', {}],
  ])('is told with its message: %s', (text, remote) => {
    const said = eventsOf(text);

    expect(said).toEqual([
      {
        kind: 'host-refused',
        at: Date.parse('2026-01-14T09:18:10.123Z'),
        message: expect.objectContaining({
          relay: 'relay2',
          queueId: ID,
          sender: 'ann@acme.example',
          login: 'ann@acme.example',
        }),
        ...(text.includes('dovecot') ? { remoteHost: 'dovecot.example' } : remote),
        reply: text,
      },
    ]);
  });

  it('is told where the message was never seen arriving, which it opens not', () => {
    const { events, intake } = readLines([
      `${HEAD}/smtp[24]: ${ID}: host mx[198.51.100.3] refused to talk to me: 554 go away`,
    ]);

    expect(events).toMatchObject([{ kind: 'host-refused', message: { queueId: ID, origin: 'unknown', sender: '' } }]);
    expect(intake.stats()).toMatchObject({ open: 0, headless: 0 });
  });

  it.each([
    'lost connection with mx1.three.example[198.51.100.3] while receiving the initial server greeting',
    'conversation with mx1.three.example[198.51.100.3] timed out while sending RCPT TO',
    'enabling PIX workarounds: disable_esmtp delay_dotcrlf for mx1.three.example[198.51.100.3]:25',
    'host mx1.three.example[198.51.100.3]',
    'host ',
  ])('is no line like %s', (text) => {
    expect(eventsOf(text)).toEqual([]);
  });

  it('is said by agents that deliver alone', () => {
    expect(eventsOf('host mx[198.51.100.3] said: 550 no', 'bounce')).toEqual([]);
    expect(eventsOf('host mx[198.51.100.3] said: 550 no', 'lmtp')).toHaveLength(1);
  });

  it('is quoted as it stands, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const text = `host mx[198.51.100.3] said: 550 ${words.replaceAll(/[\r\n]/g, '')}.`;
        expect(eventsOf(text)).toMatchObject([{ kind: 'host-refused', remoteIp: '198.51.100.3', reply: text }]);
      }),
    );
  });
});

describe('what a host said before the next was tried, in a log of Exim', () => {
  const EXIM_ID = '1vgABC-000000001Jx-1a2b';
  const T = '2026-01-14 10:05:03';
  const read = (lines: string[]) =>
    readBytes(Buffer.from(lines.map((line) => `${line}\n`).join('')), undefined, {}, exim).events;
  const arrival = `${T} ${EXIM_ID} <= ann@acme.example H=(pc) [192.0.2.7] P=esmtpsa A=login:ann@acme.example S=2048 id=1@acme.example`;

  it.each([
    ['H=mx1.b.example [198.51.100.3]', {}],
    ['H=mx1.b.example [198.51.100.3]:25', {}],
  ])('is told with its message and no attempt: %s', (host) => {
    const events = read([
      arrival,
      `${T} ${EXIM_ID} ${host}: SMTP error from remote mail server after initial connection: 554 5.7.1 Client host [203.0.113.21] blocked using zen.spamhaus.org`,
      `${T} ${EXIM_ID} => bob@b.example R=dnslookup T=remote_smtp H=mx2.b.example [198.51.100.4]`,
    ]);

    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'host-refused', 'delivery']);
    expect(events[1]).toMatchObject({
      message: { queueId: EXIM_ID, login: 'ann@acme.example' },
      remoteHost: 'mx1.b.example',
      remoteIp: '198.51.100.3',
      reply: 'after initial connection: 554 5.7.1 Client host [203.0.113.21] blocked using zen.spamhaus.org',
    });
  });

  const LATER = '450 4.7.1 <bob@b.example>: Client host [203.0.113.21] was listed lately, come again';
  it.each([
    [
      'of a recipient',
      `H=mx1.b.example [198.51.100.3] SMTP error from remote mail server after RCPT TO:<bob@b.example>: ${LATER}`,
    ],
    [
      'with the port',
      `H=mx1.b.example [198.51.100.3]:2525 SMTP error from remote mail server after RCPT TO:<bob@b.example>: ${LATER}`,
    ],
    [
      'as 4.8x wrote it',
      `SMTP error from remote mail server after RCPT TO:<bob@b.example>: host mx1.b.example [198.51.100.3]: ${LATER}`,
    ],
    [
      'as 4.6x wrote it',
      `SMTP error from remote mailer after MAIL FROM:<ann@acme.example> SIZE=3072: host mx1.b.example [198.51.100.3]: ${LATER}`,
    ],
  ])('is told in each form that Exim gives it: %s', (_, text) => {
    const events = read([arrival, `${T} ${EXIM_ID} ${text}`]);

    expect(events.slice(1)).toMatchObject([
      { kind: 'host-refused', remoteHost: 'mx1.b.example', remoteIp: '198.51.100.3', reply: LATER },
    ]);
  });

  it.each([
    'H=mx1.b.example [198.51.100.3] Connection refused',
    'SMTP error from remote mail server after initial connection: 421 4.7.0 later',
    'SMTP error from remote mail server after RCPT TO:<bob@b.example>: host',
    'SMTP timeout after initial connection: host mx1.b.example [198.51.100.3]: Connection timed out',
    'H=mx1.b.example [198.51.100.3]: SMTP timeout after initial connection: Connection timed out',
    'H=mx1.b.example [198.51.100.3]: Remote host closed connection in response to EHLO relay.example',
  ])('is no line like %s', (text) => {
    expect(read([arrival, `${T} ${EXIM_ID} ${text}`])).toHaveLength(1);
  });
});
