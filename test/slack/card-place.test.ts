// Where a card stands is written down after it was posted: another program that holds the database just then must not make a second card.
import { expect, it, onTestFinished } from 'vitest';
import { openFromFinding } from '../../src/incidents/open.js';
import { findIncident } from '../../src/incidents/store.js';
import { stolenMailbox } from '../helpers/incidents.js';
import { ABUSE, holdDatabase, openDesk } from '../helpers/slack-desk.js';

const HELD_MS = 300;

it('posts one card when the database is held between the post and the note of its place', async () => {
  // Without the history there is no finding again what was posted.
  const desk = await openDesk({ scopes: ['chat:write', 'commands', 'im:write'] });
  let isHeld = false;
  const stop = desk.slack.on(({ type }) => {
    if (type !== 'message' || isHeld) return;
    isHeld = true;
    holdDatabase(desk, HELD_MS);
  });
  onTestFinished(stop);

  openFromFinding(desk.ctx, stolenMailbox());
  await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.messageTs);
  await desk.settled();

  expect(isHeld).toBe(true);
  const cards = (await desk.slack.messages(ABUSE)).filter(({ text }) => text.includes('Compromised mailbox'));
  expect(cards).toHaveLength(1);
  expect(findIncident(desk.ctx.db, 1)?.messageTs).toBe(cards[0]?.ts);
});
