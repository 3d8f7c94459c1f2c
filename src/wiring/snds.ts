// Microsoft SNDS, wired: asked by the clock, kept, and told. What is old is called old: the last good colour is never today's.
import type { SndsAccess } from '../config.js';
import type { Context, HealthItem } from '../context.js';
import type { Db } from '../db/open.js';
import { takeCleared, takeListed } from '../incidents/listings/take-seen.js';
import { openListings } from '../incidents/store.js';
import { fetchSnds, type SndsFetched } from '../intake/snds/fetch.js';
import { latestSnds, saveSnds, sndsBlocked, sndsHeardAt } from '../intake/snds/store.js';
import type { SndsData } from '../intake/snds/tables.js';

export interface Snds {
  /** Fetches when it is time to. */
  tick(): Promise<void>;
  health(): HealthItem;
  /** A line for each of the addresses that SNDS has something to say of: a colour that is not green, or that it knows nothing now. */
  linesOf(addresses: readonly string[]): string[];
}

interface SndsDeps {
  db: Db;
  now: () => number;
  log: Context['log'];
  /** Our addresses, canonical. */
  addresses: () => string[];
  /** The incidents, once there are any to write to. */
  incidents: () => Parameters<typeof takeListed>[0] & { outbox: Context['outbox'] };
}

/** The list that a block of Microsoft's is kept under. */
const SNDS_LIST = 'microsoft-snds';
/** SNDS writes its tables once a day, some hours late. Data older than this is called stale. */
const STALE_MS = 26 * 3_600_000;
/** A colour older than this is not shown: the row for a day is there two days later at the latest, so a newer one is missing. */
const OLD_COLOUR_MS = 3 * 86_400_000;
const TIMEOUT_MS = 30_000;
const NEW_LINK = 'https://substrate.office.com/ip-domain-management-snds/SNDS/Auto';

/** Asks nothing until its first tick, and then only if what was heard before a restart is older than the interval. */
export function createSnds(access: SndsAccess, deps: SndsDeps): Snds {
  const { db, now } = deps;
  let triedAt = sndsHeardAt(db);
  let failure: Exclude<SndsFetched, { kind: 'fetched' }> | undefined;
  /** Addresses that were seen unblocked once; the second time in a row is believed. */
  let clearOnce = new Set<string>();

  async function tick(): Promise<void> {
    if (triedAt !== undefined && now() - triedAt < access.everyMinutes * 60_000) return;
    triedAt = now();
    const fetched = await fetchSnds({ ...access, timeoutMs: TIMEOUT_MS });
    failure = fetched.kind === 'fetched' ? undefined : fetched;
    if (fetched.kind !== 'fetched') {
      deps.log.warn({ kind: fetched.kind }, 'SNDS gave nothing');
      return;
    }
    const isFirstLook = sndsHeardAt(db) === undefined;
    saveSnds(db, fetched, deps.addresses(), now());
    clearOnce = takeStatus(deps, clearOnce, isFirstLook);
  }

  return {
    tick,
    health: () => healthOf({ heardAt: sndsHeardAt(db), failure, now: now(), deps }),
    linesOf: (addresses) => addresses.flatMap((ip) => lineOf(db, ip, now())),
  };
}

/** Opens incidents for newly blocked addresses and clears those seen unblocked twice in a row; returns those seen unblocked once. */
function takeStatus(
  { db, now, incidents }: SndsDeps,
  clearOnce: ReadonlySet<string>,
  isFirstLook: boolean,
): Set<string> {
  const blocked = sndsBlocked(db);
  const ctx = incidents();
  const seen = blocked.map(({ ip, details }) => ({
    ...{ target: ip, list: SNDS_LIST, codes: [], meanings: ['blocked at Outlook.com, as SNDS says'] },
    ...{ text: details, at: now(), isFirstLook },
  }));
  if (seen.length > 0) takeListed(ctx, seen);
  const stillBlocked = new Set(blocked.map(({ ip }) => ip));
  const gone = openListings(db).filter(({ list, target }) => list === SNDS_LIST && !stillBlocked.has(target));
  takeCleared(
    ctx,
    gone.filter(({ target }) => clearOnce.has(target)),
  );
  ctx.outbox.wake();
  return new Set(gone.map(({ target }) => target));
}

interface Standing {
  heardAt: number | undefined;
  failure: Exclude<SndsFetched, { kind: 'fetched' }> | undefined;
  now: number;
  deps: SndsDeps;
}

function healthOf({ heardAt, failure, now, deps }: Standing): HealthItem {
  const name = 'snds';
  if (failure?.kind === 'expired')
    return {
      name,
      ok: false,
      text: `the link has expired: make a new one at ${NEW_LINK} and set its key; ${lastHeard(heardAt)}`,
    };
  if (failure?.kind === 'unknown-layout')
    return {
      name,
      ok: false,
      text: `the answer is in a form that is not known (${failure.text}); ${lastHeard(heardAt)}`,
    };
  const isStale = heardAt !== undefined && now - heardAt > STALE_MS;
  const why = failure ? `${failure.text}; ` : '';
  if (isStale) return { name, ok: false, text: `stale: ${why}${lastHeard(heardAt)}, so nothing is known of now` };
  if (heardAt === undefined) return { name, ok: failure === undefined, text: failure ? failure.text : 'not asked yet' };
  return { name, ok: true, text: failure ? `${why}${lastHeard(heardAt)}` : coloursNow(deps, now) };
}

function lastHeard(at: number | undefined): string {
  return at === undefined ? 'never heard yet' : `last heard ${new Date(at).toISOString().slice(0, 16)}Z`;
}

function coloursNow({ db, addresses }: SndsDeps, now: number): string {
  const known = addresses().flatMap((ip) => latestSnds(db, ip) ?? []);
  const counts = (['RED', 'YELLOW', 'GREEN'] as const).map(
    (colour) => `${known.filter((row) => row.colour === colour && isRecent(row, now)).length} ${colour.toLowerCase()}`,
  );
  return `${counts.join(', ')}; ${sndsBlocked(db).length} blocked; of the others nothing is known`;
}

function isRecent({ activityEnd }: SndsData, now: number): boolean {
  return now - activityEnd <= OLD_COLOUR_MS;
}

/** Nothing while all is well or nothing was ever told. */
function lineOf(db: Db, ip: string, now: number): string[] {
  const heardAt = sndsHeardAt(db);
  const row = latestSnds(db, ip);
  if (heardAt === undefined || row === undefined) return [];
  if (now - heardAt > STALE_MS) return [`Microsoft SNDS: stale, nothing is known of ${ip} now (${lastHeard(heardAt)})`];
  if (row.colour === 'GREEN' || !isRecent(row, now)) return [];
  const complaints = row.complaintRate === '' ? '' : `, complaints ${row.complaintRate}`;
  const traps = row.trapHits === 0 ? '' : `, ${row.trapHits} trap hits`;
  const day = new Date(row.activityEnd).toISOString().slice(0, 10);
  return [`Microsoft SNDS: ${ip} was ${row.colour} on ${day} (${row.recipients} recipients${complaints}${traps})`];
}
