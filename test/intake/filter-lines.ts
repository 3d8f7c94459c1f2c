// Lines of a relay with a content filter, in the form they have in public logs of such relays.

import { readLines } from './read.js';

export const line = (text: string) => `2026-01-14T10:00:00.000000+01:00 relay1 postfix/${text}`;

export interface Message {
  id: string;
  login?: string;
  messageId?: string;
  sender?: string;
  recipients?: string[];
}

/** From a client into the queue. */
export function arrives(message: Message): string[] {
  const {
    id,
    login = 'ann',
    messageId = '<m1@x.example>',
    sender = 'ann@x.example',
    recipients = ['a@one.example'],
  } = message;
  return [
    `smtpd[1]: ${id}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=${login}`,
    `cleanup[2]: ${id}: message-id=${messageId}`,
    `qmgr[3]: ${id}: from=<${sender}>, size=1000, nrcpt=${recipients.length} (queue active)`,
  ].map(line);
}

/** Back over SMTP. */
export function comesBack({
  id,
  messageId = '<m1@x.example>',
  sender = 'ann@x.example',
  recipients = ['a@one.example'],
}: Message): string[] {
  return [
    `smtpd[5]: ${id}: client=localhost[127.0.0.1]`,
    `cleanup[2]: ${id}: message-id=${messageId}`,
    `qmgr[3]: ${id}: from=<${sender}>, size=1500, nrcpt=${recipients.length} (queue active)`,
  ].map(line);
}

export const handedOver = (id: string, next: string | undefined, to = 'a@one.example') =>
  line(
    `smtp[4]: ${id}: to=<${to}>, relay=127.0.0.1[127.0.0.1]:10024, delay=3.5, delays=0.02/0/0.49/3, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok${next === undefined ? '' : `: queued as ${next}`})`,
  );
export const bounced = (id: string, to = 'a@one.example') =>
  line(
    `smtp[6]: ${id}: to=<${to}>, relay=mx.one.example[198.51.100.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.one.example[198.51.100.1] said: 550 5.1.1 user unknown (in reply to RCPT TO command))`,
  );
export const sent = (id: string, to: string) =>
  line(
    `smtp[6]: ${id}: to=<${to}>, relay=mx.one.example[198.51.100.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
  );
export const removed = (id: string) => line(`qmgr[3]: ${id}: removed`);
export const piped = (id: string, service = 'spamassassin', to = 'a@one.example') =>
  line(
    `pipe[7]: ${id}: to=<${to}>, relay=${service}, delay=16, delays=0.1/0.01/0/16, dsn=2.0.0, status=sent (delivered via ${service} service)`,
  );
export const pickedUp = (id: string, sender = 'ann@x.example') => line(`pickup[8]: ${id}: uid=110 from=<${sender}>`);
export const identified = (id: string, messageId = '<m1@x.example>') =>
  line(`cleanup[2]: ${id}: message-id=${messageId}`);
export const queued = (id: string, sender = 'ann@x.example', count = 1) =>
  line(`qmgr[3]: ${id}: from=<${sender}>, size=1531, nrcpt=${count} (queue active)`);

/** Of each event its kind, whose it is, and how a delivery ended. */
export function told(lines: string[]) {
  return readLines(lines).events.map((event) => {
    const login = 'message' in event ? event.message.login : undefined;
    return event.kind === 'delivery' ? `${event.status} of ${login}` : `${event.kind} of ${login}`;
  });
}
