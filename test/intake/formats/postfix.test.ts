// What Postfix writes, kind by kind and version by version, and what becomes of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../src/mail/event.js';
import { readBytes, readLines } from '../read.js';

const HEAD = '2026-01-14T10:18:10.123456+01:00 relay2 ';
const ID = '4drhrx3P0Yz5kLl';

/** One line alone: its events and whether it was known. */
function read(text: string): { events: MailEvent[]; unknown: number } {
  const { events, reader } = readLines([HEAD + text]);
  expect(reader.stats.lines).toBe(1);
  return { events, unknown: reader.stats.unknown };
}
const eventOf = (text: string) => read(text).events[0];
const delivered = (fields: string, daemon = 'smtp') => eventOf(`postfix/${daemon}[1]: ${ID}: ${fields}`);

describe('a message that arrives', () => {
  const arrive = (client: string, id = ID) =>
    readLines([
      `${HEAD}postfix/submission/smtpd[77]: ${id}: client=${client}`,
      `${HEAD}postfix/cleanup[2]: ${id}: message-id=<1@x>`,
      `${HEAD}postfix/qmgr[3]: ${id}: from=<Ann@X.example>, size=277725, nrcpt=2 (queue active)`,
    ]).events[0];

  it.each([
    ['mail.example[192.0.2.11]', { clientName: 'mail.example', clientIp: '192.0.2.11' }],
    ['unknown[2001:db8::5]:40123', { clientName: 'unknown', clientIp: '2001:db8::5' }],
    ['localhost[unix:/run/x]', { clientName: 'localhost' }],
    ['pc[192.0.2.1], sasl_method=LOGIN, sasl_username=Ann@X.example', { login: 'ann@x.example' }],
    ['pc[192.0.2.1], sasl_method=PLAIN, sasl_username=ann, sasl_sender=other@y.example', { login: 'ann' }],
    ['pc[192.0.2.1], sasl_username=ann', { login: 'ann' }],
    ['pc[192.0.2.1], sasl_method=PLAIN, sasl_username=ann, the boss', { login: 'ann, the boss' }],
    ['pc[192.0.2.1], sasl_method=PLAIN, sasl_username=ann, orig_client=x[192.0.2.9]', { login: 'ann' }],
    [
      'pc[192.0.2.1], sasl_method=PLAIN, sasl_username=bl\u00e5b\u00e6r@x.example',
      { login: 'bl\u00e5b\u00e6r@x.example' },
    ],
    ['pc[192.0.2.1], orig_queue_id=BBBBBB1, orig_client=x[192.0.2.9]', { clientIp: '192.0.2.1' }],
  ])('from %s', (client, expected) => {
    expect(arrive(client)).toMatchObject({
      kind: 'accepted',
      at: Date.parse('2026-01-14T09:18:10.123Z'),
      message: {
        relay: 'relay2',
        queueId: ID,
        origin: 'client',
        sender: 'ann@x.example',
        recipientCount: 2,
        sizeBytes: 277_725,
        messageId: '<1@x>',
        ...expected,
      },
    });
  });

  it.each(['820891A34D3', 'ABCDEF', '4drSDD4sVZz2vpH', '4drSDD4sVZzbcdfghj', '3XyzBcDfGh'])('under the id %s', (id) => {
    expect(arrive('pc[192.0.2.1]', id)).toMatchObject({ message: { queueId: id } });
  });

  it('from a local program', () => {
    const { events } = readLines([
      `${HEAD}postfix/pickup[1]: ${ID}: uid=1000 from=<ann>`,
      `${HEAD}postfix/cleanup[2]: ${ID}: message-id=<>`,
      `${HEAD}postfix/qmgr[3]: ${ID}: from=<ann@x.example>, size=1, nrcpt=1 (queue active)`,
    ]);

    expect(events).toMatchObject([{ message: { origin: 'local', messageId: '<>' } }]);
  });

  it.each([
    'sender non-delivery notification',
    'sender delay notification',
    'sender delivery status notification',
    'postmaster non-delivery notification',
  ])('as the %s of the relay itself', (kind) => {
    const { events } = readLines([
      `${HEAD}postfix/bounce[1]: ABCDEF1: ${kind}: ${ID}`,
      `${HEAD}postfix/qmgr[3]: ${ID}: from=<>, size=1, nrcpt=1 (queue active)`,
    ]);

    expect(events).toMatchObject([{ message: { origin: 'notification', sender: '', queueId: ID } }]);
  });

  it('with a message id of its own beside one of its forwarding', () => {
    const { events } = readLines([
      `${HEAD}postfix/smtpd[1]: ${ID}: client=pc[192.0.2.1]`,
      `${HEAD}postfix/cleanup[2]: ${ID}: resent-message-id=<again@x>`,
      `${HEAD}postfix/cleanup[2]: ${ID}: message-id=<first@x>`,
      `${HEAD}postfix/qmgr[3]: ${ID}: from=<"a b"@x.example>, size=1, nrcpt=1 (queue active)`,
    ]);

    expect(events).toMatchObject([{ message: { messageId: '<first@x>', sender: '"a b"@x.example' } }]);
  });
});

describe('a delivery', () => {
  const rest = 'delay=2.3, delays=0.21/0.02/0.98/1.1, dsn=2.0.0, status=sent (250 OK)';

  it.each([
    ['smtp', 'mx.example[192.0.2.1]:25', { remoteHost: 'mx.example', remoteIp: '192.0.2.1' }],
    ['smtp', 'mx.example[2001:db8:40::1a]:25', { remoteHost: 'mx.example', remoteIp: '2001:db8:40::1a' }],
    ['relay', '192.0.2.1[192.0.2.1]:587', { remoteHost: '192.0.2.1', remoteIp: '192.0.2.1' }],
    ['lmtp', 'mail.example[private/dovecot-lmtp]', { remoteHost: 'mail.example' }],
    ['local', 'local', {}],
    ['virtual', 'virtual', {}],
    ['pipe', 'mlmmj', {}],
    ['error', 'none', {}],
    ['retry', 'none', {}],
    ['discard', 'none', {}],
    ['qmgr', 'none', {}],
    ['cleanup', 'none', {}],
    ['bulk/smtp', 'none', {}],
  ])('by %s through %s', (daemon, relay, expected) => {
    const event = delivered(`to=<A@B.example>, relay=${relay}, ${rest}`, daemon);

    expect(event).toMatchObject({
      kind: 'delivery',
      recipient: 'a@b.example',
      dsn: '2.0.0',
      status: 'sent',
      ...expected,
    });
    expect(event && 'remoteIp' in event).toBe('remoteIp' in expected);
  });

  it.each([
    ['without tls', ', '],
    ['with the tls field of Postfix 3.11', ', tls=verified, '],
    ['with a tls field of several parts', ', tls=dane/requiretls:nostarttls, '],
    ['with fields of a Postfix to come', ', new=1/2, other=x, '],
  ])('%s', (_, between) => {
    const event = delivered(
      `to=<a@b.example>, orig_to=<c@d.example>, relay=mx.b.example[192.0.2.3]:25, conn_use=4, delay=401, delays=0.21/0.02/400/1.1${between}dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.3] said: 550 5.1.1 <a@b.example> (really), gone (in reply to RCPT TO command))`,
    );

    expect(event).toMatchObject({
      recipient: 'a@b.example',
      remoteIp: '192.0.2.3',
      dsn: '5.1.1',
      status: 'bounced',
      isFirstAttempt: false,
      reply: 'host mx.b.example[192.0.2.3] said: 550 5.1.1 <a@b.example> (really), gone (in reply to RCPT TO command)',
    });
  });

  it.each([
    ['sent (250 2.0.0 OK id=x)', 'sent', ''],
    ['sent (delivered to maildir)', 'sent', ''],
    [
      'deferred (connect to mx[192.0.2.1]:25: Connection timed out)',
      'deferred',
      'connect to mx[192.0.2.1]:25: Connection timed out',
    ],
    [
      'deferred (host mx[192.0.2.1] refused to talk to me: 421 4.7.0 later)',
      'deferred',
      'host mx[192.0.2.1] refused to talk to me: 421 4.7.0 later',
    ],
    [
      'deferred (lost connection with mx[192.0.2.1] while sending RCPT TO)',
      'deferred',
      'lost connection with mx[192.0.2.1] while sending RCPT TO',
    ],
    ['bounced (unknown user: "x")', 'bounced', 'unknown user: "x"'],
    ['SOFTBOUNCE (host mx said: 550 no)', 'deferred', 'host mx said: 550 no'],
    ['expired (gone)', 'expired', 'gone'],
    ['bounced (cut off in its mid', 'bounced', 'cut off in its mid'],
    ['bounced ()', 'bounced', ''],
  ])('with status=%s', (status, expected, reply) => {
    expect(
      delivered(`to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.0.0, status=${status}`),
    ).toMatchObject({
      status: expected,
      reply,
    });
  });

  it.each(['deliverable', 'undeliverable', 'undeliverable-but-not-cached'])(
    'that was only asked about (%s) is none',
    (status) => {
      const line = `postfix/smtp[1]: ${ID}: to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, status=${status} (x)`;

      expect(read(line)).toEqual({ events: [], unknown: 0 });
    },
  );

  it.each([
    ['with our separators quoted', '"a>, relay=none, delay=0, dsn=2.0.0, status=sent (x)"@b.example'],
    ['with quotes in quotes', '"a\\"b>, relay=x"@b.example'],
    ['as 3.4 writes it, without quotes', 'a>b c@b.example'],
    ['in other letters', 'bl\u00e5b\u00e6r@\u4f8b\u3048.example'],
    ['without an end to its quotes', '"a@b.example'],
    ['that is empty', ''],
  ])('to an address %s', (_, address) => {
    expect(
      delivered(
        `to=<${address}>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (status=sent (no))`,
      ),
    ).toMatchObject({ recipient: address, status: 'bounced', remoteIp: '192.0.2.1', reply: 'status=sent (no)' });
  });

  it('from which somebody took the brackets', () => {
    const { events, reader } = readLines([
      `${HEAD}postfix/smtpd[1]: ${ID}: client=pc[192.0.2.1]`,
      `${HEAD}postfix/qmgr[1]: ${ID}: from=ann@x.example, size=270, nrcpt=1 (queue active)`,
      `${HEAD}postfix/local[1]: ${ID}: to=a@b.example, orig_to=root, relay=local, ${rest}`,
      `${HEAD}postfix/qmgr[1]: ${ID}: from=ann@x.example, status=expired, returned to sender`,
    ]);

    expect(reader.stats.unknown).toBe(0);
    expect(events).toMatchObject([
      { kind: 'accepted', message: { sender: 'ann@x.example', sizeBytes: 270 } },
      { kind: 'delivery', recipient: 'a@b.example', status: 'sent' },
    ]);
  });

  it('with bytes that are no UTF-8', () => {
    const line = Buffer.from(`${HEAD}postfix/smtp[1]: ${ID}: to=<\u0001@b.example>, relay=none, ${rest}\n`);
    line[line.indexOf(1)] = 0xff;

    expect(readBytes(line).events).toMatchObject([{ recipient: '\ufffd@b.example' }]);
  });
});

describe('a refusal', () => {
  const addresses = 'from=<Ann@X.example> to=<x@y.test> proto=ESMTP helo=<pc>';
  const expected = {
    kind: 'refused',
    clientIp: '192.0.2.168',
    sender: 'ann@x.example',
    recipient: 'x@y.test',
    relay: 'relay2',
  };

  it.each([
    [
      `smtpd[5]: NOQUEUE: reject: RCPT from unknown[192.0.2.168]: 554 5.7.1 <x@y.test>: Relay access denied; ${addresses}`,
      '554 5.7.1 <x@y.test>: Relay access denied',
    ],
    [
      `smtpd[5]: NOQUEUE: reject: RCPT from unknown[192.0.2.168]:4711: 450 4.1.1 see [192.0.2.1]; ${addresses}`,
      '450 4.1.1 see [192.0.2.1]',
    ],
    [`smtpd[5]: ${ID}: reject: RCPT from unknown[192.0.2.168]: 550 no; ${addresses}`, '550 no'],
    [`smtpd[5]: NOQUEUE: milter-reject: RCPT from unknown[192.0.2.168]: 550 5.7.1 no; ${addresses}`, '550 5.7.1 no'],
    [
      `cleanup[5]: ${ID}: milter-reject: END-OF-MESSAGE from unknown[192.0.2.168]: 5.7.1 spam; ${addresses}`,
      '5.7.1 spam',
    ],
    [
      `postscreen[5]: NOQUEUE: reject: RCPT from [192.0.2.168]:4711: 550 5.5.1 Protocol error; from=<ann@x.example>, to=<x@y.test>, proto=SMTP, helo=<pc>`,
      '550 5.5.1 Protocol error',
    ],
    [
      `cleanup[5]: ${ID}: reject: header Subject: win [1]; from now from unknown[192.0.2.168]; ${addresses}: 5.7.1 no winning`,
      '5.7.1 no winning',
    ],
    [`cleanup[5]: ${ID}: reject: body click here from unknown[192.0.2.168]; ${addresses}`, ''],
  ])('%s', (line, reply) => {
    expect(eventOf(`postfix/${line}`)).toEqual({ ...expected, at: Date.parse('2026-01-14T09:18:10.123Z'), reply });
  });

  it.each([
    ['sasl_username=<Ann@X.example>', 'ann@x.example'],
    ['sasl_method=PLAIN sasl_username=ann sasl_sender=other', 'ann'],
    ['sasl_username=<two words>', 'two words'],
  ])('of a login, written %s', (login, name) => {
    const line = `postfix/smtpd[5]: NOQUEUE: reject: RCPT from pc[192.0.2.168]: 554 no; ${addresses} ${login}`;

    expect(eventOf(line)).toMatchObject({ login: name });
  });

  it('of a login known from the message it is about', () => {
    const { events } = readLines([
      `${HEAD}postfix/smtpd[5]: ${ID}: client=pc[192.0.2.168], sasl_method=PLAIN, sasl_username=ann`,
      `${HEAD}postfix/cleanup[5]: ${ID}: milter-reject: END-OF-MESSAGE from pc[192.0.2.168]: 5.7.1 spam; ${addresses}`,
    ]);

    expect(events).toMatchObject([{ kind: 'refused', login: 'ann' }]);
  });

  it('is not led astray by what a client says', () => {
    const hostile = '"x; from=<eve@z.test> to=<"@y.test';
    const event = eventOf(
      `postfix/smtpd[5]: NOQUEUE: reject: RCPT from pc[192.0.2.168]: 554 <${hostile}>: no; from=<ann@x.example> to=<${hostile}> proto=SMTP helo=<h sasl_username=<eve> sasl_username=<ann>`,
    );

    expect(event).toMatchObject({ sender: 'ann@x.example', recipient: hostile, login: 'ann' });
  });
});

describe('a login that failed', () => {
  it.each([
    ['(reason unavailable), sasl_username=Ann@X.example', 'ann@x.example'],
    ['(reason unavailable), sasl_username=(unavailable)', undefined],
    ['UGFzc3dvcmQ6', undefined],
    ['', undefined],
    ['authentication failure', undefined],
  ])('with %s', (reason, login) => {
    const event = eventOf(
      `postfix/smtpd[5]: warning: unknown[192.0.2.168]: SASL LOGIN authentication failed: ${reason}`,
    );

    expect(event).toMatchObject({ kind: 'login-failed', relay: 'relay2', clientIp: '192.0.2.168' });
    expect(event && 'login' in event ? event.login : undefined).toBe(login);
  });

  it('is none where the authenticator could not be asked', () => {
    const why = 'Connection lost to authentication server, sasl_username=ann@x.example';
    const line = `postfix/smtpd[5]: warning: unknown[192.0.2.168]: SASL LOGIN authentication failed: ${why}`;
    expect(eventOf(line)).toBeUndefined();
  });
});

it('a login that failed, with the port of the client', () => {
  const line = 'postfix/smtpd[5]: warning: unknown[192.0.2.168]:55729: SASL LOGIN authentication failed: x';

  expect(eventOf(line)).toMatchObject({ kind: 'login-failed', clientIp: '192.0.2.168' });
});

describe('lines of no message', () => {
  it.each([
    'anvil[2]: statistics: max connection rate 35/60s for (smtp:192.0.2.1) at Jan 14 00:28:59',
    'scache[2]: statistics: start interval Jan 14 00:28:59',
    'smtpd[1]: connect from unknown[192.0.2.1]',
    'smtpd[1]: disconnect from unknown[192.0.2.1] ehlo=1 auth=0/1 commands=1/2',
    'smtpd[1]: lost connection after AUTH from unknown[192.0.2.1]',
    'smtpd[1]: timeout after END-OF-MESSAGE from unknown[192.0.2.1]',
    'smtpd[1]: Anonymous TLS connection established from pc[192.0.2.1]: TLSv1.3 with cipher X (256/256 bits)',
    'smtpd[1]: improper command pipelining after EHLO from pc[192.0.2.1]: QUIT\\r\\n',
    'smtpd[1]: too many errors after RCPT from pc[192.0.2.1]',
    'smtpd[1]: warning: hostname x.example does not resolve to address 192.0.2.1: Name or service not known',
    'smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication aborted',
    'smtpd[1]: warning: non-SMTP command from pc[192.0.2.1]: GET / HTTP/1.1',
    'smtpd[1]: fatal: no SASL authentication mechanisms',
    'smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 ok; from=<a@x.example> to=<b@y.example>',
    'smtpd[1]: NOQUEUE: client=pc[192.0.2.1]',
    'smtpd[1]: NOQUEUE: filter: RCPT from pc[192.0.2.1]: <pc[192.0.2.1]>: Client host triggers FILTER smtp:x; from=<a@x.example>',
    'smtpd[1]: NOQUEUE: reject_warning: RCPT from pc[192.0.2.1]: 554 no; from=<a@x.example> to=<b@y.example>',
    'smtpd[1]: NOQUEUE: discard: RCPT from pc[192.0.2.1]: <x>: text; from=<a@x.example> to=<b@y.example>',
    'smtpd[1]: NOQUEUE: reject: CONNECT from pc[192.0.2.1]: 554 5.7.1 Service unavailable; proto=SMTP',
    'smtpd[1]: NOQUEUE: lost connection after RCPT from pc[192.0.2.1]',
    `smtpd[1]: ${ID}: hold: RCPT from pc[192.0.2.1]: <x>: triggers HOLD action; from=<a@x.example>`,
    `smtpd[1]: ${ID}: redirect: RCPT from pc[192.0.2.1]: <x>: triggers REDIRECT; from=<a@x.example>`,
    `smtpd[1]: ${ID}: lost connection after DATA (1234 bytes) from pc[192.0.2.1]`,
    `cleanup[1]: ${ID}: warning: header Subject: x from pc[192.0.2.1]; from=<a@x.example> to=<b@y.example>: text`,
    `cleanup[1]: ${ID}: hold: header Subject: x from pc[192.0.2.1]; from=<a@x.example>`,
    `cleanup[1]: ${ID}: info: body x from pc[192.0.2.1]; from=<a@x.example>`,
    `cleanup[1]: ${ID}: filter: header To: x from local; from=<a@x.example>: smtp:x`,
    `cleanup[1]: ${ID}: replace: header X: y from pc[192.0.2.1]; from=<a@x.example>: X: z`,
    `cleanup[1]: ${ID}: milter-hold: END-OF-MESSAGE from pc[192.0.2.1]: milter triggers HOLD action;`,
    `cleanup[1]: ${ID}: milter-header-reject: header X: y from pc[192.0.2.1]; from=<a@x.example>`,
    "cleanup[1]: warning: milter inet:127.0.0.1:8891: can't read SMFIC_BODYEOB reply packet header: Success",
    `qmgr[1]: ${ID}: skipped, still being delivered`,
    `qmgr[1]: ${ID}: removed`,
    `qmgr[1]: ${ID}: from=<a@x.example>, status=expired, returned to sender`,
    `qmgr[1]: ${ID}: from=<a@x.example>, status=force-expired, returned to sender`,
    'qmgr[1]: warning: connect to transport private/x: No such file or directory',
    `smtp[1]: ${ID}: lost connection with mx[192.0.2.1] while receiving the initial server greeting`,
    `smtp[1]: ${ID}: conversation with mx[192.0.2.1] timed out while sending end of data -- message may be sent more than once`,
    `smtp[1]: ${ID}: Cannot start TLS: handshake failure`,
    `smtp[1]: ${ID}: enabling PIX workarounds: disable_esmtp for mx[192.0.2.1]:25`,
    `smtp[1]: ${ID}: breaking line > 998 bytes with <CR><LF>SPACE`,
    'smtp[1]: connect to mx[192.0.2.1]:25: Connection refused',
    'smtp[1]: SSL_connect error to mx[192.0.2.1]:25: -1',
    'smtp[1]: Untrusted TLS connection established to mx[192.0.2.1]:25: TLSv1.3 with cipher X (256/256 bits)',
    'smtp[1]: warning: host mx[192.0.2.1]:25 greeted me with my own hostname relay2',
    `local[1]: warning: ${ID}: address with illegal extension: x`,
    'postscreen[1]: CONNECT from [192.0.2.1]:4711 to [192.0.2.2]:25',
    'postscreen[1]: PASS OLD [192.0.2.1]:4711',
    'postscreen[1]: PREGREET 11 after 0.1 from [192.0.2.1]:4711: EHLO x\\r\\n',
    'postscreen[1]: DNSBL rank 5 for [192.0.2.1]:4711',
    'postscreen[1]: HANGUP after 1.2 from [192.0.2.1]:4711 in tests before SMTP handshake',
    'postscreen[1]: NOQUEUE: reject: CONNECT from [192.0.2.1]:4711: too many connections',
    'dnsblog[1]: addr 192.0.2.1 listed by domain zen.example as 127.0.0.4',
    'tlsproxy[1]: CONNECT from [192.0.2.1]:4711',
    'trivial-rewrite[1]: warning: do not list domain x in BOTH mydestination and relay_domains',
    'verify[1]: cache btree:/var/lib/postfix/verify_cache full cleanup: retained=1 dropped=0 entries',
    'proxymap[1]: warning: x',
    'tlsmgr[1]: warning: x',
    'flush[1]: warning: x',
    'master[1]: daemon started -- version 3.11.0, configuration /etc/postfix',
    'postlogd[1]: daemon started',
    'postfix-script[1]: starting the Postfix mail system',
    `postsuper[1]: ${ID}: removed`,
    `postsuper[1]: ${ID}: requeued`,
    `postsuper[1]: ${ID}: placed on hold`,
    `postsuper[1]: ${ID}: released from hold`,
    `postsuper[1]: ${ID}: expired`,
    'postsuper[1]: Requeued: 1 message',
    'postqueue[1]: warning: Mail system is down',
    'sendmail[1]: fatal: ann(1000): No recipient addresses found in message header',
    'postdrop[1]: warning: unable to look up public/pickup: No such file or directory',
  ])('postfix/%s', (line) => {
    expect(read(`postfix/${line}`)).toEqual({ events: [], unknown: 0 });
  });

  it.each([
    'dovecot: imap-login: Login: user=<ann>',
    'kernel: [1.2] eth0: up',
    'systemd[1]: Started x.',
    'opendkim[1]: ABCDEF1: x',
    'last message repeated 3 times',
    '-- MARK --',
  ])('and %s, of other programs', (line) => {
    expect(read(line)).toEqual({ events: [], unknown: 0 });
  });
});

describe('prefixes', () => {
  const text = `smtp[9226]: ${ID}: to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.0.0, status=bounced (x)`;
  const rest = text.slice(text.indexOf(':'));

  it.each([
    ['postfix/smtp', 'postfix'],
    ['postfix/smtp[1]', 'postfix'],
    ['postfix/smtp[    1]', 'postfix'],
    ['postfix/smtp[]', 'postfix'],
    ['postfix-out/smtp[1]', 'postfix-out'],
    ['postfix/relay/smtp[1]', 'postfix'],
    ['postfix-out/bulk/smtp[1]', 'postfix-out'],
    ['mx-out/smtp[1]', 'mx-out'],
  ])('%s is of the instance %s', (tag, instance) => {
    const { events, intake } = readLines([`${HEAD}${tag}${rest}`]);

    expect(events).toHaveLength(1);
    expect([...intake.takeChanges().keys()]).toEqual([`relay2/${instance}/${ID}`]);
  });

  it('may be the older syslog form, CRLF, or what Solaris makes of it', () => {
    const lines = [
      `Jan 14 10:18:10 relay2 postfix/${text}`,
      `Jan 14 10:18:10 relay2 postfix/${text}\r`,
      `Jan 14 10:18:10 relay2 postfix/smtp[9226]: [ID 197553 mail.info] ${text.slice(12)}`,
      `Jan 14 10:18:10 2001:db8::1 postfix/${text}`,
    ];
    const { events, reader } = readLines(lines, undefined, { year: 2026, timeZone: '+01:00' });

    expect(reader.stats.unknown).toBe(0);
    expect(events.map((event) => event.kind === 'delivery' && [event.at, event.reply])).toEqual(
      lines.map(() => [Date.parse('2026-01-14T09:18:10Z'), 'x']),
    );
  });

  it('keep the queues of two relays and two instances apart', () => {
    const client = (name: string) => `: ${ID}: client=${name}[192.0.2.1]`;
    const { events } = readLines([
      `${HEAD}postfix/smtpd[1]${client('one')}`,
      `${HEAD}postfix-out/smtpd[1]${client('two')}`,
      `${HEAD.replace('relay2', 'relay3')}postfix/smtpd[1]${client('three')}`,
      `${HEAD}postfix/${text}`,
      `${HEAD}postfix-out/${text}`,
      `${HEAD.replace('relay2', 'relay3')}postfix/${text}`,
    ]);

    expect(events.map((event) => event.kind === 'delivery' && event.message.clientName)).toEqual([
      'one',
      'two',
      'three',
    ]);
  });
});

describe('what should be known and is not', () => {
  it.each([
    'garbage',
    `${HEAD}`,
    `${HEAD}nothing more`,
    `${HEAD}postfix/smtp[1]: ${ID}: to=<a@b.example> something new`,
    `${HEAD}postfix/smtp[1]: ${ID}: to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.0.0, status=levitated (x)`,
    `${HEAD}postfix/smtp[1]: ${ID}: to=<a@b.example>, relay=none, delay=1, dsn=5.0.0`,
    `${HEAD}postfix/smtpd[1]: ${ID}: client=nobody`,
    `${HEAD}postfix/qmgr[1]: ${ID}: from=<a@b.example>, shape=round`,
    `${HEAD}postfix/bounce[1]: ${ID}: sender non-delivery notification: ?`,
  ])('is counted and kept: %s', (line) => {
    const { reader, events } = readLines([line]);

    expect(events).toEqual([]);
    expect(reader.stats).toMatchObject({ lines: 1, unknown: 1, samples: [line] });
  });

  it('is kept once for each shape, five at most, and cut', () => {
    const lines = Array.from(
      { length: 50 },
      (_, i) => `garbage number ${i} of ${'many'.repeat(i % 9)}${'x'.repeat(500)}`,
    );
    const { stats } = readLines(lines).reader;

    expect(stats.unknown).toBe(50);
    expect(stats.samples).toHaveLength(5);
    expect(Math.max(...stats.samples.map((sample) => sample.length))).toBeLessThanOrEqual(300);
    expect(readLines(['garbage 1', 'garbage 2', 'rubbish 3']).reader.stats.samples).toEqual(['garbage 1', 'rubbish 3']);
  });

  it('is kept with its place, empty lines and lines that were left out counted too', () => {
    const { reader } = readLines(['', 'garbage', '\r', `${HEAD}postfix/qmgr[1]: ${ID}: removed`, 'rubbish', 'garbage']);
    const more = Buffer.from('waste\n');
    reader.leftOut = 3;
    reader.read(more, 0, more.length, () => {});

    expect(reader.stats.samples).toEqual(['garbage', 'rubbish', 'waste']);
    expect(reader.stats.places).toEqual([2, 5, 10].map((line) => ({ line, isFault: false })));
  });

  it('is nothing in the sample logs', () => {
    for (const name of ['mail.log', 'mail-traditional.log']) {
      const { stats } = readBytes(readFileSync(`test/fixtures/${name}`)).reader;
      expect(stats.unknown).toBe(0);
    }
  });
});
