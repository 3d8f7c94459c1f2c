// Signs of life: written into the exported table again and again while we answer, for its rows count once there has been none for a time.

interface SignOptions {
  /** Writes one where we answer, and looks after the file in any case. What it throws is trouble once signs are late. */
  give: (isAnswering: boolean) => void;
  /** Reports whether the policy server answers now. */
  isAnswering: () => boolean;
  /** How long without a sign until the table counts, ms. */
  silenceMs: number;
  now: () => number;
  /** Told when signs begin to be late. */
  onError: (error: unknown) => void;
}

export interface Trouble {
  why: string;
  /** When it was as it should be last, ms since the epoch. */
  since: number;
}

const SIGNS_PER_SILENCE = 4;
/** How soon a sign of life is tried again that could not be written because Postfix was reading, or given because the door was shut. */
const SOON_MS = 250;

/** Gives them from `begin` to `end`. */
export class SignsOfLife {
  /** Why signs are late; undefined while they are not. */
  trouble: Trouble | undefined;
  readonly #everyMs: number;
  /** Time of the last one, and the same by a clock that nobody sets. */
  #last = { at: 0, elapsedMs: 0 };
  #next: NodeJS.Timeout | undefined;

  constructor(private readonly options: SignOptions) {
    this.#everyMs = options.silenceMs / SIGNS_PER_SILENCE;
  }

  begin(): void {
    this.#note();
    this.#give();
  }

  end(): void {
    clearTimeout(this.#next);
  }

  #give(): void {
    const isAnswering = this.options.isAnswering();
    const soonMs = Math.min(this.#everyMs, SOON_MS);
    let inMs = isAnswering ? this.#everyMs : soonMs;
    try {
      this.options.give(isAnswering);
      this.#note();
      this.trouble = undefined;
    } catch (error) {
      inMs = soonMs;
      this.#missed(error);
    }
    this.#next = setTimeout(() => this.#give(), inMs).unref();
  }

  #note(): void {
    this.#last = { at: this.options.now(), elapsedMs: performance.now() };
  }

  #missed(error: unknown): void {
    if (performance.now() - this.#last.elapsedMs <= 2 * this.#everyMs) return;
    if (this.trouble === undefined) this.options.onError(error);
    this.trouble = { why: textOf(error), since: this.#last.at };
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
