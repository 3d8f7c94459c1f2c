// The log worker: a thread that reads the logs, runs the detection on them and saves what it learns in the traffic database, so that the
// main thread, which answers Slack, never waits for any of it. Findings are saved before they are sent. It runs at a lower priority than
// the other threads, for machines with few cores.

import { statSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openTrafficDb } from '../../db/open-traffic.js';
import type { LogReader } from '../../intake/formats/format.js';
import type { LogTimeOptions } from '../../intake/formats/log-time.js';
import { MessageIndex } from '../../intake/reports/message-index.js';
import { ReportTaker } from '../../intake/reports/take-reports.js';
import { tieReport } from '../../intake/reports/tie-report.js';
import { Tail } from '../../intake/tail.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { MailEvent } from '../../mail/event.js';
import { goBehind } from '../../thread.js';
import type { Finding } from '../finding.js';
import { Pipeline, timeOptionsOf } from '../pipeline.js';
import { CommitClock } from './commit-clock.js';
import type { FromWorker, LiveStats, ToWorker, WorkerStart } from './live-messages.js';
import { buildOurSide } from './our-side.js';
import { Pruner } from './prune.js';
import { BatchTaker } from './take-batch.js';
import { type Acknowledged, createTrafficStore } from './traffic-store.js';

const POLL_MS = 200;
/** Pause between two reminders of findings that the main thread has not acknowledged. */
const REMIND_MS = 10_000;

const start = workerData as WorkerStart;
const port = parentPort;
if (!port) throw new Error('live.worker is started by live.ts, as a worker thread');
const tell = (message: FromWorker) => port.postMessage(message);
goBehind();

const db = openTrafficDb(start.trafficDb);
const store = createTrafficStore(db);
/** State ages by the log's clock, so that what an old log taught is not forgotten at once; but never by a time later than now. */
const pruner = new Pruner(db, Date.now, () => store.forgetState(Math.min(Date.now(), pipeline.stats.lastLineAt)));
const saved = store.load();
const pipeline = new Pipeline({
  directory: start.directory,
  localDomains: start.localDomains,
  thresholds: start.thresholds,
  time: timeOptionsOf(start.directory),
  relayOf: (path) => start.files.find((file) => file.path === path)?.relay,
  load: store.loadState,
  loadMatching: store.loadMatching,
  onEvent: noteMessage,
});
const begunBefore = new Set(saved.positions.filter(({ offset }) => offset > 0).map(({ path }) => path));
const index = new MessageIndex(db);
const ours = buildOurSide({
  relays: start.directory.relays,
  owners: pipeline.detector.owners,
  index,
  customerHeader: start.customerHeader,
});
/** For what comes as an event: a report may be about a message that is in the index, saved or not. */
const tied = (event: MailEvent) => tieReport(event, ours);
const reports = new ReportTaker(ours);
// Whose mail it is stands in look-ups by now. `workerData` is held as long as the thread lives, and the list of customers may be large.
start.directory = { ...start.directory, customers: [], partners: [] };
pipeline.restoreMessages(saved.messages);
pipeline.detector.restore(saved.state, saved.familiar);
pipeline.detector.owners.hints.restore(saved.hints);
const tail = new Tail({
  paths: start.files.map((file) => file.path),
  positions: saved.positions,
  timeOf: (bytes, from, to, path) => readerOf(path).timeOf(bytes, from, to),
});
const batches = new BatchTaker({
  db,
  dir: start.spool,
  takers: {
    events: (bytes, take) =>
      void pipeline.reader('intake', 'json').read(bytes, 0, bytes.length, (event) => take(tied(event))),
    report: (bytes, take) => reports.take(bytes, take),
  },
  take: (event) => pipeline.take(event),
  commit,
  trouble: (message) => tell({ type: 'trouble', message }),
});

/** Notes who sent a message, so that a complaint or a late bounce can be tied to it. */
function noteMessage(event: MailEvent): void {
  if (event.kind !== 'accepted' || event.message.origin === 'notification') return;
  index.note(event.message, pipeline.detector.customerOf(event) ?? UNATTRIBUTED);
}

/** Answers a question of the main thread, between two reads. One that cannot be answered stops nothing. */
function explain(id: number, query: string): void {
  const { lastLineAt } = pipeline.stats;
  try {
    const explanations = pipeline.detector.explain(query, lastLineAt > 0 ? lastLineAt : undefined);
    tell({ type: 'explanations', id, explanations });
  } catch (error) {
    tell({ type: 'no-explanation', id, message: (error as Error).message });
  }
}

function readerOf(path: string): LogReader {
  const format = start.files.find((file) => file.path === path)?.format ?? 'postfix';
  return pipeline.reader(path, format, begunBefore.has(path) ? timeInside(path) : {});
}

/**
 * How to read the times of a log that was begun before. A configured year is that of its first line; further on, the year is the one that
 * fits the time at which the file was last written.
 */
function timeInside(path: string): LogTimeOptions {
  const writtenAt = () => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return start.directory.log_year === undefined ? {} : { year: undefined, now: writtenAt };
}

let found: Finding[] = [];
let uncommittedLines = 0;
/** Since when each log waits for a rotated file that may not be read, as it was saved last. */
let savedWaits = waits();
let failedLines = 0;
let remindedAt = Number.NEGATIVE_INFINITY;
/** Findings the main thread has taken; deleted with the next commit, because one by one each would be a commit of its own. */
let acknowledged: Acknowledged[] = [];
let toldTroubles: string[] = [];
const toldSamples = new Set<string>();
let isStopping = false;
const commitClock = new CommitClock();

port.on('message', (message: ToWorker) => {
  if (message.type === 'acknowledge') acknowledged.push(message);
  else if (message.type === 'explain') explain(message.id, message.query);
  else isStopping = true;
});

await follow();
commit();
tail.close();
db.$client.close();
port.close();

async function follow(): Promise<void> {
  while (!isStopping) {
    const isUnpacking = await tail.ready();
    const taken = readOnce() + (await takeBatch());
    if (isCommitDue()) commit();
    remind();
    // Even with more to read, messages from the main thread must be handled in between.
    if (taken + prune() > 0 || isUnpacking) await turn();
    else await sleep(POLL_MS);
  }
}

/** Reads a piece of the logs. Why a log cannot be read is sent once, and stays in the statistics while it lasts. */
function readOnce(): number {
  const bytes = tail.read(takeLines);
  const stats = tail.stats();
  const troubles = [...stats.troubles, ...stats.losses];
  for (const trouble of troubles) if (!toldTroubles.includes(trouble)) tell({ type: 'trouble', message: trouble });
  toldTroubles = troubles;
  return bytes;
}

/** Takes one batch of what waits in the spool; returns how many events it had. */
async function takeBatch(): Promise<number> {
  const events = await batches.takeNext();
  found.push(...pipeline.takeFindings());
  uncommittedLines += events;
  return events;
}

function takeLines(bytes: Buffer, from: number, to: number, path: string, until: number): number {
  const reader = readerOf(path);
  const before = reader.stats.lines;
  const at = reader.read(bytes, from, to, takeEvent, until);
  uncommittedLines += reader.stats.lines - before;
  for (const finding of pipeline.takeFindings()) found.push(finding);
  return at;
}

function takeEvent(event: MailEvent): void {
  try {
    pipeline.take(tied(event));
  } catch (error) {
    // One event must not end the worker: the next one would stop at it again.
    if (failedLines++ === 0)
      tell({ type: 'trouble', message: `a log line could not be taken: ${(error as Error).stack}` });
  }
}

function isCommitDue(): boolean {
  if (pipeline.counters.isFull || pipeline.detector.identities.isFull) return true;
  const { behindBytes } = tail.stats();
  return commitClock.isDue({ lines: uncommittedLines, findings: found.length, behindBytes });
}

/**
 * Saves everything since the last commit, then sends the findings. When saving fails the thread ends: its memory is ahead of the database,
 * and the next worker begins where the database is.
 */
function commit(): void {
  found.push(...pipeline.takeFindings());
  commitClock.run(() => {
    if (uncommittedLines + batches.uncommitted > 0 || savedWaits !== waits()) batches.save(saveAll);
    forgetAcknowledged();
  });
  if (found.length > 0) tell({ type: 'findings', findings: found });
  found = [];
  uncommittedLines = 0;
  tellNotUnderstood();
  tell({ type: 'stats', stats: statsNow() });
}

/** Sends the first few lines of each log that were not understood, so that whoever writes them can be told what is wrong. */
function tellNotUnderstood(): void {
  for (const { text: sample } of pipeline.unknownSamples) {
    if (toldSamples.has(sample)) continue;
    toldSamples.add(sample);
    tell({ type: 'not-understood', sample });
  }
}

/** What of the waits for locked files is to be saved: since when, and each minute that they go on. */
function waits(): string {
  return tail
    .positions()
    .map(({ lockedSince, lockedSeenAt }) =>
      lockedSince ? [lockedSince, Math.floor((lockedSeenAt ?? 0) / 60_000)] : '',
    )
    .join();
}

function saveAll(): void {
  savedWaits = waits();
  db.$client.transaction(() => {
    index.save();
    store.commit({
      positions: tail.positions(),
      messages: pipeline.takeMessages(),
      state: pipeline.detector.takeChanges(),
      counters: pipeline.counters.rows(),
      hints: pipeline.detector.owners.hints.takeChanges(),
      findings: found,
    });
  })();
}

/** Deletes findings that the main thread has taken. They were sent after a commit, so none of them is still unsaved. */
function forgetAcknowledged(): void {
  store.acknowledge(acknowledged);
  acknowledged = [];
}

/** Deletes a little of what is too old; returns 0 when there is no more to do now. A failure is no reason to stop reading. */
function prune(): number {
  try {
    return pruner.step();
  } catch (error) {
    tell({ type: 'trouble', message: `old traffic could not be deleted: ${(error as Error).message}` });
    return 0;
  }
}

/** Sends findings that nobody has acknowledged, at the start and every REMIND_MS. */
function remind(): void {
  if (performance.now() - remindedAt < REMIND_MS) return;
  remindedAt = performance.now();
  forgetAcknowledged();
  const findings = store.unacknowledged();
  if (findings.length > 0) tell({ type: 'findings', findings });
}

function statsNow(): LiveStats {
  const { linesRead, unknownLines, lastLineAt, openMessages } = pipeline.stats;
  const { overlongLines, lostFiles, losses, behindBytes, behind, troubles } = tail.stats();
  const readTo = Math.min(...behind.map((path) => readerOf(path).stats.lastLineAt));
  return {
    linesRead,
    unknownLines,
    overlongLines,
    lostFiles,
    losses,
    failedLines,
    openMessages,
    behindBytes,
    ...(behind.length > 0 ? { readTo } : {}),
    lastLineAt,
    newest: newestLines(),
    positions: tail.positions(),
    troubles,
    reports: reports.stats,
  };
}

function newestLines(): LiveStats['newest'] {
  return start.files.map(({ path }) => ({ path, at: readerOf(path).stats.lastLineAt })).filter(({ at }) => at > 0);
}
