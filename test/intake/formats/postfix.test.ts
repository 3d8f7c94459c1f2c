import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTimeReader } from '../../../src/intake/formats/log-time.js';
import { parsePostfixLine } from '../../../src/intake/formats/postfix.js';

const HEAD = '2026-01-14T10:18:10.123456+01:00 relay2 ';
const parse = (text: string) => parsePostfixLine(HEAD + text, logTimeReader());

describe('parsePostfixLine', () => {
  it('reads a client line with its login', () => {
    const line = parse(
      'postfix/submission/smtpd[77]: 4drhrx3P0Yz5kLl: client=unknown[2001:db8::5]:40123, sasl_method=LOGIN, sasl_username=Ann@Customer.example, orig_queue_id=820891A34D3, orig_client=x[192.0.2.1]',
    );

    expect(line).toMatchObject({
      kind: 'client',
      at: Date.parse('2026-01-14T09:18:10.123Z'),
      relay: 'relay2',
      clientIp: '2001:db8::5',
      login: 'ann@customer.example',
      originalQueueId: '820891A34D3',
    });
  });

  it.each([
    ['without tls', ''],
    ['with the tls field of Postfix 3.11', 'tls=verified, '],
  ])('reads a delivery %s', (_, tls) => {
    const line = parse(
      `postfix-out/smtp[9226]: 820891A34D3: to=<a@b.example>, orig_to=<c@d.example>, relay=mx.b.example[192.0.2.3]:25, conn_use=4, delay=2.3, delays=0.21/0.02/0.98/1.1, ${tls}dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.3] said: 550 5.1.1 <a@b.example> (really), gone (in reply to RCPT TO command))`,
    );

    expect(line).toMatchObject({
      kind: 'delivery',
      instance: 'postfix-out',
      recipient: 'a@b.example',
      remoteHost: 'mx.b.example',
      remoteIp: '192.0.2.3',
      delaySeconds: 2.3,
      dsn: '5.1.1',
      status: 'bounced',
      reply: 'host mx.b.example[192.0.2.3] said: 550 5.1.1 <a@b.example> (really), gone (in reply to RCPT TO command)',
    });
  });

  it.each([
    ['smtp', 'mx.example[192.0.2.1]:25', 'sent', { remoteIp: '192.0.2.1' }],
    ['smtp', 'mx.example[2001:db8:40::1a]:25', 'sent', { remoteIp: '2001:db8:40::1a' }],
    ['lmtp', 'mail.example[private/lmtp]', 'sent', { remoteHost: 'mail.example' }],
    ['local', 'local', 'sent', {}],
    ['virtual', 'virtual', 'sent', {}],
    ['pipe', 'mlmmj', 'sent', {}],
    ['error', 'none', 'bounced', {}],
    ['smtp', 'none', 'expired', {}],
  ])('reads deliveries of %s through %s', (daemon, relay, status, expected) => {
    const line = parse(
      `postfix/${daemon}[1]: 820891A34D3: to=<a@b.example>, relay=${relay}, delay=1, delays=0/0/1/0, dsn=2.0.0, status=${status} (x)`,
    );

    expect(line).toMatchObject({ kind: 'delivery', status, ...expected });
  });

  it('is not led astray by separators inside quoted addresses', () => {
    const hostile = '"a>, relay=none, delay=0, dsn=2.0.0, status=sent (x)"@b.example';

    const delivery = parse(
      `postfix/smtp[1]: 820891A34D3: to=<${hostile}>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (no)`,
    );
    const queued = parse(
      `postfix/qmgr[1]: 820891A34D3: from=<"a>, size=1, nrcpt=9"@b.example>, size=5126, nrcpt=5 (queue active)`,
    );

    expect(delivery).toMatchObject({ recipient: hostile, status: 'bounced', remoteIp: '192.0.2.1' });
    expect(queued).toMatchObject({ sender: '"a>, size=1, nrcpt=9"@b.example', sizeBytes: 5126, recipientCount: 5 });
  });

  it('reads a refusal at the door, our own policy text included', () => {
    const line = parse(
      'postfix/smtpd[5]: NOQUEUE: reject: RCPT from unknown[192.0.2.168]: 554 5.7.1 <x@y.test>: Recipient address rejected: blocked by the abuse desk, call +47 1; from=<ann@customer.example> to=<x@y.test> proto=ESMTP helo=<pc> sasl_username=<ann@customer.example>',
    );

    expect(line).toMatchObject({
      kind: 'reject',
      clientIp: '192.0.2.168',
      login: 'ann@customer.example',
      sender: 'ann@customer.example',
      recipient: 'x@y.test',
      reply: '554 5.7.1 <x@y.test>: Recipient address rejected: blocked by the abuse desk, call +47 1',
    });
  });

  it('reads failed logins, with and without a name', () => {
    const named = parse(
      'postfix/smtpd[5]: warning: unknown[192.0.2.168]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=ann@customer.example',
    );
    const nameless = parse(
      'postfix/smtpd[5]: warning: unknown[192.0.2.168]: SASL LOGIN authentication failed: UGFzc3dvcmQ6',
    );

    expect(named).toMatchObject({ kind: 'login-failed', clientIp: '192.0.2.168', login: 'ann@customer.example' });
    expect(nameless).toMatchObject({ kind: 'login-failed', clientIp: '192.0.2.168' });
  });

  it('calls lines that say nothing about a message other, and no log line unknown', () => {
    expect(parse('postfix/anvil[2]: statistics: max cache size 11 at Jan 14 00:28:59')).toBe('other');
    expect(parse('dovecot: imap-login: Login: user=<ann>')).toBe('other');
    expect(parse('postfix/smtp[1]: 820891A34D3: to=<a@b.example> something new')).toBe('unknown');
    expect(parsePostfixLine('garbage', logTimeReader())).toBe('unknown');
  });

  it.each(['mail.log', 'mail-traditional.log'])('knows every line of %s', (name) => {
    const readTime = logTimeReader({ year: 2026, timeZone: '+01:00' });
    const lines = readFileSync(`test/fixtures/${name}`, 'utf8').split('\n').filter(Boolean);

    expect(lines.filter((line) => parsePostfixLine(line, readTime) === 'unknown')).toEqual([]);
  });

  it('never throws, whatever the line', () => {
    const readTime = logTimeReader();
    const piece = fc.constantFrom(
      HEAD,
      'postfix/smtp[1]: ',
      '820891A34D3: ',
      'to=<',
      '>, relay=',
      ', dsn=',
      'client=',
      'NOQUEUE: reject: ',
      '[',
      ']',
      '"',
      '(',
      '; from=<',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (pieces) => {
        parsePostfixLine(pieces.join(''), readTime);
        parsePostfixLine(HEAD + pieces.join(''), readTime);
      }),
    );
  });
});

describe('logTimeReader', () => {
  it('reads both forms to the same instant', () => {
    const readTime = logTimeReader({ year: 2026, timeZone: '+01:00' });

    expect(readTime('2026-01-14T10:05:03+01:00 x')?.at).toBe(Date.parse('2026-01-14T09:05:03Z'));
    expect(readTime('Jan 14 10:05:03 x')?.at).toBe(Date.parse('2026-01-14T09:05:03Z'));
    expect(readTime('Jan  4 10:05:03 x')?.at).toBe(Date.parse('2026-01-04T09:05:03Z'));
  });

  it('follows a named zone through summer time', () => {
    const readTime = logTimeReader({ year: 2026, timeZone: 'Europe/Oslo' });

    expect(readTime('Jan 14 10:05:03 x')?.at).toBe(Date.parse('2026-01-14T09:05:03Z'));
    expect(readTime('Jul 14 10:05:03 x')?.at).toBe(Date.parse('2026-07-14T08:05:03Z'));
  });

  it('turns the year in a log that runs over new year', () => {
    const readTime = logTimeReader({ year: 2025, timeZone: 'Z' });

    expect(readTime('Dec 31 23:59:59 x')?.at).toBe(Date.parse('2025-12-31T23:59:59Z'));
    expect(readTime('Jan  1 00:00:01 x')?.at).toBe(Date.parse('2026-01-01T00:00:01Z'));
  });

  it('guesses the year from now when none is given', () => {
    const readTime = logTimeReader({ timeZone: 'Z', now: () => Date.parse('2026-01-02T00:00:00Z') });

    expect(readTime('Dec 31 10:00:00 x')?.at).toBe(Date.parse('2025-12-31T10:00:00Z'));
    expect(readTime('Jan  2 10:00:00 x')?.at).toBe(Date.parse('2026-01-02T10:00:00Z'));
  });

  it('agrees with Date.parse on any RFC 3339 time', () => {
    const readTime = logTimeReader();
    const zone = fc.tuple(
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 14 }),
      fc.constantFrom('00', '30', '45'),
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true }),
        zone,
        (date, [sign, hours, minutes]) => {
          const text = date.toISOString().replace('Z', `${sign}${String(hours).padStart(2, '0')}:${minutes}`);
          expect(readTime(`${text} host`)?.at).toBe(Date.parse(text));
        },
      ),
    );
  });
});
