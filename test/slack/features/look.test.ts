// Who may look, through the real app: who is not in `people` gets from /relay what the channel where they ask tells anyway, and no more.
import { expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { markNoise } from '../../../src/incidents/noise/mark-noise.js';
import { readsAlong } from '../../../src/slack/authorize.js';
import { ANN } from '../../helpers/incidents.js';
import {
  ABUSE,
  DELIVERABILITY,
  FOREIGNER,
  OUTSIDER,
  openCompromise,
  openDesk,
  TECH,
  testConfig,
} from '../../helpers/slack-desk.js';

async function ask(
  desk: Awaited<ReturnType<typeof openDesk>>,
  text: string,
  { user = OUTSIDER, channel = ABUSE } = {},
) {
  const before = desk.slack.ephemerals(user).length;
  await desk.slack.command({ user, channel, command: '/relay', text });
  const { blocks, text: said } = await desk.slack.until(() => desk.slack.ephemerals(user).at(before));
  return `${said}\n${JSON.stringify(blocks)}`;
}

const MAY_ASK =
  'you may type `/relay incidents`, `/relay blocks`, `/relay status`, `/relay noise` and `/relay digest`.';

it.each(['why', 'history'])('says to whom %s of an alert is closed what there is to see', async (actionId) => {
  const desk = await openDesk();
  const { channel, ts } = await openCompromise(desk);

  await desk.press({ user: OUTSIDER, channel, ts, actionId });
  const { blocks } = await desk.slack.until(() => desk.slack.ephemerals(OUTSIDER)[0]);
  const text = JSON.stringify(blocks);

  expect(text).toMatch(/:no_entry_sign: Sorry, you may not see \*(Why\?|history)\*: you are not on the abuse desk\. /);
  expect(text).toContain(MAY_ASK);
  expect([...auditRows(desk.ctx.db)].at(-1)).toMatchObject({ outcome: 'refused', verb: actionId });
});

it.each(['incidents', 'blocks', 'status', 'noise', 'digest'])(
  'shows /relay %s to whoever reads alerts',
  async (word) => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    const own = await ask(desk, word, { user: TECH });
    const answer = await ask(desk, word);
    await desk.settled();

    expect(answer).not.toContain('was not done');
    expect(answer.split('\n')[0]).toBe(own.split('\n')[0]);
    expect(answer).not.toContain('digest-post');
    expect([...auditRows(desk.ctx.db)].filter(({ outcome }) => outcome === 'refused')).toEqual([]);
  },
);

it('counts a channel with a digest, and no other channel, and says where one may ask', async () => {
  const config = testConfig({ digests: [] });
  const desk = await openDesk({ config });
  await openCompromise(desk);

  const refused = await ask(desk, 'incidents', { channel: DELIVERABILITY });
  expect(refused).toContain('Sorry, you may not see */relay incidents*: you are not on the abuse desk');
  expect(refused).toContain(MAY_ASK);
  expect(refused).not.toContain('kim@acme.example');
  expect([...auditRows(desk.ctx.db)].at(-1)).toMatchObject({ outcome: 'refused', verb: '/relay incidents' });

  config.digests.push({ channel: DELIVERABILITY, cron: '0 7 * * *', timezone: 'UTC', whenQuiet: 'skip' });
  expect(await ask(desk, 'incidents', { channel: DELIVERABILITY })).toContain('kim@acme.example');
});

it('shows nobody’s mail who is in no alert, and nothing to another company', async () => {
  const desk = await openDesk();
  await openCompromise(desk);

  for (const text of ['why kim@acme.example', 'wyh kim@acme.example']) {
    const refused = await ask(desk, text);
    expect(refused).toContain(MAY_ASK);
  }
  const toForeigner = await ask(desk, 'incidents', { user: FOREIGNER });
  expect(toForeigner).toContain('only members of the workspace');
  expect(toForeigner).not.toContain(MAY_ASK);
});

it.each([
  ['noise', /^1 marked as noise/],
  ['digest', /Silenced as noise/],
])('offers Undo in /relay %s to whom it would not refuse', async (word, shown) => {
  const config = testConfig();
  const desk = await openDesk({ config });
  await openCompromise(desk);
  const noise = { reason: 'newsletter', scope: 'sender', kind: 'both', days: 7, note: '', lifts: false } as const;
  markNoise(desk.ctx, { incidentId: 1, rev: 1, actor: ANN, ...noise });
  await desk.settled();

  const own = await ask(desk, word);
  expect(own).toMatch(shown);
  expect(own).toContain('marked by Ann');
  expect(own).not.toContain('undo-noise');
  expect(await ask(desk, word, { user: TECH })).toContain('undo-noise');
  config.rights['mark-noise'] = 'lead';
  expect(await ask(desk, word, { user: TECH })).not.toContain('undo-noise');
});

it.each([
  ['abuse-desk', { id: 'C1', name: 'abuse-desk' }, true],
  ['#abuse-desk', { id: 'C1', name: 'abuse-desk' }, true],
  ['C1', { id: 'C1', name: 'privategroup' }, true],
  ['abuse-desk', { id: 'C1', name: 'privategroup' }, false],
  ['privategroup', { id: 'C2', name: 'privategroup' }, false],
  ['directmessage', { id: 'D2', name: 'directmessage' }, false],
  ['C1', { id: 'D1', name: 'directmessage' }, false],
])('knows the channel %s in %j: %s', (compromise, channel, expected) => {
  const config = testConfig({ channels: { compromise, listing: 'C3' } });
  const asker = { userId: OUTSIDER, name: 'oscar', teamIds: ['T1'] };
  expect(readsAlong(config, 'T1', asker, channel)).toBe(expected);
  expect(readsAlong(config, 'T1', { ...asker, teamIds: [] }, channel)).toBe(false);
  expect(readsAlong(config, '', asker, channel)).toBe(false);
});
