// A complaint is tied to its message by Message-ID alone: through the log worker, for each log format, which all write the id otherwise.
// It comes as a report by mail, as a line of the log, or in a batch of events.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTrafficDbReadOnly } from '../../../src/db/open-traffic.js';
import { KINDS } from '../../../src/detection/counters/counter-cells.js';
import { type Live, startLive } from '../../../src/detection/live/live.js';
import type { LogFormatId } from '../../../src/intake/formats/format.js';
import { writeBatch } from '../../../src/intake/spool.js';
import { Directory } from '../../../src/partners/directory.js';
import { eventually } from '../../helpers/eventually.js';

const FORMATS = ['postfix', 'exim', 'kumomta', 'json'] as const satisfies LogFormatId[];
type Format = (typeof FORMATS)[number];

const directory = Directory.parse({
  relays: FORMATS.map((format) => ({ host: `${format}-relay`, outbound_ips: [] })),
  customers: FORMATS.map((format) => ({
    id: `c-${format}`,
    name: format,
    domains: [`${format}.example`],
    sasl_domains: [`${format}.example`],
  })),
});

let dir: string;
let live: Live | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tied-'));
});
afterEach(async () => {
  await live?.stop();
  rmSync(dir, { recursive: true });
});

const loginAt = (format: Format) => `ann@${format}.example`;
const idOf = (format: Format) => `1000000019.7@${format}.example`;

/** One message of a login, taken a minute ago, as each kind of log tells it. */
const LOGS: Record<Format, (at: Date) => string[]> = {
  postfix: (at) => {
    const line = (program: string, text: string) =>
      `${at.toISOString()} postfix-relay postfix/${program}[7]: 4drSDD4sVZz2vpH: ${text}`;
    return [
      line('smtpd', `client=pc[192.0.2.7], sasl_method=LOGIN, sasl_username=${loginAt('postfix')}`),
      line('cleanup', `message-id=<${idOf('postfix')}>`),
      line('qmgr', `from=<${loginAt('postfix')}>, size=900, nrcpt=1 (queue active)`),
    ];
  },
  exim: (at) => [
    `${at.toISOString().slice(0, 19).replace('T', ' ')} +0000 1vgABC-000000001Jx-1a2b <= ${loginAt('exim')} H=pc [192.0.2.7] P=esmtpsa A=login:${loginAt('exim')} S=900 id=${idOf('exim')} for liv@webmail.test`,
  ],
  kumomta: (at) => [
    JSON.stringify({
      type: 'Reception',
      id: '1d98076abbbc11ed940250ebf67f93bd',
      sender: loginAt('kumomta'),
      recipient: 'liv@webmail.test',
      queue: 'webmail.test',
      site: '',
      size: 900,
      response: { code: 250, enhanced_code: null, content: '', command: null },
      peer_address: { name: 'pc', addr: '192.0.2.7' },
      timestamp: at.getTime() / 1_000,
      created: at.getTime() / 1_000,
      num_attempts: 0,
      meta: { authn_id: loginAt('kumomta') },
      headers: { 'Message-ID': ` <${idOf('kumomta')}>` },
    }),
  ],
  json: (at) => [
    JSON.stringify({
      type: 'accepted',
      time: at.toISOString(),
      relay: 'json-relay',
      id: 'J1',
      sender: loginAt('json'),
      recipient: 'liv@webmail.test',
      login: loginAt('json'),
      client_ip: '192.0.2.7',
      message_id: idOf('json'),
    }),
  ],
};

const redacted = (format: Format) =>
  [
    'From: staff@webmail.test\r\nTo: fbl@reports.example\r\nSubject: complaint',
    `Message-ID: <report-${format}@webmail.test>\r\nMIME-Version: 1.0`,
    'Content-Type: multipart/report; report-type=feedback-report; boundary=x\r\n',
    '--x\r\nContent-Type: text/plain\r\n\r\nA complaint.',
    '--x\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Webmail\r\nVersion: 1\r\n',
    `--x\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: <redacted@redacted>\r\nMessage-ID: <${idOf(format)}>\r\n\r\n--x--\r\n`,
  ].join('\r\n');

function follow(): void {
  live = startLive({
    files: FORMATS.map((format) => ({ path: join(dir, format), format, relay: `${format}-relay` })),
    directory,
    trafficDb: join(dir, 'traffic.db'),
    spool: join(dir, 'spool'),
    onFinding: () => {},
    onError: (error) => console.error(error),
  });
}

/** Complaints so far, by customer and login. */
function complaints(): unknown[] {
  const db = openTrafficDbReadOnly(join(dir, 'traffic.db'));
  try {
    const sql = `select o.text || ' ' || n.text || ' ' || sum(complaints) from hour_counts c
      join names o on o.id = c.owner join names n on n.id = c.name
      where kind = ${KINDS.login} and complaints > 0 group by o.text, n.text order by o.text, n.text`;
    return db?.$client.prepare(sql).pluck().all() ?? [];
  } finally {
    db?.$client.close();
  }
}

const EACH_ONCE = [...FORMATS].sort().map((format) => `c-${format} ${loginAt(format)} 1`);

function writeLogs(more: Partial<Record<Format, string[]>> = {}): void {
  const at = new Date(Date.now() - 60_000);
  for (const format of FORMATS) {
    writeFileSync(join(dir, format), [...LOGS[format](at), ...(more[format] ?? []), ''].join('\n'));
  }
}

const complaint = (relay: string, more: object) =>
  JSON.stringify({ type: 'complaint', time: Date.now(), relay, reporter: 'webmail.test', ...more });

/** What KumoMTA logs of a report whose sender is redacted, with the id on a line of its own as Outlook writes it. */
const feedback = () =>
  JSON.stringify({
    type: 'Feedback',
    id: '0d98076abbbc11ed940250ebf67f93bd',
    sender: 'staff@webmail.test',
    recipient: 'fbl@reports.example',
    size: 900,
    timestamp: Date.now() / 1_000,
    feedback_report: {
      feedback_type: 'abuse',
      original_message: `From: <redacted@redacted>\r\nMessage-ID:\r\n\t<${idOf('kumomta')}>\r\n\r\n`,
    },
  });

it('counts a report by mail that hides everything else', async () => {
  writeLogs();
  follow();
  await eventually(() => expect(live?.stats().linesRead).toBe(6));
  for (const format of FORMATS) {
    await writeBatch(join(dir, 'spool'), { key: format, kind: 'report', bytes: Buffer.from(redacted(format)) });
  }

  await eventually(() => expect(complaints()).toEqual(EACH_ONCE));
  await eventually(() => expect(live?.stats().reports).toMatchObject({ complaints: FORMATS.length, withoutEffect: 0 }));
});

it('counts a complaint in a log, behind its message', async () => {
  writeLogs({ json: [complaint('json-relay', { message_id: `<${idOf('json')}>` })], kumomta: [feedback()] });
  follow();

  await eventually(() =>
    expect(complaints()).toEqual(['c-json ann@json.example 1', 'c-kumomta ann@kumomta.example 1']),
  );
});

it('counts a complaint of a batch, by either id, after a restart', async () => {
  writeLogs();
  follow();
  await eventually(() => expect(live?.stats().linesRead).toBe(6));
  await live?.stop();
  follow();
  const lines = [
    complaint('exim-relay', { message_id: idOf('exim') }),
    complaint('postfix-relay', { id: '4drSDD4sVZz2vpH' }),
    // Another relay may have the same queue id.
    complaint('exim-relay', { id: '4drSDD4sVZz2vpH' }),
  ];
  await writeBatch(join(dir, 'spool'), { key: 'k', kind: 'events', bytes: Buffer.from(`${lines.join('\n')}\n`) });

  await eventually(() =>
    expect(complaints()).toEqual(['c-exim ann@exim.example 1', 'c-postfix ann@postfix.example 1']),
  );
});
