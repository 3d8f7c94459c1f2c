// What a receiver says of its own system, of the message or of how to speak with it, in the words of refusals of our address: none of it
// is a block. Each family has the true blocks beside it.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;
const OURS = new Set(['ip-block', 'ip-throttle', 'dnsbl']);

describe('not of our address', () => {
  it.each([
    // Its own system, server and network.
    '550 5.7.1 This system is used for spam filtering. Your message was rejected',
    '554 5.7.1 This server triggered spam rule: content',
    '550 5.7.1 This network is used by spam filters of our provider, your letter was refused',
    '554 This machine is responsible for spam checks and refused the letter',
    '450 4.7.1 This server is limited to 10 messages',
    '450 that host is limited to 20 messages a minute',
    '451 4.3.0 This server is being throttled, come back',
    '421 This system is throttled at the moment',
    '554 5.7.1 This system was hacked last week, no mail is taken until Monday',
    '550 5.3.2 This host is compromised and is being rebuilt',
    '554 This server is in a penalty box of its own making, sorry',
    '550 This mail server has a low score threshold: your letter scored 7',
    '554 This server has a signature database, your message hit a list in it',
    // Viruses and attachments.
    '550 Your system is probably infected: your message contains W32.Mydoom',
    '550 Your host is infected, the worm is in the attachment',
    '554 5.7.1 Message rejected - mailscanner.x.example.org - virus found',
    '550 5.7.1 Message blocked - mimecast.filter.example.org - attachment type not allowed',
    '550 Message refused - av1.scan.example.net - infected with Win32/Netsky',
    '554 5.7.1 E-mail blocked - gw.mx.example.com - file extension .exe',
    '550 5.7.1 Mail rejected - spamfilter.mail.example.org - score 12.3',
    // Encryption, who logs in, and the order of commands.
    '554 5.7.1 We are no longer accepting connections from legacy TLS clients',
    '550 5.7.1 This server does not accept connections from clients that lack TLS 1.2',
    '554 5.7.10 Not accepting connections from plaintext hosts',
    '554 5.7.1 Connections refused because SSL is too old',
    '550 5.7.1 reject your session: AUTH required first',
    '550 5.7.1 We refuse your connection: log in first',
    '530 5.7.0 reject your session, please authenticate',
    '503 5.5.1 reject your session: no HELO given',
    // How many in one message, and greylisting.
    '452 4.5.3 Too many recipients for this server',
    '450 too many recipients for this host',
    '452 4.5.3 too many recipients for this mail server; limit is 100',
    '451 You have been deferred, please try again in 5 minutes',
    '451 4.7.1 You have been deferred for 300 seconds',
    '451 4.7.1 You have been delayed. Please try again later',
    // Links and text with an address.
    '550 5.7.1 Message rejected as spam. To report attacks by this IP contact us',
    '554 5.7.1 Message rejected: content contains bad_ip url',
    '550 5.7.1 Message body: link to spam_ip',
    '554 Your message was rejected: URL on IP_BLOCKED host',
    '550 To stop attacks by that IP, this letter with a link to 203.0.113.7 was rejected',
    '550 5.7.1 Message contains the link http://203.0.113.9/ to an attack by 203.0.113.9',
    // What a filter counted together, with lists among it.
    '554 5.7.1 Refused: score=14.2 (FORGED_DATE,HTML_MESSAGE,RCVD_IN_SORBS_DUL,DNSBL_AND_URIBL)',
    '550 5.7.1 Junk; tests=RBL_SPAMHAUS_ZEN=2.0, BAYES_80=3.5, MISSING_DATE=1.4',
    '550 hits: URIBL_ABUSE, RCVD_IN_PSBL, MIME_HTML_ONLY; reword your letter',
    // How much one recipient gets, or one sender may send.
    '450 4.7.1 <ann@example.org>: Recipient address rejected: mx7 too many mails, come again',
    '450 4.7.1 <ann@example.org>: Sender address rejected: too much mail today, wait',
    '450 Too much mail (mailbomb protection), wait an hour',
    '452 Policy rejection; message count quota exceeded',
    // Lists that could not be asked.
    '451 4.7.1 Error contacting DNSBL',
    '450 4.7.1 zen.spamhaus.org could not be reached, try later',
    '451 4.7.1 bl.spamcop.net did not answer for 192.0.2.25',
    '451 DNS timeout at zen.spamhaus.org for 192.0.2.25',
  ])('%s', (reply) => {
    expect(OURS.has(meaningOf(reply) ?? '')).toBe(false);
  });

  it.each([
    ['tls', '554 5.7.1 We are no longer accepting connections from legacy TLS clients'],
    ['volume', '452 4.5.3 Too many recipients for this server'],
    ['temporary', '451 You have been deferred, please try again in 5 minutes'],
    ['temporary', '451 DNS timeout at zen.spamhaus.org for 192.0.2.25'],
    ['content', '550 Your system is probably infected: your message contains W32.Mydoom'],
    ['content', '550 Message refused - av1.scan.example.net - infected with Win32/Netsky'],
    [undefined, '550 the form W32 is not to be found'],
    ['content', '554 5.7.1 Message rejected: content contains bad_ip url'],
    ['content', '554 5.7.1 Refused: score=14.2 (FORGED_DATE,HTML_MESSAGE,RCVD_IN_SORBS_DUL,DNSBL_AND_URIBL)'],
    ['content', '550 5.7.1 Junk; tests=RBL_SPAMHAUS_ZEN=2.0, BAYES_80=3.5, MISSING_DATE=1.4'],
    ['content', '554 5.7.1 [CS] Message not taken'],
    ['content', '554 5.7.1 Letter score (12) over the limit (10)'],
    ['content', '554 5.7.1 Not taken; if it is a false positive, tell your hoster'],
    ['recipient-volume', '450 4.7.1 <ann@example.org>: Recipient address rejected: mx7 too many mails, come again'],
    ['recipient-volume', '450 Too much mail (mailbomb protection), wait an hour'],
    ['domain-throttle', '450 4.7.1 <ann@example.org>: Sender address rejected: too much mail today, wait'],
    ['volume', '452 Policy rejection; message count quota exceeded'],
    ['mailbox-full', '452 4.2.2 Mailbox quota exceeded'],
    ['recipient-policy', '550 This mailbox is not allowed to receive mail from other hosts'],
    ['recipient-policy', '550 Recipient domain is on our block list'],
    ['recipient-policy', "550 The recipient's domain is listed in our block list"],
    ['domain-block', '550 Your domain is on our block list'],
    ['policy', '550 No mail without a valid sender domain'],
    ['ptr', '550 No mail without a valid sender domain. Set up reverse DNS for 192.0.2.25'],
    // The same words, of our address.
    ['dnsbl', '554 5.7.1 refused, test: RBL_SPAMHAUS_ZEN'],
    ['dnsbl', '554 5.7.1 refused, tests: RBL_SPAMHAUS_ZEN, RCVD_IN_XBL'],
    ['dnsbl', '554 5.7.1 score 12: 192.0.2.25 listed at bl.spamcop.net (HTML_MESSAGE, BAYES_99)'],
    ['ip-throttle', '450 4.7.1 <ann@example.org>: Recipient address rejected: too many messages from your IP'],
    ['ip-throttle', '450 Too many mails (mail bomb) from your host, wait'],
    ['ip-throttle', '421 192.0.2.25 has sent too many messages'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('of our address, in the same words', () => {
  it.each([
    ['ip-block', '554 This IP is used for spamming'],
    ['ip-block', '550 this host has attempted attacks on us'],
    ['ip-block', '554 this sending server was used for spamming'],
    ['ip-block', '550 that client is guilty of spamming'],
    ['ip-block', '550 Your system is infected'],
    ['ip-block', '550 5.3.0 Your host is infected'],
    ['ip-block', '554 5.7.1 Your IP is part of a botnet; to report errors write to us'],
    ['ip-block', '550 too many attacks by this IP'],
    ['ip-block', '550 Message rejected - mx1.mail.example.net - https://support.example.org/'],
    ['ip-block', '554 we are no longer accepting connections from spammers'],
    ['ip-block', '554 5.7.1 We are not accepting connections from your network'],
    ['ip-block', '554 reject your session'],
    ['ip-block', '554 Refused, SPAM_IP'],
    ['ip-throttle', '421 Your server is limited to 10 messages an hour'],
    ['ip-throttle', '421 this ip is limited'],
    ['ip-throttle', '421 Your server is throttled'],
    ['ip-throttle', '452 too many recipients for this IP'],
    ['ip-throttle', '421 You are being delayed because of spam'],
    ['ip-throttle', '421 You have been throttled, try again in 5 minutes'],
    ['ip-throttle', '421 You have sent too many messages to this domain today'],
    ['dnsbl', '450 4.7.1 Client host [192.0.2.25] blocked using zen.spamhaus.org; error contacting DNSBL'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});
