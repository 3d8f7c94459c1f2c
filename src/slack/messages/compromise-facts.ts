// Whose mail a compromise is, how much it was and where it came from: a line each, so that a phone has the state, the reasons and the
// buttons on one screen. Every address it came from is behind Why?
import type { CompromiseSubject, Incident } from '../../incidents/incident.js';
import { andMore, count } from '../../words.js';
import type { CardView } from './card.js';
import { esc } from './text/escape.js';
import { later, stretch, when } from './text/time.js';

/** Reports whether it was judged to be no attack, and that was not taken back. */
export function isNoise({ incident, noise }: Pick<CardView, 'incident' | 'noise'>): boolean {
  return incident.state === 'resolved' && noise !== undefined && noise.teaching.undoneAt === null;
}

/**
 * `*Customer:* Acme Mills · partner Northwind`, `*Sent so far:* 55 messages, 148 recipients since today 10:15 (counted at 10:42)`, and whom
 * it came by.
 */
export function factLines(view: CardView, subject: CompromiseSubject): string[] {
  const { incident, customerName, partnerName } = view;
  const isMany = subject.shape === 'multiple';
  const logins = subject.logins.filter((login) => isMany || !subject.senders.includes(login));
  const partner = partnerName ? ` · partner ${esc(partnerName, 100)}` : '';
  return [
    `*Customer:* ${esc(customerName, 100)}${partner}`,
    isNoise(view)
      ? `*Mail:* ${volumeOf(subject)}, ${stretch(incident.since, incident.lastSeenAt)}`
      : `*Sent so far:* ${volumeOf(subject)} ${countedWhen(incident, subject)}`,
    ...(isMany ? [`*Senders:* ${someOf(subject.senders, subject.senderCount, 1)}`] : []),
    ...(logins.length > 0 ? [`*Login:* ${someOf(logins, logins.length, 2)}`] : []),
    ...(subject.clientIps.length > 0 ? [`*From IP:* ${someOf(subject.clientIps, subject.clientIps.length, 1)}`] : []),
  ];
}

function volumeOf({ messages, recipients }: CompromiseSubject): string {
  return `${count(messages, 'message')}, ${count(recipients, 'recipient')}`;
}

/** The figures are those of the last finding that had as many, minutes old; what came since is in Why? and the digest. */
function countedWhen({ since, lastSeenAt }: Incident, { countedAt = lastSeenAt }: CompromiseSubject): string {
  return `since ${when(since)} (counted at ${later(since, countedAt)})`;
}

/** The first few, and how many more. */
function someOf(values: readonly string[], total: number, most: number): string {
  const shown = values.slice(0, most).map((value) => esc(value || '(null sender)', 80));
  return andMore(shown, total);
}
