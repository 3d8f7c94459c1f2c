// The buttons below what somebody looked up: of a result that is kept, for those who may.
import { expect, it } from 'vitest';
import { auditRows } from '../../src/audit/verify.js';
import { actions, button } from '../../src/slack/messages/blocks.js';
import { createWebClient } from '../../src/slack/web-client.js';
import { ABUSE, BOT_TOKEN, OUTSIDER, openDesk, TECH, testConfig, told } from '../helpers/slack-desk.js';

const BUTTONS = [
  { action: 'check-share', command: '/blcheck', subject: 'check' },
  { action: 'check-repeat', command: '/blcheck', subject: 'check' },
  { action: 'check-open', command: '/blcheck', subject: 'check' },
  { action: 'dnscheck-share', command: '/dnscheck', subject: 'dnscheck' },
  { action: 'dnscheck-repeat', command: '/dnscheck', subject: 'dnscheck' },
];

/** A press on the button of a result that a bot before this one showed. */
async function pressOld(action: string, user: string, config = testConfig()) {
  const desk = await openDesk({ config });
  const { chat } = createWebClient({ botToken: BOT_TOKEN, apiUrl: desk.slack.apiUrl }, desk.ctx.log, 60_000);
  const blocks = [actions('result', [button({ action, label: 'Press', value: 'of-yesterday' })])];
  const { ts = '' } = await chat.postMessage({ channel: ABUSE, text: 'a result', blocks });
  await desk.slack.press({ user, channel: ABUSE, ts, actionId: action });
  await desk.slack.until(() => desk.slack.ephemerals(user)[0]);
  expect(await desk.slack.messages(ABUSE)).toHaveLength(1);
  return desk;
}

it.each(BUTTONS)('$action says what to type when its result is not kept any more', async ({ action, command }) => {
  const desk = await pressOld(action, TECH);

  const said = JSON.stringify(desk.slack.ephemerals(TECH)[0]?.blocks);
  expect(said).toMatch(/:hourglass: That result is no longer at hand\. (Check|Look) again:/);
  expect(said).toContain(`\`${command} `);
});

it.each(BUTTONS)('$action refuses an outsider, and has it on record', async ({ action, command, subject }) => {
  const desk = await pressOld(action, OUTSIDER);

  expect(told(desk, OUTSIDER)).toMatch(/was not done/);
  expect(told(desk, OUTSIDER)).toContain(command);
  expect([...auditRows(desk.ctx.db)]).toMatchObject([{ actor: OUTSIDER, verb: action, subject, outcome: 'refused' }]);
});

it.each(BUTTONS)('$action needs the role that the configuration names for checks', async ({ action }) => {
  const desk = await pressOld(action, TECH, testConfig({ rights: { check: 'lead' } }));

  expect(told(desk, TECH)).toContain('that takes a lead, you are a technician');
});

it('keeps the last two hundred results', async () => {
  const desk = await openDesk();
  const results = () =>
    desk.slack.ephemerals(TECH).filter(({ blocks }) => JSON.stringify(blocks).includes('check-share'));
  for (let i = 0; i <= 200; i++) {
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: 'example.com' });
    await desk.slack.until(() => results().length === i + 1);
  }
  const [oldest, next] = results();

  for (const shown of [oldest, next])
    await desk.slack.press({ user: TECH, channel: ABUSE, ts: shown?.ts ?? '', actionId: 'check-share' });
  await desk.slack.until(async () => (await desk.slack.messages(ABUSE)).length > 0);

  expect(await desk.slack.messages(ABUSE)).toHaveLength(1);
  expect(told(desk, TECH)).toContain('no longer at hand');
});
