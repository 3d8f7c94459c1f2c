// The buttons of a card: the few steps that matter now, the recommended one first; every other step is in the menu beside them.
// A phone shows two buttons in a line, and who is woken at night is not to search six for the right one.

import type { ActionsBlock, Button, Overflow, PlainTextOption } from '@slack/types';
import { isLifted } from '../../containment/containment.js';
import {
  type IncidentAction,
  isBackscatter,
  isStopped,
  offeredActions,
  openEntries,
  seenClearAt,
} from '../../incidents/incident.js';
import { isSameEntry } from '../../incidents/listings/entries.js';
import { mostImportant } from '../../incidents/listings/severity.js';
import { fittingActions, isEmpty, partBlock } from '../../incidents/targets.js';
import { count } from '../../words.js';
import { actions, button, isWebAddress, linkButton, option } from './blocks.js';
import { buttonValue } from './button-value.js';
import type { CardView } from './card.js';
import { confirmation, sendersText, toBlock } from './consequences.js';
import { undoButton } from './noise/noise.js';
import { BUTTONS } from './text/words.js';

/** Action id of the menu behind the three dots. */
export const MENU = 'incident-menu';

/** Entries of the menu. Notes are added from the history, but cards drawn earlier have an entry for them. */
export type MenuEntry = IncidentAction | 'history';

/** Buttons in a line of a phone, beside the menu. */
const BUTTONS_SHOWN = 2;
/** Slack's most for an overflow menu. */
const MENU_HOLDS = 5;
/** Slack's most for the value of an option. */
const MOST_OPTION_VALUE = 150;

export function cardActions(view: CardView): ActionsBlock {
  const { incident, containments, suspensions = [] } = view;
  const inForce = containments.filter((row) => !isLifted(row));
  const placed = fittingActions(view.targets, [...containments, ...suspensions]);
  const offered = offeredActions(incident, placed, !isEmpty(view.targets)).filter((action) => isAtHand(view, action));
  const isPart = partBlock(incident, view.targets, [...containments, ...suspensions]) !== undefined;
  const isOver = incident.state === 'resolved' || (!isPart && isStopped(incident, placed));
  const recommended = isOver ? undefined : recommendedOf(view, offered);
  const canLift: IncidentAction[] = inForce.length > 0 ? ['lift'] : [];
  const urgent = urgency(view, placed, recommended);
  const steps = inOrder([...offered, ...canLift], urgent);
  const others = [...undoNoise(view), ...removalPage(view)];
  const wanted = steps.filter((action) => urgent.includes(action)).length;
  // The history has its place in the menu, too.
  // On a phone the block of several senders stands in the second line, where the menu would be alone otherwise.
  const most = BUTTONS_SHOWN + (steps[BUTTONS_SHOWN] === 'block-sender' && recommended !== undefined ? 1 : 0);
  const shown = Math.max(Math.min(most - others.length, wanted), steps.length + 1 - MENU_HOLDS);
  return actions(`incident-${incident.id}-${incident.rev}`, [
    ...steps.slice(0, shown).map((action) => actionButton(view, action, action === recommended)),
    ...others,
    menu(view, steps.slice(shown)),
  ]);
}

/** The steps that can be taken, the urgent first. */
function inOrder(steps: readonly IncidentAction[], urgent: readonly IncidentAction[]): IncidentAction[] {
  return [...new Set([...urgent.filter((action) => steps.includes(action)), ...steps])];
}

/** What matters first in the state that the incident is in. Lifting starts the mail again, and is a button only once it is resolved. */
function urgency(
  view: CardView,
  placed: readonly string[],
  recommended: IncidentAction | undefined,
): readonly IncidentAction[] {
  const first = recommended ? [recommended] : [];
  const { incident } = view;
  // Undo noise opens it again, too: the button beside it is for what nobody marked.
  if (incident.state === 'resolved') return view.noise?.isInForce ? ['lift'] : ['lift', 'reopen', 'notify-partners'];
  if (incident.subject.kind === 'listing') return [...first, ...listingUrgency(view, placed)];
  // Whoever doubts asks why. Several senders can be blocked at once: the milder way beside the suspension of all.
  if (recommended)
    return [...first, 'why', ...(incident.subject.shape === 'multiple' ? BLOCK_THEM : []), ...LESS_URGENT];
  return incident.state === 'open' ? ['why', 'resolve', ...LESS_URGENT] : ['resolve', 'why', ...LESS_URGENT];
}

const BLOCK_THEM: readonly IncidentAction[] = ['block-sender'];
const LESS_URGENT: readonly IncidentAction[] = ['mark-noise', 'suspend-outbound', 'block-sender', 'reroute', 'resolve'];

/**
 * The order of a listing's buttons: ask for removal if the gate is open, get mail flowing again, tell partners. While the gate is locked,
 * the checklist on the card has the buttons for what is missing.
 */
function listingUrgency(
  { incident: { subject }, listing }: CardView,
  placed: readonly string[],
): readonly IncidentAction[] {
  const isClear = subject.kind === 'listing' && seenClearAt(subject) !== undefined;
  if (isClear) return ['notify-partners', 'check-again'];
  const isReady = listing?.gate?.isOpen === true && !isAsked(listing);
  return [
    ...(isReady ? (['request-delisting'] as const) : []),
    ...(placed.includes('reroute') ? [] : (['reroute'] as const)),
    ...(['notify-partners', 'check-again', 'request-delisting'] as const),
  ];
}

/** Reports whether a request runs for whatever could be asked for now. */
function isAsked(listing: CardView['listing']): boolean {
  const running = listing?.requests?.filter(({ closedAt }) => closedAt === null) ?? [];
  const left = listing?.gate?.about ?? [];
  if (left.length === 0) return running.length > 0;
  return left.every((entry) => running.some((one) => isSameEntry(one, entry)));
}

function undoNoise({ noise }: CardView): Button[] {
  return noise?.isInForce ? [undoButton(noise.teaching, BUTTONS['undo-noise'])] : [];
}

/** Reports whether there is anything for the step to do: partners left to tell, or listings left to ask about. */
function isAtHand({ incident, listing, routeName }: CardView, action: IncidentAction): boolean {
  const { subject } = incident;
  // Re-routed mail leaves over what is listed, and there is no other way: it has to be lifted.
  if (action === 'reroute' && listing?.impact?.rerouted) return routeName !== undefined;
  if (action === 'notify-partners') return (listing?.notices?.drafted ?? 0) > 0;
  if (action !== 'request-delisting') return true;
  return subject.kind === 'listing' && listing?.gate !== undefined && openEntries(subject).length > 0;
}

/**
 * The step that is highlighted: resolve for a listing that is gone, otherwise the first that the procedure offers. Nothing is over because
 * no more can be blocked. None for backscatter,
 * where talking to the customer helps and no button does, and none for a removal while its gate is locked or a request already runs.
 */
function recommendedOf({ incident, listing }: CardView, offered: IncidentAction[]): IncidentAction | undefined {
  const [first] = offered;
  if (isBackscatter(incident.subject)) return undefined;
  if (incident.subject.kind !== 'listing') return first === 'resolve' ? undefined : first;
  if (seenClearAt(incident.subject) !== undefined && offered.includes('resolve')) return 'resolve';
  if (first !== 'request-delisting') return first;
  return listing?.gate?.isOpen && !isAsked(listing) ? first : undefined;
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
  const isOfMany = action === 'block-sender' && toBlock(view).senders.length > 1;
  return isOfMany ? `Block ${sendersText(view)}` : BUTTONS[action];
}

/** What of the incident the person saw: how many listings were open, and which is asked about first. */
function argOf({ incident, listing }: CardView, action: IncidentAction): string {
  const { subject } = incident;
  if (subject.kind !== 'listing') return '';
  if (action === 'resolve') return String(openEntries(subject).length);
  if (action !== 'request-delisting') return '';
  const entry = mostImportant(subject, listing?.impact?.share, listing?.gate?.about);
  return entry ? `${entry.list}|${entry.target}`.slice(0, 300) : '';
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

/** Everything else. What acts at once as a button asks first here: see consequences.ts. */
function menu(view: CardView, steps: readonly IncidentAction[]): Overflow {
  const { incident } = view;
  const entries = steps.map((action) => menuEntry(view, action));
  return {
    type: 'overflow',
    action_id: MENU,
    options: [...entries, option('History and notes', `history:${buttonValue(incident)}`)],
  };
}

/** An argument that is too long for Slack is left out: the form that opens asks for it. */
function menuEntry(view: CardView, action: IncidentAction): PlainTextOption {
  const value = `${action}:${buttonValue(view.incident, argOf(view, action))}`;
  const fits = value.length <= MOST_OPTION_VALUE;
  return option(labelOf(view, action), fits ? value : `${action}:${buttonValue(view.incident)}`);
}
