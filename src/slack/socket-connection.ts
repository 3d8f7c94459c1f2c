// Socket Mode that survives: Slack recycles the socket every few hours, and an outage may last longer than any number of retries.
// Bolt's own reconnect ends the process when a try fails outside its list of errors; so the library connects once, and we try again.
import { SocketModeReceiver } from '@slack/bolt';
import type { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';
import type { SlackSecrets } from '../config.js';
import { UserError } from '../errors.js';
import { within } from '../waiting.js';
import type { Connection, RetryMs } from './bolt-app.js';
import { apiUrlOf, slackLogger, type Trouble, troubleOf } from './web-client.js';

/** Envelopes remembered, to drop one that is delivered twice. */
const REMEMBERED_ENVELOPES = 2_000;
const CALL_TIMEOUT_MS = 5_000;
/** A socket over which no hello comes is given up after this long. */
const HELLO_TIMEOUT_MS = 20_000;

/** Connects by Socket Mode from `open` to `close`. */
export class SocketConnection implements Connection {
  readonly receiver: SocketModeReceiver;
  readonly #socket: SocketModeClient;
  readonly #log: Logger;
  readonly #retryMs: RetryMs;
  #state = { ok: false, text: 'not connected yet' };
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(secrets: SlackSecrets, log: Logger, retryMs: RetryMs) {
    this.receiver = receiverFor(secrets, log);
    this.#socket = this.receiver.client;
    this.#log = log;
    this.#retryMs = retryMs;
    dropDuplicates(this.#socket);
    this.#socket.on('ws_message', (data: unknown) => warnOfOthers(data, log));
    this.#socket.on('connected', () => {
      this.#state = { ok: true, text: 'connected' };
    });
  }

  async open(): Promise<void> {
    const trouble = await this.#attempt();
    if (!trouble) return;
    if (trouble.kind === 'bad-token' || trouble.kind === 'missing-scope')
      throw new UserError(
        `Slack does not take SLACK_APP_TOKEN (${trouble.code}). It starts with xapp- and needs the scope connections:write; Socket Mode must be on in the app.`,
      );
    this.#warnOf(trouble, this.#retryMs.first);
    this.#reconnect(trouble.code, this.#retryMs.first, this.#retryMs.first);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#state = { ok: false, text: 'stopped' };
    if (this.#socket.websocket?.isActive()) await within(2_000, this.#socket.disconnect());
  }

  state(): { ok: boolean; text: string } {
    return this.#state;
  }

  port(): undefined {
    return undefined;
  }

  /** One try; says why when it failed. */
  async #attempt(): Promise<Trouble | undefined> {
    const giveUp = setTimeout(() => void this.#socket.disconnect(), HELLO_TIMEOUT_MS);
    try {
      await this.#socket.start();
      this.#socket.once('disconnected', () => this.#reconnect('Slack closed the socket', this.#retryMs.first, 0));
      return undefined;
    } catch (error) {
      return troubleOf(error ?? new Error('the socket closed before it was ready'));
    } finally {
      clearTimeout(giveUp);
    }
  }

  /** Tries again after `delayMs`, and after `nextMs` when that fails, too. */
  #reconnect(why: string, nextMs: number, delayMs: number): void {
    if (this.#isClosed) return;
    this.#state = { ok: false, text: `not connected: ${why}` };
    this.#timer = setTimeout(async () => {
      const trouble = this.#isClosed ? undefined : await this.#attempt();
      if (!trouble) return;
      this.#warnOf(trouble, nextMs);
      this.#reconnect(trouble.code, Math.min(nextMs * 2, this.#retryMs.longest), nextMs);
    }, delayMs);
  }

  #warnOf({ code }: Trouble, retryInMs: number): void {
    this.#log.warn({ code, retryInMs }, 'Slack cannot be reached over Socket Mode; trying again');
  }
}

function receiverFor(secrets: SlackSecrets, log: Logger): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: secrets.appToken ?? '',
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    // A literal of its own: Bolt writes the bot token into options that it shares.
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrlOf(secrets),
        timeout: CALL_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      },
    },
    // Bolt's default says "not acknowledged" and throws on; our error handler has told the person already.
    processEventErrorHandler: async () => true,
  });
}

/** Slack delivers at least once. The second copy of an envelope is acknowledged and goes no further. */
function dropDuplicates(socket: SocketModeClient): void {
  const seen = new Set<string>();
  const emit = socket.emit.bind(socket);
  socket.emit = ((event: string, ...args: unknown[]) => {
    const [envelope] = args as [{ envelope_id?: string; ack?: () => Promise<void> } | undefined];
    if (event !== 'slack_event' || !envelope?.envelope_id) return emit(event as never, ...(args as never[]));
    if (seen.has(envelope.envelope_id)) {
      void envelope.ack?.().catch(() => {});
      return true;
    }
    seen.add(envelope.envelope_id);
    const [oldest] = seen;
    if (seen.size > REMEMBERED_ENVELOPES && oldest !== undefined) seen.delete(oldest);
    return emit(event as never, ...(args as never[]));
  }) as typeof socket.emit;
}

/** Another process on the same token takes part of the presses: half of them would seem to do nothing. */
function warnOfOthers(data: unknown, log: Logger): void {
  const connections = /"num_connections":\s*(\d+)/.exec(typeof data === 'string' ? data.slice(0, 500) : '')?.[1];
  if (Number(connections) > 1)
    log.warn({ connections: Number(connections) }, 'another process is connected with the same app token');
}
