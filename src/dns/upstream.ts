// One DNS server: what was asked of it, what it left unanswered, and whether it lives.
import { formatServer, type ServerAddress } from './address.js';
import type { DnsAnswer } from './answer.js';
import { Channel } from './channel.js';
import { Flow } from './flow.js';
import { freshId } from './ids.js';
import type { Attempt, Question } from './question.js';
import { answersQuestion, isReply, readId, writeId } from './wire.js';

/** After so many lost questions in a row the server is suspected to be gone, and tested: one zone without living servers loses as many. */
const LOSSES_TO_SUSPECT = 4;
const LOSSES_BEFORE_REST = 20;
const REST_MS = 5_000;

export interface ServerHealth {
  /** As `ip:port`, an IPv6 address in brackets. */
  address: string;
  /** False once it cannot be reached, or does not even say what `localhost` is; true again with its next answer. */
  isAnswering: boolean;
  /** When it last answered anything, epoch ms; missing before its first answer. */
  lastAnswerAt?: number;
}

export interface UpstreamEvents {
  /** A reply that matched its question. */
  onReply(question: Question, message: Buffer, upstream: Upstream): void;
  /** The question should be sent again; the answer to its first sending is still waited for. */
  onLost(question: Question): void;
  onDeadline(question: Question): void;
  /** Nothing more can come from this server for the question. */
  onFailure(question: Question, failure: DnsAnswer): void;
  /** Some of what was on its way is not any more: the next can go. */
  onRoom(): void;
  /** It left several questions in a row without an answer: is it alive? */
  onSuspicion(upstream: Upstream): void;
  /** A packet that answers nothing we asked: late, doubled, forged or garbage. */
  onStray(): void;
}

interface UpstreamOptions {
  window: number;
  timeoutMs: number;
  /** Epoch ms. */
  now: () => number;
}

/** Lives from its first question until it was idle for a while, then closes its sockets: the next questions come from new random ports. */
export class Upstream {
  readonly flow: Flow;
  /** A test question, which shows whether it is alive, is under way. */
  isOnTrial = false;
  private isSilent = false;
  private isKnownGood = false;
  /** The last takes new questions, those before it wait for their answers. */
  private channels: Channel[] = [];
  private lossesInARow = 0;
  private restsUntilMs = 0;
  private lastAnswerAt: number | undefined;

  constructor(
    readonly server: ServerAddress,
    private readonly options: UpstreamOptions,
    private readonly events: UpstreamEvents,
  ) {
    this.flow = new Flow(options.window, options.timeoutMs);
  }

  health(): ServerHealth {
    const { lastAnswerAt } = this;
    return {
      address: formatServer(this.server),
      isAnswering: !this.isSilent,
      ...(lastAnswerAt === undefined ? {} : { lastAnswerAt }),
    };
  }

  hasOpen(): boolean {
    return this.channels.some(({ open }) => open.size > 0);
  }

  /** Reports whether it failed so often in a row that others are asked first for a few seconds; then one question at a time tries it. */
  isResting(nowMs: number): boolean {
    if (this.lossesInARow < LOSSES_BEFORE_REST) return false;
    return nowMs < this.restsUntilMs || this.flow.inFlight > 0;
  }

  /** Sends the question, for the first time or again: then from the same port with the same id. */
  send(question: Question, nowMs: number): void {
    const attempt = question.attempts.find(({ upstream }) => upstream === this) ?? this.begin(question, nowMs);
    if (attempt.isInFlight) this.flow.released();
    attempt.isInFlight = true;
    attempt.lastSentMs = nowMs;
    question.sentTo = this;
    writeId(question.message, attempt.id);
    this.flow.sent(nowMs);
    const { channel } = attempt;
    // While answers come, a failed send shows in receiving too, and waiting for word of each would only cost time.
    if (channel.isConnected) channel.send(question.message, this.isKnownGood);
  }

  /** Tells of the questions that took too long; `awakeMs` is the time of their deadlines. */
  sweep(nowMs: number, awakeMs: number): void {
    for (const channel of this.channels) {
      for (const attempt of channel.open.values()) this.look(attempt, nowMs, awakeMs);
      if (channel.left === 0 && channel.open.size === 0) this.closeOne(channel);
    }
  }

  /** Stops listening for an answer. */
  drop(attempt: Attempt): void {
    if (attempt.channel.open.delete(attempt.id) && attempt.isInFlight) this.flow.released();
  }

  /** The test question (see resolver.ts) was not answered: the server is taken to be gone. */
  failTrial(): void {
    this.isSilent = true;
    this.lossesInARow = Math.max(this.lossesInARow, LOSSES_BEFORE_REST);
    this.restsUntilMs = performance.now() + REST_MS;
  }

  /** Closes the sockets; open questions fail. */
  close(reason: string): void {
    const closing = this.channels;
    this.channels = [];
    for (const channel of closing) {
      channel.close();
      this.failAll(channel, reason);
    }
  }

  private begin(question: Question, nowMs: number): Attempt {
    const channel = this.channelWithRoom();
    channel.left--;
    const id = freshId(channel.open);
    const attempt = {
      question,
      upstream: this,
      channel,
      id,
      firstSentMs: nowMs,
      lastSentMs: nowMs,
      isInFlight: false,
    };
    channel.open.set(id, attempt);
    question.attempts.push(attempt);
    return attempt;
  }

  private look(attempt: Attempt, nowMs: number, awakeMs: number): void {
    const { question } = attempt;
    if (awakeMs >= question.deadlineMs) {
      this.events.onDeadline(question);
      return;
    }
    if (!attempt.isInFlight || nowMs - attempt.lastSentMs < this.flow.resendAfterMs(question.sends)) return;
    attempt.isInFlight = false;
    this.flow.lost();
    this.isKnownGood = false;
    this.countLoss(nowMs);
    this.events.onLost(question);
  }

  private countLoss(nowMs: number): void {
    this.lossesInARow++;
    if (this.lossesInARow >= LOSSES_BEFORE_REST) this.restsUntilMs = nowMs + REST_MS;
    if (this.lossesInARow % LOSSES_TO_SUSPECT === 0) this.events.onSuspicion(this);
  }

  private channelWithRoom(): Channel {
    const last = this.channels.at(-1);
    if (last && last.left > 0) return last;
    const channel = new Channel(this.server, {
      onMessage: (from, message) => this.receive(from, message),
      onConnected: (connected) => sendAll(connected),
      onError: (broken, error) => this.handleError(broken, error),
      onStray: () => this.events.onStray(),
    });
    this.channels.push(channel);
    return channel;
  }

  private closeOne(channel: Channel): void {
    this.channels = this.channels.filter((other) => other !== channel);
    channel.close();
  }

  private receive(channel: Channel, message: Buffer): void {
    const attempt = channel.open.get(readId(message));
    if (!attempt || !isReply(message) || !answersQuestion(message, attempt.question.message)) {
      this.events.onStray();
      return;
    }
    this.countAnswer(attempt);
    this.events.onReply(attempt.question, message, this);
    this.events.onRoom();
  }

  private countAnswer(attempt: Attempt): void {
    const nowMs = performance.now();
    end(attempt);
    this.flow.answered(nowMs - attempt.firstSentMs, nowMs - attempt.lastSentMs, nowMs, attempt.isInFlight);
    attempt.isInFlight = false;
    this.isKnownGood = true;
    this.lossesInARow = 0;
    this.isSilent = false;
    this.lastAnswerAt = this.options.now();
  }

  /** ICMP told that nobody listens there, or the network is away: all open on this socket is lost. */
  private handleError(channel: Channel, error: NodeJS.ErrnoException): void {
    if (!channel.isConnected && this.channels.includes(channel)) this.closeOne(channel);
    this.failAll(channel, error.code ?? error.message);
  }

  private failAll(channel: Channel, reason: string): void {
    const lost = [...channel.open.values()];
    channel.open.clear();
    if (lost.length > 0) this.isSilent = true;
    this.isKnownGood = false;
    const nowMs = performance.now();
    for (const attempt of lost) {
      if (attempt.isInFlight) this.flow.released();
      end(attempt);
      attempt.isInFlight = false;
      this.lossesInARow++;
      this.events.onFailure(attempt.question, { kind: 'unreachable', reason });
    }
    if (this.lossesInARow >= LOSSES_BEFORE_REST) this.restsUntilMs = nowMs + REST_MS;
    this.events.onRoom();
  }
}

/** What was asked before the socket was ready. */
function sendAll(channel: Channel): void {
  for (const { id, question } of channel.open.values()) {
    writeId(question.message, id);
    channel.send(question.message, false);
  }
}

function end(attempt: Attempt): void {
  const { attempts } = attempt.question;
  attempt.channel.open.delete(attempt.id);
  if (attempts.length === 1) attempts.pop();
  else attempts.splice(attempts.indexOf(attempt), 1);
}
