// The messages between the main thread (live.ts) and the log worker (live.worker.ts).
import type { LogFormatId } from '../../intake/formats/format.js';
import type { Position } from '../../intake/position.js';
import { NO_REPORTS, type ReportStats } from '../../intake/reports/report-stats.js';
import type { Directory } from '../../partners/directory.js';
import type { Explanation } from '../explanation.js';
import type { Finding } from '../finding.js';
import type { Thresholds } from '../thresholds.js';

/** A log to follow. */
export interface LogFile {
  path: string;
  format: LogFormatId;
  /** Name of the relay whose log it is, for formats that do not say. */
  relay?: string | undefined;
}

/** Given to the worker at its start. */
export interface WorkerStart {
  files: LogFile[];
  directory: Directory;
  localDomains: readonly string[];
  trafficDb: string;
  thresholds: Thresholds;
  /** Folder of batches; see intake/spool.ts. */
  spool: string | undefined;
  /** Field of a message's header that names its customer. */
  customerHeader?: string | undefined;
}

export type ToWorker =
  | { type: 'acknowledge'; key: string; at: number }
  | { type: 'explain'; id: number; query: string }
  | { type: 'stop' };

export type FromWorker =
  | { type: 'findings'; findings: Finding[] }
  | { type: 'stats'; stats: LiveStats }
  | { type: 'trouble'; message: string }
  | { type: 'not-understood'; sample: string }
  | { type: 'explanations'; id: number; explanations: Explanation[] }
  | { type: 'no-explanation'; id: number; message: string };

export interface LiveStats {
  /** Since the worker started. */
  linesRead: number;
  unknownLines: number;
  overlongLines: number;
  /** Rotated logs that could not be read to their end. */
  lostFiles: number;
  /** Those of the last day, in words. */
  losses: string[];
  /** Events on which our own code failed; each is a bug, none stops the intake. */
  failedLines: number;
  /** Messages that are in the relays' queues, as far as the logs tell. */
  openMessages: number;
  /** Bytes written to the logs and not read yet. */
  behindBytes: number;
  /**
   * Up to when the log that is furthest behind is read, on its clock; 0 before its first line. Undefined while nothing waits in any log:
   * then all was read when the worker told this.
   */
  readTo?: number;
  /** Time of the last line read, on the log's clock, or of the last event that came by HTTP; 0 before the first. */
  lastLineAt: number;
  /** Of each log that was read since the start, by its path, the time of the newest line, on the log's clock. */
  newest: { path: string; at: number }[];
  /** How far each log was read. */
  positions: Position[];
  /** Logs that are missing or cannot be read now, each with its path and the reason; the others are read all the same. */
  troubles: string[];
  /** What came in as feedback reports and bounces; see intake/reports. */
  reports: ReportStats;
  /** Why nothing is read right now, when the log worker failed. */
  error?: string;
}

export const NO_STATS: LiveStats = {
  linesRead: 0,
  unknownLines: 0,
  overlongLines: 0,
  lostFiles: 0,
  losses: [],
  failedLines: 0,
  openMessages: 0,
  behindBytes: 0,
  lastLineAt: 0,
  newest: [],
  positions: [],
  troubles: [],
  reports: NO_REPORTS,
};
