// What the ledger does by the clock: looks again at half and at the full expected wait, says what is overdue and why that may be,
// closes what is gone, and tells when something is back on a list it was taken off. Each once, whatever restarts between.
import { RELAYWARDEN } from '../audit/record.js';
import type { Tx } from '../db/transaction.js';
import { decide } from '../incidents/decide.js';
import type { Incident } from '../incidents/incident.js';
import type { TargetOnList } from '../incidents/listings/entries.js';
import { findIncident } from '../incidents/store.js';
import { utc } from '../words.js';
import { closeCleared } from './ledger.js';
import { behindNow, type DelistingReaders, isDomain, sourceOf } from './read.js';
import { type DelistingRequest, dueStage, HOUR_MS, retryMsOf, type Stage } from './request.js';
import { dueRequests, findRequest, goneRequests, latestRequest, onRecord, relisted, updateRequest } from './store.js';
import { type Trouble, troubleshoot } from './troubleshoot.js';

/** What a second look says. unknown: nobody can tell; `text` says why. */
export interface Recheck {
  verdict: 'listed' | 'clear' | 'unknown';
  /** For people: "still listed (127.0.0.3)", "no refusal seen since". May hold outsiders' text. */
  text: string;
}

export interface RecheckDeps extends DelistingReaders {
  /** Looks again, over the DNS or in the replies since. A clearing it confirms is written down by it as any other is. */
  recheck: (request: DelistingRequest) => Promise<Recheck>;
  onTrouble: (request: TargetOnList, error: unknown) => void;
}

/** An answer that cannot be had is asked for again for so long, before "could not be told" is what stays. */
const PATIENCE_MS = HOUR_MS;

/** Brings the ledger in line with what is seen: closes what is gone, tells what is back. Asks nobody, so it may run often. */
export function settle(deps: DelistingReaders): void {
  closeCleared(
    deps,
    goneRequests(deps.db).map(({ request }) => request),
  );
  tellRelisted(deps);
}

/** Does the re-checks that are due. One request that fails keeps no other waiting. */
export async function recheckDue(deps: RecheckDeps): Promise<void> {
  for (const request of dueRequests(deps.db, deps.now())) {
    try {
      await recheckOne(deps, request);
    } catch (error) {
      deps.onTrouble(request, error);
    }
  }
}

async function recheckOne(deps: RecheckDeps, request: DelistingRequest): Promise<void> {
  const stage = dueStage(request, deps.now());
  if (!stage) return;
  const seen = await deps.recheck(request);
  const dueAt = stage === 'full' ? request.fullAt : request.halfAt;
  if (seen.verdict === 'unknown' && deps.now() - dueAt < PATIENCE_MS) return;
  settleRecheck(deps, request.id, stage, seen);
}

/** Writes a re-check down, once: the request is read again, for it may have been answered or closed meanwhile. */
function settleRecheck(deps: RecheckDeps, id: number, stage: Stage, seen: Recheck): void {
  const request = findRequest(deps.db, id);
  if (!request || dueStage(request, deps.now()) !== stage) return;
  const done =
    stage === 'full'
      ? { fullDoneAt: deps.now(), halfDoneAt: request.halfDoneAt ?? deps.now() }
      : { halfDoneAt: deps.now() };
  const isOverdue = stage === 'full' && seen.verdict !== 'clear';
  const { target, list, incidentId } = request;
  const { name: listName } = deps.removalOf(list);
  const details = { request: id, target, list, listName, stage, verdict: seen.verdict, result: seen.text };
  decide(
    deps,
    { incidentId, actor: RELAYWARDEN, verb: isOverdue ? 'overdue' : 're-check', details },
    (tx, incident) => {
      updateRequest(tx, id, { ...done, ...(isOverdue ? { state: 'overdue' as const } : {}) });
      const troubles = isOverdue ? troublesOf(deps, tx, incident, request) : [];
      return { keepsRev: true, ...(isOverdue ? { details: { troubles: troubles.map(inLine) } } : {}) };
    },
  );
}

function inLine({ state, text, opensAt }: Trouble): { state: Trouble['state']; text: string } {
  return { state, text: opensAt === undefined ? text : `${text}, from ${utc(opensAt)}` };
}

/** The troubleshooting path of one request, as things are now. */
export function troublesOf(deps: DelistingReaders, db: Tx, incident: Incident, request: DelistingRequest): Trouble[] {
  const { target, list, requestedAt } = request;
  const linked = deps.linked(db, incident.id);
  const last = latestRequest(db, request) ?? request;
  return troubleshoot({
    now: deps.now(),
    ...{ target, list, requestedAt },
    isDomain: isDomain(target),
    sources: linked.map((each) => ({ ...sourceOf(deps, incident, each), incidentId: each.id })),
    behind: behindNow(deps),
    look: deps.lookAt(db, target),
    customersOver: deps.customersOver(target),
    mayAskAt: last.requestedAt + retryMsOf(deps.removalOf(list)),
  });
}

/** A listing that came back is told together with what was claimed when it was taken off. */
function tellRelisted(deps: DelistingReaders): void {
  for (const { request, incidentId } of relisted(deps.db)) {
    const incident = findIncident(deps.db, incidentId);
    const isTold = onRecord(deps.db, incidentId, ['relisted']).some(({ details }) => details.request === request.id);
    if (!incident || incident.state === 'resolved' || isTold) continue;
    const { target, list, claim, requestedByName: by, requestedAt, closedAt } = request;
    const { name: listName } = deps.removalOf(list);
    const details = { request: request.id, target, list, listName, by, requestedAt, closedAt, claim };
    decide(deps, { incidentId, actor: RELAYWARDEN, verb: 'relisted', details }, () => ({ keepsRev: true }));
  }
}
