// What most lists have in common, so that an operator's file tells what is its own.
import type { AskingPace, Blocklist } from '../operator.js';

/** The test entries every IPv4 list must have (RFC 5782 section 5). */
export const IPV4_TEST_ENTRIES = {
  testListed: { ipv4: '127.0.0.2' },
  testClean: { ipv4: '127.0.0.1' },
  testBasis: 'convention',
} satisfies Partial<Blocklist>;

/** A list of addresses that knows one answer: listed. */
export const PLAIN_IPV4 = {
  kinds: ['ipv4'],
  domainForm: 'as-given',
  access: 'public',
  match: 'exact',
  returnCodes: { '127.0.0.2': 'listed' },
  errorCodes: {},
  ...IPV4_TEST_ENTRIES,
} satisfies Partial<Blocklist>;

/** A list of addresses that lists by whatever it answers, and that is not known to have an entry that must be listed. */
export const ANY_IPV4 = {
  ...PLAIN_IPV4,
  match: 'any',
  returnCodes: { '127.0.0.*': 'listed' },
  testListed: {},
} satisfies Partial<Blocklist>;

/** A list of domains that knows one answer, and that is not known to have an entry that must be listed. */
export const PLAIN_DOMAIN = {
  ...PLAIN_IPV4,
  kinds: ['domain'],
  testListed: {},
  testClean: { domain: 'invalid' },
} satisfies Partial<Blocklist>;

/** A list of domains that lists by whatever it answers. */
export const ANY_DOMAIN = {
  ...PLAIN_DOMAIN,
  match: 'any',
  returnCodes: { '127.0.0.*': 'listed' },
} satisfies Partial<Blocklist>;

/** Where an operator wants few questions and names no number: a /24 in under a minute, and no target twice in a quarter of an hour. */
export const LOW_VOLUME: AskingPace = { perSecond: 5, minimumMinutes: 15 };
