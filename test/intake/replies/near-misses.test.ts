// Refusals in pairs: what is said of our address, and the same words said of something else. Each rule has both.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('what our address did', () => {
  it.each([
    '550 192.0.2.25 appears to be involved in a "dictionary attack" or probing for mailboxes',
    '550 Your host seems to be engaged in harvesting',
    '554 192.0.2.25 was used for spamming',
    '554 Your mail server has hit a spam trap of ours',
    '554 [192.0.2.25] mailed honeypots',
    '554 5.7.1 Your IP is infected',
    '550 Your server seems to be compromised, repair it',
    '550 Host 192.0.2.25 is part of a botnet',
    '550 5.7.1 A dictionary attack by your host was seen',
    '550 We decline your request for a mail session',
    '550 Host rejected: bad karma',
    '550 5.7.1 Poor avg. rating for IP class: 192.0.2.0/24',
    '554 Your server has too low a score, a poor rating',
    '550 Your server is in our penalty box',
    '554 Mail refused - mx1.mail.example.net - see http://www.example.org/',
    '554 Client host rejected: mails of your IP are blocked, too many SMTP errors from 192.0.2.25 (no RDNS)',
  ])('is a block: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    ['content', '550 The letter seems to be involved in a phishing attack'],
    [undefined, '550 ann@example.com was used for an attack'],
    ['unknown-user', '550 This account is suspended, it was used for spamming'],
    [undefined, '550 your user has hit a trap with a letter'],
    [undefined, '550 5.7.0 dictionary attack'],
    [undefined, '554 the attachment is infected'],
    ['policy', '554 5.7.1 the account behind your host is compromised, tell its user'],
    [undefined, '550 We decline the request'],
    [undefined, '554 abuse was noticed by network operators'],
    [undefined, '550 your host password was compromised'],
    [undefined, '550 the message has a poor rating'],
    ['policy', '554 5.7.1 poor rating of sender domain example.com'],
    ['content', '550 SpamAssassin has a bad score for it'],
    ['policy', '554 5.7.1 Mail refused - ann.smith - see http://www.example.org/'],
    ['ptr', '554 5.7.1 192.0.2.25 refused: no rDNS'],
    ['ptr', '554 refused, there is no PTR for your host; too many errors follow from that'],
  ])('is not meant here: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply as string)).toBe(meaning);
  });
});

describe('a code of words joined, or of letters', () => {
  it.each([
    ['ip-block', '554 It failed (SPAM_SEEN:IP_CHECK)'],
    ['ip-block', '550 Code=? IP_BLACKLISTED'],
    ['ip-block', '450 WM:BLI'],
    ['dnsbl', '554 5.7.1 <ann@example.com>: Recipient address rejected: ERS-QIL.'],
    ['dnsbl', '450 Sender IP found in QIL'],
    [undefined, '554 see http://example.net/spam_ip.html'],
    [undefined, '554 see http://ip_block.example.net/'],
    [undefined, '550 SPAM_ZIP'],
    [undefined, '550 BLOCKED_IPHONE'],
    ['temporary', '450 WM:BLX'],
    [undefined, '550 users-qil'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('who sent too much, or is shut out', () => {
  it.each([
    ['volume', '550 Access was denied: you sent too many mails and are not allowed to send more for a day'],
    ['ip-throttle', '550 You have sent too many mails from your IP'],
    ['domain-throttle', '450 Your domain has sent too many letters'],
    ['ip-throttle', '450 Your host has sent too many mails'],
    ['volume', '450 4.7.1 Too many mail a day for sasl ann'],
    ['ip-throttle', '450 4.7.1 Too many mails a day for host 192.0.2.25'],
    ['content', '552 too many identical letters'],
    ['volume', '552 too many identical connections'],
    ['ip-throttle', '552 too many identical mails from your IP'],
    ['ip-throttle', '450 Too many rcpt per IP'],
    ['volume', '450 Too many rcpt per message'],
    ['ip-throttle', '450 too many recipients for your host'],
    ['ip-block', '521 closing, too many AUTH errors from network 192.0.2.0'],
    ['ip-block', '554 too many failed logins by your host'],
    ['ip-throttle', '421 too many failed logins by your host'],
    ['volume', '421 too many AUTH errors'],
    ['policy', '535 too many failed logins by your host'],
    ['ip-block', '554 we no longer accept connections from dynamically assigned'],
    ['policy', '554 we do not accept connections from unauthenticated people'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('put off', () => {
  it.each([
    '421 Your host is being delayed',
    '421 The IP address deferred',
    '450 connections from your IP are deferred now',
    '421 You have been tarpitted',
    '421 4.7.0 192.0.2.25 is in our penalty box',
    '450 too frequent mails by 192.0.2.25',
    '450 4.7.1 too many recipients in an hour by 192.0.2.25',
    '421 Too many errors: you have been temporarily banned',
  ])('is our address: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-throttle');
  });

  it.each([
    ['temporary', '421 your account has been deferred'],
    ['temporary', '421 192.0.2.25 deferred: local problem'],
    ['temporary', '451 192.0.2.25 delayed, DNS lookup takes long'],
    ['temporary', '450 the recipient is being deferred'],
    ['volume', '421 Too many errors'],
    ['volume', '450 too frequent connections of 192.0.2.25'],
    ['volume', '421 4.7.0 Connections per IP limited to 10'],
    ['volume', '421 too many open connections, your IP is limited'],
    ['volume', '421 client [192.0.2.25] connections 12 exceed 10'],
    ['volume', '452 4.5.3 too many recipients by ann@example.com'],
    ['volume', '421 Too many recipients, your account has been temporarily blocked'],
    ['volume', '450 4.7.1 your account is being throttled'],
    ['volume', '451 rate limited: user ann'],
    ['volume', '421 4.7.0 the login rate is limited'],
    ['domain-throttle', '450 too many messages from <ann@example.com> today'],
    ['ip-throttle', '450 too many messages from <192.0.2.25> today'],
    ['ip-throttle', '450 rate limited: 192.0.2.25'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a reputation', () => {
  it.each([
    ['ip-block', '554 mail from 192.0.2.25 refused because of its bad reputation'],
    ['ip-block', '554 mx.example.com [192.0.2.25]: mail from it refused because of its bad reputation'],
    ['domain-block', '554 We take no mail from example.com because of its bad reputation'],
    ['domain-block', '450 Low reputation for ann@example.com'],
    ['ip-throttle', '450 Low reputation for 192.0.2.25'],
    ['domain-block', '554 the reputation of your mailbox is poor'],
    ['ip-block', '554 We take no mail from mx1.example.com because of its bad reputation'],
    ['ip-block', '550 Refused due to message sender reputation'],
    ['content', '554 a file reputation too poor'],
    ['content', '554 the URL has a bad reputation'],
    ['content', '554 poor reputation of some link'],
    ['ip-block', '554 message refused: poor reputation of the host'],
    ['ip-block', '554 Message refused due to reputation'],
    ['temporary', '451 the reputation service is not available'],
    ['ip-throttle', '451 the reputation of your host is not available to you'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('on a list', () => {
  it.each([
    ['dnsbl', '550 caught in the CBL'],
    ['dnsbl', '554 5.7.1 PBL blacklist'],
    [undefined, '550 caught in a CSS style'],
    ['dnsbl', '550 Host is an open relay, see http://www.orbs.org/'],
    ['ip-block', '550 Host is an open relay, see http://www.orbs.example/'],
    ['dnsbl', '554 5.7.1 192.0.2.25 is listed at hosts.example.org'],
    ['dnsbl', '554 5.7.1 <ann@example.com> your host is listed at hosts.example.org'],
    ['dnsbl', '554 5.7.1 <ann@example.com> listed by zen.spamhaus.org'],
    ['policy', '554 5.7.1 sender ann@example.com is listed at senders.example.org'],
    ['recipient-policy', '554 5.7.1 rejected <ann@example.com> black listed by senders.example.org'],
    ['domain-block', '554 The domain example.com is on our black list'],
    ['domain-block', '554 EHLO argument found in the black list'],
    ['ip-block', '554 EHLO mx.example.com, and your host was found in our black list'],
    ['domain-block', '554 the MX host of example.com is in our blacklist'],
    ['ip-block', '554 the host of example.com is in our blacklist'],
    ['ip-block', '554 mail from you was found in our blacklist'],
    ['ip-block', '554 mail from mx1.example.com is in our blacklist'],
    ['domain-block', '554 mail from <ann@example.com> is in our blacklist'],
    ['domain-block', '554 From: header is in our blacklist'],
    ['ip-block', '554 Your mail server has a blacklisted IP'],
    ['ip-block', '554 mail server contains a blacklisted host'],
    ['content', '554 the letter has a body containing a blacklisted IP'],
    ['content', '554 header contains an IP found in a blacklist'],
    ['temporary', '451 RBL lookup failed'],
    ['temporary', '451 error querying the blacklist'],
    ['dnsbl', '450 you are on an RBL, the service is not available to you'],
    ['temporary', '554 connection refused: it talked before the greeting'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('how our address stands', () => {
  it.each([
    ['ip-block', '550 Your host is shunned now'],
    ['ip-block', '554 192.0.2.25 has been quarantined by us'],
    ['temporary', '421 this host is ignored'],
    ['ip-block', '550 5.7.1 Host 192.0.2.25 ignored by us'],
    ['policy', '550 5.7.1 Host 192.0.2.25 ignored the greeting'],
    ['ip-block', '554 your server is dropped'],
    [undefined, '554 your server dropped the line'],
    ['temporary', '451 no service for 192.0.2.25, LDAP is away'],
    ['content', '550 your network has spam filters'],
    ['unknown-user', '550 mailbox is disabled, your host has been told'],
    ['temporary', '554 192.0.2.25 is disabled for maintenance'],
    ['ip-block', '550 no service for 192.0.2.25'],
    [undefined, '550 no service for this letter'],
    ['ip-block', '550 We do not talk to your server'],
    [undefined, '550 We do not talk to strangers'],
    ['ip-block', '421 Fail2ban is active for 192.0.2.25'],
    [undefined, '554 Fail2ban is active here, come on'],
    ['ip-block', '554 a firewall rule blocks your host'],
    [undefined, '554 a firewall rule blocks the attachment of 192.0.2.25'],
    ['ip-block', '550 unusual activity by your server'],
    [undefined, '550 unusual activity by your account, not your server'],
    ['ip-block', '550 your server has a long record of abuse'],
    [undefined, '550 your account has a long record of abuse'],
    ['ip-block', '554 too many complaints about 192.0.2.25'],
    [undefined, '554 too many complaints about this letter'],
    ['ip-block', '550 Your provider is known for spammers'],
    [undefined, '550 Your provider is example.net, blocked letters are kept'],
    ['ip-block', '550 your host does not meet our requirements'],
    ['auth', '550 your host does not meet our SPF requirements'],
    ['ip-block', '550 5.7.1 Your IP looks dynamic'],
    ['ptr', '550 5.7.1 The PTR of your IP looks dynamic'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a name refused', () => {
  it.each([
    ['policy', '553 your HELO host name was denied'],
    ['ip-block', '553 your host was denied'],
    ['policy', '550 Client host rejected: You pretend to be us, use my name [192.0.2.25]'],
    ['ip-block', '550 Client host rejected: You use the address [192.0.2.25]'],
    ['policy', '554 You are using our own IP as a name'],
    ['ip-block', '554 You are on our own blacklist'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('a code of two parts', () => {
  it.each([
    ['ip-block', '554 RTR:GE'],
    ['ip-block', '554 RLY:CS1 refused'],
    ['ip-throttle', '421 CON:B2'],
    ['ip-throttle', '421 4.7.1 : (DYN:T1) http://postmaster.info.aol.com/'],
    ['content', '554 (HVU:B2) http://postmaster.info.aol.com/'],
    ['domain-block', '554 RLY:SN'],
    [undefined, '554 see RTR:12'],
    ['policy', '554 5.7.1 disconnected, CON:B1'],
    ['ip-block', '450 MI:IPB'],
    ['ip-block', '554 HL:IHU 163 mx4'],
    ['ip-throttle', '421 HL:REP'],
    ['ip-throttle', '554 HL:IFQ'],
    ['auth', '550 MI:SPF 163 mx4,QMCowABXf'],
    ['policy', '550 MI:NHD 163 mx4,QMCowABXf'],
    ['volume', '451 RP:QRC 163 mx4,QMCowABXf'],
    ['ip-throttle', '554 HL:ITC 163 mx4,QMCowABXf'],
    [undefined, '554 mail:ipb'],
    [undefined, '550 say HL:REP to me'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('who refused', () => {
  it.each([
    ['cisco-talos', '554 mx.example.net your access to this mail system has been rejected due to the MTA'],
    ['cisco-talos', '554 SBRS is too low: http://www.senderbase.org/'],
    ['google', "550-5.7.1 Unauthenticated email from yahoo.com is not accepted due to domain's DMARC policy"],
    ['cox', '421 cox 192.0.2.25 blocked - Error Code: CDRBL'],
    [
      'broadcom-symantec',
      '553 Your IP address 192.0.2.25 is blacklisted, see http://www.symanteccloud.com/troubleshooting',
    ],
    ['united-internet', '552 Quota exceeded. See https://postmaster.1und1.de/en/case?c=r1503'],
    // Greeted so by every gateway of Cloudmark; the end of another name.
    [undefined, '421 mx.example.it bizsmtp Too many connections, try later'],
    [undefined, '551 Blocked by our bulk filter, write to abuse@email.ru'],
  ])('is %s: %s', (provider, reply) => {
    expect(classifyReply(reply)?.provider).toBe(provider);
  });

  it('is asked when it blocks, and told of when it slows down: Google says both with the same words', () => {
    const words = 'unusual rate of unsolicited mail originating from your IP address. gsmtp';
    expect(meaningOf(`550 5.7.1 [192.0.2.25] ${words}`)).toBe('ip-block');
    expect(meaningOf(`421 4.7.0 [192.0.2.25] ${words}`)).toBe('ip-throttle');
  });
});
