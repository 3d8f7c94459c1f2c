// Whom a listing concerns among the partners, and what they would be told: from the directory, the traffic and the record.

import { RELAYWARDEN } from '../audit/record.js';
import type { Context } from '../context.js';
import { volumesOver } from '../detection/traffic-report.js';
import {
  customersHit,
  type Incident,
  isMinor,
  type ListedEntry,
  type ListingSubject,
  seriousEntries,
  targetsOf,
} from '../incidents/incident.js';
import {
  type AffectedPartner,
  type NoticePlan,
  type NoticeRow,
  noticesOf,
  notifyPartners,
  toldLast,
  wasRefused,
} from '../incidents/notify.js';
import { findIncident, incidentsSince, unresolvedIncidents } from '../incidents/store.js';
import { clearNotice, listedNotice, type NoticeFacts } from '../partners/notice.js';
import type { Parts } from './context.js';
import { relaysOf } from './relays.js';

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
      return {
        sent: new Set(rows.filter(({ state }) => state === 'sent').map(({ partner }) => partner)).size,
        drafted: incident ? (noticePlan(incident)?.partners.length ?? 0) : 0,
      };
    },
  };
}

/** A listing that is over for longer is no news to anybody. */
const TELL_WITHIN_MS = 7 * DAY_MS;

/**
 * Tells partners without a click, where the config says so: of listings that cost mail, and of their end. Run again and again; what was
 * told is not told twice.
 */
export function sendDueNotices(parts: NoticeParts, ctx: Context): void {
  const { notices, mail } = parts.config;
  if (!notices.automatic || !mail) return;
  for (const incident of tellable(ctx)) {
    const plan = planNotices(parts, ctx, incident);
    const rows = noticesOf(ctx.db, incident.id);
    const isReachable = (partner: AffectedPartner) =>
      partner.contact !== undefined && !wasRefused(rows, plan?.kind ?? 'listed', partner);
    const partners = plan?.partners.filter(isReachable) ?? [];
    if (!plan || partners.length === 0 || (plan.kind === 'listed' && !costsMail(incident))) continue;
    const { kind, template } = plan;
    notifyPartners(ctx, { incidentId: incident.id, actor: RELAYWARDEN, kind, template, partners });
    ctx.outbox.wake();
  }
}

/** A listing may stand for weeks before its end is seen. */
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

/** What is listed and no mere note. Whoever resolves an incident says so of a receiver's own block; a list says it itself. */
function standing({ subject, state }: Incident): ListedEntry[] {
  if (subject.kind !== 'listing') return [];
  return seriousEntries(subject).filter(({ inDns }) => inDns || state !== 'resolved');
}

type PlanContext = Pick<Context, 'impactOf' | 'now' | 'db' | 'ownerOfDomain'>;

/**
 * Plans the notices of an incident. A compromise has none, nor has what somebody resolved although it stands; a customer's own domain is
 * nobody else's business.
 */
function planNotices(parts: NoticeParts, ctx: PlanContext, incident: Incident): NoticePlan | undefined {
  const { subject } = incident;
  if (subject.kind !== 'listing') return undefined;
  const isOurs = ({ target }: ListedEntry) => ctx.ownerOfDomain(target) === undefined;
  const stands = standing(incident).filter(isOurs);
  if (stands.length > 0 && incident.state === 'resolved') return undefined;
  const kind = stands.length > 0 ? 'listed' : 'clear';
  const entries = kind === 'listed' ? stands : subject.entries.filter((entry) => isOurs(entry) && !isMinor(entry));
  if (entries.length === 0) return undefined;
  const concerned: ListingSubject = { ...subject, entries };
  const facts = factsOf(parts, ctx, incident, concerned);
  const rows = noticesOf(ctx.db, incident.id);
  const affected = affectedPartners(parts, ctx.now(), incident, concerned);
  if (kind === 'clear') return { kind, template: clearNotice(facts), partners: whoHeard(parts, affected, rows) };
  const told = toldLast(rows, kind);
  return { kind, template: listedNotice(facts), partners: affected.filter(({ id }) => !told.has(id)) };
}

/** Of the end hears who heard of the beginning, also when its customers have gone to another partner meanwhile. */
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

function factsOf(
  parts: NoticeParts,
  ctx: Pick<Context, 'impactOf'>,
  { resolvedAt }: Incident,
  subject: ListingSubject,
): NoticeFacts {
  const impact = ctx.impactOf?.(targetsOf(subject));
  const ends = subject.entries.flatMap(({ clearedAt }) => clearedAt ?? resolvedAt ?? []);
  return {
    listings: subject.entries.map(({ target, listName, firstSeenAt }) => ({ target, listName, firstSeenAt })),
    share: impact?.share,
    cleanRelays: impact?.cleanRelays ?? 0,
    isCauseStopped: false,
    ...(ends.length > 0 ? { clearedAt: Math.max(...ends) } : {}),
    support: parts.config.support,
  };
}

/** Partners of the customers whose mail left over the listed addresses in the day before, or was refused for it. */
function affectedPartners(
  { directory, config }: NoticeParts,
  now: number,
  { openedAt }: Incident,
  subject: ListingSubject,
): AffectedPartner[] {
  const to = Math.max(now, openedAt);
  const relays = relaysOf(directory, targetsOf(subject)).map(({ host }) => host);
  const sending =
    relays.length > 0
      ? volumesOver(config.database.traffic, relays, { from: Math.min(openedAt, now) - DAY_MS, to })
      : [];
  const ids = new Set([
    ...customersHit(subject),
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
