// The buttons of a card: the recommended step first, consequences in the confirmation, the rest in a menu.
import type { ActionsBlock, Button, ConfirmationDialog, Overflow } from '@slack/types';
import {
  type IncidentAction,
  isBackscatter,
  isStopped,
  offeredActions,
  openEntries,
  seenClearAt,
} from '../../incidents/incident.js';
import { mostImportant } from '../../incidents/severity.js';
import { fittingActions, isEmpty, type Targets, uncovered } from '../../incidents/targets.js';
import { actions, button, confirm, count, isWebAddress, linkButton, option } from './blocks.js';
import { buttonValue } from './button-value.js';
import type { CardView } from './card.js';
import { plain } from './escape.js';
import { undoButton } from './noise.js';
import { BUTTONS } from './words.js';

/** Action id of the menu behind the three dots. */
export const MENU = 'incident-menu';

/** Entries of the menu; `lift` only while something is in force. */
export type MenuEntry = 'note' | 'history' | 'lift';

export function cardActions(view: CardView): ActionsBlock {
  const { incident, containments } = view;
  const inForce = containments.filter(({ liftedAt }) => liftedAt === null);
  const placed = fittingActions(view.targets, containments);
  const offered = offeredActions(incident, placed, !isEmpty(view.targets)).filter((action) => isAtHand(view, action));
  const recommended =
    incident.state === 'resolved' || isStopped(incident, placed) ? undefined : recommendedOf(view, offered);
  const inOrder = recommended ? [recommended, ...offered.filter((action) => action !== recommended)] : offered;
  const buttons = inOrder.map((action) => actionButton(view, action, action === recommended));
  return actions(`incident-${incident.id}-${incident.rev}`, [
    ...buttons,
    ...undoNoise(view),
    ...removalPage(view),
    menu(view, inForce.length > 0),
  ]);
}

function undoNoise({ noise }: CardView): Button[] {
  return noise?.isInForce ? [undoButton(noise.teaching, BUTTONS['undo-noise'])] : [];
}

/** Nothing is asked of a list or told to partners when there is nothing to ask or to tell. */
function isAtHand({ incident, listing }: CardView, action: IncidentAction): boolean {
  const { subject } = incident;
  if (action === 'notify-partners') return (listing?.notices?.drafted ?? 0) > 0;
  if (action !== 'request-delisting') return true;
  return subject.kind === 'listing' && listing?.gate !== undefined && openEntries(subject).length > 0;
}

/**
 * A listing that was seen gone wants to be resolved. What stops bounces is a word with the customer, and no button; otherwise what the procedure
 * says. Nobody is sent to a locked gate, or twice.
 */
function recommendedOf({ incident, listing }: CardView, offered: IncidentAction[]): IncidentAction | undefined {
  const [first] = offered;
  if (isBackscatter(incident.subject)) return undefined;
  if (incident.subject.kind !== 'listing') return first;
  if (seenClearAt(incident.subject) !== undefined && offered.includes('resolve')) return 'resolve';
  if (first !== 'request-delisting') return first;
  const isAsked = listing?.requests?.some(({ closedAt }) => closedAt === null);
  return listing?.gate?.isOpen && !isAsked ? first : undefined;
}

function actionButton(view: CardView, action: IncidentAction, isRecommended: boolean): Button {
  const isDanger = action === 'suspend-outbound';
  return button({
    action,
    label: labelOf(view, action),
    value: buttonValue(view.incident, argOf(view, action)),
    style: isRecommended ? 'primary' : isDanger ? 'danger' : undefined,
    confirm: confirmation(view, action),
  });
}

function labelOf(view: CardView, action: IncidentAction): string {
  const { listing } = view;
  if (action === 'request-delisting') return `${BUTTONS[action]}${listing?.gate?.isOpen ? '' : ' (locked)'}`;
  if (action === 'notify-partners') return `Tell ${count(listing?.notices?.drafted ?? 0, 'partner')}`;
  const { senders } = toBlock(view);
  if (action !== 'block-sender' || senders.length < 2) return BUTTONS[action];
  const unnamed = unnamedSenders(view);
  return `Block ${senders.length}${unnamed > 0 ? ` of ${senders.length + unnamed}` : ''} senders`;
}

/** Senders beyond those that the incident names, which is two hundred at the most: nobody can block them one by one. */
function unnamedSenders({ incident: { subject } }: CardView): number {
  return subject.kind === 'compromise' ? Math.max(0, subject.senderCount - subject.senders.length) : 0;
}

/** What of the incident the person saw: how many listings were open, and which is asked about first. */
function argOf({ incident, listing }: CardView, action: IncidentAction): string {
  const { subject } = incident;
  if (subject.kind !== 'listing') return '';
  if (action === 'resolve') return String(openEntries(subject).length);
  const entry = action === 'request-delisting' ? mostImportant(subject, listing?.impact?.share) : undefined;
  return entry ? `${entry.list}|${entry.target}`.slice(0, 300) : '';
}

/** What pressing the button would add to the blocks in force. */
function toBlock({ targets, containments }: CardView): Targets {
  return uncovered(targets, containments);
}

/** Names the customer and what will happen. Blocking one address needs none; a listing's re-route asks in its own form. */
function confirmation(view: CardView, action: IncidentAction): ConfirmationDialog | undefined {
  const customer = plain(view.customerName, 80);
  if (action === 'suspend-outbound') {
    const volume = view.messagesPerDay ? ` (${count(view.messagesPerDay, 'message')} in the last 24 h)` : '';
    return confirm(
      `Suspend ${customer}?`,
      `ALL outbound mail of ${customer}${volume} stops until somebody lifts it.`,
      'Suspend outbound',
      'danger',
    );
  }
  if (action === 'reroute' && view.incident.subject.kind === 'compromise') {
    const via = view.routeName ? ` over ${plain(view.routeName, 40)}` : '';
    return confirm(
      `Re-route ${customer}?`,
      `Mail of ${customer} to Hotmail, Outlook.com, Live and MSN leaves${via} instead, until somebody lifts it. Its spam leaves there too.`,
      'Re-route Hotmail',
    );
  }
  return action === 'block-sender' ? blockConfirmation(view, customer) : undefined;
}

/** One address is what the card says; whatever goes beyond it is named before. */
function blockConfirmation(view: CardView, customer: string): ConfirmationDialog | undefined {
  const { senders, logins } = toBlock(view);
  const otherLogins = logins.filter((login) => !senders.includes(login));
  if (senders.length > 1) {
    const withLogins =
      otherLogins.length > 0 ? ` So is every message of the login ${plain(otherLogins.join(', '), 80)}.` : '';
    const unnamed = unnamedSenders(view);
    const others =
      unnamed > 0
        ? `${unnamed} more go on: to stop a machine, suspend outbound mail.`
        : 'A machine that invents senders will invent others.';
    return confirm(
      `Block ${senders.length} senders?`,
      `Every one of these senders of ${customer} is refused until it is lifted.${withLogins} ${others}`,
      'Block senders',
    );
  }
  if (otherLogins.length === 0) return undefined;
  return confirm(
    'Block sender and login?',
    `Every message of the login ${plain(otherLogins.join(', '), 80)} (${customer}) is refused until it is lifted${senders[0] ? `, and ${plain(senders[0], 80)}` : ''}.`,
    'Block',
  );
}

function removalPage({ incident, listing }: CardView): Button[] {
  const { subject } = incident;
  // With a gate, the form behind "Request delisting" has it.
  if (subject.kind !== 'listing' || incident.state === 'resolved' || listing?.gate) return [];
  const page = openEntries(subject)
    .map(({ removalUrl }) => removalUrl)
    .find(isWebAddress);
  return page ? [linkButton('removal', 'Removal page', page)] : [];
}

function menu({ incident }: CardView, canLift: boolean): Overflow {
  const entry = (id: MenuEntry, label: string) => option(label, `${id}:${buttonValue(incident)}`);
  const entries = [entry('note', BUTTONS.note), entry('history', 'History')];
  if (canLift) entries.push(entry('lift', BUTTONS.lift));
  return { type: 'overflow', action_id: MENU, options: entries };
}
