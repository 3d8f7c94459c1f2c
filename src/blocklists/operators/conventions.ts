// What most lists have in common, so that an operator's file tells what is its own.
import type { Blocklist } from '../operator.js';

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
