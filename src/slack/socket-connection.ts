// Socket Mode that survives: Slack recycles the socket every few hours, and an outage may last longer than any number of retries.
// Bolt's own reconnect ends the process when a try fails outside its list of errors; so the library connects once, and we try again.
import { SocketModeReceiver } from '@slack/bolt';
import type { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';
import type { SlackSecrets } from '../config.js';
import { UserError } from '../errors.js';
import { within } from '../waiting.js';
import type { Connection } from './bolt-app.js';
import { apiUrlOf, slackLogger, troubleOf } from './web-client.js';

/** Envelopes remembered, to drop one that is delivered twice. */
const REMEMBERED_ENVELOPES = 2_000;
const CALL_TIMEOUT_MS = 5_000;
/** A socket over which no hello comes is given up after this long. */
const HELLO_TIMEOUT_MS = 20_000;

export function createSocketConnection(
  secrets: SlackSecrets,
  log: Logger,
  retryMs: { first: number; longest: number },
): Connection {
  const receiver = new SocketModeReceiver({
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
  const socket = receiver.client;
  dropDuplicates(socket);
  let state: { ok: boolean; text: string } = { ok: false, text: 'not connected yet' };
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  socket.on('ws_message', (data: unknown) => warnOfOthers(data, log));
  socket.on('connected', () => {
    state = { ok: true, text: 'connected' };
  });

  /** One try; says why when it failed. */
  async function attempt(): Promise<ReturnType<typeof troubleOf> | undefined> {
    const giveUp = setTimeout(() => void socket.disconnect(), HELLO_TIMEOUT_MS);
    try {
      await socket.start();
      socket.once('disconnected', () => reconnect('Slack closed the socket', retryMs.first, 0));
      return undefined;
    } catch (error) {
      return troubleOf(error ?? new Error('the socket closed before it was ready'));
    } finally {
      clearTimeout(giveUp);
    }
  }

  function reconnect(why: string, nextMs: number, delayMs: number): void {
    if (isClosed) return;
    state = { ok: false, text: `not connected: ${why}` };
    timer = setTimeout(async () => {
      const trouble = isClosed ? undefined : await attempt();
      if (!trouble) return;
      log.warn({ code: trouble.code, retryInMs: nextMs }, 'Slack cannot be reached over Socket Mode; trying again');
      reconnect(trouble.code, Math.min(nextMs * 2, retryMs.longest), nextMs);
    }, delayMs);
  }

  return {
    receiver,
    async open() {
      const trouble = await attempt();
      if (!trouble) return;
      if (trouble.kind === 'bad-token' || trouble.kind === 'missing-scope')
        throw new UserError(
          `Slack does not take SLACK_APP_TOKEN (${trouble.code}). It starts with xapp- and needs the scope connections:write; Socket Mode must be on in the app.`,
        );
      log.warn({ code: trouble.code }, 'Slack cannot be reached over Socket Mode; trying again');
      reconnect(trouble.code, retryMs.first, retryMs.first);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      state = { ok: false, text: 'stopped' };
      if (socket.websocket?.isActive()) await within(2_000, socket.disconnect());
    },
    state: () => state,
    port: () => undefined,
  };
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
