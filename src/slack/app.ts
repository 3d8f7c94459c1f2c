// Slack as main.ts sees it: the effects that the outbox runs, the app that answers people, digests and alerts.
import type { Digest, SlackSecrets } from '../config.js';
import type { Context, HealthItem } from '../context.js';
import type { EffectHandler } from '../outbox/run.js';
import { createSlackApp, type RetryMs } from './bolt-app.js';
import type { Identity } from './desk.js';
import { queueDigest } from './digest.js';
import { healthAlert, slackEffects } from './effects.js';
import { Poster } from './poster.js';
import { createWebClient } from './web-client.js';

export interface Slack {
  /** Handlers of `incident.card`, `incident.timeline`, `digest.post` and `health.alert`; they need no running app. */
  effects: Record<string, EffectHandler>;
  /**
   * Connects, by the mode in the config. Resolves with the port that requests come to (HTTP mode). Throws UserError when Slack does not
   * take a token. An unreachable Slack is no error: tries go on, `health` says so, and the port is undefined until then.
   */
  start(): Promise<number | undefined>;
  /** Ends waits and connections; call it before the outbox is stopped. */
  stop(): Promise<void>;
  health(): HealthItem;
  /** Queues a digest for its slot; false when that slot was done before. */
  queueDigest(digest: Digest, slot: { slotAt: number; from: number; to: number }): boolean;
  /** Tells people about ourselves straight away, without the database. Throws when Slack does not take it. */
  alert(text: string): Promise<void>;
}

/** Where Slack is a stand-in (tests, practice) there is no need for Slack's pace. */
export interface Pace {
  retryMs?: RetryMs;
  /** Per channel; 1 unless told. */
  messagesPerSecond?: number;
  callTimeoutMs?: number;
}

/** Builds it; nothing is called or listened to before `start`. */
export function createSlack(ctx: Context, secrets: SlackSecrets, pace: Pace = {}): Slack {
  const { retryMs, messagesPerSecond, callTimeoutMs } = pace;
  const client = createWebClient(secrets, ctx.log, callTimeoutMs);
  const poster = new Poster(client, messagesPerSecond);
  let identity: Identity | undefined;
  const workspaceUrl = () => identity?.workspaceUrl;
  const app = createSlackApp(ctx, secrets, {
    mode: ctx.config.slack.mode,
    client,
    poster,
    onIdentity: (known) => {
      identity = known;
      // What waited for Slack goes out now, not at the next look.
      ctx.outbox.wake();
    },
    ...(retryMs ? { retryMs } : {}),
  });
  return {
    effects: slackEffects({ ...ctx, poster, workspaceUrl }),
    async start() {
      await app.start();
      return app.port();
    },
    async stop() {
      poster.close();
      await app.stop();
    },
    health: () => ({ name: 'slack', ...app.state() }),
    queueDigest(digest, slot) {
      const isQueued = queueDigest(ctx, digest, slot);
      if (isQueued) ctx.outbox.wake();
      return isQueued;
    },
    alert: (text) => healthAlert({ config: ctx.config, log: ctx.log, poster }, text),
  };
}
