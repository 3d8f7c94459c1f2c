// What a partner has heard of a listing already: the notices that were written to it, and what of a listing none of them told.
import { asc, eq } from 'drizzle-orm';
import { notices } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import type { EarlierLetter } from './letter.js';

export type NoticeRow = typeof notices.$inferSelect;
export type NoticeKind = NoticeRow['kind'];

/** What partners were told of an incident, oldest first. */
export function noticesOf(db: Tx, incidentId: number): NoticeRow[] {
  return db.select().from(notices).where(eq(notices.incidentId, incidentId)).orderBy(asc(notices.id)).all();
}

/**
 * The partners whose latest notice is of this kind: they know how it stands. One that was refused told nobody: whoever presses again sends
 * it to the address that is known then. Rows come oldest first.
 */
export function toldLast(
  rows: readonly Pick<NoticeRow, 'partner' | 'kind' | 'state'>[],
  kind: NoticeKind,
): Set<string> {
  const latest = new Map(rows.filter(({ state }) => state !== 'failed').map((row) => [row.partner, row.kind]));
  return new Set([...latest].filter(([, told]) => told === kind).map(([partner]) => partner));
}

type Heard = Pick<NoticeRow, 'partner' | 'kind' | 'state' | 'targets'>;

/** Which of the targets the partner has not heard of since it was last told that all is clear. Rows come oldest first. */
export function untoldOf(rows: readonly Heard[], partner: string, targets: readonly string[]): string[] {
  const since = sinceClear(rows, partner);
  return targets.filter((target) => !since.some((row) => row.targets === null || row.targets.includes(target)));
}

/**
 * The partner's latest letter of a listing since then, with what is `untold` in it; undefined while that letter waits to be sent, and when
 * it is not known what it told.
 */
export function earlierOf(
  rows: readonly (Heard & Pick<NoticeRow, 'sentAt' | 'createdAt'>)[],
  partner: string,
  untold: readonly string[],
): EarlierLetter | undefined {
  const last = sinceClear(rows, partner).at(-1);
  if (last?.state !== 'sent' || !last.targets || last.targets.length === 0) return undefined;
  return { at: last.sentAt ?? last.createdAt, about: last.targets, since: untold };
}

function sinceClear<Row extends Heard>(rows: readonly Row[], partner: string): Row[] {
  const heard = rows.filter((row) => row.partner === partner && row.state !== 'failed');
  return heard.slice(heard.findLastIndex(({ kind }) => kind === 'clear') + 1);
}

/** Reports whether the partner's mail server refused such a notice at this address: then automatic notices do not try it again. */
export function wasRefused(
  rows: readonly Pick<NoticeRow, 'partner' | 'kind' | 'state' | 'sendTo' | 'error'>[],
  kind: NoticeKind,
  { id, contact }: { id: string; contact: string | undefined },
): boolean {
  const last = rows.findLast((row) => row.partner === id && row.kind === kind);
  return last?.state === 'failed' && !isOutOfDate(last) && last.sendTo === (contact ?? null);
}

/** Why a letter that waited for the mail server was not sent any more: nothing failed. */
export const OVERTAKEN = 'it was over before any mail could be sent';
export const LISTED_AGAIN = 'it was listed again before any mail could be sent';

/** Reports whether a letter was not sent for that: there was nothing left to tell. */
export function isOutOfDate({ error }: Pick<Partial<NoticeRow>, 'error'>): boolean {
  return error === OVERTAKEN || error === LISTED_AGAIN;
}
