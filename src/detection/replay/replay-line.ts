// The lines of JSON that `relaywarden replay` prints: findings, or what other thresholds would change. Their shape is stable: scripts read
// them.

import type { Finding } from '../finding.js';
import type { Change } from './compare.js';
import type { Alarm, ReportRow } from './replay-report.js';
import type { ToldIncident } from './told-incidents.js';

/** A finding as a line, without a line break: `{"at","kind","customer","senders","evidence"}`, or of a block `{"at","kind","ip",…}`. */
export function toReplayLine(finding: Finding): string {
  const { kind } = finding;
  const tail = kind === 'blocklist' ? {} : { evidence: finding.evidence };
  return JSON.stringify({ at: iso(finding.at), kind, ...aboutWhom(finding), ...tail });
}

/** The fields of a report's row that a line shows. */
type Reported = Pick<ReportRow, 'since' | 'now' | 'changed' | 'verdict'>;

/**
 * A change as a line, without a line break:
 * `{"change","kind","customer","senders"|"ip"…,"since","now","changed","seconds","verdict","evidence"}`.
 * `now` and `changed` say when each run reports it and how many recipients were tried by then, null when it does not; `seconds` is negative
 * for earlier; `verdict` is what is known to be true of it, null when nothing is.
 */
export function toChangeLine(change: Change, row: Reported): string {
  const { first } = change.changed ?? change.now;
  return JSON.stringify({
    change: change.change,
    kind: first.kind,
    ...aboutWhom(first),
    since: iso(row.since),
    now: toldLine(change.now, row.now),
    changed: toldLine(change.changed, row.changed),
    ...(change.now && change.changed ? { seconds: Math.round(change.laterMs / 1000) } : {}),
    verdict: row.verdict ?? null,
    ...(first.kind === 'blocklist' ? {} : { evidence: first.evidence }),
  });
}

function toldLine(told: ToldIncident | undefined, alarm: Alarm | undefined) {
  if (!told || !alarm) return null;
  const { kind } = told.first;
  return { at: iso(alarm.at), ...(kind === 'blocklist' ? {} : { kind, recipients: alarm.reached }) };
}

/** Of a compromise customer and senders; of a block the domain, or the address, or (`oneOf`) the addresses of which one is refused. */
function aboutWhom(finding: Finding) {
  if (finding.kind !== 'blocklist') return { customer: finding.customer, senders: finding.senders };
  const { ip, oneOf, domain, relay, provider, code, reply } = finding;
  const address = oneOf === undefined ? { ip } : { ip: null, oneOf, relay };
  return { ...(domain === undefined ? address : { domain }), provider, code, reply };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
