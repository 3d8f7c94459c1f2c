// Telling partners without a click, where the configuration says so.
import { RELAYWARDEN } from '../audit/record.js';
import type { DecideDeps } from '../incidents/decide.js';
import type { Incident } from '../incidents/incident.js';
import { standing } from '../incidents/listings/standing.js';
import { incidentsSince, unresolvedIncidents } from '../incidents/store.js';
import { noticesOf, wasRefused } from './heard.js';
import { notifyPartners } from './notify.js';
import { type AffectedPartner, type PlanDeps, planNotices } from './plan.js';

const DAY_MS = 86_400_000;

/** After this time the end of a listing is not told any more. */
const TELL_WITHIN_MS = 7 * DAY_MS;

/**
 * Tells partners without a click: of listings that cost mail, and of their end. Run again and again; what was
 * told is not told twice. What is listed beside it later a person tells: a storm of listings is to be no storm of letters.
 */
export function notifyDue(deps: PlanDeps & DecideDeps): void {
  for (const incident of tellable(deps)) {
    const plan = planNotices(deps, incident);
    const rows = noticesOf(deps.db, incident.id);
    const isReachable = (partner: AffectedPartner) =>
      partner.contact !== undefined &&
      partner.untold === undefined &&
      !wasRefused(rows, plan?.kind ?? 'listed', partner);
    const partners = plan?.partners.filter(isReachable) ?? [];
    if (!plan || partners.length === 0 || (plan.kind === 'listed' && !costsMail(incident))) continue;
    const { kind, template, targets } = plan;
    notifyPartners(deps, { incidentId: incident.id, actor: RELAYWARDEN, kind, template, targets, partners });
  }
}

/** Incidents of which partners may have to be told: open ones however old, because a listing may stand for weeks, and those of late. */
function tellable({ db, now }: Pick<PlanDeps, 'db' | 'now'>): Incident[] {
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
