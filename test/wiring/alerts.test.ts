// That people hear of our own trouble: also when Slack, the database or the process fails just then.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { outbox } from '../../src/db/schema.js';
import { tellPeople } from '../../src/wiring/alerts.js';
import { ABUSE, openDesk } from '../helpers/slack-desk.js';
import { freshDb } from '../helpers/temp.js';

const log = pino({ level: 'silent' });
const HANGS = 'the policy thread hangs: it is ended and started again';

describe('an alert about ourselves', () => {
  it('comes when Slack is back, once, though Slack failed when it was told', async () => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { status: 503, times: 1 });

    await tellPeople({ db: desk.ctx.db, now: desk.ctx.now, log, directly: unused }, HANGS);
    await desk.settled();
    expect(await desk.slack.messages(ABUSE)).toEqual([]);

    desk.ctx.db.update(outbox).set({ nextAt: 0 }).run();
    await desk.settled();

    const told = (await desk.slack.messages(ABUSE)).map(({ text }) => text);
    expect(told).toEqual([`relaywarden: ${HANGS}`]);
  });

  it('waits for a database that another program holds, and is told without one that takes nothing', async () => {
    const db = freshDb();
    const told: string[] = [];
    const deps = { db, now: Date.now, log, directly: async (text: string) => void told.push(text) };
    db.$client.pragma('query_only = on');
    await tellPeople(deps, 'one');
    db.$client.pragma('query_only = off');
    await tellPeople(deps, 'two');

    expect(told).toEqual(['one']);
    expect(db.select().from(outbox).all()).toMatchObject([{ kind: 'health.alert', payload: { text: 'two' } }]);
  });

  it('rejects in no case', async () => {
    const db = freshDb();
    db.$client.pragma('query_only = on');
    await tellPeople({ db, now: Date.now, log, directly: () => Promise.reject(new Error('away')) }, HANGS);
  });
});

async function unused(): Promise<never> {
  throw new Error('not by this way');
}
