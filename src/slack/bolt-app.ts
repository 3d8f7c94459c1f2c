// Bolt: its receiver, every feature, and one place where errors end.
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { SlackSecrets } from '../config.js';
import type { Context } from '../context.js';
import { UserError } from '../errors.js';
import { reportBreakDown } from './break-downs.js';
import type { Desk, Identity } from './desk.js';
import { registerFeatures } from './features/index.js';
import type { Poster } from './poster.js';
import { SocketConnection } from './socket-connection.js';
import { apiUrlOf, slackLogger, troubleOf } from './web-client.js';

interface SlackApp {
  /**
   * Connects. Throws UserError when Slack does not take a token; an unreachable Slack is no error: the app keeps trying and says so
   * in `state`, because blocks must be in force whatever Slack does.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  state(): { ok: boolean; text: string };
  /** HTTP mode, once started: the port that requests come to. */
  port(): number | undefined;
}

interface SlackAppOptions {
  mode: 'socket' | 'http';
  client: WebClient;
  poster: Poster;
  /** Called once Slack has said who we are. */
  onIdentity?: (identity: Identity) => void;
  /** Tests shorten them. */
  retryMs?: RetryMs;
}

/** Delays between tries to connect: the first, and the longest. */
export interface RetryMs {
  first: number;
  longest: number;
}

const RETRY_MS: RetryMs = { first: 1_000, longest: 30_000 };

/** One way for requests to come in. */
export interface Connection {
  receiver: Receiver;
  /** Resolves when requests can come in, or when Slack is out of reach and tries go on. Throws UserError for a bad token. */
  open(): Promise<void>;
  close(): Promise<void>;
  state(): { ok: boolean; text: string };
  port(): number | undefined;
}

/** Builds the app; nothing is called or listened to before `start`. */
export function createSlackApp(ctx: Context, secrets: SlackSecrets, options: SlackAppOptions): SlackApp {
  const retryMs = options.retryMs ?? RETRY_MS;
  const connection =
    options.mode === 'socket' ? new SocketConnection(secrets, ctx.log, retryMs) : createHttpConnection(ctx, secrets);
  let identity: Identity | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const desk: Desk = { ctx, client: options.client, poster: options.poster, identity: () => identity };
  const app = buildBolt(desk, secrets, connection.receiver);
  app.error(async ({ error, body }: { error: Error; body: unknown }) => reportBreakDown(desk, error, body));
  registerFeatures(app, desk);

  /** Until Slack has said who we are no request may come in: the team could not be compared. */
  async function connect(delayMs: number): Promise<void> {
    if (isStopped) return;
    const known = await whoAmI(options.client);
    if (known === 'unreachable') {
      ctx.log.warn({ retryInMs: delayMs }, 'Slack cannot be reached; trying again');
      timer = setTimeout(() => void retry(Math.min(delayMs * 2, retryMs.longest)), delayMs);
      return;
    }
    identity = known;
    options.onIdentity?.(known);
    await connection.open();
  }

  /** Nobody awaits a later try: what it throws is logged, and the state shows it. */
  async function retry(delayMs: number): Promise<void> {
    try {
      await connect(delayMs);
    } catch (error) {
      ctx.log.error({ err: error }, 'Slack does not let us in');
    }
  }

  return {
    start: () => connect(retryMs.first),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await connection.close();
    },
    state: () => (identity ? connection.state() : { ok: false, text: 'Slack cannot be reached' }),
    port: () => connection.port(),
  };
}

/** `authorize` answers from what we know: no call per request, and no unawaited auth.test that ends the process on a bad token. */
function buildBolt(desk: Desk, secrets: SlackSecrets, receiver: Receiver): App {
  return new App({
    receiver,
    authorize: async () => {
      const { botId, botUserId, teamId } = desk.identity() ?? {};
      return {
        botToken: secrets.botToken,
        ...(botId ? { botId } : {}),
        ...(botUserId ? { botUserId } : {}),
        ...(teamId ? { teamId } : {}),
      };
    },
    extendedErrorHandler: true,
    convoStore: false,
    logger: slackLogger(desk.ctx.log),
    clientOptions: { slackApiUrl: apiUrlOf(secrets), timeout: 10_000, retryConfig: { retries: 0 } },
  });
}

async function whoAmI(client: WebClient): Promise<Identity | 'unreachable'> {
  try {
    const { team_id: teamId = '', bot_id: botId = '', user_id: botUserId = '', url = '' } = await client.auth.test();
    return { teamId, botId, botUserId, workspaceUrl: url };
  } catch (error) {
    const { kind, code } = troubleOf(error);
    if (kind === 'bad-token')
      throw new UserError(
        `Slack does not take SLACK_BOT_TOKEN (${code}). Copy the Bot User OAuth Token again from the app's page.`,
      );
    return 'unreachable';
  }
}

/** Slack posts to us, signed; a proxy in front speaks TLS. */
function createHttpConnection(ctx: Context, { signingSecret = '' }: SlackSecrets): Connection {
  const { host, port } = ctx.config.slack;
  const receiver = new HTTPReceiver({ signingSecret, logger: slackLogger(ctx.log) });
  let boundPort: number | undefined;
  return {
    receiver,
    async open() {
      try {
        const server = await receiver.start({ host, port });
        boundPort = (server.address() as AddressInfo).port;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'EADDRINUSE' || code === 'EACCES')
          throw new UserError(`slack.port ${port} on ${host} cannot be used (${code}). Choose another one.`);
        throw error;
      }
    },
    async close() {
      if (boundPort === undefined) return;
      boundPort = undefined;
      await receiver.stop();
    },
    state: () => ({
      ok: boundPort !== undefined,
      text: boundPort === undefined ? 'not listening' : `listening on ${host}:${boundPort}`,
    }),
    port: () => boundPort,
  };
}
