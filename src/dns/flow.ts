// How many questions may be on their way to one server, and when one counts as lost.
//
// A burst is lost where it overruns the server's receive buffer, which holds some 150 packets on a stock Linux. So at most a window of 100
// questions wait for their answers at a server near by.
//
// To a server far away more may be under way, because packets on the road stand in nobody's buffer. How many follows from what was
// measured, as in TCP BBR: its rate of answering times the time of its fastest answer, and half a window more, which may stand in its queue
// and shows whether it could answer faster. They are sent spread over time, and never more than a window of them after the last answer.

/** A server whose fastest answer took less than this is near, and its window never grows. Our own delays stay far below it. */
const FAR_MS = 5;
/** The time over which a window's worth of questions to a far server is spread. */
const SPREAD_MS = 6;
/** What may set out at once to a far server on top of what was answered, as a part of the window. */
const PACE_BURST = 0.4;
const MOST_WINDOWS = 10;
/** What may stand in a far server's queue, as a part of the window. */
const QUEUED = 0.5;
/** The rate is that of the best of the last periods, each as long as a round trip or this. */
const LEAST_PERIOD_MS = 20;
const PERIODS = 8;
const LEAST_WINDOW = 16;
/** A round in which more than this part was lost halves the window; zones without living servers lose questions too. */
const BEARABLE_LOSS = 1 / 8;
/** What the window grows by with each answer after such a round. */
const RECOVERY = 0.25;
/** The fastest answer is that of the last 10 to 20 s: roads change. */
const FASTEST_FOR_MS = 10_000;

/** The shortest wait before a question is sent again: a late turn of our own process is no loss. */
const LEAST_RESEND_MS = 100;
/** The wait while no answer has come yet. RFC 6298 has 1 s for any place on the internet; a resolver is nearer. */
const FIRST_RESEND_MS = 400;

/** All times are monotonic ms. */
export class Flow {
  /** Questions on their way that may still be standing in a queue. */
  inFlight = 0;
  private sentSinceAnswer = 0;
  private window: number;
  /** The window as it is after losses have made it smaller. */
  private cap = Number.POSITIVE_INFINITY;
  private tokens: number;
  private refilledMs = 0;
  private smoothedMs = 0;
  private deviationMs = 0;
  private samples = 0;
  private fastestMs = Number.POSITIVE_INFINITY;
  private fastestBeforeMs = Number.POSITIVE_INFINITY;
  private fastestSinceMs = 0;
  private periodSinceMs = 0;
  private answeredInPeriod = 0;
  private readonly rates: number[] = [];
  private answeredInRound = 0;
  private lostInRound = 0;

  /** `nearWindow` is the window to a server near by; `timeoutMs` bounds the wait before a question is sent again. */
  constructor(
    private readonly nearWindow: number,
    private readonly timeoutMs: number,
  ) {
    this.window = nearWindow;
    this.tokens = nearWindow * PACE_BURST;
  }

  hasRoom(nowMs: number): boolean {
    if (this.inFlight >= this.window) return false;
    if (this.inFlight < this.nearWindow) return true;
    if (this.sentSinceAnswer >= this.nearWindow) return false;
    this.refill(nowMs);
    return this.tokens >= 1;
  }

  /** Whether only the spreading holds it back: a little later there is room without any answer. */
  isPaced(): boolean {
    return this.inFlight >= this.nearWindow && this.inFlight < this.window;
  }

  sent(nowMs: number): void {
    this.inFlight++;
    this.sentSinceAnswer++;
    if (this.window <= this.nearWindow) return;
    this.refill(nowMs);
    this.tokens = Math.max(0, this.tokens - 1);
  }

  /**
   * An answer came, so long after its question was first and last sent; `wasInFlight` is false when that had been given up for lost.
   * After a second sending nobody can tell which one was answered (Karn's rule), unless the answer came too soon for the second.
   */
  answered(sinceFirstMs: number, sinceLastMs: number, nowMs: number, wasInFlight: boolean): void {
    if (wasInFlight) this.inFlight--;
    this.sentSinceAnswer = 0;
    const isPlain = sinceFirstMs === sinceLastMs || this.samples === 0 || sinceLastMs < this.smoothedMs / 2;
    if (isPlain) this.measure(sinceFirstMs, nowMs);
    this.cap += RECOVERY;
    this.answeredInRound++;
    this.endRound();
    this.answeredInPeriod++;
    this.endPeriod(nowMs);
  }

  /** A question is waited for no longer, and that says nothing about the server. */
  released(): void {
    this.inFlight--;
  }

  lost(): void {
    this.inFlight--;
    this.lostInRound++;
    this.endRound();
  }

  /** How long after its `sends`th sending a question is sent again: by the answers' usual time (RFC 6298), twice as long each time. */
  resendAfterMs(sends: number): number {
    const usual =
      this.samples === 0 ? FIRST_RESEND_MS : Math.max(LEAST_RESEND_MS, this.smoothedMs + 4 * this.deviationMs);
    return Math.min(this.timeoutMs, Math.min(usual, this.timeoutMs / 2) * 2 ** (sends - 1));
  }

  private refill(nowMs: number): void {
    const perMs = this.nearWindow / SPREAD_MS;
    this.tokens = Math.min(this.nearWindow * PACE_BURST, this.tokens + (nowMs - this.refilledMs) * perMs);
    this.refilledMs = nowMs;
  }

  private measure(tookMs: number, nowMs: number): void {
    if (this.samples++ === 0) {
      this.smoothedMs = tookMs;
      this.deviationMs = tookMs / 2;
    } else {
      this.deviationMs += (Math.abs(tookMs - this.smoothedMs) - this.deviationMs) / 4;
      this.smoothedMs += (tookMs - this.smoothedMs) / 8;
    }
    if (nowMs - this.fastestSinceMs > FASTEST_FOR_MS) {
      this.fastestBeforeMs = this.fastestMs;
      this.fastestMs = Number.POSITIVE_INFINITY;
      this.fastestSinceMs = nowMs;
    }
    if (tookMs < this.fastestMs) this.fastestMs = tookMs;
  }

  private fastest(): number {
    return Math.min(this.fastestMs, this.fastestBeforeMs);
  }

  private endPeriod(nowMs: number): void {
    const elapsedMs = nowMs - this.periodSinceMs;
    if (elapsedMs < Math.max(LEAST_PERIOD_MS, this.fastest())) return;
    this.rates.push(this.answeredInPeriod / elapsedMs);
    if (this.rates.length > PERIODS) this.rates.shift();
    this.answeredInPeriod = 0;
    this.periodSinceMs = nowMs;
    this.setWindow();
  }

  private setWindow(): void {
    const onTheRoad = Math.max(...this.rates) * this.fastest();
    const isNear = this.fastest() < FAR_MS || this.samples < this.nearWindow;
    const far = Math.max(this.nearWindow, onTheRoad + this.nearWindow * QUEUED);
    const fitting = isNear ? this.nearWindow : Math.min(far, this.nearWindow * MOST_WINDOWS);
    this.window = Math.min(this.cap, fitting);
  }

  private endRound(): void {
    const ended = this.answeredInRound + this.lostInRound;
    if (ended < this.window) return;
    if (this.lostInRound > ended * BEARABLE_LOSS) {
      this.cap = Math.max(Math.min(LEAST_WINDOW, this.nearWindow), this.window / 2);
      this.window = this.cap;
    }
    this.answeredInRound = 0;
    this.lostInRound = 0;
  }
}
