// One line per audit row: the reply in an incident's thread, and the entry in its history.
import { type AuditRow, RELAYWARDEN } from '../../audit/record.js';
import { NOISE_KINDS, NOISE_REASONS, NOISE_WORDS, type NoiseScope } from '../../incidents/noise/noise.js';
import { type PartBlock, partWords } from '../../incidents/targets.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { andMore, count } from '../../words.js';
import { type Message, withWords } from './blocks.js';
import { DELISTING_LINES } from './listing/delisting.js';
import { KIND_WORDS, SCOPE_WORDS } from './noise/noise.js';
import { esc } from './text/escape.js';
import { clock, day, when } from './text/time.js';
import { buttonWord, kindsText, odds } from './text/words.js';

/** What happened, as it is told in the thread: short, with who, when and why. */
export function timelineReply(row: AuditRow, customerName: (id: string) => string): Message {
  return withWords(`${auditLine(row, customerName)} · ${clock(row.at)}`, row.reason ?? '', 900);
}

/** What a row says, without the time. */
export function auditLine(row: AuditRow, customerName: (id: string) => string): string {
  const who = whoOf(row);
  if (row.details.unsent !== undefined) return unsentLine(who, row);
  if (row.outcome === 'refused')
    return `:no_entry_sign: ${who} was refused: ${esc(buttonWord(row.verb), 60)}${whyOf(row)}`;
  if (row.outcome === 'lost-race')
    return `:busts_in_silhouette: ${who} pressed ${esc(buttonWord(row.verb), 60)}, somebody was faster`;
  if (row.outcome === 'failed' && row.verb === 'notice')
    return `:x: The notice to ${partnerOf(row)} could NOT be delivered${whyOf(row)}`;
  if (row.outcome === 'failed')
    return `:x: ${esc(buttonWord(row.verb), 60)} FAILED, ${row.details.isForGood ? 'not in force' : 'still trying'}`;
  const line = Object.hasOwn(DONE, row.verb) ? DONE[row.verb] : undefined;
  return (line ?? otherwise)(who, row, customerName);
}

/** Letters to partners that did not go out, because the listing went on without them: nobody has done anything wrong. */
function unsentLine(who: string, { actor, details: { unsent, why } }: AuditRow): string {
  if (actor !== RELAYWARDEN.id)
    return `:mailbox: The letter ${who} wrote to partners was not sent: ${esc(String(unsent), 300)}`;
  return `:mailbox: ${Number(unsent) === 1 ? 'A letter' : `${Number(unsent)} letters`} to partners not sent: ${esc(String(why), 200)}`;
}

/**
 * By the name on record; of whom only a handle is known, as a mention, which Slack shows as the name. It calls nobody: a refusal is told in
 * private.
 */
function whoOf({ actor, actorName, details }: AuditRow): string {
  return details.isUnlisted === true && /^[UW][A-Z0-9]{1,20}$/.test(actor) ? `<@${actor}>` : esc(actorName, 60);
}

function whyOf({ details }: AuditRow): string {
  return typeof details.why === 'string' ? ` (${esc(details.why, 200)})` : '';
}

type Line = (who: string, row: AuditRow, customerName: (id: string) => string) => string;

const DONE: Record<string, Line> = {
  ...DELISTING_LINES,
  open: (who, { details }) => {
    const again =
      typeof details.earlierIncident === 'number' ? `, again after incident ${details.earlierIncident}` : '';
    return `:rotating_light: Opened by ${who}${again}${openedFor(details)}${differsOf(details)}`;
  },
  'block-sender': (who, { details }) => `:no_entry: ${who} blocked ${sendersOf(details)}`,
  'suspend-outbound': (who, row, name) => `:no_entry: ${who} suspended outbound mail${ofCustomers(row, name)}`,
  reroute: (who, row, name) =>
    `:twisted_rightwards_arrows: ${who} re-routed Hotmail mail${ofCustomers(row, name)}${typeof row.details.route === 'string' ? ` via ${esc(row.details.route, 60)}` : ''}`,
  lift: (who, row, name) => `:arrow_backward: ${who} lifted ${containmentOf(row, name)}${hitsOf(row)}`,
  resolve: (who, { details }) => `:white_check_mark: ${who} marked it resolved${liftedOf(details)}`,
  reopen: (who, { details }) =>
    `:leftwards_arrow_with_hook: ${who} re-opened it${Array.isArray(details.undone) ? '; alarms like it are no longer silenced' : ''}`,
  'mark-noise': (who, { details }) =>
    `:mute: ${who} marked it as noise: ${taughtBy(details)}${liftedOf(details)}${despiteOf(details)}`,
  'undo-noise': undoneBy,
  'held-back': (_who, { details }) =>
    `:mute: No alarm, as it is marked noise: ${count(Number(details.messages), 'message')} to ${count(Number(details.recipients), 'recipient')}${typeof details.since === 'number' ? ` since ${when(details.since)}` : ''}. It was let through`,
  note: (who) => `:memo: Note by ${who}`,
  'check-again': (who, { details }) => `:mag: ${who} checked again: ${esc(String(details.result ?? ''), 300)}`,
  link: (_who, row, name) =>
    `:link: Linked to ${incidentsOf(row, name)}, ${odds(Number(row.details.likelihood))} likely the cause`,
  'open-compromise': (who, row, name) =>
    `:link: ${who} ${row.details.isNew ? 'opened' : 'linked'} ${incidentsOf(row, name)} as a cause`,
  unlink: (who, row, name) => `:link: ${who} took back the link to ${incidentsOf(row, name)}`,
  join: (who, { actor, details }) =>
    `:heavy_plus_sign: Also listed: ${entryOf(details)}${soFar(details)}${actor === RELAYWARDEN.id ? '' : ` (seen by ${who})`}`,
  'listed-again': (_who, { details }) => `:red_circle: Listed again: ${entryOf(details)}${soFar(details)}`,
  cleared: (_who, { details }) =>
    `:large_green_circle: Seen clear${typeof details.target === 'string' ? `: ${entryOf(details)}` : ''}${leftOf(details)}`,
  'notify-partners': (who, { details }) => {
    const partners = Array.isArray(details.partners) ? details.partners.length : 1;
    const told = details.isByHand ? 'noted as told by hand' : 'is telling';
    return `:mailbox_with_mail: ${who} ${told} ${count(partners, 'partner')} that ${details.kind === 'clear' ? 'it is clear' : 'we are listed'}`;
  },
  notice: (_who, row) => `:mailbox: Told ${partnerOf(row)}`,
  'in-force': (_who, row, name) => `:shield: In force: ${containmentOf(row, name)}`,
  'not-contained': (_who, { details }) => `:rotating_light: ${looseText(details)}`,
  'held-by-other': (_who, { details }, name) =>
    `:shield: Held back by *incident ${Number(details.by)}*: all outbound mail of ${esc(name(String(details.customer)), 80)} is suspended there`,
  'loose-by-other': (_who, { details }) =>
    `:rotating_light: *Open again*: the suspension on incident ${Number(details.by)} does not hold it back any more`,
  'not-followed': (_who, row, name) => notFollowed(row, name),
  'out-of-force': (_who, row, name) => `:shield: No longer in force: ${containmentOf(row, name)}${stillBy(row)}`,
};

/** Of what is taken back, something else may hold the rest back. */
function undoneBy(who: string, { details: { replacedBy, stillBy, before, after } }: AuditRow): string {
  if (typeof replacedBy === 'number')
    return `:mute: ${who} marked it as noise again, on incident ${replacedBy}: that holds instead`;
  const still = typeof stillBy === 'number' ? `incident ${stillBy} silences alarms like it` : undefined;
  const again = before === 'resolved' && after !== before ? `it is ${esc(String(after), 20)} again` : undefined;
  return `:loud_sound: ${who} took back that it is noise: ${still ?? again ?? 'the next alarm like it opens an incident'}`;
}

/** What was taught, as it stands on record. */
function taughtBy({ noise, scope, sender, kind, until }: AuditRow['details']): string {
  const what = isOneOf(NOISE_REASONS, noise) ? NOISE_WORDS[noise] : 'other';
  const whose = typeof sender === 'string' ? ` \`${esc(sender, 100)}\`` : '';
  const about = isOneOf(Object.keys(SCOPE_WORDS) as NoiseScope[], scope) ? `, ${SCOPE_WORDS[scope]}${whose}` : '';
  const shape = isOneOf(NOISE_KINDS, kind) && scope !== 'sender' ? `, ${KIND_WORDS[kind]}` : '';
  return `${what}${about}${shape}${typeof until === 'number' ? `, until ${day(until)}` : ''}`;
}

function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
  return values.some((each) => each === value);
}

/** `; lifted 1 block`. Rows of an earlier version do not say what was lifted; it was all there was. */
function liftedOf({ lifted, liftedActions, stillInForce }: AuditRow['details']): string {
  const actions = Array.isArray(liftedActions) ? liftedActions : [];
  const what = kindsText(actions.map((action) => ({ action }))) || 'all that was in force';
  const ended = Array.isArray(lifted) && lifted.length > 0 ? `; lifted ${what}` : '';
  return Number(stillInForce) > 0 ? `${ended}; ${Number(stillInForce)} still in force until lifted` : ended;
}

/** What spoke for it then: the card has moved on to what was found since. */
function openedFor({ evidence }: AuditRow['details']): string {
  return Array.isArray(evidence) && evidence.length > 0
    ? `: ${esc(evidence.slice(0, 3).map(String).join(' · '), 200)}`
    : '';
}

/** What was read and overruled. */
function despiteOf({ despite }: AuditRow['details']): string {
  return Array.isArray(despite) && despite.length > 0
    ? `, *although*: ${esc(despite.map(String).join(' · '), 300)}`
    : '';
}

/** Why an earlier judgement as noise does not hold. */
function differsOf({ differs }: AuditRow['details']): string {
  if (!Array.isArray(differs) || differs.length === 0) return '';
  return `. It was marked as noise, but now: ${esc(differs.map(String).join('; '), 400)}`;
}

/** `incident 12 (Kvist AS)` */
function incidentsOf({ details }: AuditRow, customerName: Parameters<Line>[2]): string {
  const ids = Array.isArray(details.compromises) ? details.compromises : [details.compromise];
  const whose = typeof details.customer === 'string' ? ` (${esc(customerName(details.customer), 80)})` : '';
  return `incident ${ids.map(Number).join(', ')}${whose}`;
}

const otherwise: Line = (who, { verb }) => `${who}: ${esc(verb, 60)}`;

const NOUNS: Record<string, string> = {
  'block-sender': 'the block of the sender',
  'suspend-outbound': 'the suspension',
  reroute: 'the Hotmail re-route',
};

function containmentOf(row: AuditRow, customerName: Parameters<Line>[2]): string {
  const { details } = row;
  const isOfMany = typeof details.senderCount === 'number';
  const noun = isOfMany
    ? `the block of ${count(Number(details.senderCount), 'sender')}`
    : (NOUNS[String(details.action)] ?? 'the containment');
  if (Array.isArray(details.containments))
    return `${noun}, ${details.containments.length} in all${ofCustomers(row, customerName)}`;
  return typeof details.customer === 'string' ? `${noun} (${esc(customerName(details.customer), 80)})` : noun;
}

/** Lifting one of two blocks lets nothing through: that has to be said. */
function stillBy({ details }: AuditRow): string {
  if (!Array.isArray(details.stillBy) || details.stillBy.length === 0) return '';
  return `. The mail is *still held back* by incident ${details.stillBy.map(Number).join(', ')}`;
}

/** A sender that was nobody's may have been forged: who has its domain by now is not to find honest mail refused. */
function notFollowed({ details }: AuditRow, customerName: Parameters<Line>[2]): string {
  const senders = Array.isArray(details.senders) ? details.senders.map(String) : [];
  const owners = Array.isArray(details.owners) ? details.owners.map(String) : [];
  const named = (texts: string[]) => namesOf(texts.map((text) => esc(text, 80)));
  const whose =
    details.customer === UNATTRIBUTED ? 'an unknown customer' : esc(customerName(String(details.customer)), 80);
  const who = named(owners.map((owner) => (owner === UNATTRIBUTED ? 'several customers' : customerName(owner))));
  const have = owners.length > 1 || owners[0] === UNATTRIBUTED ? 'have' : 'has';
  return `:warning: The block does *not* hold mail of ${who}, who by now ${have} the domain of ${named(senders)}. It goes on for mail of ${whose}`;
}

/** That mail of it comes again, or goes on beside a block. */
function looseText(details: AuditRow['details']): string {
  const { before, part, unblocked } = details;
  const isNamed = Array.isArray(unblocked) && unblocked.length > 0;
  const passes = isPartBlock(part) ? partWords(part) : 'mail comes that nothing holds back';
  if (before === 'open') return `*Still sending*: ${passes}`;
  return `*Open again*: ${isNamed ? `mail comes that nothing holds back${unblockedIn(details)}` : passes}`;
}

function isPartBlock(part: unknown): part is PartBlock {
  const { blocked, of } = (part ?? {}) as Partial<Record<keyof PartBlock, unknown>>;
  return typeof blocked === 'number' && typeof of === 'number';
}

function unblockedIn({ unblocked }: AuditRow['details']): string {
  if (!Array.isArray(unblocked) || unblocked.length === 0) return '';
  return `, of ${namesOf(unblocked.map((each) => esc(String(each), 80)))}`;
}

function namesOf(texts: readonly string[]): string {
  return andMore(texts.slice(0, 3), texts.length);
}

/** `203.0.113.17 on Spamhaus ZEN` */
function entryOf({ target, listName }: AuditRow['details']): string {
  const on = typeof listName === 'string' ? ` on *${esc(listName, 80)}*` : '';
  return `${esc(String(target ?? ''), 80)}${on}`;
}

/** By its name; by its id where the record is older than the names in it. */
function partnerOf({ details: { partner, partnerName } }: AuditRow): string {
  return esc(String(partnerName ?? partner ?? ''), 80);
}

/** What a storm has come to. */
function soFar({ targets, lists }: AuditRow['details']): string {
  if (typeof targets !== 'number' || typeof lists !== 'number') return '';
  return `. By now ${count(targets, 'target')} on ${count(lists, 'list')}`;
}

function leftOf({ left }: AuditRow['details']): string {
  if (typeof left !== 'number') return '';
  return left === 0 ? '. Nothing is left' : `. ${left.toLocaleString('en-US')} left`;
}

function sendersOf({ senders }: AuditRow['details']): string {
  return Array.isArray(senders) && senders.length > 1 ? `${senders.length} senders` : 'the sender';
}

function ofCustomers({ details }: AuditRow, customerName: Parameters<Line>[2]): string {
  if (!Array.isArray(details.customers) || details.customers.length === 0) return '';
  const names = details.customers.slice(0, 5).map((id) => esc(customerName(String(id)), 80));
  return ` of ${andMore(names, details.customers.length)}`;
}

function hitsOf({ details }: AuditRow): string {
  return typeof details.hits === 'number' && details.hits > 0 ? ` after ${count(details.hits, 'recipient')}` : '';
}
