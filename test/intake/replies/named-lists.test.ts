// A refusal that names a list is never missed: every list that the catalogue knows or knows to have ended, by its zone, its name and its
// pages, in sentences whose other words are about something else, in pieces, and written as nobody should.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadZones } from '../../../src/blocklists/dead.js';
import type { Blocklist } from '../../../src/blocklists/operator.js';
import { blocklists } from '../../../src/blocklists/operators/index.js';
import { classifyReply, providers } from '../../../src/intake/replies/index.js';

const ofAddresses = blocklists.filter(({ kinds }) => kinds.some((kind) => kind !== 'domain'));
const ended = deadZones.map(({ zone }) => zone).filter((zone) => !/vouch|swl|dbl/.test(zone));
const zones = [...ofAddresses.map(({ zone }) => zone.replace('{key}.', '')), ...ended];
const names = ofAddresses.map(({ name }) => name.replace(/ \(.*/, ''));
const pages = ofAddresses.flatMap(pagesOf);
const BLOCKS: ReadonlySet<string | undefined> = new Set(['dnsbl', 'ip-block']);

function pagesOf({ lookupUrl, delisting }: Blocklist): string[] {
  return [lookupUrl, delisting.url]
    .filter((url) => url?.startsWith('http'))
    .map((url) => (url as string).replace(/\{\w+\}/g, '192.0.2.25'));
}

/** Sentences that refuse, with what else could be taken for the cause. */
const SENTENCES: readonly ((list: string) => string)[] = [
  (list) => `554 5.7.1 <u@example.com>: Recipient address rejected: host on ${list}`,
  (list) => `550 5.7.1 <a@example.org>: Sender address rejected: your host is listed in ${list}`,
  (list) => `550 5.7.1 Identified as spam, for 192.0.2.25 is listed in ${list}`,
  (list) => `554 Rejected as spam: 192.0.2.25 found in ${list}`,
  (list) => `550 Access denied by policy (${list})`,
  (list) => `550 5.2.1 Mailbox unavailable to 192.0.2.25, says ${list}`,
  (list) => `550 5.1.1 user unknown, or you are in ${list}`,
  (list) => `550 5.7.1 Reverse DNS missing, or listed: ${list} 192.0.2.25`,
  (list) => `550 5.7.1 SPF failed or your address is listed in ${list}`,
  (list) => `550 5.7.1 Relaying denied: 192.0.2.25 is listed in ${list}`,
  (list) => `554 5.7.1 Virus on 192.0.2.25, see ${list}`,
  (list) => `552 quota of complaints exceeded, ${list} has you`,
  (list) => `451 4.7.1 Client host [192.0.2.25] blocked using ${list}`,
  (list) => `421 4.7.0 Try later, 192.0.2.25 is listed in ${list}`,
  (list) => `550 Ihr Mailserver 192.0.2.25 ist bei ${list} gelistet`,
  (list) => `550 Votre serveur 192.0.2.25 est sur la liste noire ${list}`,
  (list) => `550 Su servidor 192.0.2.25 figura en la lista negra de ${list}`,
  (list) => `550 Ваш IP 192.0.2.25 находится в списке ${list}`,
  (list) => `550 送信元IP 192.0.2.25 は ${list} に登録されています`,
  (list) => `550-5.7.1 We take no mail of yours.\n550-5.7.1 Reason: ${list}\n550 5.7.1 Bye`,
  (list) => `550-No 550-${list} 550 Bye`,
  (list) => `550 ${list}`,
  (list) => `554 5.7.1 rejected|${list}|192.0.2.25`,
  (list) => `554 5.7.1 [192.0.2.25]:${list}:127.0.0.2`,
  (list) => `554 5.7.1 <${list}>`,
  (list) => `554 5.7.1 "${list}"`,
  (list) => `554 5.7.1 reason=${list}, ip=192.0.2.25`,
  (list) => `550 5.7.1 ${'We are sorry that your mail could not be taken. '.repeat(12)}See ${list}`,
];

const hosts = providers.flatMap(({ hosts: names }) => names.slice(0, 1)).map((name) => name.replace('*', 'com'));

describe('a list that is named', () => {
  it.each([
    ['zone', zones],
    ['name', names],
    ['page', pages],
  ])('by its %s is found whatever else the sentence says, and whoever says it', (_, lists) => {
    const missed = lists.flatMap((list, i) =>
      SENTENCES.flatMap((say, k) => {
        const read = [undefined, hosts[(i + 7 * k) % hosts.length]].map((relayHost) =>
          classifyReply(say(list), { relayHost }),
        );
        return read.filter((each) => !BLOCKS.has(each?.meaning)).map((each) => `${each?.patternId}: ${say(list)}`);
      }),
    );

    expect(missed).toEqual([]);
  });

  it('is found in the midst of anything', () => {
    const words = fc.array(
      fc.constantFrom('sorry', 'mail', 'for', 'see', 'your', 'the', 'host', 'blocked', '192.0.2.25', '(1)', '-'),
    );
    fc.assert(
      fc.property(words, fc.constantFrom(...zones), words, (before, zone, after) => {
        expect(isBlock(['550 5.7.1', ...before, zone, ...after].join(' '))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['in upper case', (zone: string) => `550 BLOCKED USING ${zone.toUpperCase()}`],
    ['as it was asked', (zone: string) => `554 25.2.0.192.${zone} exists`],
    ['behind an underscore', (zone: string) => `554 5.7.1 refused: RBL_${zone}`],
    ['with the end of a sentence behind it', (zone: string) => `550 Blocked by ${zone}. Bye.`],
    ['in wide letters', (zone: string) => `550 Blocked by ${zone.replace(/[a-z]/g, wide)}`],
    ['with what is not to be seen inside', (zone: string) => `550 Blocked by ${zone.split('').join('\u200b')}`],
  ])('is found %s', (_, say) => {
    const missed = ofAddresses.map(({ zone }) => zone.replace('{key}.', '')).filter((zone) => !isBlock(say(zone)));

    expect(missed).toEqual([]);
  });

  it.each([
    'spamhaus.org',
    'spamcop.net',
    'barracudacentral.org',
    'uceprotect.net',
    'spfbl.net',
    's5h.net',
    'dronebl.org',
  ])('is found by any page of %s', (site) => {
    expect(isBlock(`550 Refused, see https://some.thing.${site}/q?ip=192.0.2.25`)).toBe(true);
  });

  it.each([
    ['zen.spamhaus.org', '554 5.7.1 refused: SPAMHAUS_ZEN'],
    ['zen.spamhaus.org', '554 Refused (SpamHaus-XBL)'],
    ['zen.spamhaus.org', "553 Your host is in Spamhaus's data"],
    ['zen.spamhaus.org', '550 mail.example.net Listed by CSS'],
    ['zen.spamhaus.org', '550 5.7.1 192.0.2.25 is on the PBL'],
    ['zen.spamhaus.org', '550 Blocked using Sрamhaus'],
    ['bl.spamcop.net', '571 Your server is known to spam-cop'],
    ['bl.spamcop.net', '550: your IP is an SCBL entry'],
    ['zen.spamhaus.org', '550: IP in XBL'],
    ['r.mail-abuse.com', '550 Your 192.0.2.25 was blocked by Trend Micro Email Reputation Service'],
    ['r.mail-abuse.com', '550 Mail from 192.0.2.25 refused by rbl-plus.mail-abuse.org, read about it there'],
    ['dnsbl-2.uceprotect.net', '550 you are UCEPROTECT-LEVEL-2 listed'],
    ['dnsbl.justspam.org', '550 JustSpam knows you'],
    ['bl.0spam.org', '550 [0SPAM] no thanks'],
    ['rbl.example.net', '550 5.7.1 Your host is listed at rbl.example.net'],
    ['badhosts.example.net', '550 5.7.1 192.0.2.25 appears in badhosts.example.net'],
  ])('is %s in %s', (zone, reply) => {
    expect(classifyReply(reply)).toMatchObject({ meaning: 'dnsbl', zone });
  });

  it.each([
    '554 RBL_HIT',
    '550 5.7.1 DNSBL_MATCH for your address',
    '554 Listed in 4 blacklists',
    '550 Your IP is in RBL',
    '550 Look yourself up at http://www.dnsbl.info',
    '550 you are on two public blacklists',
  ])('may have no name: %s', (reply) => {
    expect(classifyReply(reply)?.meaning).toBe('dnsbl');
  });

  it.each([
    '550 5.1.1 <spamhaus@example.com>: user unknown',
    '550 5.1.1 <ann@spamhaus.example>: user unknown',
    '550 5.1.1 <ann@example.com>: unknown at mx-spamcop.example.net',
    '550 5.1.1 user unknown at css.example.net',
    '552 Mailbox full at barracuda.example.net',
    '550 5.7.1 You are on two mailing lists and may not write to this one',
    '530 5.7.0 You must log in before you send',
    '550 Text is blocked by css rules of the recipient',
  ])('is no part of a name: %s', (reply) => {
    expect(isBlock(reply)).toBe(false);
  });

  it.each([
    ['rbl.example.net', '550 Too much junk came from your server, see https://rbl.example.net/?ip=192.0.2.25'],
    ['blacklist2.example.net', '554 192.0.2.25 | blacklist2.example.net'],
    ['bl.spamcannibal.org', '550 Su servidor esta en la lista negra Spam Cannibal'],
    ['dnsbl.njabl.org', '554 NJABL says no to 192.0.2.25'],
    ['r.mail-abuse.com', '554 5.7.1 Client host [192.0.2.25] blocked using rbl-plus.mail-abuse.org'],
    ['senders.yandex.ru', '554 Client host [192.0.2.25] blocked using senders.yandex.ru; Blocked by spam statistics'],
    ['88.blocklist.zap', '550 5.7.1 Client host 192.0.2.25 blocked using 88.blocklist.zap; Mail from IP banned'],
    ['multi.surbl.org', '550 Your text was refused, see http://mail.example.net/why?list=SURBL'],
    [undefined, '550 5.1.1 <rbl@example.net>: ann@rbl.example.net is unknown here'],
    [undefined, '554 5.7.1 Your host is blocked using a list of ours'],
  ])('has its zone, %s: %s', (zone, reply) => {
    expect(classifyReply(reply)?.zone).toBe(zone);
  });

  it.each([
    ['content', '554 5.7.1 Message contains a link to evil.example, listed at multi.surbl.org'],
    ['domain-block', '554 5.7.1 The domain example.com is in the Spamhaus DBL'],
    ['domain-block', '554 Refused: SPAMHAUS_DBL'],
  ])('may be about %s: %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });
});

function isBlock(reply: string): boolean {
  return BLOCKS.has(classifyReply(reply)?.meaning);
}

function wide(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 0x61 + 0xff41);
}
