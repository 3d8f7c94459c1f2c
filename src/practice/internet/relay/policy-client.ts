// Postfix's side of policy delegation (SMTPD_POLICY_README): asks before a recipient is accepted, and lets mail flow when nobody answers.
import net from 'node:net';
import type { Letter, Recipient } from '../letter.js';

/** What the relay makes of a policy answer. */
export type PolicyVerdict =
  | { kind: 'pass' }
  /** `reply` is what the client is told behind its address: code, enhanced code and text. */
  | { kind: 'refuse'; code: string; dsn: string; text: string }
  | { kind: 'filter'; transport: string };

interface PolicyClientOptions {
  host: string;
  port: number;
  /** How long an answer may take. */
  timeoutMs?: number;
  /** How long the relay does without a server that did not answer, before it tries again. */
  pauseMs?: number;
}

interface Waiting {
  request: string;
  tries: number;
  settle(action: string): void;
}

/** A connection that was closed under a request is tried once more, as with Postfix's try_limit=2. */
const TRIES = 2;

/** Keeps one connection open. Requests are answered in the order they were asked. */
export class PolicyClient {
  readonly #options: Required<PolicyClientOptions>;
  #socket: net.Socket | undefined;
  #waiting: Waiting[] = [];
  #heard = '';
  #silentUntil = 0;
  #isClosed = false;

  constructor(options: PolicyClientOptions) {
    this.#options = { timeoutMs: 1000, pauseMs: 1000, ...options };
  }

  /** Asks about one recipient. Never rejects; `pass` when there is no answer in time. */
  async ask(letter: Letter, recipient: Recipient, instance: string): Promise<PolicyVerdict> {
    return readAction(await this.#exchange(policyRequest(letter, recipient, instance)));
  }

  close(): void {
    this.#isClosed = true;
    this.#giveUp();
  }

  #exchange(request: string): Promise<string> {
    if (this.#isClosed || Date.now() < this.#silentUntil) return Promise.resolve('DUNNO');
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(), this.#options.timeoutMs);
      const settle = (action: string) => {
        clearTimeout(timer);
        resolve(action);
      };
      const one: Waiting = { request, tries: 0, settle };
      this.#waiting.push(one);
      this.#send(one);
    });
  }

  #send(one: Waiting): void {
    one.tries++;
    this.#connection().write(one.request);
  }

  #connection(): net.Socket {
    if (this.#socket) return this.#socket;
    this.#heard = '';
    const { host, port } = this.#options;
    const opened = net.connect({ host, port, noDelay: true });
    opened.setEncoding('utf8');
    opened.on('data', (piece: string) => this.#hear(piece));
    opened.on('error', () => {});
    opened.on('close', () => {
      if (this.#socket === opened) this.#lost();
    });
    this.#socket = opened;
    return opened;
  }

  #hear(piece: string): void {
    this.#heard += piece;
    for (let end = this.#heard.indexOf('\n\n'); end >= 0; end = this.#heard.indexOf('\n\n')) {
      const [, action] = /^action=(.*)$/m.exec(this.#heard.slice(0, end)) ?? [];
      this.#heard = this.#heard.slice(end + 2);
      this.#waiting.shift()?.settle(action ?? 'DUNNO');
    }
  }

  /** The server closed: what has a try left is asked again on a new connection. */
  #lost(): void {
    this.#socket = undefined;
    const again = this.#isClosed ? [] : this.#waiting.filter(({ tries }) => tries < TRIES);
    const given = this.#waiting.filter((one) => !again.includes(one));
    this.#waiting = again;
    for (const one of given) one.settle('DUNNO');
    if (given.length > 0) this.#pause();
    for (const one of again) this.#send(one);
  }

  /** The server does not answer: nobody who waits is kept from sending. */
  #giveUp(): void {
    this.#pause();
    const unanswered = this.#waiting;
    this.#waiting = [];
    const old = this.#socket;
    this.#socket = undefined;
    old?.destroy();
    for (const one of unanswered) one.settle('DUNNO');
  }

  #pause(): void {
    this.#silentUntil = Date.now() + this.#options.pauseMs;
  }
}

/** The request at RCPT, with the attributes that Postfix 3.7 sends. */
function policyRequest(letter: Letter, recipient: Recipient, instance: string): string {
  const { client, login, sender, sizeBytes } = letter;
  const attributes: Record<string, string> = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    protocol_name: 'ESMTP',
    client_address: client.ip,
    client_name: client.name,
    reverse_client_name: client.name,
    client_port: '42817',
    server_address: '203.0.113.5',
    server_port: '587',
    helo_name: client.helo,
    sender,
    recipient: recipient.address,
    recipient_count: '0',
    queue_id: '',
    instance,
    size: String(sizeBytes),
    etrn_domain: '',
    stress: '',
    sasl_method: login ? 'PLAIN' : '',
    sasl_username: login ?? '',
    sasl_sender: '',
    ccert_subject: '',
    ccert_issuer: '',
    ccert_fingerprint: '',
    encryption_protocol: 'TLSv1.3',
    encryption_cipher: 'TLS_AES_256_GCM_SHA384',
    encryption_keysize: '256',
    policy_context: '',
  };
  const lines = Object.entries(attributes).map(([name, value]) => `${name}=${value}\n`);
  return `${lines.join('')}\n`;
}

/** Reads an action as access(5) has it. What the practice relay does not know lets the mail pass. */
export function readAction(action: string): PolicyVerdict {
  const [, filter] = /^FILTER\s+(\S+)/i.exec(action) ?? [];
  if (filter) return { kind: 'filter', transport: filter };
  const [, word, code, text = ''] = /^(?:(REJECT|DEFER)|([45]\d\d))\b\s*(.*)$/i.exec(action) ?? [];
  if (!word && !code) return { kind: 'pass' };
  const isDeferral = code?.startsWith('4') === true || word?.toUpperCase() === 'DEFER';
  const [, dsn = isDeferral ? '4.7.1' : '5.7.1', rest = ''] = /^([45]\.\d+\.\d+)?\s*(.*)$/.exec(text) ?? [];
  return { kind: 'refuse', code: code ?? (isDeferral ? '450' : '554'), dsn, text: rest || 'Access denied' };
}
