// Whom a listing concerns among the partners, and what they would be told: from the directory, the traffic and the record.

import { RELAYWARDEN } from '../audit/record.js';
import { isOwnBlock } from '../blocklists/receivers.js';
import type { Context } from '../context.js';
import { type ProgressDeps, progressWords, readProgress } from '../delisting/progress.js';
import { addressesIn } from '../detection/finding.js';
import { volumesOver } from '../detection/traffic/traffic-report.js';
import { earlierOf, type NoticeRow, noticesOf, toldLast, untoldOf } from '../incidents/heard.js';
import {
  customersHit,
  type Incident,
  isMinor,
  type ListedEntry,
  type ListingSubject,
  targetsOf,
} from '../incidents/incident.js';
import { isOurs, standing } from '../incidents/listings/standing.js';
import { type AffectedPartner, type NoticePlan, notifyPartners, wasRefused } from '../incidents/notify.js';
import { containmentsInForce, findIncident, incidentsSince, unresolvedIncidents } from '../incidents/store.js';
import { canonicalIp, parseIp } from '../mail/ip.js';
import { clearNotice, listedNotice, type NoticeFacts, utc } from '../partners/notice.js';
import type { Parts } from './context.js';
import { othersNamedIn } from './named-customers.js';
import { relaysOf, reroutesInForce } from './relays.js';

type NoticeParts = Pick<Parts, 'config' | 'directory'>;

const DAY_MS = 86_400_000;

/** The context's readers of notices. */
export function noticeReaders(parts: NoticeParts, ctx: () => Context): Pick<Context, 'noticePlan' | 'noticesOf'> {
  const noticePlan = (incident: Incident) => planNotices(parts, ctx(), incident);
  return {
    noticePlan,
    noticesOf(incidentId) {
      const incident = findIncident(ctx().db, incidentId);
      const rows = noticesOf(ctx().db, incidentId);
      const plan = incident && noticePlan(incident);
      const more = plan && moreToTell(plan);
      return {
        sent: new Set(rows.filter(({ state }) => state === 'sent').map(({ partner }) => partner)).size,
        drafted: plan?.partners.length ?? 0,
        ...(more ? { more } : {}),
      };
    },
  };
}

/** How many partners were told of some of what is listed and not of the rest, of which, and of which not. */
function moreToTell({
  partners,
  targets,
}: NoticePlan): { partners: number; told: string[]; untold: string[] } | undefined {
  const told = partners.filter(({ untold }) => untold !== undefined);
  const untold = new Set(told.flatMap((partner) => partner.untold ?? []));
  const isUntold = (target: string) => untold.has(target);
  if (told.length === 0) return undefined;
  return { partners: told.length, told: targets.filter((each) => !isUntold(each)), untold: targets.filter(isUntold) };
}

/** After this time the end of a listing is not told any more. */
const TELL_WITHIN_MS = 7 * DAY_MS;

/**
 * Tells partners without a click, where the config says so: of listings that cost mail, and of their end. Run again and again; what was
 * told is not told twice. What is listed beside it later a person tells: a storm of listings is to be no storm of letters.
 */
export function sendDueNotices(parts: NoticeParts, ctx: Context): void {
  const { notices, mail } = parts.config;
  if (!notices.automatic || !mail) return;
  for (const incident of tellable(ctx)) {
    const plan = planNotices(parts, ctx, incident);
    const rows = noticesOf(ctx.db, incident.id);
    const isReachable = (partner: AffectedPartner) =>
      partner.contact !== undefined &&
      partner.untold === undefined &&
      !wasRefused(rows, plan?.kind ?? 'listed', partner);
    const partners = plan?.partners.filter(isReachable) ?? [];
    if (!plan || partners.length === 0 || (plan.kind === 'listed' && !costsMail(incident))) continue;
    const { kind, template, targets } = plan;
    notifyPartners(ctx, { incidentId: incident.id, actor: RELAYWARDEN, kind, template, targets, partners });
    ctx.outbox.wake();
  }
}

/** Incidents of which partners may have to be told: open ones however old, because a listing may stand for weeks, and those of late. */
function tellable({ db, now }: Context): Incident[] {
  const all = [...unresolvedIncidents(db), ...incidentsSince(db, now() - TELL_WITHIN_MS)];
  return [...new Map(all.map((incident) => [incident.id, incident])).values()];
}

/** Many receivers ask the list, or some have refused already. */
function costsMail(incident: Incident): boolean {
  return standing(incident).some(
    ({ impact, confidence, refusals }) =>
      refusals > 0 || (confidence !== 'low' && (impact === 'critical' || impact === 'high')),
  );
}

type PlanContext = Pick<Context, 'impactOf' | 'now' | 'db' | 'ownerOfDomain'> & ProgressDeps;

/**
 * Plans the notices of an incident. There are none for a compromise, nor while a resolved incident's listing still stands. Listings of a
 * customer's own domain are left out: they concern no other customer.
 */
function planNotices(parts: NoticeParts, ctx: PlanContext, incident: Incident): NoticePlan | undefined {
  const { subject } = incident;
  if (subject.kind !== 'listing') return undefined;
  const ours = (entry: ListedEntry) => isOurs(entry, ctx.ownerOfDomain);
  const stands = standing(incident).filter(ours);
  if (stands.length > 0 && incident.state === 'resolved') return undefined;
  const kind = stands.length > 0 ? 'listed' : 'clear';
  const entries = kind === 'listed' ? stands : subject.entries.filter((entry) => ours(entry) && !isMinor(entry));
  if (entries.length === 0) return undefined;
  const concerned: ListingSubject = { ...subject, entries };
  const facts = factsOf(parts, ctx, incident, concerned);
  const rows = noticesOf(ctx.db, incident.id);
  const affected = affectedPartners(parts, ctx, incident, concerned);
  const at = ctx.now();
  const othersIn = (text: string, partner: string) => othersNamedIn(parts.directory, text, partner);
  if (kind === 'clear') {
    const partners = whoHeard(parts, affected, rows);
    const template = clearNotice({ ...facts, isHeldBack: isHeldBack(parts, ctx, partners) });
    return { kind, at, template, targets: [], partners, othersIn };
  }
  const targets = [...new Set(stands.map(({ target }) => target))];
  const concerns = (some: readonly string[]) =>
    affectedPartners(parts, ctx, incident, {
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
function whoHeard(
  { directory }: NoticeParts,
  affected: readonly AffectedPartner[],
  rows: NoticeRow[],
): AffectedPartner[] {
  const heard = toldLast(rows, 'listed');
  return directory.partners
    .filter(({ id }) => heard.has(id))
    .map(
      ({ id, name, contact }) =>
        affected.find((partner) => partner.id === id) ?? { id, name, contact, customers: ['your customers'] },
    );
}

/** Reports whether we refuse mail of a customer of theirs, or of one of its senders: that is not over with a listing. */
function isHeldBack({ directory }: NoticeParts, { db }: PlanContext, partners: readonly AffectedPartner[]): boolean {
  const told = new Set(partners.map(({ id }) => id));
  const refused = containmentsInForce(db).filter(({ action }) => action !== 'reroute');
  const held = new Set(refused.map(({ customer }) => customer));
  return directory.customers.some(({ id, partner }) => held.has(id) && partner !== undefined && told.has(partner));
}

function factsOf(parts: NoticeParts, ctx: PlanContext, incident: Incident, subject: ListingSubject): NoticeFacts {
  const { resolvedAt } = incident;
  const at = ctx.now();
  const impact = ctx.impactOf(targetsOf(subject));
  const ends = subject.entries.flatMap(({ clearedAt }) => clearedAt ?? resolvedAt ?? []);
  return {
    listings: subject.entries.map(({ target, list, listName, firstSeenAt }) => ({
      ...{ target, listName, firstSeenAt, isOwnBlock: isOwnBlock(list) },
      isDomain: addressesIn(target).every((each) => parseIp(each) === undefined),
    })),
    share: impact?.share,
    cleanRelays: impact?.cleanRelays ?? 0,
    done: { text: progressWords(readProgress(ctx, [incident], subject.entries), at, utc), at },
    ...(ends.length > 0 ? { clearedAt: Math.max(...ends) } : {}),
    support: parts.config.support,
  };
}

/** Partners of the customers whose mail left over the listed addresses in the day before, also by a re-route, or was refused for it. */
function affectedPartners(
  { directory, config }: NoticeParts,
  ctx: Pick<PlanContext, 'now' | 'db'>,
  { openedAt }: Incident,
  subject: ListingSubject,
): AffectedPartner[] {
  const now = ctx.now();
  const to = Math.max(now, openedAt);
  const relays = relaysOf(directory, targetsOf(subject)).map(({ host }) => host);
  const from = Math.min(openedAt, now) - DAY_MS;
  const sending = relays.length > 0 ? volumesOver(config.database.traffic, relays, { from, to }) : [];
  const targets = new Set(targetsOf(subject).map(canonicalIp));
  const rerouted = reroutesInForce(config, ctx.db).filter(
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
