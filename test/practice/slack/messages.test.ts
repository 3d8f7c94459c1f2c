// What the stand-in does with a bot's messages: limits, text-only updates, threads, ephemerals, failures on demand.
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  abuseDesk,
  ann,
  botToken,
  button,
  deliverability,
  lena,
  section,
  startTinyBot,
  type TinyBot,
} from '../helpers/tiny-bot.js';

let bot: TinyBot;
beforeEach(async () => {
  bot = await startTinyBot();
});
afterEach(() => bot.stop());

describe('messages', () => {
  it('are kept in order, with the blocks and the ids that were given or made', async () => {
    await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'first', blocks: [section('*first*')] });
    await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'second' });

    const messages = await bot.slack.messages(abuseDesk);

    expect(messages.map(({ text }) => text)).toEqual(['first', 'second']);
    expect(messages[0]?.blocks[0]).toMatchObject({ type: 'section', block_id: expect.stringMatching(/./) });
    expect(messages[0]?.botId).toBe('B0RELAYWRD');
    expect(await bot.slack.messages(deliverability)).toEqual([]);
  });

  it('may be posted to a channel by its name, as config.yml gives it, and changed by its id only', async () => {
    for (const channel of ['#abuse-desk', 'abuse-desk'])
      expect(await bot.app.client.chat.postMessage({ channel, text: 'named' })).toMatchObject({ channel: abuseDesk });
    const [message] = await bot.slack.messages(abuseDesk);
    const changed = { channel: '#abuse-desk', ts: message?.ts ?? '', text: 'changed' };

    await expect(bot.app.client.chat.update(changed)).rejects.toThrow();
    await expect(bot.app.client.chat.postMessage({ channel: '#nowhere', text: 'x' })).rejects.toThrow(
      /channel_not_found/,
    );
  });

  it('keep their blocks when an update brings text only, and lose them when it brings none', async () => {
    const posted = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'a', blocks: [section('card')] });
    const at = { channel: abuseDesk, ts: posted.ts ?? '' };

    await bot.app.client.chat.update({ ...at, text: 'b' });
    expect(await bot.slack.message(abuseDesk, at.ts)).toMatchObject({ text: 'b', blocks: [{ type: 'section' }] });

    await bot.app.client.chat.update({ ...at, text: 'c', blocks: [] });
    expect((await bot.slack.message(abuseDesk, at.ts))?.blocks).toEqual([]);
  });

  it('count their replies and carry metadata to those who ask', async () => {
    const metadata = { event_type: 'outbox', event_payload: { outbox_id: 7 } };
    const root = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'root', metadata });
    await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'reply', thread_ts: root.ts ?? '' });

    const thread = await bot.slack.thread(abuseDesk, root.ts ?? '');
    expect(thread.map(({ text }) => text)).toEqual(['root', 'reply']);
    expect(thread[0]?.replyCount).toBe(1);
    const history = { channel: abuseDesk, include_all_metadata: true };
    expect((await bot.app.client.conversations.history(history)).messages?.[0]?.metadata).toEqual(metadata);
    expect(
      (await bot.app.client.conversations.history({ channel: abuseDesk })).messages?.[0]?.metadata,
    ).toBeUndefined();
  });

  it('stand in the thread and in the channel when a reply is broadcast', async () => {
    const { chat, conversations } = bot.app.client;
    const root = {
      channel: abuseDesk,
      thread_ts: (await chat.postMessage({ channel: abuseDesk, text: 'root' })).ts ?? '',
    };
    await chat.postMessage({ ...root, text: 'in the thread' });
    const seen: unknown[] = [];
    bot.slack.on((event) => seen.push(event));
    const { ts = '' } = await chat.postMessage({ ...root, text: 'for all', reply_broadcast: true });
    await chat.postMessage({ channel: abuseDesk, text: 'next' });

    const inChannel = await bot.slack.messages(abuseDesk);
    expect(inChannel.map(({ text }) => text)).toEqual(['root', 'for all', 'next']);
    expect(inChannel[1]).toMatchObject({ threadTs: root.thread_ts, isBroadcast: true });
    const thread = await bot.slack.thread(abuseDesk, root.thread_ts);
    expect(thread.map(({ text, isBroadcast = false }) => [text, isBroadcast])).toEqual([
      ['root', false],
      ['in the thread', false],
      ['for all', true],
    ]);
    expect(seen).toContainEqual({
      type: 'message',
      channel: abuseDesk,
      ts,
      threadTs: root.thread_ts,
      isBroadcast: true,
    });

    const history = async (cursor = '') => conversations.history({ channel: abuseDesk, limit: 1, cursor });
    const first = await history();
    const second = await history(first.response_metadata?.next_cursor ?? '');
    expect([first, second].map(({ messages = [] }) => messages.map(({ text }) => text))).toEqual([
      ['next', 'for all'],
      ['root'],
    ]);
    expect(first.messages?.[1]).toMatchObject({ subtype: 'thread_broadcast', thread_ts: root.thread_ts });
    await chat.delete({ channel: abuseDesk, ts });
    expect((await bot.slack.messages(abuseDesk)).map(({ text }) => text)).toEqual(['root', 'next']);
  });

  it('reach one person only when ephemeral', async () => {
    await bot.app.client.chat.postEphemeral({ channel: abuseDesk, user: ann, text: 'between us' });

    expect(bot.slack.ephemerals(ann, abuseDesk).map(({ text }) => text)).toEqual(['between us']);
    expect(bot.slack.ephemerals(lena)).toEqual([]);
    expect(await bot.slack.messages(abuseDesk)).toEqual([]);
  });

  it('can be deleted, linked to and sent as direct messages', async () => {
    const posted = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'gone soon' });
    const at = { channel: abuseDesk, message_ts: posted.ts ?? '' };
    const { permalink } = await bot.app.client.chat.getPermalink(at);
    expect(permalink).toBe(bot.slack.permalink(abuseDesk, posted.ts ?? ''));
    await bot.app.client.chat.delete({ channel: abuseDesk, ts: posted.ts ?? '' });
    expect(await bot.slack.messages(abuseDesk)).toEqual([]);

    const opened = await bot.app.client.conversations.open({ users: ann });
    await bot.app.client.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'hello Ann' });
    const direct = await bot.slack.messages(await bot.slack.appConversation(ann));
    expect(direct.map(({ text }) => text)).toEqual(['hello Ann']);
  });
});

describe('block limits', () => {
  const post = (blocks: unknown) =>
    bot.app.client.apiCall('chat.postMessage', { channel: abuseDesk, text: 'x', blocks: blocks as never });

  it.each([
    ['51 blocks', Array.from({ length: 51 }, () => section('x')), 'invalid_blocks', /no more than 50 items/],
    ['a section of 3001 characters', [section('x'.repeat(3001))], 'invalid_blocks', /must be less than 3001/],
    [
      'a header of 151',
      [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      'invalid_blocks',
      /151/,
    ],
    ['an unknown block', [{ type: 'banner' }], 'invalid_blocks', /unsupported type: banner/],
    ['an empty text', [section('')], 'invalid_blocks', /more than 0 characters/],
    [
      'a disabled-looking style',
      [{ type: 'actions', elements: [{ ...button('a', '1'), style: 'warning' }] }],
      'invalid_blocks',
      /primary, danger/,
    ],
    [
      'an empty table cell',
      [{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }],
      'invalid_blocks',
      /more than 0/,
    ],
    [
      'two tables',
      [0, 1].map(() => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] })),
      'invalid_blocks',
      /one table/,
    ],
    [
      'six overflow options',
      [
        {
          type: 'actions',
          elements: [
            {
              type: 'overflow',
              action_id: 'o',
              options: Array.from({ length: 6 }, (_, i) => ({
                text: { type: 'plain_text', text: `${i}` },
                value: `${i}`,
              })),
            },
          ],
        },
      ],
      'invalid_blocks',
      /no more than 5/,
    ],
    [
      'the same action id twice',
      [{ type: 'actions', elements: [button('a', '1'), button('a', '2')] }],
      'invalid_blocks',
      /already exists/,
    ],
    [
      'an over-long confirmation',
      [
        {
          type: 'actions',
          elements: [
            {
              ...button('a', '1'),
              confirm: {
                title: { type: 'plain_text', text: 't' },
                text: { type: 'mrkdwn', text: 'x'.repeat(301) },
                confirm: { type: 'plain_text', text: 'y' },
                deny: { type: 'plain_text', text: 'n' },
              },
            },
          ],
        },
      ],
      'invalid_blocks',
      /301/,
    ],
    ['too much text in all', Array.from({ length: 6 }, () => section('x'.repeat(2900))), 'msg_blocks_too_long', /./],
  ])('refuse %s', async (_name, blocks, error, message) => {
    const failed = await post(blocks).then(
      () => undefined,
      (reason: { data: { error: string; response_metadata?: { messages?: string[] } } }) => reason.data,
    );

    expect(failed?.error).toBe(error);
    if (error === 'invalid_blocks') expect(failed?.response_metadata?.messages?.join()).toMatch(message);
    expect(await bot.slack.messages(abuseDesk)).toEqual([]);
  });

  it('let a full but legal message pass', async () => {
    const fields = Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'x'.repeat(100) }));
    const blocks = [{ type: 'section', fields }, ...Array.from({ length: 49 }, () => section('x'))];
    expect((await post(blocks)).ok).toBe(true);
  });
});

describe('failures on demand', () => {
  const post = () => bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'x' });

  it('answer once with an error, then work again', async () => {
    bot.slack.failNext('chat.postMessage', { error: 'is_archived' });

    await expect(post()).rejects.toMatchObject({ data: { error: 'is_archived' } });
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  it('answer 500 although the message was posted', async () => {
    bot.slack.failNext('chat.postMessage', { status: 500, afterEffect: true });

    await expect(post()).rejects.toThrow();
    expect(await bot.slack.messages(abuseDesk)).toHaveLength(1);
  });

  it('make the client wait when rate limited, and go through after that', async () => {
    const patient = new WebClient(botToken, { slackApiUrl: bot.slack.apiUrl, retryConfig: { retries: 1 } });
    bot.slack.failNext('chat.postMessage', { retryAfter: 1 });

    await expect(patient.chat.postMessage({ channel: abuseDesk, text: 'x' })).resolves.toMatchObject({ ok: true });
    expect(bot.slack.calls('chat.postMessage')).toHaveLength(2);
  });
});

describe('the directory', () => {
  it('knows the bot, its team, people and channels', async () => {
    const { client } = bot.app;

    expect(await client.auth.test()).toMatchObject({ bot_id: 'B0RELAYWRD', team_id: 'T0PRACTICE' });
    expect((await client.users.info({ user: ann })).user).toMatchObject({
      id: ann,
      real_name: 'Ann Tanaka',
      tz: 'Europe/Amsterdam',
    });
    expect((await client.conversations.info({ channel: abuseDesk })).channel).toMatchObject({
      is_member: true,
      is_ext_shared: false,
    });
    expect((await client.conversations.members({ channel: abuseDesk })).members).toContain(ann);
    await expect(client.users.info({ user: 'U0NOBODY01' })).rejects.toMatchObject({
      data: { error: 'user_not_found' },
    });
  });
});

it('refuses a method that the token has no scope for', async () => {
  const scoped = await startTinyBot(() => {}, { scopes: ['users:read'] });
  const posting = scoped.app.client.chat.postMessage({ channel: abuseDesk, text: 'x' });
  await expect(posting).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write' } });
  await scoped.stop();
});
