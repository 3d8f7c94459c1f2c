// Reads what the ranking of a listing's suspects rests on, and keeps the answer. Hour by hour, so that nobody waits for it.
import { createHash } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import {
  addHour,
  addOutbound,
  HOUR_MS,
  hoursOf,
  openTrafficHours,
  type Summed,
  type Window,
} from '../../detection/traffic/traffic-hours.js';
import { parseIp } from '../../mail/ip.js';
import type { Relay } from '../../partners/directory.js';
import type { DecideDeps } from '../decide.js';
import { type Incident, type ListedEntry, type ListingSubject, targetsOf } from '../incident.js';
import { type Egress, egressOf, measuredAddresses } from '../listings/egress.js';
import { BACKGROUND_HOURS, firstSeenAt, foundBefore, keepRanked, NEAR_HOURS } from './blame.js';
import { keptRanking, linkedCompromises } from './links.js';
import type { RankedCustomer } from './suspect.js';
import { type Candidate, type Case, rankingSteps, suspectOwners } from './suspects.js';
import { NO_MAIL } from './suspicion.js';

interface RankingDeps extends DecideDeps {
  relays: readonly Relay[];
  /** Path of the traffic database. */
  trafficDb: string;
}

/** Replies to mail that was sent before the listing still come in for a while: then it is ranked once more. */
const SETTLED_MS = 2 * 60_000;

/** Ranks a listing's suspects if what the ranking rests on has changed. Returns whether it has. */
export async function rankAnew(deps: RankingDeps, incident: Incident): Promise<boolean> {
  const { subject } = incident;
  if (subject.kind !== 'listing') return false;
  const kept = keptRanking(deps.db, incident.id);
  const basis = basisOf(deps, subject);
  const mark = `${basis}.${shownOf(deps, incident)}`;
  if (kept?.basis === mark) return false;
  const ranking = kept?.basis.startsWith(`${basis}.`) ? kept.ranking : await rank(deps, subject);
  keepRanked(deps, incident.id, { ranking, basis: mark });
  return true;
}

/** A hash of what the card shows of the linked compromises: when it changes, the card is drawn anew. */
function shownOf({ db }: RankingDeps, { id }: Incident): string {
  return markOf(linkedCompromises(db, id).map((linked) => [linked.id, linked.state, linked.messageTs !== null]));
}

/** A hash of what the ranking rests on besides the counters: when it changes, the suspects are ranked again. */
function basisOf({ db, now }: RankingDeps, subject: ListingSubject): string {
  const at = firstSeenAt(subject);
  const found = foundBefore(db, at).map((incident) => [incident.id, incident.subject.confidence.toFixed(2)]);
  return markOf([at, targetsOf(subject), found, now() - at >= SETTLED_MS]);
}

function markOf(facts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 16);
}

async function rank(deps: RankingDeps, subject: ListingSubject): Promise<RankedCustomer[]> {
  const targets = targetsOf(subject);
  const addresses = targets.filter((target) => parseIp(target) !== undefined);
  if (addresses.length > 0)
    return inTurns(rankingSteps(await caseOf(deps, subject, await egressAt(deps, subject, addresses), addresses)));
  const owned = ownersOf(deps, targets);
  return owned.length === 0 ? [] : suspectOwners(owned, await caseOf(deps, subject, EVERYWHERE, []));
}

/** Customers judged before others have their turn: a millisecond or two. */
const AT_A_TIME = 25;

async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  for (let n = 1; ; n++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (n % AT_A_TIME === 0) await othersTurn();
  }
}

/** How mail got to the addresses in the time that is looked at. */
async function egressAt(
  { relays, trafficDb, now }: RankingDeps,
  subject: ListingSubject,
  addresses: string[],
): Promise<Egress> {
  const at = firstSeenAt(subject);
  const measured = new Map<string, Map<string, number>>();
  const wanted = measuredAddresses(relays);
  const hours = wanted.length > 0 ? openTrafficHours(trafficDb) : undefined;
  try {
    for (const { hour, part } of hours ? hoursOf({ from: at - ALL_HOURS * HOUR_MS, to: at }, now()) : []) {
      if (hours) addOutbound(measured, hours.outbound(hour, wanted), part);
      await othersTurn();
    }
  } finally {
    hours?.close();
  }
  return egressOf(relays, addresses, measured);
}

const ALL_HOURS = NEAR_HOURS + BACKGROUND_HOURS;

const EVERYWHERE: Egress = { isKnown: false, partOf: () => 1, relays: undefined };

/** Customers that listed domains belong to. */
function ownersOf({ ownerOfDomain }: RankingDeps, domains: string[]): { customer: string; domains: string[] }[] {
  const owners = new Map<string, string[]>();
  for (const domain of domains) {
    const owner = ownerOfDomain(domain);
    if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), domain]);
  }
  return [...owners].map(([customer, own]) => ({ customer, domains: own }));
}

async function caseOf(deps: RankingDeps, subject: ListingSubject, egress: Egress, addresses: string[]): Promise<Case> {
  const at = firstSeenAt(subject);
  const edge = at - NEAR_HOURS * HOUR_MS;
  const near = await sumsOf(deps, { from: edge, to: at }, egress);
  const before = await sumsOf(deps, { from: edge - BACKGROUND_HOURS * HOUR_MS, to: edge }, egress);
  const detected = detectedBefore(deps, at);
  const candidates = [...new Set([...near.keys(), ...before.keys()])].map(
    (customer): Candidate => ({
      customer,
      near: near.get(customer) ?? NO_MAIL,
      before: before.get(customer) ?? NO_MAIL,
      detected: detected.get(customer),
    }),
  );
  return {
    candidates,
    nearHours: NEAR_HOURS,
    beforeHours: BACKGROUND_HOURS,
    scope: narrowest(subject.entries),
    isFirstLook: subject.isFirstLook,
    what: whatLeft(egress, addresses),
  };
}

/** Mail over the addresses in a window, by customer; none while the log worker never ran. */
async function sumsOf({ trafficDb, now }: RankingDeps, window: Window, egress: Egress): Promise<Map<string, Summed>> {
  const sums = new Map<string, Summed>();
  const hours = openTrafficHours(trafficDb);
  if (!hours) return sums;
  try {
    for (const { hour, part } of hoursOf(window, now())) {
      addHour(sums, hours.read(hour, egress.relays), part, egress.partOf);
      await othersTurn();
    }
    return sums;
  } finally {
    hours.close();
  }
}

/** What the detection is surest of, by customer. */
function detectedBefore({ db }: RankingDeps, at: number): Map<string, NonNullable<Candidate['detected']>> {
  const detected = new Map<string, NonNullable<Candidate['detected']>>();
  for (const incident of foundBefore(db, at)) {
    const { customer, openedAt } = incident;
    const { confidence } = incident.subject;
    if ((detected.get(customer)?.confidence ?? -1) >= confidence) continue;
    detected.set(customer, { confidence, msBefore: at - openedAt });
  }
  return detected;
}

/** What the narrowest listing is about: when the address itself is listed, a listing of its network takes no suspicion off a customer. */
function narrowest(entries: readonly ListedEntry[]): Case['scope'] {
  const scopes = entries.filter(({ confidence, refusals }) => confidence !== 'low' || refusals > 0);
  const has = (scope: ListedEntry['scope']) => scopes.some((entry) => entry.scope === scope);
  if (has('address') || has('domain')) return 'address';
  if (has('range')) return 'range';
  return scopes.length === 0 || has('network') ? 'network' : 'address';
}

function whatLeft({ isKnown }: Egress, addresses: string[]): string {
  if (!isKnown) return 'all mail';
  const [first] = addresses;
  return addresses.length === 1 ? `the mail over ${first}` : `the mail over ${addresses.length} listed addresses`;
}
