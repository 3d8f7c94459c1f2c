// Outlook.com, Hotmail, Live, MSN: their own blocks are in no DNS list, only these replies tell. S3140 and S3150 (also written
// AS3140, AS3150) are the block lists; the codes of the older SC-, OU-, DY- and RP- families are still seen.
import { IP, type ReplyPattern } from './reply.js';

const provider = 'microsoft-consumer';

export const microsoftConsumer: ReplyPattern[] = [
  {
    id: 'ms-block-list',
    provider,
    pattern: new RegExp(
      String.raw`messages from \[?${IP}\]? weren.?t sent.{0,160}?block list \(?A?(?<code>S31[45]0)\)?`,
      'i',
    ),
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors.",
  },
  {
    id: 'ms-rate-limited',
    provider,
    pattern: /421 (?:4\.\d\.\d )?(?<code>RP-00[123])\b/i,
    meaning: 'ip-throttle',
    isPermanent: false,
    rerouteHelps: true,
    example:
      "421 RP-001 (SNT004-MC3F42) Unfortunately, some messages from 192.0.2.25 weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.",
  },
  {
    id: 'ms-reputation-throttle',
    provider,
    pattern: new RegExp(
      String.raw`(?<code>4\.7\.65\d) The mail server \[?${IP}\]? has (?:been temporarily rate limited|exceeded the maximum number)`,
      'i',
    ),
    meaning: 'ip-throttle',
    isPermanent: false,
    rerouteHelps: true,
    example:
      '451 4.7.650 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com (S775)',
  },
  {
    id: 'ms-server-busy',
    provider,
    pattern: new RegExp(String.raw`(?<code>4\.7\.500) Server busy\. Please try again later from \[?${IP}\]?`, 'i'),
    meaning: 'ip-throttle',
    isPermanent: false,
    rerouteHelps: true,
    example: '451 4.7.500 Server busy. Please try again later from [192.0.2.25]. (S77719)',
  },
  {
    id: 'ms-spamhaus-domain',
    provider,
    pattern: /(?:Helo|MailFrom) domain is listed in Spamhaus/i,
    meaning: 'domain-block',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. (S8002)',
  },
  {
    id: 'ms-spamhaus-client',
    provider,
    pattern: new RegExp(String.raw`Client host \[?${IP}\]? blocked using Spamhaus`, 'i'),
    meaning: 'dnsbl',
    isPermanent: true,
    rerouteHelps: true,
    zone: 'zen.spamhaus.org',
    example:
      '550 5.7.1 Service unavailable, Client host [192.0.2.25] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.25 (AS16012611)',
  },
  {
    id: 'ms-ou-001',
    provider,
    pattern: /550 (?:5\.\d\.\d )?(?<code>OU-001)\b/i,
    meaning: 'dnsbl',
    isPermanent: true,
    rerouteHelps: true,
    zone: 'zen.spamhaus.org',
    example: '550 OU-001 (SNT004-MC2F20) Mail rejected by Outlook.com for policy reasons. see http://www.spamhaus.org.',
  },
  {
    id: 'ms-policy-codes',
    provider,
    pattern: /550 (?:5\.\d\.\d )?(?<code>SC-00[1-4]|DY-00[12]|OU-002)\b/i,
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      '550 SC-003 (BAY0-MC2-F10) Mail rejected by Outlook.com for policy reasons. Your IP address appears to be an open proxy/relay.',
  },
  {
    id: 'ms-block-any',
    provider,
    pattern: new RegExp(String.raw`(?<!some )messages from \[?${IP}\]? weren.?t sent`, 'i'),
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. The problem is that too many unwanted messages have been sent from the following IP address above.",
  },
  {
    id: 'ms-user-unknown',
    provider,
    pattern: /5\.5\.0 Requested action not taken: mailbox unavailable/i,
    meaning: 'unknown-user',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).',
  },
];
