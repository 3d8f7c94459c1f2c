// How the app gets in touch with Slack, and stays: bad tokens, outages longer than any retry, envelopes that come twice.
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../src/audit/verify.js';
import { UserError } from '../../src/errors.js';
import { signedHeaders } from '../../src/practice/slack/delivery.js';
import { ABUSE, openCompromise, openDesk, SIGNING_SECRET, TECH, testConfig, told } from '../helpers/slack-desk.js';

const socketConfig = () => testConfig({ slack: { mode: 'socket' } });

describe('Socket Mode', () => {
  it('carries a press from the socket to the relays', async () => {
    const desk = await openDesk({ config: socketConfig() });
    const { channel, ts } = await openCompromise(desk);

    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    expect(desk.app.health()).toEqual({ name: 'slack', ok: true, text: 'connected' });
  });

  it('is there again after an outage, and after Slack asks for a new connection', async () => {
    const desk = await openDesk({ config: socketConfig() });
    const { socket } = desk;
    const isConnected = () => socket?.connections() === 1 && desk.app.health().ok;

    const opened = () => desk.slack.calls('apps.connections.open').length;
    const isAgain = (since: number) => opened() > since && isConnected();

    socket?.setDown(true);
    await desk.slack.until(() => !desk.app.health().ok);
    // More failed tries than the client would make by itself.
    await desk.slack.until(() => opened() >= 8);
    let before = opened();
    socket?.setDown(false);
    await desk.slack.until(() => isAgain(before));
    before = opened();
    socket?.disconnect('refresh_requested');
    await desk.slack.until(() => isAgain(before));
    before = opened();
    socket?.drop();
    await desk.slack.until(() => isAgain(before));

    const { channel, ts } = await openCompromise(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    expect(socket?.connections()).toBe(1);
  });

  it('does once what comes twice', async () => {
    const desk = await openDesk({ config: socketConfig() });
    const { channel, ts } = await openCompromise(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'incident-menu', selectedOption: 'suspend-outbound:1:1' });
    const modal = await desk.slack.until(() => desk.slack.modal(TECH));

    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: 'only once' } });
    desk.socket?.repeatLast();
    desk.socket?.repeatLast();
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'help' });

    expect([...auditRows(desk.ctx.db)].filter(({ verb }) => verb === 'suspend-outbound')).toHaveLength(1);
  });

  it('says in one line that the app token is bad', async () => {
    const desk = await openDesk({ config: socketConfig(), secrets: { appToken: 'xapp-wrong' }, start: false });

    await expect(desk.app.start()).rejects.toThrow(UserError);
    await expect(desk.app.start()).rejects.toThrow(/SLACK_APP_TOKEN \(invalid_auth\)/);
  });
});

describe('the start', () => {
  it.each(['http', 'socket'])('says in one line that the bot token is bad (%s)', async (mode) => {
    const desk = await openDesk({
      config: testConfig({ slack: { mode, port: 0 } }),
      secrets: { botToken: 'xoxb-wrong' },
      start: false,
    });

    await expect(desk.app.start()).rejects.toThrow(/SLACK_BOT_TOKEN \(invalid_auth\)/);
  });

  it('goes on trying when Slack is out of reach, and gets in when it is back', async () => {
    const desk = await openDesk({ start: false });
    desk.slack.failNext('auth.test', { status: 503, times: 3 });

    expect(await desk.app.start()).toBeUndefined();
    expect(desk.app.health()).toEqual({ name: 'slack', ok: false, text: 'Slack cannot be reached' });

    await desk.slack.until(() => desk.app.health().ok);
    expect(desk.slack.calls('auth.test')).toHaveLength(4);
  });

  it('names the port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const desk = await openDesk({ config: testConfig({ slack: { mode: 'http', port } }), start: false });

    await expect(desk.app.start()).rejects.toThrow(`slack.port ${port} on 127.0.0.1 cannot be used (EADDRINUSE)`);
    await new Promise((resolve) => taken.close(resolve));
  });

  it('takes no request that Slack did not sign, or signed too long ago', async () => {
    const desk = await openDesk({ start: false });
    const port = await desk.app.start();
    const body = new URLSearchParams({ payload: '{}' }).toString();
    const post = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/slack/events`, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      });

    expect((await post({})).status).toBe(401);
    expect((await post(signedHeaders(body, 'wrong'))).status).toBe(401);
    expect((await post(signedHeaders(body, SIGNING_SECRET, Date.now() - 400_000))).status).toBe(401);
    expect(told(desk, TECH)).toBe('');
  });
});
