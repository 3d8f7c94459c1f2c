// Noise: alarms that a person has judged, and whether a later one is more of the same. Pure.
//
// A teaching is a judgement about what was seen, not a licence. So it holds back an alarm only while that looks like what was marked: the
// same sender behind the same login or address, one address or many as before, about as much mail, and no kind of evidence that was not
// there. The account that sends the newsletter can be stolen, too, and then it is the one account nobody would look at.
//
// The numbers. Alarms come with the first few dozen recipients, when most of a mailing is still to come, and what volume is to be expected
// depends on what it is: five times as many recipients is another pattern for a mailbox, while a newsletter of 3,000 is seen at its
// sixtieth. So newsletters and mail merges may have fifty times as many. Twenty recipients count as the least that was marked: below a
// hundred nobody is woken for a number. Longer runs may be longer: what counts is the pace, after the first hour.
// A kind of evidence is new when it weighs 1.5 nats, 4.5 times likelier with spam: what hovers about nothing was not missing before, it
// only was not said. Sheer volume and its shadows (envelopes with more recipients, more domains, odd hours) are judged as volume, and new
// networks by which they are: the customer's usual ones are none, and those that were marked are not new again.
import { networkOf } from '../../detection/clues/novelty.js';
import type { CompromiseSubject } from '../incident.js';
import type { Sign } from '../sign.js';

/** What it was, in a person's judgement. */
export const NOISE_REASONS = [
  'newsletter',
  'invoices',
  'tickets',
  'mail-merge',
  'forwarding',
  'test',
  'other',
] as const;
export type NoiseReason = (typeof NOISE_REASONS)[number];

export const NOISE_WORDS: Record<NoiseReason, string> = {
  newsletter: 'newsletter',
  invoices: 'invoices',
  tickets: 'ticket system',
  'mail-merge': 'mail merge',
  forwarding: 'forwarding',
  test: 'test',
  other: 'other',
};

/** One address, many, or whichever. */
export const NOISE_KINDS = ['single', 'multiple', 'both'] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

/** For how many days noise may be taught: never for good, because a year later nobody knows why. */
export const NOISE_DAYS = [1, 7, 30, 90, 365] as const;
export const DEFAULT_NOISE_DAYS = 30;

export type NoiseScope = 'sender' | 'entry' | 'customer';

/** How the traffic looked when it was marked. */
export interface Marked {
  shape: 'single' | 'multiple';
  recipients: number;
  senderCount: number;
  clientIps: string[];
  /** Reports whether some senders were of domains that are not the customer's. */
  hasForeignSenders: boolean;
  lastedMs: number;
  /** Ids of the signals that were shown. */
  signs: string[];
}

/** Shape of the table `teachings`. */
export interface Teaching {
  id: number;
  incidentId: number;
  customer: string;
  /** null: every entry point of the customer. */
  key: string | null;
  /** null: every sender. */
  sender: string | null;
  kind: NoiseKind;
  reason: NoiseReason;
  note: string | null;
  marked: Marked;
  at: number;
  by: string;
  byName: string;
  until: number;
  undoneAt: number | null;
  undoneBy: string | null;
  undoneByName: string | null;
  matched: number;
  lastMatchedAt: number | null;
  notedAt: number | null;
}

/** What an incident says of an earlier judgement that does not hold for it. */
export interface WasNoise {
  teaching: number;
  incidentId: number;
  at: number;
  byName: string;
  reason: NoiseReason;
  note: string | null;
  /** What is different now, in sentences. May hold outsiders' text. */
  now: string[];
}

export type Judgement = { kind: 'held'; teaching: Teaching } | { kind: 'open'; wasNoise?: WasNoise };

/** Reports whether a domain is the customer's own. */
export type IsOwnDomain = (domain: string) => boolean;

const HOUR_MS = 3_600_000;
const LEAST_MARKED = 20;
const GROWTH = 5;
const MAILING_GROWTH = 50;
const MAILINGS: ReadonlySet<NoiseReason> = new Set(['newsletter', 'mail-merge']);
const NEW_SIGN_NATS = 1.5;
const NEW_NETWORKS = 'new-networks';
/** Signs that have a look of their own: volume with its shadows, and new networks. */
const JUDGED_OTHERWISE: ReadonlySet<string> = new Set([
  NEW_NETWORKS,
  'volume',
  'recipients-per-message',
  'same-session',
  'domain-spread',
  'off-hours',
  'slowed-down',
]);
/** An ended teaching is worth a word on the card for so long. */
const REMEMBERED_MS = 90 * 24 * HOUR_MS;

export function scopeOf({ key, sender }: Pick<Teaching, 'key' | 'sender'>): NoiseScope {
  if (sender !== null) return 'sender';
  return key === null ? 'customer' : 'entry';
}

export function isInForce({ undoneAt, until }: Pick<Teaching, 'undoneAt' | 'until'>, at: number): boolean {
  return undoneAt === null && at < until;
}

/** Reports whether alarms that one teaching holds back are another's matter, too: it is about the same, or about more. */
export function covers(other: Teaching, { id, customer, key, sender, kind }: Teaching): boolean {
  if (other.id === id || other.customer !== customer) return false;
  const isAboutKey = other.key === null || other.key === key;
  if (other.sender !== null) return isAboutKey && other.sender === sender;
  return isAboutKey && (other.kind === 'both' || other.kind === kind);
}

/** What a later alarm will be compared with. */
export function markedOf(subject: CompromiseSubject, lastedMs: number, isOwnDomain: IsOwnDomain): Marked {
  const { shape, recipients, senderCount, senders, clientIps, signs = [] } = subject;
  return {
    ...{ shape, recipients, senderCount, clientIps, lastedMs },
    hasForeignSenders: foreignOf(senders, isOwnDomain).length > 0,
    signs: signs.map(({ id }) => id),
  };
}

/**
 * Judges a sign of a compromise by what was taught of its customer. The newest teaching that fits holds it back; otherwise it is to open an
 * incident, with a word about a judgement of the same sender, entry or customer that does not hold any more.
 */
export function judge(sign: Sign, teachings: readonly Teaching[], isOwnDomain: IsOwnDomain): Judgement {
  const about = teachings
    .filter((teaching) => teaching.undoneAt === null && isAbout(teaching, sign))
    .toSorted((a, b) => b.id - a.id)
    .map((teaching) => ({ teaching, now: differences(teaching, sign, isOwnDomain) }));
  const fitting = about.find(({ now }) => now.length === 0);
  if (fitting) return { kind: 'held', teaching: fitting.teaching };
  const remembered = about.find(({ teaching }) => sign.at < teaching.until + REMEMBERED_MS);
  if (!remembered) return { kind: 'open' };
  const { id, incidentId, at, byName, reason, note } = remembered.teaching;
  return { kind: 'open', wasNoise: { teaching: id, incidentId, at, byName, reason, note, now: remembered.now } };
}

/** Reports whether the judgement was about the same sender, entry point or customer, be the traffic as it may. */
function isAbout({ customer, key, sender }: Teaching, sign: Sign): boolean {
  if (customer !== sign.customer) return false;
  if (sender !== null) return sign.subject.senders.includes(sender);
  return key === null || key === sign.key;
}

/** What is not as it was marked, in sentences; empty when it is more of the same. */
function differences(teaching: Teaching, sign: Sign, isOwnDomain: IsOwnDomain): string[] {
  return LOOKS.flatMap((look) => look(teaching, sign, isOwnDomain) ?? []);
}

type Look = (teaching: Teaching, sign: Sign, isOwnDomain: IsOwnDomain) => string | string[] | undefined;

const over: Look = ({ until }, { at }) => (at >= until ? 'the time it was marked for is over' : undefined);

const otherEntry: Look = ({ key }, sign) =>
  key !== null && key !== sign.key ? 'it comes through another login or address' : undefined;

const otherShape: Look = ({ kind, sender }, { subject: { shape, senderCount } }) => {
  if (sender !== null || kind === 'both' || kind === shape) return undefined;
  return shape === 'multiple' ? `${number(senderCount)} senders, not one` : 'one sender, not many';
};

/** What is taught of one sender says nothing of others beside it. */
const otherSenders: Look = ({ sender }, { subject: { senders, senderCount } }) => {
  if (sender === null) return undefined;
  const others = senders.filter((each) => each !== sender);
  const more = Math.max(senderCount - 1, others.length);
  if (more === 0) return undefined;
  return `${more === 1 ? 'another sender' : `${number(more)} other senders`}: ${firstOf(others)}`;
};

const foreignSenders: Look = ({ marked }, { subject: { senders } }, isOwnDomain) => {
  const foreign = marked.hasForeignSenders ? [] : foreignOf(senders, isOwnDomain);
  return foreign.length > 0 ? `senders of domains that are not the customer’s: ${firstOf(foreign)}` : undefined;
};

const moreMail: Look = ({ marked, reason }, { at, since, subject: { recipients } }) => {
  const longer = Math.max(1, (at - since) / Math.max(marked.lastedMs, HOUR_MS));
  const most = growthOf(reason) * Math.max(marked.recipients, LEAST_MARKED) * longer;
  return recipients > most
    ? `${number(recipients)} recipients, ${number(marked.recipients)} when it was marked`
    : undefined;
};

const moreSenders: Look = ({ marked, reason, sender }, { subject: { senderCount } }) => {
  const most = growthOf(reason) * Math.max(marked.senderCount, LEAST_MARKED);
  return sender === null && senderCount > most
    ? `${number(senderCount)} senders, ${number(marked.senderCount)} when it was marked`
    : undefined;
};

/** A journey that was judged is over when the next begins, and the way back to the office is none. */
const newNetworks: Look = ({ marked }, { subject, newClientIps = subject.clientIps }) => {
  if (!subject.signs?.some(({ id, weight }) => id === NEW_NETWORKS && weight >= NEW_SIGN_NATS)) return undefined;
  const before = new Set(marked.clientIps.map(networkOf));
  const further = newClientIps.filter((ip) => !before.has(networkOf(ip)));
  const count = new Set(further.map(networkOf)).size;
  if (count === 0) return undefined;
  return `${count === 1 ? 'a network that is' : `${count} networks that are`} new to the customer: ${firstOf(further)}`;
};

const newSigns: Look = ({ marked }, { evidence, subject }) =>
  (subject.signs ?? []).flatMap(({ id, weight }, i) => {
    const isNew = weight >= NEW_SIGN_NATS && !JUDGED_OTHERWISE.has(id) && !marked.signs.includes(id);
    return isNew ? [evidence[i] ?? id] : [];
  });

const LOOKS: Look[] = [
  ...[over, otherEntry, otherShape, otherSenders, foreignSenders, moreMail, moreSenders],
  ...[newNetworks, newSigns],
];

/** So many times the recipients that were marked are more of the same. */
export function growthOf(reason: NoiseReason): number {
  return MAILINGS.has(reason) ? MAILING_GROWTH : GROWTH;
}

function foreignOf(senders: readonly string[], isOwnDomain: IsOwnDomain): string[] {
  return senders.filter((sender) => !isOwnDomain(sender.slice(sender.lastIndexOf('@') + 1)));
}

function firstOf(senders: readonly string[]): string {
  return `${senders.slice(0, 3).join(', ')}${senders.length > 3 ? ', …' : ''}`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
