// Microsoft 365 (Exchange Online Protection): business mail, recognised by its host. 5.7.606 to 5.7.649 are lifted at
// sender.office.com, 5.7.511 by mail, a "Customer Block list" only by the recipient's own people. Wordings: Microsoft's documentation
// of its non-delivery reports, and refusals seen.
import { IP, kinds, type Provider, re } from '../reply.js';

/** Words that Microsoft's hosts for consumer mail use too. */
const alsoOf = ['microsoft-consumer'];

export const microsoft365: Provider = {
  id: 'microsoft-365',
  hosts: ['mail.protection.outlook.com', 'mx.microsoft', 'mail.protection.office365.us'],
  domains: [],
  patterns: [
    {
      id: 'm365-5.7.606',
      ...kinds.block,
      alsoOf,
      pattern: re`(?<code>5\.7\.6(?:0[6-9]|[1-4]\d)) Access denied, banned sending IP \[?${IP}\]?`,
      basis: 'observed',
      examples: [
        '550 5.7.606 Access denied, banned sending IP [192.0.2.25]. To request removal from this list please visit https://sender.office.com/ and follow the directions. For more information please go to http://go.microsoft.com/fwlink/?LinkID=526655 (AS16012609) [DB5EUR01FT031.eop-EUR01.prod.protection.outlook.com]',
      ],
    },
    {
      // Not for the portal: the whole report goes by mail.
      id: 'm365-5.7.511',
      ...kinds.block,
      pattern: re`(?<code>5\.7\.511) Access denied, banned sender(?: ?\[?${IP}\]?)?`,
      basis: 'observed',
      examples: [
        '550 5.7.511 Access denied, banned sender[192.0.2.25]. To request removal from this list please forward this message to delist@messaging.microsoft.com. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653. AS(508) [AM5EUR02FT019.eop-EUR02.prod.protection.outlook.com]',
      ],
    },
    {
      // Its own lists, by the names that it gives them.
      id: 'm365-blocklist1',
      ...kinds.block,
      pattern: re`Client host (?:\[?${IP}\]? )?blocked using (?:(?<code>Blocklist 1|FBLW\d{1,3})\b|(?<zone>[\w-]{1,20}\.blocklist\.zap))`,
      basis: 'official',
      examples: [
        '550 5.7.1 :127.0.0.3:Client host 192.0.2.25 blocked using 88.blocklist.zap; Mail from IP banned. To request removal from this list please forward this message to delist.forefront@messaging.microsoft.com',
        '550 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using Blocklist 1; To request removal from this list please forward this message to delist@messaging.microsoft.com',
        '550 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using FBLW15; To request removal from this list please forward this message to delist@messaging.microsoft.com',
      ],
    },
    {
      id: 'm365-custom',
      ...kinds.recipientPolicy,
      pattern: re`Client host \[?${IP}\]? blocked by \S{1,255} using Customer Block ?list`,
      basis: 'official',
      examples: [
        '550 5.7.513 Service unavailable, Client host [192.0.2.25] blocked by contoso.com using Customer Block list (AS16012607)',
      ],
    },
    {
      id: 'm365-4.7.5xx',
      ...kinds.throttle,
      alsoOf,
      pattern: re`(?<code>4\.7\.(?:[56]\d\d|8[5-9]\d)) (?:Access denied, please try again later|Server busy)`,
      basis: 'official',
      examples: [
        '451 4.7.550 Access denied, please try again later. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653',
      ],
    },
    {
      id: 'm365-5.7.25',
      ...kinds.ptr,
      rerouteHelps: false,
      alsoOf,
      pattern: re`(?<code>5\.7\.25) Access denied, the sending IPv6 address \[?${IP}\]? must have a reverse DNS`,
      basis: 'official',
      examples: ['550 5.7.25 Access denied, the sending IPv6 address [2001:db8::25] must have a reverse DNS record'],
    },
    {
      id: 'm365-4.7.26',
      ...kinds.auth,
      isPermanent: 'by-code',
      alsoOf,
      pattern: re`(?<code>[45]\.7\.26) Access denied, a message sent over IPv6 \[?${IP}\]? must pass either SPF or DKIM`,
      basis: 'official',
      examples: [
        '450 4.7.26 Access denied, a message sent over IPv6 [2001:db8::25] must pass either SPF or DKIM validation, this message is not signed',
      ],
    },
    {
      id: 'm365-5.7.509',
      ...kinds.auth,
      alsoOf,
      pattern: re`(?<code>5\.7\.509) Access denied, sending domain \[?(?<domain>[^\s\]]{1,255})\]? does not pass DMARC`,
      basis: 'official',
      examples: [
        '550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification and has a DMARC policy of reject.',
      ],
    },
    {
      // The account that sends, or its organisation, has no leave any more: nothing of our address. 750: from domains it has not registered.
      id: 'm365-account',
      ...kinds.policy,
      isPermanent: 'by-code',
      alsoOf,
      pattern: re`(?<code>5\.7\.(?:50[1-3]|705|750)) (?:Access denied|Service unavailable)`,
      basis: 'official',
      examples: [
        '550 5.7.501 Access denied, spam abuse detected',
        '550 5.7.705 Access denied, tenant has exceeded threshold',
        '550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains',
      ],
    },
    {
      // Too many from the range around our address in too short a time.
      id: 'm365-5.7.508',
      ...kinds.volume,
      alsoOf,
      pattern: re`(?<code>5\.7\.508) Access denied, \[?${IP}`,
      basis: 'official',
      examples: ['550 5.7.508 Access denied, [2001:db8::25] has exceeded permitted limits within 2001:db8::/64 range'],
    },
    {
      // 507: the recipient's organisation blocks our address. 510: it takes nothing over IPv6. 703: our own organisation blocks the recipient.
      id: 'm365-recipient',
      ...kinds.recipientPolicy,
      alsoOf,
      pattern: re`(?<code>5\.7\.(?:507|510)) Access denied|\bblocked by your organi[sz]ation using Tenant Allow`,
      basis: 'official',
      examples: [
        '550 5.7.507 Access denied, rejected by recipient',
        '550 5.7.510 Access denied, [example.com] does not accept email over IPv6',
        "550 5.7.703 Your message can't be delivered because messages to someone@example.com are blocked by your organization using Tenant Allow Block List.",
      ],
    },
    {
      id: 'm365-no-recipient',
      ...kinds.unknownUser,
      alsoOf,
      pattern: re`(?<code>5\.7\.50[45]) (?:\S{1,320} )?(?:Recipient address rejected: )?Access denied`,
      basis: 'official',
      examples: [
        '550 5.7.504 [someone@example.com]: Recipient address rejected: Access denied',
        '550 5.7.505 Access denied, banned recipient',
      ],
    },
    {
      // The domain in HELO, envelope or From.
      id: 'm365-5.7.800',
      ...kinds.domainBlock,
      alsoOf,
      pattern: re`(?<code>5\.7\.800) Access denied, banned sender`,
      basis: 'official',
      examples: ['550 5.7.800 Access denied, banned sender'],
    },
    {
      // No valid From.
      id: 'm365-5.7.512',
      ...kinds.content,
      alsoOf,
      pattern: re`(?<code>5\.7\.512) Access denied, message must be RFC ?5322`,
      basis: 'official',
      examples: ['550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant'],
    },
    {
      id: 'm365-spam',
      ...kinds.content,
      alsoOf,
      pattern: re`(?<code>5\.7\.5(?:1[29]|20)) (?:Message blocked|Access denied).{0,80}?(?:spam|content)`,
      basis: 'composed',
      examples: ['550 5.7.520 Message blocked because it contains content identified as spam. AS(4810)'],
    },
    {
      id: 'm365-5.4.1',
      ...kinds.unknownUser,
      pattern: re`5\.4\.1 .{0,120}?Recipient address rejected: Access denied`,
      basis: 'observed',
      examples: [
        '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR01FT012.eop-EUR01.prod.protection.outlook.com]',
        '550 5.4.1 [someone@example.com]: Recipient address rejected: Access denied [DB5EUR01FT012.eop-EUR01.prod.protection.outlook.com]',
      ],
    },
    {
      id: 'm365-not-found',
      ...kinds.unknownUser,
      pattern: re`5\.1\.10 RESOLVER\.ADR\.RecipientNotFound|5\.1\.1 RESOLVER\.ADR\.ExRecipNotFound`,
      basis: 'composed',
      examples: ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
    },
  ],
};
