// What one identity is doing now: a run of mail without a long pause. Data but for its tables, saved as JSON; nothing is allocated for a
// message from a sender and an address that the run has seen.
import { Clock, slotOf } from './clock.js';
import { clearDistinct, countDistinct, type Distinct, distinctCount, newDistinct } from './distinct.js';
import { showFractions } from './fractions.js';
import { isNew, type Novelty } from './novelty.js';
import { Tally } from './tally.js';

/** What a further recipient of an envelope counts among the choices. */
const FURTHER = 0.3;
/** Caps that keep one identity small whatever it does. */
const MAX_SENDERS = 300;
const MAX_ADDRESSES = 50;
const MAX_NETWORKS = 60;

const HOUR_MS = 3_600_000;

export interface Activity {
  since: number;
  lastAt: number;
  messages: number;
  /** As the envelopes said on arrival. */
  recipients: number;
  /** Recipients with a first delivery attempt behind them; the counts below are shares of this. */
  tried: number;
  newRecipients: number;
  newDomains: number;
  /** Different recipients that do not exist; one that did before counts a quarter. */
  unknownUsers: number;
  /** How many of them are in a domain, by its hash, while it is few; undefined for none. */
  unknownByDomain: Tally<number> | undefined;
  /** Of different recipients; of one receiver only the first few count fully: its filter dislikes one letter, not twenty. */
  contentRefusals: number;
  /** How many refused in a domain, by its hash; undefined for none. */
  refusedByDomain: Tally<number> | undefined;
  /** Recipients as choices: those of one envelope were picked together, and the further ones count a third. */
  choices: number;
  /** Different recipients tried. */
  reached: Distinct;
  /** Messages that brought a sender address never seen at this entry. */
  newSenders: number;
  /** Senders whose non-delivery notices came back: they do not exist. */
  phantomSenders: number;
  failedLogins: number;
  /** The most of them that came from one of the addresses that the login was never used from. */
  guesses: number;
  /**
   * Messages accepted before this activity and delivered in it, as from a queue that was released, and their recipients. Of a message
   * to many only the share that was delivered. They are for the finding; volume and habit counted them when they were accepted.
   */
  lateMessages: number;
  lateRecipients: number;
  /** Messages by sender, late ones included; the first MAX_SENDERS. */
  senders: Tally<number>;
  senderCount: number;
  clientIps: string[];
  /** The last one; what it had to tell, it has told. */
  lastIp: string | undefined;
  /** Client addresses of a login, and whether it was used from there before; undefined for none. */
  networks: Tally<Novelty> | undefined;
  networkCount: number;
  /** Messages by the hour at which they came; see clock.ts. */
  clock: Clock;
  /** Size of the last message, bytes, 0 for unknown; how many were compared with the one before them, and how many were of its size. */
  lastSize: number;
  compared: number;
  alike: number;
  /** Messages by the program that wrote them, the first few; see manner.ts. Undefined for none. */
  programs: Tally<number> | undefined;
  /** Messages of programs that the identity never used. */
  strange: number;
  /** Complaints that came while it ran. */
  complaints: number;
  /** It is looked at next when so many recipients were tried; earlier when something speaks for spam. */
  lookAt: number;
}

export function newActivity(at: number): Activity {
  // What every message and attempt touches first: it lies together then, and the rest need not be fetched from memory.
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
    programs: undefined,
    strange: 0,
    senders: new Tally(),
    lastIp: undefined,
    reached: newDistinct(),
    newRecipients: 0,
    newDomains: 0,
    failedLogins: 0,
    guesses: 0,
    networkCount: 0,
    networks: undefined,
    newSenders: 0,
    senderCount: 0,
    clientIps: [],
    unknownUsers: 0,
    unknownByDomain: undefined,
    contentRefusals: 0,
    refusedByDomain: undefined,
    phantomSenders: 0,
    lateMessages: 0,
    lateRecipients: 0,
    complaints: 0,
  };
}

/** Makes an activity one that begins anew. What it shares with another it lets go of. */
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
  activity.programs = undefined;
  activity.strange = 0;
  activity.senders.clear();
  activity.lastIp = undefined;
  clearDistinct(activity.reached);
  activity.newRecipients = 0;
  activity.newDomains = 0;
  activity.failedLogins = 0;
  activity.guesses = 0;
  activity.networkCount = 0;
  activity.networks = undefined;
  activity.newSenders = 0;
  activity.senderCount = 0;
  activity.clientIps.length = 0;
  activity.unknownUsers = 0;
  activity.unknownByDomain = undefined;
  activity.contentRefusals = 0;
  activity.refusedByDomain = undefined;
  activity.phantomSenders = 0;
  activity.lateMessages = 0;
  activity.lateRecipients = 0;
  activity.complaints = 0;
}

const FRACTIONS = ['choices', 'unknownUsers', 'contentRefusals', 'lateMessages'] as const;
showFractions(newActivity(0.5), FRACTIONS);

export interface Arrival {
  at: number;
  sender: string;
  recipients: number;
  isNewSender: boolean;
  failedLogins: number;
}

/** Counts an accepted message. */
export function addArrival(activity: Activity, arrival: Arrival): void {
  const { at, failedLogins } = arrival;
  if (at > activity.lastAt) activity.lastAt = at;
  activity.messages++;
  activity.recipients += arrival.recipients;
  activity.choices += 1 + FURTHER * Math.max(0, arrival.recipients - 1);
  activity.clock.add(slotOf(at), 1);
  if (arrival.isNewSender) activity.newSenders++;
  if (failedLogins > activity.failedLogins) activity.failedLogins = failedLogins;
  addSender(activity, arrival.sender, 1);
}

/** Notes the client address of a message, where it is not that of the message before. */
export function addAddress(activity: Activity, clientIp: string): void {
  const { clientIps } = activity;
  activity.lastIp = clientIp;
  // Mostly it stays the only one, and what is pushed to an empty array makes room for seventeen.
  if (clientIps.length === 0) activity.clientIps = [clientIp];
  else if (clientIps.length < MAX_ADDRESSES && !clientIps.includes(clientIp)) clientIps.push(clientIp);
}

/**
 * Reports whether a run of mail, the one that goes on now, comes from an address for the first time. Beyond as many as are remembered none is: what comes from
 * thousands of addresses is one run all the same, and has no more to say of a relay's clients.
 */
export function isFresh(activity: Activity | undefined, clientIp: string): boolean {
  if (activity === undefined) return true;
  const { lastIp, clientIps } = activity;
  return lastIp !== clientIp && clientIps.length < MAX_ADDRESSES && !clientIps.includes(clientIp);
}

/** Reports whether a login's client address is in the activity, or never will be. */
export function hasNetwork({ networks, networkCount }: Activity, clientIp: string): boolean {
  return networkCount >= MAX_NETWORKS || networks?.has(clientIp) === true;
}

/** A client address that a login came from, and the failed logins from there before; 0 where it was used before. */
export interface ClientAddress {
  novelty: Novelty;
  guesses: number;
}

/** Counts a login's client address that the activity has not. */
export function addNetwork(activity: Activity, clientIp: string, { novelty, guesses }: ClientAddress): void {
  activity.networkCount++;
  activity.networks ??= new Tally();
  activity.networks.set(clientIp, novelty);
  if (guesses > activity.guesses) activity.guesses = guesses;
  if (isNew(novelty)) activity.lookAt = 0;
}

/** What a delivery attempt adds; see outcome.ts. */
export interface Attempted {
  /** Hashes. */
  recipient: number;
  domain: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
  /** Many customers write to the domain. */
  isPopular: boolean;
}

/** Dead addresses of one small domain that count: a firm that closed, or its typing error in a list, is one cause and not forty. */
const MOST_OF_SMALL_DOMAIN = 2;

/** Refusals of one receiver that count fully; what the later ones count. */
const MOST_OF_RECEIVER = 2;
const BEYOND = 0.25;

/** Counts an attempt for one recipient. */
export function addAttempt(activity: Activity, attempt: Attempted, at: number): void {
  if (at > activity.lastAt) activity.lastAt = at;
  activity.tried += attempt.tried;
  activity.newRecipients += attempt.newRecipients;
  activity.newDomains += attempt.newDomains;
  countDistinct(activity.reached, attempt.recipient);
  if (attempt.unknownUsers > 0) addUnknown(activity, attempt);
  if (attempt.contentRefusals > 0) addRefused(activity, attempt);
}

function addRefused(activity: Activity, { domain }: Attempted): void {
  activity.refusedByDomain ??= new Tally();
  const { refusedByDomain } = activity;
  const name = String(domain);
  const before = refusedByDomain.get(name) ?? 0;
  refusedByDomain.set(name, before + 1);
  activity.contentRefusals += before < MOST_OF_RECEIVER ? 1 : BEYOND;
}

function addUnknown(activity: Activity, { unknownUsers, domain, isPopular }: Attempted): void {
  activity.unknownByDomain ??= new Tally();
  const { unknownByDomain } = activity;
  const name = String(domain);
  const before = unknownByDomain.get(name) ?? 0;
  if (!isPopular && before >= MOST_OF_SMALL_DOMAIN) return;
  unknownByDomain.set(name, before + 1);
  activity.unknownUsers += unknownUsers;
}

/** About how many different recipients were tried. */
export function reachOf({ reached, tried }: Activity): number {
  const count = distinctCount(reached);
  // Beyond what can be told apart they are taken for different: a script that repeats itself does not get there.
  return count > 1_000 ? Math.max(count, tried) : Math.min(count, tried);
}

/** Counts the first attempt for one recipient of a message whose acceptance is not in the activity. */
export function addLate(
  activity: Activity,
  { sender, recipientCount }: { sender: string; recipientCount: number },
): void {
  const share = 1 / Math.max(1, recipientCount);
  activity.lateMessages += share;
  activity.lateRecipients++;
  addSender(activity, sender, share);
}

/** Counts messages of a sender, or a share of one. */
export function addSender(activity: Activity, sender: string, messages: number): void {
  const { senders } = activity;
  const before = senders.get(sender);
  if (before === undefined) activity.senderCount++;
  if (before !== undefined || activity.senderCount <= MAX_SENDERS) senders.set(sender, (before ?? 0) + messages);
}

/** Hours the activity has lasted. */
export function hoursOf(activity: Activity): number {
  return (activity.lastAt - activity.since) / HOUR_MS;
}
