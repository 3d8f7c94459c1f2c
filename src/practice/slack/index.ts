// A stand-in for Slack: the Web API for the bot, signed deliveries to it, and people who press, type and read.

import { Broadcasts, withBroadcasts, withSubtype } from './broadcasts.js';
import { asMessage, type Core, type StandInEvent, type StandInMessage } from './core.js';
import { type Delivery, httpDelivery } from './delivery.js';
import { startSlackState } from './emulator.js';
import { type Ephemeral, Ephemerals } from './ephemerals.js';
import { type Failure, Failures } from './failures.js';
import {
  appConversation,
  closeView,
  openHome,
  type Submission,
  type SubmitView,
  sendEvent,
  submitView,
} from './forms.js';
import { command, type Outcome, type Press, press, type SlashCommand, say, shortcut } from './interactions.js';
import { type Json, list, str } from './json.js';
import { ResponseUrls, Triggers } from './tickets.js';
import { type View, Views } from './views.js';
import { type LoggedCall, startWebApi } from './web-api.js';
import type { Workspace } from './workspace.js';

export { practiceWorkspace } from './workspace.js';
export type {
  Ephemeral,
  Failure,
  LoggedCall,
  Outcome,
  Press,
  SlashCommand,
  StandInEvent,
  StandInMessage,
  Submission,
  SubmitView,
  View,
  Workspace,
};

export interface SlackStandInOptions {
  workspace: Workspace;
  botToken: string;
  /** What the bot checks signatures with; Socket Mode needs none (give `delivery`). */
  signingSecret: string;
  /** The bot's `/slack/events` URL; may be set later with `deliverTo`. */
  botEventsUrl?: string;
  /** Loopback port of the Web API; any free one when absent. */
  port?: number;
  /** The bot token's scopes, enforced when given (`missing_scope`). */
  scopes?: string[];
  /** Another way to the bot than signed HTTP: the Socket Mode stand-in. */
  delivery?: Delivery;
  /** Answers apps.connections.open: the Socket Mode stand-in's. */
  openConnection?: (token: string) => Json;
  /** Where permalinks point; `https://<team>.slack.com` unless told. */
  permalinkBase?: string;
  /** How long an app has to answer, and to open a form, ms; Slack's three seconds unless told. More is for tests on a machine that is busy. */
  patienceMs?: number;
}

/** A running stand-in. Everything a reader could see is told to `on` and can be asked for. */
export interface SlackStandIn {
  /** For `clientOptions.slackApiUrl` and SLACK_API_URL; ends in a slash. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Says where the bot listens (`http://127.0.0.1:PORT/slack/events`). */
  deliverTo(botEventsUrl: string): void;
  /** Sets where permalinks point, for example the practice page's address. */
  linkTo(base: string): void;

  press(input: Press): Promise<Outcome>;
  command(input: SlashCommand): Promise<Outcome>;
  shortcut(input: { user: string; channel: string; ts: string; callbackId: string }): Promise<Outcome>;
  submitView(input: SubmitView): Promise<Submission>;
  closeView(input: { user: string; viewId: string; all?: boolean }): Promise<void>;
  openHome(user: string): Promise<Outcome>;
  say(input: { user: string; channel: string; text: string; threadTs?: string }): Promise<string>;
  sendEvent(user: string, event: Json, again?: { eventId?: string; retryNum?: number }): Promise<Outcome>;

  /** The last messages in a channel (1,000 unless told), oldest first: roots of threads, and replies that were sent there, too. */
  messages(channel: string, most?: number): Promise<StandInMessage[]>;
  /** A thread's root and replies, oldest first. */
  thread(channel: string, ts: string): Promise<StandInMessage[]>;
  message(channel: string, ts: string): Promise<StandInMessage | undefined>;
  /** When the message was posted, ms: its `ts` names the second only. */
  postedAt(ts: string): number;
  ephemerals(user: string, channel?: string): Ephemeral[];
  /** The modal in front of the person. */
  modal(user: string): View | undefined;
  modalStack(user: string): readonly View[];
  home(user: string): View | undefined;
  /** The channel id of the person's direct messages with the app. */
  appConversation(user: string): Promise<string>;
  permalink(channel: string, ts: string, threadTs?: string): string;

  on(listener: (event: StandInEvent) => void): () => void;
  /** Asks `probe` at every event until it returns something other than undefined or false; throws after `timeoutMs`. */
  until<T>(probe: () => T | Promise<T>, timeoutMs?: number): Promise<NonNullable<T>>;
  /** Makes the next call of a Web API method (or `response_url`, or `*`) fail. */
  failNext(method: string, failure: Failure): void;
  /** The bot's calls so far, oldest first; of one method when given. */
  calls(method?: string): LoggedCall[];
  close(): Promise<void>;
}

/** Starts the stand-in on loopback. */
export async function startSlackStandIn(options: SlackStandInOptions): Promise<SlackStandIn> {
  const { workspace, botToken } = options;
  const failures = new Failures();
  const listeners = new Set<(event: StandInEvent) => void>();
  let botEventsUrl = options.botEventsUrl ?? '';
  let linkBase = options.permalinkBase ?? `https://${workspace.team.domain}.slack.com`;
  const state = await startSlackState(workspace, botToken, options.scopes);
  const parts = { core: () => core, botToken, failures, openConnection: options.openConnection };
  const webApi = await startWebApi(parts, options.port ?? 0);
  const core: Core = {
    workspace,
    state,
    triggers: new Triggers(options.patienceMs),
    responseUrls: new ResponseUrls(),
    views: new Views(),
    ephemerals: new Ephemerals(),
    broadcasts: new Broadcasts(),
    delivery: options.delivery ?? httpDelivery(() => botEventsUrl, options.signingSecret, options.patienceMs),
    earlierBlocks: new Map(),
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    responseUrl: (token) => `http://127.0.0.1:${webApi.port}/respond/${token}`,
    teamUrl: () => linkBase,
    permalink: (channel, ts, threadTs = '') => permalinkTo(linkBase, channel, ts, threadTs),
  };
  const on = (listener: (event: StandInEvent) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    apiUrl: `http://127.0.0.1:${webApi.port}/api/`,
    workspace,
    deliverTo: (url) => {
      botEventsUrl = url;
    },
    linkTo: (base) => {
      linkBase = base.replace(/\/$/, '');
    },
    ...people(core),
    ...screens(core),
    on,
    until: (probe, timeoutMs) => until(on, probe, timeoutMs),
    failNext: (method, failure) => failures.plan(method, failure),
    calls: (method) => webApi.calls.filter((call) => method === undefined || call.method === method),
    close: async () => {
      await webApi.close();
      await state.close();
    },
  };
}

/** What people can do. */
function people(core: Core) {
  return {
    press: (input: Press) => press(core, input),
    command: (input: SlashCommand) => command(core, input),
    shortcut: (input: Parameters<typeof shortcut>[1]) => shortcut(core, input),
    submitView: (input: SubmitView) => submitView(core, input),
    closeView: (input: Parameters<typeof closeView>[1]) => closeView(core, input),
    openHome: (user: string) => openHome(core, user),
    say: (input: Parameters<typeof say>[1]) => say(core, input),
    sendEvent: (user: string, event: Json, again?: { eventId?: string; retryNum?: number }) =>
      sendEvent(core, user, event, again),
  };
}

/** What people can see. */
function screens(core: Core) {
  const thread = async (channel: string, ts: string) => {
    const answer = await core.state.asBot('conversations.replies', { channel, ts });
    return list(answer.messages).map((raw) => asMessage(channel, withSubtype(core, channel, raw)));
  };
  return {
    messages: async (channel: string, most = 1000) => {
      const asked = { channel, limit: most };
      const answer = await withBroadcasts(core, asked, await core.state.asBot('conversations.history', asked));
      if (answer.ok !== true) throw new Error(`no messages of ${channel}: ${str(answer.error)}`);
      const messages = list(answer.messages).map((raw) => asMessage(channel, raw));
      return messages.reverse();
    },
    thread,
    message: async (channel: string, ts: string) => (await thread(channel, ts)).find((message) => message.ts === ts),
    postedAt: (ts: string) => core.state.postedAt(ts),
    ephemerals: (user: string, channel?: string) => core.ephemerals.of(user, channel),
    modal: (user: string) => core.views.top(user),
    modalStack: (user: string) => core.views.stack(user),
    home: (user: string) => core.views.home(user),
    appConversation: (user: string) => appConversation(core, user),
    permalink: (channel: string, ts: string, threadTs?: string) => core.permalink(channel, ts, threadTs),
  };
}

function permalinkTo(base: string, channel: string, ts: string, threadTs: string): string {
  const link = `${base}/archives/${channel}/p${ts.replace('.', '')}`;
  return threadTs === '' || threadTs === ts ? link : `${link}?thread_ts=${threadTs}&cid=${channel}`;
}

async function until<T>(
  on: SlackStandIn['on'],
  probe: () => T | Promise<T>,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let wake = () => {};
  const stop = on(() => wake());
  try {
    for (;;) {
      const found = await probe();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`Slack stand-in: still waiting after ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 50);
      });
    }
  } finally {
    stop();
  }
}
