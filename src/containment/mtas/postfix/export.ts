// Keeps the exported table in step with the book, and inert as long as we answer (signs-of-life.ts).
import { UserError } from '../../../errors.js';
import type { Containment } from '../../containment.js';
import { SignsOfLife, type Trouble, textOf } from './signs-of-life.js';
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
interface ExportTrouble extends Trouble {
  of: 'rows' | 'signs';
}

/** How long after the last sign of life the table counts. Long enough for a restart, and for some signs lost to a slow or full disk. */
const SILENCE_MS = 60_000;
/** How soon a table that could not be written (full disk, locked) is tried again. */
const RETRY_MS = 5_000;

/** The exported table, from its opening to its close. */
export class Export {
  readonly #options: ExportOptions;
  readonly #silenceMs: number;
  readonly #signs: SignsOfLife;
  #table: ExportedTable | undefined;
  #hasBegun = false;
  #trouble: Trouble | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#silenceMs = options.silenceMs ?? SILENCE_MS;
    this.#signs = new SignsOfLife({ ...options, silenceMs: this.#silenceMs, give: (...at) => this.#giveSign(...at) });
  }

  /** Opens the file and writes what is in force. Throws UserError when it cannot be opened. */
  open(): void {
    this.#table = opened(this.#options.path);
    this.follow();
  }

  /**
   * Writes what is in force now; never throws. The book is in force already when this fails, so the failure is shown and tried again, and
   * never undoes a containment. A file that was removed or replaced is made anew.
   */
  follow(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    try {
      this.#write();
      if (this.#table?.isInPlace() === false) {
        this.#table = this.#madeAnew(this.#table);
        this.#write();
      }
      this.#trouble = undefined;
    } catch (error) {
      const { now, onError } = this.#options;
      this.#trouble = { why: textOf(error), since: this.#trouble?.since ?? now() };
      onError(error);
      this.#retry = setTimeout(() => this.follow(), RETRY_MS).unref();
    }
  }

  /** The policy server answers: the table says nothing from here on. */
  begin(): void {
    this.#hasBegun = true;
    this.#signs.begin();
  }

  /** The policy server is closed: the table counts at once. It keeps its rows: that is what it is for. */
  close(): void {
    clearTimeout(this.#retry);
    this.#signs.end();
    try {
      // A process that failed to start must not end the signs of life of another one that answers.
      if (this.#hasBegun) this.#table?.silent();
    } catch (error) {
      this.#options.onError(error);
    }
    this.#hasBegun = false;
    this.#table?.close();
    this.#table = undefined;
  }

  state(): ExportState {
    const { path } = this.#options;
    if (this.#trouble) return { path, trouble: { of: 'rows', ...this.#trouble } };
    return { path, trouble: this.#signs.trouble && { of: 'signs', ...this.#signs.trouble } };
  }

  #write(): void {
    const { inForce, isAnswering } = this.#options;
    const silenceMs = this.#hasBegun && isAnswering() ? this.#silenceMs : undefined;
    this.#table?.write(rowsOf(inForce(), this.#options), silenceMs);
  }

  /** Postfix goes on reading the file that it has open: that one says nothing any more. */
  #madeAnew(old: ExportedTable): ExportedTable {
    const made = openTable(this.#options.path);
    try {
      old.write([]);
    } catch (error) {
      this.#options.onError(error);
    }
    old.close();
    return made;
  }

  /** None is written while the table has no row; the first row is written together with one. */
  #giveSign(isAnswering: boolean): void {
    if (this.#table?.isInPlace() === false && this.#retry === undefined) this.follow();
    if (isAnswering && this.#options.inForce().length > 0) this.#table?.answering(this.#silenceMs);
  }
}

function opened(path: string): ExportedTable {
  try {
    return openTable(path);
  } catch (cause) {
    throw new UserError(`exported table ${path}: ${textOf(cause)}`, { cause });
  }
}
