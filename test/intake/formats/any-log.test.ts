// Every format, on logs that look like logs and hold what senders, receivers and clocks may put into them: what is read is fit for what
// comes after it, and a restart after any line changes nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../../src/detection/pipeline.js';
import type { LogFormatId, LogIntake } from '../../../src/intake/formats/format.js';
import { formats } from '../../../src/intake/formats/index.js';
import type { MailEvent, MessageHead } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';

const SECOND = 1_000;
const NOON = Date.UTC(2026, 0, 14, 12);

/** What outsiders choose. No line ends: these are a log's. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...['', '<>', '@', 'a@', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'ann@mills.example'],
    ...[
      '"a b"@mills.example',
      'a=b@c',
      'x'.repeat(300),
      '=?utf-8?q?a?=',
      'a@b>, status=sent (',
      '\u2028',
      '\ud800',
      '\0',
    ],
    ...[
      'ÄÖ@mills.example',
      'a@xn--',
      'a@[192.0.2.1]',
      '192.0.2.1',
      '%s%n',
      '../../x',
      "');--",
      '1e999',
      '-1',
      'NaN',
      '\\',
      '"',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
);
const address = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('kim@mills.example', 'bo@far.example', 'x1@far.example', 'x2@near.example') },
  hostile,
);
const ip = fc.constantFrom('192.0.2.7', '2001:db8::7', '999.1.1.1', '0.0.0.0', '::', '127.0.0.1', 'unknown', '');
const number = fc.oneof(fc.nat(5), fc.constantFrom(-1, 2 ** 31, 2 ** 53, 1e21, 0.5));
const reply = fc.oneof(
  fc.constantFrom(
    '550 5.1.1 no such user',
    '554 5.7.1 192.0.2.1 listed at zen.spamhaus.org',
    '250 ok',
    '421',
    '(((',
    '999 9.9.9 x',
  ),
  hostile,
);
/** Few, so that lines find together. */
const place = fc.nat(3);

interface Step {
  what: number;
  place: number;
  sender: string;
  recipient: string;
  login: string;
  ip: string;
  count: number;
  reply: string;
  /** Seconds to the step before it; clocks are set back. */
  after: number;
}
const steps = fc.array(
  fc.record<Step>({
    ...{ what: fc.nat(9), place, sender: address, recipient: address, login: address, ip, count: number, reply },
    after: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 100 }) },
      fc.constantFrom(-3_600, 86_400 * 3, 86_400 * 400),
    ),
  }),
  { maxLength: 30 },
);
type Timed = Step & { at: number };

function postfixLine({ at, what, place, sender, recipient, login, ip, count, reply }: Timed): string {
  const head = `${new Date(at).toISOString()} relay1 postfix/`;
  const id = `4drSDD${place}sVZz2vpH`;
  const to = `to=<${recipient}>, relay=mx.far.example[${ip}]:25, delay=1, delays=0/0/0/1`;
  return [
    `${head}smtpd[1]: ${id}: client=pc.mills.example[${ip}], sasl_method=PLAIN, sasl_username=${login}`,
    `${head}cleanup[2]: ${id}: message-id=<${sender}>`,
    `${head}qmgr[3]: ${id}: from=<${sender}>, size=${count}, nrcpt=${count} (queue active)`,
    `${head}smtp[4]: ${id}: ${to}, dsn=2.0.0, status=sent (${reply})`,
    `${head}smtp[4]: ${id}: ${to}, dsn=4.7.1, status=deferred (host mx.far.example[${ip}] said: ${reply})`,
    `${head}smtp[4]: ${id}: ${to}, dsn=5.7.1, status=bounced (host mx.far.example[${ip}] said: ${reply} (in reply to end of DATA command))`,
    `${head}bounce[5]: ${id}: sender non-delivery notification: 4drSDD${(place + 1) % 4}sVZz2vpH`,
    `${head}qmgr[3]: ${id}: removed`,
    `${head}smtpd[1]: NOQUEUE: reject: RCPT from x[${ip}]: ${reply}; from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${login}>`,
    `${head}smtpd[1]: warning: x[${ip}]: SASL LOGIN authentication failed: ${reply}, sasl_username=${login}`,
  ][what] as string;
}

function eximLine({ at, what, place, sender, recipient, login, ip, count, reply }: Timed): string {
  const time = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  const head = `${time} 1vgABC-000000001Jx-1a2${place}`;
  const host = `H=mx.far.example [${ip}]:25 I=[203.0.113.1]:5000`;
  return [
    `${head} <= ${sender} H=pc.mills.example [${ip}] P=esmtpsa A=plain:${login} S=${count} id=${sender} T="${reply}" for ${recipient}`,
    `${head} <= <> R=1vgABC-000000001Jx-1a2${(place + 1) % 4} U=exim P=local S=${count}`,
    `${head} => ${recipient} F=<${sender}> R=dnslookup T=remote_smtp ${host} C="${reply}"`,
    `${head} -> ${recipient} R=dnslookup T=remote_smtp ${host} C="${reply}"`,
    `${head} == ${recipient} R=dnslookup T=remote_smtp defer (-44) ${host}: SMTP error from remote mail server after RCPT TO:<${recipient}>: ${reply}`,
    `${head} ** ${recipient} R=dnslookup T=remote_smtp ${host}: SMTP error from remote mail server after end of data: ${reply}`,
    `${head} ${recipient}: error ignored`,
    `${head} Completed`,
    `${time} H=(${login}) [${ip}] F=<${sender}> rejected RCPT <${recipient}>: ${reply}`,
    `${time} plain authenticator failed for (${login}) [${ip}]: 535 Incorrect authentication data (set_id=${login})`,
  ][what] as string;
}

const KUMO_TYPES = [
  'Reception',
  'Delivery',
  'TransientFailure',
  'Bounce',
  'Expiration',
  'AdminBounce',
  'OOB',
  'Feedback',
  'Rejection',
  'XferIn',
];

function kumoLine({ at, what, place, sender, recipient, login, ip, count, reply }: Timed): string {
  return JSON.stringify({
    ...{ type: KUMO_TYPES[what], id: `id${place}`, sender, recipient, queue: `${login}@far.example`, size: count },
    response: { code: Number(reply.slice(0, 3)) || 550, enhanced_code: null, content: reply, command: null },
    peer_address: { name: 'mx.far.example', addr: ip },
    ...{ timestamp: at / SECOND, created: at / SECOND, num_attempts: count, source_address: { address: `${ip}:25` } },
    meta: { authn_id: login, tenant: sender },
    headers: { 'Message-Id': sender },
    feedback_report: what === 7 ? { feedback_type: reply, original_message: reply, reporting_mta: login } : null,
  });
}

const JSON_TYPES = [
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'refused',
  'login-failed',
  'complaint',
  'bounced',
  'delivered',
];

function jsonLine({ at, what, place, sender, recipient, login, ip, count, reply }: Timed): string {
  return JSON.stringify({
    ...{
      type: JSON_TYPES[what],
      time: at,
      relay: 'relay1',
      id: `id${place}`,
      sender,
      recipients: [recipient, sender],
      login,
    },
    ...(ip === '' ? {} : { client_ip: ip, remote_ip: ip }),
    ...(what === 8 ? { late: true } : {}),
    ...{ message_id: sender, reply, recipient_count: count, size: count, feedback_type: reply, reporter: login },
  });
}

const LINES: Record<LogFormatId, (step: Timed) => string> = {
  ...{ postfix: postfixLine, exim: eximLine, kumomta: kumoLine, json: jsonLine },
};

function linesOf(format: LogFormatId, taken: readonly Step[]): Buffer[] {
  let at = NOON;
  return taken.map((step) => {
    at += step.after * SECOND;
    return Buffer.from(`${LINES[format]({ ...step, at })}\n`);
  });
}

function open(format: LogFormatId): LogIntake {
  return formats[format].open({ timeZone: 'Z', now: () => NOON });
}

function read(intake: LogIntake, lines: readonly Buffer[]): MailEvent[] {
  const events: MailEvent[] = [];
  const bytes = Buffer.concat(lines);
  const reader = intake.reader('log', 'relay1');
  expect(reader.read(bytes, 0, bytes.length, (event) => events.push(structuredClone(event)))).toBe(bytes.length);
  expect(reader.stats.unknown).toBeLessThanOrEqual(reader.stats.lines);
  expect(reader.stats.samples.every((sample) => sample.length <= 400)).toBe(true);
  return events;
}

function checkHead({
  relay,
  queueId,
  acceptedAt,
  sender,
  recipientCount,
  sizeBytes,
  origin,
  ...rest
}: MessageHead): void {
  expect([relay, queueId, sender].map((text) => typeof text)).toEqual(['string', 'string', 'string']);
  expect(['client', 'local', 'notification', 'unknown']).toContain(origin);
  for (const each of [acceptedAt, recipientCount, sizeBytes]) {
    expect(Number.isFinite(each)).toBe(true);
    expect(each).toBeGreaterThanOrEqual(0);
  }
  expect(Number.isSafeInteger(recipientCount)).toBe(true);
  expect(sender).toBe(sender.toLowerCase());
  for (const text of Object.values(rest)) expect(typeof text).toBe('string');
}

function check(event: MailEvent): void {
  expect(Number.isFinite(event.at)).toBe(true);
  expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  if ('message' in event) checkHead(event.message);
  if (event.kind === 'delivery') expect(['sent', 'deferred', 'bounced', 'expired']).toContain(event.status);
}

const NAMES = Object.keys(LINES) as LogFormatId[];

describe.each(NAMES)('a log of %s with anything in it', (format) => {
  it('gives events that are whole', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        for (const event of read(open(format), linesOf(format, taken))) check(event);
      }),
      { numRuns: 150 },
    );
  });

  it('is read on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(steps, fc.nat(30), (taken, cut) => {
        const lines = linesOf(format, taken);
        const whole = read(open(format), lines);
        const before = open(format);
        const first = read(before, lines.slice(0, cut));
        const rows = [...before.takeChanges()].filter((row): row is [string, object] => row[1] !== undefined);
        const after = open(format);
        after.restore(JSON.parse(JSON.stringify(rows)) as [string, object][]);

        expect([...first, ...read(after, lines.slice(cut))]).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('is judged and counted, and what is learned can be saved', () => {
    const directory = Directory.parse({
      relays: [{ host: 'relay1', outbound_ip: '203.0.113.1' }],
      customers: [{ id: 'mills', name: 'Mills', domains: ['mills.example'], sasl_users: ['kim@mills.example'] }],
    });
    fc.assert(
      fc.property(steps, (taken) => {
        const pipeline = new Pipeline({ directory, time: { timeZone: 'Z', now: () => NOON } });
        const bytes = Buffer.concat(linesOf(format, taken));
        pipeline.read(pipeline.reader('log', format), bytes, 0, bytes.length);
        const state = pipeline.detector.takeChanges();
        const kept = JSON.parse(JSON.stringify([...state.rows])) as [string, object][];
        const counted = JSON.stringify(pipeline.counters.rows());

        expect(counted).not.toMatch(/\bnull\b.*"count"|NaN/);
        const again = new Pipeline({ directory });
        again.detector.restore(
          kept.filter(([, row]) => row),
          [state.familiar],
        );
        for (const finding of pipeline.takeFindings()) expect(JSON.parse(JSON.stringify(finding))).toEqual(finding);
      }),
      { numRuns: 60 },
    );
  });
});
