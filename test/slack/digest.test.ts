// The digest: once per slot, and what it tells.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { listings, outbox } from '../../src/db/schema.js';
import { contain, lift, liftAll } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf } from '../../src/incidents/store.js';
import { queueDigest, readDigest, readOpen } from '../../src/slack/digest.js';
import { digestMessage } from '../../src/slack/messages/digest.js';
import { NOTHING_KNOWN } from '../helpers/context.js';
import { ANN, BEN, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { DELIVERABILITY, openDesk, testConfig } from '../helpers/slack-desk.js';

const slot = { slotAt: T0, from: T0 - 3_600_000, to: T0 + 3_600_000 };

function digestOf(whenQuiet: 'skip' | 'one-line') {
  const config = parseConfig({ ...testConfig(), digests: [{ channel: DELIVERABILITY, cron: '0 7 * * *', whenQuiet }] });
  const [digest] = config.digests;
  if (!digest) throw new Error('no digest');
  return digest;
}

const QUIET = { trafficIn: NOTHING_KNOWN.trafficIn, health: () => [] };

describe('the digest', () => {
  it('is queued once per slot, whoever asks and however often', async () => {
    const desk = await openDesk();
    const digest = digestOf('one-line');

    expect([1, 2, 3].map(() => queueDigest(desk.ctx, digest, slot))).toEqual([true, false, false]);
    expect(queueDigest(desk.ctx, digest, { ...slot, slotAt: T0 + 1 })).toBe(true);
    expect(desk.ctx.db.select().from(outbox).all()).toHaveLength(2);
  });

  it('tells what is open, in force, listed and wrong, and how much mail there was', async () => {
    const health = () => [{ name: 'dns', ok: false, text: 'no answer from 192.0.2.53 <!here>' }];
    const desk = await openDesk({ context: { health } });
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    openFromFinding(desk.ctx, microsoftBlock());
    contain(desk.ctx, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    await desk.settled();

    desk.app.queueDigest(digestOf('one-line'), slot);
    await desk.settled();

    const message = (await desk.slack.messages(DELIVERABILITY)).find(({ text }) => text.startsWith('Digest:'));
    const shown = JSON.stringify(message?.blocks);
    for (const part of [
      '2 open incidents',
      '1 block in force',
      '*Blocks, suspensions and re-routes in force*',
      'Refused by us',
      '1 new listing',
      'Sender blocked kim@acme.example',
      '203.0.113.17',
      'no answer from 192.0.2.53',
      '1,240',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('<!here>');
  });

  it('names what was resolved and lifted, with who did it, when and why', async () => {
    const desk = await openDesk();
    const { id } = openFromFinding(desk.ctx, stolenMailbox()).incident;
    contain(desk.ctx, { incidentId: id, actor: ANN, action: 'block-sender' });
    await desk.settled();
    const [block] = containmentsOf(desk.ctx.db, id);
    lift(desk.ctx, { incidentId: id, actor: BEN, containmentId: block?.id ?? 0, reason: 'Password *changed* <!here>' });
    resolveIncident(desk.ctx, { incidentId: id, actor: BEN, reason: 'Found: phished · Done: ticket 4711' });
    await desk.settled();

    desk.app.queueDigest(digestOf('one-line'), slot);
    await desk.settled();

    const message = (await desk.slack.messages(DELIVERABILITY)).find(({ text }) => text.startsWith('Digest:'));
    const shown = JSON.stringify(message?.blocks);
    expect(shown).toContain('1 resolved');
    expect(shown).toMatch(
      /\*Resolved\*.n:white_check_mark: <https:[^|]*\|Compromised mailbox: kim@acme.example> · Acme Mills · <!date[^>]*>, by Ben.n> Found: phished · Done: ticket 4711/,
    );
    expect(shown).toMatch(
      /\*Lifted\*.n:arrow_backward: Sender blocked kim@acme.example · Acme Mills · lifted <!date[^>]*>, by Ben · 0 recipients refused.n> Password \*changed\* &lt;!here&gt;/,
    );
  });

  it('names what one press lifted of many customers in one line', async () => {
    const desk = await openDesk();
    const { id } = openFromFinding(desk.ctx, microsoftBlock()).incident;
    const reroute = { incidentId: id, actor: ANN, action: 'reroute' } as const;
    contain(desk.ctx, { ...reroute, route: 'reserve', customers: ['acme', 'boreal'] });
    liftAll(desk.ctx, { ...reroute, reason: 'clear again' });
    const traffic = await desk.ctx.trafficIn(slot.from, slot.to);
    const request = { ...slot, channel: DELIVERABILITY, whenQuiet: 'skip' as const };
    const { digest } = readDigest({ ...desk.ctx, workspaceUrl: () => undefined }, request, traffic);
    const shown = JSON.stringify(digestMessage(digest).blocks);
    expect(shown.match(/:arrow_backward:/g)).toHaveLength(1);
    expect(shown).toContain('Hotmail re-routed · Acme Mills, Boreal Foods · lifted');
  });

  it('names each block and each route that one press lifted', async () => {
    let now = T0;
    const desk = await openDesk({ context: { now: () => now } });
    const { id } = openFromFinding(desk.ctx, stolenMailbox()).incident;
    contain(desk.ctx, { incidentId: id, actor: ANN, action: 'block-sender' });
    now += 60_000;
    const ida = { senders: ['ida@acme.example'], logins: ['ida@acme.example'] };
    openFromFinding(desk.ctx, stolenMailbox({ at: now, ...ida }));
    contain(desk.ctx, { incidentId: id, actor: ANN, action: 'block-sender' });
    liftAll(desk.ctx, { incidentId: id, actor: BEN, action: 'block-sender', reason: 'clean' });
    const reroute = {
      incidentId: openFromFinding(desk.ctx, microsoftBlock()).incident.id,
      actor: ANN,
      action: 'reroute',
    } as const;
    contain(desk.ctx, { ...reroute, route: 'reserve', customers: ['acme'] });
    contain(desk.ctx, { ...reroute, route: 'other', customers: ['boreal'] });
    liftAll(desk.ctx, { ...reroute, reason: 'clear again' });
    const period = { channel: DELIVERABILITY, from: T0 - 3_600_000, to: now + 1, whenQuiet: 'skip' as const };
    const traffic = await desk.ctx.trafficIn(period.from, period.to);
    const { digest } = readDigest({ ...desk.ctx, workspaceUrl: () => undefined }, period, traffic);
    const shown = JSON.stringify(digestMessage(digest).blocks);
    expect(shown.match(/:arrow_backward:/g)).toHaveLength(4);
    expect(shown).toContain('Sender blocked kim@acme.example · Acme Mills · lifted');
    expect(shown).toContain('ida@acme.example');
  });

  it('tells what was seen clear in the order of time, the latest first, whatever list it was on', async () => {
    const desk = await openDesk();
    const cleared = ['spamhaus-zen', 'psbl', 'spamcop'].map((list, i) => ({
      list,
      clearedAt: T0 - (7 - 3 * (i % 2) + i) * 60_000,
    }));
    for (const { list, clearedAt } of cleared)
      desk.ctx.db
        .insert(listings)
        .values({
          target: '203.0.113.17',
          list,
          firstSeenAt: T0 - 3_600_000,
          lastSeenAt: clearedAt,
          clearedAt,
          codes: [],
          incidentId: null,
        })
        .run();

    const period = { channel: DELIVERABILITY, from: T0 - 3_600_000, to: T0, whenQuiet: 'skip' as const };
    const traffic = await desk.ctx.trafficIn(period.from, period.to);
    const { digest } = readDigest({ ...desk.ctx, workspaceUrl: () => undefined }, period, traffic);

    expect(digest.cleared.map(({ list }) => list)).toEqual(['psbl', 'spamhaus-zen', 'spamcop']);
  });

  it('has on top what still sends and nothing holds back, then the open, then the contained, then listings', async () => {
    const desk = await openDesk();
    const opened = (name: string, at: number) => {
      const sender = `${name}@acme.example`;
      const finding = { key: `compromise:acme:${sender}`, senders: [sender], logins: [sender], at, since: at - 60_000 };
      return openFromFinding({ ...desk.ctx, now: () => at }, stolenMailbox(finding)).incident.id;
    };
    const hold = (incidentId: number) => contain(desk.ctx, { incidentId, actor: ANN, action: 'block-sender' });
    const listing = openFromFinding(desk.ctx, microsoftBlock()).incident.id;
    const heldSilent = opened('held-silent', T0);
    const silent = opened('silent', T0);
    const sends = opened('sends', T0 + 3_600_000);
    hold(heldSilent);

    const open = readOpen({ ...desk.ctx, now: () => T0 + 3_660_000, workspaceUrl: () => undefined });
    expect(open.map(({ incident }) => incident.id)).toEqual([sends, silent, heldSilent, listing]);
    expect(open.map(({ run }) => run?.state)).toEqual(['on', 'silent', 'silent', undefined]);
  });

  it('says in words what could not be done, and of which incident', async () => {
    const desk = await openDesk({ context: { health: () => [{ name: 'spool', ok: false, text: 'reading is late' }] } });
    const stuck = { lane: 'x', createdAt: T0, nextAt: Date.now() + 3_600_000, attempts: 5, error: 'Slack says no' };
    const kinds = ['incident.card', 'containment.apply', 'partner.notice', 'health.alert', 'something.new'];
    const rows = kinds.map((kind, i) => ({ ...stuck, kind, key: kind, payload: i === 0 ? { incidentId: 12 } : {} }));
    desk.ctx.db.insert(outbox).values(rows).run();

    const { troubles } = readDigest(
      { ...desk.ctx, workspaceUrl: () => undefined },
      { ...slot, channel: '', whenQuiet: 'skip' },
      await desk.ctx.trafficIn(slot.from, slot.to),
    ).digest;

    expect(troubles).toEqual([
      'Mail events and reports sent in: reading is late',
      'The card of incident 12: tried 5 times, goes on: Slack says no',
      'A block, suspension or re-route: tried 5 times, goes on: Slack says no',
      'A mail to a partner: tried 5 times, goes on: Slack says no',
      'An alert about the bot itself: tried 5 times, goes on: Slack says no',
      'something.new: tried 5 times, goes on: Slack says no',
    ]);
  });

  it('names the senders that stand out, and none for what everybody has', async () => {
    const one = { customer: 'acme', messages: 340, refused: 0, complaints: 0, newRecipients: 0 };
    const senders = {
      byRefusals: [
        { ...one, sender: 'kim@acme.example', refused: 83 },
        { ...one, sender: 'ann@acme.example', refused: 4 },
      ],
      byComplaints: [{ ...one, sender: 'list&@acme.example', complaints: 2 }],
      byNewRecipients: [{ ...one, customer: 'unattributed', sender: '', newRecipients: 49 }],
    };
    const volumes = [
      { customer: 'acme', messages: 77_123, recipients: 1, sent: 1, deferred: 0, bounced: 0, refused: 0 },
    ];
    const desk = await openDesk({ context: { trafficIn: async () => ({ volumes, senders }) } });
    openFromFinding(desk.ctx, stolenMailbox());
    await desk.settled();
    desk.app.queueDigest(digestOf('one-line'), slot);
    await desk.settled();
    const message = (await desk.slack.messages(DELIVERABILITY)).find(({ text }) => text.startsWith('Digest:'));
    const shown = JSON.stringify(message?.blocks);

    for (const part of ['`kim@acme.example`', '83 recipients in 340 messages', '`list&amp;@acme.example`', '77,123'])
      expect(shown).toContain(part);
    for (const part of ['ann@acme.example', 'the null sender', 'Never written to before'])
      expect(shown).not.toContain(part);
  });

  it('is one line on a quiet day, or nothing when the config says so', async () => {
    const desk = await openDesk({ context: QUIET });

    desk.app.queueDigest(digestOf('skip'), slot);
    await desk.settled();
    expect(await desk.slack.messages(DELIVERABILITY)).toEqual([]);

    desk.app.queueDigest(digestOf('one-line'), { ...slot, slotAt: T0 + 1 });
    await desk.settled();
    const [message] = await desk.slack.messages(DELIVERABILITY);
    expect(message?.blocks).toHaveLength(1);
    expect(message?.text).toContain('Digest: Quiet');
  });
});
