// Whom a listing concerns among the partners, and what they would be told: from the directory, the traffic and the record.

import { RELAYWARDEN } from '../audit/record.js';
import type { Context } from '../context.js';
import { volumesOver } from '../detection/traffic-report.js';
import { customersHit, type Incident, type ListingSubject, openEntries, targetsOf } from '../incidents/incident.js';
import { type AffectedPartner, type NoticePlan, noticesOf, notifyPartners } from '../incidents/notify.js';
import { findIncident, incidentsSince } from '../incidents/store.js';
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
        sent: rows.filter(({ state }) => state === 'sent').length,
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
  for (const incident of incidentsSince(ctx.db, ctx.now() - TELL_WITHIN_MS)) {
    const plan = planNotices(parts, ctx, incident);
    const partners = plan?.partners.filter(({ contact }) => contact !== undefined) ?? [];
    if (!plan || partners.length === 0 || (plan.kind === 'listed' && !costsMail(incident))) continue;
    const { kind, template } = plan;
    notifyPartners(ctx, { incidentId: incident.id, actor: RELAYWARDEN, kind, template, partners });
    ctx.outbox.wake();
  }
}

/** Many receivers ask the list, or some have refused already. */
function costsMail({ subject }: Incident): boolean {
  if (subject.kind !== 'listing') return false;
  return openEntries(subject).some(
    ({ impact, confidence, refusals }) =>
      refusals > 0 || (confidence !== 'low' && (impact === 'critical' || impact === 'high')),
  );
}

/** Plans the notices of an incident; a compromise has none. */
function planNotices(
  parts: NoticeParts,
  ctx: Pick<Context, 'impactOf' | 'now' | 'db'>,
  incident: Incident,
): NoticePlan | undefined {
  const { subject } = incident;
  if (subject.kind !== 'listing') return undefined;
  const kind = openEntries(subject).length > 0 ? 'listed' : 'clear';
  const facts = factsOf(parts, ctx, subject);
  const rows = noticesOf(ctx.db, incident.id);
  const told = new Set(rows.filter((row) => row.kind === kind).map(({ partner }) => partner));
  const partners = affectedPartners(parts, ctx.now(), incident, subject).filter(({ id }) => !told.has(id));
  // Of the end hears who heard of the beginning.
  const heard = new Set(rows.filter((row) => row.kind === 'listed').map(({ partner }) => partner));
  return kind === 'listed'
    ? { kind, template: listedNotice(facts), partners }
    : { kind, template: clearNotice(facts), partners: partners.filter(({ id }) => heard.has(id)) };
}

function factsOf(parts: NoticeParts, ctx: Pick<Context, 'impactOf'>, subject: ListingSubject): NoticeFacts {
  const impact = ctx.impactOf?.(targetsOf(subject));
  const cleared = subject.entries.flatMap(({ clearedAt }) => clearedAt ?? []);
  return {
    listings: subject.entries.map(({ target, listName, firstSeenAt }) => ({ target, listName, firstSeenAt })),
    share: impact?.share,
    cleanRelays: impact?.cleanRelays ?? 0,
    isCauseStopped: false,
    ...(cleared.length > 0 ? { clearedAt: Math.max(...cleared) } : {}),
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
