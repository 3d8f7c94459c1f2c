// What happens to an alarm that is more of what was marked as noise: it opens nothing, but it is counted, and once a day it is put on record.
import { RELAYWARDEN, recordAudit } from '../../audit/record.js';
import { type DecideDeps, queueCard, queueTimeline } from '../decide.js';
import type { Incident } from '../incident.js';
import { isAhead } from '../set-back.js';
import type { Sign } from '../sign.js';
import { findIncident, findLatest, type Tx } from '../store.js';
import { type IsOwnDomain, type Judgement, judge, type Teaching } from './noise.js';
import { latestHeldRun, putHeldRun, teachingsOf, updateTeaching } from './teachings.js';

/** A line a day says that something is held back; the digest says how much. */
const NOTE_EVERY_MS = 24 * 3_600_000;
const CARD_BUNDLE_MS = 60_000;

export function judgeByTeachings(tx: Tx, deps: Pick<DecideDeps, 'ownerOfDomain'>, sign: Sign): Judgement {
  return judge(sign, teachingsOf(tx, sign.customer), ownDomains(deps, sign.customer));
}

export function ownDomains({ ownerOfDomain }: Pick<DecideDeps, 'ownerOfDomain'>, customer: string): IsOwnDomain {
  return (domain) => ownerOfDomain(domain) === customer;
}

/** Counts the run of mail that opens no incident, and puts it on record once a day. The same finding again changes nothing. */
export function holdBack(
  tx: Tx,
  deps: Pick<DecideDeps, 'now' | 'speed'>,
  sign: Sign,
  teaching: Teaching,
): { kind: 'held' | 'known'; incident: Incident } {
  const incident = findIncident(tx, teaching.incidentId);
  if (!incident) throw new Error(`the incident of teaching ${teaching.id} is gone`);
  const run = latestHeldRun(tx, teaching.id, sign.key);
  if (run && sign.at <= run.lastAt && !isAhead(run.lastAt, deps.now())) return { kind: 'known', incident };
  const isSameRun = run !== undefined && sign.since <= run.lastAt;
  const mail = sinceMarked(tx, sign, teaching);
  putHeldRun(tx, {
    teachingId: teaching.id,
    key: sign.key,
    since: isSameRun ? run.since : sign.since,
    firstAt: isSameRun ? run.firstAt : sign.at,
    lastAt: sign.at,
    messages: mail.messages,
    recipients: mail.recipients,
    sender: sign.subject.senders[0] ?? null,
  });
  const counted = { matched: teaching.matched + (isSameRun ? 0 : 1), lastMatchedAt: sign.at };
  updateTeaching(tx, teaching.id, { ...counted, ...noteOnRecord(tx, deps, { sign, mail }, teaching, incident) });
  queueCard(tx, deps, incident, CARD_BUNDLE_MS);
  return { kind: 'held', incident };
}

function noteOnRecord(
  tx: Tx,
  deps: Pick<DecideDeps, 'now'>,
  { sign: { key, evidence }, mail }: { sign: Sign; mail: MarkedMail },
  { id, notedAt }: Teaching,
  incident: Incident,
): { notedAt?: number } {
  const at = deps.now();
  if (notedAt !== null && at - notedAt < NOTE_EVERY_MS && !isAhead(notedAt, at)) return {};
  const details = { teaching: id, key, evidence: evidence.slice(0, 3), ...mail };
  const row = recordAudit(tx, {
    at,
    actor: RELAYWARDEN,
    verb: 'held-back',
    subject: `incident:${incident.id}`,
    details,
  });
  queueTimeline(tx, deps, incident, row);
  return { notedAt: at };
}

interface MarkedMail {
  messages: number;
  recipients: number;
  since: number;
}

/**
 * The part of a run's mail that was silenced. A run may have begun before it was marked as noise, and the detection counts it from its
 * beginning: what the incident had shown by then is taken off.
 */
function sinceMarked(tx: Tx, { key, since, subject }: Sign, { at }: Teaching): MarkedMail {
  const { messages, recipients } = subject;
  const told = findLatest(tx, key);
  if (told?.subject.kind !== 'compromise' || since > told.lastSeenAt) return { messages, recipients, since };
  const { subject: before } = told;
  const left = (name: 'messages' | 'recipients') =>
    Math.max(0, subject[name] - (before[name] - (before.earlier?.[name] ?? 0)));
  return { messages: left('messages'), recipients: left('recipients'), since: Math.max(since, at) };
}
