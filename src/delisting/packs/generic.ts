// Blocklists with a removal page, a form or a mail address. The delisting guide: confirm that the address is clean, agree to the
// terms, wait 24 to 72 hours.
import type { Pack, PackFacts, Way } from '../pack.js';
import { waitOf } from '../words.js';
import { actionsBlock, affected, bounceDetails, listingDetails, mailto, paragraphs, signed } from './text.js';

export function generic(facts: PackFacts): Pack {
  const { removal, target } = facts;
  const text = paragraphs(
    affected(facts),
    removal.inDns ? listingDetails(facts) : bounceDetails(facts),
    actionsBlock(facts),
    `We confirm that the cause has been ended, and ask for the removal of ${target}.`,
    signed(facts),
  );
  return {
    kind: 'generic',
    ways: waysOf(facts, text),
    steps: stepsOf(facts),
    asks: [...removal.asks],
    advice: [...(removal.policy ? [removal.policy] : []), `Expected wait: ${waitOf(removal.expectedHours)}.`],
    text,
  };
}

function stepsOf({ removal }: PackFacts): string[] {
  const where =
    removal.method === 'email'
      ? `Send the text below by mail${removal.mail ? ` to ${removal.mail}` : ''}.`
      : removal.url
        ? 'Open the removal page and enter what it asks for; the text below is for its field of reasons.'
        : 'Find the removal page that the refusal names, and enter what it asks for.';
  return [
    'Confirm that the address is clean: that is what the checklist was for.',
    where,
    'Agree to the terms of the list, and wait.',
  ];
}

function waysOf({ removal, target }: PackFacts, text: string): Way[] {
  const { url, mail, method } = removal;
  const label = method === 'email' ? 'Open its page' : 'Open the removal page';
  return [
    ...(url ? [{ label, url }] : []),
    ...(mail ? [{ label: `Write to ${mail}`, url: mailto(mail, `Delisting request for ${target}`, text) }] : []),
  ];
}
