// Mailspike: addresses by reputation, and by the spam wave of the hour.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'Mailspike Technologies';
/** 86,400 questions a day are left free of charge. */
const PACE = { perSecond: 1 };

export const mailspike: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'mailspike-bl',
      name: 'Mailspike BL',
      operator: NAME,
      zone: 'bl.mailspike.net',
      returnCodes: {
        '127.0.0.2': 'Z: part of a spam wave right now',
        '127.0.0.10': 'L5: worst reputation',
        '127.0.0.11': 'L4: very bad reputation',
        '127.0.0.12': 'L3: bad reputation',
      },
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'On in rspamd and Stalwart, common with providers in southern Europe.',
      delisting: {
        url: 'https://mailspike.io/ip_verify',
        method: 'self-service',
        policy: 'Ask on the page; it goes within about 6 to 36 hours, or by itself as the reputation recovers.',
        expectedHours: [6, 36],
        needs: ['the IP address', 'the cause, found and ended'],
      },
      lookupUrl: 'https://mailspike.io/ip_verify?ip={target}',
      usageTerms: 'Free below 100,000 questions a day where no money is made with it.',
      ask: PACE,
    },
    {
      ...PLAIN_IPV4,
      id: 'mailspike-z',
      name: 'Mailspike Z',
      operator: NAME,
      zone: 'z.mailspike.net',
      returnCodes: { '127.0.0.2': 'part of a spam wave right now' },
      scope: 'address',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Part of Mailspike BL, and short-lived.',
      delisting: {
        url: 'https://mailspike.io/ip_verify',
        method: 'automatic-expiry',
        policy: 'Gone some hours after the wave of spam is over.',
        expectedHours: [1, 24],
        needs: [],
      },
      lookupUrl: 'https://mailspike.io/ip_verify?ip={target}',
      usageTerms: 'As for Mailspike BL.',
      ask: PACE,
    },
  ],
};
