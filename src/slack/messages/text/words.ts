// The words people read, in one table: what an action is called on a button, in a confirmation, while it runs and once it is done.
import type { ContainmentAction } from '../../../containment/containment.js';
import type { IncidentAction, IncidentState } from '../../../incidents/incident.js';
import type { Severity } from '../../../incidents/listings/severity.js';
import { type PartBlock, partWords } from '../../../incidents/targets.js';
import { count, series } from '../../../words.js';

export const BUTTONS: Record<IncidentAction, string> = {
  'block-sender': 'Block sender',
  reroute: 'Re-route Hotmail',
  'suspend-outbound': 'Suspend outbound',
  resolve: 'Mark resolved',
  reopen: 'Re-open',
  lift: 'Lift …',
  note: 'Add note',
  'check-again': 'Check again',
  'open-compromise': 'Open compromise',
  unlink: 'Unlink',
  'request-delisting': 'Request delisting',
  'record-answer': 'Record answer',
  'no-culprit': 'No culprit of ours',
  'unsay-no-culprit': 'Take back',
  'dnscheck-address': 'Check DNS',
  'notify-partners': 'Tell partners',
  'mark-noise': 'Mark noise',
  'undo-noise': 'Undo noise',
  why: 'Why?',
};

export const STATES: Record<IncidentState, { emoji: string; word: string; meaning: string }> = {
  open: { emoji: ':red_circle:', word: 'Open', meaning: 'nothing holds the mail back' },
  contained: { emoji: ':large_yellow_circle:', word: 'Contained', meaning: 'held back until somebody lifts it' },
  resolved: { emoji: ':white_check_mark:', word: 'Resolved', meaning: '' },
};

/** How the mail of an incident stands: `held back until somebody lifts it`, `200 of 283 senders blocked; mail of the others passes`. */
export function holdText(state: IncidentState, part: PartBlock | undefined): string {
  return state === 'open' && part ? partWords(part) : STATES[state].meaning;
}

export const SEVERITY: Record<Severity, { emoji: string; word: string }> = {
  critical: { emoji: ':rotating_light:', word: 'Critical' },
  high: { emoji: ':red_circle:', word: 'High' },
  medium: { emoji: ':large_orange_circle:', word: 'Medium' },
  low: { emoji: ':large_yellow_circle:', word: 'Low' },
  note: { emoji: ':information_source:', word: 'Note' },
};

interface ContainmentWords {
  /** While the relays do not obey yet. */
  doing: string;
  /** In force. */
  done: string;
  /** What failed. */
  noun: string;
  /** What became of the recipients that the hits count: the relays ask about each. */
  proof: string;
  emoji: string;
}

export const CONTAINMENTS: Record<ContainmentAction, ContainmentWords> = {
  'block-sender': { doing: 'Blocking', done: 'Sender blocked', noun: 'Block', proof: 'refused', emoji: ':no_entry:' },
  'suspend-outbound': {
    doing: 'Suspending',
    done: 'Outbound suspended',
    noun: 'Suspension',
    proof: 'stopped',
    emoji: ':no_entry:',
  },
  reroute: {
    doing: 'Re-routing',
    done: 'Hotmail re-routed',
    noun: 'Re-route',
    proof: 're-routed',
    emoji: ':twisted_rightwards_arrows:',
  },
};

/** `1,203 recipients refused`: the relays ask about each recipient, not about a message. */
export function proofText(hits: number, action: ContainmentAction): string {
  return `${count(hits, 'recipient')} ${CONTAINMENTS[action].proof}`;
}

/** Exactly what is in force: `2 blocks and 1 re-route in force`, `no block, suspension or re-route in force`. */
export function inForceText(rows: readonly { action: ContainmentAction }[]): string {
  return `${kindsText(rows) || 'no block, suspension or re-route'} in force`;
}

/** `2 blocks and 1 re-route`; '' for none. */
export function kindsText(rows: readonly { action: ContainmentAction }[]): string {
  const kinds = Object.entries(CONTAINMENTS).flatMap(([action, { noun }]) => {
    const n = rows.filter((row) => row.action === action).length;
    return n > 0 ? [count(n, noun.toLowerCase())] : [];
  });
  return series(kinds);
}

/** What somebody did, as a half sentence after "Already" and before "by Ann". */
const DONE: Record<string, string> = {
  open: 'opened',
  join: 'found on one list more',
  'block-sender': 'blocked',
  'suspend-outbound': 'suspended',
  reroute: 're-routed',
  lift: 'lifted',
  resolve: 'marked resolved',
  reopen: 're-opened',
  note: 'noted',
  'check-again': 'checked again',
  'open-compromise': 'linked to a customer’s incident',
  unlink: 'unlinked from an incident',
  'request-delisting': 'asked for',
  'record-answer': 'answered',
  'no-culprit': 'said to have no culprit of ours',
  'unsay-no-culprit': 'said to have a culprit of ours after all',
  'dnscheck-address': 'looked at in the DNS',
  'notify-partners': 'told the partners',
  'mark-noise': 'marked as noise',
  'undo-noise': 'unmarked as noise',
};

export function doneWord(verb: string): string {
  return (Object.hasOwn(DONE, verb) ? DONE[verb] : undefined) ?? 'changed';
}

/** `this incident's button` as a person knows it; for refusals and errors. */
export function buttonWord(verb: string): string {
  // Its button says which incident it links, where there is one already.
  if (verb === 'open-compromise') return 'Open compromise or Link incident';
  return Object.hasOwn(BUTTONS, verb) ? BUTTONS[verb as IncidentAction] : verb;
}

/** Reports whether a part of all mail would round to 100 %, which is not said of it. */
export function isNearlyAll(share: number): boolean {
  return share >= 0.995;
}

/** How likely a conclusion is, 0..1: never quite certain. */
export function odds(likelihood: number): string {
  if (likelihood > 0.99) return 'over 99 %';
  return likelihood < 0.01 ? 'under 1 %' : `${Math.round(100 * likelihood)} %`;
}

export function sure(confidence: number): string {
  return `${odds(confidence)} sure`;
}
