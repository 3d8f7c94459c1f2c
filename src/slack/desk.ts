// What every feature is given, and how one person is told something: where they pressed, else in private.
import type { WebClient } from '@slack/web-api';
import type { Context } from '../context.js';
import { logTrouble } from '../outbox/log-trouble.js';
import type { Message } from './messages/blocks.js';
import type { Poster } from './poster.js';

/** What auth.test said. */
export interface Identity {
  teamId: string;
  botId: string;
  botUserId: string;
  /** `https://….slack.com/` */
  workspaceUrl: string;
}

export interface Desk {
  ctx: Context;
  client: WebClient;
  poster: Poster;
  /** Undefined until Slack has answered once; no request arrives before. */
  identity: () => Identity | undefined;
}

/** Where an answer goes. */
export interface Reply {
  userId: string;
  channel?: string | undefined;
  /** Slack's address for answers to this press: works where the bot is no member. */
  respond?:
    | ((message: Message & { response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>)
    | undefined;
}

/** Tells one person, by the first way that works: the answer address, an ephemeral message, a direct message. Never throws. */
export async function tell(desk: Desk, { userId, channel, respond }: Reply, message: Message): Promise<void> {
  const ways: (() => Promise<unknown>)[] = [];
  if (respond) ways.push(() => respond({ ...message, response_type: 'ephemeral', replace_original: false }));
  if (channel) ways.push(() => desk.client.chat.postEphemeral({ channel, user: userId, ...message }));
  ways.push(() => desk.client.chat.postMessage({ channel: userId, unfurl_links: false, ...message }));
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      logTrouble(desk.ctx.log, error, { userId }, 'one way to tell a person failed');
    }
  }
}

/** Puts a message in the place of the private one that was pressed in; false when Slack does not take it, as half an hour later. */
export async function replaceOwn(desk: Desk, { userId, respond }: Reply, message: Message): Promise<boolean> {
  try {
    await respond?.({ ...message, response_type: 'ephemeral', replace_original: true });
    return respond !== undefined;
  } catch (error) {
    logTrouble(desk.ctx.log, error, { userId }, 'a private message could not be replaced');
    return false;
  }
}

/** The team that the app is installed in; '' matches nobody. */
export function installedTeam(desk: Desk): string {
  return desk.identity()?.teamId ?? '';
}
