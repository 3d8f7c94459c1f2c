// Blocklists with a removal page, a form or a mail address. The delisting guide: confirm that the address is clean, agree to the
// terms, wait 24 to 72 hours.
import type { Pack, PackFacts, Way } from '../pack.js';
import { waitOf } from '../words.js';
import { actionsBlock, affected, bounceDetails, listingDetails, mailto, paragraphs, signed } from './text.js';

export function generic(facts: PackFacts): Pack {
  const { removal } = facts;
  const text = paragraphs(
    affected(facts),
    removal.inDns ? listingDetails(facts) : bounceDetails(facts),
    actionsBlock(facts),
    closing(facts),
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

/** Nothing is confirmed that is not so: a lead may ask before all is held back, and where no cause was found none was ended. */
function closing({ target, othersOpen = 0, actions: { causes } }: PackFacts): string {
  return causes.length > 0 && causes.every(({ isEnded }) => isEnded) && othersOpen === 0
    ? `We confirm that the cause has been ended, and ask for the removal of ${target}.`
    : `Please remove ${target} from your list.`;
}

function stepsOf({ removal, isDomain }: PackFacts): string[] {
  const where =
    removal.method === 'email'
      ? mailStep(removal)
      : removal.url
        ? 'Open the removal page and enter what it asks for; the text below is for its field of reasons.'
        : 'Find the removal page that the refusal names, and enter what it asks for.';
  return [
    `Confirm that the ${isDomain ? 'domain' : 'address'} is clean: it is when every point of the checklist is met.`,
    where,
    removal.method === 'email' ? 'Wait for the answer.' : 'Agree to the terms of the list, and wait.',
  ];
}

function mailStep({ mail, url }: PackFacts['removal']): string {
  if (mail) return `Send the text below by mail to ${mail}.`;
  return url
    ? 'Send the text below by mail; the address is on its page, or in the refusal.'
    : 'Send the text below by mail to the address that the refusal names.';
}

function waysOf({ removal, target }: PackFacts, text: string): Way[] {
  const { url, mail, method } = removal;
  const label = method === 'email' ? 'Open its page' : 'Open the removal page';
  return [
    ...(url ? [{ label, url }] : []),
    ...(mail ? [{ label: `Write to ${mail}`, url: mailto(mail, `Delisting request for ${target}`, text) }] : []),
  ];
}
