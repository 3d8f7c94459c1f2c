// A held list in Slack: its message comes once, two buttons decide once, outsiders are turned away, and the message says who decided.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { beginHold } from '../../../src/blocklists/watch/hold.js';
import { tellOfList } from '../../../src/blocklists/watch/news.js';
import { listStateOf } from '../../../src/blocklists/watch/store.js';
import { outbox } from '../../../src/db/schema.js';
import { listOf } from '../../blocklists/watch/world.js';
import { eventually } from '../../helpers/eventually.js';
import { T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  DELIVERABILITY,
  FOREIGNER,
  holdDatabase,
  LEAD,
  OUTSIDER,
  openDesk,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

const TARGETS = ['192.0.2.10', '192.0.2.11', '192.0.2.12'];

async function holdZen(desk: TestDesk, heldAt = T0): Promise<void> {
  desk.ctx.db.transaction((tx) => beginHold(tx, { list: 'zen', heldAt, kind: 'ipv4', targets: TARGETS, of: 5 }));
  await desk.settled();
}

async function held(desk: TestDesk) {
  const messages = await desk.slack.messages(DELIVERABILITY);
  return messages.filter(({ text }) => text.includes('suddenly lists'));
}

async function press(desk: TestDesk, user: string, actionId: string): Promise<void> {
  const [message] = await held(desk);
  await desk.press({ user, channel: DELIVERABILITY, ts: message?.ts ?? '', actionId });
  await desk.settled();
}

const trail = ({ ctx }: TestDesk) =>
  [...auditRows(ctx.db)].map(({ actorName, verb, outcome }) => `${actorName} ${verb} ${outcome}`);

describe('a held list', () => {
  it('is told in the listing channel with what it lists and two buttons', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    const [message, ...others] = await held(desk);
    expect(others).toEqual([]);
    expect(message?.text).toContain('Spamhaus ZEN suddenly lists 3 of the 5 IPv4 addresses we watch');
    const blocks = JSON.stringify(message?.blocks);
    for (const target of TARGETS) expect(blocks).toContain(target);
    expect(blocks).toContain('These are real');
    expect(blocks).toContain('Ignore this list for 24 h');
  });

  it('released by a technician is due at once, and the message says who said so', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    await press(desk, TECH, 'release-list');
    expect(listStateOf(desk.ctx.db, 'zen')).toMatchObject({ heldAt: null, releasedBy: 'Ann', heldTargets: TARGETS });
    const [message] = await held(desk);
    expect(JSON.stringify(message?.blocks)).toMatch(/These are real\*, by Ann/);
    expect(JSON.stringify(message?.blocks)).not.toContain('"type":"button"');
    expect(trail(desk)).toEqual(['relaywarden hold-list done', 'Ann release-list done']);
  });

  it('is decided as soon as another program lets go of the database', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    holdDatabase(desk, 150);
    await press(desk, TECH, 'release-list');
    await eventually(() => expect(listStateOf(desk.ctx.db, 'zen')).toMatchObject({ heldAt: null, releasedBy: 'Ann' }));
    await desk.settled();
  });

  it('ignored is not due for a day', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    await press(desk, LEAD, 'ignore-list');
    const state = listStateOf(desk.ctx.db, 'zen');
    expect(state.ignoredUntil).toBe(state.dueAt);
    expect((state.ignoredUntil ?? 0) - T0).toBeGreaterThan(23.9 * 3_600_000);
    expect(JSON.stringify((await held(desk))[0]?.blocks)).toContain('Ignored for 24 h* by Lena');
  });

  it('of two presses one counts; the other is told who was faster', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    const [message] = await held(desk);
    const at = { channel: DELIVERABILITY, ts: message?.ts ?? '' };
    await Promise.all([
      desk.press({ ...at, user: TECH, actionId: 'release-list' }),
      desk.press({ ...at, user: LEAD, actionId: 'ignore-list' }),
    ]);
    await desk.slack.until(() => (told(desk, TECH) + told(desk, LEAD)).includes('Already decided'));
    expect(told(desk, TECH) + told(desk, LEAD)).toMatch(/Already decided: .*(Ann|Lena)/);
    expect(trail(desk).filter((line) => line.endsWith('-list done'))).toHaveLength(2);
    expect(trail(desk).filter((line) => line.endsWith('lost-race'))).toHaveLength(1);
  });

  it.each([OUTSIDER, FOREIGNER])('turns %s away in private and on record', async (stranger) => {
    const desk = await openDesk();
    await holdZen(desk);
    await press(desk, stranger, 'release-list');
    await desk.slack.until(() => told(desk, stranger).includes('Sorry, These are real was not done'));
    expect(listStateOf(desk.ctx.db, 'zen').heldAt).toBe(T0);
    expect(trail(desk).at(-1)).toMatch(/release-list refused$/);
  });

  it('needs the role that the configuration names', async () => {
    const desk = await openDesk({ config: testConfig({ rights: { 'release-list': 'lead' } }) });
    await holdZen(desk);
    await press(desk, TECH, 'ignore-list');
    await desk.slack.until(() => told(desk, TECH).includes('that takes a lead'));
    expect(listStateOf(desk.ctx.db, 'zen').heldAt).toBe(T0);
  });

  it('held again gets a message of its own, and the old one stays as it was decided', async () => {
    const desk = await openDesk();
    await holdZen(desk);
    await press(desk, TECH, 'release-list');
    await holdZen(desk, T0 + 7_200_000);
    const blocks = (await held(desk)).map((message) => JSON.stringify(message.blocks));
    expect(blocks.filter((text) => text.includes('These are real*, by Ann'))).toHaveLength(1);
    expect(blocks.filter((text) => text.includes('"type":"button"'))).toHaveLength(1);
  });
});

describe('list health', () => {
  it('is one message for what happened together, a line each', async () => {
    const desk = await openDesk();
    desk.ctx.db.transaction((tx) => {
      tellOfList(tx, listOf('one'), 'broken', 'it lists the world', T0);
      tellOfList(tx, listOf('two'), 'refuses', 'asked through a public resolver', T0);
    });
    desk.ctx.db.update(outbox).set({ nextAt: 0 }).run();
    await desk.settled();
    const messages = await desk.slack.messages(ABUSE);
    expect(messages.map(({ text }) => text)).toEqual([
      expect.stringMatching(/ONE is broken: it lists the world.*\n.*TWO refuses us: asked through a public resolver/),
    ]);
  });
});
