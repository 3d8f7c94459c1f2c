// Refusals in words that no server is known for: what is general in them must be enough.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

describe('our address refused', () => {
  it.each([
    '550 IPs now denied here',
    '550 spam detected: your IP 192.0.2.25 is blacklisted',
    '554 Sorry, remote ip (192.0.2.25) was suspended for abuse',
    '554 5.7.1 [192.0.2.25] is banned',
    '550 E-mail from 192.0.2.25 has been refused; talk to your hoster',
    '554 No messages taken from 192.0.2.25',
    '554 Traffic not accepted from this network',
    '550 We reject all mail from your network for now',
    '571 You are a known spam source',
    '550 Host sends too much junk from 192.0.2.25',
    '554 5.7.0 ip reject',
    '550 mx.example has refused your host',
    '550 5.7.1 Sorry, not currently accepting connections from your network',
    '554 5.7.1 Client is in the connection deny list',
    '550 5.7.1 IP anda diblokir',
    '550 Din IP-adresse er svartelistet',
    '550 Din IP-adress är spärrad hos oss',
    '554 Az Ön IP-címe a tiltólistán szerepel',
    '554 Your server has been flooding our customers',
    '553 5.7.1 Not accepting mail from any address of this subnet',
    '550 Hosting provider range refused',
    '554 Go to http://filter.example.net/denied.cgi?ip=192.0.2.25 to be let in',
    '550 Refused for abuse',
    '550 5.7.1 Mail from this location [192.0.2.25] has been administratively refused',
    '550 The address of the host which sends your letters was classified as spam source',
    '554 Sorry: your mail server is identified as a spam source',
    '554 Go away, connection rejected - we do not like junk',
    '554 Your range is under investigation for abuse',
    '554 5.7.1 You are banned.',
    '550 [B2] Blacklisted',
    '554 All connections of yours are denied because of earlier trouble',
    '550 We will no longer accept messages from your host',
    '550 E-mail from you was blacklisted, see http://post.example.net/',
    '554 Yours is on the Cloudmark Sender Intelligence blocklist',
    '554 mx.example.net SBRS too bad, see http://www.senderbase.org/',
    '421 4.7.0 IP blocked because of spam; if you are unable to resolve this, write to us',
    '554-mx.gmx.example (mxgmx001) Nemesis ESMTP Service not available 554-No SMTP service 554-Reject due to policy restrictions.',
  ])('%s', (reply) => {
    expect(classifyReply(reply)?.meaning).toBe('ip-block');
  });

  it.each([
    ['ip-throttle', '450 4.7.1 Your IP 192.0.2.25 is temporarily blocked'],
    ['ip-throttle', '451 Too many messages came from an untrusted IP'],
    ['ip-throttle', '450 Client host rejected: retry slower'],
    ['ptr', '554 Your IP was refused: it has no reverse DNS'],
    ['auth', '550 Mail from 192.0.2.25 rejected, SPF says no'],
    ['policy', '554 Your IP is denied relay access'],
    ['policy', '554 Client host rejected: this port requires authentication'],
    ['volume', '421 Excessive bad recipients, open relay?'],
    ['ip-throttle', '550 Today you are over the spam quota'],
    ['ip-throttle', '421 You have been temporarily blacklisted, too many mistakes'],
    ['ip-throttle', '550 The frequency of your sending is limited'],
    ['policy', '554 Message rejected on 2026/01/02 18:59:46 GMT, policy (3.2.1.1)'],
    ['content', '554-5.7.0 Bounce, id=1-2 - BANNED: 554 5.7.0 .exe,setup.exe'],
    ['content', '550 Meldingen ble stoppet som søppelpost'],
    ['content', '550 Brevet klassades som skräppost'],
    ['content', '550 Odrzucono: niechciana poczta'],
    ['content', '550 Odmítnuto jako nevyžádaná pošta'],
    ['content', '550 Geweigerd: ongewenste reclame'],
    ['content', '550 Viesti on roskapostia'],
    ['unknown-user', '550 Mottakeren finnes ikke'],
    ['unknown-user', '550 Användaren finns inte'],
    ['unknown-user', '550 Příjemce neexistuje'],
    ['recipient-policy', '550 Mail from this sender is refused here'],
    ['recipient-policy', '550 The recipient has banned mail of yours'],
    ['recipient-policy', '550 This user is not allowed to receive mails from you'],
    ['unknown-user', '553 kim@example.com: user must exist'],
    ['unknown-user', '554 5.7.1 User must log in before mail is taken'],
    ['unknown-user', '550 El destinatario no tiene cuenta en este dominio'],
    ['policy', '550 Too many attachments, the attachment count limit is 20'],
    ['recipient-policy', '550 someone@example.com Blacklisted'],
    ['policy', '550 Date out of range: message rejected'],
    ['content', '554 5.7.1 Junk mail rejected: hidden by CSS'],
    ['content', '554 Refused by the DCC'],
    ['content', '553 5.7.1 Content reject: 7'],
    ['unknown-user', '550 Recipient rejected - see https://help.vadesecure.com/'],
    ['domain-block', '550 5.7.1 listed in multi.uribl.example, see there'],
    ['temporary', 'connect to mx.example.com[192.0.2.1]:25: Connection refused'],
    ['temporary', '451 Lookup failure: 192.0.2.25 at bl.spamcop.net, come again'],
    ['dnsbl', '421 4.7.0 192.0.2.25 listed at zen.spamhaus.org; if you cannot resolve this ask us'],
    ['unknown-user', '550 5.2.1 This account has been suspended for abuse'],
    ['unknown-user', '550 5.2.1 Mailbox suspended due to abuse'],
    ['unknown-user', '550 5.1.1 Connection refused - no such user here'],
    ['recipient-policy', '550 5.7.1 Mail from you has been blocked by the recipient'],
    ['content', '554 Sender address was not accepted by the spam filter'],
    ['temporary', '550 5.4.316 Message expired, connection refused (Socket error code 10061)'],
    ['content', '550 5.7.1 This mail was identified as spam by your own server'],
    ['policy', '550 Requested action not taken: Reject due to policy restrictions, see https://postmaster.gmx.net/'],
  ])('is not what is said here: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('a host that greets with a refusal', () => {
  it.each([
    'after initial connection: 554 mx.example',
    'SMTP error from remote mailer after initial connection: host mx.example [192.0.2.9]: 554 mx.example',
    'SMTP error from remote mail server after initial connection: host mx.example: 554 no',
  ])('is known by the words of Exim too: %s', (reply) => {
    expect(classifyReply(reply)?.meaning).toBe('ip-block');
    expect(classifyReply(reply.replace('initial connection', 'RCPT TO:<a@b.example>'))?.meaning).not.toBe('ip-block');
  });

  const greeted = (words: string) => classifyReply(`host mx.example[192.0.2.9] refused to talk to me: ${words}`);

  it.each([
    '554 mx.example',
    '554-mx.example\n554 ',
    '550 Access denied',
    '554 mx.example ESMTP not accepting messages',
    '521 access denied',
    '521 mx.example: connection rejected',
    '521 5.7.1 Go away',
    '521 No connections from here are accepted, banned',
  ])('knows nothing but our address: %j', (words) => {
    expect(greeted(words)).toMatchObject({ meaning: 'ip-block', isPermanent: true, rerouteHelps: true });
  });

  it.each([
    ['temporary', '421 mx.example busy'],
    ['ptr', '554 no reverse DNS for 192.0.2.25'],
    [undefined, '521 mx.example'],
    [undefined, '521 mx.example rejects all mail'],
    [undefined, '521 Denied: this host does not accept mail'],
    ['policy', '521 5.7.1 Refused, mx.example only sends mail'],
    [undefined, '500 what?'],
    [undefined, '554 No SMTP service here'],
    [undefined, '554 5.3.2 System not accepting network messages'],
    ['temporary', '554 5.3.0 out of disk space'],
    ['temporary', '554 Insufficient system resources'],
    ['temporary', '554 server is shutting down'],
    [undefined, '550 Too busy'],
  ])('may have another reason: %s for %s', (meaning, words) => {
    expect(greeted(words)?.meaning).toBe(meaning);
  });

  it('says less later: the same words are remembered apart', () => {
    const said = classifyReply('host mx.example[192.0.2.9] said: 550 Access denied');

    expect([greeted('550 Access denied'), said, greeted('550 Access denied')].map((read) => read?.meaning)).toEqual([
      'ip-block',
      'policy',
      'ip-block',
    ]);
  });
});

describe('the receiver’s own failure', () => {
  it.each([
    '554 mx1.example.net connection refused, server down',
    '554 5.3.2 Connection rejected, system maintenance in progress',
    '550 Connection denied - our server is out of order',
    '554 connection refused. We are down for maintenance, try later',
    '521 Service unavailable, connection refused; try again later',
    '554 Connection refused: service unavailable',
    '550 Connection refused, backend server unreachable',
    '554 delivery error: connection refused by mailbox server, please retry',
    '550 5.7.0 connection refused. LDAP server not available',
    '554 connection refused; antivirus scanner not running',
    '554 Connection refused, too many open files',
    '554 Connection rejected: database error',
    '554 connection refused, cannot connect to mailstore',
    '554 connections refused: disk full',
    '554 Sorry, our network is down, connection refused: try tomorrow',
    '554 The server is currently offline: connection denied to all',
    '554 server down, mail from 192.0.2.25 refused',
    '554 192.0.2.25 connection refused: internal server error',
    '554 Verbindung abgelehnt, Server wegen Wartung nicht erreichbar',
    '554 Connexion refusee, serveur en maintenance',
    '554 Conexion rechazada: servidor fuera de servicio',
  ])('is no block: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'temporary', isPermanent: false });
  });

  it.each([
    '554 Connection refused, your server is on our list',
    '554 Connection refused - spam from your server',
    '554 connection refused, bad reputation of 192.0.2.25. Try later',
    '554 Service unavailable; Client host [192.0.2.25] blocked',
    '550 Service unavailable, your IP 192.0.2.25 is blacklisted',
    '554 5.7.1 Connection refused from 192.0.2.25',
    '554 Connections from 192.0.2.25 refused, please try later',
    '550 Connection refused. Your IP has been blocked by our system maintenance team',
    '554 Your IP is blocked. Try again later',
    '550 Connection rejected: Your server 192.0.2.25 is sending spam, fix it and try again later',
    '554 Connection refused for abuse. Service unavailable',
    '554 Access denied for your server; to be unblocked visit our maintenance page',
    '554 Connection refused. Unavailable to hosts on dynamic addresses',
    '554 connection refused, down with spammers',
    '554 connection refused: your host is listed; our server is not broken',
    '554 5.7.1 connection rejected by policy',
    '554 Connection refused, host 192.0.2.25 barred until further notice',
    '550 Connection denied',
  ])('is not what is said here: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'ip-block' });
  });

  it('is no excuse for a list that is named', () => {
    const reply =
      '554 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; server maintenance';

    expect(classifyReply(reply)).toMatchObject({ meaning: 'dnsbl', zone: 'zen.spamhaus.org' });
  });
});

describe('our address in somebody’s records', () => {
  it.each([
    '554 5.7.1 Your IP 192.0.2.25 matches a bad signature in our database',
    '554 192.0.2.25 was found in our bad signature database',
    '550 Client [192.0.2.25] blocked by signature: invalid signature 4711',
    '550 5.7.1 [192.0.2.25] has a bad signature in the reputation database',
    '554 Host 192.0.2.25 rejected: listed in bad signature list',
    '554 5.7.1 bad IP signature 192.0.2.25',
    '554 5.7.1 192.0.2.25 listed in spam database, error 550',
    '554 192.0.2.25 found in database error 12',
    '550 Your host [192.0.2.25] has been found in the abuse database: error',
    '554 your address 192.0.2.25 is listed in the database of bad senders',
    '550 Your IP (192.0.2.25) has been entered in our local database',
    '450 4.7.1 2001:db8::25 is in our signature database',
  ])('is our address refused: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({
      meaning: 'ip-block',
      isPermanent: reply.startsWith('5'),
      ip: /192\.0\.2\.25|2001:db8::25/.exec(reply)?.[0] ?? '',
    });
  });

  it.each([
    ['auth', '550 5.7.1 DKIM signature invalid, 192.0.2.25'],
    ['auth', '550 5.7.20 message from 192.0.2.25 has an invalid signature'],
    ['auth', '550 5.7.1 Message rejected: missing DKIM signature from [192.0.2.25]'],
    ['auth', '554 bad signature [192.0.2.25]'],
    ['auth', '550 5.7.1 host (192.0.2.25) does not match DKIM signature'],
    ['content', '554 Your message from 192.0.2.25 matches a spam signature'],
    ['content', '550 5.7.1 Message from 192.0.2.25 matched by signature XYZ of phishing'],
    ['temporary', '554 192.0.2.25 rejected, database error'],
    ['temporary', '554 5.7.1 Database error: 192.0.2.25 refused'],
    ['temporary', '554 5.3.0 internal database error'],
    ['temporary', '554 the server by database maintenance is down'],
    ['ptr', '550 5.7.1 PTR of 192.0.2.25 not in database'],
    ['unknown-user', '550 5.1.1 <a@example.com>: User not listed in the public database'],
    ['unknown-user', '550 5.1.1 The address you wrote to is not in the database'],
    [undefined, '550 192.0.2.25 not found in our database of allowed senders'],
  ])('is not what is said here: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('the limit of what an account may send', () => {
  it.each([
    '550 5.4.5 Daily user sending limit exceeded. See https://support.example.com/a/answer/166852',
    '550 5.4.5 Daily user sending quota exceeded.',
    '452 4.2.1 You have exceeded your sending limit, try again tomorrow',
    "554 5.7.1 You've exceeded your daily limit",
    '550 5.7.1 The user ann@example.com has exceeded its sending limit',
    '421 4.7.0 User has exceeded the maximum number of messages per hour',
    "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; it failed for good',
    '550 5.4.6 Exceeded outgoing message limit of your plan',
    '550 Mail sending limit of this account exceeded',
    '452 4.7.1 Your account has reached its hourly sending limit',
    '452 4.2.1 ann@example.com: message limit of your account for today reached',
    '550 You have reached a limit for sending mail. Your message was not sent.',
    '554 too many messages sent from this account today',
    '550 5.7.1 Account exceeded rate limit of 100 messages per hour',
    '454 4.7.0 authenticated user exceeded maximum messages per hour',
    '550 SMTP user ann has used up his message allowance',
    '554 5.7.1 Sending limit reached for your plan, please upgrade',
    '550 5.4.6 You have exceeded the limit of mails per hour of your account',
    "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for external recipients",
    '550 5.7.1 Daily SMTP relay limit exceeded for customer. Please ask your administrator',
    '550 Your daily email quota is exceeded',
    '550 Sorry, your account is limited to 200 emails per day',
  ])('says nothing of our address: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'volume', rerouteHelps: false });
  });

  it.each([
    ['ip-throttle', '450 4.7.1 Your IP 192.0.2.25 has exceeded its sending limit'],
    ['ip-throttle', "421 4.7.0 192.0.2.25 You've exceeded your sending limit"],
    ['ip-throttle', '421 4.7.0 Your host has exceeded its message limit'],
    ['ip-throttle', '450 Your server has exceeded the hourly limit'],
    ['ip-throttle', '421 4.7.0 sending rate exceeded, slow down'],
    ['ip-throttle', '454 4.5.0 Message submission rate for this client has exceeded the configured limit'],
    ['ip-throttle', '550 Rate limit exceeded, you may send 100 messages per hour'],
    ['ip-throttle', '450 4.7.0 You are sending too fast'],
    ['domain-throttle', '550 Domain example.com has exceeded the max emails per hour (100/100) allowed.'],
    ['domain-throttle', '451 4.7.1 Sender rate limit exceeded'],
    ['mailbox-full', '452 4.2.2 user over quota'],
    ['mailbox-full', '552 5.2.2 The user has exceeded his storage limit'],
    ['recipient-volume', '452 4.2.0 Recipient hourly limit exceeded'],
    ['recipient-volume', '450 4.2.1 The user is receiving mail too quickly'],
    ['recipient-volume', '450 4.2.1 <ann@example.com>: Recipient has exceeded the daily message limit'],
    ['recipient-volume', '450 4.7.1 too many messages for ann@example.com in the last hour'],
  ])('is not what is said here: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('a recipient', () => {
  it.each([
    ['unknown-user', '550 this mailbox was deactivated and is frozen'],
    ['unknown-user', '550 Account locked: locked since May, is locked'],
    ['unknown-user', '550 5.7.1 mailbox is not active'],
    ['unknown-user', '550 nobody, no one by that name'],
    ['unknown-user', '554 Rcpt <a@example.com> does not exist'],
    ['unknown-user', '550 La cuenta del destinatario esta inactiva, cuenta suspendida'],
    ['mailbox-full', '552 the disk space has been used up'],
    ['mailbox-full', '550 user has too many messages on disk'],
    ['unknown-user', '550 recipient b@example.com is unable to receive mail'],
    ['unknown-user', '550 no user activity for a year'],
    ['unknown-user', '550 5.7.1 Recipient rejected: <d@example.com>'],
    ['unknown-user', '540 5.7.1 Recipient address rejected: locked'],
    ['unknown-user', '550 E99: "No mailbox"'],
    ['unknown-user', '554 the mailbox that you wanted to write to is disabled'],
    ['unknown-user', '554 Hello, unresolvable address: <e@example.com>; nosuchuser'],
    ['unknown-user', '550 "This recipient could not be verified, look at your list"'],
    ['unknown-user', '553 f@example.com is not among my validrcptto (#5.7.1)'],
    ['mailbox-full', '452 there are too many mails in this folder'],
    ['mailbox-full', '452 c@example.com ran out of quota'],
    ['volume', '550 daily sending quota reached'],
    ['recipient-policy', '550 5.7.1 This user is only accepting mail from known people'],
    ['recipient-policy', '554 a policy of the recipient address says no'],
    ['recipient-policy', '550 blocked by a local user'],
    ['dnsbl', '550 You are on the black list rbl.example.org'],
  ])('%s: %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('a sender', () => {
  it.each([
    ['auth', '554 INVALID HOST FOR SENDING MAIL OF DOMAIN example.com'],
    ['auth', '550 refused: signature-invalid'],
    ['policy', '550 Sender: address is invalid, write from a valid one'],
    ['policy', '550 [final] example.net wants a valid return domain'],
    ['policy', '553 <ann>... Domain name needed for sender address ann'],
    ['policy', '553 From: address not verified'],
    ['policy', '553 Authentication is needed to mail as <ann@example.com>'],
    ['policy', '552 too many Received: headers'],
    ['content', '554 (Reject, id=31337-11 - BAD_HEADER: two of the same field)'],
  ])('%s: %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });

  it.each([
    ['ip-block', '554 your IP 192.0.2.25 was blocked, we want a valid reason to take it off'],
    ['unknown-user', '550 5.1.1 invalid address'],
    ['content', '554 virus signature found: Sample.Test'],
  ])('is not meant here: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('a door shut before anything was asked', () => {
  it.each([
    '554 mx7.example.net',
    '554 mx7.example.net.',
    '554 gate-2.mail.example.co.uk ESMTP',
    '554-mx7.example.net 554',
    '554 mx7.example.net ESMTP not accepting messages',
    '554 mx7 ESMTP not accepting mail',
  ])('is a refusal of our address: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'ip-block', isPermanent: true });
  });

  it.each([
    '550 mx7.example.net',
    '554 someone@example.net',
    '554 mx7.example.net transaction failed',
    '554 5.7.0',
    '554 192.0.2.25',
    '554 5.3.2 system not accepting network messages',
    '554 mx7.example.net ESMTP not accepting messages for this user',
  ])('is not what is said here: %s', (reply) => {
    expect(classifyReply(reply)?.meaning).not.toBe('ip-block');
  });
});

describe('a list of friends', () => {
  it.each([
    ['ip-block', '550 your IP 192.0.2.25 is not in my white list'],
    ['ip-block', '554 5.7.1 Your host is not on our allow list'],
    ['ip-block', '550 192.0.2.25 is not whitelisted here'],
    ['policy', '553 that domain is not in my list of allowed rcpthosts'],
    ['recipient-policy', '550 the sender is not in my list of friends'],
    ['recipient-policy', '550 ann@example.com is not on the white list of this user'],
    ['unknown-user', '550 recipient is not in my local list'],
    ['temporary', '450 192.0.2.25 is not whitelisted yet, try later'],
    [undefined, '550 the server says: host of the letter, ann, not whitelisted'],
  ])('lacks one: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('what is quoted or told of an address', () => {
  it.each([
    [
      'policy',
      '550-Postmaster verification failed, checking <ann@example.com> 550-Response: 550 <postmaster@example.com>: User unknown',
    ],
    ['policy', '550-Return path verification failure: 550 no such user'],
    ['policy', '553 Mail from ann@example.com not allowed'],
    ['policy', '530 5.7.57 ann was not authenticated to send anonymous mail'],
    ['mailbox-full', '550 the inbox of user ann@example.com is now full'],
    ['mailbox-full', '550 mailbox for ann is full'],
    ['unknown-user', '550 unrouteable domain example.com'],
    ['unknown-user', '550-Callout verification failed: 550 nobody of that name, no such user'],
    ['unknown-user', '550 5.1.0 recipient validation failed'],
    ['ip-block', '554 mail from 192.0.2.25 not allowed'],
  ])('%s: %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

describe('a submission', () => {
  it.each([
    ['policy', '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6'],
    ['policy', '535 Incorrect login data'],
    ['policy', '534 5.7.9 Application-specific word needed'],
    ['policy', '550 5.5.1 Authorization failed for ann'],
    ['policy', '553 envelope sender must match the user who logged in'],
    ['policy', '550 5.7.60 SMTP; ann lacks permission to send as bob'],
    ['policy', '550 The envelope sender does not match an identity of yours'],
    ['policy', '554 5.7.14 Log in with a browser first'],
    ['policy', '550 we are not relaying for example.com'],
    ['policy', '553 example.com is missing from my rcpthosts (#5.7.1)'],
    ['content', '550 the Date header is missing'],
    ['content', '554 5.6.0 Malformed header in the letter'],
    ['content', '550 this letter was rated xSPAM'],
    ['unknown-user', '501 5.1.5 Recipient address is reserved'],
    ['unknown-user', '550 Cannot route to <ann@example.com>'],
    ['unknown-user', '550 the address is not handled by this server'],
    ['unknown-user', '550 ann: your recipient is not in my local list'],
    ['recipient-policy', '550 the sender is not a member of the group'],
    ['tls', '550 5.7.30 this letter must not go on without it'],
    ['policy', '550 5.1.8 ann@example.invalid'],
    ['policy', '554 5.4.6 seen here before'],
  ])('refused: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});
