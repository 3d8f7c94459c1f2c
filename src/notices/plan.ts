// Whom a listing concerns among the partners, and what they would be told: from the directory, the traffic and the record.
import { isOwnBlock } from '../blocklists/receivers.js';
import { type ProgressDeps, progressWords, readProgress } from '../delisting/progress.js';
import { addressesIn } from '../detection/finding.js';
import { volumesOver } from '../detection/traffic/traffic-report.js';
import {
  customersHit,
  type Incident,
  isMinor,
  type ListedEntry,
  type ListingSubject,
  targetsOf,
} from '../incidents/incident.js';
import type { Impact } from '../incidents/listings/impact.js';
import { isOurs, standing } from '../incidents/listings/standing.js';
import { relaysOf, reroutesInForce } from '../incidents/relays.js';
import { containmentsInForce, findIncident } from '../incidents/store.js';
import { canonicalIp, parseIp } from '../mail/ip.js';
import type { Directory } from '../partners/directory.js';
import { earlierOf, type NoticeKind, type NoticeRow, noticesOf, toldLast, untoldOf } from './heard.js';
import {
  clearNotice,
  type EarlierLetter,
  letterTime,
  listedNotice,
  type NoticeFacts,
  type NoticeTemplate,
} from './letter.js';
import { othersNamedIn } from './others-named.js';

/** A partner with mail over the listed addresses. */
export interface AffectedPartner {
  id: string;
  name: string;
  /** Mail address; undefined when none is known. */
  contact: string | undefined;
  /** Names of its customers that are affected. */
  customers: string[];
  /** Of one that was told of other addresses and domains before: those that it was not told of. */
  untold?: string[];
  /** Of the same, the latest letter to it. */
  earlier?: EarlierLetter;
}

/** What a press on "Tell partners" would do now. */
export interface NoticePlan {
  kind: NoticeKind;
  /** When it was planned: the text says how it stood then. */
  at: number;
  template: NoticeTemplate;
  /** Addresses and domains that the letter tells of as listed; none for an end. */
  targets: string[];
  /** Those who have not been told of this yet, or not of all of it. */
  partners: AffectedPartner[];
  /** Names in a text that are customers of others than a partner (id). */
  othersIn?: (text: string, partner: string) => string[];
}

const DAY_MS = 86_400_000;

/** What a plan is made from. */
export interface PlanDeps extends ProgressDeps {
  directory: Pick<Directory, 'customers' | 'partners' | 'relays'>;
  /** Ways out that mail may be re-routed over. */
  routes: readonly { name: string; outboundIp?: string | undefined }[];
  /** Path of the traffic database. */
  trafficDb: string;
  /** Whom a letter says to turn to. */
  support: NoticeFacts['support'];
  impactOf: (targets: readonly string[]) => Impact;
  /** Customer a sender domain belongs to. */
  ownerOfDomain: (domain: string) => string | undefined;
}

/**
 * Plans the notices of an incident. There are none for a compromise, nor while a resolved incident's listing still stands. Listings of a
 * customer's own domain are left out: they concern no other customer.
 */
export function planNotices(deps: PlanDeps, incident: Incident): NoticePlan | undefined {
  const { subject } = incident;
  if (subject.kind !== 'listing') return undefined;
  const ours = (entry: ListedEntry) => isOurs(entry, deps.ownerOfDomain);
  const stands = standing(incident).filter(ours);
  if (stands.length > 0 && incident.state === 'resolved') return undefined;
  const kind = stands.length > 0 ? 'listed' : 'clear';
  const entries = kind === 'listed' ? stands : subject.entries.filter((entry) => ours(entry) && !isMinor(entry));
  if (entries.length === 0) return undefined;
  const concerned: ListingSubject = { ...subject, entries };
  const facts = factsOf(deps, incident, concerned);
  const rows = noticesOf(deps.db, incident.id);
  const affected = affectedPartners(deps, incident, concerned);
  const at = deps.now();
  const othersIn = (text: string, partner: string) => othersNamedIn(deps.directory, text, partner);
  if (kind === 'clear') {
    const partners = whoHeard(deps, affected, rows);
    const template = clearNotice({ ...facts, isHeldBack: isHeldBack(deps, partners) });
    return { kind, at, template, targets: [], partners, othersIn };
  }
  const targets = [...new Set(stands.map(({ target }) => target))];
  const concerns = (some: readonly string[]) =>
    affectedPartners(deps, incident, {
      ...subject,
      entries: stands.filter(({ target }) => some.includes(target)),
    });
  const partners = toTell(affected, rows, targets, concerns);
  const hasEarlier = partners.some(({ earlier }) => earlier !== undefined);
  return { kind, at, template: listedNotice({ ...facts, hasEarlier }), targets, partners, othersIn };
}

/** Partners that were told of nothing, and those with customers over what they were not told of. */
function toTell(
  affected: readonly AffectedPartner[],
  rows: NoticeRow[],
  targets: readonly string[],
  concerns: (targets: readonly string[]) => AffectedPartner[],
): AffectedPartner[] {
  const told = toldLast(rows, 'listed');
  const concerned = new Map<string, Set<string>>();
  const isConcerned = (id: string, untold: readonly string[]) => {
    const key = untold.join();
    const ids = concerned.get(key) ?? new Set(concerns(untold).map((partner) => partner.id));
    concerned.set(key, ids);
    return ids.has(id);
  };
  return affected.flatMap((partner) => {
    if (!told.has(partner.id)) return [partner];
    const untold = untoldOf(rows, partner.id, targets);
    if (untold.length === 0 || !isConcerned(partner.id, untold)) return [];
    const earlier = earlierOf(rows, partner.id, untold);
    return [{ ...partner, untold, ...(earlier ? { earlier } : {}) }];
  });
}

/** The end of a listing is told to the partners who were told of its beginning, even if their customers have left them meanwhile. */
function whoHeard({ directory }: PlanDeps, affected: readonly AffectedPartner[], rows: NoticeRow[]): AffectedPartner[] {
  const heard = toldLast(rows, 'listed');
  return directory.partners
    .filter(({ id }) => heard.has(id))
    .map(
      ({ id, name, contact }) =>
        affected.find((partner) => partner.id === id) ?? { id, name, contact, customers: ['your customers'] },
    );
}

/** Reports whether we refuse mail of a customer of theirs, or of one of its senders: that is not over with a listing. */
function isHeldBack({ directory, db }: PlanDeps, partners: readonly AffectedPartner[]): boolean {
  const told = new Set(partners.map(({ id }) => id));
  const refused = containmentsInForce(db).filter(({ action }) => action !== 'reroute');
  const held = new Set(refused.map(({ customer }) => customer));
  return directory.customers.some(({ id, partner }) => held.has(id) && partner !== undefined && told.has(partner));
}

function factsOf(deps: PlanDeps, incident: Incident, subject: ListingSubject): NoticeFacts {
  const { resolvedAt } = incident;
  const at = deps.now();
  const impact = deps.impactOf(targetsOf(subject));
  const ends = subject.entries.flatMap(({ clearedAt }) => clearedAt ?? resolvedAt ?? []);
  return {
    listings: subject.entries.map(({ target, list, listName, firstSeenAt }) => ({
      ...{ target, listName, firstSeenAt, isOwnBlock: isOwnBlock(list) },
      isDomain: addressesIn(target).every((each) => parseIp(each) === undefined),
    })),
    share: impact?.share,
    cleanRelays: impact?.cleanRelays ?? 0,
    done: { text: progressWords(readProgress(deps, [incident], subject.entries), at, letterTime), at },
    ...(ends.length > 0 ? { clearedAt: Math.max(...ends) } : {}),
    support: deps.support,
  };
}

/** Partners of the customers whose mail left over the listed addresses in the day before, also by a re-route, or was refused for it. */
function affectedPartners(deps: PlanDeps, { openedAt }: Incident, subject: ListingSubject): AffectedPartner[] {
  const { directory, db, trafficDb } = deps;
  const now = deps.now();
  const to = Math.max(now, openedAt);
  const relays = relaysOf(directory, targetsOf(subject)).map(({ host }) => host);
  const from = Math.min(openedAt, now) - DAY_MS;
  const sending = relays.length > 0 ? volumesOver(trafficDb, relays, { from, to }) : [];
  const targets = new Set(targetsOf(subject).map(canonicalIp));
  const rerouted = reroutesInForce(deps, db).filter(
    ({ outboundIp, lastHitAt }) => targets.has(canonicalIp(outboundIp)) && (lastHitAt ?? 0) >= from,
  );
  const ids = new Set([
    ...customersHit(subject),
    ...rerouted.map(({ customer }) => customer),
    ...sending.filter(({ messages }) => messages > 0).map(({ customer }) => customer),
  ]);
  const customers = directory.customers.filter(({ id }) => ids.has(id));
  return directory.partners
    .map(({ id, name, contact }) => ({
      ...{ id, name, contact },
      customers: customers.filter(({ partner }) => partner === id).map((customer) => customer.name),
    }))
    .filter((partner) => partner.customers.length > 0);
}

/** Partners told of an incident, and those who could be on a click; with the partners who were told of some of what is listed only. */
export interface NoticesSoFar {
  sent: number;
  drafted: number;
  /** Partners among both who were told of some of what is listed, and not of the rest. */
  more?: { partners: number; told: string[]; untold: string[] };
}

/** What the card says of the letters about an incident. */
export function noticesSoFar(deps: PlanDeps, incidentId: number): NoticesSoFar {
  const incident = findIncident(deps.db, incidentId);
  const rows = noticesOf(deps.db, incidentId);
  const plan = incident && planNotices(deps, incident);
  const more = plan && moreToTell(plan);
  return {
    sent: new Set(rows.filter(({ state }) => state === 'sent').map(({ partner }) => partner)).size,
    drafted: plan?.partners.length ?? 0,
    ...(more ? { more } : {}),
  };
}

/** How many partners were told of some of what is listed and not of the rest, of which, and of which not. */
function moreToTell({ partners, targets }: NoticePlan): NoticesSoFar['more'] {
  const told = partners.filter(({ untold }) => untold !== undefined);
  const untold = new Set(told.flatMap((partner) => partner.untold ?? []));
  const isUntold = (target: string) => untold.has(target);
  if (told.length === 0) return undefined;
  return { partners: told.length, told: targets.filter((each) => !isUntold(each)), untold: targets.filter(isUntold) };
}
