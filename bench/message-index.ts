// The index of who sent which message: what a message costs beside the plainest index there could be (a row of SQLite for each), what
// two weeks of a million a day take on the disk, and how long a report waits for its answer.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openTrafficDb } from '../src/db/open-traffic.js';
import { MessageIndex } from '../src/intake/reports/message-index.js';
import type { MessageHead } from '../src/mail/event.js';

const A_DAY = 1_000_000;
const DAYS = Number(process.argv[2] ?? 14);
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 1, 15);
/** Live, a commit a second; while a log is caught up with, far more. */
const PER_COMMIT = { live: 12, 'catching up': 50_000 } as const;

const dir = mkdtempSync(join(tmpdir(), 'message-index-'));
let seed = 1;
const random = (most: number) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed % most;
};

/** As a log reader makes them: of one piece. */
const flat = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

/** A thousand customers whose mailboxes write unevenly, and a newsletter's return path now and then. */
function message(i: number): MessageHead {
  const customer = Math.min(random(1_000), random(1_000));
  const mailbox = Math.min(random(40), random(40));
  const sender =
    random(10) === 0 ? `bounce+${random(1e9)}@c${customer}.example` : `person${mailbox}@customer${customer}.example`;
  return {
    relay: flat(`relay${random(4)}.post.example`),
    queueId: flat(`4ds${(i * 7_919).toString(36)}z${random(1e6).toString(36)}`),
    acceptedAt: NOW - DAYS * DAY_MS + Math.floor((i / A_DAY) * DAY_MS),
    origin: 'client',
    clientIp: flat(`198.51.${customer % 250}.${mailbox}`),
    login: flat(`person${mailbox}@customer${customer}.example`),
    sender: flat(sender),
    recipientCount: 1,
    sizeBytes: 1,
    messageId: flat(`${random(1e9).toString(36)}.${i.toString(36)}.${random(1e9)}@mail.customer${customer}.example`),
  };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

function timed(perCommit: number, count: number): { note: number; save: number } {
  const db = openTrafficDb(join(dir, `cost-${perCommit}-${seed}.db`));
  const index = new MessageIndex(db, () => NOW);
  let [note, save] = [0, 0];
  for (let i = 0; i < count; i += perCommit) {
    const messages = Array.from({ length: perCommit }, (_, k) => message(DAYS * A_DAY - count + i + k));
    const begun = performance.now();
    for (const each of messages) index.note(each, each.login ?? '');
    const noted = performance.now();
    db.$client.transaction(() => index.save())();
    note += noted - begun;
    save += performance.now() - noted;
  }
  db.$client.close();
  return { note: (1e3 * note) / count, save: (1e3 * save) / count };
}

function rowEach(count: number): number {
  const db = new Database(join(dir, `rows-${seed}.db`));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(
    'create table m (queue text, id text, at int, relay text, customer text, sender text, login text, ip text); create index q on m (queue); create index i on m (id)',
  );
  const insert = db.prepare('insert into m values (?, ?, ?, ?, ?, ?, ?, ?)');
  const messages = Array.from({ length: count }, (_, i) => message(i));
  const begun = performance.now();
  db.transaction(() => {
    for (const m of messages)
      insert.run(m.queueId, m.messageId, m.acceptedAt, m.relay, m.login, m.sender, m.login, m.clientIp);
  })();
  const us = (1e3 * (performance.now() - begun)) / count;
  db.close();
  return us;
}

for (const [when, perCommit] of Object.entries(PER_COMMIT)) {
  const count = when === 'live' ? 30_000 : 200_000;
  const runs = [1, 2, 3].map(() => timed(perCommit, count));
  console.log(
    `${when}: note ${median(runs.map(({ note }) => note)).toFixed(2)} µs, save ${median(runs.map(({ save }) => save)).toFixed(2)} µs a message`,
  );
}
console.log(`a row each: ${median([1, 2, 3].map(() => rowEach(200_000))).toFixed(2)} µs a message`);

const path = join(dir, 'traffic.db');
const db = openTrafficDb(path);
const index = new MessageIndex(db, () => NOW);
for (let i = 0; i < DAYS * A_DAY; i++) {
  const each = message(i);
  index.note(each, each.login ?? '');
  if (i % 50_000 === 49_999) index.save();
}
index.save();
db.$client.pragma('wal_checkpoint(TRUNCATE)');
const megabytes = statSync(path).size / 1e6;
console.log(
  `${DAYS} days of ${A_DAY.toLocaleString('en')} messages: ${megabytes.toFixed(0)} MB, ${((megabytes * 1e6) / (DAYS * A_DAY)).toFixed(1)} bytes each`,
);

const known = Array.from({ length: 50 }, () => ({ queueId: '', at: 0 }));
seed = 99;
for (const each of known) Object.assign(each, { queueId: `none${random(1e9)}`, at: NOW - random(DAYS * DAY_MS) });
const find = (times: (at: number) => number[]) =>
  median(
    known.map(({ queueId, at }) => {
      const begun = performance.now();
      index.find({ queueIds: [queueId], messageId: `${queueId}@x`, times: times(at), senders: [] });
      return performance.now() - begun;
    }),
  );
console.log(
  `a message that is not ours, looked for everywhere: ${find(() => []).toFixed(0)} ms; resident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
);
db.$client.close();
rmSync(dir, { recursive: true });
