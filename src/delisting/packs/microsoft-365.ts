// Microsoft 365: codes 5.7.606 to 5.7.649 are lifted at sender.office.com; 5.7.511 and the lists with a name (Blocklist 1, FBLW15) by
// forwarding the bounce to delist@messaging.microsoft.com. Sources: the delisting guide (sign in, enter the address, request),
// Microsoft's bounce texts.
import { LIFTED_BY_MAIL } from '../../blocklists/receivers/microsoft.js';
import type { Pack, PackFacts } from '../pack.js';
import { waitOf } from '../words.js';
import { actionsBlock, affected, bounceDetails, mailto, paragraphs, signed } from './text.js';

const DELIST_MAILBOX = 'delist@messaging.microsoft.com';
const PORTAL = 'https://sender.office.com/';

export function microsoft365(facts: PackFacts): Pack {
  return isPortalBlock(facts) ? portal(facts) : byMail(facts);
}

/** Reports whether the portal handles it. A block whose code nobody noted is tried there first. */
function isPortalBlock({ codes, sample }: PackFacts): boolean {
  if (codes.some((code) => /^5\.7\.6(?:0[6-9]|[1-4]\d)$/.test(code))) return true;
  const saysMail =
    [...codes, sample].some((text) => LIFTED_BY_MAIL.test(text)) || sample.toLowerCase().includes(DELIST_MAILBOX);
  return !saysMail;
}

function portal(facts: PackFacts): Pack {
  const { removal, target } = facts;
  return {
    kind: 'microsoft-365-portal',
    ways: [{ label: 'Open sender.office.com', url: PORTAL }],
    steps: [
      'Go to sender.office.com and sign in with your Microsoft account, or confirm the mail it sends you.',
      `Enter the blocked IP: ${target}`,
      'Request the removal.',
    ],
    asks: removal.asks.length > 0 ? [...removal.asks] : ['IP address', 'mail address of who asks'],
    advice: [
      `Expected wait: ${waitOf(removal.expectedHours)}.`,
      'The portal takes the address alone. The text below is what stays on record as claimed, and what to send if it asks back.',
    ],
    text: paragraphs(affected(facts), bounceDetails(facts), actionsBlock(facts)),
  };
}

function byMail(facts: PackFacts): Pack {
  const { removal, target } = facts;
  const text = paragraphs(
    'Hello,',
    affected(facts),
    bounceDetails(facts),
    actionsBlock(facts),
    'Please remove this address from your list.',
    signed(facts),
  );
  return {
    kind: 'microsoft-365-mail',
    ways: [{ label: 'Write the mail', url: mailto(DELIST_MAILBOX, `Delisting request for ${target}`, text) }],
    steps: [`Send the text below to ${DELIST_MAILBOX}, with one whole bounce message attached.`],
    asks: ['IP address', 'the bounce message, forwarded'],
    advice: [
      `Expected wait: ${waitOf(removal.expectedHours)}.`,
      'sender.office.com does not help here: it handles the codes 5.7.606 to 5.7.649.',
    ],
    text,
  };
}
