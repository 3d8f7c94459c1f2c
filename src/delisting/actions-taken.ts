// What was found and what was done about it, as sentences for an operator: out of the linked incidents and their containments. Pure.
// Says "one customer's mailbox" and never whose.
import { count, utc } from '../words.js';
import { fitForOutside, type Privacy, withoutAddresses } from './discretion.js';
import { oneLine } from './words.js';

/** A compromise behind the listing, with what was done about it. */
export interface Cause {
  /** One address or many. */
  shape: 'single' | 'multiple';
  foundAt: number;
  messages: number;
  recipients: number;
  /** How many sender addresses were seen. */
  senderCount: number;
  /** Whether all of it is held back, or over by a person's word: the incident is not open. What the gate asks for, too. */
  isEnded: boolean;
  /** Those that were in force at some time, or are about to be. */
  containments: readonly {
    action: 'block-sender' | 'suspend-outbound' | 'reroute';
    placedAt: number;
    liftedAt: number | null;
    /** Recipients it refused: a relay asks about each one. */
    hits: number;
  }[];
  /** When a person said that it is over, and what they wrote: their words may name anybody. */
  resolved?: { at: number; text: string } | undefined;
}

export interface ActionFacts {
  causes: readonly Cause[];
  /** A person says that no culprit of ours is to be found; when. */
  noCulpritAt?: number | undefined;
  /** Since when no suspected source has sent spam, and whether that is long enough to be claimed: as long as the gate asks for. */
  quiet?: { since: number; isLong: boolean } | undefined;
  /** DNS of what is listed that was looked at and is right: `PTR: mail1.example.net`. Outsiders' text. */
  dns: readonly string[];
  privacy: Privacy;
}

const MOST_CAUSES = 4;
const MOST_RESOLUTION = 260;

/** One sentence a line, oldest first; never empty. */
export function actionsTaken({ causes, noCulpritAt, quiet, dns, privacy }: ActionFacts): string[] {
  const shown = causes.slice(0, MOST_CAUSES);
  const isNothing = isNothingDone({ causes });
  const lines = shown.flatMap((cause) => [
    ...ofCause(cause, privacy),
    ...(isUntouched(cause) && !isNothing ? ['(nothing has been done about that one yet: say what was done)'] : []),
  ]);
  const further = causes.slice(MOST_CAUSES);
  const stopped = further.every(({ isEnded }) => isEnded) ? ' and stopped in the same way' : '';
  if (further.length > 0) lines.push(`${count(further.length, 'further source')} found${stopped}.`);
  if (causes.length === 0 && noCulpritAt !== undefined)
    lines.push(`${utc(noCulpritAt)}: our logs were searched; no source of spam was found on our side.`);
  if (quiet?.isLong) lines.push(`No further spam from these sources since ${utc(quiet.since)}.`);
  if (isNothing) lines.push('(nothing has been done about it yet: say what was done)');
  for (const line of dns.slice(0, 4)) lines.push(`Checked: ${fitForOutside(line, 200, privacy)}.`);
  return lines.length > 0 ? lines : ['(say what was found, and what was done about it)'];
}

/** Reports whether a cause was found, and nobody has held back anything of it or ended it. */
export function isNothingDone({ causes }: Pick<ActionFacts, 'causes'>): boolean {
  return causes.length > 0 && causes.every(isUntouched);
}

function isUntouched({ containments, resolved }: Cause): boolean {
  return resolved === undefined && containments.every(({ action }) => action === 'reroute');
}

function ofCause(cause: Cause, privacy: Privacy): string[] {
  const { foundAt, messages, recipients } = cause;
  const scale = `${count(messages, 'message')} to ${count(recipients, 'recipient')}`;
  return [
    `${utc(foundAt)}: found that ${foundWhat(cause)} (${scale}).`,
    ...cause.containments.flatMap((containment) => containedHow(containment, cause)),
    ...(cause.resolved ? [resolvedHow(cause.resolved, privacy)] : []),
  ];
}

function foundWhat({ shape, senderCount }: Cause): string {
  if (shape === 'single') return "one customer's mailbox was used by an outsider to send spam";
  const senders = senderCount > 1 ? ` under ${count(senderCount, 'sender address', 'sender addresses')}` : '';
  return `a machine at one customer was infected and sent spam${senders}`;
}

/** Sending round a block is no way of ending its cause, and not told as one. */
function containedHow(containment: Cause['containments'][number], cause: Cause): string[] {
  const { action, placedAt, liftedAt, hits } = containment;
  if (action === 'reroute') return [];
  const what =
    action === 'block-sender' ? 'blocked this sender and its login' : 'suspended all outbound mail of this customer';
  const proof = hits > 0 ? `; mail to ${count(hits, 'further recipient')} refused since` : '';
  const after = isLiftedAfterEnd(containment, cause) ? ', after the cause was ended' : '';
  const end = liftedAt === null ? '' : ` Lifted ${utc(liftedAt)}${after}.`;
  return [`${utc(placedAt)}: ${what}${proof}.${end}`];
}

/** Lifting is not taken for the end: a person said so before, and nothing had to be held back again later. */
function isLiftedAfterEnd({ liftedAt }: Cause['containments'][number], { resolved, containments }: Cause): boolean {
  if (liftedAt === null || resolved === undefined || liftedAt < resolved.at) return false;
  return containments.every(({ action, placedAt }) => action === 'reroute' || placedAt < liftedAt);
}

function resolvedHow({ at, text }: NonNullable<Cause['resolved']>, privacy: Privacy): string {
  const said = oneLine(withoutAddresses(fitForOutside(text, MOST_RESOLUTION * 4, privacy)), MOST_RESOLUTION);
  return said === '' ? `${utc(at)}: resolved.` : `${utc(at)}: resolved. ${said}`;
}
