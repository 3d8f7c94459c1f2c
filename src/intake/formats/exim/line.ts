// One line of an Exim main log → what it says about a message. Authority: the Exim specification, chapter "Log files" (4.99), its
// deliver.c, receive.c and smtp_in.c, and the log lines of its test suite; forms of 4.6 and later are read.
//
//   2026-01-14 10:05:03 1vgABC-000000001Jx-1a2b <= ann@mills.example H=(pc) [192.0.2.7] P=esmtpsa A=login:ann@mills.example S=1234 id=…
//   └ time ──────────── └ id (16 letters before 4.97) └ flag
import { normaliseAddress } from '../../../mail/address.js';
import type { Delivery } from '../../../mail/event.js';
import { readOutboundEndpoint } from '../endpoint.js';
import { type Items, type LoggedHost, readAddress, readHost, readItems } from './fields.js';
import { readReply } from './reply.js';
import type { EximHead } from './time.js';

interface Line {
  at: number;
  /** Host name, where syslog wrote the line. */
  host?: string;
}
interface OfMessage extends Line {
  id: string;
}

export interface ArrivalLine extends OfMessage {
  kind: 'arrival';
  sender: string;
  origin: 'client' | 'local' | 'notification';
  client: LoggedHost;
  login?: string;
  sizeBytes: number;
  messageId?: string;
  /** Only with `log_selector = +received_recipients`. */
  recipientCount?: number;
}
export interface DeliveryLine extends OfMessage {
  kind: 'delivery';
  recipient: string;
  status: Delivery['status'];
  remote: LoggedHost;
  outboundIp?: string;
  dsn: string;
  reply: string;
  /** Only with `+sender_on_delivery` or `+return_path_on_delivery`. */
  sender?: string;
  /** Delivered while the message was still coming in: its arrival is logged afterwards. */
  isEarly: boolean;
  /** Nothing was tried: the time for it has not come. */
  isWaiting: boolean;
}
/** What one host said; the relay may go on to the receiver's next. The line of the last is repeated for each recipient (DeliveryLine). */
export interface HostRefusedLine extends OfMessage {
  kind: 'host-refused';
  remote: LoggedHost;
  reply: string;
}
interface CompletedLine extends OfMessage {
  kind: 'completed';
}
export interface RejectLine extends Line {
  kind: 'reject';
  client: LoggedHost;
  login?: string;
  sender: string;
  recipient: string;
  reply: string;
}
export interface LoginFailedLine extends Line {
  kind: 'login-failed';
  client: LoggedHost;
  login?: string;
}
export type EximLine = ArrivalLine | DeliveryLine | HostRefusedLine | CompletedLine | RejectLine | LoginFailedLine;

const ID = /[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4}) /y;

/** Reads what follows the head. `other`: says nothing about a message's way; `unknown`: a line we should know and do not. */
export function parseEximLine(line: string, { at, next, host }: EximHead): EximLine | 'other' | 'unknown' {
  const head: Line = { at, ...(host === undefined ? {} : { host }) };
  ID.lastIndex = next;
  const id = ID.exec(line)?.[0].trimEnd();
  return id === undefined ? ofSession(head, line, next) : ofMessage({ ...head, id }, line, ID.lastIndex);
}

function ofMessage(head: OfMessage, line: string, from: number): EximLine | 'other' | 'unknown' {
  const flag = line.slice(from, from + 3);
  switch (flag) {
    case '<= ':
      return arrival(head, line, from + 3);
    case '=> ':
    case '-> ':
    case '>> ':
      return delivered(head, line, from + 3, flag === '>> ');
    case '** ':
      return failed(head, line, from + 3);
    case '== ':
      return deferred(head, line, from + 3);
    default:
      // `*>` is a delivery that -N suppressed, `(=` a message that was taken and thrown away.
      if (isCompleted(line, from)) return { ...head, kind: 'completed' };
      return hostRefused(head, line, from) ?? ofSession(head, line, from);
  }
}

function isCompleted(line: string, from: number): boolean {
  return line.startsWith('Completed', from) && (line.length === from + 9 || line.startsWith(' QT=', from + 9));
}

function arrival(head: OfMessage, line: string, from: number): ArrivalLine | 'unknown' {
  const { address, next } = readAddress(line, from);
  const items = readItems(line, next);
  const { values, host } = items;
  if (!values.has('P') && !values.has('S')) return 'unknown';
  const recipientCount = recipientsIn(line, items.next);
  const messageId = values.get('id');
  return {
    ...head,
    kind: 'arrival',
    sender: normaliseAddress(address),
    // R= is the message that a bounce is about; only Exim itself writes those.
    origin: values.has('R') ? 'notification' : host ? 'client' : 'local',
    client: host ?? {},
    ...loginOf(items),
    sizeBytes: sizeOf(values.get('S')),
    ...(messageId === undefined ? {} : { messageId: `<${messageId}>` }),
    ...(recipientCount === 0 ? {} : { recipientCount }),
  };
}

function sizeOf(value: string | undefined): number {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : 0;
}

/** `A=login:ann@mills.example`: the authenticator, then the name it gave (server_set_id); with `+smtp_mailauth` the client's `AUTH=` too. */
function loginOf({ values }: Items): { login?: string } {
  const authenticated = values.get('A') ?? '';
  const colon = authenticated.indexOf(':');
  const login = colon < 0 ? '' : normaliseAddress(authenticated.slice(colon + 1).replace(MAIL_AUTH, ''));
  return login === '' ? {} : { login };
}

const MAIL_AUTH = /(?<=.):(?:<>|[^:@]{1,320}@[^:@]{1,320})$/;

/** ` from <sender> for a@b c@d` behind the items; 0 when they are not logged. */
function recipientsIn(line: string, from: number): number {
  const at = line.lastIndexOf(' for ');
  if (at < from) return 0;
  return line
    .slice(at + 5)
    .split(' ')
    .filter((word) => word !== '').length;
}

function delivered(head: OfMessage, line: string, from: number, isEarly: boolean): DeliveryLine | 'other' {
  const { address, original, next } = readAddress(line, from);
  // Thrown away, or answered by a filter: no mail left.
  if (address.startsWith(':') || address.startsWith('>') || address === 'discarded' || address === 'blackhole')
    return 'other';
  const items = readItems(line, next);
  const reply = items.values.get('C') ?? '';
  return {
    ...attempt(head, items, recipientOf(address, original)),
    status: 'sent',
    dsn: readReply(reply).dsn,
    isEarly,
  };
}

function failed(head: OfMessage, line: string, from: number): DeliveryLine {
  const { address, original, next } = readAddress(line, from);
  const items = readItems(line, next);
  const { reply, dsn, host } = readReply(textAt(line, items.next));
  const delivery = attempt(head, items, recipientOf(address, original), host);
  return { ...delivery, status: EXPIRED.test(reply) ? 'expired' : 'bounced', dsn, reply };
}

/** Given up because of its age: no receiver refused it now. */
const EXPIRED =
  /^(?:retry timeout exceeded|all hosts .{0,300}have been failing for a long time|retry time not reached)/;
const WAITING = /^(?:retry time not (?:yet )?reached|SMTP delivery explicitly queued)/i;

// == a@b R=dnslookup T=remote_smtp defer (-44) H=mx.b [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@b>: 451 later
// == a@b R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.b [192.0.2.1] DT=2m7s
// == a@b routing defer (-51): retry time not reached
function deferred(head: OfMessage, line: string, from: number): DeliveryLine | 'unknown' {
  const { address, original, next } = readAddress(line, from);
  const items = readItems(line, next);
  const defer = DEFER.exec(line.slice(items.next, items.next + 100));
  if (!defer) return 'unknown';
  const start = items.next + defer.index + defer[0].length;
  const system = /^: [A-Za-z ]{1,60}(?= H=)/.exec(line.slice(start, start + 80))?.[0] ?? '';
  const more = readItems(line, start + system.length);
  const text = textAt(line, more.next) || system.slice(2);
  const { reply, dsn, host } = readReply(text);
  for (const [key, value] of more.values) items.values.set(key, value);
  const delivery = attempt(
    head,
    { ...items, ...(more.host ? { host: more.host } : {}) },
    recipientOf(address, original),
    host,
  );
  return { ...delivery, status: 'deferred', dsn, reply, isWaiting: WAITING.test(reply) };
}

const DEFER = /^ ?(?:routing )?defer \(-?\w{1,6}\)/;

// H=mx1.b [192.0.2.1]: SMTP error from remote mail server after initial connection: 554 5.7.1 blocked
// H=mx1.b [192.0.2.1] SMTP error from remote mail server after RCPT TO:<a@b>: 450 4.7.1 later
// SMTP error from remote mail server after initial connection: host mx1.b [192.0.2.1]: 554 5.7.1 blocked
// The second is what was said of a recipient, the third the form of 4.8x and before.
function hostRefused(head: OfMessage, line: string, from: number): HostRefusedLine | undefined {
  const { host, next } = readItems(line, from);
  const text = textAt(line, next);
  if (!REMOTE_ERROR.test(text)) return undefined;
  const said = readReply(text);
  const remote = host ?? said.host;
  return remote && { ...head, kind: 'host-refused', remote, reply: said.reply };
}

const REMOTE_ERROR = /^SMTP error from remote mail(?:er| server) after /;

function attempt(head: OfMessage, items: Items, recipient: string, host: LoggedHost = {}): DeliveryLine {
  const outboundIp = readOutboundEndpoint(items.values.get('I') ?? '');
  const sender = items.values.get('F') ?? items.values.get('P');
  return {
    ...head,
    kind: 'delivery',
    recipient,
    status: 'sent',
    remote: items.host ?? host,
    ...(outboundIp === undefined ? {} : { outboundIp }),
    dsn: '',
    reply: '',
    ...(sender === undefined ? {} : { sender: normaliseAddress(sender) }),
    isEarly: false,
    isWaiting: false,
  };
}

/** The address the receiver saw; for a pipe, a file or a local user the one the sender wrote. */
function recipientOf(address: string, original: string | undefined): string {
  const isRemote = address.includes('@') && !address.startsWith('/') && !address.startsWith('|');
  return normaliseAddress(isRemote ? address : (original ?? address));
}

/** The text behind `: ` or ` : `, or behind a blank. */
function textAt(line: string, from: number): string {
  let at = from;
  while (line[at] === ' ' || line[at] === ':') at++;
  return line.slice(at);
}

// Lines that are about a client's session:
//   H=(pc) [192.0.2.7] F=<a@b> rejected RCPT <c@d>: relay not permitted
//   1vgABC-000000001Jx-1a2b H=(pc) [192.0.2.7] A=login:ann F=<a@b> rejected after DATA: spam
//   1vgABC-000000001Jx-1a2b F=a@b H=(pc) [192.0.2.7] P=esmtp rejected by local_scan(): spam
//   H=(pc) [192.0.2.7] rejected DATA: too many
//   login authenticator failed for H=(pc) [192.0.2.7]:50111: 535 Incorrect authentication data (set_id=ann)
function ofSession(head: Line, line: string, from: number): EximLine | 'other' {
  const { host: relay, at } = head;
  const own: Line = { at, ...(relay === undefined ? {} : { host: relay }) };
  DNSSEC.lastIndex = from;
  const start = DNSSEC.test(line) ? DNSSEC.lastIndex : from;
  if (SESSION.includes(line.slice(start, start + 2))) return rejected(own, line, start);
  const failure = line.slice(from, from + 200).indexOf(FAILED);
  return failure < 0 ? 'other' : loginFailed(own, line, from + failure + FAILED.length);
}

/** `log_selector = +dnssec`, with a blank behind it or without. */
const DNSSEC = / ?DS ?(?=[HU]=)/y;
/** What such a line begins with: the client, a local user, or the sender. */
const SESSION = ['H=', 'U=', 'F='];
const FAILED = ' authenticator failed for ';
/** A recipient; or the message, before it comes (that line has no sender) or for what it holds. */
const REJECTED =
  /(?:temporarily )?rejected (?:RCPT |(?:DATA|after DATA(?: PRDR)?|during MIME ACL checks|by (?:local_scan\(\)|non-SMTP ACL))(?=:|$))/y;

function rejected(head: Line, line: string, from: number): RejectLine | 'other' {
  const items = readItems(line, from);
  REJECTED.lastIndex = items.next + 1;
  if (!REJECTED.test(line)) return 'other';
  const start = REJECTED.lastIndex;
  const { address, next } = line.endsWith('RCPT ', start) ? readAddress(line, start) : { address: '', next: start };
  return {
    ...head,
    kind: 'reject',
    client: items.host ?? {},
    ...loginOf(items),
    sender: normaliseAddress(items.values.get('F') ?? ''),
    recipient: normaliseAddress(address),
    reply: textAt(line, next).slice(0, 4_000),
  };
}

/** Where the authenticator could not ask (435), nobody knows whether the login is wrong. */
function loginFailed(head: Line, line: string, from: number): LoginFailedLine | 'other' {
  const { host, next } = readHost(line, line.startsWith('H=', from) ? from + 2 : from);
  if (/^4\d\d /.test(textAt(line, readItems(line, next).next))) return 'other';
  const id = line.lastIndexOf('(set_id=');
  const login = id < 0 || !line.endsWith(')') ? '' : normaliseAddress(line.slice(id + 8, -1));
  return { ...head, kind: 'login-failed', client: host, ...(login === '' ? {} : { login }) };
}
