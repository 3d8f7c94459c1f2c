// What people do, seen from a real Bolt app: buttons, commands, response URLs, modals, Home, and what goes wrong.
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { signedHeaders } from '../../../src/practice/slack/delivery.js';
import { eventually } from '../../helpers/eventually.js';
import {
  abuseDesk,
  ann,
  button,
  lena,
  section,
  signingSecret,
  startTinyBot,
  type TinyBot,
} from '../helpers/tiny-bot.js';

let bot: TinyBot;
afterEach(() => bot.stop());

async function start(register: (app: App) => void): Promise<void> {
  bot = await startTinyBot(register);
}

async function postCard(value = '7:1'): Promise<string> {
  const blocks = [
    section('a stolen mailbox'),
    {
      type: 'actions' as const,
      elements: [
        button('block', value, 'Block sender'),
        {
          type: 'overflow' as const,
          action_id: 'more',
          options: ['note', 'history'].map((option) => ({
            text: { type: 'plain_text' as const, text: option },
            value: option,
          })),
        },
      ],
    },
  ];
  const posted = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'card', blocks });
  return posted.ts ?? '';
}

describe('a pressed button', () => {
  it('arrives with who, where, the message and its value, and the app can change the card', async () => {
    const seen: BlockAction[] = [];
    await start((app) =>
      app.action('block', async ({ ack, body, client, respond }) => {
        await ack();
        seen.push(body as BlockAction);
        await client.chat.update({ channel: abuseDesk, ts: (body as BlockAction).message?.ts ?? '', text: 'blocked' });
        await respond({ text: 'done', response_type: 'ephemeral', replace_original: false });
      }),
    );
    const ts = await postCard();

    await expect(bot.slack.press({ user: ann, channel: abuseDesk, ts, actionId: 'block' })).resolves.toEqual({
      ok: true,
    });

    await bot.slack.until(() => bot.slack.ephemerals(ann, abuseDesk)[0]);
    expect((await bot.slack.message(abuseDesk, ts))?.text).toBe('blocked');
    expect(seen[0]).toMatchObject({
      user: { id: ann, username: 'ann', team_id: 'T0PRACTICE' },
      channel: { id: abuseDesk, name: 'abuse-desk' },
      container: { type: 'message', message_ts: ts, is_ephemeral: false },
      message: { ts, bot_id: 'B0RELAYWRD', text: 'card' },
      actions: [{ action_id: 'block', value: '7:1', type: 'button' }],
    });
  });

  it('may come from a card that has changed since: the value is what the person saw', async () => {
    const values: string[] = [];
    await start((app) =>
      app.action<BlockAction<ButtonAction>>('block', async ({ ack, action }) => {
        values.push(action.value ?? '');
        await ack();
      }),
    );
    const ts = await postCard('7:1');
    await bot.app.client.chat.update({ channel: abuseDesk, ts, text: 'over', blocks: [section('resolved')] });

    await bot.slack.press({ user: ann, channel: abuseDesk, ts, actionId: 'block', value: '7:1' });

    expect(values).toEqual(['7:1']);
  });

  it('runs two people’s presses side by side', async () => {
    let inside = 0;
    let most = 0;
    await start((app) =>
      app.action('block', async ({ ack }) => {
        inside += 1;
        most = Math.max(most, inside);
        await eventually(() => expect(most).toBe(2));
        inside -= 1;
        await ack();
      }),
    );
    const ts = await postCard();

    await Promise.all([ann, lena].map((user) => bot.slack.press({ user, channel: abuseDesk, ts, actionId: 'block' })));

    expect(most).toBe(2);
  });

  it('that nobody acknowledges is reported to the person after three seconds', async () => {
    await start((app) => app.action('block', async () => {}));
    const ts = await postCard();
    const notices: string[] = [];
    bot.slack.on((event) => event.type === 'notice' && notices.push(event.text));

    const outcome = await bot.slack.press({ user: ann, channel: abuseDesk, ts, actionId: 'block' });

    expect(outcome).toEqual({ ok: false, text: expect.stringMatching(/timed out|Status Code 404/) });
    expect(notices).toHaveLength(1);
  });

  it('carries the chosen option of an overflow menu', async () => {
    const chosen: unknown[] = [];
    await start((app) =>
      app.action('more', async ({ ack, action }) => {
        chosen.push('selected_option' in action ? action.selected_option : undefined);
        await ack();
      }),
    );
    const ts = await postCard();

    await bot.slack.press({ user: ann, channel: abuseDesk, ts, actionId: 'more', selectedOption: 'history' });

    expect(chosen).toEqual([{ text: { type: 'plain_text', text: 'history' }, value: 'history' }]);
  });
});

it('Bolt refuses a delivery signed by somebody else, and one that is six minutes old', async () => {
  await start(() => {});
  const body = 'payload=%7B%7D';
  const post = async (headers: Record<string, string>) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await fetch(bot.eventsUrl, { method: 'POST', body, headers: { ...form, ...headers } })).status;
  };

  expect(await post(signedHeaders(body, 'somebody else'))).toBe(401);
  expect(await post(signedHeaders(body, signingSecret, Date.now() - 6 * 60_000))).toBe(401);
  expect(await post(signedHeaders(body, signingSecret))).not.toBe(401);
});

describe('a slash command', () => {
  it('shows its ack to the person alone, then fills in the answer in its place', async () => {
    await start((app) =>
      app.command('/blcheck', async ({ ack, command, respond }) => {
        await ack({ text: `Checking ${command.text}…` });
        await respond({ text: 'clear', replace_original: true });
      }),
    );

    await bot.slack.command({ user: ann, channel: abuseDesk, command: '/blcheck', text: '192.0.2.1' });

    await bot.slack.until(() => bot.slack.ephemerals(ann, abuseDesk)[0]?.text === 'clear');
    expect(bot.slack.ephemerals(ann, abuseDesk)).toHaveLength(1);
    expect(bot.slack.ephemerals(lena)).toEqual([]);
  });

  it('can answer for the whole channel', async () => {
    await start((app) =>
      app.command('/relay', async ({ ack }) => {
        await ack({ response_type: 'in_channel', text: 'for all' });
      }),
    );

    await bot.slack.command({ user: ann, channel: abuseDesk, command: '/relay', text: '' });

    expect((await bot.slack.messages(abuseDesk)).map(({ text }) => text)).toEqual(['for all']);
  });

  it('that no app answers is reported by Slackbot', async () => {
    await start(() => {});

    const outcome = await bot.slack.command({ user: ann, channel: abuseDesk, command: '/nothing', text: '' });

    expect(outcome.ok).toBe(false);
    expect(bot.slack.ephemerals(ann, abuseDesk)[0]).toMatchObject({ from: 'slackbot' });
  });
});

describe('a response URL', () => {
  it('works five times, then no more, and refuses what Slack would refuse', async () => {
    const refusals: string[] = [];
    await start((app) =>
      app.command('/relay', async ({ ack, respond }) => {
        await ack();
        await respond({ text: '', blocks: Array.from({ length: 51 }, () => section('x')) }).catch((error: Error) =>
          refusals.push(error.name),
        );
        for (let use = 2; use <= 6; use++)
          await respond({ text: `use ${use}`, response_type: 'ephemeral' }).catch((error: Error) =>
            refusals.push(error.name),
          );
      }),
    );

    await bot.slack.command({ user: ann, channel: abuseDesk, command: '/relay', text: '' });

    await bot.slack.until(() => refusals.length === 2);
    expect(bot.slack.ephemerals(ann, abuseDesk).map(({ text }) => text)).toEqual(['use 2', 'use 3', 'use 4', 'use 5']);
  });

  it('deletes the ephemeral that was pressed', async () => {
    await start((app) =>
      app.action('dismiss', async ({ ack, respond }) => {
        await ack();
        await respond({ delete_original: true });
      }),
    );
    const blocks = [{ type: 'actions' as const, elements: [button('dismiss', 'x')] }];
    await bot.app.client.chat.postEphemeral({ channel: abuseDesk, user: ann, text: 'psst', blocks });
    const [ephemeral] = bot.slack.ephemerals(ann);

    await bot.slack.press({ user: ann, channel: abuseDesk, ts: ephemeral?.ts ?? '', actionId: 'dismiss' });

    await bot.slack.until(() => bot.slack.ephemerals(ann).length === 0);
  });
});

it('a message shortcut brings the message it was used on', async () => {
  const used: unknown[] = [];
  await start((app) =>
    app.shortcut('open_incident', async ({ ack, shortcut }) => {
      used.push(shortcut);
      await ack();
    }),
  );
  const ts = await bot.slack.say({ user: lena, channel: abuseDesk, text: 'look at this bounce' });

  await bot.slack.shortcut({ user: ann, channel: abuseDesk, ts, callbackId: 'open_incident' });

  expect(used[0]).toMatchObject({
    type: 'message_action',
    user: { id: ann },
    message: { text: 'look at this bounce', user: lena },
  });
});
