// A suspension stops all mail of a customer: whatever shows one of that customer's incidents says so, also where it was placed on another.
import { describe, expect, it } from 'vitest';
import { contain, lift } from '../../src/incidents/contain.js';
import { containmentFailed } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { addNote, reopenIncident, resolveIncident } from '../../src/incidents/resolve.js';
import { findIncident } from '../../src/incidents/store.js';
import { readPart } from '../../src/slack/read.js';
import { ANN, BEN, stolenMailbox, T0 } from '../helpers/incidents.js';
import { ABUSE, cardOf, openCompromise, openDesk, TECH, type TestDesk } from '../helpers/slack-desk.js';

const PAT = { key: 'compromise:acme:pat@acme.example', senders: ['pat@acme.example'], logins: ['pat@acme.example'] };

/** Two stolen mailboxes of one customer: incidents 1 (kim) and 2 (pat). */
async function twoMailboxes(): Promise<TestDesk> {
  const desk = await openDesk();
  await openCompromise(desk);
  await openCompromise(desk, PAT);
  return desk;
}

async function suspend(desk: TestDesk, incidentId: number): Promise<void> {
  contain(desk.ctx, { incidentId, actor: ANN, action: 'suspend-outbound', reason: 'spam' });
  await settled(desk);
}

async function liftOf(desk: TestDesk, incidentId: number, containmentId: number): Promise<void> {
  lift(desk.ctx, { incidentId, containmentId, actor: BEN, reason: 'clean' });
  await settled(desk);
}

async function settled({ ctx, settled }: TestDesk): Promise<void> {
  ctx.outbox.wake();
  await settled();
}

const stateOf = ({ ctx }: TestDesk, id: number) => findIncident(ctx.db, id)?.state;
const card = async (desk: TestDesk, id: number) => JSON.stringify((await cardOf(desk, ABUSE, id)).blocks);
const thread = async (desk: TestDesk, id: number) => {
  const { ts } = await cardOf(desk, ABUSE, id);
  return (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
};

describe('two incidents of one customer', () => {
  it('are both held back by a suspension on one of them, and the card of the other says where', async () => {
    const desk = await twoMailboxes();
    await suspend(desk, 2);

    expect(stateOf(desk, 1)).toBe('contained');
    const shown = await card(desk, 1);
    expect(shown).toContain('*Contained* · held back until somebody lifts it');
    expect(shown).toMatch(/\*Outbound suspended\* on <https:[^|]*\|incident 2> by Ann/);
    expect(shown).toContain('*Nothing more has come*');
    expect(shown).not.toMatch(/Still sending|nothing holds the mail back/);
    expect(await thread(desk, 1)).toContain(
      'Held back by incident 2: all outbound mail of Acme Mills is suspended there',
    );
  });

  it('keep the buttons of the other valid, and offer to block its sender before the suspension ends', async () => {
    const desk = await twoMailboxes();
    const before = findIncident(desk.ctx.db, 1)?.rev;
    await suspend(desk, 2);
    expect(findIncident(desk.ctx.db, 1)?.rev).toBe(before);
    const { ts } = await cardOf(desk, ABUSE, 1);
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'block-sender', value: `1:${before}` });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    await desk.slack.submitView({ user: TECH, viewId: form.id, values: {} });
    await settled(desk);
    await liftOf(desk, 2, 1);
    expect(stateOf(desk, 1)).toBe('contained');
    expect(await card(desk, 1)).toContain('*Sender blocked* by Ann');
  });

  it('are open again when it is lifted, and that is told in the channel', async () => {
    const desk = await twoMailboxes();
    await suspend(desk, 2);
    await liftOf(desk, 2, 1);

    expect([stateOf(desk, 1), stateOf(desk, 2)]).toEqual(['open', 'open']);
    expect(await card(desk, 1)).toContain('nothing holds the mail back');
    const text = (await desk.slack.messages(ABUSE)).map((message) => message.text).join('\n');
    expect(text).toContain('Open again: the suspension on incident 2 does not hold it back any more');
  });

  it('stay held back while one of two suspensions is in force', async () => {
    const desk = await twoMailboxes();
    await suspend(desk, 1);
    await suspend(desk, 2);
    await liftOf(desk, 1, 1);

    expect(stateOf(desk, 1)).toBe('contained');
    expect(await card(desk, 1)).toMatch(/\*Outbound suspended\* on <[^>]*incident 2> by Ann/);
  });

  it('are open when the relays do not obey the suspension', async () => {
    const desk = await twoMailboxes();
    await suspend(desk, 2);
    containmentFailed(desk.ctx, 1, 'the customer is not configured', true);
    expect(stateOf(desk, 1)).toBe('open');
  });

  it('go on as they are held when the one with the suspension is resolved and that stays in force', async () => {
    const desk = await twoMailboxes();
    await suspend(desk, 2);
    resolveIncident(desk.ctx, { incidentId: 2, actor: ANN, reason: 'mended' });
    addNote(desk.ctx, { incidentId: 1, actor: ANN, reason: 'waits for the partner' });
    expect(stateOf(desk, 1)).toBe('contained');

    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'mended' });
    await liftOf(desk, 2, 1);
    expect(stateOf(desk, 1)).toBe('resolved');
    expect(reopenIncident(desk.ctx, { incidentId: 1, actor: ANN })).toMatchObject({ incident: { state: 'open' } });
  });

  it('are opened as held back where the mail ended before the suspension, and as open where it goes on under it', async () => {
    let now = T0;
    const desk = await openDesk({ context: { now: () => now } });
    await openCompromise(desk);
    await suspend(desk, 1);
    now += 600_000;
    const stateOfNew = (who: string, since: number, at: number) => {
      const change = { key: `compromise:acme:${who}`, senders: [who], logins: [who], since, at };
      return openFromFinding(desk.ctx, stolenMailbox(change)).incident.state;
    };
    expect(stateOfNew('pat@acme.example', T0 - 600_000, T0)).toBe('contained');
    expect(stateOfNew('lea@acme.example', now - 60_000, now)).toBe('open');
    expect(stateOfNew('rob@acme.example', T0 - 600_000, now)).toBe('open');
    await settled(desk);
    expect(await card(desk, 4)).toContain('nothing holds the mail back');
  });

  it('are open again when mail of the other passes the suspension, and that is told', async () => {
    let now = T0;
    const desk = await openDesk({ context: { now: () => now } });
    await openCompromise(desk);
    await openCompromise(desk, PAT);
    await suspend(desk, 2);
    now += 600_000;
    openFromFinding(desk.ctx, stolenMailbox({ at: now }));
    await settled(desk);

    expect([stateOf(desk, 1), stateOf(desk, 2)]).toEqual(['open', 'contained']);
    expect(await card(desk, 1)).toContain('nothing holds the mail back');
    expect(await card(desk, 1)).not.toContain('Outbound suspended');
    expect(await thread(desk, 1)).toMatch(/mail comes that nothing holds back/);
  });

  it.each([1, 2])('speak of no block in part while the suspension on incident %i holds the rest', async (on) => {
    const desk = await openDesk();
    await openCompromise(desk, { senders: ['kim@acme.example', 'ida@acme.example'], senderCount: 3, logins: [] });
    await openCompromise(desk, PAT);
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
    await suspend(desk, on);

    const blocked = findIncident(desk.ctx.db, 1);
    expect(blocked).toMatchObject({ state: 'contained' });
    expect(blocked && readPart(desk.ctx, blocked)).toBeUndefined();
    expect(await card(desk, 1)).not.toContain('"style":"primary"');
  });

  it('of another customer are another matter', async () => {
    const desk = await openDesk();
    await openCompromise(desk);
    await openCompromise(desk, {
      ...{ key: 'compromise:boreal:bo@boreal.example', customer: 'boreal' },
      ...{ senders: ['bo@boreal.example'], logins: ['bo@boreal.example'] },
    });
    await suspend(desk, 2);
    expect(stateOf(desk, 1)).toBe('open');
    expect(await card(desk, 1)).not.toContain('incident 2');
  });
});
