// The main thread's side of live detection: starts the log worker, passes its findings on, and starts it again when it dies. Findings come
// at least once: the worker sends each again, after restarts too, until `onFinding` has taken it without throwing.
import type { Worker } from 'node:worker_threads';
import { trafficAdvice } from '../../db/unusable.js';
import type { Directory } from '../../partners/directory.js';
import { deathOf, endThread, startThread } from '../../thread.js';
import { Unanswered } from '../../waiting.js';
import type { Explanation } from '../explanation.js';
import type { Finding } from '../finding.js';
import { readThresholds } from '../thresholds.js';
import { FindingQueue } from './finding-queue.js';
import {
  type FromWorker,
  type LiveStats,
  type LogFile,
  NO_STATS,
  type ToWorker,
  type WorkerStart,
} from './live-messages.js';

interface LiveOptions {
  files: LogFile[];
  directory: Directory;
  /** Domains that Postfix appends to logins (`smtpd_sasl_local_domain`); none unless given. */
  localDomains?: readonly string[];
  /** Path of the traffic database. */
  trafficDb: string;
  /** Thresholds by name; see thresholds.ts. */
  detection?: Record<string, number>;
  /** Folder where events and reports that did not come through a log wait; see intake/spool.ts. Need not exist. */
  spool?: string;
  /** Field of a message's header in which the relays name its customer, for reports. */
  customerHeader?: string | undefined;
  /** Must be idempotent by `key` and `at`. When it throws, the finding is offered again. */
  onFinding: (finding: Finding) => void | Promise<void>;
  onError: (error: Error) => void;
  /** Told of the first few lines of each log that are not understood, with why where it is known; outsiders' text. */
  onNotUnderstood?: (sample: string) => void;
}

export interface Live {
  /**
   * Stops reading, saves, and ends the thread, by force when that takes longer than ten seconds. Findings that wait are passed on
   * for `patienceMs` at the most (two seconds); the others come again after the next start.
   */
  stop(patienceMs?: number): Promise<void>;
  stats(): LiveStats;
  /** How long ago the worker told them, ms: under a second while it gets its share of the processor. */
  statsAgeMs(): number;
  /** Why there is an alarm, or none; see explain.ts. Rejects when the worker ends before it has answered. */
  explain(query: string): Promise<Explanation[]>;
}

/**
 * Limit of the worker's heap: more than twice what a million mailboxes need, of which a quarter send. The lower it is, the sooner V8
 * collects garbage: here when the heap is 1.6 times what was in use, at 2 GB twice, above that four times.
 */
const LIMITS = { maxOldGenerationSizeMb: 1_000 };
const RESTART_MS = { first: 500, most: 30_000 };
const STOP_PATIENCE_MS = 2_000;
/** Time for the worker to save before it is ended by force. What it has not saved by then is read again after the next start. */
const END_MS = 10_000;

/** Starts the worker. Throws UserError for an unknown threshold; everything later goes to `onError`. */
export function startLive(options: LiveOptions): Live {
  const start = workerStart(options);
  let worker: Worker;
  let stats: LiveStats = NO_STATS;
  let toldAt = performance.now();
  let restartMs = RESTART_MS.first;
  let restart: NodeJS.Timeout | undefined;
  let isStopping = false;
  const questions = new Unanswered<Explanation[]>();
  const say = (message: ToWorker) => worker.postMessage(message);
  const queue = new FindingQueue(
    async (finding) => {
      await options.onFinding(finding);
      say({ type: 'acknowledge', key: finding.key, at: finding.at });
    },
    (error) => options.onError(error),
  );

  function launch(): void {
    worker = startThread(import.meta.url, 'live.worker', { workerData: start, resourceLimits: LIMITS });
    worker.on('message', take);
    worker.on('error', (thrown: unknown) => {
      const error = deathOf(thrown);
      const advice = trafficAdvice(start.trafficDb, error.message);
      const isSaid = advice !== undefined && stats.error === advice;
      stats = { ...stats, error: advice ?? error.message };
      // It dies of it again and again, until somebody does something about that file.
      if (!isSaid) options.onError(advice === undefined ? error : new Error(advice));
    });
    worker.on('exit', () => {
      questions.giveUp('the log worker ended');
      if (isStopping) return;
      restart = setTimeout(launch, restartMs);
      restartMs = Math.min(restartMs * 2, RESTART_MS.most);
    });
  }

  function take(message: FromWorker): void {
    if (message.type === 'findings') queue.add(message.findings);
    else if (message.type === 'trouble') options.onError(new Error(message.message));
    else if (message.type === 'not-understood') options.onNotUnderstood?.(message.sample);
    else if (message.type === 'explanations') questions.answer(message.id, message.explanations);
    else if (message.type === 'no-explanation') questions.fail(message.id, message.message);
    else if (message.type === 'stats') {
      stats = message.stats;
      toldAt = performance.now();
      restartMs = RESTART_MS.first;
    }
  }

  launch();
  return {
    stats: () => stats,
    statsAgeMs: () => performance.now() - toldAt,
    explain(query) {
      if (worker.threadId < 0) return Promise.reject(new Error('the log worker does not run'));
      return questions.ask((id) => say({ type: 'explain', id, query }));
    },
    async stop(patienceMs = STOP_PATIENCE_MS) {
      isStopping = true;
      clearTimeout(restart);
      if (!(await endThread(worker, () => say({ type: 'stop' }), END_MS)))
        options.onError(new Error('the log worker does not end'));
      await queue.end(patienceMs);
    },
  };
}

function workerStart(options: LiveOptions): WorkerStart {
  return {
    files: options.files,
    directory: options.directory,
    localDomains: options.localDomains ?? [],
    trafficDb: options.trafficDb,
    thresholds: readThresholds(options.detection),
    spool: options.spool,
    customerHeader: options.customerHeader,
  };
}
