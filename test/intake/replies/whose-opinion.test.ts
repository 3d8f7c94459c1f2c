// Whose list or opinion a refusal of our address goes by: a company's, which is in no DNS, or that of somebody nobody knows; and the words
// for lists and limits where our address is on none.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

describe('a company that a refusal of our address names', () => {
  it.each([
    ['cloudmark-csi', '550 5.7.1 192.0.2.25 is listed by Cloudmark'],
    ['cloudmark-csi', '550 Blocked by Cloudmark CSI'],
    ['cisco-talos', '554 5.7.1 Your IP 192.0.2.25 has a poor reputation at Talos'],
    ['broadcom-symantec', '550 Your IP address is on the Symantec blacklist'],
    ['fortinet', '554 5.7.1 Mail from 192.0.2.25 rejected: FortiGuard reputation is poor'],
    ['mimecast', '550 Connection from 192.0.2.25 blocked by Mimecast IP reputation'],
  ])('%s is who refuses: %s', (provider, said) => {
    expect(classifyReply(said)).toMatchObject({ meaning: 'ip-block', provider });
  });

  it.each([
    ['content', '550 5.7.1 spam detected by Sophos'],
    ['policy', '550 5.7.1 message blocked by Cloudmark'],
  ])('is none of a message: %s, %s', (meaning, said) => {
    expect(classifyReply(said)?.meaning).toBe(meaning);
    expect(classifyReply(said)?.provider).toBeUndefined();
  });
});

describe('a list of nobody we know', () => {
  it.each([
    '550 192.0.2.25 is listed',
    '550 5.7.1 [192.0.2.25] listed, see our page',
    '550 5.7.1 The IP 192.0.2.25 is on the Nobodys list',
    '550 5.7.1 your host (192.0.2.25) is listed at Somewhere',
  ])('is a block: %s', (said) => {
    expect(classifyReply(said)?.meaning).toBe('ip-block');
  });

  it.each([
    '550 5.7.1 192.0.2.25 is not listed as permitted sender',
    '550 5.7.1 IP 192.0.2.25 is not listed in MX of example.com',
    '550 5.7.1 Your host 192.0.2.25 was not found in example.com',
    '550 5.7.1 Your server is in the list of trusted hosts, you are not',
    '450 4.7.1 Your IP is on the grey list',
  ])('is none: %s', (said) => {
    expect(['policy', 'temporary']).toContain(classifyReply(said)?.meaning);
  });

  it('has a name all the same', () => {
    for (const said of ['550 Mail was blocked by ROTA DNSBL', '554 Refused, see http://www.rota.lv/DNSBL']) {
      expect(classifyReply(said)).toMatchObject({ meaning: 'dnsbl', zone: 'rota.lv' });
    }
  });

  it('of domains lists no address', () => {
    const said = '550 Mail from example.com refused by blackhole site dsn.rfc-ignorant.org';

    expect(classifyReply(said)?.meaning).toBe('domain-block');
  });
});

describe('a limit that is not of our address', () => {
  it.each([
    ['volume', '450 4.3.2 Please wait, or contact support for a rate limit increase.'],
    ['volume', '450 4.7.1 <x@example.com>: SASL login name rejected: You are sending too many emails too fast.'],
    ['volume', '550 Too many mails, upgrade your plan to send more'],
    ['recipient-policy', '550 5.7.1 This group is over the limit of mail, see https://example.com/help - gcdp'],
    ['ip-throttle', '421 4.7.0 rate limit exceeded for your IP, contact us to increase it'],
    ['ip-block', '550 5.7.1 Your IP is blocked here - gcdp'],
  ])('is %s: %s', (meaning, said) => {
    expect(classifyReply(said)?.meaning).toBe(meaning);
  });
});

describe('a greeting that refuses for now', () => {
  const greeting = (said: string) => `host mx.example.net[198.51.100.7] refused to talk to me: ${said}`;

  it('is a block in the words that are said to somebody', () => {
    expect(classifyReply(greeting('421 Access denied'))).toMatchObject({ meaning: 'ip-block', isPermanent: false });
  });

  it.each(['421 connection refused', '421 mx.example.net Service not available', '421 4.3.2 access denied, too busy'])(
    'is none where it may be said to anybody: %s',
    (said) => {
      expect(classifyReply(greeting(said))?.meaning).not.toMatch(/ip-|dnsbl/);
    },
  );
});
