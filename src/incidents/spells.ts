// An incident whose mail comes in several spells (stretches with pauses between). The detection counts each spell for itself; here they are
// added up, so that the figures on the card and the senders that a block would take never become fewer. Within a spell the latest finding
// has the figures; the reasons are those of the hour that was most convincing. Pure.
import type { CompromiseSubject, Incident } from './incident.js';
import type { Sign } from './sign.js';

/** What the spells before the present one came to, as it stood when they were over. */
export interface EarlierSpells extends Pick<CompromiseSubject, 'messages' | 'recipients'> {
  /** undefined in incidents of earlier versions. */
  found?: Pick<CompromiseSubject, Found> & { evidence: string[] };
}

type Found =
  | ('shape' | 'senders' | 'senderCount' | 'logins' | 'sharedLogins' | 'clientIps')
  | ('confidence' | 'signs' | 'evidenceOf' | 'isCold');

/** As many as a finding has. */
const MOST_NAMES = 200;

/** The subject and evidence of an incident with a further sign of it. */
export function withEarlierSpells(
  { subject: spell, evidence, since }: Sign,
  incident: Pick<Incident, 'subject' | 'evidence' | 'since' | 'lastSeenAt'>,
): Pick<Sign, 'subject' | 'evidence'> {
  const { subject: before } = incident;
  if (before.kind !== 'compromise') return { subject: spell, evidence };
  const joint = withEarlierMail({ subject: spell, evidence, since }, incident, before);
  const areTheSame = spell.senders.some((sender) => before.senders.includes(sender));
  return areTheSame ? withStrongestReasons(joint, before, incident.evidence) : joint;
}

function withEarlierMail(
  { subject: spell, evidence, since }: Pick<Sign, 'subject' | 'evidence' | 'since'>,
  incident: Pick<Incident, 'evidence' | 'since' | 'lastSeenAt'>,
  before: CompromiseSubject,
): Pick<Sign, 'subject' | 'evidence'> {
  const isNewSpell = since > incident.lastSeenAt;
  const earlier = isNewSpell ? spellsSoFar(before, incident.evidence) : before.earlier;
  // Findings about one mailbox and about all senders of its login may alternate; the smaller count takes nothing off the larger.
  const total = (name: 'messages' | 'recipients') => {
    const past = earlier?.[name] ?? 0;
    return past + Math.max(spell[name], before[name] - past);
  };
  const subject = { ...spell, messages: total('messages'), recipients: total('recipients') };
  return earlier ? joined({ subject: { ...subject, earlier }, evidence }, earlier.found) : { subject, evidence };
}

function spellsSoFar(before: CompromiseSubject, evidence: string[]): EarlierSpells {
  const { messages, recipients, shape, senders, senderCount, logins, sharedLogins, clientIps } = before;
  const { confidence, signs, evidenceOf, isCold } = before;
  const found = {
    ...{ shape, senders, senderCount, logins, sharedLogins, clientIps, confidence, evidence },
    ...(signs ? { signs } : {}),
    ...(evidenceOf ? { evidenceOf } : {}),
    ...(isCold ? { isCold } : {}),
  };
  return { messages, recipients, found };
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
  };
  const isOne = found.shape === 'single' && subject.shape === 'single' && senders.length === 1;
  const both = { ...subject, ...named, shape: isOne ? ('single' as const) : ('multiple' as const) };
  if (subject.confidence >= found.confidence) return { subject: both, evidence: now.evidence };
  return { subject: withReasonsOf(found, both, found.confidence), evidence: found.evidence };
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
