// What a step would do, named once before it is done: in the confirmation of a button that acts at once, and in the form that a menu entry
// opens, because Slack knows one confirmation for a whole menu and not one for each of its entries. A button that opens a form has none.
import type { ConfirmationDialog, ModalView } from '@slack/types';
import { isLifted } from '../../containment/containment.js';
import { MOST_NAMES } from '../../incidents/spells.js';
import { sendersTaken, type Targets, uncovered } from '../../incidents/targets.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { count } from '../../words.js';
import { confirm, section } from './blocks.js';
import type { CardView } from './card.js';
import { type FormState, form } from './modals.js';
import { esc, plain } from './text/escape.js';
import { BUTTONS } from './text/words.js';

/** The steps that act when they are confirmed, with nothing to fill in. */
type ConfirmedAction = 'block-sender' | 'reroute';

interface Consequence {
  title: string;
  /** Plain text, what outsiders wrote cut and cleaned. */
  text: string;
  yes: string;
}

/** A button's confirmation. Blocking the one address that the card names needs none; a suspension and a listing's re-route have a form. */
export function confirmation(view: CardView, action: string): ConfirmationDialog | undefined {
  const said =
    action === 'reroute' && view.incident.subject.kind === 'compromise'
      ? rerouting(view)
      : action === 'block-sender'
        ? widerBlock(view)
        : undefined;
  return said && confirm(said.title, said.text, said.yes);
}

/** The same as a form. In a menu the next entry is a thumb's width away: there a block of one address is asked about, too. */
export function confirmForm(view: CardView, action: ConfirmedAction, state: FormState): ModalView {
  const { text, yes } = action === 'reroute' ? rerouting(view) : (widerBlock(view) ?? narrowBlock(view));
  return form({ id: action, title: BUTTONS[action], submit: yes, state, blocks: [section(esc(text, 600))] });
}

/** What all of a customer's mail is, for the form that asks why it is to stop; '' when nobody counted it. */
export function volumeText({ messagesPerDay }: Pick<CardView, 'messagesPerDay'>): string {
  return messagesPerDay ? ` (${count(messagesPerDay, 'message')} in the last 24 h)` : '';
}

/** What pressing the button would add to the blocks in force. */
export function toBlock({ targets, containments }: CardView): Targets {
  return uncovered(targets, containments);
}

/**
 * Senders that a block of the targets leaves out: an incident names two hundred at the most, and none of another customer's domain is
 * blocked. None where the logins that they come by are blocked with them.
 */
function sendersLeft({ incident: { subject }, targets, containments }: CardView): number {
  if (subject.kind !== 'compromise') return 0;
  const { logins, senderCount } = subject;
  const isWhole = logins.length > 0 && logins.every((login) => targets.logins.includes(login));
  const taken = new Set([...targets.senders, ...sendersTaken(containments)]);
  return isWhole ? 0 : Math.max(0, senderCount - taken.size);
}

/** `200 of 213 senders`: those a block would take, of all the card counts; `5 of 18 more senders` where the others are blocked already. */
export function sendersText(view: CardView): string {
  const { incident, targets } = view;
  const n = toBlock(view).senders.length;
  const left = sendersLeft(view);
  if (n < targets.senders.length)
    return left > 0 ? `${n.toLocaleString('en-US')} of ${count(n + left, 'more sender')}` : count(n, 'more sender');
  const all = incident.subject.kind === 'compromise' ? Math.max(n, incident.subject.senderCount) : n;
  return left > 0 ? `${n.toLocaleString('en-US')} of ${count(all, 'sender')}` : count(all, 'sender');
}

/** Which of them a block takes, where it leaves some out: what the detection could name, the busiest first, and nobody else's. */
function whichText({ incident: { subject }, targets }: CardView): string {
  if (subject.kind !== 'compromise') return '';
  const { senders, senderCount } = subject;
  if (senders.length < senderCount) return `: the busiest, for an incident names ${MOST_NAMES} at the most`;
  return targets.senders.length < senders.length ? ': none of another customer’s domain' : '';
}

/** What goes on beside the block, and what stops it; of mail that is nobody's there is nobody to suspend. */
function beside(left: number, { incident: { customer }, containments }: CardView): string {
  if (containments.some((row) => row.action === 'suspend-outbound' && row.effectiveAt !== null && !isLifted(row)))
    return 'Outbound is suspended already, so nothing goes on until that is lifted.';
  const goOn = `${left === 1 ? '1 other goes' : `${left.toLocaleString('en-US')} others go`} on, and a machine invents more`;
  const said = left > 0 ? goOn : 'A machine that invents senders will invent others';
  return customer === UNATTRIBUTED ? `${said}.` : `${said}: Suspend outbound stops them all.`;
}

function nameOf({ customerName }: CardView): string {
  return plain(customerName, 80);
}

function rerouting(view: CardView): Consequence {
  const customer = nameOf(view);
  const via = view.routeName ? ` over ${plain(view.routeName, 40)}` : '';
  return {
    title: `Re-route ${customer}?`,
    text: `Mail of ${customer} to Hotmail, Outlook.com, Live and MSN leaves${via} instead, until somebody lifts it. Its spam leaves there too.`,
    yes: BUTTONS.reroute,
  };
}

/** The one address that the card names. */
function narrowBlock(view: CardView): Consequence {
  const { senders, logins } = toBlock(view);
  const whom = plain(senders[0] ?? logins[0] ?? '', 80);
  return {
    title: 'Block sender?',
    text: `Every message of ${whom} (${nameOf(view)}) is refused until somebody lifts it.`,
    yes: BUTTONS['block-sender'],
  };
}

/** Whatever goes beyond the one address is named; undefined when nothing does. */
function widerBlock(view: CardView): Consequence | undefined {
  const { senders, logins } = toBlock(view);
  const customer = nameOf(view);
  const otherLogins = logins.filter((login) => !senders.includes(login));
  if (senders.length > 1) {
    const some = sendersText(view);
    const whom = `${some} of ${plain(view.customerName, 40)}${otherLogins.length > 0 ? ` and all mail of the login ${plain(otherLogins.join(', '), 40)}` : ''}`;
    const left = sendersLeft(view);
    const which = left > 0 ? whichText(view) : '';
    const rest = left === 0 && otherLogins.length > 0 ? '' : ` ${beside(left, view)}`;
    return {
      title: `Block ${some}?`,
      text: `Refuses ${whom} until somebody lifts it${which}.${rest}`,
      yes: 'Block senders',
    };
  }
  if (otherLogins.length === 0) return undefined;
  return {
    title: 'Block sender and login?',
    text: `Every message of the login ${plain(otherLogins.join(', '), 80)} (${customer}) is refused until it is lifted${senders[0] ? `, and ${plain(senders[0], 80)}` : ''}.`,
    yes: 'Block',
  };
}
