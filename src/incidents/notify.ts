// Telling partners that our addresses are listed, and that they are clear again: who decided it, one notice a partner, sent through the
// outbox. A listing is told once and its end once, whoever presses and however often; one that comes back is told anew, and so is what is
// listed beside it later.
import { eq } from 'drizzle-orm';
import { notices } from '../db/schema.js';
import { immediately, type Tx } from '../db/transaction.js';
import { written } from '../db/written.js';
import { type Effect, queueEffect } from '../outbox/queue.js';
import { EffectImpossible } from '../outbox/run.js';
import { type Mailer, MailRefused } from '../partners/mailer.js';
import { type EarlierLetter, fillIn, type NoticeTemplate, sinceWritten } from '../partners/notice.js';
import { type DecideDeps, type Decision, decide, type Outcome } from './decide.js';
import { type NoticeKind, type NoticeRow, noticesOf, toldLast, untoldOf } from './heard.js';
import { endedSince, isOurs, standing } from './listings/standing.js';
import { queueCard, recordOn, sayInThread } from './record.js';
import { findIncident } from './store.js';

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

/** Reports whether the partner's mail server refused such a notice at this address: then automatic notices do not try it again. */
export function wasRefused(
  rows: readonly Pick<NoticeRow, 'partner' | 'kind' | 'state' | 'sendTo' | 'error'>[],
  kind: NoticeKind,
  { id, contact }: Pick<AffectedPartner, 'id' | 'contact'>,
): boolean {
  const last = rows.findLast((row) => row.partner === id && row.kind === kind);
  return last?.state === 'failed' && !isOutOfDate(last) && last.sendTo === (contact ?? null);
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
    payload: { noticeId: id, partnerName } satisfies Payload,
  };
}

interface Payload {
  noticeId: number;
  /** As the letter calls it, for what the desk reads of it. Rows queued by an earlier version have none. */
  partnerName?: string;
}

interface NoticeEffectDeps extends DecideDeps {
  /** Undefined when no mail server is configured. */
  mailer: Mailer | undefined;
  /** Domain of Message-IDs: that of the sender's address. */
  mailDomain: string;
}

/**
 * The outbox handler that sends one notice. At least once: a process that is killed between the server's answer and the note of it sends
 * the same Message-ID again. While the process lives it is sent once, also when the note cannot be written (a full disk) and is tried
 * again.
 */
export function noticeEffects(deps: NoticeEffectDeps) {
  const taken = new Map<number, Partial<NoticeRow>>();
  return {
    'partner.notice': async ({ payload }: { payload: unknown }) => {
      const { noticeId, partnerName } = payload as Payload;
      const row = findNotice(deps.db, noticeId);
      if (!row || row.state === 'sent') return;
      const change = taken.get(row.id) ?? (await sendOne(deps, row));
      taken.set(row.id, change);
      settle(deps, row, change, partnerName);
      taken.delete(row.id);
      if (change.state === 'failed' && !isOutOfDate(change))
        throw new EffectImpossible(`the notice to ${partnerName ?? row.partner} was refused: ${change.error}`);
    },
  };
}

/** Sends it unless it is out of date by now; returns what is to be noted of it. Throws when it is worth another try. */
async function sendOne(deps: NoticeEffectDeps, row: NoticeRow): Promise<Partial<NoticeRow>> {
  const error = whyOutOfDate(deps, row);
  if (error !== undefined) return { state: 'failed', error };
  const body = asItStands(deps, row);
  try {
    await send(deps, { ...row, body });
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    return { state: 'failed', error: error.message.slice(0, 500) };
  }
  return { state: 'sent', sentAt: deps.now(), error: null, body };
}

const OVERTAKEN = 'it was over before any mail could be sent';
const LISTED_AGAIN = 'it was listed again before any mail could be sent';

/** Nothing failed: there was nothing left to tell. */
function isOutOfDate({ error }: Pick<Partial<NoticeRow>, 'error'>): boolean {
  return error === OVERTAKEN || error === LISTED_AGAIN;
}

/**
 * Why a notice that waited for the mail server is not true any more: the listing was over before the partner heard of it, and then neither
 * its beginning nor its end is sent; or it stands again, and then its beginning is sent and its end is not.
 */
function whyOutOfDate({ db, ownerOfDomain }: NoticeEffectDeps, row: NoticeRow): string | undefined {
  const { id, incidentId, partner, kind } = row;
  const rows = noticesOf(db, incidentId).filter((each) => each.partner === partner);
  const incident = findIncident(db, incidentId);
  const stands = incident !== undefined && standing(incident).some((entry) => isOurs(entry, ownerOfDomain));
  // One that was decided later, after an end, says it as it stands.
  const ended = rows.find((each) => each.id > id && each.kind === 'clear');
  const isToldLater = ended !== undefined && rows.some((each) => each.id > ended.id && each.kind === 'listed');
  if (kind === 'listed') return !stands || isToldLater ? OVERTAKEN : undefined;
  const before = rows.filter((each) => each.id < id);
  const told = before.findLastIndex((each) => each.kind === 'clear' && each.state !== 'failed');
  const beginnings = before.slice(told + 1).filter((each) => each.kind === 'listed');
  const isUntold = beginnings.length > 0 && beginnings.every(({ state }) => state === 'failed');
  if (isUntold && beginnings.at(-1)?.error === OVERTAKEN) return OVERTAKEN;
  return stands ? LISTED_AGAIN : undefined;
}

/** The text, with what has come to an end since it was written. */
function asItStands({ db, ownerOfDomain }: NoticeEffectDeps, { incidentId, kind, body, createdAt }: NoticeRow): string {
  const incident = findIncident(db, incidentId);
  const ended = kind === 'listed' && incident ? endedSince(incident, ownerOfDomain, createdAt) : [];
  return ended.length === 0 ? body : `${body.trimEnd()}\n\n${sinceWritten(ended)}\n`;
}

async function send(
  { mailer, mailDomain }: NoticeEffectDeps,
  { id, sendTo, subject, body, createdAt }: NoticeRow,
): Promise<void> {
  if (!mailer) throw new MailRefused('no mail server is set up here');
  if (sendTo === null) throw new MailRefused('no mail address is known');
  await mailer.send({ to: sendTo, subject, text: body, messageId: `notice-${id}-${createdAt}@${mailDomain}` });
}

/**
 * Writes down what came of it, and shows it. A failure is worth a line in the thread, for it wants somebody to act; and so is a letter that
 * was out of date before it could go, for the thread says that it is on its way: one line for all that one press sent.
 */
function settle(deps: DecideDeps, notice: NoticeRow, change: Partial<NoticeRow>, partnerName?: string): void {
  const { id, incidentId, partner } = notice;
  immediately(deps.db, (tx) => {
    tx.update(notices).set(change).where(eq(notices.id, id)).run();
    const incident = findIncident(tx, incidentId);
    if (!incident) return;
    const unsent = isOutOfDate(change) ? unsentWith(tx, notice) : undefined;
    const put = change.state === 'failed' && (unsent?.isAll ?? true) ? sayInThread : recordOn;
    put(tx, deps, incident, {
      verb: 'notice',
      outcome: change.state === 'sent' ? 'done' : 'failed',
      details: {
        ...{ partner, ...(partnerName ? { partnerName } : {}), ...(change.error ? { why: change.error } : {}) },
        ...(unsent ? { unsent: unsent.count } : {}),
      },
    });
    queueCard(tx, deps, incident, CARD_BUNDLE_MS);
  });
}

/** How many letters of the same press were out of date so far, and whether all of them have come to an end by now. */
function unsentWith(tx: Tx, { incidentId, kind, createdAt }: NoticeRow): { count: number; isAll: boolean } {
  const together = noticesOf(tx, incidentId).filter((each) => each.kind === kind && each.createdAt === createdAt);
  return { count: together.filter(isOutOfDate).length, isAll: together.every(({ state }) => state !== 'queued') };
}

/** Many partners hear of one listing: one change of the card shows them all. */
const CARD_BUNDLE_MS = 3_000;

function findNotice(db: Tx, id: number): NoticeRow | undefined {
  return db.select().from(notices).where(eq(notices.id, id)).get();
}
