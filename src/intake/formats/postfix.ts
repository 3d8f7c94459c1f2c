// One line of a Postfix log → what it says about a message. Grammar: Postfix' own sources (log_adhoc.c, smtpd.c, smtpd_check.c,
// opened.c, cleanup_message.c, bounce/), 3.4 to 3.11. Pure and index-scanning: no regular expression on the way of a core line.
//
//   2026-01-14T00:49:00.685495+01:00 relay2 postfix/smtpd[21301]: 4drSDD4sVZz2vpH: client=mail.example[192.0.2.11], sasl_method=LOGIN, …
//   └ time ───────────────────────── └ host └ tag ──────────────  └ queue id ────  └ text, read by its daemon's reader
//
// Addresses, HELO names and remote replies are written by outsiders and may hold anything, our own separators included.
import { NULL_SENDER, normaliseAddress } from '../../mail/address.js';
import type { ReadLogTime } from './log-time.js';
import { closingBracket, endOfAddress, isQueueId, readHost } from './postfix-fields.js';

interface Line {
  at: number;
  /** Host name as the log gives it. */
  relay: string;
  /** syslog_name of the Postfix instance: `postfix`, `postfix-out`. */
  instance: string;
}
interface OfMessage extends Line {
  queueId: string;
}

export interface ClientLine extends OfMessage {
  kind: 'client';
  clientName: string;
  clientIp: string;
  login?: string;
  /** The same message before a content filter handed it back. */
  originalQueueId?: string;
}
export interface PickupLine extends OfMessage {
  kind: 'pickup';
}
export interface MessageIdLine extends OfMessage {
  kind: 'message-id';
  messageId: string;
}
export interface QueuedLine extends OfMessage {
  kind: 'queued';
  sender: string;
  sizeBytes: number;
  recipientCount: number;
}
export interface RemovedLine extends OfMessage {
  kind: 'removed';
}
export interface NotificationLine extends OfMessage {
  kind: 'notification';
  newQueueId: string;
}
export interface DeliveryLine extends OfMessage {
  kind: 'delivery';
  recipient: string;
  remoteHost?: string;
  remoteIp?: string;
  /** Seconds since the message arrived. */
  delaySeconds: number;
  dsn: string;
  status: 'sent' | 'deferred' | 'bounced' | 'expired';
  reply: string;
}
export interface RejectLine extends Line {
  kind: 'reject';
  queueId?: string;
  clientIp?: string;
  login?: string;
  sender: string;
  recipient: string;
  reply: string;
}
export interface LoginFailedLine extends Line {
  kind: 'login-failed';
  clientIp: string;
  login?: string;
}

export type PostfixLine =
  | ClientLine
  | PickupLine
  | MessageIdLine
  | QueuedLine
  | RemovedLine
  | NotificationLine
  | DeliveryLine
  | RejectLine
  | LoginFailedLine;

/** Delivery agents: `to=<…>, relay=…, status=…` lines come from these. */
const DELIVERY = new Set(['smtp', 'lmtp', 'local', 'virtual', 'pipe', 'error', 'retry', 'discard', 'qmgr', 'relay']);

/**
 * Reads one line. `other`: a line of syslog that says nothing about a message (connects, TLS, statistics, other programs);
 * `unknown`: a line we should know and do not, or no log line at all.
 */
export function parsePostfixLine(line: string, readTime: ReadLogTime): PostfixLine | 'other' | 'unknown' {
  const time = readTime(line);
  if (!time) return 'unknown';
  const at = time.at;
  const hostEnd = line.indexOf(' ', time.next);
  const tagEnd = hostEnd < 0 ? -1 : line.indexOf(': ', hostEnd);
  if (tagEnd < 0) return 'unknown';
  const nameEnd = endOfName(line, hostEnd + 1, tagEnd);
  const daemonStart = line.lastIndexOf('/', nameEnd - 1) + 1;
  if (daemonStart <= hostEnd + 1) return 'other';
  const head = {
    at,
    relay: line.slice(time.next, hostEnd),
    instance: line.slice(hostEnd + 1, line.indexOf('/', hostEnd)),
  };
  return parseText(head, line.slice(daemonStart, nameEnd), line, tagEnd + 2);
}

function parseText(head: Line, daemon: string, line: string, start: number): PostfixLine | 'other' | 'unknown' {
  const idEnd = line.indexOf(':', start);
  if (idEnd > start && line.charCodeAt(idEnd + 1) === 0x20) {
    const textStart = idEnd + 2;
    if (isQueueId(line, start, idEnd)) {
      return parseMessageText({ ...head, queueId: line.slice(start, idEnd) }, daemon, line, textStart);
    }
    if (line.startsWith('NOQUEUE', start)) return readReject(head, undefined, line, textStart);
    if (line.startsWith('warning', start) && daemon === 'smtpd') return readLoginFailed(head, line, textStart);
  }
  return 'other';
}

function parseMessageText(
  head: OfMessage,
  daemon: string,
  line: string,
  start: number,
): PostfixLine | 'other' | 'unknown' {
  if (line.startsWith('to=<', start)) return DELIVERY.has(daemon) ? readDelivery(head, line, start) : 'unknown';
  switch (daemon) {
    case 'smtpd':
      if (line.startsWith('client=', start)) return readClient(head, line, start);
      return readReject(head, head.queueId, line, start);
    case 'cleanup':
      if (line.startsWith('message-id=', start)) {
        return { ...head, kind: 'message-id', messageId: line.slice(start + 11) };
      }
      return readReject(head, head.queueId, line, start);
    case 'qmgr':
      if (line.startsWith('removed', start)) return { ...head, kind: 'removed' };
      return readQueued(head, line, start);
    case 'pickup':
      return line.startsWith('uid=', start) ? { ...head, kind: 'pickup' } : 'other';
    case 'bounce':
      return readNotification(head, line, start);
    default:
      return 'other';
  }
}

// client=mail.example[192.0.2.11]:40123, sasl_method=LOGIN, sasl_username=ann@customer.example, orig_queue_id=ID, orig_client=…
function readClient(head: OfMessage, line: string, start: number): ClientLine | 'unknown' {
  const open = line.indexOf('[', start);
  const close = closingBracket(line, open);
  if (close < 0) return 'unknown';
  const login = valueAfter(line, ', sasl_username=', close);
  const originalQueueId = valueAfter(line, ', orig_queue_id=', close);
  return {
    ...head,
    kind: 'client',
    clientName: line.slice(start + 7, open),
    clientIp: line.slice(open + 1, close),
    ...(login === undefined ? {} : { login: login.toLowerCase() }),
    ...(originalQueueId === undefined ? {} : { originalQueueId }),
  };
}

// from=<ann@customer.example>, size=277725, nrcpt=1 (queue active)
// from=<ann@customer.example>, status=expired, returned to sender
function readQueued(head: OfMessage, line: string, start: number): QueuedLine | 'other' | 'unknown' {
  if (!line.startsWith('from=<', start)) return 'other';
  const sizeAt = line.lastIndexOf('>, size=');
  if (sizeAt < start) return line.lastIndexOf('>, status=') > start ? 'other' : 'unknown';
  const countAt = line.indexOf(', nrcpt=', sizeAt);
  if (countAt < 0) return 'unknown';
  return {
    ...head,
    kind: 'queued',
    sender: addressIn(line, start + 6, sizeAt),
    sizeBytes: Number.parseInt(line.slice(sizeAt + 8, countAt), 10) || 0,
    recipientCount: Number.parseInt(line.slice(countAt + 8), 10) || 0,
  };
}

// to=<a@b.example>, orig_to=<c@d.example>, relay=mx.example[192.0.2.1]:25, conn_use=2, delay=2.3, delays=0.21/0.02/0.98/1.1,
//   tls=verified, dsn=2.0.0, status=sent (250 OK (really))
function readDelivery(head: OfMessage, line: string, start: number): DeliveryLine | 'other' | 'unknown' {
  const recipientEnd = endOfAddress(line, start + 4);
  const relayAt = line.indexOf(', relay=', recipientEnd);
  const delayAt = line.indexOf(', delay=', relayAt);
  const dsnAt = line.indexOf(', dsn=', delayAt);
  const statusAt = line.indexOf(', status=', dsnAt);
  const replyAt = line.indexOf(' (', statusAt);
  if (recipientEnd < 0 || relayAt < 0 || delayAt < 0 || dsnAt < 0 || statusAt < 0 || replyAt < 0) return 'unknown';
  const status = statusOf(line.slice(statusAt + 9, replyAt));
  if (!status) return 'other';
  return {
    ...head,
    kind: 'delivery',
    recipient: addressIn(line, start + 4, recipientEnd),
    ...readHost(line, relayAt + 8, delayAt),
    delaySeconds: Number.parseFloat(line.slice(delayAt + 8, delayAt + 24)) || 0,
    dsn: line.slice(dsnAt + 6, statusAt),
    status,
    reply: line.slice(replyAt + 2, line.charCodeAt(line.length - 1) === 0x29 ? -1 : undefined),
  };
}

/** SOFTBOUNCE is a bounce that soft_bounce turned into a deferral; (un)deliverable are address probes, no mail. */
function statusOf(word: string): DeliveryLine['status'] | undefined {
  if (word === 'sent' || word === 'deferred' || word === 'bounced' || word === 'expired') return word;
  return word === 'SOFTBOUNCE' ? 'deferred' : undefined;
}

// reject: RCPT from unknown[192.0.2.168]: 554 5.7.1 <x@y.test>: Relay access denied; from=<s@z.test> to=<x@y.test> proto=ESMTP
//   helo=<pc> sasl_username=<ann>
// milter-reject: END-OF-MESSAGE from mail.example[192.0.2.1]: 5.7.1 …; from=<…> to=<…> proto=ESMTP helo=<…>
function readReject(head: Line, queueId: string | undefined, line: string, start: number): RejectLine | 'other' {
  const isReject = line.startsWith('reject: ', start) || line.startsWith('milter-reject: ', start);
  const clientAt = isReject ? line.indexOf(' from ', start) : -1;
  const open = clientAt < 0 ? -1 : line.indexOf('[', clientAt);
  const close = closingBracket(line, open);
  const fromAt = close < 0 ? -1 : line.indexOf('; from=<', close);
  if (fromAt < 0) return 'other';
  const senderEnd = endOfAddress(line, fromAt + 8);
  const hasRecipient = senderEnd > 0 && line.startsWith('> to=<', senderEnd);
  const recipientEnd = hasRecipient ? endOfAddress(line, senderEnd + 6) : -1;
  const login = valueAfter(line, ' sasl_username=<', fromAt)?.replace(/>$/, '');
  return {
    ...head,
    kind: 'reject',
    ...(queueId === undefined ? {} : { queueId }),
    clientIp: line.slice(open + 1, close),
    ...(login ? { login: login.toLowerCase() } : {}),
    sender: senderEnd < 0 ? NULL_SENDER : addressIn(line, fromAt + 8, senderEnd),
    recipient: recipientEnd < 0 ? '' : addressIn(line, senderEnd + 6, recipientEnd),
    reply: line.slice(line.indexOf(' ', close) + 1, fromAt),
  };
}

// unknown[192.0.2.168]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=ann@customer.example
function readLoginFailed(head: Line, line: string, start: number): LoginFailedLine | 'other' {
  const open = line.indexOf('[', start);
  const close = closingBracket(line, open);
  if (close < 0 || !line.startsWith(']: SASL ', close) || line.indexOf(' authentication failed', close) < 0)
    return 'other';
  const login = valueAfter(line, ', sasl_username=', close);
  return {
    ...head,
    kind: 'login-failed',
    clientIp: line.slice(open + 1, close),
    ...(login ? { login: login.toLowerCase() } : {}),
  };
}

// sender non-delivery notification: 4drhrz45jlz3NZd (also "sender delay", "sender delivery status", "postmaster non-delivery")
function readNotification(head: OfMessage, line: string, start: number): NotificationLine | 'other' {
  const at = line.indexOf(' notification: ', start);
  if (at < 0) return 'other';
  const newQueueId = line.slice(at + 15);
  return isQueueId(newQueueId, 0, newQueueId.length) ? { ...head, kind: 'notification', newQueueId } : 'other';
}

function addressIn(line: string, from: number, to: number): string {
  return normaliseAddress(line.slice(from, to));
}

/** The text after `key` up to the next `, word=`; undefined when the key is absent. */
function valueAfter(line: string, key: string, from: number): string | undefined {
  const at = line.indexOf(key, from);
  if (at < 0) return undefined;
  const valueAt = at + key.length;
  const next = /, (?:sasl_sender|orig_queue_id|orig_client)=/.exec(line.slice(valueAt));
  return next ? line.slice(valueAt, valueAt + next.index) : line.slice(valueAt);
}

/** Where the program's name ends: before `[pid]`, or before the colon when there is none. */
function endOfName(line: string, from: number, tagEnd: number): number {
  const open = line.indexOf('[', from);
  return open > 0 && open < tagEnd ? open : tagEnd;
}
