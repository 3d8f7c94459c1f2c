// The counts of one run of an identity's mail (identity.ts says where a run begins and ends): what the signals look at. Saved as JSON.
// Counting a message allocates nothing when the run has seen its sender and client address before.

import { isNew, type Novelty } from '../clues/novelty.js';
import { clearDistinct, type Distinct, distinctCount, newDistinct } from '../structures/distinct.js';
import { showFractions } from '../structures/fractions.js';
import { Tally } from '../structures/tally.js';
import type { Refusals } from './attempts.js';
import { Clock, slotOf } from './clock.js';
import type { Mark } from './onset.js';

/** What each recipient of an envelope after the first adds to `choices`. */
const FURTHER = 0.3;
/** Bounds on the memory that one identity takes, whatever it does. */
const MAX_SENDERS = 300;
const MAX_ADDRESSES = 50;
const MAX_NETWORKS = 60;

const HOUR_MS = 3_600_000;

export interface Activity {
  since: number;
  lastAt: number;
  messages: number;
  /** Recipients in the envelopes of accepted messages. */
  recipients: number;
  /** Recipients with a first delivery attempt. The counts of recipients below are parts of this. */
  tried: number;
  newRecipients: number;
  newDomains: number;
  /** Different recipients that do not exist. One the customer had written to before counts a quarter; of a small domain two count. */
  unknownUsers: number;
  /** How many of them by recipient domain (its hash); undefined for none. */
  unknownByDomain: Tally<number> | undefined;
  /** Different recipients that refused the mail for its content. After two of one domain, the others count a quarter: it is one filter. */
  contentRefusals: number;
  /** How many of them by recipient domain (its hash); undefined for none. */
  refusedByDomain: Tally<number> | undefined;
  /**
   * Recipients whose receiver put the mail off, each by the customer's share in what that receiver put off (see slowdowns.ts); of one
   * receiver only the first few count fully.
   */
  slowedDown: number;
  /** How many each receiver put off; undefined for none. */
  slowedByReceiver: Tally<number> | undefined;
  /** Of those three every recipient counted once and whole, for people. Undefined for none. */
  refusals: Refusals | undefined;
  /** Independent choices of recipients: those of one envelope were picked together, so each after the first counts 0.3. */
  choices: number;
  /** Different recipients tried. */
  reached: Distinct;
  /** Messages that brought a sender address never seen at this entry. */
  newSenders: number;
  /** Those of them with a number that is left out where senders are compared (sender-shape.ts), and further ones that differ in it alone. */
  newNumbered: number;
  furtherNumbered: number;
  /** Senders that do not exist: our non-delivery notices to them were refused; see phantoms.ts. */
  phantomSenders: number;
  /** Failed logins with the same login or from the same client address in the hours before a message; the most of any message. */
  failedLogins: number;
  /** Failed logins from a client address that then got in and was new to the login; the most of any address. */
  guesses: number;
  /**
   * Messages accepted before this spell and delivered in it, as from a queue that was released. A message counts by the share of its
   * recipients that was tried. They are told in the finding; volume and habit counted them when they were accepted.
   */
  lateMessages: number;
  /** Recipients of those messages tried in this run. */
  lateRecipients: number;
  /** Messages by sender, late ones included; the first MAX_SENDERS. */
  senders: Tally<number>;
  senderCount: number;
  clientIps: string[];
  /** Client address of the last message; when the next message has the same, there is nothing new to count. Not saved. */
  lastIp: string | undefined;
  /** Client addresses of a login, and how new each is to it (novelty.ts); undefined for none. */
  networks: Tally<Novelty> | undefined;
  networkCount: number;
  /** The first message from a network that is new to the login; undefined for none. */
  newNetworkFrom: Mark | undefined;
  /** Messages by hour of the day; see clock.ts. */
  clock: Clock;
  /** Size of the last message in bytes; 0 for unknown. */
  lastSize: number;
  /** Messages whose size was compared with that of the message before, and how many were of about the same size; see manner.ts. */
  compared: number;
  alike: number;
  /** Messages of which the log tells whether they came in the SMTP session of one before, and how many did. */
  inSessions: number;
  sameSession: number;
  /** Messages by the mail program that wrote them, for the first few programs (program.ts). Undefined for none. */
  programs: Tally<number> | undefined;
  /** Messages written by programs that the identity's habit does not know. */
  strange: number;
  /** The first of them; undefined for none. */
  strangeFrom: Mark | undefined;
  /** Complaints about mail of the spell. */
  complaints: number;
  /** The run is assessed when `tried` has reached this. Set to 0, to assess at the next event, when something may speak for spam. */
  lookAt: number;
}

export function newActivity(at: number): Activity {
  // In this order for speed: V8 lays fields out as they are written, and those used for every event then share cache lines.
  return {
    since: at,
    lastAt: at,
    tried: 0,
    lookAt: 0,
    messages: 0,
    recipients: 0,
    choices: 0,
    clock: new Clock(),
    lastSize: 0,
    compared: 0,
    alike: 0,
    inSessions: 0,
    sameSession: 0,
    programs: undefined,
    strange: 0,
    strangeFrom: undefined,
    senders: new Tally(),
    lastIp: undefined,
    reached: newDistinct(),
    newRecipients: 0,
    newDomains: 0,
    failedLogins: 0,
    guesses: 0,
    networkCount: 0,
    networks: undefined,
    newNetworkFrom: undefined,
    newSenders: 0,
    newNumbered: 0,
    furtherNumbered: 0,
    senderCount: 0,
    clientIps: [],
    unknownUsers: 0,
    unknownByDomain: undefined,
    contentRefusals: 0,
    refusedByDomain: undefined,
    slowedDown: 0,
    slowedByReceiver: undefined,
    refusals: undefined,
    phantomSenders: 0,
    lateMessages: 0,
    lateRecipients: 0,
    complaints: 0,
  };
}

/** Empties an activity to be used for a new run. Tallies that `addActivity` may have given to another activity are dropped, not emptied. */
export function renewActivity(activity: Activity, at: number): void {
  activity.since = at;
  activity.lastAt = at;
  activity.tried = 0;
  activity.lookAt = 0;
  activity.messages = 0;
  activity.recipients = 0;
  activity.choices = 0;
  activity.clock.clear();
  activity.lastSize = 0;
  activity.compared = 0;
  activity.alike = 0;
  activity.inSessions = 0;
  activity.sameSession = 0;
  activity.programs = undefined;
  activity.strange = 0;
  activity.strangeFrom = undefined;
  activity.senders.clear();
  activity.lastIp = undefined;
  clearDistinct(activity.reached);
  activity.newRecipients = 0;
  activity.newDomains = 0;
  activity.failedLogins = 0;
  activity.guesses = 0;
  activity.networkCount = 0;
  activity.networks = undefined;
  activity.newNetworkFrom = undefined;
  activity.newSenders = 0;
  activity.newNumbered = 0;
  activity.furtherNumbered = 0;
  activity.senderCount = 0;
  activity.clientIps.length = 0;
  activity.unknownUsers = 0;
  activity.unknownByDomain = undefined;
  activity.contentRefusals = 0;
  activity.refusedByDomain = undefined;
  activity.slowedDown = 0;
  activity.slowedByReceiver = undefined;
  activity.refusals = undefined;
  activity.phantomSenders = 0;
  activity.lateMessages = 0;
  activity.lateRecipients = 0;
  activity.complaints = 0;
}

/** Counts to which fractions are added; see fractions.ts. */
const FRACTIONS = ['choices', 'unknownUsers', 'contentRefusals', 'slowedDown', 'lateMessages'] as const;
showFractions(newActivity(0.5), FRACTIONS);

/** What an accepted message adds. */
export interface Arrival {
  at: number;
  sender: string;
  recipients: number;
  /** The customer was never seen to send from this address at this entry. */
  isNewSender: boolean;
  /** The sender has a number that is left out where senders are compared, and was never seen with it. */
  isNewNumber: boolean;
  /** Failed logins before it, with its login or from its client address. */
  failedLogins: number;
}

export function newArrival(): Arrival {
  return { at: 0, sender: '', recipients: 0, isNewSender: false, isNewNumber: false, failedLogins: 0 };
}

/** `choices` of so many messages to so many recipients in all. */
export function choicesOf(messages: number, recipients: number): number {
  return messages + FURTHER * Math.max(0, recipients - messages);
}

/** Counts an accepted message. */
export function addArrival(activity: Activity, arrival: Arrival): void {
  const { at, failedLogins } = arrival;
  if (at > activity.lastAt) activity.lastAt = at;
  activity.messages++;
  activity.recipients += arrival.recipients;
  activity.choices += choicesOf(1, arrival.recipients);
  activity.clock.add(slotOf(at), 1);
  if (arrival.isNewSender) activity.newSenders++;
  if (arrival.isNewNumber) addNumbered(activity, arrival);
  if (failedLogins > activity.failedLogins) activity.failedLogins = failedLogins;
  addSender(activity, arrival.sender, 1);
}

function addNumbered(activity: Activity, { isNewSender }: Arrival): void {
  if (isNewSender) activity.newNumbered++;
  else activity.furtherNumbered++;
}

/** Notes the client address of a message; to be called when it differs from that of the message before. */
export function addAddress(activity: Activity, clientIp: string): void {
  const { clientIps } = activity;
  activity.lastIp = clientIp;
  // Mostly it stays the only one: an array made with one element takes less memory than V8 reserves on the first push (17 places).
  if (clientIps.length === 0) activity.clientIps = [clientIp];
  else if (clientIps.length < MAX_ADDRESSES && !clientIps.includes(clientIp)) clientIps.push(clientIp);
}

/**
 * Reports whether the run that goes on (undefined: a new one) has not come from this client address before. Once MAX_ADDRESSES are
 * remembered, always false: one run that comes from thousands of addresses must not decide what is usual at a relay (client-names.ts).
 */
export function isFresh(activity: Activity | undefined, clientIp: string): boolean {
  if (activity === undefined) return true;
  const { lastIp, clientIps } = activity;
  return lastIp !== clientIp && clientIps.length < MAX_ADDRESSES && !clientIps.includes(clientIp);
}

/** Reports whether the activity has counted this client address of a login, or has no room to count another. */
export function hasNetwork({ networks, networkCount }: Activity, clientIp: string): boolean {
  return networkCount >= MAX_NETWORKS || networks?.has(clientIp) === true;
}

/** What is known of a client address that a login came from. */
interface ClientAddress {
  novelty: Novelty;
  /** Failed logins from it before; 0 for an address that is not new. */
  guesses: number;
}

/** Counts a client address of a login that the activity has not counted yet. */
export function addNetwork(activity: Activity, clientIp: string, { novelty, guesses }: ClientAddress): void {
  activity.networkCount++;
  activity.networks ??= new Tally();
  activity.networks.set(clientIp, novelty);
  if (guesses > activity.guesses) activity.guesses = guesses;
  if (isNew(novelty)) activity.lookAt = 0;
}

/** About how many different recipients were tried. */
export function reachOf({ reached, tried }: Activity): number {
  const count = distinctCount(reached);
  // Beyond 1,000 the estimate is poor (distinct.ts) and all are taken for different: a script that repeats itself stays far below.
  return count > 1_000 ? Math.max(count, tried) : Math.min(count, tried);
}

/** Counts messages of a sender, or a share of one. */
export function addSender(activity: Activity, sender: string, messages: number): void {
  const { senders } = activity;
  const before = senders.get(sender);
  if (before === undefined) activity.senderCount++;
  if (before !== undefined || activity.senderCount <= MAX_SENDERS) senders.set(sender, (before ?? 0) + messages);
}

/** Hours from the first to the last event of the activity. */
export function hoursOf(activity: Activity): number {
  return (activity.lastAt - activity.since) / HOUR_MS;
}
