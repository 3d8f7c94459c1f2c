// An incident whose mail comes in several spells (stretches with pauses between), or of which a finding tells only the later part. The
// detection counts each for itself; here they are added up, so that the figures on the card and the senders that a block would take never
// become fewer. Within a spell the latest finding has the figures; the reasons are those of the hour that was most convincing. Pure.
import type { WhoWasFound } from '../detection/finding.js';
import type { CompromiseSubject, Incident } from './incident.js';
import { SILENT_AFTER_MS } from './running.js';
import { type Sign, whoWasFound } from './sign.js';

/** What the spells before the present one came to, as it stood when they were over. */
export interface EarlierSpells extends Mail {
  /** Who was found before the present spell; undefined in incidents of earlier versions. */
  found?: WhoWasFound & Pick<CompromiseSubject, 'shape'> & { evidence: string[] };
  /** The latest spells by their beginning (ms), each with what is counted besides; undefined in incidents of earlier versions. */
  stretches?: ({ since: number } & Mail)[];
}

type Sighting = Pick<Sign, 'subject' | 'evidence' | 'since' | 'at'>;
type Known = Pick<Incident, 'evidence' | 'since' | 'lastSeenAt'>;
type Mail = Pick<CompromiseSubject, 'messages' | 'recipients'>;

/** As many as a finding has. */
export const MOST_NAMES = 200;
const MOST_SPELLS = 20;
const NO_MAIL: Mail = { messages: 0, recipients: 0 };

/** The subject and evidence of an incident with a further sign of it. */
export function withEarlierSpells(
  sign: Sighting,
  incident: Pick<Incident, 'subject' | 'evidence' | 'since' | 'lastSeenAt'>,
): Pick<Sign, 'subject' | 'evidence'> {
  const { subject: spell, evidence } = sign;
  const { subject: before } = incident;
  if (before.kind !== 'compromise') return { subject: spell, evidence };
  const joint = withEarlierMail({ ...sign, subject: withWhatWas(spell, before) }, incident, before);
  const counted = withUnnamed(joint, before);
  const areTheSame = spell.senders.some((sender) => before.senders.includes(sender));
  return areTheSame ? withStrongestReasons(counted, before, incident.evidence) : counted;
}

/** Senders beyond those that have room are only counted: that the detection forgets them does not mean that all are named now. */
function withUnnamed(now: Pick<Sign, 'subject' | 'evidence'>, before: CompromiseSubject): typeof now {
  const { subject, evidence } = now;
  if (subject.shape === 'single' || before.senderCount <= before.senders.length) return now;
  return { subject: { ...subject, senderCount: Math.max(before.senderCount, subject.senderCount) }, evidence };
}

/** What was said of an earlier judgement and an earlier incident stays on the card while this one lasts. */
function withWhatWas(subject: CompromiseSubject, before: CompromiseSubject): CompromiseSubject {
  const { wasNoise, earlierIncident } = before;
  return { ...subject, ...(wasNoise ? { wasNoise } : {}), ...(earlierIncident ? { earlierIncident } : {}) };
}

function withEarlierMail(
  sign: Sighting,
  incident: Known,
  before: CompromiseSubject,
): Pick<Sign, 'subject' | 'evidence'> {
  const { subject: spell, evidence } = sign;
  const earlier = earlierOf(sign, incident, before);
  const past = besides(earlier, sign.since);
  // Findings about one mailbox and about all senders of its login may alternate; the smaller count takes nothing off the larger.
  const [messages, recipients] = [past.messages + spell.messages, past.recipients + spell.recipients];
  // One time is said of both figures: where one of them has grown, that was counted now.
  const isLess = messages < before.messages || recipients < before.recipients;
  const isMore = messages > before.messages || recipients > before.recipients;
  const subject = {
    ...spell,
    messages: Math.max(before.messages, messages),
    recipients: Math.max(before.recipients, recipients),
    ...(isLess && !isMore ? { countedAt: before.countedAt ?? incident.lastSeenAt } : {}),
  };
  return earlier ? joined({ subject: { ...subject, earlier }, evidence }, earlier.found) : { subject, evidence };
}

/** What came before the spell that a sign is about; with a new entry for one that is told for the first time. */
function earlierOf(sign: Sighting, incident: Known, before: CompromiseSubject): EarlierSpells | undefined {
  const { earlier } = before;
  const { since, lastSeenAt } = incident;
  const isNewSpell = sign.since > lastSeenAt;
  const stretches = earlier?.stretches ?? [];
  const latest = stretches.at(-1)?.since ?? (earlier ? lastSeenAt : since);
  if (!isNewSpell && sign.since <= latest) return earlier;
  const past: Mail = isNewSpell ? before : (earlier ?? NO_MAIL);
  const beside = isNewSpell ? before : besideLaterPart(sign, incident, before, past);
  const found = narrows(sign, before) && !isNewSpell ? earlier?.found : foundOf(before, incident.evidence);
  return {
    ...mailIn(past),
    ...(found ? { found } : {}),
    stretches: [...stretches, { since: sign.since, ...mailIn(beside) }].slice(-MOST_SPELLS),
  };
}

/** What is counted of the incident besides the later part of a spell, of which so much was counted already. */
function besideLaterPart({ subject, since, at }: Sighting, { lastSeenAt }: Known, before: Mail, past: Mail): Mail {
  const share = shareCounted(since, lastSeenAt, at);
  const rest = (name: keyof Mail) => Math.max(past[name], before[name] - Math.ceil(subject[name] * share));
  return { messages: rest('messages'), recipients: rest('recipients') };
}

/** One of the mailboxes that were named, alone, is a correction; whoever else is named comes to them. */
function narrows({ subject: { shape, senders } }: Sighting, before: CompromiseSubject): boolean {
  return shape === 'single' && before.senders.includes(senders[0] ?? '');
}

/**
 * The share of a spell that was counted in an earlier one when it is first told at `at`: all of it while findings follow each other, for a
 * running alarm is told again within minutes. After a silence it goes by the time.
 */
function shareCounted(since: number, lastSeenAt: number, at: number): number {
  return at - lastSeenAt <= SILENT_AFTER_MS ? 1 : (lastSeenAt - since) / (at - since);
}

/** What is counted besides the mail since a time. */
function besides(earlier: EarlierSpells | undefined, since: number): Mail {
  if (!earlier?.stretches) return earlier ?? NO_MAIL;
  return earlier.stretches.findLast((each) => each.since <= since) ?? NO_MAIL;
}

function mailIn({ messages, recipients }: Mail): Mail {
  return { messages, recipients };
}

function foundOf(before: CompromiseSubject, evidence: string[]): NonNullable<EarlierSpells['found']> {
  return { ...whoWasFound(before), shape: before.shape, evidence };
}

/** Adds the earlier spells: names stay in the order in which they were found, and confidence and evidence are those of the surest spell. */
function joined(
  now: Pick<Sign, 'subject' | 'evidence'>,
  found: EarlierSpells['found'],
): Pick<Sign, 'subject' | 'evidence'> {
  if (!found) return now;
  const { subject } = now;
  const senders = united(found.senders, subject.senders);
  const named = {
    senders: senders.slice(0, MOST_NAMES),
    senderCount: Math.max(found.senderCount, subject.senderCount, senders.length),
    logins: united(found.logins, subject.logins).slice(0, MOST_NAMES),
    sharedLogins: united(found.sharedLogins, subject.sharedLogins).slice(0, MOST_NAMES),
    clientIps: united(found.clientIps, subject.clientIps).slice(0, MOST_NAMES),
    ...([found, subject].some(isWithoutLogin) ? { isPartlyWithoutLogin: true } : {}),
  };
  const isOne = found.shape === 'single' && subject.shape === 'single' && senders.length === 1;
  const both = { ...subject, ...named, shape: isOne ? ('single' as const) : ('multiple' as const) };
  if (subject.confidence >= found.confidence) return { subject: both, evidence: now.evidence };
  return { subject: withReasonsOf(found, both, found.confidence), evidence: found.evidence };
}

/** Reports whether some of its senders came without a login, or all of them. */
function isWithoutLogin({ logins, isPartlyWithoutLogin }: WhoWasFound): boolean {
  return isPartlyWithoutLogin === true || logins.length === 0;
}

function withStrongestReasons(
  now: Pick<Sign, 'subject' | 'evidence'>,
  before: CompromiseSubject,
  evidence: string[],
): Pick<Sign, 'subject' | 'evidence'> {
  if (!before.signs || weightOf(before.signs) <= weightOf(now.subject.signs ?? [])) return now;
  return { subject: withReasonsOf(before, now.subject, Math.max(before.confidence, now.subject.confidence)), evidence };
}

/** The subject with the reasons of another, and all that is said of them. */
function withReasonsOf(
  { signs, evidenceOf, isCold }: Pick<CompromiseSubject, 'signs' | 'evidenceOf' | 'isCold'>,
  subject: CompromiseSubject,
  confidence: number,
): CompromiseSubject {
  const { signs: _, evidenceOf: __, isCold: ___, ...rest } = subject;
  return {
    ...{ ...rest, confidence },
    ...(signs ? { signs } : {}),
    ...(evidenceOf ? { evidenceOf } : {}),
    ...(isCold ? { isCold } : {}),
  };
}

function weightOf(signs: NonNullable<CompromiseSubject['signs']>): number {
  return signs.reduce((sum, { weight }) => sum + weight, 0);
}

function united(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
