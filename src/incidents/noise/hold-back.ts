// What happens to an alarm that is more of what was marked as noise: it opens nothing, but it is counted, and once a day it is put on record.
import type { Tx } from '../../db/transaction.js';
import type { DecideDeps } from '../decide.js';
import type { Incident } from '../incident.js';
import { isAhead, onClockOf, withTimesOf } from '../log-times.js';
import { queueCard, sayInThread } from '../record.js';
import type { Sign } from '../sign.js';
import { withEarlierSpells } from '../spells.js';
import { findIncident, findLatest, updateIncident } from '../store.js';
import { type IsOwnDomain, type Judgement, judge, type Teaching } from './noise.js';
import { type HeldRun, latestHeldRun, putHeldRun, teachingsOf, updateTeaching } from './teachings.js';

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
  const since = isSameRun ? run.since : sign.since;
  const mail = {
    ...silenced(tx, deps.now(), sign, teaching, isSameRun ? run : undefined),
    since: Math.max(since, teaching.at),
  };
  putHeldRun(tx, {
    teachingId: teaching.id,
    key: sign.key,
    since,
    firstAt: isSameRun ? run.firstAt : sign.at,
    lastAt: sign.at,
    messages: mail.messages,
    recipients: mail.recipients,
    sender: sign.subject.senders[0] ?? null,
  });
  const counted = { matched: teaching.matched + (isSameRun ? 0 : 1), lastMatchedAt: sign.at };
  updateTeaching(tx, teaching.id, { ...counted, ...noteOnRecord(tx, deps, { sign, mail }, teaching, incident) });
  const known = findIncident(tx, incident.id) ?? incident;
  queueCard(tx, deps, known, CARD_BUNDLE_MS);
  return { kind: 'held', incident: known };
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
  sayInThread(tx, deps, incident, { verb: 'held-back', details });
  return { notedAt: at };
}

interface Mail {
  messages: number;
  recipients: number;
}

interface MarkedMail extends Mail {
  since: number;
}

/**
 * What was silenced of a run so far; it never becomes less. A run may have begun before it was marked as noise, and the detection counts it
 * from its beginning, or only a later part of it: what the incident had shown is taken off.
 */
function silenced(tx: Tx, now: number, sign: Sign, teaching: Teaching, run: HeldRun | undefined): Mail {
  const told = findLatest(tx, sign.key);
  if (told?.subject.kind !== 'compromise') return atLeast(run, sign.subject);
  const before = onClockOf(sign, told, now);
  const known = withEarlierSpells(sign, before);
  const more = difference(known.subject, told.subject);
  // Of another incident this run is no part; it stays as it was resolved. The marked one counts what is let through, so that it shows it,
  // too, when the judgement is taken back.
  if (told.id !== teaching.incidentId)
    return sign.since > before.lastSeenAt ? atLeast(run, sign.subject) : atLeast(run, more);
  updateIncident(tx, told.id, { evidence: known.evidence, ...withTimesOf(sign, known.subject, now, told) });
  return { messages: (run?.messages ?? 0) + more.messages, recipients: (run?.recipients ?? 0) + more.recipients };
}

function atLeast(run: Mail | undefined, { messages, recipients }: Mail): Mail {
  return {
    messages: Math.max(run?.messages ?? 0, messages),
    recipients: Math.max(run?.recipients ?? 0, recipients),
  };
}

function difference(now: Mail, before: Mail): Mail {
  return { messages: now.messages - before.messages, recipients: now.recipients - before.recipients };
}
