// Our address told from what else is refused, in the same words: what stands behind the verdict, whose reputation, whose rule, and which
// list. Each group has both sides.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('what is refused stands behind the verdict', () => {
  it.each([
    ['content', '550 5.7.1 denied: URL, junk host'],
    ['content', '554 Blocked attachment; spam source'],
    ['policy', '550 Refused: EHLO, spam host example.com'],
    ['policy', '554 5.7.1 denied return-path, <user@example.com>, spam network'],
    ['ip-block', '550 5.7.1 rejected client mx.example.com [192.0.2.25], spam host 3'],
    ['ip-block', '550 refused, HELO is fine but host 192.0.2.25 is a spam source'],
    ['ip-block', '550 rejected sender, 192.0.2.25 is blacklisted'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each([
    '554 5.7.1 Refused. See https://mail.example.net/why?addr=192.0.2.25',
    '554 Access denied: please visit https://post.example.net/reasons?lang=en&client_ip=192.0.2.25',
    '550 Go to https://ip-check.example.net/192.0.2.25',
  ])('is our address, when a page about it follows: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    '554 5.7.1 Message rejected, see https://mail.example.net/why?ip=192.0.2.25&reason=virus',
    '554 5.7.1 Denied, see https://mail.example.net/spf?ip=192.0.2.25',
    '550 Refused. See https://mail.example.net/why?user=17',
  ])('is not our address, when the page is about something else: %s', (reply) => {
    expect(meaningOf(reply)).not.toBe('ip-block');
  });
});

describe('whose reputation, whose mark', () => {
  it.each([
    ['domain-block', '554 Denied since example.co.uk has a bad mail reputation'],
    ['ip-block', '554 smtp3.example.com has a bad reputation'],
    ['ip-block', '554 192.0.2.25 has a low reputation'],
    ['ip-block', '550 extremely poor connection karma: -9'],
    ['ip-block', '550 Your karma is too low'],
    ['unknown', '550 karma@example.net is not known'],
    ['ip-block', '554 5.7.1 The client IP 192.0.2.25 is known to be a source of bulk mail'],
    ['ip-block', '550 Your server was rated as a source of malware'],
    ['content', '550 your message was identified as unsolicited mail'],
    ['content', '550 The sender user@example.com is registered as a source of unsolicited mail'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply) ?? 'unknown').toBe(meaning);
  });
});

describe('a rule or a limit', () => {
  it.each([
    ['ip-block', '553 Local policy match for [192.0.2.25]'],
    ['ip-block', '550 user-defined rule applied to 192.0.2.25'],
    ['volume', '451 Rate limit "user_out" reached'],
    ['volume', '451 Ratelimit (mailbox_sent) was exceeded'],
    ['ip-throttle', '451 Ratelimit "to_ip_from" exceeded'],
    ['auth', '421 4.7.0 delayed because it was not authenticated'],
    ['volume', '450 Temporary denial of connection: too many connections'],
    ['ip-block', '550 Permanent denial of access'],
    ['ip-block', '554 open mail proxy'],
    ['policy', '550 open relay not allowed'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each(['550 content rule hit for 192.0.2.25', '550 recipient policy applied to 192.0.2.25'])(
    'of letters or people is no block: %s',
    (reply) => {
      expect(meaningOf(reply)).not.toBe('ip-block');
    },
  );
});

describe('a list of something', () => {
  it.each([
    ['domain-block', 'bogusmx.rhsbl.example.net', '550 example.com has no good MX, see bogusmx.rhsbl.example.net'],
    ['recipient-policy', 'zz.countries.example.net', '550 See zz.countries.example.net before you write again'],
    ['dnsbl', 'zen.spamhaus.org', '550 http://countries.example.net and https://www.spamhaus.org/query/ip/192.0.2.25'],
    ['dnsbl', 'r.mail-abuse.com', '554 192.0.2.25 hit RBL+'],
    ['dnsbl', 'inputs.orbz.org', '554 Look at http://orbz.org for your host'],
    [
      'dnsbl',
      'bl.spamcop.net',
      '550-"JunkMail rejected - mx.example.com [192.0.2.25]:247 is in an RBL: see https://www.spamcop.net/"',
    ],
    ['dnsbl', undefined, '550 "JunkMail rejected - mx.example.com [192.0.2.25]:247 is in an RBL, ask us"'],
  ])('is %s of %s: %s', (meaning, zone, reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning });
    expect(classifyReply(reply)?.zone).toBe(zone);
  });
});
