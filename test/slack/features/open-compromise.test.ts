// Holding a customer for the cause of a listing, and taking it back, through the real app and signed requests.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { NO_SENDERS, type RecentSenders } from '../../../src/detection/traffic/recent-senders.js';
import { keepRanked, suspectsOf } from '../../../src/incidents/culprits/blame.js';
import { linkedCompromises } from '../../../src/incidents/culprits/links.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { findIncident, unresolvedIncidents } from '../../../src/incidents/store.js';
import { auditLine } from '../../../src/slack/messages/timeline.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  cardOf,
  DELIVERABILITY,
  LEAD,
  OUTSIDER,
  openCompromise,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  told,
} from '../../helpers/slack-desk.js';

const EVIDENCE = ['41 % unknown users (311 of 760), usual 2 %', '62 % of the mail over 203.0.113.17 in the 6 h before'];
const SUSPECTED: RecentSenders = {
  senders: ['kim@boreal.example'],
  senderCount: 1,
  logins: ['relay-boreal'],
  clientIps: ['192.0.2.44'],
  messages: 760,
  recipients: 800,
  isSuspected: true,
};

/** A listing whose ranking names Boreal Foods, which has no incident of its own. */
async function deskWithSuspect(senders = SUSPECTED) {
  const desk: TestDesk = await openDesk({
    context: {
      suspectsOf: (incident) => suspectsOf(desk.ctx.db, incident),
      openOver: () =>
        unresolvedIncidents(desk.ctx.db)
          .filter((each) => each.kind === 'compromise')
          .filter(({ state }) => state === 'open'),
      sendersOf: () => senders,
    },
  });
  await openListing(desk);
  const ranking = [{ customer: 'boreal', likelihood: 0.93, evidence: EVIDENCE }];
  keepRanked(desk.ctx, 1, { ranking, basis: 'test' });
  desk.ctx.outbox.wake();
  await desk.settled();
  return { desk, ...(await cardOf(desk, DELIVERABILITY, 1)) };
}

function accusations(desk: TestDesk) {
  return [...auditRows(desk.ctx.db)].filter(({ verb }) => verb === 'open-compromise');
}

describe('Open compromise', () => {
  it('opens one for the suspect with what speaks against it, and links it to the listing', async () => {
    const { desk, channel, ts, blocks } = await deskWithSuspect();
    expect(JSON.stringify(blocks)).toMatch(/Boreal Foods\* 93 %.*41 % unknown users/);

    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);
    await desk.settled();

    expect(linkedCompromises(desk.ctx.db, 1)).toMatchObject([
      {
        kind: 'compromise',
        state: 'open',
        customer: 'boreal',
        openedBy: TECH,
        evidence: [...EVIDENCE, 'Ann holds it for the cause of listing 1'],
        subject: { shape: 'single', senders: ['kim@boreal.example'], sharedLogins: ['relay-boreal'], confidence: 0.93 },
      },
    ]);
    expect(accusations(desk)).toMatchObject([
      { outcome: 'done', actor: TECH, details: { customer: 'boreal', compromises: [2], isNew: true } },
    ]);
    expect(JSON.stringify((await cardOf(desk, ABUSE, 2)).blocks)).toContain('kim@boreal.example');
    const listing = JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks);
    expect(listing).toContain('linked to ');
    expect(listing).not.toContain('"open-compromise"');
  });

  it('makes one incident and one link of two people who press at once, and tells the slower who was faster', async () => {
    const { desk, channel, ts } = await deskWithSuspect();

    await Promise.all([TECH, LEAD, TECH].map((user) => desk.press({ user, channel, ts, actionId: 'open-compromise' })));
    await desk.slack.until(() => accusations(desk).length === 3);
    await desk.settled();

    expect(unresolvedIncidents(desk.ctx.db).map(({ kind }) => kind)).toEqual(['listing', 'compromise']);
    expect(linkedCompromises(desk.ctx.db, 1)).toHaveLength(1);
    expect(
      accusations(desk)
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['done', 'lost-race', 'lost-race']);
    await desk.slack.until(() => `${told(desk, TECH)}${told(desk, LEAD)}`.includes('Nothing was done twice'));
    const [slower] = accusations(desk).filter(({ outcome }) => outcome === 'lost-race');
    expect(`${told(desk, TECH)}${told(desk, LEAD)}`).toContain('Already linked to a customer’s incident by ');
    expect(slower && auditLine(slower, (id) => id)).toContain(
      ' pressed Open compromise or Link incident, somebody was faster',
    );
  });

  it('links the incident that the customer has already, and opens no second', async () => {
    const { desk, channel } = await deskWithSuspect();
    await openCompromise(desk, { key: 'boreal|login:kim', customer: 'boreal' });
    const { ts } = await cardOf(desk, DELIVERABILITY, 1);

    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);

    expect(linkedCompromises(desk.ctx.db, 1)).toMatchObject([{ id: 2, openedBy: 'relaywarden' }]);
    expect(unresolvedIncidents(desk.ctx.db)).toHaveLength(2);
  });

  it('opens a new one when the earlier is resolved', async () => {
    const { desk, channel, ts } = await deskWithSuspect();
    await openCompromise(desk, { key: 'boreal|login:kim', customer: 'boreal' });
    resolveIncident(desk.ctx, { incidentId: 2, actor: { id: LEAD, name: 'Lena' }, reason: 'clean' });

    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);

    expect(linkedCompromises(desk.ctx.db, 1)).toMatchObject([{ id: 3, state: 'open' }]);
  });

  it('accuses the customer as a whole, and offers nobody to be locked out, when no sender stands out', async () => {
    const senders = { ...SUSPECTED, isSuspected: false, senders: ['kim@boreal.example'], logins: ['kim'] };
    const { desk, channel, ts } = await deskWithSuspect(senders);

    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);
    await desk.settled();

    expect(linkedCompromises(desk.ctx.db, 1)).toMatchObject([
      { subject: { shape: 'multiple', sharedLogins: ['kim'] } },
    ]);
    expect(JSON.stringify((await cardOf(desk, ABUSE, 2)).blocks)).toContain('Compromised machine at Boreal Foods');
  });

  it('is there without anything known of the traffic', async () => {
    const { desk, channel, ts } = await deskWithSuspect(NO_SENDERS);

    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);

    expect(linkedCompromises(desk.ctx.db, 1)).toMatchObject([{ subject: { senders: [], shape: 'multiple' } }]);
  });

  it('refuses outsiders, and customers there are none of', async () => {
    const { desk, channel, ts } = await deskWithSuspect();

    await desk.press({ user: OUTSIDER, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => told(desk, OUTSIDER) !== '');
    keepRanked(desk.ctx, 1, { ranking: [{ customer: 'gone', likelihood: 0.5, evidence: [] }], basis: 'gone' });
    desk.ctx.outbox.wake();
    await desk.settled();
    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toContain('no such customer');
    expect(unresolvedIncidents(desk.ctx.db)).toHaveLength(1);
  });
});

describe('the suspects of a listing', () => {
  const HOUR = 3_600_000;

  /** The card of a listing whose cause is Acme, long silent, while Boreal is less likely and sends. */
  async function cardWithTwo() {
    const { desk } = await deskWithSuspect();
    await openCompromise(desk, { at: T0 - 2 * HOUR, since: T0 - 3 * HOUR });
    await openCompromise(desk, { key: 'boreal|login:kim', customer: 'boreal', at: T0, since: T0 - 600_000 });
    const ranking = [
      { customer: 'acme', likelihood: 0.8, evidence: ['9 refused as spam'] },
      { customer: 'boreal', likelihood: 0.19, evidence: EVIDENCE },
    ];
    keepRanked(desk.ctx, 1, { ranking, basis: 'two' });
    const suspects = async () => {
      desk.ctx.outbox.wake();
      await desk.settled();
      const blocks = JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks);
      return [...blocks.matchAll(/:bust_in_silhouette: (.*?)\\n/g)].map(([, line]) => line);
    };
    return { desk, suspects, ranking };
  }

  it('begin with who sends now, since when, and not with a likelier one that is silent', async () => {
    const { suspects } = await cardWithTwo();

    expect(await suspects()).toEqual([
      expect.stringMatching(/^\*Boreal Foods\* 19 % · \*still sending\*, since <!date.*> · linked to .*incident 3/),
      expect.stringMatching(/^\*Acme Mills\* 80 % · linked to .*incident 2/),
    ]);
  });

  it('begin with who sends over what is listed although the listing is older, and not with one that was silent before', async () => {
    const { desk, suspects, ranking } = await cardWithTwo();
    await openCompromise(desk, {
      key: 'nobody|address:192.0.2.7',
      customer: 'unattributed',
      at: T0,
      since: T0 - 120_000,
    });
    await openCompromise(desk, { key: 'carl|login:c', customer: 'carl', at: T0 - 2 * HOUR, since: T0 - 3 * HOUR });
    keepRanked(desk.ctx, 1, { ranking: ranking.slice(0, 1), basis: 'acme alone' });

    expect(await suspects()).toEqual([
      expect.stringMatching(/^\*Boreal Foods\* · \*still sending\*, since <!date.*> · linked to .*incident 3/),
      expect.stringMatching(/^\*an unknown customer\* · \*still sending\*, since <!date.*> · <.*\|incident 4>/),
      expect.stringMatching(/^\*Acme Mills\* 80 % · linked to .*incident 2/),
    ]);
  });

  it('keep the likeliest with its button, however many others send now, and count those', async () => {
    const { desk, suspects } = await cardWithTwo();
    for (const customer of ['carl', 'dora', 'emil'])
      await openCompromise(desk, { key: `${customer}|login:x`, customer, at: T0, since: T0 - 60_000 });
    keepRanked(desk.ctx, 1, {
      ranking: [{ customer: 'dahl', likelihood: 0.8, evidence: ['sent 900'] }],
      basis: 'dahl alone',
    });

    expect(await suspects()).toEqual([
      expect.stringMatching(/still sending/),
      expect.stringMatching(/still sending/),
      expect.stringMatching(/^\*dahl\* 80 %/),
    ]);
    const card = JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks);
    expect(card).toMatch(/"open-compromise".*"value":"[^"]*dahl"/);
    expect(card).toContain('… and 2 more customers still sending: `/relay incidents`');
  });

  it('stand for the incident of theirs that goes on, and not for an older one', async () => {
    const { desk, suspects, ranking } = await cardWithTwo();
    await openCompromise(desk, { key: 'acme|login:pat', at: T0, since: T0 - 60_000 });
    keepRanked(desk.ctx, 1, { ranking, basis: 'three' });

    expect(await suspects()).toEqual([
      expect.stringMatching(/^\*Acme Mills\* 80 % · \*still sending\*, since <!date.*> · linked to .*incident 4/),
      expect.stringMatching(/^\*Boreal Foods\* 19 % · \*still sending\*/),
    ]);
  });
});

describe('Unlink', () => {
  it('asks nobody why when somebody was faster: it says who', async () => {
    const { desk, channel, ts } = await deskWithSuspect();
    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);
    await desk.settled();
    const { blocks } = await cardOf(desk, channel, 1);
    const [, value] = /"action_id":"unlink"[^}]*"value":"([^"]+)"/.exec(JSON.stringify(blocks)) ?? [];
    resolveIncident(desk.ctx, { incidentId: 1, actor: { id: TECH, name: 'Ann' }, reason: 'It is over' });

    await desk.slack.press({ user: LEAD, channel, ts, actionId: 'unlink', value: value ?? '1:1:2' });
    await desk.slack.until(() => desk.slack.modal(LEAD) ?? desk.slack.ephemerals(LEAD)[0]);

    expect(desk.slack.modal(LEAD)).toBeUndefined();
    expect(told(desk, LEAD)).toContain('was not done: the incident has changed since (marked resolved by Ann, ');
  });

  it('takes the link back with a reason; the incident stays, and the ranking does not link it again', async () => {
    const { desk, channel, ts } = await deskWithSuspect();
    await desk.press({ user: TECH, channel, ts, actionId: 'open-compromise' });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 1);
    await desk.settled();

    await desk.press({ user: LEAD, channel, ts, actionId: 'unlink' });
    const modal = await desk.slack.until(() => desk.slack.modal(LEAD));
    expect(viewFaults(modal.content)).toEqual([]);
    expect(JSON.stringify(modal.content)).toContain('Incident 2 (Boreal Foods)');
    await desk.slack.submitView({ user: LEAD, viewId: modal.id, values: { reason: 'Old news' } });
    await desk.slack.until(() => linkedCompromises(desk.ctx.db, 1).length === 0);

    const ranking = [{ customer: 'boreal', likelihood: 0.9, evidence: EVIDENCE }];
    keepRanked(desk.ctx, 1, { ranking, basis: 'later' });
    desk.ctx.outbox.wake();
    await desk.settled();
    expect(linkedCompromises(desk.ctx.db, 1)).toEqual([]);
    expect(findIncident(desk.ctx.db, 2)?.state).toBe('open');
    expect([...auditRows(desk.ctx.db)].find(({ verb }) => verb === 'unlink')).toMatchObject({
      outcome: 'done',
      actor: LEAD,
      reason: 'Old news',
      details: { compromise: 2 },
    });
    expect(JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks)).toContain('Link incident 2');
  });

  it('can be linked again by a person', async () => {
    const { desk, channel, ts } = await deskWithSuspect();
    for (const actionId of ['open-compromise', 'unlink', 'open-compromise']) {
      await desk.press({ user: TECH, channel, ts, actionId });
      if (actionId === 'unlink') {
        const modal = await desk.slack.until(() => desk.slack.modal(TECH));
        await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: 'wrong' } });
      }
      const isLinked = actionId !== 'unlink';
      await desk.slack.until(() => (linkedCompromises(desk.ctx.db, 1).length === 1) === isLinked);
      await desk.settled();
    }

    expect(linkedCompromises(desk.ctx.db, 1).map(({ id }) => id)).toEqual([2]);
  });
});
