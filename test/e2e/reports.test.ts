// Complaints and late bounces on their whole way: a customer's message through a real Postfix and its log, the report about it through
// Postfix again, over LMTP into the spool, and counted by the log worker for the customer whose message it was.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrafficDbReadOnly } from '../../src/db/open-traffic.js';
import { type Live, startLive } from '../../src/detection/live/live.js';
import { type Lmtp, startLmtp } from '../../src/intake/reports/lmtp.js';
import { parseBatchName } from '../../src/intake/spool.js';
import { SpoolWriter } from '../../src/intake/spool-writer.js';
import { Directory } from '../../src/partners/directory.js';
import { eventually } from '../helpers/eventually.js';
import { freePort } from './free-port.js';
import { startPostfix, type TestPostfix, whyNoPostfix } from './postfix/harness.js';

const whyNot = whyNoPostfix();
const RELAY = 'relay1.example';

const directory = Directory.parse({
  relays: [{ host: RELAY, outbound_ips: ['203.0.113.41'] }],
  customers: [
    { id: 'kvist', name: 'Kvist AS', domains: ['kvist.example'], sasl_domains: ['kvist.example'] },
    { id: 'vestmar', name: 'Vestmar AS', domains: ['vestmar.example'] },
  ],
});

/** The lines that docs/reports.md tells people to write. */
function docsLines(lmtpPort: number): string {
  const lines = /^relay_domains = [^`]*/m.exec(readFileSync('docs/reports.md', 'utf8'))?.[0] ?? '';
  return lines.replace('10124', String(lmtpPort));
}

describe.skipIf(whyNot)(`reports through a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let dir: string;
  let lmtpPort: number;
  let postfix: TestPostfix;
  let spool: SpoolWriter;
  let lmtp: Lmtp | undefined;
  let live: Live | undefined;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'reports-e2e-'));
    lmtpPort = await freePort();
    postfix = await startPostfix({
      hostname: RELAY,
      mainCf: [
        docsLines(lmtpPort),
        'default_transport = discard',
        'minimal_backoff_time = 1s',
        'maximal_backoff_time = 2s',
        'queue_run_delay = 1s',
      ].join('\n'),
    });
    spool = new SpoolWriter({ dir: join(dir, 'spool'), maxBytes: 1e8, countedFingerprint: () => undefined });
    await startTaking();
    startCounting();
  });

  afterAll(async () => {
    await live?.stop();
    await lmtp?.stop();
    await spool?.stop();
    await postfix?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function startTaking() {
    lmtp = await startLmtp({ listen: `127.0.0.1:${lmtpPort}`, isOpen: false, spool, onError: () => {} });
  }

  function startCounting() {
    live = startLive({
      files: [{ path: postfix.logFile, format: 'postfix' }],
      directory,
      trafficDb: join(dir, 'traffic.db'),
      spool: join(dir, 'spool'),
      onFinding: () => {},
      onError: (error) => console.error(error),
    });
  }

  const first = <Value>(sql: string, ...values: unknown[]) => {
    const db = openTrafficDbReadOnly(join(dir, 'traffic.db'));
    try {
      return db?.$client
        .prepare(sql)
        .pluck()
        .get(...values) as Value | undefined;
    } finally {
      db?.$client.close();
    }
  };
  const counted = (column: 'complaints' | 'late_bounced', customer: string) =>
    first<number>(
      `select coalesce(sum(${column}), 0) from hour_counts join names on names.id = owner where kind = 1 and names.text = ?`,
      customer,
    );
  const messagesKnown = () => first<number>('select coalesce(sum(count), 0) from message_chunks');
  const waiting = () => readdirSync(join(dir, 'spool')).filter((name) => parseBatchName(name));

  /** Sends a customer's message; answers its queue id once the worker knows who sent it. */
  async function customerWrites(from: string, login: string): Promise<string> {
    const before = messagesKnown() ?? 0;
    const { accepted } = await postfix.send({ from, login, clientIp: '198.51.100.7', to: ['liv@webmail.test'] });
    const queueId = /queued as (\S+)/.exec(accepted ?? '')?.[1] ?? '';
    expect(queueId).not.toBe('');
    await eventually(() => expect(messagesKnown()).toBeGreaterThan(before));
    return queueId;
  }

  async function receive(raw: string): Promise<void> {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.smtpPort, ignoreTLS: true });
    await transport.sendMail({ envelope: { from: '', to: ['fbl@reports.relay.example'] }, raw });
    transport.close();
  }

  const copyOf = (queueId: string) =>
    [
      `Received: from pc (unknown [198.51.100.7]) by ${RELAY} (Postfix) with ESMTPSA id ${queueId}`,
      `\tfor <redacted@webmail.test>; ${new Date().toUTCString()}`,
      'From: redacted@webmail.test',
      'Subject: hello',
    ].join('\r\n');

  const complaint = (id: string, queueId: string) =>
    [
      'From: staff@webmail.test\r\nTo: fbl@reports.example\r\nSubject: complaint',
      `Message-ID: <${id}@webmail.test>\r\nMIME-Version: 1.0`,
      'Content-Type: multipart/report; report-type=feedback-report; boundary=x\r\n',
      '--x\r\nContent-Type: text/plain\r\n\r\nA complaint.',
      '--x\r\nContent-Type: message/feedback-report\r\n',
      'Feedback-Type: abuse\r\nUser-Agent: Webmail\r\nVersion: 1\r\nSource-IP: 203.0.113.41\r\n',
      `--x\r\nContent-Type: text/rfc822-headers\r\n\r\n${copyOf(queueId)}\r\n\r\n--x--\r\n`,
    ].join('\r\n');

  const bounce = (id: string, queueId: string, reportingMta: string) =>
    [
      'From: MAILER-DAEMON@webmail.test\r\nTo: ann@kvist.example\r\nSubject: failure notice',
      `Message-ID: <${id}@webmail.test>\r\nMIME-Version: 1.0`,
      'Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n',
      '--x\r\nContent-Type: text/plain\r\n\r\nA failure.',
      `--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; ${reportingMta}\r\n`,
      'Final-Recipient: rfc822; liv@webmail.test\r\nAction: failed\r\nStatus: 5.1.1\r\n',
      `--x\r\nContent-Type: text/rfc822-headers\r\n\r\n${copyOf(queueId)}\r\n\r\n--x--\r\n`,
    ].join('\r\n');

  it('counts a complaint for the customer who sent the message, whoever is redacted in it', async () => {
    const kvist = await customerWrites('ann@kvist.example', 'ann@kvist.example');
    await customerWrites('bo@vestmar.example', 'bo@vestmar.example');
    await receive(complaint('one', kvist));
    await eventually(() => expect(counted('complaints', 'kvist')).toBe(1));
    expect(counted('complaints', 'vestmar')).toBe(0);
    await eventually(() => expect(waiting()).toEqual([]));
  });

  it('counts a late bounce of a server behind, and none that our own relay tells', async () => {
    const kvist = await customerWrites('ann@kvist.example', 'ann@kvist.example');
    await receive(bounce('own', kvist, RELAY));
    await receive(bounce('two', kvist, 'store.webmail.test'));
    await eventually(() => expect(counted('late_bounced', 'kvist')).toBe(1));
    await eventually(() => expect(waiting()).toEqual([]));
    expect(counted('late_bounced', 'kvist')).toBe(1);
  });

  it('loses nothing while LMTP is away or the worker is, and counts nothing twice', async () => {
    const kvist = await customerWrites('ann@kvist.example', 'ann@kvist.example');
    await lmtp?.stop();
    await receive(complaint('three', kvist));
    await eventually(() => expect(postfix.queue()).toMatchObject([{ queue_name: 'deferred' }]));
    await live?.stop();
    await startTaking();
    await eventually(() => expect(postfix.queue()).toEqual([]));
    expect(waiting()).toHaveLength(1);
    startCounting();
    await eventually(() => expect(counted('complaints', 'kvist')).toBe(2));
    await eventually(() => expect(waiting()).toEqual([]));
    expect(counted('complaints', 'kvist')).toBe(2);
  });
});
