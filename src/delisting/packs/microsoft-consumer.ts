// Outlook.com, Hotmail, Live, MSN: a ticket at the sender support form. The delisting guide wants three things in it: the affected
// address, the bounce, and what was done. An automatic answer comes first; a person reads the reply to it.
import type { Pack, PackFacts } from '../pack.js';
import { waitOf } from '../words.js';
import { actionsBlock, affected, bounceDetails, paragraphs, signed } from './text.js';

const GUIDE_ASKS = ['affected IP address', 'bounce message details', 'actions taken to fix the issue'];

export function microsoftConsumer(facts: PackFacts): Pack {
  const { removal } = facts;
  return {
    kind: 'microsoft-consumer',
    ways: removal.url ? [{ label: 'Open the ticket form', url: removal.url }] : [],
    steps: [
      'Open the ticket form and sign in.',
      'Paste the text below; one ticket for each address.',
      'Keep the number of the ticket (SRX…) and record it here.',
    ],
    asks: removal.asks.length > 0 ? [...removal.asks] : GUIDE_ASKS,
    advice: [
      `Expected wait: ${waitOf(removal.expectedHours)}. The first answer is automatic.`,
      'If it says that the address does not qualify for mitigation, record that answer: the text that asks for a person is ready then.',
      'sender.office.com does not help here: it is for Microsoft 365.',
    ],
    text: paragraphs(
      'Hello,',
      affected(facts),
      bounceDetails(facts),
      actionsBlock(facts),
      'Please lift the block of this address.',
      signed(facts),
    ),
  };
}
