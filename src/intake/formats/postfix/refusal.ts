// What a relay refuses at its door, or while it takes a message in, and logins that failed.
//
// reject: RCPT from unknown[192.0.2.168]: 554 5.7.1 <x@y.test>: Relay access denied; from=<s@z.test> to=<x@y.test> proto=ESMTP
//   helo=<pc> sasl_username=<ann>                                               (smtpd; brackets and sasl_method= vary)
// reject: RCPT from [192.0.2.168]:4711: 550 5.7.1 …; from=<s@z.test>, to=<x@y.test>, proto=ESMTP, helo=<pc>      (postscreen)
// reject: header Subject: x from pc[192.0.2.168]; from=<s@z.test> to=<x@y.test> proto=ESMTP helo=<pc>: 5.7.1 no  (cleanup)
// proxy-reject: END-OF-MESSAGE: 554 5.7.0 …; from=<…> to=<…> proto=ESMTP helo=<…>      (smtpd, what the filter before the queue said)
// milter-reject: END-OF-MESSAGE from pc[192.0.2.168]: 5.7.1 …; from=<…> to=<…> proto=ESMTP helo=<…>
import type { LoginFailed, Refused } from '../../../mail/event.js';
import { type Page, SPACE, word } from '../page.js';
import { closingBracket, endOfAddress } from './fields.js';
import type { Names } from './names.js';

const REJECT = word('reject: ');
const MILTER_REJECT = word('milter-reject: ');
const FROM_CLIENT = word(' from ');
const SENDER = word('; from=<');
const TO = word('to=<');
const LOGIN = word('sasl_username=');
const CHECK_TEXT = word('>: ');
const SASL = word(': SASL ');
const FAILED = word(' authentication failed');
/** Said by smtpd's side of Dovecot, where nobody could be asked. */
const NOT_ASKED = word(': Connection lost to authentication server');
const UNAVAILABLE = '(unavailable)';
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LESS = 0x3c;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** Reports whether the text at `from` tells of a refusal. */
export function isReject(page: Page, from: number): boolean {
  return page.has(REJECT, from) || page.has(MILTER_REJECT, from);
}

/** What of a line is not in its text. */
interface LineHead {
  at: number;
  relay: string;
}

/** The refusal in bytes[from, end); undefined for one before there was a sender (CONNECT, HELO, AUTH): it is about no mail. */
export function readRefusal(page: Page, from: number, end: number, head: LineHead, names: Names): Refused | undefined {
  const addresses = readAddresses(page, from, end, names);
  if (!addresses) return undefined;
  const { senderAt, rest } = addresses;
  // Postfix' own checks of header and body are named in lower case, stages of the dialogue in upper case.
  const isCheck = page.byte(page.findByte(SPACE, from, end) + 1) >= 0x61;
  const client = isCheck ? clientBefore(page, from, senderAt) : clientAfter(page, from, senderAt);
  const login = readLogin(page, rest, end, names);
  return {
    kind: 'refused',
    at: head.at,
    relay: head.relay,
    ...(client === undefined ? {} : { clientIp: names.names.get(page, client.from, client.to) }),
    ...(login === undefined ? {} : { login }),
    sender: addresses.sender,
    recipient: addresses.recipient,
    reply: isCheck ? checkText(page, rest, end) : page.text(client?.next ?? from, senderAt),
  };
}

/** What a filter before the queue refused, in bytes[from, end), which begin with the stage. The line does not name the client. */
export function readProxyReject(
  page: Page,
  from: number,
  end: number,
  head: LineHead,
  names: Names,
  client: { ip: string | undefined; login: string | undefined } | undefined,
): Refused | undefined {
  const addresses = readAddresses(page, from, end, names);
  if (!addresses) return undefined;
  const { senderAt, rest, sender, recipient } = addresses;
  const login = client ? client.login : readLogin(page, rest, end, names);
  const reply = page.text(Math.min(page.findByte(SPACE, from, end) + 1, senderAt), senderAt);
  return {
    kind: 'refused',
    at: head.at,
    relay: head.relay,
    ...(client?.ip === undefined ? {} : { clientIp: client.ip }),
    ...(login === undefined ? {} : { login }),
    sender,
    recipient,
    reply,
  };
}

/** Sender and recipient, where they begin and where they end. */
function readAddresses(page: Page, from: number, end: number, names: Names) {
  const senderAt = findSender(page, from, end);
  const senderEnd = senderAt < 0 ? -1 : endOfAddress(page, senderAt + SENDER.length, end);
  if (senderEnd < 0) return undefined;
  const toAt = page.byte(senderEnd + 1) === COMMA ? senderEnd + 3 : senderEnd + 2;
  const recipientEnd = page.has(TO, toAt) ? endOfAddress(page, toAt + 4, end) : -1;
  return {
    senderAt,
    rest: Math.max(senderEnd, recipientEnd),
    sender: names.senders.get(page, senderAt + SENDER.length, senderEnd),
    recipient: recipientEnd < 0 ? '' : names.senders.get(page, toAt + 4, recipientEnd),
  };
}

/** Where `; from=<` stands. The reply repeats the recipient, which may hold the same: quoted addresses are passed over. */
export function findSender(page: Page, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = page.byte(at);
    if (code === SEMICOLON && page.has(SENDER, at)) return at;
    if (code !== LESS || page.byte(at + 1) !== 0x22) continue;
    const close = endOfAddress(page, at + 1, end);
    if (close > 0) at = close;
  }
  return -1;
}

interface Client {
  from: number;
  to: number;
  /** Where the reply begins. */
  next: number;
}

/** `RCPT from unknown[192.0.2.168]: `, at the beginning. */
function clientAfter(page: Page, from: number, to: number): Client | undefined {
  const fromAt = page.find(FROM_CLIENT, from, to);
  const open = fromAt < 0 ? -1 : page.findByte(OPEN, fromAt, to);
  const close = open < 0 ? -1 : closingBracket(page, open + 1, to);
  const space = close < 0 ? -1 : page.findByte(SPACE, close, to);
  return space < 0 ? undefined : { from: open + 1, to: close, next: space + 1 };
}

/** ` from pc[192.0.2.168]`, at the end: what stands before it a stranger wrote. */
function clientBefore(page: Page, from: number, to: number): Client | undefined {
  if (page.byte(to - 1) !== CLOSE) return undefined;
  for (let at = to - 1; at > from; at--) if (page.byte(at) === OPEN) return { from: at + 1, to: to - 1, next: from };
  return undefined;
}

/** The text of a header or body check: `… helo=<pc>: 5.7.1 no`. */
function checkText(page: Page, from: number, end: number): string {
  const at = page.find(CHECK_TEXT, from, end);
  return at < 0 ? '' : page.text(at + CHECK_TEXT.length, end);
}

/** ` sasl_username=<ann>` or ` sasl_username=ann`; the last one, since the name a client gives itself may hold the same. */
function readLogin(page: Page, from: number, end: number, names: Names): string | undefined {
  let start = -1;
  for (let at = page.find(LOGIN, from, end); at >= 0; at = page.find(LOGIN, start, end)) start = at + LOGIN.length;
  if (start < 0) return undefined;
  const isBracketed = page.byte(start) === LESS;
  const close = isBracketed ? endOfAddress(page, start + 1, end) : page.findByte(SPACE, start, end);
  const login = names.senders.get(page, isBracketed ? start + 1 : start, close < 0 ? end : close);
  return login === '' ? undefined : login;
}

// warning: unknown[192.0.2.168]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=ann@customer.example
/** The failed login in bytes[from, end), which begin with `warning: `; undefined when it is another warning. */
export function readLoginFailed(
  page: Page,
  from: number,
  end: number,
  head: LineHead,
  names: Names,
): LoginFailed | undefined {
  const open = page.findByte(OPEN, from, end);
  const close = open < 0 ? -1 : closingBracket(page, open + 1, end);
  // With smtpd_client_port_logging the port stands behind the address.
  const saidAt = close < 0 ? -1 : page.find(SASL, close + 1, Math.min(end, close + 16));
  if (saidAt < 0) return undefined;
  const failedAt = page.find(FAILED, saidAt, end);
  if (failedAt < 0 || page.find(NOT_ASKED, failedAt, Math.min(end, failedAt + 80)) >= 0) return undefined;
  const nameAt = page.find(LOGIN, failedAt, end);
  const login = nameAt < 0 ? '' : names.senders.get(page, nameAt + LOGIN.length, end);
  return {
    kind: 'login-failed',
    at: head.at,
    relay: head.relay,
    clientIp: names.names.get(page, open + 1, close),
    ...(login === '' || login === UNAVAILABLE ? {} : { login }),
  };
}
