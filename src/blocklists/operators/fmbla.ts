// fmb.la: addresses and domains in one zone. Links and new domains are in short.fmb.la and fresh.fmb.la.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'fmb.la';

export const fmbla: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'fmbla',
      name: 'fmb.la BL',
      operator: NAME,
      zone: 'bl.fmb.la',
      kinds: ['ipv4', 'domain'],
      returnCodes: { '127.0.0.*': "listed; the operator's page explains the code" },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Those who added it to SpamAssassin.',
      delisting: {
        url: 'https://fmb.la/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free under its terms.',
    },
  ],
};
