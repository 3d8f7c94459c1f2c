// Refusals whose words are near those of another meaning: what is refused must be told from who speaks, and to whom.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('people who are not written to', () => {
  it.each([
    [
      'recipient-policy',
      '550 You are not allowed to write mail to this domain; you may not send e-mail to that company',
    ],
    ['recipient-policy', '550 You are not permitted to send messages to this organisation'],
    ['recipient-policy', '550 You are not allowed to send letters to this Email ID as your administrator says'],
    ['recipient-policy', '550 You have no permission to post letters to this list of ours'],
    ['recipient-policy', '553 the addressee refused to accept the letter'],
    ['recipient-policy', '553 the mailbox ann@example.com is restricted'],
    ['recipient-policy', '550 lists never accept null senders'],
    ['recipient-policy', '550 your e-mail address has been banned, ask them to take it off'],
    ['recipient-policy', '510 5.1.1 ann@example.com is not subscribed to that group'],
    ['recipient-volume', '452 4.2.1 <ann@example.com>: too many recent mails'],
    ['unknown-user', '559 bad rcptto'],
    ['ip-block', '553 your mail server address has been blacklisted'],
    ['ip-throttle', '452 4.2.1 too many recent mails from 192.0.2.25'],
    ['ip-block', '554 192.0.2.25: you are not allowed to send mail to this domain'],
    ['ip-block', '554 Your server is not allowed to send mail to that domain'],
    ['auth', '550 192.0.2.25 is not allowed to send mail for example.com'],
  ])('%s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('whose mail it is', () => {
  it.each([
    ['policy', '550 sending of letters for your account is temporarily suspended'],
    ['policy', '550 Outgoing mail has been disabled for example.com'],
    ['policy', '554 the sender was rejected: 0,mx9'],
    ['policy', '550 Verifying the sender failed'],
    ['policy', '554 MAIL FROM <ann@example.com> is a mismatch for the address that connects'],
    ['policy', '553 AUTH failed'],
    ['policy', '550 Illegal relay attempt'],
    ['policy', '550 local user only'],
    ['policy', '550 Could not complete sender verification, it took too long'],
    ['policy', '553 you use this server (mx.example.net) as a relay'],
    ['policy', '550 not through this server without authentication'],
    ['policy', '550 this letter is spoofed'],
    ['policy', '550 <ann@example.com>: invalid MX record'],
    ['domain-throttle', '421 4.7.0 too many e-mails by that domain'],
    ['ip-throttle', '421 4.7.0 too many e-mails by that domain, IP 192.0.2.25'],
    ['volume', '421 4.7.0 Error: too many errors'],
    ['ip-throttle', '451 4.7.0 too many errors from host 192.0.2.25'],
    ['policy', '535 bad user'],
    ['policy', '553 Unauthorised use of a sender'],
    ['policy', '550 5.7.27 the domain in MAIL FROM has no MX'],
    ['temporary', '450 4.7.3 the queue quota is exceeded'],
    ['ip-block', '554 the sending server has been suspended for abuse'],
    ['ip-block', '550 sender IP is rejected'],
  ])('%s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('what is in the letter', () => {
  it.each([
    ['content', '554 the links in the body of your mail, its URL was blocked by a DNS block list'],
    ['content', '554 Your link is blocked by an RBL'],
    ['content', '550 Refused: bad attachment'],
    ['content', '550 5.7.1 caught by the URL filter'],
    ['content', '550 this message is not quite RFC 5322 compliant'],
    ['content', '553 spamtrap'],
    ['content', '550 a broken MIME structure'],
    ['content', '554 the line length of your letter exceeds ours'],
    ['content', '550 we deliver no quarantined mail'],
    ['ip-block', '550 Rejected as spam, the host is on the list: a server listed by some spam block list'],
    ['ip-block', '554 spam: IP 192.0.2.25 was found on an unwanted mail deny list'],
    ['policy', '554 Received: trace headers exceed the maximum'],
    ['ip-block', '554 Client host [192.0.2.25] blocked by an RBL, follow the link'],
    ['ip-block', '554 see this link: your mail server is blocked'],
  ])('%s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('strangers asked for', () => {
  it.each([
    ['ip-throttle', '421 too many bad addresses from that host'],
    ['ip-throttle', '451 Too many unknown users from 192.0.2.25'],
    ['ip-block', '550 too many non-existent recipients by this IP'],
    ['volume', '452 too many recipients'],
    ['volume', '421 too many invalid recipients'],
  ])('%s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each([
    ['unknown-user', '550 No hay nadie aqui'],
    ['unknown-user', '550 destinat. sconosciuto'],
    ['unknown-user', '554 5.4.4 unable to route'],
    ['unknown-user', '554 no MX record for that host; no MX records for the domain'],
  ])('are not there: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('words of a rule that are said of something else', () => {
  it.each([
    ['content', '550 5.7.1 The server found in your message a virus; signature Eicar'],
    ['temporary', '451 The server is now in a database upgrade'],
    ['temporary', '451 4.3.0 The host is in recovery, database error'],
    ['temporary', '451 Your server is now registered in our database, try again in 300 seconds'],
    ['ip-block', '451 Your server is now in our abuse database'],
    ['policy', '550 5.7.1 Sending address blocked by signature 12'],
    ['dnsbl', '550 5.7.1 host [192.0.2.25] is listed in a DNS blacklist'],
    ['dnsbl', '550 Your server is listed on a public blacklist'],
    ['dnsbl', '550 Your IP is listed in the RBL database'],
    ['dnsbl', '550 host 192.0.2.25 is listed in real-time blacklist database'],
    ['policy', '552 message size exceeds limit of this account'],
    ['policy', '552 5.2.3 Message exceeds the maximum for your account'],
    ['policy', '552 5.3.4 Message too big: sending size limit exceeded'],
    ['mailbox-full', '552 5.2.2 limit of this mailbox exceeded'],
    [
      'volume',
      '550 5.7.232 Your trial tenant has exceeded its daily limit for sending to others (tenant external recipient rate limit)',
    ],
    ['ip-throttle', '450 ann@example.com too many messages sent by your IP'],
    ['volume', '421 Too many invalid commands from your host'],
    ['content', '550 too many bad words from this address'],
    ['temporary', '451 4.4.4 Unable to route mail at this time'],
    ['temporary', '450 4.1.8 no MX records found for domain of sender'],
    ['unknown-user', '550 5.1.2 invalid MX for recipient domain example.com'],
    ['policy', '550 5.7.1 Message rejected - see URL http://www.example.net/help'],
    ['ptr', '550 Sender host name mismatch with reverse DNS'],
    ['ip-block', '550 Sender is rejected: IP 192.0.2.25 in blacklist'],
    ['content', '550 The user has refused this message as spam'],
    ['ip-block', '550 you may not send to this company: bad reputation'],
  ])('%s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

it('knows a company by its domain without the dot', () => {
  expect(classifyReply('554 says BarracudaCentral')).toMatchObject({
    meaning: 'dnsbl',
    zone: 'b.barracudacentral.org',
  });
});

describe('who is shut out', () => {
  it.each([
    ['ip-block', '554 Letters are refused here, mail denied based on relay 192.0.2.25'],
    ['ip-block', '550 Message rejected because of your host [192.0.2.25]'],
    ['ip-block', '554 Go away: this is an unsecured proxy'],
    ['ip-block', '554 Acceso denegado a la IP'],
    ['ip-block', '550 Conexao: acesso negado, IP proibido'],
    ['ip-block', '554 Client host rejected: your host is in use by a user who spams'],
    ['ip-block', '550 Your server is blocked, and so is each mailbox that it serves'],
    ['unknown-user', '550 5.2.1 X7 192.0.2.25: Mailbox is blocked: someone@example.com'],
    ['unknown-user', '550 5.2.1 192.0.2.25 account was blocked'],
    ['recipient-policy', '550 Client host rejected: Blacklisted user: someone@example.com'],
    ['content', '550 Message rejected because of links to 192.0.2.25, spam'],
    ['ip-block', '550 IP 192.0.2.25 of user joe was blocked'],
    ['recipient-policy', '550 5.7.1 Client host rejected: Sender someone@example.com is blocked'],
    ['recipient-policy', '554 Client host rejected: mail from <someone@example.com> was banned'],
    ['volume', '550 Too many mails per second on your plan'],
    ['ip-throttle', '450 Too many mails per second from 192.0.2.25'],
  ])('%s: %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});
