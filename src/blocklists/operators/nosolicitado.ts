// NoSolicitado: a list for Spanish-speaking receivers.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'nosolicitado.org';

export const nosolicitado: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'nosolicitado',
      name: 'NoSolicitado',
      operator: NAME,
      zone: 'bl.nosolicitado.org',
      siblings: { worst: 'bl.worst.nosolicitado.org' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Spanish-speaking receivers.',
      delisting: {
        url: 'https://www.nosolicitado.org/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
