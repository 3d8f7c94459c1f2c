// Slack failing in its many ways: nothing lost, nothing said twice, nothing hammered.
import { eq, isNull } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outbox } from '../../src/db/schema.js';
import { contain } from '../../src/incidents/contain.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { queueCard } from '../../src/incidents/record.js';
import { findIncident, updateIncident } from '../../src/incidents/store.js';
import { stuckEffects } from '../../src/outbox/run.js';
import { Poster } from '../../src/slack/poster.js';
import { createWebClient } from '../../src/slack/web-client.js';
import { eventually } from '../helpers/eventually.js';
import { refuseCommits } from '../helpers/full-disk.js';
import { ANN, stolenMailbox, T0 } from '../helpers/incidents.js';
import {
  ABUSE,
  BOT_TOKEN,
  cardOf,
  DELIVERABILITY,
  openCompromise,
  openDesk,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../helpers/slack-desk.js';

const cards = async (desk: TestDesk, channel = ABUSE) =>
  (await desk.slack.messages(channel)).filter(({ text }) => text.includes('Compromised mailbox'));

/** Posts beside the bot, hundreds at once if need be: a busy machine may take a minute for them. */
function posterTo({ slack, ctx }: TestDesk): Poster {
  return new Poster(createWebClient({ botToken: BOT_TOKEN, apiUrl: slack.apiUrl }, ctx.log, 60_000), 1000);
}

/** Queues the card again, with something new on it unless told, and runs it. */
async function refresh(desk: TestDesk, hasNews = true): Promise<void> {
  const incident = findIncident(desk.ctx.db, 1);
  if (!incident) throw new Error('no incident');
  const evidence = hasNews ? [`${incident.evidence[0]}.`] : incident.evidence;
  queueCard(desk.ctx.db, desk.ctx, updateIncident(desk.ctx.db, 1, { evidence }));
  await desk.settled();
}

describe('an incident’s card', () => {
  it.each([{ status: 500 }, { error: 'internal_error' }, { retryAfter: 1 }, { error: 'token_revoked' }])(
    'is posted once after Slack answered %j',
    async (failure) => {
      const desk = await openDesk();
      desk.slack.failNext('chat.postMessage', failure);

      openFromFinding(desk.ctx, stolenMailbox());
      await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

      expect(await cards(desk)).toHaveLength(1);
    },
  );

  it('is sent when it says something else, and not when it would say the same', async () => {
    const desk = await openDesk();
    await openCompromise(desk);
    await desk.settled();
    const sent = () => desk.slack.calls('chat.update').length;
    const before = sent();

    await refresh(desk, false);
    expect(sent()).toBe(before);
    await refresh(desk);
    expect(sent()).toBe(before + 1);
  });

  it('is sent again as it was when Slack took a change, but its answer got lost', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    await refresh(desk);
    const shown = async () => /• [^"]*/.exec(JSON.stringify((await desk.slack.message(channel, ts))?.blocks))?.[0];
    const [before, evidence] = [await shown(), findIncident(desk.ctx.db, 1)?.evidence ?? []];

    desk.slack.failNext('chat.update', { status: 500, afterEffect: true, times: 3 });
    await refresh(desk);
    expect(await shown()).not.toBe(before);
    updateIncident(desk.ctx.db, 1, { evidence });
    await eventually(async () => expect(await shown()).toBe(before));
  });

  it('is found again, not posted again, when the answer to the post got lost', async () => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { status: 500, afterEffect: true });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

    const posted = await cards(desk);
    expect(posted).toHaveLength(1);
    expect(findIncident(desk.ctx.db, 1)?.messageTs).toBe(posted[0]?.ts);
  });

  it('is found again when the disk was full as it was posted, and brought up to date where it stands', async () => {
    const desk = await openDesk();
    const end = refuseCommits(desk.ctx.db, 'update of message_ts on incidents');
    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => (await cards(desk)).length === 1);
    await desk.settled();
    end();

    await eventually(async () => expect(findIncident(desk.ctx.db, 1)?.messageTs).toBe((await cards(desk))[0]?.ts));
    await refresh(desk);
    expect(await cards(desk)).toHaveLength(1);
  });

  it('does without reading history where the app may not', async () => {
    const desk = await openDesk({ scopes: ['chat:write', 'commands', 'im:write'] });
    desk.slack.failNext('chat.postMessage', { status: 500 });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

    expect(await cards(desk)).toHaveLength(1);
  });

  it('waits as long as Slack asks, without asking again in between', async () => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { retryAfter: 4 });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

    const [first, second] = desk.slack.calls('chat.postMessage');
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(3900);
    expect(await cards(desk)).toHaveLength(1);
  });

  it('gives a call up that is never answered, and makes another', async () => {
    const desk = await openDesk({ callTimeoutMs: 300 });
    desk.slack.failNext('chat.postMessage', { hang: true });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

    expect(await cards(desk)).toHaveLength(1);
  });

  it('is posted anew, once, when somebody deleted it', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk);
    desk.slack.failNext('chat.update', { error: 'message_not_found' });

    await refresh(desk);
    await refresh(desk);

    expect(await cards(desk)).toHaveLength(2);
    expect(findIncident(desk.ctx.db, 1)?.messageTs).not.toBe(ts);
    expect(desk.slack.calls('chat.update').length).toBe(2);
  });

  it.each(['channel_not_found', 'not_in_channel', 'is_archived'])(
    'goes to the health channel and says so on %s',
    async (error) => {
      const config = testConfig({ channels: { compromise: ABUSE, listing: ABUSE, health: DELIVERABILITY } });
      const desk = await openDesk({ config });
      desk.slack.failNext('chat.postMessage', { error });

      openFromFinding(desk.ctx, stolenMailbox());
      await desk.settled();

      expect(findIncident(desk.ctx.db, 1)).toMatchObject({ channel: DELIVERABILITY });
      const [card] = await cards(desk, DELIVERABILITY);
      expect(JSON.stringify(card?.blocks)).toContain(`Meant for <#${ABUSE}>`);
    },
  );

  it('is found again, not posted again, in the health channel', async () => {
    const config = testConfig({ channels: { compromise: ABUSE, listing: ABUSE, health: DELIVERABILITY } });
    const desk = await openDesk({ config });
    const closed = { error: 'is_archived' };
    for (const failure of [closed, { status: 500, afterEffect: true }, closed])
      desk.slack.failNext('chat.postMessage', failure);

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => findIncident(desk.ctx.db, 1)?.messageTs);

    const posted = await cards(desk, DELIVERABILITY);
    expect(posted).toHaveLength(1);
    expect(findIncident(desk.ctx.db, 1)).toMatchObject({ channel: DELIVERABILITY, messageTs: posted[0]?.ts });
  });

  it('is given up, visibly, when no channel takes it', async () => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { error: 'not_in_channel', times: 10 });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.settled();

    expect(
      stuckEffects(desk.ctx.db)
        .map(({ kind, error }) => `${kind}: ${error}`)
        .join('\n'),
    ).toContain('incident.card: no channel takes it');
  });

  it.each([
    {
      error: 'not_in_channel',
      says: 'the bot is not in it (not_in_channel). Type /invite @relaywarden in that channel.',
    },
    { error: 'channel_not_found', says: 'there is no such channel, or it is private' },
    { error: 'is_archived', says: 'it is archived (is_archived). Unarchive it, or name another channel' },
    { error: 'restricted_action', says: 'a setting of the workspace keeps the bot from posting there' },
    { error: 'restricted_action_read_only_channel', says: 'it is read-only' },
    { error: 'restricted_action_thread_only_channel', says: 'it takes replies in threads alone' },
    { error: 'team_access_not_granted', says: 'the bot is not installed in the workspace of that channel' },
    { error: 'msg_too_long', says: 'The message is too long (msg_too_long). This is a fault of the bot' },
    { error: 'invalid_blocks', says: 'The message has a wrong form (invalid_blocks). This is a fault of the bot' },
    { error: 'missing_scope', says: 'The bot lacks a right (scope) that it needs (missing_scope). Put manifest.yml' },
    { error: 'token_revoked', says: 'The bot token was revoked (token_revoked). Install the app anew' },
  ])('says on $error what is wrong and what to do, and nothing else', async ({ error, says }) => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { error, times: 10 });
    openFromFinding(desk.ctx, stolenMailbox());
    await desk.settled();

    const [told] = desk.ctx.db.select().from(outbox).where(eq(outbox.kind, 'incident.card')).all();
    expect(told?.error).toContain(says);
    expect(told?.error?.includes('/invite')).toBe(['not_in_channel', 'channel_not_found'].includes(error));
  });

  it('tells of each channel why it takes nothing, when the reasons differ', async () => {
    const config = testConfig({ channels: { compromise: ABUSE, listing: ABUSE, health: DELIVERABILITY } });
    const desk = await openDesk({ config });
    desk.slack.failNext('chat.postMessage', { error: 'is_archived' });
    desk.slack.failNext('chat.postMessage', { error: 'not_in_channel', times: 5 });
    openFromFinding(desk.ctx, stolenMailbox());
    await desk.settled();

    const [told] = desk.ctx.db.select().from(outbox).where(eq(outbox.kind, 'incident.card')).all();
    expect(told?.error).toMatch(
      new RegExp(`^no channel takes it. ${ABUSE}: it is archived .*${DELIVERABILITY}: the bot is not in it`),
    );
  });

  it.each(['thread_not_found', 'restricted_action_thread_locked', 'an_error_of_next_year'])(
    'shows what was decided though its thread takes nothing (%s)',
    async (error) => {
      const desk = await openDesk();
      const { ts } = await openCompromise(desk);
      desk.slack.failNext('chat.postMessage', { error, times: 1000 });

      await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'block-sender' });
      const isShown = async () => JSON.stringify((await cards(desk))[0]?.blocks).includes('Sender blocked');
      await desk.slack.until(isShown, 60_000);

      expect(await cards(desk)).toHaveLength(1);
      expect(stuckEffects(desk.ctx.db).map(({ kind, failedAt }) => `${kind} ${failedAt !== null}`)).toContain(
        'incident.timeline true',
      );
    },
  );

  it('goes to the health channel when its own answers what nobody has heard of, again and again', async () => {
    const config = testConfig({ channels: { compromise: ABUSE, listing: ABUSE, health: DELIVERABILITY } });
    const desk = await openDesk({ config });
    desk.slack.failNext('chat.postMessage', { error: 'an_error_of_next_year', times: 5 });

    openFromFinding(desk.ctx, stolenMailbox());
    await desk.slack.until(async () => (await cards(desk, DELIVERABILITY)).length > 0, 60_000);

    expect(findIncident(desk.ctx.db, 1)).toMatchObject({ channel: DELIVERABILITY });
  });

  it('and its thread are not given up for one answer that nobody has heard of, after Slack was away for long', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk);
    const again = async () => {
      desk.ctx.db.update(outbox).set({ nextAt: 0, attempts: 60 }).where(isNull(outbox.doneAt)).run();
      desk.ctx.outbox.wake();
      await desk.settled();
    };
    for (const method of ['chat.postMessage', 'chat.update']) desk.slack.failNext(method, { status: 500 });
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'block-sender' });
    await desk.settled();

    for (const method of ['chat.postMessage', 'chat.update'])
      desk.slack.failNext(method, { error: 'an_error_of_next_year' });
    for (let i = 0; i < 4; i++) await again();

    expect(stuckEffects(desk.ctx.db)).toEqual([]);
    expect(await cards(desk)).toHaveLength(1);
    const thread = (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('blocked');
  });

  it.each(['invalid_blocks', 'msg_blocks_too_long'])(
    'comes in a plain version with its buttons on %s',
    async (error) => {
      const desk = await openDesk();
      desk.slack.failNext('chat.postMessage', { error });

      openFromFinding(desk.ctx, stolenMailbox());
      await desk.settled();

      const [card] = await cards(desk);
      expect(card?.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
    },
  );

  it('carries text and blocks when it is edited, so that no old button lives on', async () => {
    const desk = await openDesk();
    await openCompromise(desk);

    await refresh(desk);

    const [update] = desk.slack.calls('chat.update');
    expect(JSON.stringify(update)).toContain('blocks');
    expect(JSON.stringify(update)).toContain('text');
  });

  it('adds what a repeated detection counts to the card, and posts no other', async () => {
    const desk = await openDesk();
    await openCompromise(desk);

    openFromFinding(desk.ctx, stolenMailbox({ at: stolenMailbox().at + 60_000, messages: 90 }));
    desk.ctx.db.update(outbox).set({ nextAt: 0 }).run();
    await desk.settled();

    expect(JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks)).toContain('90 messages');
    expect(await cards(desk)).toHaveLength(1);
  });

  it('finds a message again that a minute of others came after', async () => {
    const desk = await openDesk();
    const poster = posterTo(desk);
    const post = (mark: string) => poster.post(ABUSE, { text: mark, blocks: [] }, { mark });
    const first = await post('the first');
    await Promise.all(Array.from({ length: 75 }, (_, i) => post(`alert ${i}`)));

    expect(await poster.find(ABUSE, 'the first')).toEqual(first);
  });

  it('finds a line again at the end of a long thread', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk);
    const poster = posterTo(desk);
    const line = (mark: string) => poster.post(ABUSE, { text: mark, blocks: [] }, { threadTs: ts, mark });
    await Promise.all(Array.from({ length: 205 }, (_, i) => line(`note ${i}`)));
    const last = await line('the last');

    expect(await poster.find(ABUSE, 'the last', ts)).toEqual(last);
    expect(await poster.find(ABUSE, 'never said', ts)).toBeUndefined();
  });

  it('keeps the thread quiet where the config says so', async () => {
    const desk = await openDesk({ config: testConfig({ slack: { mode: 'http', port: 0, timeline: false } }) });
    const { channel, ts } = await openCompromise(desk);

    expect(await desk.slack.thread(channel, ts)).toHaveLength(1);
  });

  it('says in the channel, too, that what was contained is open again, also where threads are kept quiet', async () => {
    const desk = await openDesk({ config: testConfig({ slack: { mode: 'http', port: 0, timeline: false } }) });
    const { channel, ts } = await openCompromise(desk, { logins: [] });
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
    openFromFinding(desk.ctx, stolenMailbox({ at: T0 + 60_000, senders: ['bob@acme.example'], logins: [] }));
    desk.ctx.outbox.wake();
    await desk.settled();

    const [, line, ...others] = await desk.slack.thread(channel, ts);
    expect(line?.text).toContain('Open again: mail comes that nothing holds back, of bob@acme.example');
    const posted = desk.slack.calls('chat.postMessage').map(({ args }) => args.reply_broadcast);
    expect(posted.filter((isInChannel) => isInChannel !== undefined)).toEqual(['true']);
    expect(others).toEqual([]);
  });

  it('says in the channel, too, that what was seen clear is listed again', async () => {
    const desk = await openDesk();
    const seen = { target: '203.0.113.17', list: 'spamhaus-zen', codes: [], meanings: [], text: '' };
    takeListed(desk.ctx, [{ ...seen, at: T0 }]);
    takeCleared(desk.ctx, [seen]);
    takeListed(desk.ctx, [{ ...seen, at: T0 + 60_000 }]);
    desk.ctx.outbox.wake();
    await desk.settled();

    const loud = desk.slack.calls('chat.postMessage').filter(({ args }) => args.reply_broadcast !== undefined);
    expect(loud.map(({ args }) => args.text)).toEqual([expect.stringContaining('Listed again: 203.0.113.17')]);
  });

  it('says once an hour in the channel that lists flap, and the rest in the thread', async () => {
    let now = T0;
    const desk = await openDesk({ context: { now: () => now, poolOf: () => 'main' } });
    const all = ['203.0.113.17', '203.0.113.18', '203.0.113.19'].map((target) => ({ target, list: 'spamhaus-zen' }));
    const flap = (minute: number) => {
      takeCleared(desk.ctx, all);
      now = T0 + minute * 60_000;
      takeListed(
        desk.ctx,
        all.map((each) => ({ ...each, codes: [], meanings: [], text: '', at: now })),
      );
    };
    for (const minute of [0, 20, 40, 60, 80]) flap(minute);
    desk.ctx.outbox.wake();
    await desk.settled();

    const again = desk.slack
      .calls('chat.postMessage')
      .map(({ args }) => args)
      .filter(({ text }) => String(text).includes('Listed again'));
    expect(again).toHaveLength(12);
    expect(again.filter((args) => args.reply_broadcast !== undefined)).toHaveLength(2);
  });

  it('keeps to a message a second and a short burst', async () => {
    const desk = await openDesk({ messagesPerSecond: 4 });
    await openCompromise(desk);
    const start = Date.now();

    for (let i = 0; i < 12; i++) await refresh(desk);

    // 2 of the burst of 5 were used by opening; the other 9 take their turn at 4 a second.
    expect(Date.now() - start).toBeGreaterThan(1500);
  });
});

describe('the pace of a channel', () => {
  it('is kept by a clock that nobody sets back', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());

    openFromFinding(desk.ctx, stolenMailbox({ at: T0 + 60_000, senders: ['bob@acme.example'] }));
    await desk.settled();

    expect(JSON.stringify((await desk.slack.message(channel, ts))?.blocks)).toContain('bob@acme.example');
  });
});

describe('a private answer', () => {
  it('finds another way when Slack does not take the first, and says when a form could not be opened', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    desk.slack.failNext('response_url', { status: 500 });

    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender', value: 'rubbish' });
    await desk.slack.until(() => told(desk, TECH).includes('cannot be read'));

    desk.slack.failNext('views.open', { error: 'expired_trigger_id' });
    await desk.press({ user: TECH, channel, ts, actionId: 'suspend-outbound' });
    await desk.slack.until(() => told(desk, TECH).includes('could not be opened'));
  });

  it('says that nothing was done when the database disk is full, with a reference that the log has', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    // The limit makes SQLite answer exactly as a full disk does.
    const pages = desk.ctx.db.$client.pragma('page_count', { simple: true }) as number;
    desk.ctx.db.$client.pragma(`max_page_count = ${pages}`);
    let refused = '';
    for (let i = 0; i < 200 && refused === ''; i++) {
      await desk.press({ user: 'U0GUEST001', channel, ts, actionId: 'block-sender' });
      refused = told(desk, 'U0GUEST001').includes('disk is full') ? told(desk, 'U0GUEST001') : '';
    }

    expect(refused).toContain('the database disk is full. Nothing was changed.');
    const reference = /Reference ([0-9a-f]+)/.exec(refused)?.[1];
    expect(desk.logged.some((line) => line.reference === reference)).toBe(true);
  });

  it('never shows what an unforeseen error says', async () => {
    const desk = await openDesk({
      context: {
        hits: () => {
          throw new Error('secret internals');
        },
      },
    });
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    await desk.settled();
    const { channel, messageTs } = findIncident(desk.ctx.db, incident.id) ?? incident;
    await desk.press({ user: TECH, channel, ts: messageTs ?? '', actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'blocks' });
    await desk.slack.until(() => told(desk, TECH).includes('Reference'));

    expect(told(desk, TECH)).toContain('this is a fault of the bot');
    expect(told(desk, TECH)).not.toContain('secret internals');
  });
});

describe('a health alert', () => {
  it('goes out without the database', async () => {
    const desk = await openDesk();
    desk.ctx.db.$client.pragma('query_only = on');

    await desk.app.alert('the disk is full <!channel>');

    expect((await desk.slack.messages(ABUSE))[0]?.text).toBe('relaywarden: the disk is full &lt;!channel&gt;');
  });

  it.each(['not_in_channel', 'is_archived', 'an_error_of_next_year'])('goes where it is read on %s', async (error) => {
    const config = testConfig({ channels: { compromise: ABUSE, listing: ABUSE, health: DELIVERABILITY } });
    const desk = await openDesk({ config });
    desk.slack.failNext('chat.postMessage', { error });

    await desk.app.alert('the disk is full');

    const [alert] = await desk.slack.messages(ABUSE);
    expect(alert?.text).toContain('relaywarden: the disk is full');
    expect(alert?.text).toContain(`Meant for <#${DELIVERABILITY}>`);
  });
});
