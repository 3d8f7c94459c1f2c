// What people read of an incident of which a block takes a part: how much, wherever it is shown.
import { expect, it } from 'vitest';
import { contain } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { readDigest, readOpen } from '../../src/slack/digest.js';
import { digestMessage } from '../../src/slack/messages/digest.js';
import { incidentText } from '../../src/slack/messages/home.js';
import { whyMessage } from '../../src/slack/messages/noise/explanation.js';
import { readWhy } from '../../src/slack/why.js';
import { ANN, stolenMailbox, T0 } from '../helpers/incidents.js';
import { ABUSE, cardOf, openDesk, TECH } from '../helpers/slack-desk.js';

const PART = '200 of 283 senders blocked; mail of the others passes';

it('is said on the card, in the lists, the digest and the form that closes it, and told once mail passes', async () => {
  const senders = Array.from({ length: 200 }, (_, i) => `s${i}@acme.example`);
  const machine = stolenMailbox({ kind: 'multiple', senders, senderCount: 283, logins: [], customer: 'acme' });
  const desk = await openDesk();
  const { id } = openFromFinding(desk.ctx, machine).incident;
  contain(desk.ctx, { incidentId: id, actor: ANN, action: 'block-sender' });
  desk.ctx.outbox.wake();
  await desk.settled();

  const card = await cardOf(desk, ABUSE, id);
  expect(JSON.stringify(card.blocks)).toContain(`*Open* · ${PART}`);
  const open = readOpen({ ...desk.ctx, workspaceUrl: () => undefined });
  expect(open.map(incidentText).join()).toContain(`Acme Mills · Open: ${PART} · `);
  const period = { channel: ABUSE, from: T0 - 3_600_000, to: T0 + 3_600_000, whenQuiet: 'skip' as const };
  const traffic = await desk.ctx.trafficIn(period.from, period.to);
  const { digest } = readDigest({ ...desk.ctx, workspaceUrl: () => undefined }, period, traffic);
  expect(JSON.stringify(digestMessage(digest).blocks)).toContain(`Open: ${PART} · opened `);

  const why = whyMessage(await readWhy(desk.ctx, 's1@acme.example'));
  expect(JSON.stringify(why.blocks)).toContain(`: open (${PART}), since `);

  await desk.press({ user: TECH, channel: ABUSE, ts: card.ts, actionId: 'resolve' });
  const { content } = await desk.slack.until(() => desk.slack.modal(TECH));
  expect(JSON.stringify(content)).toContain(`*${PART}*; last seen`);
  expect(JSON.stringify(content)).not.toContain('Nothing holds this mail back');

  openFromFinding(desk.ctx, { ...machine, at: desk.ctx.now() });
  desk.ctx.outbox.wake();
  await desk.settled();
  const said = (await desk.slack.thread(ABUSE, card.ts)).map(({ text }) => text);
  expect(said.filter((text) => text.includes(`Still sending: ${PART}`))).toHaveLength(1);
});
