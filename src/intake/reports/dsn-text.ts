// Non-delivery reports in words alone: qmail, old Exim and Sendmail, Domino, gateways of all kinds. Every server words them its own way
// and in its own language, but all put the failed address where a person sees it: first on a line, or behind the command that was
// refused. So places are weighed, not phrases; the phrases only tell a report from other mail, and a delay from an end.
import { addressesIn, type Found } from './addresses.js';
import { isBounceSubject, tellsDelay, tellsEnd, tellsFailure } from './bounce-words.js';
import { attachedMessages, copyOf } from './copied-message.js';
import { firstReply, type Place, type Placed, reasonsIn } from './dsn-reasons.js';
import { type Field, firstOf, linesOf } from './fields.js';
import { type ReportMail, wordsOf } from './read-mail.js';

interface ToldRecipient {
  address: string;
  action: 'failed' | 'delayed';
  /** The reply or the words that belong to it. */
  text: string;
}

/** Reports put the outcome first; what comes later is a copy of the message, or another language. */
const MAX_LINES = 2_000;
const MAX_RECIPIENTS = 1_000;

interface BounceText {
  recipients: ToldRecipient[];
  /** `copy`: nobody is named; whom the message that came back was for. */
  readFrom: 'text' | 'copy';
}

/** Reads what a report tells in its text; undefined when the mail is none. `isReport`: its form has said so already. */
export function readBounceText(mail: ReportMail, isReport: boolean): BounceText | undefined {
  const isDeclared = isReport || isDeliveryReport(mail.header);
  if (!isDeclared && !looksLikeBounce(mail)) return undefined;
  const lines = reportLines(mail.text);
  if (!isDeclared && !tellsOfFailure(mail.header, lines) && !cameBack(mail)) return undefined;
  const action = actionOf(mail.header, lines);
  const told = toldRecipients(mail.header, lines, action);
  const recipients = told.length > 0 ? told : bareRecipients(mail.header, lines, action);
  if (recipients.length > 0) return { recipients, readFrom: 'text' };
  const meant = recipientOfCopy(mail);
  if (meant !== undefined)
    return { recipients: [{ address: meant, action, text: firstReply(lines) }], readFrom: 'copy' };
  return isDeclared ? { recipients: [], readFrom: 'text' } : undefined;
}

/** A server sent our message back: that says enough, in whatever language it says why. */
function cameBack(mail: ReportMail): boolean {
  return DAEMON.test((firstOf(mail.header, 'from') ?? '').slice(0, 1_000)) && copyOf(mail).length > 0;
}

/** Whom the message was for, when it was for one alone. */
function recipientOfCopy(mail: ReportMail): string | undefined {
  const copy = copyOf(mail);
  const listed = addressesIn((firstOf(copy, 'to') ?? '').slice(0, 2_000)).map(({ address }) => address);
  return listed.length === 1 && (firstOf(copy, 'cc') ?? '') === '' ? listed[0] : undefined;
}

function isDeliveryReport(header: readonly Field[]): boolean {
  return /report-type\s*=\s*"?delivery-status/i.test(firstOf(header, 'content-type') ?? '');
}

const DAEMON =
  /mailer-?daemon|mail-?daemon|\bmdaemon|post_?master|post\.?office|mail deliver|delivery (?:sub)?system|mail administrator|mail ?system|system administrator|internet mail service|\bndr\b/i;
const AUTOMATIC_REPLY =
  /out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response|antwort)|automatische antwort|vacation|on leave|abwesen|away from|absence|r[ée]ponse automatique|respuesta autom/i;

/**
 * By its header: from a server, or with the null sender, or by its subject, or because our own message came back in it. Never an
 * automatic reply of a person's; and what a list sends on is mail of the list, unless a server wrote it.
 */
function looksLikeBounce(mail: ReportMail): boolean {
  const { header } = mail;
  if (firstOf(header, 'x-failed-recipients')) return true;
  const subject = subjectOf(header).slice(0, 500);
  const saysSo = isBounceSubject(subject);
  if (AUTOMATIC_REPLY.test(subject) && !saysSo) return false;
  const returnPath = header.find(({ name }) => name === 'return-path')?.value ?? '';
  if ([firstOf(header, 'from') ?? '', returnPath].some((value) => DAEMON.test(value.slice(0, 1_000)))) return true;
  if (['x-autoreply', 'x-autorespond', 'list-id'].some((name) => firstOf(header, name) !== undefined)) return false;
  return returnPath === '<>' || saysSo || isOwnMessageBack(mail);
}

/** An attached message whose sender is who this mail is for. */
function isOwnMessageBack(mail: ReportMail): boolean {
  if (attachedMessages(mail).length === 0) return false;
  const to = addressesIn((firstOf(mail.header, 'to') ?? '').slice(0, 2_000)).map(({ address }) =>
    address.toLowerCase(),
  );
  const copy = copyOf(mail);
  const senders = ['return-path', 'from'].flatMap((name) => addressesIn((firstOf(copy, name) ?? '').slice(0, 2_000)));
  return senders.some(({ address }) => to.includes(address.toLowerCase()));
}

// "--- Below this line is a copy of the message.", "------ This is a copy of the message, including all the headers. ------",
// "   ----- Unsent message follows -----", "Original message headers:", "--- Original message follows."
const COPY_BEGINS =
  /^[\s*>=_#-]*(?:(?:(?:here|this|below)\b.{0,40} |a )copy of (?:the|your)|(?:the )?(?:original|unsent|returned|undelivered|rejected|your) (?:e-?mail )?(?:message|mail)(?: headers?| text| follows?| below| attached| is attached| header follows)+|-+ ?(?:start of )?(?:original|returned|forwarded|unsent|undelivered) (?:message|mail)|received: +(?:from|by|\()|return-path: |message-id: |message headers? follows?|text follows|original message)/i;

/** The report's own lines: up to the copy of the message. */
function reportLines(text: string): string[] {
  const lines = linesOf(text.slice(0, 300_000)).slice(0, MAX_LINES);
  const end = lines.findIndex(
    (line, i) => i > 0 && COPY_BEGINS.test(line.slice(0, 200)) && addressesIn(line).length === 0,
  );
  return end < 0 ? lines : lines.slice(0, end);
}

/** Further attempts promised outright: whatever has failed so far. */
const GOES_ON =
  /\bwill (?:be retried|retry|try again|keep (?:on )?trying|continue (?:to try|to be (?:made|attempted)|trying|attempting))\b/i;
const OVER = /\b(?:permanent(?:ly)?|giving up|gave up|given up|expired|no further attempts?)\b/i;

/** A warning says it is one in its subject or its first words; the words for an end outweigh those for a delay, but for a promise. */
function actionOf(header: readonly Field[], lines: readonly string[]): ToldRecipient['action'] {
  const subject = subjectOf(header);
  if (/\bdelay|\bwarning\b.*(?:not|deliver|sent|send)|still being retried/i.test(subject))
    return tellsEnd(subject) && !/delay/i.test(subject) ? 'failed' : 'delayed';
  const start = lines.slice(0, 25).join(' ').slice(0, 3_000);
  if (GOES_ON.test(start) && !OVER.test(start)) return 'delayed';
  return tellsDelay(start) && !tellsEnd(start) && !tellsEnd(subject) ? 'delayed' : 'failed';
}

function tellsOfFailure(header: readonly Field[], lines: readonly string[]): boolean {
  const subject = subjectOf(header);
  const text = lines.join('\n').slice(0, 20_000);
  return isBounceSubject(subject) || [subject, text].some((words) => tellsFailure(words) || tellsDelay(words));
}

function toldRecipients(
  header: readonly Field[],
  lines: readonly string[],
  action: ToldRecipient['action'],
): ToldRecipient[] {
  const named = addressesIn((firstOf(header, 'x-failed-recipients') ?? '').slice(0, 20_000)).map(
    ({ address }) => address,
  );
  const own = ownAddresses(header);
  let places = placesIn(lines, own);
  // Who writes to himself, and reports with all addresses made alike: then the own one is what failed.
  if (places.length === 0) places = placesIn(lines, new Set()).filter(({ place }) => place !== 'told');
  const addresses = named.length > 0 ? named : surest(places);
  const reasonOf = reasonsIn(lines, places);
  return [...new Map(addresses.map((address) => [address.toLowerCase(), address])).values()]
    .slice(0, MAX_RECIPIENTS)
    .map((address) => ({ address, action, text: reasonOf(address) }));
}

// Your mail to the following recipients could not be delivered because …:
//     marit
const LIST_OF_NAMES = /\b(?:recipients?|address(?:es)?|users?)\b.*:\s*$/i;
const NAME = /^\s*<?([a-z0-9][\w.+-]{1,63})>?\s*$/i;

/** Names without a domain, one a line, below words that call them recipients: of the server that reports. */
function bareRecipients(
  header: readonly Field[],
  lines: readonly string[],
  action: ToldRecipient['action'],
): ToldRecipient[] {
  const from = addressesIn((firstOf(header, 'from') ?? '').slice(0, 1_000))[0]?.address;
  const at = lines.findIndex((line) => line.length < 500 && LIST_OF_NAMES.test(line) && tellsFailure(line));
  if (from === undefined || at < 0) return [];
  const below = lines.slice(at + 1, at + 50);
  const start = below.findIndex((line) => line.trim() !== '');
  const names = below.slice(Math.max(start, 0)).map((line) => NAME.exec(line.slice(0, 100))?.[1]);
  const end = names.indexOf(undefined);
  const domain = from.slice(from.lastIndexOf('@'));
  const text = (lines[at] as string).trim();
  return names.slice(0, end < 0 ? undefined : end).map((name) => ({ address: `${name}${domain}`, action, text }));
}

function surest(places: readonly Placed[]): string[] {
  for (const kind of ['alone', 'refused', 'told'] as const) {
    const addresses = places.filter(({ place }) => place === kind).map(({ address }) => address);
    if (addresses.length > 0) return kind === 'told' ? addresses.slice(0, 1) : addresses;
  }
  return [];
}

/** Who got the report and who wrote it; they are rarely what failed. */
function ownAddresses(header: readonly Field[]): Set<string> {
  const values = ['to', 'from', 'sender', 'reply-to', 'return-path'].map((name) => firstOf(header, name) ?? '');
  return new Set(
    values.flatMap((value) => addressesIn(value.slice(0, 5_000)).map(({ address }) => address.toLowerCase())),
  );
}

function placesIn(lines: readonly string[], own: ReadonlySet<string>): Placed[] {
  const places: Placed[] = [];
  for (const [line, text] of lines.entries()) {
    if (!text.includes('@')) continue;
    const found = addressesIn(text.slice(0, 2_000));
    for (const each of found) {
      const key = each.address.toLowerCase();
      const place = own.has(key) ? undefined : placeOf(text, each, found.length, lines[line - 1]);
      if (place && places.length < 10_000) places.push({ address: each.address, key, line, place });
    }
  }
  return places;
}

// <kari@b.example>:                              qmail, Yahoo, Postfix
//   kari@b.example                               Exim, Domino; also behind a bullet
// kari@b.example [User unknown]
// <kari@b.example>... User unknown               Sendmail
// kari@b.example on Thu, 29 Apr 2010 …           Exchange 5.5
// Unknown user: kari@b.example                   IMail
const ALONE_BEFORE = /^[\s*•>"'(\-.]*(?:<|&lt;|\[)?(?:smtp:|mailto:|rfc822;)?"?$/i;
const LABEL_BEFORE =
  /^[\s*"'-]*(?:(?:unknown|invalid|bad|failed|undeliverable) (?:user|recipient|address|mailbox|host)s?|recipients?(?: address)?|failed (?:recipient|address)|user|address|e-?mail|for|(?:could not|cannot|unable to) (?:be )?deliver(?:ed)?(?: \w+)* to|delivery to|mail to|mailbox)\s*:?\s*[<"'[(]*(?:smtp:|mailto:)?$/i;
const ALONE_AFTER = /^(?:>|&gt;|\])?["')\]>]*(?:$|\s*$|\s*[:;,]|\s*\.\.\.|\s+[[(<-]|\s+on \w|\s*\.?\s*$|\t)/;
// …RCPT TO:<kari@b.example>…, 550 5.1.1 <kari@b.example>: …, >>> RCPT To:<…>
const REFUSED_BEFORE = /(?:rcpt to:\s*<?|(?:^|\s)#?[45]\d\d(?:[ -]+[45]\.\d{1,3}\.\d{1,3})?[\s<:("']+)$/i;

/** A reply that goes on on the next line, which is set in: an address it begins with is the reply's own. */
const REPLY_GOES_ON = /(?:^|[\s:])[45]\d\d(?:[ -]#?[45]\.\d{1,3}\.\d{1,3})?\s*$/;

// …is not allowed to send mail, says the record of
// kari@b.example, and so does …
const SENTENCE_GOES_ON = /^[>"')]*, ?[a-z]/i;
// an undisclosed address
//   (generated from kari@b.example)               Exim, of an alias
const ALIAS_OF = /\((?:generated|expanded) from:?\s*<?$/i;
const IN_MID_SENTENCE = /[^\s:.;,!?>@]\s*$/;

function placeOf(line: string, { from, to }: Found, count: number, above = ''): Place | undefined {
  const before = line.slice(Math.max(0, from - 120), from);
  const after = line.slice(to, to + 40);
  const isAtStart = from < 120;
  if (/^\s/.test(line) && REPLY_GOES_ON.test(above.slice(-200))) return 'refused';
  if (isAtStart && ALONE_BEFORE.test(before) && (ALONE_AFTER.test(after) || count > 1))
    return SENTENCE_GOES_ON.test(after) && IN_MID_SENTENCE.test(above.slice(-200)) ? 'told' : 'alone';
  if (REFUSED_BEFORE.test(before)) return 'refused';
  if (isAtStart && LABEL_BEFORE.test(before)) return 'refused';
  if (ALIAS_OF.test(before)) return 'told';
  return /message-id|contact|please|question|help|\bfrom\b.{0,40}$|sender|<?(?:mailto|https?):|wrote|abuse|support/i.test(
    before,
  )
    ? undefined
    : 'told';
}

function subjectOf(header: readonly Field[]): string {
  return wordsOf((firstOf(header, 'subject') ?? '').slice(0, 500));
}
