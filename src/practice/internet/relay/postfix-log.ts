// Log lines as Postfix 3.7 writes them through rsyslog with RFC 3339 stamps. Pure but for the chance that makes ids.
import type { Chance } from '../chance.js';
import type { Letter } from '../letter.js';
import type { Client } from '../people.js';
import type { Attempt } from './receivers.js';

export interface LogLine {
  /** Practice time, ms; may have a fraction. */
  at: number;
  text: string;
}

/** Writes the lines of one relay: its processes keep their numbers. */
export interface Pen {
  queueId(at: number): string;
  connect(at: number, client: Client): LogLine;
  disconnect(at: number, client: Client, recipients: { accepted: number; offered: number }): LogLine;
  /** A recipient refused at the door; `queueId` once an earlier recipient of the message was accepted. */
  reject(at: number, letter: Letter, recipient: string, reply: string, queueId?: string): LogLine;
  /** A policy answer that sends the message over another transport. */
  filter(at: number, letter: Letter, recipient: string, transport: string, queueId?: string): LogLine;
  client(at: number, queueId: string, letter: Letter): LogLine;
  messageId(at: number, queueId: string, messageId: string): LogLine;
  active(at: number, queueId: string, sender: string, sizeBytes: number, recipients: number): LogLine;
  attempt(at: number, queueId: string, recipient: string, attempt: Attempt, delayS: number): LogLine;
  bounce(at: number, queueId: string, notificationId: string): LogLine;
  removed(at: number, queueId: string): LogLine;
  loginFailed(at: number, client: Client, login: string): LogLine;
}

/** Makes the pen of a relay. With `longIds` its queue ids are of the long form (enable_long_queue_ids). */
export function createPen(relay: string, chance: Chance, longIds: boolean): Pen {
  const pid = (daemon: string, from: number) => `${daemon}[${from + chance.whole(0, 6)}]`;
  const line = (at: number, daemon: string, text: string): LogLine => ({
    at,
    text: `${stamp(at)} ${relay} postfix/${daemon}: ${text}`,
  });
  // One process serves a client's whole session.
  const smtpd = ({ ip }: Client) => `smtpd[${4100 + ([...ip].reduce((sum, c) => sum * 7 + c.charCodeAt(0), 3) % 40)}]`;
  const named = ({ name, ip }: Client) => `${name}[${ip}]`;
  const envelope = ({ sender, client, login }: Letter, recipient: string) =>
    `from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${client.helo}>${login ? ` sasl_username=<${login}>` : ''}`;
  const sasl = (login: string | undefined) => (login ? `, sasl_method=PLAIN, sasl_username=${login}` : '');
  return {
    queueId: (at) => (longIds ? longQueueId(at, chance) : shortQueueId(chance)),
    connect: (at, client) => line(at, smtpd(client), `connect from ${named(client)}`),
    disconnect: (at, client, { accepted, offered }) =>
      line(at, smtpd(client), `disconnect from ${named(client)} ${commands(accepted, offered)}`),
    reject: (at, letter, recipient, reply, id = 'NOQUEUE') =>
      line(
        at,
        smtpd(letter.client),
        `${id}: reject: RCPT from ${named(letter.client)}: ${reply}; ${envelope(letter, recipient)}`,
      ),
    filter(at, letter, recipient, transport, id = 'NOQUEUE') {
      const what = `<${recipient}>: Recipient address triggers FILTER ${transport}`;
      return line(
        at,
        smtpd(letter.client),
        `${id}: filter: RCPT from ${named(letter.client)}: ${what}; ${envelope(letter, recipient)}`,
      );
    },
    client: (at, id, { client, login }) => line(at, smtpd(client), `${id}: client=${named(client)}${sasl(login)}`),
    messageId: (at, id, messageId) => line(at, pid('cleanup', 5200), `${id}: message-id=<${messageId}>`),
    active: (at, id, sender, sizeBytes, recipients) =>
      line(at, 'qmgr[1187]', `${id}: from=<${sender}>, size=${sizeBytes}, nrcpt=${recipients} (queue active)`),
    attempt: (at, id, recipient, { relay: remote, status, dsn, text }, delayS) =>
      line(
        at,
        pid('smtp', 6300),
        `${id}: to=<${recipient}>, relay=${remote}, ${delays(delayS, chance)}, dsn=${dsn}, status=${status} (${text})`,
      ),
    bounce: (at, id, notificationId) =>
      line(at, 'bounce[7411]', `${id}: sender non-delivery notification: ${notificationId}`),
    removed: (at, id) => line(at, 'qmgr[1187]', `${id}: removed`),
    loginFailed: (at, client, login) =>
      line(
        at,
        smtpd(client),
        `warning: ${named(client)}: SASL LOGIN authentication failed: authentication failure, sasl_username=${login}`,
      ),
  };
}

/** `2026-01-14T10:18:09.478637+00:00` */
function stamp(at: number): string {
  const micros = Math.floor((at % 1) * 1000);
  return `${new Date(at).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}+00:00`;
}

function commands(accepted: number, offered: number): string {
  const rcpt = accepted === offered ? `${offered}` : `${accepted}/${offered}`;
  const data = accepted > 0 ? ' data=1' : '';
  const done = 3 + accepted + (accepted > 0 ? 1 : 0);
  const all = 3 + offered + (accepted > 0 ? 1 : 0);
  return `ehlo=1 mail=1 rcpt=${rcpt}${data} quit=1 commands=${done === all ? done : `${done}/${all}`}`;
}

/** `delay=` and its four parts: before the queue manager, in it, connection set-up, transmission. */
function delays(delayS: number, chance: Chance): string {
  const setUp = delayS * chance.between(0.2, 0.4);
  const sending = delayS * chance.between(0.3, 0.5);
  const before = Math.max(0, delayS - setUp - sending);
  return `delay=${brief(delayS)}, delays=${brief(before)}/0.01/${brief(setUp)}/${brief(sending)}`;
}

/** Postfix gives two digits that count (delay_logging_resolution_limit). */
function brief(seconds: number): string {
  if (seconds >= 10) return String(Math.round(seconds));
  return String(Number(seconds.toPrecision(2)));
}

/** Five hex digits of microseconds, then the queue file's inode (Postfix source, mail_queue.h). */
function shortQueueId(chance: Chance): string {
  return `${chance.whole(0, 999_999).toString(16).toUpperCase().padStart(5, '0')}1A${chance.text(4)}`;
}

const BASE_52 = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';

/** Seconds in at least six and microseconds in four digits of base 52, `z`, and the inode in base 51 (mail_queue.h). */
function longQueueId(at: number, chance: Chance): string {
  const seconds = inBase(Math.floor(at / 1000), 52, 6);
  return `${seconds}${inBase(chance.whole(0, 999_999), 52, 4)}z${inBase(chance.whole(20_000, 900_000), 51, 1)}`;
}

function inBase(value: number, base: number, width: number): string {
  let digits = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / base)) digits = `${BASE_52[rest % base]}${digits}`;
  return digits.padStart(width, '0');
}
