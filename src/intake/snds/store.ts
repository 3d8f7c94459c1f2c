// What SNDS said of our addresses, kept: the days each was seen on, what is blocked now, and when SNDS was last heard.
import { and, desc, eq, gt, lt } from 'drizzle-orm';
import type { Db } from '../../db/open.js';
import { sndsReports } from '../../db/schema.js';
import { immediately } from '../../db/transaction.js';
import { parseIp } from '../../mail/ip.js';
import type { SndsData, SndsStatus } from './tables.js';

/** What stands in `snds_reports.report`. A status is of no period and has `activityEnd` 0, as has the note of when it was heard. */
type Report = { kind: 'data'; data: SndsData } | { kind: 'blocked'; details: string } | { kind: 'heard' };

/** One of our addresses that SNDS calls blocked. */
interface SndsBlocked {
  ip: string;
  details: string;
}

const NOBODY = '';
const NO_PERIOD = 0;
const KEEP_MS = 90 * 86_400_000;

/** Saves one answer. Addresses that are not ours are left out: an account may cover more. `ours` are canonical. */
export function saveSnds(
  db: Db,
  { data, status }: { data: readonly SndsData[]; status: readonly SndsStatus[] },
  ours: readonly string[],
  at: number,
): void {
  const own = new Set(ours);
  const rows = [
    ...data.filter(({ ip }) => own.has(ip)).map((row) => rowOf(row.ip, row.activityEnd, { kind: 'data', data: row })),
    ...blockedAmong(ours, status).map(({ ip, details }) => rowOf(ip, NO_PERIOD, { kind: 'blocked', details })),
    rowOf(NOBODY, NO_PERIOD, { kind: 'heard' }),
  ];
  immediately(db, (tx) => {
    tx.delete(sndsReports).where(eq(sndsReports.activityEnd, NO_PERIOD)).run();
    const isOld = and(gt(sndsReports.activityEnd, NO_PERIOD), lt(sndsReports.activityEnd, at - KEEP_MS));
    tx.delete(sndsReports).where(isOld).run();
    for (const { ip, activityEnd, report } of rows) {
      const values = { ip, activityEnd, fetchedAt: at, report };
      const target = [sndsReports.ip, sndsReports.activityEnd];
      tx.insert(sndsReports)
        .values(values)
        .onConflictDoUpdate({ target, set: { fetchedAt: at, report } })
        .run();
    }
  });
}

/** When SNDS last gave both tables; undefined for never. */
export function sndsHeardAt(db: Db): number | undefined {
  return find(db, NOBODY, NO_PERIOD)?.fetchedAt;
}

/** Our addresses that were blocked when SNDS was last heard. */
export function sndsBlocked(db: Db): SndsBlocked[] {
  const rows = db.select().from(sndsReports).where(eq(sndsReports.activityEnd, NO_PERIOD)).all();
  return rows.flatMap(({ ip, report }) => {
    const read = report as Report;
    return read.kind === 'blocked' ? [{ ip, details: read.details }] : [];
  });
}

/** The latest period that SNDS told of for an address; it tells of days with about 100 messages or more. */
export function latestSnds(db: Db, ip: string): SndsData | undefined {
  const row = db
    .select()
    .from(sndsReports)
    .where(and(eq(sndsReports.ip, ip), gt(sndsReports.activityEnd, NO_PERIOD)))
    .orderBy(desc(sndsReports.activityEnd))
    .limit(1)
    .get();
  const report = row?.report as Report | undefined;
  return report?.kind === 'data' ? report.data : undefined;
}

function find(db: Db, ip: string, activityEnd: number) {
  return db
    .select()
    .from(sndsReports)
    .where(and(eq(sndsReports.ip, ip), eq(sndsReports.activityEnd, activityEnd)))
    .get();
}

function rowOf(ip: string, activityEnd: number, report: Report) {
  return { ip, activityEnd, report };
}

function blockedAmong(ours: readonly string[], status: readonly SndsStatus[]): SndsBlocked[] {
  const blocked = status.filter(({ isBlocked }) => isBlocked);
  return ours.flatMap((ip) => {
    const range = blocked.find(({ firstIp, lastIp }) => isBetween(ip, firstIp, lastIp));
    return range ? [{ ip, details: range.details }] : [];
  });
}

function isBetween(ip: string, first: string, last: string): boolean {
  const [at, from, to] = [ip, first, last].map(sortable);
  return (
    at?.length === from?.length && at !== undefined && from !== undefined && to !== undefined && from <= at && at <= to
  );
}

/** Hex of fixed length within a family, so that texts compare as addresses do. */
function sortable(ip: string): string | undefined {
  const bytes = parseIp(ip)?.toByteArray();
  return bytes && Buffer.from(bytes).toString('hex');
}
