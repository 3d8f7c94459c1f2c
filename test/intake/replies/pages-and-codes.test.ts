// Whose list it is where a page, a code or a list that ended says so, and what our address sent; each beside what is near and is not it.
import { describe, expect, it } from 'vitest';
import { type Asked, classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('a page that is asked about our address', () => {
  it.each([
    ['lists.example.net', '554 5.7.1 Client host rejected: visit http://www.lists.example.net/rbl/?ip=192.0.2.25'],
    ['antispam.example.net', '550 Mail from you is blocked, look at https://antispam.example.net/?ip=192.0.2.25'],
    ['look.example.org', '554 Your host is blocked: http://look.example.org/cgi/lookup.cgi?lang=en&x=192.0.2.25'],
    ['look.example.org', '554 Your host is blocked: HTTP://LOOK.EXAMPLE.ORG/BL?192.0.2.25'],
    ['lookup.example.org', '554 Your host is blocked: http://lookup.example.org/?ip=2001:db8::25'],
    ['reputation.example.net', '554 Your host is blocked: http://reputation.example.net/?ip=192.0.2.25'],
    [
      'example.org',
      '554 Your host is blocked: http://a.example.net/?ip=192.0.2.25 or http://example.org/bl?192.0.2.25',
    ],
  ])('is that of a list, %s: %s', (zone, reply) => {
    expect(classifyReply(reply)?.meaning).toMatch(/^(?:ip-block|dnsbl)$/);
    expect(classifyReply(reply)?.zone).toBe(zone);
  });

  it.each([
    ['is a help desk’s', '554 You are on a DNSBL, write to us: https://help.example.net/ticket?ip=192.0.2.25'],
    ['says nothing of a list', '554 Your host is blocked, see https://filter.example.net/?ip=192.0.2.25'],
    ['has a word with the letters in it', '554 Your host is blocked, see https://marble.example.net/?ip=192.0.2.25'],
    ['is of help against spam', '554 Your host is blocked, see https://example.net/help/help_spam.htm?ip=192.0.2.25'],
    ['is for removal', '554 Your host is blocked, see https://filter.example.net/de-listing?ip=192.0.2.25'],
    ['is shortened', '554 Your host is blocked, see https://bit.ly/bl?192.0.2.25'],
    ['is a mailbox provider’s', '554 Your IP is blocked, see https://help.yahoo.co.jp/bl?ip=192.0.2.25'],
    ['asks many lists', '554 You are blocked, see https://whatismyipaddress.com/blacklist-check?ip=192.0.2.25'],
    ['asks many lists', '554 Your host is blocked, see https://mxtoolbox.com/SuperTool.aspx?run=192.0.2.25'],
    ['is a mailbox provider’s', '554 Your IP is blocked, see https://www.mail.ru/cgi-bin/support?ip=192.0.2.25'],
    ['is not asked about an address', '554 Your host is blocked, see https://look.example.org/?code=12'],
    ['is about a host', '554 Your host is blocked, see https://look.example.org/?h=192.0.2.25.example.net'],
    ['is about a letter', '550 5.7.1 SPF: http://www.example.org/why?id=ann&ip=192.0.2.25'],
    ['is about a name', '550 5.7.1 No PTR, see http://www.example.org/ptr?ip=192.0.2.25'],
    ['is about a letter', '554 Message contains spam, see http://www.example.org/spam?ip=192.0.2.25'],
  ])('is no list where it %s: %s', (_, reply) => {
    expect(classifyReply(reply)?.zone).toBeUndefined();
  });

  it('is no list where it is the receiver’s own, whom the host, the recipient or the reply itself tells', () => {
    const reply = '554 Your host is blocked, see https://antispam.receiver.co.jp/?ip=192.0.2.25';
    const told = (asked?: Asked, before = '') => classifyReply(`${before}${reply}`, asked);

    expect(told({ relayHost: 'mx1.receiver.co.jp' })).toMatchObject({ meaning: 'ip-block', ip: '192.0.2.25' });
    expect(told({ relayHost: 'mx1.receiver.co.jp' })?.zone).toBeUndefined();
    expect(told({ relayHost: 'mx.example.net', recipientDomain: 'receiver.co.jp' })?.zone).toBeUndefined();
    expect(told({}, 'host mx1.receiver.co.jp[192.0.2.1] said: ')?.zone).toBeUndefined();
    for (const asked of [undefined, { relayHost: 'mx.other.co.jp', recipientDomain: 'example.com' }]) {
      expect(told(asked)?.zone).toBe('antispam.receiver.co.jp');
    }
  });

  it('is not put before a list that is named', () => {
    const reply = '554 192.0.2.25 listed at zen.spamhaus.org, see http://look.example.org/?ip=192.0.2.25';

    expect(classifyReply(reply)?.zone).toBe('zen.spamhaus.org');
  });
});

describe('a list that ended', () => {
  it.each([
    ['spews.org', '550 Your address is on SPEWS list 1'],
    ['spews.org', '550 spam: http://www.spews.org/html/S1.html'],
    ['relays.orbs.org', '550 Mail blocked, see http://www.example.com/orbs/'],
    ['zen.spamhaus.org', '554 Refused: on the Policy Block List (PBL). X7'],
  ])('is named still, %s: %s', (zone, reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'dnsbl', zone });
  });

  it.each([
    '550 5.1.1 <spews@example.com>: unknown user',
    '550 5.1.1 unknown user at orbs.example.com',
    '550 the mail spewed forth by absorbs',
    '550 5.2.1 your mailbox is on our policy block list',
  ])('is not meant here: %s', (reply) => {
    expect(meaningOf(reply)).not.toBe('dnsbl');
  });
});

describe('what our address sent', () => {
  it.each([
    '450 SPAM. Your Address 192.0.2.25 has sent spam within the last hour. See http://d.example.net',
    '450-Your address 192.0.2.25 has sent mail to an example.org spamtrap\n450 within the last 24 hours',
    '550 [192.0.2.25] has been sending junk',
    '554 Your host has repeatedly sent us letters to honeypots',
    '541 Your AS is blocked here',
    '554 Your ASN (AS64496) has been banned',
    "552 Sorry, we don't take mail from your host",
    '550 We do not allow messages from your IP',
    '553 WORM SOURCE: come back in a day',
    '550 Naughty. You cannot connect for an hour',
    '451 Blocked for suspicious activity from your IP (192.0.2.25). Write to us if you believe this to be in error',
    '550 You are not permitted to send. See http://www.example.net/whitelist for removal',
    '554 Refused; to request removal: https://form.example.net/',
  ])('is a block: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    '550 Your address ann@example.com has sent mail to a spamtrap',
    '550 Your user has sent spam, write to the owner of the account',
    '550 SPAM. Your message to the address 192.0.2.25 has been sent to the spam folder',
    '550 Your AS-IS policy is blocked',
    "552 We don't take mail from your address ann@example.com",
    "550 We don't allow mail from your host without reverse DNS",
    "550 We don't allow mail from your domain",
    '550 The virus source code was found in an attachment',
    '550 You cannot connect without TLS',
    '530 You cannot connect until you have logged in',
    '554 Your letter was taken for spam. To request removal: https://form.example.net/',
    '451 Suspicious activity from your host could not be judged: errors in our filter',
    '550 Your domain is refused, request removal: https://form.example.net/',
    '550 Your mailbox asked for removal',
  ])('is not meant here: %s', (reply) => {
    expect(meaningOf(reply) ?? '').not.toMatch(/^(?:ip-block|dnsbl|ip-throttle)$/);
  });
});

describe('a code of Vade', () => {
  it.each([
    ['ip-block', 'vade', undefined, '550 5.7.1 Connection refused - OXSEU0001_101'],
    ['dnsbl', 'vade', 'bl.score.senderscore.com', '550 5.7.1 Connection refused - OXSUS001_102'],
    ['dnsbl', 'vade', 'zen.spamhaus.org', '550 5.7.1 Sender blocked error - ELNK001_111'],
    ['ptr', 'vade', undefined, '550 5.7.1 Connection refused - OXSUS001_108'],
    ['ip-throttle', 'vade', undefined, '421 4.2.1 Connection deferred - ELNK002_134'],
    ['unknown-user', 'vade', undefined, '550 5.7.1 Connection refused - OXSEU0001_403'],
    ['temporary', undefined, undefined, '421 4.2.1 Connection deferred - OXSUS0001_102'],
    ['temporary', undefined, undefined, '421 4.2.1 Connection deferred - ELNK001_136'],
    [
      'temporary',
      undefined,
      undefined,
      '421 4.2.1 Connection deferred - OXSEU001_110 - https://postmaster-oxseu.vadesecure.com/inbound_error_codes/#_110',
    ],
    [
      'policy',
      undefined,
      undefined,
      '550 5.7.1 HELO command rejected - ELNK001_201 - https://postmaster-earthlink.vadesecure.com/inbound_error_codes',
    ],
    ['temporary', undefined, undefined, '421 4.2.1 Connection deferred - XELNK001_130'],
    ['temporary', undefined, undefined, '421 4.2.1 Connection deferred - ELNK001_1305'],
  ])('is %s of %s, %s: %s', (meaning, provider, zone, reply) => {
    const read = classifyReply(reply);

    expect([read?.meaning, read?.provider, read?.zone]).toEqual([meaning, provider, zone]);
  });

  it('is EarthLink’s where its host says it; what Vade lists is Vade’s', () => {
    const told = (code: string) =>
      classifyReply(`550 5.7.1 Connection refused - ${code}`, { relayHost: 'mx01.earthlink.net' })?.provider;

    expect(['ELNK001_105', 'ELNK001_101'].map(told)).toEqual(['earthlink', 'vade']);
  });
});

it('knows an address that FortiGuard has, and not a link that it has', () => {
  expect(classifyReply('554 It comes from a FortiGuard - AntiSpam black IP address')).toMatchObject({
    meaning: 'ip-block',
    provider: 'fortinet',
  });
  expect(meaningOf('554 5.7.1 FortiGuard - AntiSpam: spam black URI in the letter')).toBe('content');
});
