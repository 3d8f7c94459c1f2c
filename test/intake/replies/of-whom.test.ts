// Of whom a refusal speaks: an account or a sender that sent too much, the name in HELO, the sender's domain, a link in the letter or
// the receiver's own domain, in words that are near those of a refusal of our address. Each family has that beside it.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('who sent too much', () => {
  it.each([
    ['volume', '550 The user ann@example.com has sent too many messages'],
    ['volume', '550 Mailbox ann@example.com is sending too fast, wait an hour'],
    ['volume', '452 Your account is sending too often'],
    ['domain-throttle', '554 too many mails from sender in an hour'],
    ['domain-throttle', '450 4.7.1 Too many messages by sender ann@example.com'],
    ['domain-throttle', '451 An unusual rate of mail coming from your sender address; it has been rate limited'],
    ['domain-throttle', '550 User rate for ann@example.com exceeded'],
    ['domain-throttle', '451 4.7.1 Sender rate of ann@example.com is over 10 per hour'],
    ['volume', '554 Reject by behaviour spamANTISPAM_BAT[01201311R1S2, ay29a1]: too frequently sending'],
    ['ip-throttle', '450 Your IP is sending too many messages'],
    ['ip-throttle', '450 Host 192.0.2.25 is sending too fast'],
    ['ip-throttle', '554 too many messages from sender IP 192.0.2.25'],
    ['ip-throttle', '451 An unusual rate of mail coming from this IP address; it has been rate limited'],
    ['ip-throttle', '450 4.7.1 Sender rate for 192.0.2.25 exceeded'],
    ['ip-throttle', '450 4.7.1 Sender rate for 2001:db8::25 exceeded'],
    ['ip-throttle', '450 4.7.1 Rate limit exceeded for 192.0.2.25'],
    [
      'ip-throttle',
      '554 Reject by behaviour spam at Rcpt State(Connection IP address:192.0.2.25)ANTISPAM_BAT[01201311R3S4, ay29a2]: too frequently sending',
    ],
    ['mailbox-full', 'Mailbox quota usage exceeded.'],
    ['mailbox-full', '552 quota usage is full'],
    ['volume', '550 Sending quota usage exceeded'],
    // iRedAPD, of which sender, recipient or client it counts nobody knows.
    ['volume', '554 5.7.1 <c@two.example>: Recipient address rejected: Throttling quota exceeded'],
    ['volume', '554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: Throttling quota exceeded'],
    ['mailbox-full', '554 5.7.1 <c@two.example>: Recipient address rejected: throttled, mailbox quota exceeded'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('the name in HELO', () => {
  it.each([
    ['policy', '554 5.7.1 <dsl-1-2.example.net>: Helo command rejected: it appears to be on a dynamic IP address'],
    ['policy', '550 5.7.1 <mx.example.com>: Helo command rejected: Access denied, your mail server has a dial-up name'],
    ['policy', '421 Your host ip address does not match the HELO name. Message blocked.'],
    ['policy', '550 HELO mx.example.com does not resolve to your IP. Message blocked, your host was told'],
    ['ptr', '550 HELO name does not match PTR of IP 192.0.2.25'],
    ['ip-block', '554 5.7.1 <mx.example.com>: Helo command rejected: your IP 192.0.2.25 is blocked'],
    ['ip-block', '554 5.7.1 <mx.example.com>: Helo command rejected: your host is on our blacklist'],
    ['ip-block', '554 5.7.1 <mx.example.com[192.0.2.25]>: Client host rejected: it is on a dynamic IP address'],
    ['dnsbl', '554 5.7.1 <mx.example.com>: Helo command rejected: 192.0.2.25 listed at zen.spamhaus.org'],
    ['domain-block', '554 5.7.1 Service unavailable; Helo command [mx.example.com] blocked using dbl.spamhaus.org'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a filter that has the name of its list', () => {
  it.each([
    ['policy', '554 5.7.1 SPFBL ann@example.com has a reserved domain. See http://spfbl.net/en/feedback'],
    ['policy', '550 SPFBL sender has an unknown domain'],
    ['policy', '554 5.7.1 SPFBL ann@example.com is not a valid address'],
    ['policy', '554 5.7.1 SPFBL hostname and sender are both invalid. See http://spfbl.net/en/feedback'],
    ['auth', '550 5.7.1 SPFBL 192.0.2.25 is not allowed to send mail from ann@example.com'],
    ['policy', '550 5.7.1 SPFBL relaying denied'],
    ['unknown-user', '550 5.1.1 SPFBL unknown user here. See http://spfbl.net/en/feedback'],
    ['policy', '550 Sender has a non-existent domain'],
    ['dnsbl', '550 5.7.1 SPFBL you are permanently blocked in this server. See http://spfbl.net/en/feedback'],
    ['dnsbl', '550 5.7.1 SPFBL BLOCKED'],
    ['dnsbl', '550 5.7.1 SPFBL sender IP is listed'],
    ['dnsbl', '554 the sender 192.0.2.25 is listed by SPFBL'],
    ['dnsbl', '451 4.7.2 SPFBL LISTED 192.0.2.25'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a host in the letter, and mail in their name', () => {
  it.each([
    ['content', '550 5.7.1 Refused - blacklisted URL host, see http://example.net/policy'],
    ['content', '554 Blocklisted body domain'],
    ['content', '554 A body host bad.example.com is in our blacklist'],
    ['auth', '550 Your server is not trusted to send mail as our domain. Message blocked.'],
    ['auth', '550 Host is not trusted for sending from this domain'],
    ['content', '552 a1b2 :: auth :: Message rejected for spam or virus content :: please call us'],
    ['ip-block', '550 Blacklisted host'],
    ['ip-block', '554 Blacklisted sending host'],
    ['ip-block', '550 Your host is not trusted for sending mail'],
    ['ip-block', '550 5.7.1 2001:db8::25 refused for spam'],
    ['ip-block', '550 ::ffff:192.0.2.25 refused for spam'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it('takes two colons between sentences for no address', () => {
    expect(classifyReply('554 a :: mail blocked :: your host is blacklisted')).toMatchObject({ meaning: 'ip-block' });
    expect(classifyReply('554 a :: mail blocked :: your host is blacklisted')?.ip).toBeUndefined();
  });
});

describe('our address, by what it does and what it is called', () => {
  it.each([
    ['ip-block', '550 The IP or name used for connecting is locally blacklisted.'],
    ['ip-block', '550 IP address or hostname banned'],
    ['ip-block', '554 5.7.1 The IP you use to connect is blocked'],
    ['ip-block', '550 your IP is manually blacklisted'],
    ['ip-block', '551 5.7.1 IP caught by trapper'],
    ['ip-block', '554 Client 192.0.2.25 was caught in our spam net'],
    ['ip-block', '554 Blacklisted reverse DNS name of your server (mx.example.com)'],
    ['ip-block', '550 5.7.1 The rDNS of 192.0.2.25 is on our blacklist'],
    ['ip-block', '550 PTR name mx.example.com is blacklisted'],
    ['ip-throttle', '450 mail from your IP is temporary blocked, too many bad connections from 192.0.2.25 (no PTR)'],
    ['content', '550 The URL in your letter is blacklisted'],
    ['content', '550 Message contains an IP that is listed, used in phishing'],
    ['volume', '450 IP caught by rate limit for connections: too many connections'],
    ['temporary', '450 IP caught by greylisting'],
    ['ip-block', '550 Your reverse host name is banned'],
    [undefined, '550 Blacklisted reverse path'],
    ['ptr', '554 blocked: reverse DNS is missing'],
    ['ptr', '554 banned rDNS: does not match your name'],
    ['ptr', '450 Come back with a name (no PTR)'],
    ['volume', '421 too many connections from your host'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});
