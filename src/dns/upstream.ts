// One DNS server and the few sockets we ask it through. The sockets are connected: the kernel takes packets from that server and port alone.
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { formatServer, type ServerAddress } from './address.js';
import type { DnsAnswer } from './answer.js';
import { freshId } from './ids.js';
import type { Question } from './question.js';
import { answersQuestion, ID_OFFSET, isReply } from './wire.js';

const TIMEOUT: DnsAnswer = Object.freeze({ kind: 'timeout' });
const FAILURES_BEFORE_REST = 20;
const REST_MS = 5_000;

export interface ServerHealth {
  /** As `ip:port`, an IPv6 address in brackets. */
  address: string;
  /** False once it cannot be reached, or left many tries in a row without an answer; true again with its next answer. */
  isAnswering: boolean;
  /** When it last answered anything, epoch ms; missing before its first answer. */
  lastAnswerAt?: number;
}

export interface UpstreamEvents {
  /** A reply that matched its question; the slot is free again. */
  onReply(question: Question, message: Buffer, upstream: Upstream): void;
  onFailure(question: Question, failure: DnsAnswer): void;
  /** A packet that answers nothing we asked: late, doubled, forged or garbage. */
  onStray(): void;
}

/** A socket with the questions in flight on it, by id; insertion order is the order of their deadlines. */
interface Channel {
  socket: Socket;
  isConnected: boolean;
  inFlight: Map<number, Question>;
  /** Without it Node keeps a failed send to itself. */
  onSent: (error: NodeJS.ErrnoException | null) => void;
}

/** Lives from its first question until it was idle for a while, then closes its sockets: the next questions come from new random ports. */
export class Upstream {
  /** Questions in flight over TCP; counted by the resolver. */
  tcpInFlight = 0;
  private channels: Channel[] = [];
  private udpInFlight = 0;
  private failuresInARow = 0;
  private restsUntilMs = 0;
  private lastAnswerAt: number | undefined;
  private cannotBeReached = false;

  constructor(
    readonly server: ServerAddress,
    private readonly socketCount: number,
    private readonly timeoutMs: number,
    private readonly events: UpstreamEvents,
    private readonly now: () => number,
  ) {}

  health(): ServerHealth {
    const isAnswering = !this.cannotBeReached && this.failuresInARow < FAILURES_BEFORE_REST;
    return {
      address: formatServer(this.server),
      isAnswering,
      ...(this.lastAnswerAt === undefined ? {} : { lastAnswerAt: this.lastAnswerAt }),
    };
  }

  get inFlight(): number {
    return this.udpInFlight + this.tcpInFlight;
  }

  /** Reports whether it failed so often in a row that others are asked first for a few seconds. */
  isResting(nowMs: number): boolean {
    return nowMs < this.restsUntilMs;
  }

  send(question: Question): void {
    if (this.channels.length === 0) this.open();
    const channel = this.channels[Math.floor(Math.random() * this.channels.length)] as Channel;
    const id = freshId(channel.inFlight);
    question.message.writeUInt16BE(id, ID_OFFSET);
    question.sentTo = this;
    question.deadlineMs = performance.now() + this.timeoutMs;
    channel.inFlight.set(id, question);
    this.udpInFlight++;
    if (channel.isConnected) channel.socket.send(question.message, channel.onSent);
  }

  /** Ends the tries whose time is over. */
  sweep(nowMs: number): void {
    for (const channel of this.channels) {
      for (const [id, question] of channel.inFlight) {
        if (question.deadlineMs > nowMs) break;
        channel.inFlight.delete(id);
        this.fail(question, TIMEOUT);
      }
    }
  }

  /** Gives up the slot of a question nobody waits for any more. */
  forget(question: Question): void {
    const id = question.message.readUInt16BE(ID_OFFSET);
    for (const { inFlight } of this.channels) {
      if (inFlight.get(id) === question && inFlight.delete(id)) this.udpInFlight--;
    }
  }

  /** Closes the sockets; questions in flight fail. */
  close(reason: string): void {
    const closing = this.channels;
    this.channels = [];
    for (const channel of closing) {
      channel.socket.close();
      this.failAll(channel, reason);
    }
  }

  private open(): void {
    for (let i = 0; i < this.socketCount; i++) this.channels.push(this.openChannel());
  }

  private openChannel(): Channel {
    const { host, port } = this.server;
    const family = isIPv6(host) ? 6 : 4;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      // Node would ask the system's resolver even about an address.
      lookup: (address, _options, done) => done(null, address, family),
    });
    const channel: Channel = {
      socket,
      isConnected: false,
      inFlight: new Map(),
      onSent: (error) => error && this.handleError(channel, error),
    };
    socket.unref();
    socket.on('message', (message) => this.receive(channel, message));
    socket.on('error', (error: NodeJS.ErrnoException) => this.handleError(channel, error));
    socket.on('connect', () => {
      channel.isConnected = true;
      for (const question of channel.inFlight.values()) socket.send(question.message, channel.onSent);
    });
    socket.connect(port, host);
    return channel;
  }

  private receive(channel: Channel, message: Buffer): void {
    const id = message.length < 2 ? -1 : message.readUInt16BE(ID_OFFSET);
    const question = channel.inFlight.get(id);
    if (!question || !isReply(message) || !answersQuestion(message, question.message)) {
      this.events.onStray();
      return;
    }
    channel.inFlight.delete(id);
    this.udpInFlight--;
    this.failuresInARow = 0;
    this.restsUntilMs = 0;
    this.cannotBeReached = false;
    this.lastAnswerAt = this.now();
    this.events.onReply(question, message, this);
  }

  /** ICMP told that nobody listens there, or the network is away: all in flight on this socket is lost. */
  private handleError(channel: Channel, error: NodeJS.ErrnoException): void {
    if (!channel.isConnected && this.channels.includes(channel)) {
      this.channels = this.channels.filter((other) => other !== channel);
      channel.socket.close();
    }
    this.failAll(channel, error.code ?? error.message);
  }

  private failAll(channel: Channel, reason: string): void {
    const lost = [...channel.inFlight.values()];
    channel.inFlight.clear();
    if (lost.length > 0) this.cannotBeReached = true;
    for (const question of lost) this.fail(question, { kind: 'unreachable', reason });
  }

  private fail(question: Question, failure: DnsAnswer): void {
    this.udpInFlight--;
    this.failuresInARow++;
    if (this.failuresInARow >= FAILURES_BEFORE_REST) this.restsUntilMs = performance.now() + REST_MS;
    this.events.onFailure(question, failure);
  }
}
