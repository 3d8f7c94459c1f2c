// Logs of our own mail events: a record a line (json-events.ts). Records of one message are joined by relay and id: what came with the
// first of them need not stand in the others. A delivery of a message nobody announced announces it, where it says who sent it and does not
// come before its time (early-deliveries.ts).
import { KEPT, type MailEvent, type MessageHead } from '../../mail/event.js';
import { EarlyDeliveries } from './early-deliveries.js';
import type { LogFormat } from './format.js';
import { readInstant } from './instant.js';
import {
  type DeliveryRecord,
  EVENT_TYPES,
  headOf,
  isDelivery,
  isFirstAttempt,
  type MailEventRecord,
  parseEventLine,
  recipientsOf,
  toComplaint,
  toDelivery,
  toMailEvents,
} from './json-events.js';
import { bookIntake, firstLines, lineReader, type NotUnderstood } from './line-reader.js';
import { type BookMessage, type BookRow, MessageBook } from './message-book.js';

type Take = (event: MailEvent) => void;
type Line = { at: number; record: MailEventRecord };

export const json: LogFormat = {
  id: 'json',
  name: 'mail events (JSON)',
  looksLike: (bytes) => firstLines(bytes).some((line) => line.startsWith('{') && isOurs(line)),
  open() {
    const book = new MessageBook();
    const state = { book, early: new EarlyDeliveries<DeliveryRecord>(book, (record) => recipientsOf(record).length) };
    const intake = bookIntake(book, () =>
      lineReader<Line>({ parse, timeOf, tell: ({ record }, take) => tell(state, record, take) }),
    );
    return {
      ...intake,
      restore: (rows) => intake.restore(state.early.seeing(rows as Iterable<[string, BookRow]>)),
      finish: (take) => release(state, state.early.all(), take),
    };
  },
};

/** The messages of an intake, and the deliveries that came before theirs. */
interface State {
  book: MessageBook;
  early: EarlyDeliveries<DeliveryRecord>;
}

function parse(line: string): Line | NotUnderstood {
  const parsed = parseEventLine(line);
  return parsed.ok ? { at: parsed.record.time, record: parsed.record } : { fault: parsed.fault, error: parsed.error };
}

function timeOf(line: string): number | undefined {
  return readInstant(fieldsOf(line)?.time);
}

/** Also a record that is wrong: whoever wrote it is to hear what is. */
function isOurs(line: string): boolean {
  const fields = fieldsOf(line);
  if (fields === undefined) return false;
  const given = ['type', 'time', 'relay'].filter((name) => Object.hasOwn(fields, name));
  return given.length >= 2 || (EVENT_TYPES as readonly unknown[]).includes(fields.type);
}

function fieldsOf(line: string): { type?: unknown; time?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function tell(state: State, record: MailEventRecord, take: Take): void {
  const { book, early } = state;
  release(state, early.due(record), take);
  const message = record.id === undefined ? undefined : book.find(keyOf(record), record.time);
  if (isDelivery(record)) {
    if (mayWait(state, record, message)) waits(state, record, message, take);
    else delivered(book, record, message, take);
  } else if (record.type === 'accepted') accepted(state, record, message, take);
  else if (record.type === 'complaint' && message) take(toComplaint(record, filled(message, record)));
  else for (const event of toMailEvents(record)) take(event);
}

function accepted({ book, early }: State, record: MailEventRecord, known: BookMessage | undefined, take: Take): void {
  early.saysArrival(record);
  const head = headOf(record);
  const held = known ? early.end(known) : [];
  // The same record once more: producers send again what they got no answer for.
  const isToldAlready = known !== undefined && known.head.origin !== 'unknown' && held.length === 0;
  if (isToldAlready && known.head.acceptedAt === head.acceptedAt) return;
  if (record.id !== undefined) book.add(keyOf(record), head, record.time, head.recipientCount);
  take({ kind: 'accepted', at: record.time, message: head });
  for (const each of held) delivered(book, each, book.find(keyOf(each), each.time), take);
}

/** Reports whether the arrival of a delivery's message is still to be told. */
function mayWait({ early }: State, record: DeliveryRecord, known: BookMessage | undefined): boolean {
  if (record.id === undefined || record.late === true || isFirstAttempt(record) === false) return false;
  return known ? known.early !== undefined : early.mayCome(record);
}

/** Lets a delivery wait for the arrival of its message. Where there is no room, the message waits no longer. */
function waits(state: State, record: DeliveryRecord, known: BookMessage | undefined, take: Take): void {
  const { book, early } = state;
  const hasRoom = early.hasRoom(known, record);
  if (!known && !hasRoom) {
    delivered(book, record, undefined, take);
    return;
  }
  const message = known ?? book.add(keyOf(record), headOf(record), record.time, undefined);
  early.hold(message, record);
  if (!hasRoom) release(state, [message], take);
}

/** Nothing was told of their arrival: their deliveries announce them, as one message for all recipients that are known by now. */
function release({ book, early }: State, messages: readonly BookMessage[], take: Take): void {
  for (const message of messages) {
    const held = early.end(message);
    book.close(message.key);
    const recipients = held.reduce((sum, each) => sum + recipientsOf(each).length, 0);
    for (const each of held) {
      const record = { ...each, recipient_count: Math.max(recipients, each.recipient_count ?? 0) };
      delivered(book, record, book.find(keyOf(each), each.time), take);
    }
  }
}

function delivered(book: MessageBook, record: DeliveryRecord, known: BookMessage | undefined, take: Take): void {
  const recipients = recipientsOf(record);
  if (record.late === true) {
    const head = known ? filled(known, record) : headOf(record);
    for (const recipient of recipients) take(toDelivery(record, head, recipient, false));
    return;
  }
  const message = known ?? announced(book, record, take);
  if (known) filled(known, record);
  for (const recipient of recipients) {
    const isFirst = book.noteAttempt(
      message,
      recipient,
      toDelivery(record, message.head, recipient, true).status,
      isFirstAttempt(record),
    );
    take(toDelivery(record, message.head, recipient, isFirst));
  }
}

/** The message of a delivery that is the first we hear of it. A retry is no arrival: that was before our time. */
function announced(book: MessageBook, record: DeliveryRecord, take: Take): BookMessage {
  const head = headOf(record);
  const isArrival = head.origin !== 'unknown' && isFirstAttempt(record) !== false;
  if (isArrival) take({ kind: 'accepted', at: record.time, message: head });
  if (record.id === undefined)
    return { key: '', head, lastAt: record.time, left: Number.POSITIVE_INFINITY, tried: 0, deferred: new Set() };
  if (!isArrival) return book.addHeadless(keyOf(record), head, record.time);
  return book.add(keyOf(record), head, record.time, head.recipientCount);
}

/** The head of a message with what only this record says of it. */
function filled(message: BookMessage, record: Omit<MailEventRecord, 'type'>): MessageHead {
  const { clientIp, clientName, login, messageId, customer } = headOf(record);
  const extra = { clientIp, clientName, login, messageId, customer };
  const news = Object.entries(extra).filter(([key, value]) => value !== undefined && !(key in message.head));
  if (news.length > 0) {
    // What was found out about it was found out without them.
    const { [KEPT]: _, ...head } = message.head;
    message.head = { ...head, ...Object.fromEntries(news) };
  }
  return message.head;
}

function keyOf({ relay, id }: Pick<MailEventRecord, 'relay' | 'id'>): string {
  return `${relay}/${id}`;
}
