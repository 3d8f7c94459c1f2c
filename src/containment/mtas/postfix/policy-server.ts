// The door Postfix asks at: keeps connections open, answers each request in its turn, and holds what a client may cost.
// Whatever goes wrong here is an answer DUNNO or a closed connection, never an exception: Postfix then lets the mail flow.
import net from 'node:net';
import { createLatency, type LatencySnapshot } from './latency.js';
import { claimSocketPath, type ListenAddress, listenError } from './listen-address.js';
import type { Answer, AnswerKind } from './policy-answer.js';
import {
  createPolicyParser,
  encodeReply,
  type Parsed,
  type PolicyParser,
  type PolicyRequest,
} from './policy-protocol.js';

export interface PolicyServerOptions {
  listen: ListenAddress;
  /** Answers from memory, without waiting. */
  answer: (request: PolicyRequest) => Answer;
  /** Told of failures inside `answer` and of socket trouble, for the log. The client has its DUNNO by then. */
  onError?: (error: unknown) => void;
  /** Connections beyond this are closed at once; each Postfix smtpd process holds one (100 by default per relay). */
  maxConnections?: number;
  /** Silence after which a connection is closed. Postfix itself closes after 300 s (`smtpd_policy_service_max_idle`). */
  idleMs?: number;
  /** How long `stop` waits for requests half received and answers half sent. */
  graceMs?: number;
}

/** For /healthz; counts since the start. */
export interface PolicyServerSnapshot {
  isListening: boolean;
  requests: number;
  answers: Record<AnswerKind | 'error' | 'bad', number>;
  connections: { open: number; total: number; dropped: number };
  latency: LatencySnapshot;
}

export const NOTHING_ASKED: PolicyServerSnapshot = {
  isListening: false,
  requests: 0,
  answers: { pass: 0, refuse: 0, suspend: 0, reroute: 0, 'no-route': 0, error: 0, bad: 0 },
  connections: { open: 0, total: 0, dropped: 0 },
  latency: { count: 0, p50Us: 0, p99Us: 0, maxUs: 0 },
};

interface Client {
  socket: net.Socket;
  parser: PolicyParser;
  /** We have said the last thing; what still comes is thrown away. */
  isDone: boolean;
}

const DUNNO = encodeReply('DUNNO');

/** How long a connection is read from after our last word: closing with unread bytes would reset it and lose that word. */
const LINGER_MS = 1_000;

export class PolicyServer {
  readonly #options: Required<Omit<PolicyServerOptions, 'onError'>> & Pick<PolicyServerOptions, 'onError'>;
  readonly #server: net.Server;
  readonly #clients = new Set<Client>();
  readonly #latency = createLatency();
  readonly #answers = { ...NOTHING_ASKED.answers };
  #requests = 0;
  #connections = 0;
  #dropped = 0;
  #isStopping = false;

  constructor(options: PolicyServerOptions) {
    this.#options = { maxConnections: 4_000, idleMs: 600_000, graceMs: 2_000, ...options };
    this.#server = net.createServer({ noDelay: true }, (socket) => this.#welcome(socket));
    this.#server.maxConnections = this.#options.maxConnections;
    this.#server.on('drop', () => this.#dropped++);
  }

  /** Starts to listen; resolves with the address in use (the port, when 0 was asked for). Throws UserError when it is taken. */
  async listen(): Promise<ListenAddress> {
    const { listen } = this.#options;
    if ('path' in listen) await claimSocketPath(listen.path);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(listen, error)));
      this.#server.listen('path' in listen ? { path: listen.path, writableAll: true } : listen, resolve);
    });
    this.#server.removeAllListeners('error');
    this.#server.on('error', (error) => this.#options.onError?.(error));
    const bound = this.#server.address();
    return bound !== null && typeof bound === 'object' ? { host: bound.address, port: bound.port } : listen;
  }

  /** Takes no more connections, answers what has been asked, and resolves when every connection is closed. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Postfix keeps a connection that we have only half closed until it has the next question: close it wholly.
    for (const { socket, parser } of this.#clients) if (!parser.isMidRequest()) socket.destroySoon();
    const timer = setTimeout(() => this.#destroyAll(), this.#options.graceMs);
    await closed;
    clearTimeout(timer);
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  snapshot(): PolicyServerSnapshot {
    return {
      isListening: this.isListening,
      requests: this.#requests,
      answers: { ...this.#answers },
      connections: { open: this.#clients.size, total: this.#connections, dropped: this.#dropped },
      latency: this.#latency.snapshot(),
    };
  }

  #welcome(socket: net.Socket): void {
    const client: Client = { socket, parser: createPolicyParser(), isDone: false };
    this.#clients.add(client);
    this.#connections++;
    socket.setTimeout(this.#options.idleMs, () => socket.destroy());
    socket.on('data', (piece) => this.#read(client, piece));
    socket.on('drain', () => socket.resume());
    // Resets and broken pipes are how clients leave; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#clients.delete(client));
    // Accepted while stop() was closing the door.
    if (this.#isStopping) socket.destroySoon();
  }

  #read(client: Client, piece: Buffer): void {
    if (client.isDone) return;
    const startedAt = performance.now();
    const parsed = client.parser.push(piece);
    let replies = '';
    for (const item of parsed) replies += this.#reply(item);
    const mustEnd = parsed.at(-1)?.kind === 'bad' || (this.#isStopping && !client.parser.isMidRequest());
    if (mustEnd) this.#sayLast(client, replies);
    // A client that asks and does not read is not read from until it does.
    else if (replies !== '' && !client.socket.write(replies)) client.socket.pause();
    if (parsed.length > 0) this.#latency.add((performance.now() - startedAt) * 1_000, parsed.length);
  }

  #reply(item: Parsed): string {
    this.#requests++;
    if (item.kind === 'bad') {
      this.#answers.bad++;
      return DUNNO;
    }
    try {
      const { kind, action } = this.#options.answer(item.attributes);
      const reply = encodeReply(action);
      this.#answers[kind]++;
      return reply;
    } catch (error) {
      this.#answers.error++;
      this.#options.onError?.(error);
      return DUNNO;
    }
  }

  /** Sends our last word and throws away what still comes, for a short while. */
  #sayLast(client: Client, reply: string): void {
    client.isDone = true;
    client.socket.end(reply);
    client.socket.resume();
    const timer = setTimeout(() => client.socket.destroy(), LINGER_MS);
    client.socket.once('close', () => clearTimeout(timer));
  }

  #destroyAll(): void {
    for (const { socket } of this.#clients) socket.destroy();
  }
}
