// What a verdict, a rule, a page or a limit is about, when our address stands in the same sentence: both sides of each, the block that
// must not be lost and the refusal of something else that must not become one.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning ?? 'unknown';

describe('behind what was refused our address is told to be blocked', () => {
  it.each([
    ['ip-block', '554 5.7.1 Refused attachment; your server 192.0.2.25 has been blocked'],
    ['ip-block', '550 blocked body, host 192.0.2.25 is on our local blocklist'],
    ['ip-block', '550 Denied links, see https://help.example.net/banned-hosts?ip=192.0.2.25'],
    ['content', '550 Denied links, see https://help.example.net/links?client_ip=192.0.2.25'],
    ['ip-block', '554 rejected HELO, 192.0.2.25 is banned'],
    ['ip-block', '554 Blocked return-path, your host is blacklisted'],
    ['content', '554 5.7.1 Refused attachment; worm for mail.example.net'],
    ['content', '550 blocked body, written by a spam host'],
    ['content', '550 Denied links, junk from 192.0.2.25'],
    ['policy', '554 rejected HELO, mx.example.com is no spam host of ours'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a rule that is applied to our address', () => {
  it.each([
    '550 5.7.1 Rejected by client access policy matched for 192.0.2.25',
    '550 IP filter triggered by [192.0.2.25]',
    '554 Message refused: server rule applied to 192.0.2.25',
    '553 Reputation filter hit for host 192.0.2.25',
  ])('refuses it, when the rule is about who connects: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    '554 5.7.1 Blocked by attachment filter policy matched for 192.0.2.25',
    '550 Data loss rule triggered by 192.0.2.25',
    '550 5.7.1 Redirect rule applied to 192.0.2.25',
    '550 5.4.6 Local rule hit for 192.0.2.25: mail loop',
    '550 login policy applied to 192.0.2.25',
    '550 5.7.26 Local policy applied to 192.0.2.25',
  ])('refuses something else, when it is about that: %s', (reply) => {
    expect(meaningOf(reply)).not.toBe('ip-block');
  });
});

describe('a page that is asked about our address', () => {
  it.each([
    '550 Rejected, see https://post.example.net/reason?ip=192.0.2.25',
    '554 5.7.1 Access denied: http://post.example.net/unauthorized?client=9&ip=192.0.2.25',
  ])('tells of a block: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    '550 Rejected, see https://post.example.net/missingptr?ip=192.0.2.25',
    '550 Denied. See http://post.example.net/no_such_mailbox.html?addr=192.0.2.25',
    '554 Refused - https://post.example.net/needstls?ip=192.0.2.25',
    '554 rejected: https://post.example.net/help/malwarehit?ip=192.0.2.25',
    '550 5.7.27 Rejected, see https://post.example.net/reason?ip=192.0.2.25',
  ])('tells of something else by its name or the code: %s', (reply) => {
    expect(meaningOf(reply)).not.toBe('ip-block');
  });
});

describe('access that is denied', () => {
  it.each([
    ['ip-block', '554 Permanent denial of access. Ask your provider'],
    ['ip-block', '550 5.7.1 Temporary denial of connection for 192.0.2.25'],
    ['temporary', '421 Temporary denial of connections, system load is too high, overloaded'],
    ['temporary', '450 Temporary denial of access: we are busy'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each([
    '550 Permanent denial of access to the account of kim',
    '554 Permanent denial of access for <kim@example.com>',
    '550 5.7.1 Permanent denial of access to that folder',
  ])('is no block, when it is access to somebody: %s', (reply) => {
    expect(meaningOf(reply)).not.toBe('ip-block');
  });
});

describe('a host that is called countries', () => {
  it.each([
    ['ip-block', '554 192.0.2.25 is blacklisted here; write to desk at countries.example.org'],
    ['ip-block', '550 Your host was banned. This is mx.countries.example.org'],
    ['unknown-user', '550 5.1.1 <kim@mail.countries.example.org>: user unknown'],
    ['recipient-policy', '550 Not from there: http://countries.example.org/list'],
    ['recipient-policy', '554 192.0.2.25 is blacklisted, see http://countries.example.org/list'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a login or proof that is missing', () => {
  it.each([
    ['ip-block', '554 Host 192.0.2.25 is blacklisted since it was not authenticated'],
    ['ip-block', '550 As they are unauthenticated, your server has been banned'],
    ['auth', '550 Mail from 192.0.2.25 has been blocked because it is not authenticated'],
    ['auth', '421 delayed since this was unauthenticated'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a limit with a name of its own', () => {
  it.each([
    ['ip-throttle', '451 Rate limit "per_client" reached'],
    ['ip-throttle', "450 Ratelimit 'smtp_server_in' exceeded"],
    ['ip-throttle', '451 Rate limit (perConnection) was hit'],
    ['volume', '451 Rate limit "hosting_daily" reached'],
    ['volume', "450 Ratelimit 'sender_address' exceeded"],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});
