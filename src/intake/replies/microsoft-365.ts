// Microsoft 365 (Exchange Online Protection): business tenants. 5.7.606 to 5.7.649 are lifted at sender.office.com, 5.7.511 by
// mail to delist@messaging.microsoft.com, a "Customer Block list" only by the recipient organisation.
import { IP, type ReplyPattern } from './reply.js';

const provider = 'microsoft-365';

export const microsoft365: ReplyPattern[] = [
  {
    id: 'm365-banned-ip',
    provider,
    pattern: new RegExp(
      String.raw`(?<code>5\.7\.6(?:0[6-9]|[1-4]\d)) Access denied, banned sending IP \[?${IP}\]?`,
      'i',
    ),
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      '550 5.7.606 Access denied, banned sending IP [192.0.2.25]. To request removal from this list please visit https://sender.office.com/ and follow the directions. (AS16012609)',
  },
  {
    id: 'm365-banned-sender',
    provider,
    pattern: new RegExp(String.raw`(?<code>5\.7\.511) Access denied, banned sender\s*\[?${IP}\]?`, 'i'),
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      '550 5.7.511 Access denied, banned sender[192.0.2.25]. To request removal from this list please forward this message to delist@messaging.microsoft.com. AS(508)',
  },
  {
    id: 'm365-blocklist-1',
    provider,
    pattern: new RegExp(String.raw`Client host \[?${IP}\]? blocked using Blocklist 1`, 'i'),
    meaning: 'ip-block',
    isPermanent: true,
    rerouteHelps: true,
    example:
      '550 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using Blocklist 1; To request removal from this list please forward this message to delist@messaging.microsoft.com',
  },
  {
    id: 'm365-customer-list',
    provider,
    pattern: new RegExp(String.raw`Client host \[?${IP}\]? blocked by \S+ using Customer Block ?list`, 'i'),
    meaning: 'recipient-policy',
    isPermanent: true,
    rerouteHelps: false,
    example:
      '550 5.7.513 Service unavailable, Client host [192.0.2.25] blocked by customer.example using Customer Block list (AS16012607)',
  },
  {
    id: 'm365-throttle',
    provider,
    pattern: /(?<code>4\.7\.(?:[56]\d\d|8[5-9]\d)) (?:Access denied, please try again later|Server busy)/i,
    meaning: 'ip-throttle',
    isPermanent: false,
    rerouteHelps: true,
    example: '451 4.7.550 Access denied, please try again later.',
  },
  {
    id: 'm365-spam',
    provider,
    pattern: /(?<code>5\.7\.5(?:1[29]|20)) (?:Message blocked|Access denied).{0,80}?(?:spam|content)/i,
    meaning: 'content',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 5.7.520 Message blocked because it contains content identified as spam. AS(4810)',
  },
  {
    id: 'm365-user-unknown',
    provider,
    pattern: /5\.4\.1 .{0,120}?Recipient address rejected: Access denied/i,
    meaning: 'unknown-user',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
  },
];
