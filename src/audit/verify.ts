// Reads the audit trail back: proof that nobody changed it, and export for people and machines.
import { asc, count, desc, eq, gt } from 'drizzle-orm';
import { audit } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import { type AuditRow, GENESIS, hashOf } from './record.js';

type Verification = { intact: true; rows: number; head: string } | { intact: false; seq: number; why: string };

/** Walks the chain from the first row and names the first that does not fit. */
export function verifyAudit(db: Tx): Verification {
  let prevHash = GENESIS;
  let seq = 0;
  for (const row of auditRows(db)) {
    seq++;
    if (row.seq !== seq) return { intact: false, seq, why: `row ${seq} is missing (the next one there is ${row.seq})` };
    if (row.prevHash !== prevHash) return { intact: false, seq, why: `row ${seq} does not follow on row ${seq - 1}` };
    if (row.hash !== hashOf(row)) return { intact: false, seq, why: `row ${seq} was changed after it was written` };
    prevHash = row.hash;
  }
  return { intact: true, rows: seq, head: prevHash };
}

/** All rows, oldest first, read in pages so that a long trail needs no memory. */
export function* auditRows(db: Tx, pageSize = 1000): Generator<AuditRow> {
  let after = 0;
  for (;;) {
    const page = db.select().from(audit).where(gt(audit.seq, after)).orderBy(asc(audit.seq)).limit(pageSize).all();
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

/** One entry by its number. */
export function auditRow(db: Tx, seq: number): AuditRow | undefined {
  return db.select().from(audit).where(eq(audit.seq, seq)).get();
}

/** The latest entries about one subject, newest first. */
export function auditOf(db: Tx, subject: string, limit = 20): AuditRow[] {
  return db.select().from(audit).where(eq(audit.subject, subject)).orderBy(desc(audit.seq)).limit(limit).all();
}

/** How many entries there are about one subject. */
export function auditCount(db: Tx, subject: string): number {
  return db.select({ rows: count() }).from(audit).where(eq(audit.subject, subject)).get()?.rows ?? 0;
}

const CSV_COLUMNS = [
  'seq',
  'at',
  'actor',
  'actorName',
  'verb',
  'subject',
  'outcome',
  'reason',
  'details',
  'prevHash',
  'hash',
] as const;

export const CSV_HEADER = CSV_COLUMNS.join(',');

/** One row as CSV (RFC 4180), times as ISO 8601; a cell that a spreadsheet would run as a formula is quoted with an apostrophe. */
export function toCsv(row: AuditRow): string {
  return CSV_COLUMNS.map((column) => csvCell(cellText(row, column))).join(',');
}

/** One row as a line of JSON, times as ISO 8601. */
export function toJsonLine(row: AuditRow): string {
  return JSON.stringify({ ...row, at: new Date(row.at).toISOString() });
}

function cellText(row: AuditRow, column: (typeof CSV_COLUMNS)[number]): string {
  if (column === 'at') return new Date(row.at).toISOString();
  if (column === 'details') return JSON.stringify(row.details);
  return String(row[column] ?? '');
}

function csvCell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
