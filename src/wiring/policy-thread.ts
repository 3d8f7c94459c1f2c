// The main thread's side of the policy thread: starts it, tells it what it must know, starts it again with all of that when it dies or
// hangs. While it is gone Postfix finds nobody to ask and lets the mail flow; while it hangs, Postfix waits for each answer in vain first.
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { Containment } from '../containment/containment.js';
import type { ListenAddress } from '../containment/mtas/postfix/listen-address.js';
import type { DoorParts, PolicyDoor } from '../containment/mtas/postfix/policy-door.js';
import { NOTHING_ASKED, type PolicyServerSnapshot } from '../containment/mtas/postfix/policy-server.js';
import { UserError } from '../errors.js';
import type { SharedOwners } from '../partners/owners.js';
import { endThread, startThread } from '../thread.js';
import { Unanswered } from '../waiting.js';
import type { FromPolicy, Learned, Named, PolicyStart, ToPolicy } from './policy-messages.js';
import { newPulse, watchPulse } from './pulse.js';

/** Memory limit of the thread; it holds what is in force and the latest answers. */
const LIMITS = { maxOldGenerationSizeMb: 1_000 };
/** Wait before a thread that died is started again; doubled each time it dies within a minute of its start. */
const RESTART_MS = { first: 20, most: 5_000 };
const SOON_MS = 60_000;
/** How long a change waits to be confirmed: long enough for a thread that died to be started again. */
const CONFIRMED_MS = 5_000;
/** Learned addresses in one message to the thread: while it takes them in, policy requests wait. */
const LEARNED_AT_ONCE = 500;
/** How long `close` waits for more than the policy server's own time of grace, and then for a thread that is ended by force. */
const CLOSE_MS = 5_000;
/** Without a turn for so long the thread hangs: as long as Postfix waits for two answers, and far longer than any turn takes. */
const HUNG_MS = 5_000;
/** People are told of one trouble at most once in this time: when some message hangs the thread, the next one like it will, too. */
const TELL_AGAIN_MS = 3_600_000;

export interface PolicyThreadOptions {
  /** Told in words that the thread hangs or cannot be ended: of each once an hour, while `onError` is told every time. */
  onHung?: (text: string) => void;
  /** Without a turn for so long, the thread is taken to hang. */
  hungMs?: number;
  /** How long a change waits to be confirmed. */
  confirmedMs?: number;
  start?: (options: WorkerOptions) => Worker;
}

/** `gone`: it died, and is started again. */
type State = 'closed' | 'opening' | 'answering' | 'gone' | 'closing';

/** The policy server in a thread of its own, with who is who in memory that both threads share; nothing runs before `open`. */
export class PolicyThread implements PolicyDoor {
  readonly #parts: DoorParts;
  readonly #owners: SharedOwners;
  readonly #options: Required<PolicyThreadOptions>;
  readonly #inForce = new Map<number, Containment>();
  #learned: ReadonlyMap<string, string> = new Map();
  #state: State = 'closed';
  #worker: Worker | undefined;
  #address: ListenAddress | undefined;
  #snapshot = NOTHING_ASKED;
  #restart: NodeJS.Timeout | undefined;
  #restartMs = RESTART_MS.first;
  #startedAt = 0;
  #stopWatching = () => {};
  readonly #toldAt = new Map<string, number>();
  /** Changes that the thread was told to make and has not confirmed yet. */
  readonly #unanswered: Unanswered;
  #opened = { resolve: (_: ListenAddress) => {}, reject: (_: Error) => {} };

  constructor(parts: DoorParts, owners: SharedOwners, options: PolicyThreadOptions = {}) {
    this.#parts = parts;
    this.#owners = owners;
    const start = (given: WorkerOptions) => startThread(import.meta.url, 'policy.worker', given);
    this.#options = { onHung: () => {}, hungMs: HUNG_MS, confirmedMs: CONFIRMED_MS, start, ...options };
    const why = 'the policy server does not run now';
    this.#unanswered = new Unanswered({ afterMs: this.#options.confirmedMs, why });
  }

  open(inForce: Iterable<Containment>): Promise<ListenAddress> {
    for (const containment of inForce) this.#inForce.set(containment.id, containment);
    this.#state = 'opening';
    return new Promise((resolve, reject) => {
      this.#opened = { resolve, reject };
      this.#launch();
    });
  }

  put(containment: Containment): Promise<void> {
    this.#inForce.set(containment.id, containment);
    return this.#unanswered.ask((change) => this.#say({ type: 'put', change, named: this.#named(containment) }));
  }

  remove(id: number): Promise<void> {
    this.#inForce.delete(id);
    return this.#unanswered.ask((change) => this.#say({ type: 'remove', change, id }));
  }

  /** Replaces what was learned of client addresses: address → customer. */
  async learn(learned: ReadonlyMap<string, string>): Promise<void> {
    const changes = changesOf(this.#learned, learned);
    this.#learned = learned;
    const told: Promise<void>[] = [];
    for (let i = 0; i < changes.length; i += LEARNED_AT_ONCE) {
      const some = changes.slice(i, i + LEARNED_AT_ONCE);
      told.push(this.#unanswered.ask((change) => this.#say({ type: 'learn', change, learned: some })));
    }
    // All are on their way before any is waited for: an answer that is late leaves none untold.
    await Promise.all(told);
  }

  get isAnswering(): boolean {
    return this.#state === 'answering';
  }

  /** Counts since the thread was started last, as it told them last. */
  snapshot(): PolicyServerSnapshot {
    return { ...this.#snapshot, isListening: this.isAnswering };
  }

  async close(): Promise<void> {
    clearTimeout(this.#restart);
    this.#stopWatching();
    const worker = this.#worker;
    const isRunning = worker !== undefined && worker.threadId >= 0;
    this.#state = isRunning ? 'closing' : 'closed';
    if (isRunning && !(await endThread(worker, () => this.#say({ type: 'stop' }), CLOSE_MS)))
      this.#parts.onError(new Error('the policy thread does not end'));
    this.#unanswered.giveUp('the policy server is closed');
  }

  #launch(): void {
    const { listen, texts, routes, localDomains } = this.#parts;
    const toldTo = this.#unanswered.last;
    this.#startedAt = performance.now();
    // A thread that is started again listens on the port that the first one got (with port 0, any).
    const pulse = newPulse();
    const workerData: PolicyStart = { listen: this.#address ?? listen, texts, routes, localDomains, pulse };
    const worker = this.#options.start({ workerData, resourceLimits: LIMITS });
    worker.on('message', (message: FromPolicy) => this.#take(message, toldTo));
    worker.on('error', this.#parts.onError);
    worker.on('exit', (code) => this.#gone(code));
    this.#worker = worker;
    this.#stopWatching = watchPulse(pulse, this.#options.hungMs, () => void this.#hung(worker));
    this.#say({
      type: 'state',
      owners: this.#owners,
      inForce: [...this.#inForce.values()].map((containment) => this.#named(containment)),
      learned: [...this.#learned],
    });
  }

  /** `toldTo`: the last change that was part of the state this thread was started with. */
  #take(message: FromPolicy, toldTo: number): void {
    if (message.type === 'done') this.#unanswered.answer(message.change);
    else if (message.type === 'trouble') this.#parts.onError(new Error(message.message));
    else if (message.type === 'listening') this.#listening(message.address, toldTo);
    else if (message.type === 'news') {
      this.#snapshot = message.snapshot;
      for (const [id, count] of message.hits) this.#parts.onHits(id, count);
    } else {
      const error = message.isForOperator ? new UserError(message.message) : new Error(message.message);
      if (this.#state === 'opening') this.#opened.reject(error);
      else this.#parts.onError(error);
    }
  }

  #listening(address: ListenAddress, toldTo: number): void {
    this.#address = address;
    if (this.#state !== 'closing') this.#state = 'answering';
    this.#unanswered.answerTo(toldTo);
    this.#opened.resolve(address);
  }

  /** Ends a hanging thread by force; its exit starts the next one. Until it is gone, it holds the port. */
  async #hung(worker: Worker): Promise<void> {
    if (this.#state === 'answering') this.#state = 'gone';
    this.#tellHung('the policy thread hangs: it is ended and started again');
    if (!(await endThread(worker, () => void worker.terminate(), CLOSE_MS)))
      this.#tellHung('the policy thread hangs and cannot be ended: blocks are not in force until the bot is restarted');
  }

  #tellHung(text: string): void {
    this.#parts.onError(new Error(text));
    const now = performance.now();
    if (now - (this.#toldAt.get(text) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return;
    this.#toldAt.set(text, now);
    this.#options.onHung(text);
  }

  #gone(code: number): void {
    this.#stopWatching();
    if (this.#state === 'opening' || this.#state === 'closing') {
      this.#state = 'closed';
      this.#opened.reject(new Error('the policy thread ended before it listened'));
      return;
    }
    this.#state = 'gone';
    this.#parts.onError(new Error(`the policy thread ended with ${code}; it is started again`));
    if (performance.now() - this.#startedAt > SOON_MS) this.#restartMs = RESTART_MS.first;
    this.#restart = setTimeout(() => this.#launch(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS.most);
  }

  #named(containment: Containment): Named {
    return { containment, name: this.#parts.nameOf(containment.customer) };
  }

  #say(message: ToPolicy): void {
    this.#worker?.postMessage(message);
  }
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Learned[] {
  const set = [...after].filter(([clientIp, customer]) => before.get(clientIp) !== customer);
  const gone = [...before.keys()].filter((clientIp) => !after.has(clientIp));
  return [...set, ...gone.map((clientIp): Learned => [clientIp, ''])];
}
