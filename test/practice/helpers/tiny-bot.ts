// A real Bolt app, as small as can be, against the Slack stand-in: signed HTTP in, Web API out.

import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, type Logger, LogLevel } from '@slack/bolt';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../../../src/practice/slack/index.js';

export const botToken = 'xoxb-practice';
export const signingSecret = 'practice-signing-secret';
export const [ann, lena, oscar] = practiceWorkspace.people.map(({ id }) => id) as [string, string, string];
export const [abuseDesk, deliverability] = practiceWorkspace.channels.map(({ id }) => id) as [string, string];

export const quiet: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

export interface TinyBot {
  app: App;
  slack: SlackStandIn;
  eventsUrl: string;
  /** Errors that reached Bolt's error handler. */
  errors: Error[];
  stop(): Promise<void>;
}

/** Starts the stand-in and a Bolt app on an HTTPReceiver that talks to it; `register` adds the listeners. */
export async function startTinyBot(
  register: (app: App) => void = () => {},
  options: { scopes?: string[] } = {},
): Promise<TinyBot> {
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, botToken, signingSecret, ...options });
  const receiver = new HTTPReceiver({ signingSecret, logger: quiet });
  const app = new App({
    token: botToken,
    receiver,
    deferInitialization: true,
    convoStore: false,
    logger: quiet,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  await app.init();
  const errors: Error[] = [];
  app.error(async (error) => {
    errors.push(error);
  });
  register(app);
  const server = await receiver.start({ port: 0, host: '127.0.0.1' });
  const eventsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  slack.deliverTo(eventsUrl);
  return {
    app,
    slack,
    eventsUrl,
    errors,
    stop: async () => {
      await receiver.stop();
      await slack.close();
    },
  };
}

export function section(text: string) {
  return { type: 'section' as const, text: { type: 'mrkdwn' as const, text } };
}

export function button(actionId: string, value: string, label = actionId) {
  return { type: 'button' as const, action_id: actionId, value, text: { type: 'plain_text' as const, text: label } };
}
