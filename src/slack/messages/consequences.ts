// What a step would do, named once before it is done: in the confirmation of a button that acts at once, and in the form that a menu entry
// opens, because Slack knows one confirmation for a whole menu and not one for each of its entries. A button that opens a form has none.
import type { ConfirmationDialog, ModalView } from '@slack/types';
import { type Targets, uncovered } from '../../incidents/targets.js';
import { confirm, count, section } from './blocks.js';
import type { CardView } from './card.js';
import { esc, plain } from './escape.js';
import { type FormState, form } from './modals.js';
import { BUTTONS } from './words.js';

/** The steps that act when they are confirmed, with nothing to fill in. */
export type ConfirmedAction = 'block-sender' | 'reroute';

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

/** Senders beyond those that the incident names, which is two hundred at the most: nobody can block them one by one. */
export function unnamedSenders({ incident: { subject } }: CardView): number {
  return subject.kind === 'compromise' ? Math.max(0, subject.senderCount - subject.senders.length) : 0;
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
    const withLogins =
      otherLogins.length > 0 ? ` So is every message of the login ${plain(otherLogins.join(', '), 80)}.` : '';
    const unnamed = unnamedSenders(view);
    const others =
      unnamed > 0
        ? `${unnamed} more go on: to stop a machine, suspend outbound mail.`
        : 'A machine that invents senders will invent others.';
    return {
      title: `Block ${senders.length} senders?`,
      text: `Every one of these senders of ${customer} is refused until it is lifted.${withLogins} ${others}`,
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
