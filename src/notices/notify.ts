// Telling partners that our addresses are listed, and that they are clear again: who decided it, and one notice a partner for the outbox to
// send (send.ts). A listing is told once and its end once, whoever presses and however often; one that comes back is told anew, and so is
// what is listed beside it later.
import { notices } from '../db/schema.js';
import { immediately } from '../db/transaction.js';
import { written } from '../db/written.js';
import { type DecideDeps, type Decision, decide, type Outcome } from '../incidents/decide.js';
import { sayInThread } from '../incidents/record.js';
import { findIncident } from '../incidents/store.js';
import { type Effect, queueEffect } from '../outbox/queue.js';
import { type NoticeKind, type NoticeRow, noticesOf, toldLast, untoldOf } from './heard.js';
import { fillIn, type NoticeTemplate } from './letter.js';
import type { AffectedPartner } from './plan.js';

interface NotifyRequest extends Omit<Decision, 'verb' | 'details'> {
  kind: NoticeKind;
  template: NoticeTemplate;
  /** What the text tells of as listed; none for an end. */
  targets: readonly string[];
  partners: readonly AffectedPartner[];
  /** A person has sent the text with their own means; nothing is mailed. */
  isByHand?: boolean;
}

/** Decides that these partners are told. One that was told of this listing before is left out; refused when none is left. */
export function notifyPartners(
  deps: DecideDeps,
  { kind, template, targets, partners, isByHand, ...decision }: NotifyRequest,
): Outcome {
  return decide(deps, { ...decision, verb: 'notify-partners' }, (tx, incident) => {
    if (incident.subject.kind !== 'listing') return { refuse: 'Partners hear of listings here, and of nothing else.' };
    const rows = noticesOf(tx, incident.id);
    const told = new Set([...toldLast(rows, kind)].filter((id) => untoldOf(rows, id, targets).length === 0));
    const left = partners.filter(({ id, contact }) => !told.has(id) && (isByHand || contact !== undefined));
    if (left.length === 0) return { refuse: whyNobody(partners, told) };
    const now = deps.now();
    for (const partner of left) {
      const { name, customers, earlier } = partner;
      const { subject, body } = fillIn(template, { partner: name, customers, earlier });
      const state = isByHand ? ('sent' as const) : ('queued' as const);
      const notice = {
        ...{ incidentId: incident.id, partner: partner.id, kind, subject, body, state },
        targets: kind === 'listed' ? [...targets] : null,
        ...{ sendTo: partner.contact ?? null, createdAt: now, decidedAt: now, decidedBy: decision.actor.name },
        sentAt: isByHand ? now : null,
      };
      const row = written(tx.insert(notices).values(notice).returning());
      if (!isByHand) queueEffect(tx, effectOf(row, name), now);
    }
    // Telling partners changes nothing that other buttons decide, so these stay valid.
    return { keepsRev: true, details: { kind, partners: left.map(({ id }) => id), ...(isByHand ? { isByHand } : {}) } };
  });
}

/** Says in the thread that a letter which somebody wrote did not go out: `why` is a half sentence. Nothing else comes of it. */
export function noteUnsent(
  deps: DecideDeps,
  { incidentId, actor, why }: Pick<Decision, 'incidentId' | 'actor'> & { why: string },
): void {
  immediately(deps.db, (tx) => {
    const incident = findIncident(tx, incidentId);
    if (!incident) return;
    sayInThread(tx, deps, incident, { actor, verb: 'notify-partners', outcome: 'refused', details: { unsent: why } });
  });
}

function whyNobody(partners: readonly AffectedPartner[], told: ReadonlySet<string>): string {
  if (partners.length === 0) return 'No partner has customers with mail over what is listed.';
  const unreachable = partners.filter(({ id, contact }) => !told.has(id) && contact === undefined);
  if (unreachable.length > 0)
    return `No mail address is known of ${unreachable.map(({ name }) => name).join(', ')}. Add \`contact\` to the customer file.`;
  return 'Every partner has been told already.';
}

/** All notices to a partner about an incident share one outbox lane, so that the beginning is always told before the end. */
function effectOf({ id, incidentId, partner }: NoticeRow, partnerName: string): Effect {
  const lane = `notice:${incidentId}:${partner}`;
  return {
    key: `notice:${id}`,
    kind: 'partner.notice',
    lane,
    payload: { noticeId: id, partnerName } satisfies NoticePayload,
  };
}

/** What the outbox keeps of a letter that is to be sent. */
export interface NoticePayload {
  noticeId: number;
  /** As the letter calls it, for what the desk reads of it. Rows queued by an earlier version have none. */
  partnerName?: string;
}
