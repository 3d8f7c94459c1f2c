// From an alarm to a finding: who sends, one address or many, since when, and why we think so. Pure.
import type { Assessment } from './assess.js';
import type { CompromiseFinding } from './finding.js';
import { covering, type EntryPoint, type Identity, startAlarm } from './identity.js';

const MAX_SENDERS = 200;
/** One address carries the run when it sent at least this share: the rest is the mailbox owner's own mail or an alias. */
const SINGLE_SHARE = 0.8;

/** The finding for the identity with the widest alarm; `suspects` are all identities of the entry with one. */
export function compromiseFinding(
  at: number,
  customer: string,
  entry: EntryPoint,
  alarm: { identity: Identity; assessment: Assessment },
  suspects: Identity[],
): CompromiseFinding {
  const { activity } = alarm.identity;
  if (!activity) throw new Error(`alarm without an activity: ${alarm.identity.key}`);
  const covered = covering(alarm.identity.alarm ?? startAlarm(activity), activity);
  const ranked = Object.entries(covered.senders).sort((a, b) => b[1] - a[1]);
  const [top, most] = ranked[0] ?? [entry.name, 0];
  const isSingle = most >= SINGLE_SHARE * Math.max(1, covered.messages);
  const since = Math.min(covered.since, ...suspects.map((suspect) => suspect.alarm?.since ?? covered.since));
  return {
    kind: isSingle ? 'single' : 'multiple',
    key: entry.key,
    at,
    since,
    customer,
    senders: isSingle ? [top] : ranked.slice(0, MAX_SENDERS).map(([sender]) => sender),
    senderCount: isSingle ? 1 : Math.max(ranked.length, activity.senderCount),
    logins: entry.kind === 'login' ? [entry.name] : [],
    clientIps: covered.clientIps,
    messages: covered.messages,
    recipients: covered.recipients,
    confidence: alarm.assessment.confidence,
    evidence: alarm.assessment.sentences,
  };
}
