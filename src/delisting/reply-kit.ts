// The answer to Microsoft's automatic "does not qualify for mitigation": asks for a person, with the facts again. Pure.
import { utc } from '../words.js';
import { actionsTaken } from './actions-taken.js';
import { MOST_TEXT, type PackFacts } from './pack.js';
import { affected, bounceDetails, paragraphs, signed } from './packs/text.js';
import { cutTo, oneLine } from './words.js';

/** A text to reply with to the operator's automatic refusal; at most MOST_TEXT characters. */
export function replyKit(
  facts: PackFacts,
  earlier: { reference: string | null; requestedAt: number; answer: string | null },
): string {
  const ticket = earlier.reference
    ? `ticket ${oneLine(earlier.reference, 80)}`
    : `our request of ${utc(earlier.requestedAt)}`;
  const what = facts.isDomain ? 'domain' : 'address';
  const refused = facts.refusals > 0 ? `, yet mail from it was refused, last at ${utc(facts.lastSeenAt)}` : '';
  return cutTo(
    paragraphs(
      'Hello,',
      `Thank you for the answer to ${ticket}. It says that the ${what} does not qualify${refused}. Please pass this on to a person for a review.`,
      affected(facts),
      bounceDetails(facts),
      ['Since then, and before:', ...actionsTaken(facts.actions).map((line) => `- ${line}`)].join('\n'),
      `If something about this ${what} still speaks against it, please say what, so that we can mend it. Otherwise please lift the block.`,
      signed(facts),
    ),
    MOST_TEXT,
  );
}
