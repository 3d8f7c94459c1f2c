// Postfix's side of policy delegation (SMTPD_POLICY_README): asks before a recipient is accepted, and lets mail flow when nobody answers.
import net from 'node:net';
import type { Letter, Recipient } from '../letter.js';

/** What the relay makes of a policy answer. */
export type PolicyVerdict =
  | { kind: 'pass' }
  /** `reply` is what the client is told behind its address: code, enhanced code and text. */
  | { kind: 'refuse'; code: string; dsn: string; text: string }
  | { kind: 'filter'; transport: string };

export interface PolicyClient {
  /** Asks about one recipient. Never rejects; `pass` when there is no answer in time. */
  ask(letter: Letter, recipient: Recipient, instance: string): Promise<PolicyVerdict>;
  close(): void;
}

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
  timer: NodeJS.Timeout;
  tries: number;
  settle(action: string): void;
}

/** A connection that was closed under a request is tried once more, as with Postfix's try_limit=2. */
const TRIES = 2;

/** Makes a client that keeps one connection open. Requests are answered in the order they were asked. */
export function createPolicyClient({
  host,
  port,
  timeoutMs = 1000,
  pauseMs = 1000,
}: PolicyClientOptions): PolicyClient {
  let socket: net.Socket | undefined;
  let waiting: Waiting[] = [];
  let heard = '';
  let silentUntil = 0;
  let isClosed = false;

  function connection(): net.Socket {
    if (socket) return socket;
    heard = '';
    const opened = net.connect({ host, port, noDelay: true });
    opened.setEncoding('utf8');
    opened.on('data', (piece: string) => hear(piece));
    opened.on('error', () => {});
    opened.on('close', () => {
      if (socket === opened) lost();
    });
    socket = opened;
    return opened;
  }

  function hear(piece: string): void {
    heard += piece;
    for (let end = heard.indexOf('\n\n'); end >= 0; end = heard.indexOf('\n\n')) {
      const [, action] = /^action=(.*)$/m.exec(heard.slice(0, end)) ?? [];
      heard = heard.slice(end + 2);
      waiting.shift()?.settle(action ?? 'DUNNO');
    }
  }

  /** The server closed: what has a try left is asked again on a new connection. */
  function lost(): void {
    socket = undefined;
    const again = isClosed ? [] : waiting.filter(({ tries }) => tries < TRIES);
    const given = waiting.filter((one) => !again.includes(one));
    waiting = again;
    for (const one of given) one.settle('DUNNO');
    if (given.length > 0) silentUntil = Date.now() + pauseMs;
    for (const one of again) send(one);
  }

  function send(one: Waiting): void {
    one.tries++;
    connection().write(one.request);
  }

  function giveUp(): void {
    silentUntil = Date.now() + pauseMs;
    const unanswered = waiting;
    waiting = [];
    const old = socket;
    socket = undefined;
    old?.destroy();
    for (const one of unanswered) one.settle('DUNNO');
  }

  function exchange(request: string): Promise<string> {
    if (isClosed || Date.now() < silentUntil) return Promise.resolve('DUNNO');
    return new Promise((resolve) => {
      const timer = setTimeout(giveUp, timeoutMs);
      const one: Waiting = {
        request,
        timer,
        tries: 0,
        settle(action) {
          clearTimeout(timer);
          resolve(action);
        },
      };
      waiting.push(one);
      send(one);
    });
  }

  return {
    ask: async (letter, recipient, instance) => readAction(await exchange(policyRequest(letter, recipient, instance))),
    close() {
      isClosed = true;
      giveUp();
    },
  };
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
