// A large Postfix log for benchmarks: 200 customers, thousands of senders, tens of thousands of recipients, about seven lines a message
// with connections, TLS and disconnects between them, some deferrals with their retries, some bounces with their notifications.
import { closeSync, openSync, writeSync } from 'node:fs';

const CUSTOMERS = 200;
const SENDERS = 5_000;
const RECIPIENTS = 40_000;
const HOSTS = 2_000;
/** Messages between their first and their last line at any time. */
const OPEN = 300;
const ID_LETTERS = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const HEX = '0123456789ABCDEF';

/** Days since the epoch. */
const SOME_DAY = Date.UTC(2026, 0, 14) / 86_400_000;

/** Writes a log of about `lines` lines over one day; the same seed gives the same log. Answers the number of lines. */
export function writePostfixLog(path: string, lines: number, { seed = 1, day = SOME_DAY } = {}): number {
  const random = randomFrom(seed);
  // Some write, and are written to, much more often than others.
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() ** 2 * from.length)] as T;
  const people = castOf(pick);
  const fd = openSync(path, 'w');
  const waiting: Generator<string>[] = [];
  let written = 0;
  let buffered: string[] = [];
  const stepMs = 86_400_000 / lines;
  for (let atMs = day * 86_400_000; written < lines; atMs += stepMs) {
    while (waiting.length < OPEN) waiting.push(messageOf(people, random, pick));
    const place = Math.floor(random() * waiting.length);
    const next = waiting[place]?.next();
    if (!next || next.done) {
      waiting.splice(place, 1);
      continue;
    }
    const micro = String(Math.floor(random() * 1000)).padStart(3, '0');
    buffered.push(`${new Date(atMs).toISOString().slice(0, -1)}${micro}+01:00 relay1 postfix/${next.value}\n`);
    written++;
    if (buffered.length < 10_000) continue;
    writeSync(fd, buffered.join(''));
    buffered = [];
  }
  writeSync(fd, buffered.join(''));
  closeSync(fd);
  return written;
}

/** Who is who in the log, as in a customer file. */
export function postfixLogDirectory(): object {
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
    id: `customer-${i}`,
    name: `Customer ${i}`,
    domains: [`customer-${i}.example`],
    sasl_users: [`relay-${i}`],
    sasl_domains: [`customer-${i}.example`],
    ips: [`192.0.2.${i}`],
  }));
  return { relays: [{ host: 'relay1', outbound_ips: ['203.0.113.5'] }], customers };
}

interface Cast {
  senders: { address: string; login: string; client: string }[];
  recipients: { address: string; host: string; ip: string }[];
}

function castOf(pick: <T>(from: readonly T[]) => T): Cast {
  const names = ['anna', 'per', 'kari', 'office', 'invoice', 'ola', 'no-reply', 'support', 'ingrid.marie', 'b'];
  const count = (length: number) => Array.from({ length }, (_, i) => i);
  const hosts = count(HOSTS).map((i) => ({
    host: `mx${i % 4}.mail-receiver-${i}.test`,
    ip: i % 8 === 0 ? `2001:db8:40::${i.toString(16)}` : `198.51.${100 + (i >> 8)}.${i & 255}`,
    domain: `receiver-${i}.test`,
  }));
  const senders = count(SENDERS).map((i) => {
    const customer = i % CUSTOMERS;
    const address = `${pick(names)}${i}@customer-${customer}.example`;
    const client = `mail.customer-${customer}.example[192.0.2.${customer}]`;
    return { address, login: i % 3 === 0 ? `relay-${customer}` : address, client };
  });
  const recipients = count(RECIPIENTS).map((i) => {
    const { host, ip, domain } = pick(hosts);
    return { address: `${pick(names)}.${i}@${domain}`, host, ip };
  });
  return { senders, recipients };
}

function* messageOf(cast: Cast, random: () => number, pick: <T>(from: readonly T[]) => T): Generator<string> {
  const { address, login, client } = pick(cast.senders);
  const id = `${letters(ID_LETTERS, 10, random)}z${letters(ID_LETTERS, 4, random)}`;
  const recipients = Array.from({ length: random() < 0.85 ? 1 : 2 + Math.floor(random() * 4) }, () =>
    pick(cast.recipients),
  );
  const smtpd = `smtpd[${16_000 + Math.floor(random() * 40)}]`;
  const smtp = `smtp[${9_000 + Math.floor(random() * 40)}]`;
  yield `${smtpd}: connect from ${client}`;
  if (random() < 0.7) {
    yield `${smtpd}: Anonymous TLS connection established from ${client}: TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)`;
  }
  yield `${smtpd}: ${id}: client=${client}, sasl_method=PLAIN, sasl_username=${login}`;
  yield `cleanup[25141]: ${id}: message-id=<${letters(HEX, 8, random)}-${letters(HEX, 12, random)}@${address.slice(address.indexOf('@') + 1)}>`;
  yield* queued(id, address, recipients.length, random);
  yield `${smtpd}: disconnect from ${client} ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8`;
  let isBounced = false;
  for (const { address: to, host, ip } of recipients) {
    if (random() < 0.3) {
      yield `${smtp}: Verified TLS connection established to ${host}[${ip}]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`;
    }
    const head = `${smtp}: ${id}: to=<${to}>, relay=${host}[${ip}]:25`;
    const chance = random();
    if (chance < 0.06) {
      yield `${head}, delay=2.3, delays=0.21/0.02/0.98/1.1, dsn=4.2.0, status=deferred (host ${host}[${ip}] said: 450 4.2.0 <${to}>: Recipient address rejected: Greylisted, try again later (in reply to RCPT TO command))`;
      yield* queued(id, address, recipients.length, random);
    }
    if (chance > 0.97) {
      isBounced = true;
      yield `${head}, delay=1.9, delays=0.21/0.02/0.98/0.7, dsn=5.1.1, status=bounced (host ${host}[${ip}] said: 550 5.1.1 <${to}>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))`;
    } else {
      yield `${head}, delay=${(random() * 9).toFixed(1)}, delays=0.21/0.02/0.98/1.1, dsn=2.0.0, status=sent (250 2.0.0 OK id=1${letters(ID_LETTERS, 5, random)}-0000000${letters(ID_LETTERS, 4, random)}-${letters(ID_LETTERS, 4, random)})`;
    }
  }
  if (isBounced) {
    const report = `${letters(ID_LETTERS, 10, random)}z${letters(ID_LETTERS, 4, random)}`;
    yield `cleanup[25141]: ${report}: message-id=<2026.${report}@relay1>`;
    yield `bounce[812]: ${id}: sender non-delivery notification: ${report}`;
    yield* queued(report, '', 1, random);
    yield `${smtp}: ${report}: to=<${address}>, relay=mail.customer.example[192.0.2.1]:25, delay=0.4, delays=0/0/0.2/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)`;
    yield `qmgr[1090]: ${report}: removed`;
  }
  yield `qmgr[1090]: ${id}: removed`;
}

function* queued(id: string, sender: string, recipients: number, random: () => number): Generator<string> {
  yield `qmgr[1090]: ${id}: from=<${sender}>, size=${1_000 + Math.floor(random() * 900_000)}, nrcpt=${recipients} (queue active)`;
}

function letters(from: string, count: number, random: () => number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += from[Math.floor(random() * from.length)];
  return text;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
