// Exim main logs: lines read one by one and joined into messages by their id. The log says where mail left from only with
// `log_selector = +outgoing_interface`, and how many recipients a message has only with `+received_recipients`: without it a message is
// taken to have one until deliveries tell of more.
import { hostname } from 'node:os';
import type { Delivery, HostRefused, MailEvent, MessageHead } from '../../../mail/event.js';
import type { LogFormat, LogReader } from '../format.js';
import { bookIntake, firstLines, lineReader } from '../line-reader.js';
import type { LogTimeOptions } from '../log-time.js';
import { type BookMessage, MessageBook, own } from '../message-book.js';
import type { ArrivalLine, DeliveryLine, EximLine, HostRefusedLine, LoginFailedLine, RejectLine } from './line.js';
import { parseEximLine } from './line.js';
import { eximHeadReader } from './time.js';

type Take = (event: MailEvent) => void;

/** Exim tries at once: a delivery this long after arrival is a retry, where the lines before it were not seen. */
const FIRST_ATTEMPT_MS = 300_000;
/** Deliveries that may wait for the line of their message's arrival; SMTP allows a client no more than some thousands. */
const MAX_EARLY = 1_000;

export const exim: LogFormat = {
  id: 'exim',
  name: 'Exim',
  looksLike(bytes) {
    const readHead = eximHeadReader({});
    return firstLines(bytes).some((line) => {
      const head = readHead(line);
      return head !== undefined && typeof parseEximLine(line, head) !== 'string';
    });
  },
  open(options) {
    const book = new MessageBook();
    return bookIntake(book, (_source, relay = hostname(), time = {}) =>
      createReader(book, { ...options, ...time }, relay),
    );
  },
};

function createReader(book: MessageBook, options: LogTimeOptions, relay: string): LogReader {
  const readHead = eximHeadReader(options);
  return lineReader<EximLine>({
    parse(line) {
      const head = readHead(line);
      return head ? parseEximLine(line, head) : 'unknown';
    },
    timeOf: (line) => readHead(line)?.at,
    tell: (line, take) => tell(book, line, line.host ?? relay, take),
  });
}

function tell(book: MessageBook, line: EximLine, relay: string, take: Take): void {
  if (line.kind === 'arrival') arrived(book, line, relay, take);
  else if (line.kind === 'delivery') attempted(book, line, relay, take);
  else if (line.kind === 'host-refused') take(hostRefused(book, line, relay));
  else if (line.kind === 'completed') book.close(keyOf(relay, line.id));
  else if (line.kind === 'reject') take(refused(line, relay));
  else take(loginFailed(line, relay));
}

function arrived(book: MessageBook, line: ArrivalLine, relay: string, take: Take): void {
  const key = keyOf(relay, line.id);
  const early = earlyOf(book.find(key, line.at));
  const message = book.add(key, headOf(line, relay), line.at, undefined);
  take({ kind: 'accepted', at: line.at, message: message.head });
  for (const delivery of early) take(deliveryOf(book, message, { ...delivery, at: line.at }));
}

function attempted(book: MessageBook, line: DeliveryLine, relay: string, take: Take): void {
  const key = keyOf(relay, line.id);
  const known = book.find(key, line.at);
  if (line.isEarly && (!known || isWaitingForArrival(known))) {
    const waiting = known ?? book.add(key, unseenHead(line, relay), line.at, undefined);
    waiting.early = [...earlyOf(waiting), line].slice(0, MAX_EARLY);
    return;
  }
  const message = known ?? book.addHeadless(key, unseenHead(line, relay), line.at);
  if (line.isWaiting && message.deferred.has(line.recipient)) return;
  take(deliveryOf(book, message, line));
}

function isWaitingForArrival(message: BookMessage): boolean {
  return message.early !== undefined;
}

function earlyOf(message: BookMessage | undefined): DeliveryLine[] {
  return (message?.early ?? []) as DeliveryLine[];
}

function deliveryOf(book: MessageBook, message: BookMessage, line: DeliveryLine): Delivery {
  const isRetry = message.head.origin === 'unknown' && line.at - message.head.acceptedAt > FIRST_ATTEMPT_MS;
  const isFirstAttempt = book.noteAttempt(message, line.recipient, line.status, isRetry ? false : undefined);
  return {
    kind: 'delivery',
    at: line.at,
    message: message.head,
    recipient: line.recipient,
    isFirstAttempt,
    status: line.status,
    dsn: line.dsn,
    ...(line.remote.name === undefined ? {} : { remoteHost: line.remote.name }),
    ...(line.remote.ip === undefined ? {} : { remoteIp: line.remote.ip }),
    reply: line.reply,
    ...(line.outboundIp === undefined ? {} : { outboundIp: line.outboundIp }),
  };
}

function hostRefused(book: MessageBook, line: HostRefusedLine, relay: string): HostRefused {
  const { at, remote, reply } = line;
  return {
    kind: 'host-refused',
    at,
    message: book.find(keyOf(relay, line.id), at)?.head ?? unseenHead(line, relay),
    ...(remote.name === undefined ? {} : { remoteHost: remote.name }),
    ...(remote.ip === undefined ? {} : { remoteIp: remote.ip }),
    reply,
  };
}

function headOf(line: ArrivalLine, relay: string): MessageHead {
  const { name, ip } = line.client;
  return {
    relay,
    queueId: own(line.id),
    acceptedAt: line.at,
    origin: line.origin,
    ...(ip === undefined ? {} : { clientIp: ip }),
    ...(name === undefined ? {} : { clientName: own(name) }),
    ...(line.login === undefined ? {} : { login: own(line.login) }),
    sender: own(line.sender),
    recipientCount: line.recipientCount ?? 1,
    sizeBytes: line.sizeBytes,
    ...(line.messageId === undefined ? {} : { messageId: own(line.messageId) }),
  };
}

function unseenHead(line: DeliveryLine | HostRefusedLine, relay: string): MessageHead {
  return {
    relay,
    queueId: own(line.id),
    acceptedAt: acceptedAt(line),
    origin: 'unknown',
    sender: line.kind === 'delivery' ? own(line.sender ?? '') : '',
    recipientCount: 0,
    sizeBytes: 0,
  };
}

/** An id begins with the second of arrival, in base 62. */
function acceptedAt({ id, at }: Pick<DeliveryLine, 'id' | 'at'>): number {
  let seconds = 0;
  for (const letter of id.slice(0, 6)) seconds = seconds * 62 + DIGITS.indexOf(letter);
  const isLikely = seconds * 1000 <= at + 3_600_000 && seconds * 1000 > at - 30 * 86_400_000;
  return isLikely ? Math.min(seconds * 1000, at) : at;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function refused({ at, client, login, sender, recipient, reply }: RejectLine, relay: string): MailEvent {
  return { kind: 'refused', at, relay, ...clientOf(client.ip, login), sender, recipient, reply };
}

function loginFailed({ at, client, login }: LoginFailedLine, relay: string): MailEvent {
  return { kind: 'login-failed', at, relay, ...clientOf(client.ip, login) };
}

function clientOf(clientIp: string | undefined, login: string | undefined): { clientIp?: string; login?: string } {
  return { ...(clientIp === undefined ? {} : { clientIp }), ...(login === undefined ? {} : { login }) };
}

function keyOf(relay: string, id: string): string {
  return `${relay}/${id}`;
}
