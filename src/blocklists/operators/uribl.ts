// URIBL: domains seen in the links of spam. It wants the registered domain, and its test entry is asked as a reversed address.
import type { Operator } from '../operator.js';

const NAME = 'URIBL';

export const uribl: Operator = {
  name: NAME,
  lists: [
    {
      id: 'uribl-multi',
      name: 'URIBL multi',
      operator: NAME,
      zone: 'multi.uribl.com',
      kinds: ['domain'],
      domainForm: 'registered',
      access: 'public',
      match: 'bitmask',
      returnCodes: {
        '2': "black: a spammer's domain",
        '4': 'grey: bulk mail that may respect opting out',
        '8': 'red: very new, or its owner hides; listed automatically',
      },
      errorCodes: { '1': 'refused: public resolver, or too many questions' },
      testListed: { domain: '127.0.0.2' },
      testClean: { domain: 'example.com' },
      testBasis: 'documented',
      scope: 'domain',
      confidence: 'high',
      impact: 'high',
      impactReason: 'SpamAssassin, rspamd and Haraka look links up here unless told otherwise.',
      delisting: {
        url: 'https://admin.uribl.com/',
        method: 'form',
        policy: 'Log in and explain in short. Grey and red entries go sooner than black ones.',
        expectedHours: [4, 72],
        needs: ['an account with URIBL', 'the domain', 'the cause, found and ended'],
      },
      lookupUrl: 'https://lookup.uribl.com/?domain={target}',
      usageTerms: 'Few questions, from a resolver of your own; public resolvers are refused.',
      ask: { perSecond: 5 },
    },
  ],
};
