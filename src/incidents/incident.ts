// The incident: its kinds, states and what may happen to it when. Pure: values in, values out.

import { addressesIn, type CompromiseFinding, type WhoWasFound } from '../detection/finding.js';
import { NO_SENDER } from '../detection/identities/routes.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import type { Times } from './log-times.js';
import type { WasNoise } from './noise/noise.js';
import type { EarlierSpells } from './spells.js';

/** open: nothing holds the mail back, or not all of it · contained: all of it is held back · resolved: a person said so. */
export type IncidentState = 'open' | 'contained' | 'resolved';

export interface CompromiseSubject extends WhoWasFound {
  kind: 'compromise';
  /** One address or many. */
  shape: CompromiseFinding['kind'];
  messages: number;
  recipients: number;
  /** An earlier judgement of its traffic as noise, and why that does not hold. */
  wasNoise?: WasNoise;
  /** The latest resolved incident of the same cause. */
  earlierIncident?: number;
  /** What came in spells that were over before the present one; it is part of what stands above. */
  earlier?: EarlierSpells;
  /** When its mail was counted, where findings since counted less of it; else it was when it was last seen. */
  countedAt?: number;
  /** Its times by the relay's clock, where that was ahead of ours; see log-times.ts. */
  logTimes?: Times;
}

/** One target on one list, or refused by one receiver, as it is known now. */
export interface ListedEntry {
  /** Outbound IP, or the domain, as in Target.text; the addresses of which it is one, where replies do not say which (addressesIn). */
  target: string;
  /** Blocklist or receiver: its id, and its name for people. */
  list: string;
  listName: string;
  /** Reports whether a DNS check can tell that it is gone; a receiver's own block only shows in its replies. */
  inDns: boolean;
  impact: 'critical' | 'high' | 'medium' | 'low';
  confidence: 'high' | 'medium' | 'low';
  scope: 'address' | 'range' | 'network' | 'domain';
  /** Return codes, or the receiver's own code, and what they mean in our words. */
  codes: string[];
  meanings: string[];
  /** TXT record or SMTP reply, verbatim. Hostile text. */
  text: string;
  /** Page of the operator where removal is asked for. */
  removalUrl?: string;
  /** Ids of the customers whose mail it hit so far, and how many refusals. */
  customers: string[];
  refusals: number;
  firstSeenAt: number;
  lastSeenAt: number;
  /** When it was seen gone; undefined while it stands. */
  clearedAt?: number;
  /** Reports whether it stood there when nobody had looked before: `firstSeenAt` says nothing of when it began. */
  isFirstLook?: boolean;
  /** The message that the reply in `text` was given to; its recipient's name is left out. */
  bounce?: { at: number; queueId: string; recipientDomain: string };
  /** When refusals began again after they had been over, and how many there were before that, which `refusals` leaves out. */
  anew?: { at: number; refusals: number };
  /** Meanings it had earlier and lost. When one comes back it is not announced again. */
  pastMeanings?: string[];
  /** For a receiver's own block, seen in replies alone: several refusals came close together, so it is no slip of one server. */
  isConfirmed?: boolean;
}

export interface ListingSubject {
  kind: 'listing';
  /** Everything that stands on one cause, in the order it was seen; at most one entry per target and list. Never empty. */
  entries: ListedEntry[];
  /** Reports whether it was found listed when relaywarden looked for the first time: nobody can say since when. */
  isFirstLook: boolean;
  /** Pool of the addresses, when all are of one. */
  pool?: string;
  /** The latest resolved incident about the first target. */
  earlierIncident?: number;
}

export type Subject = CompromiseSubject | ListingSubject;

/** What is so of both kinds. */
interface AnyIncident {
  id: number;
  state: IncidentState;
  rev: number;
  key: string;
  evidence: string[];
  occurrences: number;
  since: number;
  openedAt: number;
  openedBy: string;
  lastSeenAt: number;
  resolvedAt: number | null;
  resolvedBy: string | null;
  resolution: string | null;
  channel: string;
  messageTs: string | null;
}

export interface CompromiseIncident extends AnyIncident {
  kind: 'compromise';
  /** Its id; UNATTRIBUTED where nobody knows whose mail it is. */
  customer: string;
  subject: CompromiseSubject;
}

export interface ListingIncident extends AnyIncident {
  kind: 'listing';
  customer: null;
  subject: ListingSubject;
}

export type Incident = CompromiseIncident | ListingIncident;

export function isCompromise(incident: Incident): incident is CompromiseIncident {
  return incident.kind === 'compromise';
}

export function isListing(incident: Incident): incident is ListingIncident {
  return incident.kind === 'listing';
}

/** What a person can do to an incident. Lift is per containment. */
const INCIDENT_ACTIONS = [
  'block-sender',
  'reroute',
  'suspend-outbound',
  'resolve',
  'reopen',
  'lift',
  'note',
  'check-again',
  'open-compromise',
  'unlink',
  'request-delisting',
  'record-answer',
  'no-culprit',
  'unsay-no-culprit',
  'dnscheck-address',
  'notify-partners',
  'mark-noise',
  'undo-noise',
  'why',
] as const;
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number];

/** Entries that were not seen gone yet. */
export function openEntries({ entries }: ListingSubject): ListedEntry[] {
  return entries.filter(({ clearedAt }) => clearedAt === undefined);
}

/**
 * Reports whether a listing is a note and no alarm: on a list that hardly any receiver asks or that cannot be trusted, or of our
 * provider's whole network where that costs little. A refusal seen makes it real.
 */
export function isMinor({
  confidence,
  scope,
  impact,
  refusals,
}: Pick<ListedEntry, 'confidence' | 'scope' | 'impact' | 'refusals'>): boolean {
  if (refusals > 0) return false;
  return confidence === 'low' || ((scope === 'range' || scope === 'network') && impact === 'low');
}

/** Open entries that are worth an alarm; when there are none, the incident is seen clear. */
export function seriousEntries(subject: ListingSubject): ListedEntry[] {
  return openEntries(subject).filter((entry) => !isMinor(entry));
}

/** When the last of the serious entries was seen gone; undefined while one stands. */
export function seenClearAt(subject: ListingSubject): number | undefined {
  if (seriousEntries(subject).length > 0) return undefined;
  return subject.entries.reduce<number | undefined>(
    (latest, { clearedAt }) => (clearedAt === undefined ? latest : Math.max(latest ?? 0, clearedAt)),
    undefined,
  );
}

/** Ids of the customers whose mail the listings hit so far. */
export function customersHit({ entries }: ListingSubject): string[] {
  return [...new Set(entries.flatMap(({ customers }) => customers))];
}

/** Our addresses and domains that are listed, were, or may be, in the order they were seen. */
export function targetsOf({ entries }: ListingSubject): string[] {
  return [...new Set(entries.flatMap(({ target }) => addressesIn(target)))];
}

/** Reports whether it is about mail without a sender: bounces or automatic replies, which are nobody's own mail. */
export function isBackscatter(subject: Subject): boolean {
  return subject.kind === 'compromise' && subject.shape === 'single' && subject.senders[0] === NO_SENDER;
}

/** The state that follows from the containments that hold all of its mail back; resolved stays until it is re-opened. */
export function stateAfter(state: IncidentState, containmentsInForce: number): IncidentState {
  if (state === 'resolved') return 'resolved';
  return containmentsInForce > 0 ? 'contained' : 'open';
}

/**
 * Reports whether two subjects accuse the same people, so that a button seen for one still means the other. A machine that
 * invents senders is the same machine with every new one.
 */
export function isSameCulprit(a: Subject, b: Subject): boolean {
  if (a.kind !== 'compromise' || b.kind !== 'compromise') return a.kind === b.kind;
  const areSame = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((each) => other.includes(each));
  if (a.shape !== b.shape || !areSame(a.logins, b.logins)) return false;
  return a.shape === 'multiple' || areSame(a.senders, b.senders);
}

/**
 * Actions that make sense for the incident now, the recommended one first. `inForce` are the containments that fit what is known now
 * (targets.ts), `canBlock` says whether there is an address to block. Source: the provider's process article. */
export function offeredActions(
  incident: Pick<Incident, 'state' | 'subject'> & Partial<Pick<Incident, 'customer'>>,
  inForce: readonly string[],
  canBlock = true,
): IncidentAction[] {
  // A receiver's own block ends for us when a person resolves it, and only then can partners be told so.
  if (incident.state === 'resolved')
    return incident.subject.kind === 'listing' ? ['reopen', 'notify-partners'] : ['reopen'];
  if (incident.subject.kind === 'listing') return listingActions(incident.subject, inForce);
  // There is nobody to suspend or re-route.
  const isNobodys = incident.customer === UNATTRIBUTED;
  const makesNoSense = (action: IncidentAction) =>
    action === 'block-sender' ? !canBlock : isNobodys && ['reroute', 'suspend-outbound'].includes(action);
  return compromiseActions(incident.subject).filter((action) => !inForce.includes(action) && !makesNoSense(action));
}

/** Reports whether the containments in force stop what the incident is about, so that none more is recommended. */
export function isStopped(incident: Pick<Incident, 'subject'>, inForce: readonly string[]): boolean {
  if (incident.subject.kind === 'listing') return false;
  const recommended = compromiseActions(incident.subject)[0];
  return inForce.some((action) => action === recommended || action === 'suspend-outbound');
}

/**
 * One address: block it. Many: a machine invents new ones as it goes, so the customer's outbound mail has to stop as a whole. Mail with the
 * null sender (bounces) has no address to block, and refusing all of it would lose honest bounces, too.
 */
function compromiseActions(subject: CompromiseSubject): IncidentAction[] {
  if (isBackscatter(subject)) return ['suspend-outbound', 'reroute', 'resolve', 'mark-noise', 'why'];
  return subject.shape === 'single'
    ? ['block-sender', 'reroute', 'suspend-outbound', 'resolve', 'mark-noise', 'why']
    : ['suspend-outbound', 'block-sender', 'reroute', 'resolve', 'mark-noise', 'why'];
}

/**
 * A receiver's own block is evaded by a re-route, so that comes first until it is done; for a DNS list removal comes first. A listed domain
 * stays listed over any route, so none is offered.
 */
function listingActions(subject: ListingSubject, inForce: readonly string[]): IncidentAction[] {
  const hasDns = subject.entries.some(({ inDns }) => inDns);
  const areDomains = subject.entries.every(({ scope }) => scope === 'domain');
  const steps: IncidentAction[] = hasDns
    ? ['request-delisting', 'check-again', 'reroute']
    : inForce.includes('reroute')
      ? ['request-delisting', 'reroute', 'check-again']
      : ['reroute', 'request-delisting', 'check-again'];
  const actions: IncidentAction[] = [...steps, 'notify-partners', 'resolve'];
  return areDomains ? actions.filter((action) => action !== 'reroute') : actions;
}
