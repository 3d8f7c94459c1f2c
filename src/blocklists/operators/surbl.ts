// SURBL: domains seen in the links of spam. Its addresses are those of web sites, not of senders, so it is asked about domains alone.
import type { Operator } from '../operator.js';

const NAME = 'SURBL';

export const surbl: Operator = {
  name: NAME,
  lists: [
    {
      id: 'surbl-multi',
      name: 'SURBL multi',
      operator: NAME,
      zone: 'multi.surbl.org',
      kinds: ['domain'],
      domainForm: 'as-given',
      access: 'public',
      match: 'bitmask',
      returnCodes: {
        '4': 'DM: throw-away mail domain',
        '8': 'PH: phishing',
        '16': 'MW: malware',
        '32': 'CT: click tracker in mail nobody asked for',
        '64': 'ABUSE: spam and abuse',
        '128': 'CR: hacked site',
      },
      errorCodes: { '1': 'refused: public resolver, or too many questions' },
      testListed: { domain: 'test.surbl.org' },
      testClean: { domain: 'example.com' },
      testBasis: 'convention',
      scope: 'domain',
      confidence: 'high',
      impact: 'high',
      impactReason: 'Most spam filters look links up here.',
      delisting: {
        url: 'https://surbl.org/surbl-analysis',
        method: 'form',
        policy: 'Look the domain up, then send the removal form with what was done.',
        expectedHours: [12, 48],
        needs: ['the domain', 'the cause, found and ended', 'a contact address at the domain'],
      },
      lookupUrl: 'https://surbl.org/surbl-analysis?domain={target}',
      usageTerms: 'Free over DNS for small sites; larger or commercial use takes a data feed.',
      ask: { perSecond: 5 },
    },
  ],
};
