// The resolver: many questions in flight on few sockets, tries that go from server to server, TCP when an answer was cut off.
// Asking a blocklist is asking often and mostly hearing "no such name"; that path allocates little and sets no timer of its own.
import { parseServer, type ServerAddress, systemServers } from './address.js';
import type { DnsAnswer, QuestionType } from './answer.js';
import { Fifo, type Question } from './question.js';
import { askOverTcp } from './tcp.js';
import { type ServerHealth, Upstream } from './upstream.js';
import { encodeQuestion, isTruncated, readAnswer } from './wire.js';

export interface ResolverOptions {
  /** Servers to ask, as addresses or `ip:port`; none given means those of the machine. */
  servers?: readonly (ServerAddress | string)[];
  /** How long one try may take, ms. */
  timeoutMs?: number;
  /** How often a question is sent before it counts as unanswered; further tries go to other servers first. */
  tries?: number;
  /** Sockets, and so source ports, for each server. */
  sockets?: number;
  /** Questions in flight to one server; more wait. */
  window?: number;
  /** The clock of `health`, epoch ms. */
  now?: () => number;
}

export interface ResolverStats {
  asked: number;
  sent: number;
  overTcp: number;
  /** Packets that answered nothing we had asked: late, doubled, forged or garbage. */
  dropped: number;
}

/** How the configured servers are; when none of them answers, nothing that was asked says anything about a list. */
export interface ResolverHealth {
  servers: ServerHealth[];
}

const IDLE_MS = 5_000;

/** Answers questions until closed. Nothing that comes from the network throws; `query` only rejects when its signal is aborted. */
export class Resolver {
  readonly stats: ResolverStats = { asked: 0, sent: 0, overTcp: 0, dropped: 0 };
  private readonly upstreams: Upstream[];
  private readonly timeoutMs: number;
  private readonly tries: number;
  private readonly window: number;
  private readonly waiting = new Fifo<Question>();
  private readonly again = new Fifo<Question>();
  private readonly stopped = new AbortController();
  private next = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastBusyMs = 0;

  constructor({
    servers = [],
    timeoutMs = 2_000,
    tries = 3,
    sockets = 4,
    window = 100,
    now = Date.now,
  }: ResolverOptions = {}) {
    const addresses = servers.length > 0 ? servers : systemServers();
    this.timeoutMs = timeoutMs;
    this.tries = Math.max(1, tries);
    this.window = window;
    this.upstreams = addresses
      .map((server) => (typeof server === 'string' ? parseServer(server) : server))
      .map((server) => new Upstream(server, sockets, timeoutMs, this.events(), now));
  }

  /** Asks one question. Resolves with what came of it; rejects with the signal's reason when aborted. */
  query(name: string, type: QuestionType, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<DnsAnswer> {
    this.stats.asked++;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.stopped.signal.aborted) return Promise.resolve({ kind: 'unreachable', reason: 'the resolver is closed' });
    if (this.upstreams.length === 0)
      return Promise.resolve({ kind: 'unreachable', reason: 'no DNS server is configured' });
    const message = encodeQuestion(name, type);
    if (!message) return Promise.resolve({ kind: 'malformed', reason: 'the name cannot be asked in the DNS' });
    return new Promise((resolve, reject) => {
      const question = newQuestion(name, type, message, this.tries, resolve);
      if (signal) this.abortWith(signal, question, reject);
      this.waiting.push(question);
      this.pump();
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
      for (let question = queue.take(); question; question = queue.take()) {
        settle(question, { kind: 'unreachable', reason: 'the resolver is closed' });
      }
    }
  }

  private events() {
    return {
      onReply: (question: Question, message: Buffer, upstream: Upstream) => this.receive(question, message, upstream),
      onFailure: (question: Question, failure: DnsAnswer) => {
        this.retry(question, failure);
        this.pump();
      },
      onStray: () => {
        this.stats.dropped++;
      },
    };
  }

  /** Sends what waits for as long as a server has room. */
  private pump(): void {
    while (this.again.length + this.waiting.length > 0 && !this.stopped.signal.aborted) {
      if (!this.upstreams.some((upstream) => upstream.inFlight < this.window)) return;
      const question = this.again.take() ?? this.waiting.take();
      if (!question || question.isSettled) continue;
      this.startSweeping();
      question.triesLeft--;
      this.stats.sent++;
      this.choose(question).send(question);
    }
  }

  /** The next server in turn that has room; one that rests, or was just asked this very question, only for want of another. */
  private choose(question: Question): Upstream {
    const nowMs = this.lastBusyMs;
    const withRoom =
      this.upstreams.length === 1 ? this.upstreams : this.upstreams.filter((u) => u.inFlight < this.window);
    const others = withRoom.length === 1 ? withRoom : withRoom.filter((u) => u !== question.sentTo);
    const awake = others.length === 1 ? others : others.filter((u) => !u.isResting(nowMs));
    const pool = awake.length > 0 ? awake : others;
    return pool[this.next++ % pool.length] as Upstream;
  }

  private receive(question: Question, message: Buffer, upstream: Upstream): void {
    if (isTruncated(message)) void this.fetchWhole(question, message, upstream);
    else this.take(question, readAnswer(message, question.name, question.type));
    this.pump();
  }

  /** Fetches a cut-off answer over TCP; where that fails, the records that did arrive still stand. */
  private async fetchWhole(question: Question, cutOff: Buffer, upstream: Upstream): Promise<void> {
    this.stats.overTcp++;
    upstream.tcpInFlight++;
    const whole = await askOverTcp(upstream.server, question.message, this.timeoutMs, this.stopped.signal);
    upstream.tcpInFlight--;
    const answer = readAnswer(whole ?? cutOff, question.name, question.type);
    if (whole) this.take(question, answer);
    else if (answer.kind === 'answer') settle(question, { ...answer, complete: false });
    else this.retry(question, { kind: 'timeout' });
    this.pump();
  }

  private take(question: Question, answer: DnsAnswer): void {
    const isDeclined = answer.kind === 'refused' || answer.kind === 'servfail';
    if (isDeclined) question.declinedBy++;
    const mayBeBettered = answer.kind === 'malformed' || (isDeclined && question.declinedBy < this.upstreams.length);
    if (mayBeBettered) this.retry(question, answer);
    else settle(question, answer);
  }

  private retry(question: Question, failure: DnsAnswer): void {
    // "Refused" says more than the silence of the next server.
    if (question.failure.kind === 'timeout' || failure.kind !== 'timeout') question.failure = failure;
    if (question.triesLeft <= 0 || this.stopped.signal.aborted) settle(question, question.failure);
    else if (!question.isSettled) this.again.push(question);
  }

  private abortWith(signal: AbortSignal, question: Question, reject: (reason: unknown) => void): void {
    const abort = () => {
      question.isSettled = true;
      question.sentTo?.forget(question);
      reject(signal.reason);
      this.pump();
    };
    signal.addEventListener('abort', abort, { once: true });
    const resolve = question.settle;
    question.settle = (answer) => {
      signal.removeEventListener('abort', abort);
      resolve(answer);
    };
  }

  /** One coarse timer for all questions; it runs while there are any, and a little longer to close idle sockets. */
  private startSweeping(): void {
    this.lastBusyMs = performance.now();
    if (this.timer) this.timer.ref();
    else this.timer = setInterval(() => this.sweep(), Math.min(50, Math.max(5, this.timeoutMs / 10)));
  }

  private sweep(): void {
    const nowMs = performance.now();
    for (const upstream of this.upstreams) upstream.sweep(nowMs);
    this.pump();
    if (this.upstreams.some((upstream) => upstream.inFlight > 0)) {
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

function newQuestion(
  name: string,
  type: QuestionType,
  message: Buffer,
  tries: number,
  settleWith: (answer: DnsAnswer) => void,
): Question {
  return {
    name,
    type,
    message,
    settle: settleWith,
    triesLeft: tries,
    sentTo: undefined,
    declinedBy: 0,
    failure: { kind: 'timeout' },
    deadlineMs: 0,
    isSettled: false,
  };
}

function settle(question: Question, answer: DnsAnswer): void {
  if (question.isSettled) return;
  question.isSettled = true;
  question.settle(answer);
}
