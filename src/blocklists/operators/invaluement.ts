// invaluement: lists for subscribers, delivered as files. No zone of them can be asked: one meets them in replies. The zones here are stand-ins.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'invaluement (PowerView Systems)';
const USAGE = 'Paying subscribers only, as files or a private zone.';

export const invaluement: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'invaluement-sip',
      name: 'invaluement ivmSIP',
      operator: NAME,
      zone: 'ivmsip.invaluement.private',
      access: 'private',
      testListed: {},
      testClean: {},
      scope: 'address',
      confidence: 'high',
      impact: 'high',
      impactReason: 'Cox refuses by it, and so do several gateways.',
      delisting: {
        url: 'https://www.invaluement.com/lookup/',
        method: 'form',
        policy: 'The look-up page leads to a form that a person answers.',
        expectedHours: [2, 48],
        needs: ['the IP address', 'reverse DNS with the name of the mail server', 'who sends from the address'],
      },
      lookupUrl: 'https://www.invaluement.com/lookup/?ip={target}',
      usageTerms: USAGE,
    },
    {
      ...PLAIN_IPV4,
      id: 'invaluement-sip24',
      name: 'invaluement ivmSIP/24',
      operator: NAME,
      zone: 'ivmsip24.invaluement.private',
      access: 'private',
      testListed: {},
      testClean: {},
      scope: 'range',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'Whole neighbourhoods: an honest address can stand on it for the sake of the next one.',
      delisting: {
        url: 'https://www.invaluement.com/lookup/',
        method: 'form',
        policy: "Granted to addresses that are clean and visibly somebody else's than the neighbours'.",
        expectedHours: [2, 72],
        needs: ['a whois entry of your own for the addresses', 'reverse DNS with the name of the mail server'],
      },
      lookupUrl: 'https://www.invaluement.com/lookup/?ip={target}',
      usageTerms: USAGE,
    },
    {
      ...PLAIN_DOMAIN,
      id: 'invaluement-uri',
      name: 'invaluement ivmURI',
      operator: NAME,
      zone: 'ivmuri.invaluement.private',
      access: 'private',
      testClean: {},
      scope: 'domain',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'Cox and some gateways look links up in it.',
      delisting: {
        url: 'https://www.invaluement.com/lookup/',
        method: 'form',
        policy: 'The owner of the domain asks once a hacked site is clean again.',
        expectedHours: [2, 72],
        needs: ['the domain', 'the cause, found and ended'],
      },
      lookupUrl: 'https://www.invaluement.com/lookup/?domain={target}',
      usageTerms: USAGE,
    },
  ],
};
