// A rule of the receiver's that is no block of our address: of a country, of how large a letter is, of how much in a time, of an account
// or a domain. Each has the true blocks beside it, in the same words.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('a country refused', () => {
  it.each([
    '550 5.7.1 Mail from your country is not accepted',
    '554 5.7.1 <mx.example.com[192.0.2.25]>: Client host rejected: country NL not permitted',
    '554 geoblocked',
    '550 access denied from region EU',
    '550 Rejected - geographical restriction',
    '550 mail from foreign countries not accepted',
    '550 Your geographic location is blocked',
    '550 5.7.1 192.0.2.25 is located in a country that we do not accept mail from',
    '550 Country of origin not allowed',
    '554 5.7.1 Geo-location policy: connection refused',
    '550 no mail from outside our country',
    '550 rejected: sending country not in allow list',
    '554 connection from blacklisted country',
    '554 refused because of the country of your IP',
    '421 4.7.1 geoip: connection from NL denied',
    '550 Country blocked for mx-mail-1.example.com, follow this link: https://example.net/url',
    '550 Your nation stands on our block list',
    '550 5.7.1 Country NL is on our block list (192.0.2.25)',
    '554 The country of 192.0.2.25 has been blacklisted by MailShield 3',
    '550 Denied, we go by geographic region',
    '550 Your country is not allowed to talk with this server.',
    '550 Sorry, no mail from abroad',
    '550 connections from outside Brazil are rejected',
    '550 We do not accept messages from China',
    '550 GeoIP: your continent is blocked',
    '550 No mail accepted from foreign IP space',
    '550 IP address 192.0.2.25 located in RU, blocked by geolocation',
    '550 Ihr Land wird von uns nicht akzeptiert',
    '550 E-Mails aus dem Ausland werden abgelehnt',
    '554 Ländersperre',
    '550 Les courriers de votre pays sont refusés',
    '550 Pays non autorisé',
    '550 No se acepta correo de su país',
    '550 Ubicación geográfica no permitida',
    '550 Mensagens do seu país não são aceitas',
    '550 Posta dal suo paese rifiutata',
    '550 Land van herkomst niet toegestaan',
    '550 Mail fra dit land er blokeret',
    '550 Poczta z twojego kraju jest zablokowana',
    '550 Почта из вашей страны не принимается',
    '550 Ülkenizden gelen postalar engellendi',
    '550 Mesajele din țara dumneavoastră sunt blocate',
    '550 拒绝来自您所在国家的邮件',
    '550 海外からのメールは拒否します',
    '550 해외 IP 차단',
  ])('is the receiver’s own rule, and no other address in that country helps: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({
      meaning: 'recipient-policy',
      isPermanent: reply.startsWith('5'),
      rerouteHelps: false,
    });
  });

  it.each([
    ['nl.countries.example.net', 'blocked using nl.countries.example.net'],
    ['geoip-eu.example.net', 'rejected by geoip-eu.example.net; sorry'],
    ['taiwan.lists.example.org', 'blocked using taiwan.lists.example.org'],
    ['local.example.org', 'blocked using local.example.org; You are in nl, refused for your geographic origin'],
    ['local.example.org', 'blocked using local.example.org; Mail from China is not accepted'],
  ])('is so whatever zone tells the countries: %s in %s', (zone, words) => {
    expect(classifyReply(`554 5.7.1 Service unavailable; Client host [192.0.2.25] ${words}`)).toMatchObject({
      meaning: 'recipient-policy',
      zone,
    });
  });

  it.each([
    ['ip-block', '550 Your IP 192.0.2.25 (country NL) is blacklisted'],
    ['ip-block', '554 5.7.1 [192.0.2.25] (Country: DE) blocked due to poor reputation'],
    ['ip-block', '550 192.0.2.25 is blocked, it sends more spam than any other host of your country'],
    ['ip-block', '554 The host [192.0.2.25] (NL) was banned for repeated abuse in our region'],
    ['ip-block', '550 Mail from your location (192.0.2.25) has been blocked'],
    ['ip-block', '550 Mail from this location is refused: 192.0.2.25'],
    ['ip-block', '550 your ip range is blocked, ask your national provider'],
    ['ip-block', '550 rejected by china.example.com: your IP is blocked'],
    ['dnsbl', '554 5.7.1 Client host [192.0.2.25] blocked using zen.spamhaus.org; rejected, your country'],
    ['dnsbl', '554 5.7.1 Client host [192.0.2.25] blocked using bl.spamcop.net; geographic location NL'],
    ['dnsbl', '554 5.7.1 Client host [192.0.2.25] blocked using rbl.example.net; country: NL'],
    ['dnsbl', '554 5.7.1 Client host [192.0.2.25] blocked using geobytes.example.net; listed for spam'],
    ['dnsbl', '550 GeoIP says NL. Blocked: 192.0.2.25 is listed at dnsbl.example.net'],
    ['dnsbl', '554 5.7.1 Client host [192.0.2.25] blocked using dnsbl.chile.example.net'],
  ])('is a remark about an address that is refused: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each([
    '550 5.1.1 The country office mailbox is unknown',
    '550 sender address rejected: country code top level domain not allowed',
    '550 5.7.1 domain in country TLD .example is blocked',
    '552 5.2.2 mailbox of region north is over quota',
    '550 Message contains a country name that is blocked by the filter',
    '450 4.7.1 region server busy, try later',
    '550 No such user in this region',
    '550 5.7.1 Message blocked by policy. [eu-west-1 region]',
    '550 Your message was rejected: links to blocked countries found',
    '550 5.7.1 The member of this region group is not allowed to receive',
    '550 5.2.0 Sorry, mail to that country is not accepted from our users',
    '550 5.7.1 Invoice from this country is denied as phishing',
    '550 messages from china@example.com are not accepted',
    '550 mail from korea.example.com is refused',
    '550 El usuario de su pais no existe',
    '550 根据国家法律法规，您的邮件被拒绝',
  ])('is not what is said here: %s', (reply) => {
    expect(classifyReply(reply)?.patternId ?? '').not.toMatch(/^country/);
    expect(meaningOf(reply)).not.toBe('ip-block');
  });
});

describe('how large a letter is', () => {
  it.each([
    '552 Too much mail data',
    '552 Error: that was too much data',
    '552 too many bytes in one letter',
    '552 Message exceeds 10 MB',
    '552 Letter larger than 20480 KB',
    '552 Mail of 30000000 bytes is over our limit',
    '550 oversized message',
    '552 5.2.3 Nachricht zu groß',
    '552 Message trop volumineux',
    '552 Mensaje demasiado grande',
    '552 Messaggio troppo grande',
    '552 Bericht te groot',
    '552 Mensagem muito grande',
  ])('is the receiver’s rule: %s', (reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'policy', rerouteHelps: false });
  });

  it.each([
    ['ip-throttle', '421 Too much data from your IP, slow down'],
    ['ip-throttle', '421 4.7.0 Too much mail from 192.0.2.25'],
    ['ip-throttle', '450 too much mail, wait'],
    ['ip-throttle', '550 5.7.1 Your IP sends too much mail data in an hour'],
    ['temporary', '452 Too much data in the mailbox of ann@example.com'],
    ['mailbox-full', '552 5.2.2 Mailbox is over its size'],
    ['ip-block', '554 Your IP has sent more than 500 messages of spam and is blocked'],
  ])('is not how much came, or what is kept: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('what Microsoft documents its codes to mean', () => {
  it.each([
    ['policy', '550 5.7.502 Access denied, banned sender'],
    ['unknown-user', '550 5.7.504 [ann@example.com]: Recipient address rejected: Access denied'],
    ['unknown-user', '550 5.7.505 Access denied, banned recipient'],
    ['recipient-policy', '550 5.7.507 Access denied, rejected by recipient'],
    ['volume', '550 5.7.508 Access denied, [192.0.2.25] has exceeded permitted limits within 192.0.2.0/24 range'],
    ['volume', '550 5.7.508 Access denied, [2001:db8::25] has exceeded permitted limits within 2001:db8::/64 range'],
    ['policy', '550 5.7.705 Access denied, tenant has exceeded threshold'],
    ['policy', '550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains'],
    ['domain-block', '550 5.7.800 Access denied, banned sender'],
    [
      'recipient-policy',
      '550 5.7.513 Service unavailable, Client host [192.0.2.25] blocked by example.com using Customer Block list',
    ],
    ['ip-block', '550 5.7.511 Access denied, banned sender'],
    ['ip-block', '550 5.7.606 Access denied, banned sending IP [192.0.2.25]'],
    ['ip-block', '550 5.7.708 Access denied, traffic not accepted from this IP'],
    ['ip-block', '550 5.7.1 Service unavailable. Client blocked'],
    ['ip-block', '550 5.7.1 Access denied, [192.0.2.25] has exceeded the spam threshold'],
  ])('is %s: %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });

  it.each([
    ['policy', '550 5.7.1 Client blocked from sending from unverified domains'],
    ['policy', '550 5.7.1 Mail from unregistered domains is blocked'],
    ['ip-throttle', '550 Access denied, [192.0.2.25] has exceeded permitted limits within its range'],
    ['ip-block', '550 Client host [192.0.2.25] has reached our quota, and is blocked'],
    ['ip-block', '550 Your IP 192.0.2.25 is blocked for sending mail from unregistered domains'],
    ['ip-block', '550 Client host [192.0.2.25] blocked: it sends from unregistered domains'],
  ])('is told from others’ words too: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});

describe('the list that is named beside', () => {
  it.each([
    [
      'temporary',
      'grey.example.net',
      '421 4.7.1 Client host [192.0.2.25] blocked using grey.example.net; Greylisting, wait',
    ],
    ['content', 'multi.uribl.com', '550 Blacklisted URL in message. See http://lookup.uribl.com'],
    ['content', 'multi.surbl.org', '550 Blocked: link in message, see http://www.surbl.org/'],
    [
      'content',
      'spamrl.com',
      '550 A URL in this email (bad . example) is listed on https://spamrl.com/. Please resolve',
    ],
    [
      'dnsbl',
      'bl.score.senderscore.com',
      '550 5.5.0 Service refuse. https://senderscore.org/blacklistlookup/ LPN007_102',
    ],
    ['content', undefined, '550 5.7.1 Your letter holds a blacklisted link'],
    ['dnsbl', undefined, '550 5.5.0 Service refuse. LPN007_103'],
    ['temporary', undefined, '450 Greylisted, using what we know of you'],
  ])('of %s is %s: %s', (meaning, zone, reply) => {
    const read = classifyReply(reply);

    expect([read?.meaning, read?.zone]).toEqual([meaning, zone]);
  });

  it.each([
    ['proofpoint', '550 5.7.1 Service unavailable; client [192.0.2.25] blocked using Proofpoint Dynamic Reputation'],
    ['proofpoint', "554 192.0.2.25 is refused by Proofpoint's IP reputation"],
    [undefined, '554 192.0.2.25 is refused by our dynamic reputation'],
  ])('is a company’s, %s: %s', (provider, reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'ip-block', ip: '192.0.2.25' });
    expect(classifyReply(reply)?.provider).toBe(provider);
  });
});
