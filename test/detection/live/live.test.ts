import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDbReadOnly } from '../../../src/db/open-traffic.js';
import { acquaintances, detectionState, openMessages, positions } from '../../../src/db/traffic-schema.js';
import type { Finding } from '../../../src/detection/finding.js';
import { type Live, startLive } from '../../../src/detection/live/live.js';
import { volumes, volumesOver } from '../../../src/detection/traffic/traffic-report.js';
import { readDirectory } from '../../../src/partners/load.js';
import { mayStartWithoutRoot, withoutRootFor } from '../../helpers/rights.js';

const CUSTOMERS = 'test/fixtures/customers.json';
const SAMPLE = readFileSync('test/fixtures/mail.log', 'utf8');
const LINES = SAMPLE.trimEnd().split('\n');
const ALWAYS = { from: 0, to: 4e12 };
/** Only what never comes is waited for so long. */
const WAIT_MS = 120_000;

let dir: string;
let log: string;
let trafficDb: string;
let lives: Live[];
let children: ChildProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'live-'));
  log = join(dir, 'mail.log');
  trafficDb = join(dir, 'traffic.db');
  lives = [];
  children = [];
});
afterEach(async () => {
  for (const live of lives) await live.stop();
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await sleep(20);
  }
}

function follow(path: string, db: string, onFinding: (finding: Finding) => unknown = () => {}): Live {
  const live = startLive({
    files: [{ path, format: 'postfix' }],
    directory: readDirectory(CUSTOMERS),
    trafficDb: db,
    onFinding: async (finding) => void (await onFinding(finding)),
    onError: () => {},
  });
  lives.push(live);
  return live;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line of `at`, in UTC and without its year. */
function undated(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2);
  return `${MONTHS[at.getUTCMonth()]} ${day} ${at.toISOString().slice(11, 19)} relay1 postfix/smtpd[1]: connect from x[192.0.2.1]\n`;
}

/** What a database holds after the whole sample was read without interruption. */
async function reference(): Promise<ReturnType<typeof contentsOf>> {
  const path = join(dir, 'reference.log');
  writeFileSync(path, SAMPLE);
  const db = join(dir, 'reference.db');
  const live = follow(path, db);
  await until(() => live.stats().linesRead === LINES.length);
  await live.stop();
  lives = [];
  return contentsOf(db);
}

function contentsOf(path: string) {
  const db = openTrafficDbReadOnly(path);
  if (!db) throw new Error(`no database at ${path}`);
  const contents = {
    volumes: volumes(path, ALWAYS),
    counts: countsOf(db),
    habits: new Map(
      db
        .select()
        .from(detectionState)
        .all()
        .map((row) => [row.key, JSON.parse(row.value)]),
    ),
    acquaintances: db
      .select()
      .from(acquaintances)
      .all()
      .reduce((sum, { hashes }) => sum + hashes.length, 0),
    open: db.select().from(openMessages).all().length,
  };
  db.$client.close();
  return contents;
}

/** Every counter there is. Which domains are receivers with a name of their own is begun anew with each start, so those are summed up. */
function countsOf({ $client: db }: NonNullable<ReturnType<typeof openTrafficDbReadOnly>>) {
  return db
    .prepare(
      `select hour, kind, o.text owner, case kind when 6 then '' else n.text end name, sum(messages), sum(recipients), sum(sent),
         sum(deferred), sum(bounced), sum(refused), sum(unknown_users), sum(content_refusals), sum(new_recipients)
       from hour_counts c join names o on o.id = c.owner join names n on n.id = c.name group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    )
    .all();
}

function spawnChild(): { child: ChildProcess; findings: Finding[]; linesRead: () => number } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/tools/live-child.ts', log, trafficDb, CUSTOMERS]);
  children.push(child);
  const findings: Finding[] = [];
  let linesRead = 0;
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const value = JSON.parse(line);
      if (value.finding) findings.push(value.finding);
      if (value.stats) linesRead = value.stats.linesRead;
    }
  });
  return { child, findings, linesRead: () => linesRead };
}

describe('a year that is configured', () => {
  it('is that of the first line: years later, after a restart, the log is of today', async () => {
    const start = () => {
      const directory = { ...readDirectory(CUSTOMERS), log_year: 2019, log_timezone: 'Z' };
      const files = [{ path: log, format: 'postfix' as const }];
      const live = startLive({ files, directory, trafficDb, onFinding() {}, onError() {} });
      lives.push(live);
      return live;
    };
    writeFileSync(log, undated(new Date('2019-05-14T10:00:00Z')));
    const before = start();
    await until(() => before.stats().linesRead === 1);
    expect(new Date(before.stats().lastLineAt).getUTCFullYear()).toBe(2019);
    await before.stop();

    const now = new Date(Math.floor(Date.now() / 1000) * 1000);
    appendFileSync(log, undated(now));
    const after = start();
    await until(() => after.stats().linesRead === 1);
    expect(after.stats().lastLineAt).toBe(now.getTime());
  });
});

describe('startLive', () => {
  it('finds what the sample holds, counts it, and says how it is doing', async () => {
    const found = new Map<string, Finding>();
    writeFileSync(log, SAMPLE);
    const live = follow(log, trafficDb, (finding) => found.set(finding.key, finding));
    await until(() => live.stats().linesRead === LINES.length && found.size === 3);

    expect([...found.values()].map((finding) => finding.kind).sort()).toEqual(['blocklist', 'multiple', 'single']);
    expect(live.stats()).toMatchObject({ unknownLines: 0, failedLines: 0, openMessages: 0, behindBytes: 0 });
    expect(volumes(trafficDb, ALWAYS).find((total) => total.customer === 'cust-01')).toMatchObject({ messages: 57 });
    for (const relay of ['relay1', 'relay2']) expect(volumesOver(trafficDb, [relay], ALWAYS)).not.toEqual([]);
  });

  it('does not wait for ever for who takes its findings when it is stopped, and tells them after the next start', async () => {
    const first: Finding[] = [];
    let letGo = () => {};
    const isLetGo = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    writeFileSync(log, SAMPLE);
    const live = follow(log, trafficDb, (finding) => {
      first.push(finding);
      return isLetGo;
    });
    await until(() => live.stats().linesRead === LINES.length && first.length === 1);
    await live.stop(50);
    letGo();
    const again = new Set<string>();
    const next = follow(log, trafficDb, (finding) => void again.add(finding.key));
    await until(() => again.size === 3);
    await next.stop();

    expect(first).toHaveLength(1);
    expect(again).toContain(first[0]?.key);
  });

  // Root's checkout may be one that nobody else may enter.
  it.skipIf(!mayStartWithoutRoot())(
    'keeps on record since when a log waits for a rotated file that may not be read, though it learns nothing',
    async () => {
      const waits = () => {
        const db = openTrafficDbReadOnly(trafficDb);
        const since = db
          ?.select()
          .from(positions)
          .all()
          .map(({ lockedSince }) => lockedSince);
        db?.$client.close();
        return since;
      };
      writeFileSync(log, undated(new Date()));
      const before = follow(log, trafficDb);
      await until(() => before.stats().linesRead === 1);
      await before.stop();
      expect(waits()).toEqual([null]);

      appendFileSync(log, undated(new Date()));
      renameSync(log, `${log}.1`);
      chmodSync(`${log}.1`, 0);
      writeFileSync(log, '');
      for (const path of [
        dir,
        log,
        ...readdirSync(dir)
          .filter((name) => name.startsWith('traffic'))
          .map((name) => join(dir, name)),
      ])
        chmodSync(path, 0o777);
      const begunAt = Date.now();
      await withoutRootFor(async () => {
        follow(log, trafficDb);
        await until(() => (waits()?.[0] ?? 0) >= begunAt);
      });
    },
  );

  it('says what is wrong with the first lines it does not understand', async () => {
    writeFileSync(log, ['{"type":"accepted","time":"soon"}', '{"type":"accepted","time":"later"}', ''].join('\n'));
    const samples: string[] = [];
    const live = startLive({
      files: [{ path: log, format: 'json' }],
      directory: readDirectory(CUSTOMERS),
      trafficDb,
      onFinding: () => {},
      onError: () => {},
      onNotUnderstood: (sample) => samples.push(sample),
    });
    lives.push(live);
    await until(() => live.stats().unknownLines === 2);

    expect(samples).toEqual([
      'time must be an RFC 3339 time or seconds since 1970 (it is "soon"): {"type":"accepted","time":"soon"}',
    ]);
  });

  it('loses and repeats nothing when it is killed and started again, over and over', async () => {
    const expected = await reference();
    const found = new Map<string, Finding>();
    const steps = [300, 900, 1000, 1700, LINES.length];
    writeFileSync(log, '');
    let written = 0;
    for (const step of steps) {
      const { child, findings, linesRead } = spawnChild();
      // Not on a line's end: the rest comes while it is down.
      appendFileSync(log, `${LINES.slice(written, step - 1).join('\n')}\n${LINES[step - 1]?.slice(0, 30)}`);
      await until(() => linesRead() >= 1 || step - written < 2);
      if (step === 1000) renameSync(log, `${log}.1`);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      appendFileSync(step === 1000 ? `${log}.1` : log, `${LINES[step - 1]?.slice(30)}\n`);
      if (step === 1000) writeFileSync(log, '');
      for (const finding of findings) found.set(`${finding.key} ${finding.at}`, finding);
      written = step;
    }
    const live = follow(log, trafficDb, (finding) => found.set(`${finding.key} ${finding.at}`, finding));
    await until(
      () =>
        contentsOf(trafficDb).volumes.reduce((sum, row) => sum + row.sent, 0) >=
        expected.volumes.reduce((sum, row) => sum + row.sent, 0),
    );
    await live.stop();

    expect(contentsOf(trafficDb)).toEqual(expected);
    expect(new Set([...found.values()].map((finding) => finding.kind))).toEqual(
      new Set(['single', 'multiple', 'blocklist']),
    );
  });

  it('offers a finding again until it was taken', async () => {
    writeFileSync(log, SAMPLE);
    const refusing = follow(log, trafficDb, () => {
      throw new Error('the database is full');
    });
    await until(() => refusing.stats().linesRead === LINES.length);
    await refusing.stop();
    const taken: string[] = [];
    const accepting = follow(log, trafficDb, (finding) => taken.push(finding.kind));
    await until(() => new Set(taken).size === 3);

    expect(accepting.stats().linesRead).toBe(0);
  });

  it('names a database that is damaged, and what to do', async () => {
    writeFileSync(trafficDb, 'dear diary, '.repeat(1_000));
    const live = startLive({
      files: [{ path: log, format: 'postfix' }],
      directory: readDirectory(CUSTOMERS),
      trafficDb,
      onFinding: () => {},
      onError: () => {},
    });
    lives.push(live);
    await until(() => live.stats().error !== undefined);
    expect(live.stats().error).toMatch(`${trafficDb} is damaged: stop the bot, move this file`);
  });

  it('says once of a database that another program holds what it waits for, and reads on', async () => {
    const errors: string[] = [];
    const first = follow(log, trafficDb, () => {});
    await until(() => openTrafficDbReadOnly(trafficDb) !== undefined);
    await first.stop();
    const other = new Database(trafficDb);
    other.exec('BEGIN IMMEDIATE');
    writeFileSync(log, SAMPLE);
    const live = startLive({
      files: [{ path: log, format: 'postfix' }],
      directory: readDirectory(CUSTOMERS),
      trafficDb,
      onFinding: () => {},
      onError: ({ message }) => void errors.push(message),
    });
    lives.push(live);
    // It has died of it twice by then.
    await until(() => live.stats().error !== undefined);
    await sleep(4_000);
    expect(errors).toEqual([`${trafficDb}: another program holds it; the logs are read on when it lets go`]);

    other.close();
    await until(() => live.stats().linesRead === LINES.length);
    expect(live.stats().error).toBeUndefined();
  });

  it('says in its statistics that the database fails, and goes on from where it was', async () => {
    const errors: string[] = [];
    writeFileSync(log, `${LINES.slice(0, 1000).join('\n')}\n`);
    const live = startLive({
      files: [{ path: log, format: 'postfix' }],
      directory: readDirectory(CUSTOMERS),
      trafficDb,
      onFinding: () => {},
      onError: (error) => errors.push(error.message),
    });
    lives.push(live);
    await until(() => live.stats().linesRead === 1000);
    const hand = new Database(trafficDb);
    hand.exec('ALTER TABLE positions RENAME TO elsewhere');
    appendFileSync(log, `${LINES.slice(1000).join('\n')}\n`);
    await until(() => errors.length > 0);
    expect([live.stats().error, ...new Set(errors)]).toEqual(Array(2).fill('the database failed: SQLITE_ERROR'));

    hand.exec('ALTER TABLE elsewhere RENAME TO positions');
    hand.close();
    await until(() => live.stats().linesRead === LINES.length - 1000);
    expect(live.stats().error).toBeUndefined();
  });

  it('reads the other logs while one is not there, says which, and reads it when it comes', async () => {
    const late = join(dir, 'late.log');
    const [head, tail] = [LINES.slice(0, 1000), LINES.slice(1000)];
    const errors: string[] = [];
    writeFileSync(log, `${head.join('\n')}\n`);
    const live = startLive({
      files: [late, log].map((path) => ({ path, format: 'postfix' as const })),
      directory: readDirectory(CUSTOMERS),
      trafficDb,
      onFinding: () => {},
      onError: (error) => errors.push(error.message),
    });
    lives.push(live);
    await until(() => live.stats().linesRead === head.length);
    expect(live.stats().troubles).toEqual([`${late}: not there`]);
    writeFileSync(late, `${tail.join('\n')}\n`);
    await until(() => live.stats().linesRead === LINES.length);

    await until(() => live.stats().troubles.length === 0);
    expect(errors).toEqual([`${late}: not there`]);
  });

  it('explains what it knows, many questions at once, while it reads and when it has', async () => {
    writeFileSync(log, SAMPLE);
    const live = follow(log, trafficDb);
    const early = live.explain('cust-01');
    await until(() => live.stats().linesRead === LINES.length);
    const queries = ['CUST-01', 'RStrand@scarlet-transport.example', 'nobody@nowhere.example'];
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => live.explain(queries[i % 3] as string)));

    expect(await early).toEqual(expect.any(Array));
    expect(answers[0]?.length).toBeGreaterThan(0);
    expect(answers.slice(0, 3)).toEqual(answers.slice(57));
    expect(answers[0]?.every(({ customer }) => customer === 'cust-01')).toBe(true);
    expect(answers[1]?.[0]).toMatchObject({ customer: 'cust-01', entry: { kind: 'login' }, scope: 'entry' });
    expect(answers[2]).toEqual([]);
  });

  it('gives a question up when the worker ends, and answers from what was saved after a restart', async () => {
    writeFileSync(log, SAMPLE);
    const live = follow(log, trafficDb);
    await until(() => live.stats().linesRead === LINES.length);
    const before = await live.explain('rstrand@scarlet-transport.example');
    const stopped = live.stop();
    const late = live.explain('cust-01');
    await expect(late.catch((error: Error) => error.message)).resolves.toSatisfy(
      (said) => Array.isArray(said) || said === 'the log worker ended',
    );
    await stopped;
    await expect(live.explain('cust-01')).rejects.toThrow('the log worker does not run');
    const again = follow(log, trafficDb);
    const after = await again.explain('rstrand@scarlet-transport.example');

    expect(after.map(({ name, habit }) => ({ name, habit }))).toEqual(
      before.map(({ name, habit }) => ({ name, habit })),
    );
  });

  it('refuses a threshold it does not know', () => {
    expect(() =>
      startLive({
        files: [],
        directory: readDirectory(CUSTOMERS),
        trafficDb,
        detection: { alarmOds: 3 },
        onFinding() {},
        onError() {},
      }),
    ).toThrow(/detection\.alarmOds is not known/);
  });
});
