// The letters to partners on their way: the outbox sends each as it stands by then, or not at all when it is out of date, and what came of it
// is written down.
import { eq } from 'drizzle-orm';
import { notices } from '../db/schema.js';
import { immediately, type Tx } from '../db/transaction.js';
import type { DecideDeps } from '../incidents/decide.js';
import { endedSince, isOurs, standing } from '../incidents/listings/standing.js';
import { queueCard, recordOn, sayInThread } from '../incidents/record.js';
import { findIncident } from '../incidents/store.js';
import { EffectImpossible } from '../outbox/run.js';
import { isOutOfDate, LISTED_AGAIN, type NoticeRow, noticesOf, OVERTAKEN } from './heard.js';
import { sinceWritten } from './letter.js';
import { type Mailer, MailRefused } from './mailer.js';
import type { NoticePayload } from './notify.js';

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
      const { noticeId, partnerName } = payload as NoticePayload;
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
