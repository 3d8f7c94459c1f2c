// The digest: read at the moment it is posted, queued once per slot.
import { type Config, type Digest, digestName } from '../config.js';
import type { Context } from '../context.js';
import { digests } from '../db/schema.js';
import { immediately, type Tx } from '../db/transaction.js';
import { runningRequests } from '../delisting/store.js';
import type { SenderSigns, TopSenders } from '../detection/traffic/sender-signs.js';
import type { CustomerTotals } from '../detection/traffic/traffic-report.js';
import { changesIn } from '../hygiene/announce.js';
import { bySeverity, SEVERITIES, severityOfEntry } from '../incidents/listings/severity.js';
import {
  containmentsInForce,
  incidentsSince,
  type ListingRow,
  liftedSince,
  listingsSince,
  unresolvedIncidents,
} from '../incidents/store.js';
import type { Owners } from '../incidents/targets.js';
import { queuedEffect, queueEffect } from '../outbox/queue.js';
import { stuckEffects } from '../outbox/run.js';
import { count } from '../words.js';
import { type DigestView, isQuiet } from './messages/digest.js';
import { namedChanges } from './messages/dnscheck-news.js';
import type { HomeShape, ListedLine, OpenLine } from './messages/home.js';
import { effectName, partName } from './messages/parts.js';
import { customerNameOf, linkTo, ownerName, type ReadDeps, readPart, readRun, withProof } from './read.js';
import { readSeverity } from './read-listing.js';
import { readNoiseBetween } from './read-noise.js';

/** Payload of the effect `digest.post`. */
export interface DigestRequest {
  channel: string;
  from: number;
  to: number;
  whenQuiet: Digest['whenQuiet'];
}

interface DigestDeps extends ReadDeps, Pick<Context, 'describeList'> {
  workspaceUrl: () => string | undefined;
}

const STUCK_SHOWN = 5;

/**
 * Queues a digest for its slot: the slot is marked done and the post is queued in one transaction. Returns false when the slot
 * was done before, by this process or an earlier one.
 */
export function queueDigest(
  ctx: Pick<Context, 'db' | 'now'>,
  digest: Digest,
  { slotAt, from, to }: { slotAt: number; from: number; to: number },
): boolean {
  return immediately(ctx.db, (tx) => {
    const name = digestName(digest);
    const marked = tx
      .insert(digests)
      .values({ digest: name, slotAt, coversFrom: from, decidedAt: to })
      .onConflictDoNothing()
      .returning()
      .all();
    if (marked.length === 0) return false;
    queuePost(
      tx,
      `digest:${name}:${slotAt}`,
      { channel: digest.channel, from, to, whenQuiet: digest.whenQuiet },
      ctx.now(),
    );
    return true;
  });
}

/**
 * Queues a digest now, beside its slots: once for each `press`, which names the message that the button is on and who pressed. Returns what
 * became of an earlier press on the same message; undefined for the first.
 */
export function queueDigestNow(
  ctx: Pick<Context, 'db' | 'now'> & { config: Pick<Config, 'digests'> },
  { channel, press, periodMs }: { channel: string; press: string; periodMs: number },
): EarlierPress | undefined {
  const [key, to] = [`digest:now:${press}`, ctx.now()];
  return immediately(ctx.db, (tx) => {
    const row = queuedEffect(tx, key);
    if (row) return { at: row.createdAt, isPosted: row.doneAt !== null, isGivenUp: row.failedAt !== null };
    queuePost(tx, key, { channel, from: to - periodMs, to, whenQuiet: 'one-line' }, to);
    return undefined;
  });
}

/** When it was pressed (ms, by the bot's clock), and what became of it; neither while it still waits to be posted. */
export interface EarlierPress {
  at: number;
  isPosted: boolean;
  isGivenUp: boolean;
}

/** What was counted, read before: see Context.trafficIn. */
export type Traffic = Awaited<ReturnType<Context['trafficIn']>>;

/** Reads what a digest shows. What is open and in force is as of now, the rest is of the period. */
export function readDigest(
  deps: DigestDeps,
  { from, to }: DigestRequest,
  traffic: Traffic,
): { digest: DigestView; isQuiet: boolean } {
  const touched = listingsSince(deps.db, from).filter((row) => row.firstSeenAt < to || row.clearedAt !== null);
  const named = (rows: readonly ListingRow[]) => readListed(deps, rows);
  const isIn = (at: number | null) => at !== null && at >= from && at < to;
  const digest: DigestView = {
    from,
    to,
    open: readOpen(deps),
    resolved: readResolved(deps, from, isIn),
    inForce: containmentsInForce(deps.db).map((row) => withProof(deps, row)),
    lifted: liftedSince(deps.db, from)
      .filter(({ liftedAt }) => isIn(liftedAt))
      .map((row) => withProof(deps, row)),
    opened: named(touched.filter(({ firstSeenAt }) => isIn(firstSeenAt))),
    cleared: named(touched.filter(({ clearedAt }) => isIn(clearedAt))).toSorted(byClearing),
    requests: readRequests(deps),
    volumes: namedVolumes(deps, traffic.volumes),
    senders: namedSenders(deps, traffic.senders),
    dnsChanges: namedChanges(changesIn(deps.db, { from, to }), ownerName(deps)),
    troubles: readTroubles(deps),
    noise: readNoiseBetween(deps, from, to),
  };
  return { digest, isQuiet: isQuiet(digest) };
}

/** What was resolved in the period, the latest first. */
function readResolved(deps: DigestDeps, from: number, isIn: (at: number | null) => boolean): DigestView['resolved'] {
  return incidentsSince(deps.db, from)
    .filter(({ resolvedAt }) => isIn(resolvedAt))
    .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0))
    .map((incident) => ({
      incident,
      customerName: customerNameOf(deps, incident),
      link: linkTo(incident, deps.workspaceUrl()),
    }));
}

/**
 * The incidents that are not resolved, with names and links: compromises, which are causes, those that still send first and of those what
 * nothing holds back, then the open before the contained; then listings, the worst first.
 */
export function readOpen(
  deps: Pick<
    DigestDeps,
    'db' | 'now' | 'hits' | 'health' | 'customerName' | 'workspaceUrl' | 'impactOf' | keyof Owners
  >,
): HomeShape['open'] {
  return unresolvedIncidents(deps.db)
    .map((incident) => ({
      incident,
      customerName: customerNameOf(deps, incident),
      link: linkTo(incident, deps.workspaceUrl()),
      severity: readSeverity(deps, incident),
      run: readRun(deps, incident),
      part: readPart(deps, incident),
    }))
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Below 0 for a compromise, for nobody has weighed it. */
function rankOf({ incident, severity, run }: Pick<OpenLine, 'incident' | 'severity' | 'run'>): number {
  if (severity !== undefined) return SEVERITIES.indexOf(severity);
  return (run?.state === 'on' ? -4 : -2) + (incident.state === 'open' ? 0 : 1);
}

/** Listings with their lists' names, the worst first; what no incident is about is a note. */
export function readListed(deps: Pick<Context, 'describeList'>, rows: readonly ListingRow[]): ListedLine[] {
  return rows
    .map((row) => {
      const { name: listName, impact, scope, confidence } = deps.describeList(row.list);
      const facts = { impact, scope, confidence, refusals: 0 };
      const severity = row.incidentId === null ? ('note' as const) : severityOfEntry(facts, undefined);
      return { ...row, listName, severity };
    })
    .toSorted((a, b) => bySeverity(a.severity, b.severity));
}

/** What was seen clear last comes first; how bad it was does not matter any more. */
function byClearing(a: ListedLine, b: ListedLine): number {
  return (b.clearedAt ?? 0) - (a.clearedAt ?? 0);
}

/** What operators were asked and have not ended yet; the overdue first. */
function readRequests(deps: Pick<DigestDeps, 'db' | 'describeList'>): DigestView['requests'] {
  const isLate = ({ state }: { state: string }) => Number(state !== 'overdue');
  return runningRequests(deps.db)
    .map((request) => ({ ...request, listName: deps.describeList(request.list).name }))
    .toSorted((a, b) => isLate(a) - isLate(b));
}

function namedVolumes(deps: ReadDeps, volumes: readonly CustomerTotals[]): DigestView['volumes'] {
  return volumes
    .toSorted((a, b) => b.messages - a.messages)
    .map(({ customer, ...counts }) => ({ ...counts, customerName: deps.customerName(customer) }));
}

function namedSenders(
  deps: ReadDeps,
  { byRefusals, byComplaints, byNewRecipients }: TopSenders,
): DigestView['senders'] {
  const named = (senders: readonly SenderSigns[]) =>
    senders.map((sender) => ({ ...sender, customerName: customerNameOf(deps, sender) }));
  return {
    byRefusals: named(byRefusals),
    byComplaints: named(byComplaints),
    byNewRecipients: named(byNewRecipients),
  };
}

/** What does not work, and effects that did not happen although they were tried. */
function readTroubles(deps: Pick<DigestDeps, 'db' | 'health' | 'sndsOf' | 'outboundAddresses'>): string[] {
  const broken = deps.health().filter(({ ok }) => !ok);
  const stuck = stuckEffects(deps.db).slice(0, STUCK_SHOWN);
  return [
    ...broken.map(({ name, text }) => `${partName(name)}: ${text}`),
    ...(broken.some(({ name }) => name === 'snds') ? [] : deps.sndsOf(deps.outboundAddresses())),
    ...stuck.map(stuckText),
  ];
}

/** `The card of incident 12: tried 5 times, goes on: Slack says …` */
function stuckText({ kind, payload, attempts, failedAt, error }: ReturnType<typeof stuckEffects>[number]): string {
  const tried = failedAt === null ? `tried ${count(attempts, 'time')}, goes on` : 'given up';
  const { incidentId } = payload as { incidentId?: number };
  const what = `${effectName(kind)}${incidentId === undefined ? '' : ` of incident ${incidentId}`}`;
  return `${what}: ${tried}${error ? `: ${error}` : ''}`;
}

function queuePost(db: Tx, key: string, payload: DigestRequest, now: number): void {
  queueEffect(db, { key, kind: 'digest.post', lane: `digest:${payload.channel}`, payload }, now);
}
