// From an alarm to a finding: who sends, one address or many, since when, and why we think so. Pure.
import type { Assessment } from './assess.js';
import type { CompromiseFinding } from './finding.js';
import { covering, type EntryPoint, type Identity, startAlarm } from './identity.js';

const MAX_SENDERS = 200;
/** One address carries the run when it sent at least this share: the rest is the mailbox owner's own mail or an alias. */
const SINGLE_SHARE = 0.8;
/** Fewer strangers than this are new colleagues of the one that spams. */
const FORGED_SENDERS = 3;

export interface SoundedAlarm {
  identity: Identity;
  assessment: Assessment;
}

/** The alarm that says most: many invented senders, else the one mailbox, else everything behind the entry. */
export function mostTelling(alarms: SoundedAlarm[]): SoundedAlarm | undefined {
  const of = (scope: Identity['scope']) => alarms.find(({ identity }) => identity.scope === scope);
  const strangers = of('strangers');
  const areMany = (strangers?.identity.activity?.senderCount ?? 0) >= FORGED_SENDERS;
  return (areMany ? strangers : undefined) ?? of('sender') ?? of('entry') ?? strangers;
}

export interface Conclusion {
  at: number;
  customer: string;
  entry: EntryPoint;
  alarm: SoundedAlarm;
  /** Reports whether a sender behind the entry is one to be named. */
  isSuspect: (sender: string) => boolean;
}

export function compromiseFinding({ at, customer, entry, alarm, isSuspect }: Conclusion): CompromiseFinding {
  const { activity } = alarm.identity;
  if (!activity) throw new Error(`alarm without an activity: ${alarm.identity.key}`);
  const covered = covering(alarm.identity.alarm ?? startAlarm(activity), activity);
  const ranked = rank(covered.senders, alarm.identity.scope === 'entry' ? isSuspect : () => true);
  const [top, most] = ranked[0] ?? [entry.name, 0];
  const named = ranked.reduce((sum, [, count]) => sum + count, 0);
  const isSingle = most >= SINGLE_SHARE * named;
  return {
    kind: isSingle ? 'single' : 'multiple',
    key: entry.key,
    at,
    since: covered.since,
    customer,
    senders: isSingle ? [top] : ranked.slice(0, MAX_SENDERS).map(([sender]) => sender),
    senderCount: isSingle ? 1 : ranked.length,
    logins: entry.kind === 'login' ? [entry.name] : [],
    clientIps: covered.clientIps,
    messages: covered.messages,
    recipients: covered.recipients,
    confidence: alarm.assessment.confidence,
    evidence: alarm.assessment.sentences,
  };
}

/** Senders to be named, most messages first; all of them when none stands out. */
function rank(senders: Record<string, number>, isSuspect: (sender: string) => boolean): [string, number][] {
  const all = Object.entries(senders).sort((a, b) => b[1] - a[1]);
  const suspects = all.filter(([sender]) => isSuspect(sender));
  return suspects.length > 0 ? suspects : all;
}
