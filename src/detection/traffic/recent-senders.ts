// The senders of a customer that sent lately, from the log worker's saved state: those it suspects a little, else those with the most mail.
// For a person who opens an incident about a customer when the detection has not.
import { and, gte, lt } from 'drizzle-orm';
import { readTraffic } from '../../db/open-traffic.js';
import { detectionState } from '../../db/traffic-schema.js';
import type { SavedActivity, SavedIdentity } from '../identities/saved-identity.js';

export interface RecentSenders {
  /** Envelope senders, most messages first; at most ten. */
  senders: string[];
  senderCount: number;
  logins: string[];
  /** Reports whether some of the mail came without a login, or by one of which there is no room, beside what came by `logins`. */
  isPartlyWithoutLogin?: true;
  clientIps: string[];
  messages: number;
  recipients: number;
  /** Reports whether the detection has something against them, not enough for an alarm. */
  isSuspected: boolean;
  /** When their running mail began, ms; undefined when nothing is known. */
  since?: number;
}

export const NO_SENDERS: RecentSenders = {
  senders: [],
  senderCount: 0,
  logins: [],
  clientIps: [],
  messages: 0,
  recipients: 0,
  isSuspected: false,
};

const MAX_SENDERS = 10;
/** Saved identities that are read of a customer; with more than that no few senders stand out. */
const MAX_READ = 2_000;
/** Nats; the same as in alarms.ts. */
const SUSPECT_EVIDENCE = 2;

/** Senders of a customer whose running mail had its last message at or after `since`, ms. */
export function recentSenders(trafficDb: string, customer: string, since: number): RecentSenders {
  const running = identitiesOf(trafficDb, customer).filter(({ activity }) => activity.lastAt >= since);
  const entries = running.filter(({ scope }) => scope !== 'strangers');
  const suspected = entries.filter(({ evidence, alarm }) => evidence >= SUSPECT_EVIDENCE || alarm !== undefined);
  const chosen = suspected.length > 0 ? suspected : entries;
  return chosen.length === 0 ? NO_SENDERS : summed(chosen, customer, suspected.length > 0);
}

type Running = SavedIdentity & { activity: SavedActivity };

function summed(chosen: Running[], customer: string, isSuspected: boolean): RecentSenders {
  // Mail counts for its sender and for its entry as a whole: only one kind of the two is added up.
  const single = chosen.filter(({ scope }) => scope === 'sender');
  const counted = isSuspected && single.length > 0 ? single : chosen.filter(({ scope }) => scope === 'entry');
  const activities = (counted.length > 0 ? counted : chosen).map(({ activity }) => activity);
  const bySender = new Map<string, number>();
  for (const { senders = {} } of activities) {
    for (const [sender, count] of Object.entries(senders)) {
      if (sender.includes('@')) bySender.set(sender, (bySender.get(sender) ?? 0) + count);
    }
  }
  const logins = chosen.map((identity) => loginOf(identity, customer));
  const known = [...new Set(logins.flatMap((login) => login ?? []))];
  const isPartly = (known.length > 0 && logins.includes(undefined)) || known.length > MAX_SENDERS;
  const ranked = [...bySender].toSorted((a, b) => b[1] - a[1]).map(([sender]) => sender);
  return {
    senders: ranked.slice(0, MAX_SENDERS),
    senderCount: ranked.length,
    logins: known.slice(0, MAX_SENDERS),
    ...(isPartly ? { isPartlyWithoutLogin: true } : {}),
    clientIps: [...new Set(activities.flatMap(({ clientIps = [] }) => clientIps))].slice(0, MAX_SENDERS),
    messages: Math.max(total(activities, 'messages'), Math.min(ranked.length, MAX_SENDERS)),
    recipients: total(activities, 'recipients'),
    isSuspected,
    since: Math.min(...activities.map((activity) => activity.since)),
  };
}

function total(activities: SavedActivity[], name: 'messages' | 'recipients'): number {
  return Math.round(activities.reduce((sum, activity) => sum + (activity[name] ?? 0), 0));
}

/** The login in a key such as `cust-01|login:ann@customer.example` or `cust-01|login:ann@customer.example|ann@…`. */
function loginOf({ key, entry }: SavedIdentity, customer: string): string | undefined {
  if (entry !== 'login') return undefined;
  return key.slice(`${customer}|login:`.length).split('|')[0];
}

function identitiesOf(trafficDb: string, customer: string): Running[] {
  return readTraffic(trafficDb, [], (db) => {
    const rows = db
      .select()
      .from(detectionState)
      // `}` is the character after `|`, which ends a customer's id in a key.
      .where(and(gte(detectionState.key, `${customer}|`), lt(detectionState.key, `${customer}}`)))
      .limit(MAX_READ)
      .all();
    return rows.map(({ value }) => JSON.parse(value) as SavedIdentity).filter(isRunning);
  });
}

function isRunning(identity: SavedIdentity): identity is Running {
  return identity.activity !== undefined;
}
