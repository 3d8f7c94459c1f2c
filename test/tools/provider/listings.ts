// Receivers and lists that refuse one of the relays' addresses for a while. Customers' honest mail is refused with it.
import type { Dice } from './dice.js';
import type { Answer, Style } from './manner.js';
import type { Receiver } from './receivers.js';

interface Wording {
  /** Lower case; in every reply of this listing. */
  mark: string;
  said: (ip: string, dice: Dice) => string;
  at?: Answer['at'];
}
export interface ListingKind {
  name: string;
  /** Which receivers refuse, and the share of them that asks this list. */
  styles: readonly Style[];
  share: number;
  wordings: readonly Wording[];
}
export interface Listing {
  kind: ListingKind;
  mark: string;
  relay: string;
  ip: string;
  from: number;
  to: number;
  /** Share of mail that is refused: some providers block a part only. */
  severity: number;
  said: (ip: string, dice: Dice) => string;
  at: Answer['at'];
  /** Which receivers ask this list, by a number of theirs. */
  asks: (receiver: Receiver) => boolean;
  /** Filled while mail is delivered. */
  firstRefusalAt?: number;
  refusals: number;
}

const own: readonly Style[] = ['postfix', 'exim', 'exchange', 'qmail', 'zimbra', 'sendmail'];
const HEX = '0123456789abcdef';
const ft = (dice: Dice) =>
  `[${dice.pick(['DB5EUR01FT0', 'BN8NAM12FT0'])}${dice.int(10, 99)}.eop-EUR01.prod.protection.test]`;
const dnsbl = (zone: string, link: (ip: string) => string): Wording[] => [
  { mark: zone, said: (ip) => `554 5.7.1 Service unavailable; Client host [${ip}] blocked using ${zone}; ${link(ip)}` },
  {
    mark: zone,
    said: (ip) =>
      `550-"JunkMail rejected - relay.test [${ip}]:4${ip.length}213 is in an RBL on ${zone}, 550 see ${link(ip)}"`,
  },
  { mark: zone, said: (ip) => `550 5.7.1 Mail from ${ip} refused by blackhole site ${zone}; see ${link(ip)}` },
];

const LISTING_KINDS: readonly ListingKind[] = [
  {
    name: 'microsoft consumer',
    styles: ['microsoft-consumer'],
    share: 1,
    wordings: ['S3140', 'S3150'].flatMap((code) => [
      {
        mark: code.toLowerCase(),
        said: (ip: string, dice: Dice) =>
          `550 5.7.1 Unfortunately, messages from [${ip}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (${code}). You can also refer your provider to http://mail.live.test/mail/troubleshooting.aspx#errors. ${ft(dice)}`,
        at: 'MAIL FROM' as const,
      },
    ]),
  },
  {
    name: 'microsoft 365',
    styles: ['microsoft-365'],
    share: 1,
    wordings: [
      {
        mark: 'banned sending ip',
        said: (ip, dice) =>
          `550 5.7.${dice.int(606, 649)} Access denied, banned sending IP [${ip}]. To request removal from this list please visit https://sender.office.test/ and follow the directions. For more information please go to http://go.test/fwlink/?LinkID=526655 (AS16012609) ${ft(dice)}`,
      },
      {
        mark: 'banned sender',
        said: (ip, dice) =>
          `550 5.7.511 Access denied, banned sender[${ip}]. To request removal from this list please forward this message to delist@messaging.test. For more information please go to http://go.test/fwlink/?LinkId=526653. AS(1410) ${ft(dice)}`,
      },
      {
        mark: 'spamhaus',
        said: (ip, dice) =>
          `550 5.7.1 Service unavailable, Client host [${ip}] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/${ip} (AS16012611) ${ft(dice)}`,
      },
    ],
  },
  {
    name: 'spamhaus',
    styles: own,
    share: 0.45,
    wordings: [
      ...dnsbl('zen.spamhaus.org', (ip) => `https://www.spamhaus.org/query/ip/${ip}`),
      ...dnsbl('sbl.spamhaus.org', (ip) => `https://check.spamhaus.org/listed/?searchterm=${ip}`),
      {
        mark: 'spamhaus',
        said: (ip) =>
          `550 5.7.1 <unknown[${ip}]>: Client host rejected: listed by Spamhaus XBL, see https://check.spamhaus.org/query/ip/${ip}`,
      },
    ],
  },
  {
    name: 'spamcop',
    styles: own,
    share: 0.3,
    wordings: dnsbl('bl.spamcop.net', (ip) => `Blocked - see https://www.spamcop.net/bl.shtml?${ip}`),
  },
  {
    name: 'barracuda',
    styles: ['barracuda', ...own],
    share: 0.3,
    wordings: [
      ...dnsbl('b.barracudacentral.org', (ip) => `http://www.barracudanetworks.com/reputation/?pr=1&ip=${ip}`),
    ],
  },
  {
    name: 'proofpoint',
    styles: ['proofpoint'],
    share: 1,
    wordings: [
      {
        mark: 'proofpoint',
        said: (ip) => `554 Blocked - see https://ipcheck.proofpoint.com/?ip=${ip}`,
        at: 'greeting',
      },
      {
        mark: 'proofpoint',
        said: (ip) => `550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=${ip}`,
      },
      {
        mark: 'proofpoint',
        said: (ip) => `550 5.7.1 Service unavailable; client [${ip}] blocked using prs.proofpoint.com`,
      },
    ],
  },
  {
    name: 'cloudmark',
    styles: ['orange', 'postfix', 'sendmail'],
    share: 0.5,
    wordings: [
      {
        mark: 'cloudmark',
        said: (ip) =>
          `550 5.7.1 Service unavailable; client [${ip}] blocked using Cloudmark Sender Intelligence (Visit http://csi.cloudmark.com/reset-request/?ip=${ip} if you feel this is in error)`,
      },
      {
        mark: 'cloudmark',
        said: (ip) =>
          `550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 Ref http://csi.cloudmark.com/reset-request/?ip=${ip} [102]`,
      },
    ],
  },
  {
    name: 't-online',
    styles: ['t-online'],
    share: 1,
    wordings: [
      {
        mark: '(bl)',
        said: (ip) =>
          `554 IP=${ip} - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.test to clarify.) (BL)`,
        at: 'greeting',
      },
      {
        mark: 'bad reputation',
        said: (ip) =>
          `554 IP=${ip} - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.test for reset. (NOWL)`,
        at: 'greeting',
      },
    ],
  },
  {
    name: 'united internet',
    styles: ['united-internet'],
    share: 1,
    wordings: [
      {
        mark: 'block listed',
        said: (ip, dice) =>
          `554-uimail.test (mx${dice.text(HEX, 5)}) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed. 554 For explanation visit https://postmaster.test/en/case?c=r0201&i=ip&v=${ip}&r=1M${dice.text(HEX, 10)}`,
        at: 'greeting',
      },
    ],
  },
  {
    name: 'google',
    styles: ['google'],
    share: 1,
    wordings: [
      {
        mark: 'sending ip',
        said: (ip) =>
          `550-5.7.1 [${ip}] Our system has detected that this message is 550-5.7.1 likely suspicious due to the very low reputation of the sending IP 550-5.7.1 address. To best protect our users from spam, the message has been 550-5.7.1 blocked. Please visit 550 5.7.1  https://support.test/mail/answer/188131 for more information. a6si${ip.length}23 - gsmtp`,
        at: 'end of DATA',
      },
      {
        mark: 'ip address',
        said: (ip) =>
          `550-5.7.28 [${ip}] There is an unusual rate of unsolicited email originating 550-5.7.28 from your IP address. To protect our users from spam, email sent 550-5.7.28 from your IP address has been blocked. 550 5.7.28  https://support.test/mail/?p=UnsolicitedIPError d9si${ip.length}11 - gsmtp`,
        at: 'end of DATA',
      },
    ],
  },
  {
    name: 'yahoo',
    styles: ['yahoo'],
    share: 1,
    wordings: [
      {
        mark: 'bl2',
        said: (ip, dice) =>
          `553 5.7.1 [BL2${dice.pick([1, 3])}] Connections will not be accepted from ${ip}, because the ip is in Spamhaus's list; see http://postmaster.test/550-bl23.html`,
        at: 'MAIL FROM',
      },
      {
        mark: 'ts03',
        said: (ip) =>
          `421 4.7.1 [TS03] All messages from ${ip} will be permanently deferred; Retrying will NOT succeed. See https://postmaster.test/error-codes`,
        at: 'MAIL FROM',
      },
    ],
  },
  {
    name: 'mimecast',
    styles: ['mimecast'],
    share: 1,
    wordings: [
      {
        mark: 'poor reputation',
        said: (_, dice) =>
          `550 csi.mimecast.org Poor Reputation Sender. - https://community.test/docs/DOC-1369#550 [${dice.text(HEX, 20)}.us149]`,
      },
    ],
  },
  {
    name: 'ironport',
    styles: ['ironport'],
    share: 1,
    wordings: [
      {
        mark: 'poor reputation',
        said: () =>
          "554-mx.test 554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. If you believe that this failure is in error, please contact the intended recipient via alternate means.",
        at: 'greeting',
      },
    ],
  },
  {
    name: 'small lists',
    styles: own,
    share: 0.25,
    wordings: [
      'psbl.surriel.com',
      'dnsbl-1.uceprotect.net',
      'combined.mail.abusix.zone',
      'bl.mailspike.net',
      'truncate.gbudb.net',
    ].flatMap((zone) => dnsbl(zone, (ip) => `Listed at ${zone} ${ip}`)),
  },
];

/** A listing of a relay's address for some hours; kinds that receivers really have are the likelier ones. */
export function beginListing(dice: Dice, relay: string, ip: string, from: number): Listing {
  const kind = dice.weighted(LISTING_KINDS.map((each, i) => [i < 5 ? 3 : 1, each] as const));
  const wording = dice.pick(kind.wordings);
  const luck = dice.next();
  return {
    kind,
    mark: wording.mark,
    relay,
    ip,
    from,
    to: from + dice.between(0.7, 9) * 3_600_000,
    severity: dice.is(0.7) ? 1 : dice.between(0.3, 0.95),
    said: wording.said,
    at: wording.at ?? 'RCPT TO',
    asks: (receiver) => kind.styles.includes(receiver.style) && (receiver.luck + luck) % 1 < kind.share,
    refusals: 0,
  };
}
