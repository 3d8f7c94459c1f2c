// Keeps the exported table in step with the book, and inert as long as we answer.
import { UserError } from '../../../errors.js';
import type { Containment } from '../../containment.js';
import { type ExportedTable, openTable } from './table.js';
import { type RowDeps, rowsOf } from './table-rows.js';

interface ExportOptions extends RowDeps {
  path: string;
  /** What is in force. */
  inForce: () => Containment[];
  /** Reports whether the policy server answers now. */
  isAnswering: () => boolean;
  /** How long we must have been silent before the table counts, ms; whole seconds. */
  silenceMs?: number;
  now: () => number;
  onError: (error: unknown) => void;
}

/** The exported table, for health. */
export interface ExportState {
  path: string;
  trouble?: ExportTrouble | undefined;
}

/** What of the file is not as it should be: its rows, or the signs of life that keep them from counting while we answer. */
interface ExportTrouble {
  of: 'rows' | 'signs';
  why: string;
  /** When it was as it should be last, ms since the epoch. */
  since: number;
}

interface Export {
  /** Opens the file and writes what is in force. Throws UserError when it cannot be opened. */
  open(): void;
  /** Writes what is in force now; never throws. */
  follow(): void;
  /** The policy server answers: the table says nothing from here on. */
  begin(): void;
  /** The policy server is closed: the table counts at once. It keeps its rows: that is what it is for. */
  close(): void;
  state(): ExportState;
}

/** How long after the last sign of life the table counts. Long enough for a restart, and for some signs lost to a slow or full disk. */
const SILENCE_MS = 60_000;
const SIGNS_PER_SILENCE = 4;
/** How soon a sign of life is tried again that could not be written because Postfix was reading, or given because the door was shut. */
const SOON_MS = 250;
/** How soon a table that could not be written (full disk, locked) is tried again. */
const RETRY_MS = 5_000;

export function createExport(options: ExportOptions): Export {
  const { path, silenceMs = SILENCE_MS, now, onError } = options;
  const everyMs = silenceMs / SIGNS_PER_SILENCE;
  let table: ExportedTable | undefined;
  let hasBegun = false;
  let rowTrouble: ExportTrouble | undefined;
  let signTrouble: ExportTrouble | undefined;
  let retry: NodeJS.Timeout | undefined;
  let nextSign: NodeJS.Timeout | undefined;
  let lastSign = { at: 0, elapsedMs: 0 };

  /**
   * The book is in force already when this fails, so the failure is shown and tried again, and never undoes a containment. A file that was
   * removed or replaced is made anew.
   */
  function follow(): void {
    clearTimeout(retry);
    retry = undefined;
    try {
      write();
      if (table?.isInPlace() === false) {
        table = madeAnew(table);
        write();
      }
      rowTrouble = undefined;
    } catch (error) {
      rowTrouble = { of: 'rows', why: textOf(error), since: rowTrouble?.since ?? now() };
      onError(error);
      retry = setTimeout(follow, RETRY_MS).unref();
    }
  }

  function write(): void {
    table?.write(rowsOf(options.inForce(), options), hasBegun && options.isAnswering() ? silenceMs : undefined);
  }

  /** Postfix goes on reading the file that it has open: that one says nothing any more. */
  function madeAnew(old: ExportedTable): ExportedTable {
    const made = openTable(path);
    try {
      old.write([]);
    } catch (error) {
      onError(error);
    }
    old.close();
    return made;
  }

  /** Gives a sign of life, and again and again. None is written while the table has no row; the first row is written together with one. */
  function sign(): void {
    const isAnswering = options.isAnswering();
    let inMs = isAnswering ? everyMs : Math.min(everyMs, SOON_MS);
    if (table?.isInPlace() === false && retry === undefined) follow();
    try {
      if (isAnswering && options.inForce().length > 0) table?.answering(silenceMs);
      lastSign = { at: now(), elapsedMs: performance.now() };
      signTrouble = undefined;
    } catch (error) {
      inMs = Math.min(everyMs, SOON_MS);
      const isLate = performance.now() - lastSign.elapsedMs > 2 * everyMs;
      if (isLate && signTrouble === undefined) onError(error);
      if (isLate) signTrouble = { of: 'signs', why: textOf(error), since: lastSign.at };
    }
    nextSign = setTimeout(sign, inMs).unref();
  }

  return {
    open() {
      table = opened(path);
      follow();
    },
    follow,
    begin() {
      hasBegun = true;
      lastSign = { at: now(), elapsedMs: performance.now() };
      sign();
    },
    close() {
      clearTimeout(retry);
      clearTimeout(nextSign);
      try {
        // A process that failed to start must not end the signs of life of another one that answers.
        if (hasBegun) table?.silent();
      } catch (error) {
        onError(error);
      }
      hasBegun = false;
      table?.close();
      table = undefined;
    },
    state: () => ({ path, trouble: rowTrouble ?? signTrouble }),
  };
}

function opened(path: string): ExportedTable {
  try {
    return openTable(path);
  } catch (cause) {
    throw new UserError(`exported table ${path}: ${textOf(cause)}`, { cause });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
