// The Socket Mode stand-in against the real client: hello, acks, a refresh, a repeated envelope, an outage.
import { App, SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../../../src/practice/slack/index.js';
import { type SocketModeStandIn, startSocketMode } from '../../../src/practice/slack/socket-mode.js';
import { abuseDesk, ann, botToken, quiet, signingSecret } from '../helpers/tiny-bot.js';

let socket: SocketModeStandIn;
let slack: SlackStandIn;
let app: App;
const commands: string[] = [];

beforeEach(async () => {
  commands.length = 0;
  socket = await startSocketMode('xapp-practice');
  const { openConnection } = socket;
  slack = await startSlackStandIn({
    workspace: practiceWorkspace,
    botToken,
    signingSecret,
    delivery: socket,
    openConnection,
  });
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { forever: true, minTimeout: 50, maxTimeout: 100 } };
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-practice',
    installerOptions: { clientOptions },
    logger: quiet,
  });
  app = new App({
    token: botToken,
    receiver,
    deferInitialization: true,
    convoStore: false,
    logger: quiet,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  app.command('/relay', async ({ ack, command }) => {
    commands.push(command.text);
    await ack({ text: `heard ${command.text}` });
  });
  await app.init();
  await app.start();
});
afterEach(async () => {
  await app.stop();
  await socket.close();
  await slack.close();
});

const send = (text: string) => slack.command({ user: ann, channel: abuseDesk, command: '/relay', text });
const connected = (count: number) => slack.until(() => socket.connections() === count);

describe('Socket Mode', () => {
  it('delivers a command and shows the ack', async () => {
    expect(await send('one')).toEqual({ ok: true });
    expect(slack.ephemerals(ann, abuseDesk).map(({ text }) => text)).toEqual(['heard one']);
  });

  it('sends an envelope again', async () => {
    await send('one');
    socket.repeatLast({ newEnvelopeId: true });
    await slack.until(() => commands.length === 2);
  });

  it('is reconnected after a refresh and after an outage', async () => {
    socket.disconnect('refresh_requested');
    await connected(0);
    await connected(1);

    socket.setDown(true);
    expect((await send('lost')).ok).toBe(false);
    socket.setDown(false);
    await connected(1);
    expect(await send('back')).toEqual({ ok: true });
  });
});
