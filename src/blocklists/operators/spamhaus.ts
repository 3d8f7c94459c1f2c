// The Spamhaus Project: the lists that cost most mail. Facts: Spamhaus' documentation of its zones and return codes.
import type { Blocklist, Operator } from '../operator.js';

const NAME = 'The Spamhaus Project';
/** The free zones are for few questions; at this pace a /24 takes less than a minute. */
const PACE = { perSecond: 5 };

/** Of all Spamhaus zones, free and keyed. */
export const SPAMHAUS_ERROR_CODES = {
  '127.255.255.252': 'the zone name in the question is misspelt',
  '127.255.255.254': 'asked through a public resolver, or from an address whose reverse DNS names nobody: not answered',
  '127.255.255.255': 'too many questions from this resolver: not answered',
};

const zen: Blocklist = {
  id: 'spamhaus-zen',
  name: 'Spamhaus ZEN',
  operator: NAME,
  zone: 'zen.spamhaus.org',
  keyedZone: '{key}.zen.dq.spamhaus.net',
  keyName: 'spamhaus',
  kinds: ['ipv4', 'ipv6'],
  domainForm: 'as-given',
  access: 'public',
  match: 'exact',
  returnCodes: {
    '127.0.0.2': 'SBL: spam source or spam support, listed by hand',
    '127.0.0.3': 'CSS: sender of low reputation, listed automatically',
    '127.0.0.4': 'XBL: hijacked machine or open proxy',
    '127.0.0.5': 'XBL (reserved code)',
    '127.0.0.6': 'XBL (reserved code)',
    '127.0.0.7': 'XBL (reserved code)',
    '127.0.0.9': 'DROP: network hijacked or run by criminals',
    '127.0.0.10': 'PBL: range its owner says should send no mail directly',
    '127.0.0.11': 'PBL: range Spamhaus says should send no mail directly',
    '127.0.0.30': 'BCL: controller of a botnet',
  },
  errorCodes: SPAMHAUS_ERROR_CODES,
  testListed: { ipv4: '127.0.0.2', ipv6: '::ffff:7f00:2' },
  testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
  testBasis: 'documented',
  scope: 'address',
  confidence: 'high',
  impact: 'critical',
  impactReason: 'No list of addresses is used more; Microsoft, Yahoo, Comcast and Orange name it in their refusals.',
  delisting: {
    url: 'https://check.spamhaus.org/',
    method: 'self-service',
    policy:
      'XBL, CSS and PBL: remove it yourself on the page, after confirming a mail address. SBL and DROP: only the owner of the network can ask, from the record; nothing else is removed while such a record stands.',
    expectedHours: [0.5, 48],
    needs: [
      'the cause, found and ended',
      'a mail address of the company to confirm, no free mailbox',
      'SBL: the request of the registered owner of the address, with the SBL number',
      'PBL: a static address with reverse DNS of its own',
    ],
  },
  lookupUrl: 'https://check.spamhaus.org/results/?query={target}',
  usageTerms: 'Free zone: few questions, no commercial use, own resolver. Others ask with a Data Query Service key.',
  ask: PACE,
};

const dbl: Blocklist = {
  id: 'spamhaus-dbl',
  name: 'Spamhaus DBL',
  operator: NAME,
  zone: 'dbl.spamhaus.org',
  keyedZone: '{key}.dbl.dq.spamhaus.net',
  keyName: 'spamhaus',
  kinds: ['domain'],
  domainForm: 'as-given',
  access: 'public',
  match: 'exact',
  returnCodes: {
    '127.0.1.2': 'domain of low reputation, seen in spam',
    '127.0.1.4': 'phishing domain',
    '127.0.1.5': 'malware domain',
    '127.0.1.6': 'domain of a botnet controller',
    '127.0.1.102': 'honest domain, hacked and used for spam',
    '127.0.1.103': 'honest redirector, abused',
    '127.0.1.104': 'honest domain, hacked and used for phishing',
    '127.0.1.105': 'honest domain, hacked and used for malware',
    '127.0.1.106': 'honest domain, hacked and used by a botnet',
  },
  errorCodes: { ...SPAMHAUS_ERROR_CODES, '127.0.1.255': 'an IP address was asked of a list of domains' },
  testListed: { domain: 'dbltest.com' },
  testClean: { domain: 'example.com' },
  testBasis: 'documented',
  scope: 'domain',
  confidence: 'high',
  impact: 'critical',
  impactReason: 'Asked about senders, DKIM domains and links; Apple and Microsoft name it in their refusals.',
  delisting: {
    url: 'https://check.spamhaus.org/',
    method: 'self-service',
    policy:
      'The owner of the domain asks on the page once the cause is gone; entries of hacked domains also lapse by themselves.',
    expectedHours: [1, 48],
    needs: ['the cause, found and ended', 'proof of owning the domain; writing from a role address there helps'],
  },
  lookupUrl: 'https://check.spamhaus.org/results/?query={target}',
  usageTerms: 'As for ZEN. Not to be asked about addresses.',
  ask: PACE,
  note: 'A code from 127.0.1.102 on means a hacked site: its owner needs help, not a suspension.',
};

export const spamhaus: Operator = { name: NAME, lists: [zen, dbl] };
