// The resolver: many questions in flight on one socket a server, tries that go from server to server, TCP when an answer was cut off.
// Asking a blocklist is asking often and mostly hearing "no such name"; that path allocates little and sets no timer of its own.
// A lost packet is sent again as soon as the server's usual time says that it is lost; the whole waits no longer for that.
import { Aborts } from './aborts.js';
import { parseServer, type ServerAddress, systemServers } from './address.js';
import type { DnsAnswer, QuestionType } from './answer.js';
import { Fifo, newQuestion, type Question, settle } from './question.js';
import { askOverTcp } from './tcp.js';
import { type ServerHealth, Upstream, type UpstreamEvents } from './upstream.js';
import { encodeQuestion, isTruncated, readAnswer } from './wire.js';

export interface ResolverOptions {
  /** Servers to ask, as addresses or `ip:port`; none given means those of the machine. */
  servers?: readonly (ServerAddress | string)[];
  /** How long a server may take, ms. */
  timeoutMs?: number;
  /**
   * A question counts as unanswered after `tries` × `timeoutMs`. Within that time it is sent up to twice as often as `tries`, to other
   * servers first, and the answer to any of its sendings is taken.
   */
  tries?: number;
  /** Questions in flight to one server; more wait. To a server far away it grows: see flow.ts. */
  window?: number;
  /** The clock of `health`, epoch ms. */
  now?: () => number;
}

interface ResolverStats {
  asked: number;
  sent: number;
  overTcp: number;
  /** Packets that answered nothing we had asked: late, doubled, forged or garbage. */
  dropped: number;
}

/** How the configured servers are; when none of them answers, nothing that was asked says anything about a list. */
interface ResolverHealth {
  servers: ServerHealth[];
}

const IDLE_MS = 5_000;
const SWEEP_MS = 10;
/** How soon to look again when questions wait only because a burst to a far server is spread over time. */
const PACE_MS = 1;
/** Every resolver knows it without asking anybody (RFC 6761 section 6.3), and any answer at all is a sign of life. */
const TRIAL_NAME = 'localhost';
const TRIAL_SENDS = 3;
const CLOSED: DnsAnswer = Object.freeze({ kind: 'unreachable', reason: 'the resolver is closed' });

/** Answers questions until closed. Nothing that comes from the network throws; `query` only rejects when its signal is aborted. */
export class Resolver {
  readonly stats: ResolverStats = { asked: 0, sent: 0, overTcp: 0, dropped: 0 };
  private readonly upstreams: Upstream[];
  private readonly timeoutMs: number;
  private readonly tries: number;
  private readonly waiting = new Fifo<Question>();
  private readonly again = new Fifo<Question>();
  private readonly stopped = new AbortController();
  private readonly aborts = new Aborts<Question>();
  private fetching = 0;
  private next = 0;
  private timer: NodeJS.Timeout | undefined;
  private isPumpDue = false;
  private isPaceDue = false;
  private lastBusyMs = 0;
  private lastSweepMs = 0;
  /** For how long this process stood still while questions were out. That is nobody's silence: deadlines are that much later. */
  private stoodStillMs = 0;
  private isCatchingUp = false;

  constructor({ servers = [], timeoutMs = 2_000, tries = 3, window = 100, now = Date.now }: ResolverOptions = {}) {
    const addresses = servers.length > 0 ? servers : systemServers();
    this.timeoutMs = timeoutMs;
    this.tries = Math.max(1, tries);
    this.upstreams = addresses
      .map((server) => (typeof server === 'string' ? parseServer(server) : server))
      .map((server) => new Upstream(server, { window, timeoutMs, now }, this.events()));
  }

  /** Asks one question. Resolves with what came of it; rejects with the signal's reason when aborted. */
  query(name: string, type: QuestionType, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<DnsAnswer> {
    this.stats.asked++;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.stopped.signal.aborted) return Promise.resolve(CLOSED);
    if (this.upstreams.length === 0)
      return Promise.resolve({ kind: 'unreachable', reason: 'no DNS server is configured' });
    const message = encodeQuestion(name, type);
    if (!message) return Promise.resolve({ kind: 'malformed', reason: 'the name cannot be asked in the DNS' });
    return new Promise((resolve, reject) => {
      const question = newQuestion(name, type, message, 2 * this.tries, resolve);
      if (signal) this.abortWith(signal, question, reject);
      this.waiting.push(question);
      this.pumpSoon();
    });
  }

  /** Which servers answer; a server nobody asked yet counts as answering. */
  health(): ResolverHealth {
    return { servers: this.upstreams.map((upstream) => upstream.health()) };
  }

  /** Ends everything at once; questions still open are answered `unreachable`. */
  close(): void {
    this.stopped.abort();
    clearInterval(this.timer);
    this.timer = undefined;
    for (const upstream of this.upstreams) upstream.close('the resolver is closed');
    for (const queue of [this.again, this.waiting]) {
      for (let question = queue.take(); question; question = queue.take()) settle(question, CLOSED);
    }
  }

  private events(): UpstreamEvents {
    return {
      onReply: (question, message, upstream) => this.receive(question, message, upstream),
      onLost: (question) => this.enqueueAgain(question),
      onDeadline: (question) => settle(question, question.failure),
      onFailure: (question, failure) => this.retry(question, failure),
      onRoom: () => this.pumpSoon(),
      onSuspicion: (upstream) => this.tryLife(upstream),
      onStray: () => {
        this.stats.dropped++;
      },
    };
  }

  /** Sends at the end of this turn of the event loop, all at once: the server then wakes once, and not for each question. */
  private pumpSoon(): void {
    if (this.isPumpDue) return;
    this.isPumpDue = true;
    setImmediate(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  /** Sends what waits for as long as a server has room. */
  private pump(): void {
    const nowMs = performance.now();
    while (this.again.length + this.waiting.length > 0 && !this.stopped.signal.aborted) {
      const awake = this.awake(nowMs);
      const withRoom = awake.length === 1 ? awake : awake.filter(({ flow }) => flow.hasRoom(nowMs));
      if (!withRoom[0]?.flow.hasRoom(nowMs)) {
        this.pumpWhenSpread(awake);
        return;
      }
      const question = this.again.take() ?? this.waiting.take();
      if (question && !question.isSettled) this.send(question, question.only ?? this.choose(question, withRoom), nowMs);
    }
  }

  private awake(nowMs: number): Upstream[] {
    if (this.upstreams.length === 1) return this.upstreams;
    const awake = this.upstreams.filter((upstream) => !upstream.isResting(nowMs));
    return awake.length > 0 ? awake : this.upstreams;
  }

  /** The next server in turn; the one that was just asked this very question only for want of another. */
  private choose(question: Question, withRoom: readonly Upstream[]): Upstream {
    const others = withRoom.length === 1 ? withRoom : withRoom.filter((upstream) => upstream !== question.sentTo);
    return others[this.next++ % others.length] as Upstream;
  }

  private send(question: Question, upstream: Upstream, nowMs: number): void {
    question.isQueued = false;
    const mayTakeMs = this.timeoutMs * (question.only ? 1 : this.tries);
    if (question.sends === 0) question.deadlineMs = nowMs - this.stoodStillMs - this.standstillMs(nowMs) + mayTakeMs;
    question.sends++;
    question.sendsLeft--;
    this.stats.sent++;
    this.startSweeping(nowMs);
    upstream.send(question, nowMs);
  }

  private pumpWhenSpread(upstreams: readonly Upstream[]): void {
    if (this.isPaceDue || !upstreams.some(({ flow }) => flow.isPaced())) return;
    this.isPaceDue = true;
    setTimeout(() => {
      this.isPaceDue = false;
      this.pump();
    }, PACE_MS);
  }

  private receive(question: Question, message: Buffer, upstream: Upstream): void {
    if (isTruncated(message)) void this.fetchWhole(question, message, upstream);
    else this.take(question, readAnswer(message, question.name, question.type));
  }

  /** Fetches a cut-off answer over TCP; where that fails, the records that did arrive still stand. */
  private async fetchWhole(question: Question, cutOff: Buffer, upstream: Upstream): Promise<void> {
    this.stats.overTcp++;
    this.fetching++;
    upstream.flow.inFlight++;
    const whole = await askOverTcp(upstream.server, question.message, this.timeoutMs, this.stopped.signal);
    upstream.flow.inFlight--;
    this.fetching--;
    const answer = readAnswer(whole ?? cutOff, question.name, question.type);
    if (whole) this.take(question, answer);
    else if (answer.kind === 'answer') settle(question, { ...answer, complete: false });
    else this.retry(question, { kind: 'timeout' });
    this.pumpSoon();
  }

  private take(question: Question, answer: DnsAnswer): void {
    const isDeclined = answer.kind === 'refused' || answer.kind === 'servfail';
    if (isDeclined) question.declinedBy++;
    const mayBeBettered = answer.kind === 'malformed' || (isDeclined && question.declinedBy < this.upstreams.length);
    if (mayBeBettered && !question.only) this.retry(question, answer);
    else settle(question, answer);
  }

  private retry(question: Question, failure: DnsAnswer): void {
    // "Refused" says more than the silence of the next server.
    if (question.failure.kind === 'timeout' || failure.kind !== 'timeout') question.failure = failure;
    const isOver = question.sendsLeft <= 0 || question.only !== undefined || this.stopped.signal.aborted;
    if (!isOver) this.enqueueAgain(question);
    // Another server that has not answered yet still may.
    else if (question.attempts.length === 0) settle(question, question.failure);
  }

  private enqueueAgain(question: Question): void {
    if (question.isSettled || question.isQueued || question.sendsLeft <= 0) return;
    question.isQueued = true;
    this.again.push(question);
  }

  /** Several questions in a row went unanswered: their zones may be dead, or the server. Asked for `localhost`, a living one answers. */
  private tryLife(upstream: Upstream): void {
    const message = encodeQuestion(TRIAL_NAME, 'A');
    if (!message || upstream.isOnTrial || this.stopped.signal.aborted) return;
    upstream.isOnTrial = true;
    const question = newQuestion(TRIAL_NAME, 'A', message, TRIAL_SENDS, (answer) => {
      upstream.isOnTrial = false;
      if (answer.kind === 'timeout') upstream.failTrial();
    });
    this.send({ ...question, only: upstream }, upstream, performance.now());
  }

  private abortWith(signal: AbortSignal, question: Question, reject: (reason: unknown) => void): void {
    const resolve = question.settle;
    question.settle = (answer) => {
      this.aborts.remove(signal, question);
      resolve(answer);
    };
    this.aborts.add(signal, question, (reason) => {
      question.settle = () => reject(reason);
      settle(question, CLOSED);
      this.pumpSoon();
    });
  }

  /** One coarse timer for all questions; it runs while there are any, and a little longer to close idle sockets. */
  private startSweeping(nowMs: number): void {
    this.lastBusyMs = nowMs;
    if (this.timer) {
      this.timer.ref();
      return;
    }
    this.lastSweepMs = nowMs;
    this.timer = setInterval(() => this.sweep(), SWEEP_MS);
  }

  /** For how long we stood still since the last look. In a process that is late each time, every second look must do: 0 then. */
  private standstillMs(nowMs: number): number {
    const lateMs = nowMs - this.lastSweepMs - SWEEP_MS;
    return this.timer && lateMs > 2 * SWEEP_MS && !this.isCatchingUp ? lateMs : 0;
  }

  private sweep(): void {
    const nowMs = performance.now();
    const standstillMs = this.standstillMs(nowMs);
    this.lastSweepMs = nowMs;
    // This process stood still for a while, so answers may lie unread in the socket. Read them before anything is called lost.
    this.isCatchingUp = standstillMs > 0;
    if (this.isCatchingUp) {
      this.stoodStillMs += standstillMs;
      return;
    }
    for (const upstream of this.upstreams) upstream.sweep(nowMs, nowMs - this.stoodStillMs);
    this.pump();
    if (this.fetching > 0 || this.upstreams.some((upstream) => upstream.hasOpen())) {
      this.lastBusyMs = nowMs;
      return;
    }
    this.timer?.unref();
    if (nowMs - this.lastBusyMs < IDLE_MS) return;
    clearInterval(this.timer);
    this.timer = undefined;
    for (const upstream of this.upstreams) upstream.close('idle');
  }
}
