// Exim main logs of several ages, line by line and joined.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EximLine, parseEximLine } from '../../../src/intake/formats/exim/line.js';
import { exim } from '../../../src/intake/formats/exim/log.js';
import { eximHeadReader } from '../../../src/intake/formats/exim/time.js';
import { classifyReply } from '../../../src/intake/replies/index.js';
import type { Delivery, MailEvent } from '../../../src/mail/event.js';

const OLD = '1vgABC-0001Jx-1a';
const NEW = '1vgABC-000000001Jx-1a2b';
const options = { timeZone: 'Z', now: () => Date.UTC(2026, 0, 20) };

function parse(line: string): EximLine | 'other' | 'unknown' {
  const head = eximHeadReader(options)(line);
  return head ? parseEximLine(line, head) : 'unknown';
}

function read(lines: string[], relay = 'relay1'): MailEvent[] {
  const events: MailEvent[] = [];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  exim
    .open(options)
    .reader('log', relay)
    .read(bytes, 0, bytes.length, (event) => events.push(event));
  return events;
}

const T = '2026-01-14 10:05:03';
const AT = Date.UTC(2026, 0, 14, 10, 5, 3);

describe('the head of an Exim line', () => {
  it.each([
    [`${T} ${OLD} Completed`, AT],
    [`${T}.250 ${NEW} Completed`, AT + 250],
    [`${T} +0100 ${NEW} Completed`, AT - 3_600_000],
    [`${T}.007 -0330 [12345] ${NEW} Completed`, AT + 7 + 3.5 * 3_600_000],
    [`${T} [12345] ${OLD} Completed`, AT],
    [`Jan 14 10:05:04 mx1 exim[77]: ${T} ${NEW} Completed`, AT],
    [`2026-01-14T11:05:04.5+01:00 mx1 exim[77]: ${T} ${NEW} Completed`, AT + 1500],
    [`Jan 14 10:05:04 mx1 exim[77]: ${NEW} Completed`, AT + 1000],
    [`Jan 14 10:05:04 mx1 exim[77]: [1/2] ${T} ${NEW} Completed`, AT],
  ])('reads %s', (line, at) => {
    expect(parse(line)).toMatchObject({ at, kind: 'completed' });
  });

  it('goes on from the first hour to the second, when the clocks go back', () => {
    const readHead = eximHeadReader({ timeZone: 'Europe/Oslo', now: options.now });
    const local = ['02:30:00', '02:59:59', '02:00:01', '02:30:00', '03:00:00'];
    expect(local.map((time) => readHead(`2025-10-26 ${time} ${NEW} Completed`)?.at)).toEqual(
      ['00:30:00', '00:59:59', '01:00:01', '01:30:00', '02:00:00'].map((time) => Date.parse(`2025-10-26T${time}Z`)),
    );
  });

  it('stays in the second hour over a pause', () => {
    const readHead = eximHeadReader({ timeZone: 'Europe/Berlin', now: options.now });
    const local = ['02:58:00', '02:00:00', '02:05:00', '02:40:00', '02:59:00', '03:00:00', '02:59:59'];
    expect(local.map((time) => readHead(`2025-10-26 ${time} ${NEW} Completed`)?.at)).toEqual(
      ['00:58:00', '01:00:00', '01:05:00', '01:40:00', '01:59:00', '02:00:00', '01:59:59'].map((time) =>
        Date.parse(`2025-10-26T${time}Z`),
      ),
    );
  });

  it('takes the host from syslog', () => {
    expect(parse(`Jan 14 10:05:04 mx1 exim[77]: ${T} ${NEW} Completed`)).toMatchObject({ host: 'mx1' });
  });

  it.each([
    '',
    'hello',
    '2026-13-41 10:05:03 1vgABC-0001Jx-1a Completed',
    '2026-01-14T10:05:03 1vgABC-0001Jx-1a Completed',
    'Jan 14 10:05:04 mx1 postfix/smtpd[77]: connect from a[192.0.2.1]',
  ])('knows no time in %j', (line) => {
    expect(parse(line)).toBe('unknown');
  });
});

describe('an Exim line', () => {
  const ARRIVED = `${T} ${NEW} <= ann@mills.example H=pc (pc) [192.0.2.7]`;
  it.each(['P=esmtpsa L- X=TLS1.3:x:256', 'P=esmtpsa L.', 'P=esmtpsa L.-', 'P=esmtpsa L*-', 'TFO* Ci=3b2 P=esmtpsa L'])(
    'reads on behind how the session went: %s',
    (items) => {
      expect(parse(`${ARRIVED} ${items} A=login:ann@mills.example S=1234 id=7@mills.example`)).toMatchObject({
        login: 'ann@mills.example',
        sizeBytes: 1234,
        messageId: '<7@mills.example>',
      });
    },
  );

  it.each(['DMARC', 'SPF DMARC', 'SPF=pass DMARC=accept', 'DKIM=mills.example ARC RT=0.1s Q=bulk'])(
    'reads on behind what was checked: %s',
    (items) => {
      expect(
        parse(
          `${ARRIVED} P=esmtpsa S=1234 ${items} id*=7@mills.example T="Sale for you and me" from <ann@mills.example>`,
        ),
      ).toEqual(parse(`${ARRIVED} P=esmtpsa S=1234 id=7@mills.example`));
    },
  );

  it.each([
    ['login:ann@mills.example:ann@mills.example', 'ann@mills.example'],
    ['login:ann@mills.example:<>', 'ann@mills.example'],
    ['cram:ann:ann@mills.example', 'ann'],
    ['tls:CN=ann', 'cn=ann'],
    ['login::ann@mills.example', ':ann@mills.example'],
  ])('takes the name of the authenticator for the login, not what MAIL FROM says behind it: %s', (auth, login) => {
    expect(parse(`${ARRIVED} P=esmtpsa A=${auth} S=1234`)).toMatchObject({ login });
  });

  it.each(['L-', 'L. X=TLS1.3:x:256 CV=no', 'Ci=3b2 L'])('reads what was refused behind %s', (items) => {
    const line = `H=(pc) [192.0.2.7]:50111 P=esmtpsa ${items} A=login:ann F=<ann@mills.example> SPF rejected RCPT <d@four.example>: no`;
    const refused = { kind: 'reject', login: 'ann', recipient: 'd@four.example', reply: 'no' };
    expect(parse(`${T} ${line}`)).toMatchObject(refused);
    expect(parse(`${T}  DS${line}`)).toMatchObject(refused);
  });

  it('takes no login for a wrong one where the authenticator could not ask', () => {
    const failed = `${T} plain authenticator failed for H=(pc) [192.0.2.7]:50111 I=[203.0.113.2]:587`;
    expect(parse(`${failed}: 435 Unable to authenticate at present (set_id=ann): ldap is down`)).toBe('other');
    expect(parse(`${failed}: 535 Incorrect authentication data (set_id=ann)`)).toMatchObject({ login: 'ann' });
  });

  it('takes nothing out of a Message-ID with blanks, which its sender chose', () => {
    const forged = 'id=1 A=plain:boss@b.example R=1vgABC-0001Jx-00 H=x [192.0.2.1] S=5';
    const line = parse(
      `${T} ${OLD} <= ann@b.example H=pc [192.0.2.9] P=esmtp ${forged} T="x" for c@d.example e@f.example`,
    );

    expect(line).toMatchObject({
      origin: 'client',
      client: { name: 'pc', ip: '192.0.2.9' },
      sizeBytes: 0,
      recipientCount: 2,
    });
    expect(line).not.toHaveProperty('login');
  });

  it.each<[string, object]>([
    [
      `${NEW} <= Ann@Mills.example H=pc.mills.example (pc) [192.0.2.7]:50111 I=[203.0.113.1]:587 P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no SNI="relay.example" A=dovecot_login:Ann@mills.example S=2048 RT=0.1s id=1@mills.example T="Re: =\\"x\\" for you" from <ann@mills.example> for a@one.example b@two.example`,
      {
        kind: 'arrival',
        sender: 'ann@mills.example',
        origin: 'client',
        client: { name: 'pc.mills.example', ip: '192.0.2.7' },
        login: 'ann@mills.example',
        sizeBytes: 2048,
        messageId: '<1@mills.example>',
        recipientCount: 2,
      },
    ],
    [
      `${OLD} <= a@b.example H=([10.0.0.1]) [2001:db8::7] P=esmtp S=99`,
      { kind: 'arrival', client: { ip: '2001:db8::7' } },
    ],
    [`${OLD} <= a@b.example H=pc [192.0.2.9] P=esmtp S=-7`, { kind: 'arrival', sizeBytes: 0 }],
    [`${OLD} <= www@web.example U=www data P=local S=600`, { kind: 'arrival', origin: 'local', client: {} }],
    [`${OLD} <= <> R=1vgABC-0001Jx-00 U=exim P=local S=2000`, { kind: 'arrival', origin: 'notification', sender: '' }],
    [`${OLD} <= <> H=mx.there.example [192.0.2.9] P=esmtp S=99`, { kind: 'arrival', origin: 'client', sender: '' }],
    [
      `${OLD} <= "odd one"@b.example H=h [192.0.2.9] P=esmtp S=99 id=x`,
      { kind: 'arrival', sender: '"odd one"@b.example' },
    ],
    [
      `${NEW} => C@Two.example R=dnslookup T=remote_smtp S=2100 H=mx.two.example [198.51.100.2]:25 I=[203.0.113.5]:41000 X=TLS1.3:x:256 CV=yes DN="/CN=mx" L K C="250 2.0.0 OK \\"q\\" 12" QT=2s DT=1s`,
      {
        kind: 'delivery',
        status: 'sent',
        recipient: 'c@two.example',
        remote: { name: 'mx.two.example', ip: '198.51.100.2' },
        outboundIp: '203.0.113.5',
        dsn: '2.0.0',
        reply: '',
      },
    ],
    [
      `${OLD} -> d@two.example F=<ann@mills.example> P=<v@x.example> R=r T=t H=mx [198.51.100.2]* C="250 OK"`,
      { status: 'sent', sender: 'ann@mills.example', remote: { ip: '198.51.100.2' } },
    ],
    [
      `${OLD} => marv <marv@hitch.example> R=localuser T=local_delivery`,
      { status: 'sent', recipient: 'marv@hitch.example' },
    ],
    [
      `${OLD} => |/usr/bin/vacation ann <ann@mills.example> R=userforward T=address_pipe`,
      { status: 'sent', recipient: 'ann@mills.example' },
    ],
    [
      `${OLD} => new@b.example (via@b.example) <old@b.example> R=r T=t H=h [198.51.100.2]`,
      { recipient: 'new@b.example' },
    ],
    [`${OLD} >> x@b.example R=all T=smtp H=127.0.0.1 [127.0.0.1] C="250 OK"`, { kind: 'delivery', isEarly: true }],
    [
      `${OLD} ** x@pb.example R=dnslookup T=remote_smtp: SMTP error from remote mailer after pipelined RCPT TO:<x@pb.example>: host mx3.pb.example [198.51.100.63]: 553 5.3.0 <x@pb.example>...Addressee unknown`,
      {
        status: 'bounced',
        recipient: 'x@pb.example',
        remote: { name: 'mx3.pb.example', ip: '198.51.100.63' },
        dsn: '5.3.0',
        reply: '553 5.3.0 <x@pb.example>...Addressee unknown',
      },
    ],
    [
      `${NEW} ** x@pb.example <y@pb.example> P=<v@b.example> R=r T=t H=mx3.pb.example [198.51.100.63]:25 I=[203.0.113.5]:5 X=TLS1.2:c:256 CV=yes : SMTP error from remote mail server after MAIL FROM:<v@b.example> SIZE=10: 550-5.7.1 no\\n550 5.7.1 really DT=0.5s`,
      {
        status: 'bounced',
        dsn: '5.7.1',
        reply: '550-5.7.1 no\n550 5.7.1 really',
        outboundIp: '203.0.113.5',
        sender: 'v@b.example',
      },
    ],
    [
      `${OLD} ** jim@trek99.example <jim@trek99.example>: unknown mail domain`,
      { status: 'bounced', recipient: 'jim@trek99.example', reply: 'unknown mail domain' },
    ],
    [`${OLD} ** a@b.example : Unrouteable address`, { status: 'bounced', reply: 'Unrouteable address', dsn: '' }],
    [`${OLD} ** a@b.example: retry timeout exceeded`, { status: 'expired', reply: 'retry timeout exceeded' }],
    [
      `${OLD} ** a@b.example R=r T=t : all hosts for 'b.example' have been failing for a long time (and retry time not reached)`,
      { status: 'expired' },
    ],
    [
      `${OLD} == a@b.example R=dnslookup T=remote_smtp defer (-44) H=mx.b.example [198.51.100.1]:25 I=[203.0.113.5]:41: SMTP error from remote mail server after RCPT TO:<a@b.example>: 451 4.7.1 later`,
      {
        status: 'deferred',
        dsn: '4.7.1',
        reply: '451 4.7.1 later',
        remote: { ip: '198.51.100.1' },
        outboundIp: '203.0.113.5',
      },
    ],
    [
      `${NEW} == a@b.example R=dnslookup T=remote_smtp defer (-45) H=mx.b.example [198.51.100.1]:25: SMTP error from remote mail server after initial connection: 554-mx.b.example\\n554 5.7.1 no`,
      {
        status: 'deferred',
        reply: 'after initial connection: 554-mx.b.example\n554 5.7.1 no',
        remote: { ip: '198.51.100.1' },
      },
    ],
    [
      `${OLD} ** a@b.example R=r T=t: SMTP error from remote mailer after initial connection: host mx.b.example [198.51.100.1]: 554 no`,
      { status: 'bounced', reply: 'after initial connection: 554 no', remote: { ip: '198.51.100.1' } },
    ],
    [
      `${OLD} == a@b.example R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.b.example [198.51.100.1] DT=2m7s`,
      { status: 'deferred', reply: 'Connection timed out', remote: { name: 'mx.b.example' } },
    ],
    [
      `${OLD} == a@b.example R=dnslookup T=remote_smtp defer (146): Connection refused`,
      { status: 'deferred', reply: 'Connection refused' },
    ],
    [`${OLD} == a@b.example routing defer (-51): retry time not reached`, { status: 'deferred', isWaiting: true }],
    [`${NEW} Completed QT=3s`, { kind: 'completed' }],
    [
      `H=(pc) [192.0.2.7]:5011 X=TLS1.3:c:256 CV=no A=login:Ann F=<"a> rejected RCPT <z@z>: "@b.example> temporarily rejected RCPT <C@d.example>: relay not permitted`,
      {
        kind: 'reject',
        client: { ip: '192.0.2.7' },
        login: 'ann',
        sender: '"a> rejected rcpt <z@z>: "@b.example',
        recipient: 'c@d.example',
        reply: 'relay not permitted',
      },
    ],
    [
      `H=h.example [192.0.2.7] F=<> rejected RCPT <c@d.example>`,
      { kind: 'reject', sender: '', recipient: 'c@d.example', reply: '' },
    ],
    [
      `${OLD} H=(x) [192.0.2.7] X=TLS1.3:c:256 A=login:ann F=<a@b.example> rejected after DATA: This message was classified as spam`,
      {
        kind: 'reject',
        client: { ip: '192.0.2.7' },
        login: 'ann',
        sender: 'a@b.example',
        recipient: '',
        reply: 'This message was classified as spam',
      },
    ],
    [
      `${OLD} F=a@b.example H=(x) [192.0.2.7] X=TLS1.3:c:256 P=esmtpsa temporarily rejected by local_scan(): scored 12`,
      { kind: 'reject', client: { ip: '192.0.2.7' }, sender: 'a@b.example', recipient: '', reply: 'scored 12' },
    ],
    [`${OLD} F=<> H=h.example [192.0.2.7] P=smtp rejected by local_scan(): spam`, { kind: 'reject', sender: '' }],
    [
      `${OLD} F=<ann@b.example> rejected by non-SMTP ACL: too many`,
      { kind: 'reject', client: {}, sender: 'ann@b.example', reply: 'too many' },
    ],
    [
      'H=(x) [192.0.2.7] rejected DATA: too many recipients in a minute',
      { kind: 'reject', client: { ip: '192.0.2.7' }, sender: '', reply: 'too many recipients in a minute' },
    ],
    [`${NEW} H=(x) [192.0.2.7] F=<a@b.example> rejected after DATA PRDR: no`, { kind: 'reject', reply: 'no' }],
    [
      `${NEW} H=(x) [192.0.2.7] F=<a@b.example> temporarily rejected after DATA`,
      { kind: 'reject', recipient: '', reply: '' },
    ],
    [
      `${OLD} U=ann F=<ann@b.example> rejected during MIME ACL checks: a program is attached`,
      { kind: 'reject', sender: 'ann@b.example', recipient: '', reply: 'a program is attached' },
    ],
    [
      'login authenticator failed for H=(x) [192.0.2.66]:50111 I=[203.0.113.1]:587: 535 Incorrect authentication data (set_id=Info@Mills.example)',
      { kind: 'login-failed', client: { ip: '192.0.2.66' }, login: 'info@mills.example' },
    ],
    [
      'dovecot_plain authenticator failed for h.example (x) [2001:db8::66]:50111: 535 Incorrect authentication data',
      { kind: 'login-failed', client: { name: 'h.example', ip: '2001:db8::66' } },
    ],
  ])('reads %s', (text, expected) => {
    expect(parse(`${T} ${text}`)).toMatchObject(expected);
  });

  it.each([
    `${OLD} => :blackhole: <hole@nowhere.example> R=blackhole_router`,
    `${OLD} => discarded <low.club@bridge.example> R=userforward`,
    `${OLD} *> a@b.example R=r T=t`,
    `${OLD} Frozen (delivery error message)`,
    `${OLD} H=mx.b.example [198.51.100.1] Connection refused`,
    `${OLD} F=<a@b.example> R=r T=t: nothing of the kind`,
    'H=(x) [192.0.2.7] rejected DATABASE: none',
    'rejected MAIL command U=ann: too many messages in one connection',
    'Start queue run: pid=1234',
    'cwd=/var/spool/exim 3 args: /usr/sbin/exim -Mc 1vgABC-0001Jx-1a',
    'SMTP connection from [192.0.2.7]:5011 (TCP/IP connection count = 1)',
  ])('takes nothing from %s', (text) => {
    expect(parse(`${T} ${text}`)).toBe('other');
  });

  it.each([`${OLD} <= a@b.example`, `${OLD} == a@b.example nothing of the kind`])(
    'knows not what to make of %s',
    (text) => {
      expect(parse(`${T} ${text}`)).toBe('unknown');
    },
  );

  it('gives the words of the remote host to the reading of replies', () => {
    const text = `x@hotmail.com R=dnslookup T=remote_smtp H=hotmail-com.olc.protection.outlook.com [198.51.100.4] I=[203.0.113.21]:4100: SMTP error from remote mail server after MAIL FROM:<ann@mills.example> SIZE=2000: 550 5.7.1 Unfortunately, messages from [203.0.113.21] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).`;
    const line = parse(`${T} ${NEW} ** ${text}`);

    if (typeof line === 'string' || line.kind !== 'delivery') throw new Error('no delivery');
    const meaning = classifyReply(line.reply, {
      dsn: line.dsn,
      relayHost: line.remote.name,
      recipientDomain: 'hotmail.com',
    });
    expect(meaning).toMatchObject({ meaning: 'ip-block', code: 'S3140' });
  });
});

describe('an Exim log', () => {
  const arrival = `${T} ${NEW} <= ann@mills.example H=(pc) [192.0.2.7] P=esmtpsa A=login:ann@mills.example S=2048 id=1@mills.example`;
  const deliveries = (events: MailEvent[]) => events.filter((event): event is Delivery => event.kind === 'delivery');

  it('joins the lines of a message', () => {
    const events = read([
      `${arrival} for a@one.example b@two.example`,
      `2026-01-14 10:05:04 ${NEW} => a@one.example R=r T=t H=mx [198.51.100.2]`,
      `2026-01-14 10:05:05 ${NEW} == b@two.example R=r T=t defer (-44): SMTP error from remote mail server after RCPT TO:<b@two.example>: host mx2 [198.51.100.3]: 451 later`,
      `2026-01-14 10:20:05 ${NEW} == b@two.example R=r T=t defer (-53): retry time not reached for any host`,
      `2026-01-14 11:05:05 ${NEW} => b@two.example R=r T=t H=mx2 [198.51.100.3]`,
      `2026-01-14 11:05:05 ${NEW} Completed`,
    ]);

    expect(events[0]).toMatchObject({
      kind: 'accepted',
      at: AT,
      message: {
        relay: 'relay1',
        queueId: NEW,
        sender: 'ann@mills.example',
        login: 'ann@mills.example',
        recipientCount: 2,
      },
    });
    expect(
      deliveries(events).map(({ recipient, status, isFirstAttempt }) => [recipient, status, isFirstAttempt]),
    ).toEqual([
      ['a@one.example', 'sent', true],
      ['b@two.example', 'deferred', true],
      ['b@two.example', 'sent', false],
    ]);
    expect(deliveries(events).every(({ message }) => message.login === 'ann@mills.example')).toBe(true);
  });

  it('counts recipients as they come when the arrival does not tell them', () => {
    const events = read([
      arrival,
      ...['a', 'b', 'c'].map((name) => `${T} ${NEW} => ${name}@one.example R=r T=t H=mx [198.51.100.2]`),
    ]);

    expect(deliveries(events).map(({ message }) => message.recipientCount)).toEqual([1, 2, 3]);
  });

  it('puts a cut-through delivery behind the arrival it came before', () => {
    const events = read([
      `${T} ${NEW} >> a@one.example R=r T=t H=mx [198.51.100.2] C="250 OK"`,
      arrival,
      `${T} ${NEW} Completed`,
    ]);

    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'delivery']);
    expect(events[1]).toMatchObject({ message: { login: 'ann@mills.example' }, isFirstAttempt: true });
  });

  it('tells retries from first attempts when the log begins in the middle, by the time in the id', () => {
    const seconds = Math.floor(AT / 1000);
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const idOf = (at: number) => {
      let text = '';
      for (let left = at; text.length < 6; left = Math.floor(left / 62)) text = digits[left % 62] + text;
      return `${text}-000000001Jx-1a2b`;
    };
    const events = read([
      `${T} ${idOf(seconds - 3600)} => a@one.example R=r T=t H=mx [198.51.100.2]`,
      `${T} ${idOf(seconds - 5)} => b@one.example F=<ann@mills.example> R=r T=t H=mx [198.51.100.2]`,
    ]);

    expect(
      deliveries(events).map(({ isFirstAttempt, message }) => [isFirstAttempt, message.acceptedAt, message.origin]),
    ).toEqual([
      [false, AT - 3_600_000, 'unknown'],
      [true, AT - 5_000, 'unknown'],
    ]);
    expect(events[1]).toMatchObject({ message: { sender: 'ann@mills.example' } });
  });

  it('goes on where it was saved', () => {
    const first = exim.open(options);
    const events: MailEvent[] = [];
    const feed = (intake: typeof first, line: string) => {
      const bytes = Buffer.from(`${line}\n`);
      intake.reader('log', 'relay1').read(bytes, 0, bytes.length, (event) => events.push(event));
    };
    feed(first, arrival);
    feed(first, `${T} ${NEW} == b@two.example R=r T=t defer (-1): later`);
    const saved = JSON.parse(JSON.stringify([...first.takeChanges()])) as [string, object][];
    const second = exim.open(options);
    second.restore(saved);
    feed(second, `${T} ${NEW} => b@two.example R=r T=t H=mx [198.51.100.2]`);
    feed(second, `${T} ${NEW} Completed`);

    expect(events.at(-1)).toMatchObject({
      isFirstAttempt: false,
      message: { login: 'ann@mills.example', origin: 'client' },
    });
    expect([...second.takeChanges()]).toEqual([[`relay1/${NEW}`, undefined]]);
    expect(first.takeChanges().size).toBe(0);
  });

  it('is known by its lines, and takes no other for its own', () => {
    expect(exim.looksLike(Buffer.from(`garbage\n${T} Start queue run: pid=1\n${arrival}\n2026-01`))).toBe(true);
    expect(
      exim.looksLike(Buffer.from('2026-01-14T10:05:03+01:00 relay1 postfix/qmgr[1]: 4drSDD4sVZz2vpH: removed\n')),
    ).toBe(false);
    expect(exim.looksLike(Buffer.from('{"type":"Reception"}\n'))).toBe(false);
  });

  it('stops before a line that is later than asked', () => {
    const reader = exim.open(options).reader('log');
    const bytes = Buffer.from(`${arrival}\n2026-01-14 10:05:09 ${NEW} Completed\n`);
    const stopped = reader.read(bytes, 0, bytes.length, () => {}, AT + 1000);

    expect(stopped).toBe(arrival.length + 1);
    expect(reader.timeOf(bytes, stopped, bytes.length)).toBe(AT + 6000);
    expect(reader.read(bytes, stopped, bytes.length, () => {})).toBe(bytes.length);
    expect(reader.stats).toMatchObject({ lines: 2, unknown: 0, lastLineAt: AT + 6000 });
  });

  it('never throws, and gives the same events however the log is cut', () => {
    const piece = fc.constantFrom(
      `${T} ${NEW} `,
      `${T} ${OLD} `,
      `${T} `,
      '<= ',
      '=> ',
      '>> ',
      '== ',
      '** ',
      'Completed',
      'a@b.example',
      '"',
      '<',
      '>',
      '<>',
      ' (',
      ') [',
      '[192.0.2.1]',
      ' H=',
      ' I=[203.0.113.1]:9',
      ' F=<',
      ' P=smtp',
      ' S=9',
      ' A=x:y',
      ' T="',
      ' for ',
      ': ',
      ' : ',
      'SMTP error from remote mail server after RCPT TO:<',
      'host ',
      '550 5.1.1 no',
      ' defer (-1)',
      ' rejected RCPT ',
      ' authenticator failed for ',
      '(set_id=',
      ')',
      '\\n',
      ' ',
      '|',
      '/',
      'R=',
      'é',
      '\u0000',
    );
    const line = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(12)), (lines, cuts) => {
        const clean = lines.map((each) => each.replaceAll('\n', ''));
        const intake = exim.open(options);
        const reader = intake.reader('log', 'relay1');
        const events: MailEvent[] = [];
        const take = (event: MailEvent) => events.push(event);
        const bytes = Buffer.from(clean.map((each) => `${each}\n`).join(''));
        const ends = clean.map((_, i) =>
          Buffer.byteLength(
            clean
              .slice(0, i + 1)
              .map((each) => `${each}\n`)
              .join(''),
          ),
        );
        let from = 0;
        for (const cut of [...cuts].sort((a, b) => a - b)) from = reader.read(bytes, from, ends[cut] ?? from, take);
        reader.read(bytes, from, bytes.length, take);
        expect(events).toEqual(read(clean));
        expect(exim.looksLike(bytes)).toBeTypeOf('boolean');
        JSON.stringify([...intake.takeChanges()]);
      }),
      { numRuns: 300 },
    );
  });

  it('reads hostile lines of full length in time that grows with their length alone', () => {
    for (const unit of [
      '<= "',
      ' H=(',
      ' (',
      '" ',
      ' F=<"',
      'T="\\',
      ': ',
      ' for ',
      'RCPT TO:<',
      '** a ',
      ' A=',
      'L ',
      ') [',
      ' DT=',
    ]) {
      const events = read([
        `${T} ${NEW} <= ${unit.repeat(60_000 / unit.length)}`,
        `${T} ${NEW} ** a@b ${unit.repeat(60_000 / unit.length)}`,
        `${T} H=${unit.repeat(60_000 / unit.length)}`,
      ]);
      expect(events.length).toBeLessThan(4);
    }
  });
});
