// Block sender, from the press to the relays: once, whoever presses and however often.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { containmentsInForce } from '../../../src/incidents/store.js';
import { auditLine } from '../../../src/slack/messages/timeline.js';
import { eventually } from '../../helpers/eventually.js';
import {
  cardOf,
  FOREIGNER,
  holdDatabase,
  LEAD,
  OUTSIDER,
  openCompromise,
  openDesk,
  TECH,
  told,
} from '../../helpers/slack-desk.js';

const block = { actionId: 'block-sender' };

describe('Block sender', () => {
  it('blocks the address and the login, shows it on the card and in the thread', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    expect(await desk.press({ user: TECH, channel, ts, ...block })).toEqual({ ok: true });
    await desk.settled();

    expect(desk.relays.applied).toMatchObject([
      { action: 'block-sender', customer: 'acme', senders: ['kim@acme.example'], logins: ['kim@acme.example'] },
    ]);
    const card = JSON.stringify((await cardOf(desk, channel, 1)).blocks);
    expect(card).toContain('*Contained*');
    expect(card).toContain('*Sender blocked* by Ann');
    expect(card).not.toContain('"block-sender"');
    const thread = (await desk.slack.thread(channel, ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('Opened by relaywarden: 60 recipients in 10 min, usual 4 an hour · ');
    expect(thread).toContain('Ann blocked the sender');
    expect(thread).toContain('In force: the block of the sender (Acme Mills)');
  });

  it('says of how many senders the block is that came into force', async () => {
    const desk = await openDesk();
    const senders = ['kim@acme.example', 'ola@acme.example', 'per@acme.example'];
    const { channel, ts } = await openCompromise(desk, { kind: 'multiple', senders, senderCount: 3, logins: [] });

    await desk.press({ user: TECH, channel, ts, ...block });
    await desk.settled();

    const thread = (await desk.slack.thread(channel, ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('In force: the block of 3 senders (Acme Mills)');
  });

  it('makes one effect of fifty presses at once, and tells the other forty-nine', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    const presses = Array.from({ length: 50 }, (_, i) =>
      desk.press({ user: i % 2 ? TECH : LEAD, channel, ts, ...block }),
    );
    expect((await Promise.all(presses)).every(({ ok }) => ok)).toBe(true);
    await desk.slack.until(() => desk.slack.ephemerals(TECH).length + desk.slack.ephemerals(LEAD).length >= 49);
    await desk.settled();

    const rows = [...auditRows(desk.ctx.db)].filter(({ verb }) => verb === 'block-sender');
    expect(rows.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(rows.filter(({ outcome }) => outcome === 'lost-race')).toHaveLength(49);
    expect(desk.relays.applied).toHaveLength(1);
    const answers = [...desk.slack.ephemerals(TECH), ...desk.slack.ephemerals(LEAD)];
    expect(answers).toHaveLength(49);
    for (const { text } of answers) expect(text).toMatch(/Already blocked by (Ann|Lena), <!date/);
  });

  it('waits for another program that holds the database', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    holdDatabase(desk, 150);

    await desk.press({ user: TECH, channel, ts, ...block });
    await eventually(() => expect(containmentsInForce(desk.ctx.db)).toHaveLength(1));
    await desk.settled();

    expect(desk.relays.applied).toHaveLength(1);
  });

  it('refuses an outsider and a person of another company, and has both on record', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    await desk.press({ user: OUTSIDER, channel, ts, ...block });
    await desk.press({ user: FOREIGNER, channel, ts, ...block });
    await desk.slack.until(() => told(desk, FOREIGNER) !== '' && told(desk, OUTSIDER) !== '');

    expect(told(desk, OUTSIDER)).toContain('you are not on the abuse desk');
    expect(told(desk, FOREIGNER)).toContain('only members of the workspace');
    const refused = [...auditRows(desk.ctx.db)].filter(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject([
      { actor: OUTSIDER, verb: 'block-sender', subject: 'incident:1' },
      { actor: FOREIGNER, verb: 'block-sender', subject: 'incident:1' },
    ]);
    // Read by others: not in the words that were said to them.
    // Slack knows the name of whom the configuration does not name, and the record the handle.
    expect(refused.map(({ actorName }) => actorName)).toEqual(['oscar', 'Eve']);
    expect(refused.map((row) => auditLine(row, String))).toEqual([
      expect.stringMatching(/ <@U0GUEST001> was refused: \S.* \(not on the abuse desk\)$/),
      expect.stringMatching(/ Eve was refused: \S.* \(from another workspace\)$/),
    ]);
    expect(desk.relays.applied).toEqual([]);
  });

  it('shows what the relays have not taken yet, and why', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    desk.relays.failure = 'the policy server is down <!here>';

    await desk.press({ user: TECH, channel, ts, ...block });
    await desk.slack.until(async () => JSON.stringify(await cardOf(desk, channel, 1)).includes('*Block FAILED*'));

    const card = JSON.stringify((await cardOf(desk, channel, 1)).blocks);
    expect(card).toContain('the policy server is down &lt;!here&gt;');
    expect(card).not.toContain('<!here>');
  });

  it('takes garbage for a button value as what it is', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    for (const value of ['', 'x', '1:', '1:99999999999999999999', '-1:1', '0:0', '77:1'])
      expect(await desk.press({ user: TECH, channel, ts, ...block, value })).toEqual({ ok: true });

    await desk.slack.until(() => desk.slack.ephemerals(TECH).length >= 6);
    expect(desk.relays.applied).toEqual([]);
    expect(told(desk, TECH)).not.toContain('Reference');
  });
});
