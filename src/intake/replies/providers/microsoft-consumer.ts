// Outlook.com, Hotmail, Live, MSN: their own blocks are in no DNS list, only these replies tell. S3140 and S3150 (also written
// AS3140, AS3150; no numbers of networks) are the block lists, and often the whole range is on them. Wordings: refusals seen, and
// the error table of the Outlook.com Postmaster site.
import { MICROSOFT_CONSUMER_DOMAINS } from '../../../mail/microsoft-consumer.js';
import { IP, kinds, type Provider, re } from '../reply.js';

/** Words that Microsoft's hosts for business mail use too. */
const alsoOf = ['microsoft-365'];

export const microsoftConsumer: Provider = {
  id: 'microsoft-consumer',
  // Tenants of Microsoft 365 never have these.
  hosts: ['olc.protection.outlook.com', 'mx1.hotmail.com', 'mx2.hotmail.com', 'mx3.hotmail.com', 'mx4.hotmail.com'],
  domains: [...MICROSOFT_CONSUMER_DOMAINS],
  patterns: [
    {
      id: 'ms-s3140',
      ...kinds.block,
      pattern: re`messages from \[?${IP}\]? weren.?t sent.{0,160}?block ?list \(?A?(?<code>S3140)\)?`,
      basis: 'observed',
      examples: [
        "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [DB5EUR01FT031.eop-EUR01.prod.protection.outlook.com]",
      ],
    },
    {
      id: 'ms-s3150',
      ...kinds.block,
      pattern: re`messages from \[?${IP}\]? weren.?t sent.{0,160}?block ?list \(?A?(?<code>S3150)\)?`,
      basis: 'observed',
      examples: [
        "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [BN8NAM12FT061.eop-nam12.prod.protection.outlook.com]",
        "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (AS3150).",
      ],
    },
    {
      // 001 rate, 002 rate on this connection, 003 connections; each follows from the reputation of address or domain.
      id: 'ms-rp',
      ...kinds.throttle,
      pattern: re`421 (?:4\.\d\.\d )?(?<code>RP-00[123])\b`,
      basis: 'official',
      examples: [
        "421 RP-001 (SNT004-MC3F42) Unfortunately, some messages from 192.0.2.25 weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.",
      ],
    },
    {
      // 001 content or reputation, 002 guessing of addresses.
      id: 'ms-sc-001-002',
      ...kinds.block,
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>SC-00[12])\b`,
      basis: 'official',
      examples: ['550 SC-002 (COL004-MC1F15) Mail rejected by Outlook.com for policy reasons.'],
    },
    {
      id: 'ms-sc-003',
      ...kinds.block,
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>SC-003)\b`,
      basis: 'official',
      examples: [
        '550 SC-003 (BAY0-MC2-F10) Mail rejected by Outlook.com for policy reasons. Your IP address appears to be an open proxy/relay.',
      ],
    },
    {
      id: 'ms-sc-004',
      ...kinds.block,
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>SC-004)\b`,
      basis: 'official',
      examples: [
        '550 SC-004 (COL0-MC1-F2) Mail rejected by Outlook.com for policy reasons. A block has been placed against your IP address because we have received complaints concerning mail coming from that IP address.',
      ],
    },
    {
      // Later codes of the same wording are caught too, with their code kept for the ticket.
      id: 'ms-blocklist-any',
      ...kinds.block,
      pattern: re`(?<!some )messages from \[?${IP}\]? weren.?t sent(?:.{0,200}?\(A?(?<code>S\d{2,8})\))?`,
      basis: 'observed',
      examples: [
        "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3143).",
        "550 5.7.1 Unfortunately, messages from 192.0.2.25 weren't sent. We recommend that you contact your Internet service provider. The problem is that too many unwanted messages have been sent from the following IP address above.",
      ],
    },
    {
      // 650 to 659 differ in number and S-code only.
      id: 'ms-4.7.65x',
      ...kinds.throttle,
      pattern: re`(?<code>4\.7\.65\d) The mail server \[?${IP}\]? has been temporarily rate limited due to IP reputation`,
      basis: 'observed',
      examples: [
        '451 4.7.650 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com (S775) [CO1PEPF000066E8.namprd05.prod.outlook.com]',
        '451 4.7.651 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com (S3114) [VI1EUR04FT037.eop-eur04.prod.protection.outlook.com]',
      ],
    },
    {
      id: 'ms-4.7.652-conn',
      ...kinds.throttle,
      pattern: re`The mail server \[?${IP}\]? has exceeded the maximum number of connections`,
      basis: 'composed',
      examples: [
        '451 4.7.652 The mail server [192.0.2.25] has exceeded the maximum number of connections. (S3115) [AM6EUR05FT012.eop-eur05.prod.protection.outlook.com]',
      ],
    },
    {
      id: 'ms-4.7.500-busy',
      ...kinds.throttle,
      alsoOf,
      pattern: re`(?<code>4\.7\.500) Server busy\. Please try again later from \[?${IP}\]?`,
      basis: 'observed',
      examples: [
        '451 4.7.500 Server busy. Please try again later from [192.0.2.25]. (S77719) [VE1EUR03FT042.eop-EUR03.prod.protection.outlook.com]',
      ],
    },
    {
      // 001 looks dynamic, 002 looks infected.
      id: 'ms-dy',
      ...kinds.block,
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>DY-00[12])\b`,
      basis: 'official',
      examples: [
        '550 DY-001 (BLU004-MC1F12) Mail rejected by Outlook.com for policy reasons. We generally do not accept email from dynamic IPs.',
      ],
    },
    {
      id: 'ms-ou-001',
      ...kinds.dnsbl,
      zone: 'zen.spamhaus.org',
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>OU-001)\b`,
      basis: 'official',
      examples: [
        '550 OU-001 (SNT004-MC2F20) Mail rejected by Outlook.com for policy reasons. For more information about this block and to request removal please go to: http://www.spamhaus.org.',
      ],
    },
    {
      // Content, or the reputation of address or domain: Microsoft does not say which.
      id: 'ms-ou-002',
      ...kinds.block,
      pattern: re`55\d (?:5\.\d\.\d )?(?<code>OU-002)\b`,
      basis: 'official',
      examples: [
        '550 OU-002 (COL004-MC4F36) Mail rejected by Outlook.com for policy reasons. Reasons for rejection may be related to content with spam-like characteristics or IP/domain reputation.',
      ],
    },
    {
      id: 'ms-spamhaus-client',
      ...kinds.dnsbl,
      alsoOf,
      zone: 'zen.spamhaus.org',
      pattern: re`Client host \[?${IP}\]? blocked using Spamhaus`,
      basis: 'observed',
      examples: [
        '550 5.7.1 Service unavailable, Client host [192.0.2.25] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.25 (AS16012611)',
      ],
    },
    {
      // The HELO name is ours and hits every customer; the sender's domain is one customer's.
      id: 'ms-spamhaus-domain',
      ...kinds.domainBlock,
      alsoOf,
      zone: 'dbl.spamhaus.org',
      pattern: re`unavailable, (?:Helo|MailFrom) domain is listed in Spamhaus`,
      basis: 'observed',
      examples: [
        '550 5.7.1 Service unavailable, Helo domain is listed in Spamhaus. To request removal from this list see https://www.spamhaus.org/query/lookup/ (S8001) [DM6NAM12FT056.eop-nam12.prod.protection.outlook.com]',
        '550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. To request removal from this list see https://www.spamhaus.org/query/lookup/ (S8002) [BL2NAM02FT061.eop-nam02.prod.protection.outlook.com]',
      ],
    },
    {
      // Since May 2025: more than 5,000 messages a day need SPF, DKIM and DMARC.
      id: 'ms-5.7.515',
      ...kinds.auth,
      pattern: re`(?<code>5\.7\.515) Access denied, sending domain \[?(?<domain>[^\s\]]{1,255})`,
      basis: 'official',
      examples: [
        "550 5.7.515 Access denied, sending domain example.com does not meet the required authentication level. The sender's domain in the 5322.From address doesn't meet the authentication requirements defined for the sender.",
      ],
    },
    {
      id: 'ms-user-unknown',
      ...kinds.unknownUser,
      pattern: re`5\.5\.0 Requested action not taken: mailbox unavailable`,
      basis: 'observed',
      examples: [
        '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [DB3EUR04FT007.eop-eur04.prod.protection.outlook.com]',
      ],
    },
  ],
};
