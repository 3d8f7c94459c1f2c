// A block that takes some senders of an incident and leaves others out: the incident is open, and mail that passes is told.
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { auditOf, auditRow } from '../../src/audit/verify.js';
import type { ContainmentAction } from '../../src/containment/containment.js';
import { outbox } from '../../src/db/schema.js';
import { contain, lift } from '../../src/incidents/contain.js';
import { containmentEffects, containmentFailed } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { addNote, reopenIncident, resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf, findIncident } from '../../src/incidents/store.js';
import { blockTargets, partBlock, partWords } from '../../src/incidents/targets.js';
import { timelineReply } from '../../src/slack/messages/timeline.js';
import { ANN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const MINUTE = 60_000;
const invented = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `s${from + i}@acme.example`);

/** A machine that was seen to send under more names than an incident has room for. */
function machine(change: Parameters<typeof stolenMailbox>[0] = {}) {
  const senders = invented(200);
  return stolenMailbox({
    kind: 'multiple',
    key: 'acme|ip:192.0.2.9',
    senders,
    senderCount: 283,
    logins: [],
    ...change,
  });
}

function setUp(finding = machine()) {
  let now = T0;
  const db = freshDb();
  const deps = incidentDeps(db, () => now);
  const { id } = openFromFinding(deps, finding).incident;
  const effects = containmentEffects(deps, { apply: async () => {}, lift: async () => {} });
  const current = () => findIncident(db, id);
  return {
    ...{ db, deps, id, incident: current },
    part: () => {
      const incident = current();
      return incident && partBlock(incident, blockTargets(incident, deps), containmentsOf(db, id));
    },
    /** A minute later. */
    place: async (action: 'block-sender' | 'suspend-outbound') => {
      now += MINUTE;
      contain(deps, { incidentId: id, actor: ANN, action });
      const row = containmentsOf(db, id).at(-1);
      await effects['containment.apply']({ payload: { containmentId: row?.id } });
    },
    /** Minutes later mail was accepted. */
    seen: (minutes: number, finding = machine()) => {
      now += minutes * MINUTE;
      return openFromFinding(deps, { ...finding, at: now }).incident;
    },
    lift: () => {
      const containmentId = containmentsOf(db, id).at(-1)?.id ?? 0;
      lift(deps, { incidentId: id, actor: ANN, containmentId });
    },
    note: () => addNote(deps, { incidentId: id, actor: ANN, reason: 'looking' }),
    reopen: () => {
      resolveIncident(deps, { incidentId: id, actor: ANN, reason: 'Mended' });
      reopenIncident(deps, { incidentId: id, actor: ANN });
    },
    reroute: () => contain(deps, { incidentId: id, actor: ANN, action: 'reroute', route: 'clean' }),
    /** The relays do not obey at first. Answers the state then, and when they do. */
    fail: async (action: ContainmentAction) => {
      const containmentId = containmentsOf(db, id).findLast((each) => each.action === action)?.id ?? 0;
      containmentFailed(deps, containmentId, 'no answer');
      const failed = current()?.state;
      await effects['containment.apply']({ payload: { containmentId } });
      return [failed, current()?.state];
    },
    /** How often it was told in the channel that mail passes. */
    said: () => {
      const lines = db.select().from(outbox).where(eq(outbox.kind, 'incident.timeline')).all();
      const verbs = lines.map(({ payload }) => auditRow(db, (payload as { seq: number }).seq)?.verb);
      return verbs.filter((verb) => verb === 'not-contained').length;
    },
    /** The oldest first. */
    told: () =>
      auditOf(db, `incident:${id}`)
        .filter(({ verb }) => verb === 'not-contained')
        .toReversed(),
  };
}

describe('a block that leaves senders out', () => {
  it('contains nothing, and says how much it takes', async () => {
    const { place, incident, part } = setUp();
    expect(part()).toBeUndefined();

    await place('block-sender');

    expect(incident()?.state).toBe('open');
    expect(part()).toEqual({ blocked: 200, of: 283 });
  });

  it('is told once as soon as mail passes it, in the channel too, and again after the next block', async () => {
    const { place, seen, told } = setUp();
    await place('block-sender');
    expect(told()).toEqual([]);

    seen(2);
    seen(5);
    expect(told()).toMatchObject([{ details: { part: { blocked: 200, of: 283 }, before: 'open' } }]);
    const [row] = told();
    expect(row && timelineReply(row, String).text).toMatch(
      /^Still sending: 200 of 283 senders blocked; mail of the others passes · /,
    );

    // Another five are among the busiest now.
    seen(1, machine({ senders: [...invented(195), ...invented(5, 300)] }));
    await place('block-sender');
    seen(1, machine({ senders: [...invented(195), ...invented(5, 300)] }));
    seen(5, machine({ senders: [...invented(195), ...invented(5, 300)] }));
    expect(told().map(({ details }) => details.part)).toEqual([
      { blocked: 200, of: 283 },
      { blocked: 205, of: 283 },
    ]);
  });

  it('says nothing of mail from before the block, which is found later', async () => {
    const { deps, place, told, incident } = setUp();
    await place('block-sender');

    openFromFinding(deps, machine({ at: T0 + MINUTE - 1 }));

    expect(incident()?.lastSeenAt).toBe(T0 + MINUTE - 1);
    expect(told()).toEqual([]);
  });

  it('opens again what was contained, when the next sender has no room among those that are named', async () => {
    const { place, seen, told, incident, part } = setUp(machine({ senderCount: 200 }));
    await place('block-sender');
    expect(incident()?.state).toBe('contained');

    seen(10, machine({ senderCount: 201 }));

    expect(incident()?.state).toBe('open');
    expect(part()).toEqual({ blocked: 200, of: 201 });
    const [row] = told();
    expect(row && timelineReply(row, String).text).toContain(
      'Open again: 200 of 201 senders blocked; mail of the other passes',
    );
  });

  it('leaves out as many when the detection has forgotten some of them', async () => {
    const { place, seen, incident, part } = setUp();
    await place('block-sender');

    seen(60, machine({ senderCount: 255 }));
    expect(part()).toEqual({ blocked: 200, of: 283 });
    seen(60, machine({ senders: invented(120), senderCount: 120 }));
    expect(part()).toEqual({ blocked: 200, of: 283 });
    expect(incident()?.state).toBe('open');
    // One mailbox of them, alone, is a correction; but nothing more was done about what passed.
    seen(1, machine({ kind: 'single', senders: ['s1@acme.example'], senderCount: 1 }));
    expect(incident()?.state).toBe('open');
    expect(part()).toEqual({ blocked: 200, of: 200 });
  });

  it('is none while the customer is suspended: nothing passes', async () => {
    const { place, seen, told, incident, part } = setUp();
    await place('block-sender');
    await place('suspend-outbound');

    expect(incident()?.state).toBe('contained');
    expect(part()).toBeUndefined();
    seen(5);
    expect(told()).toEqual([]);
  });

  it('is none where the login that they all come by is blocked, or all of them are', async () => {
    const byLogin = setUp(machine({ logins: ['kim@acme.example'], senders: ['kim@acme.example', ...invented(199)] }));
    await byLogin.place('block-sender');
    expect([byLogin.incident()?.state, byLogin.part()]).toEqual(['contained', undefined]);

    const few = setUp(machine({ senders: invented(51), senderCount: 51 }));
    await few.place('block-sender');
    expect([few.incident()?.state, few.part()]).toEqual(['contained', undefined]);
  });

  it('is one where some came without a login, though every login is blocked, in this spell or an earlier one', async () => {
    const kim = 'kim@acme.example';
    const both = stolenMailbox({ kind: 'multiple', senders: [kim, 'z@bolt.example'], senderCount: 2 });
    const now = setUp({ ...both, isPartlyWithoutLogin: true });
    await now.place('block-sender');
    expect([now.incident()?.state, now.part()]).toEqual(['open', { blocked: 1, of: 2 }]);

    const before = setUp(stolenMailbox({ logins: [], senders: ['z@bolt.example'] }));
    before.seen(600, stolenMailbox({ since: T0 + 540 * MINUTE }));
    await before.place('block-sender');
    expect([before.incident()?.state, before.part()]).toEqual(['open', { blocked: 1, of: 2 }]);

    const noneWithout = setUp(both);
    await noneWithout.place('block-sender');
    expect(noneWithout.incident()?.state).toBe('contained');
  });

  it('leaves out senders of another customer’s domain, too', async () => {
    const { place, incident, part } = setUp(
      machine({ senders: [...invented(3), 'boss@bolt.example'], senderCount: 4, logins: [] }),
    );
    await place('block-sender');

    expect(incident()?.state).toBe('open');
    expect(part()).toEqual({ blocked: 3, of: 4 });
  });

  describe('of another customer’s domain, where findings about one mailbox and about all of its login alternate', () => {
    const one = stolenMailbox({ logins: ['relay'], sharedLogins: ['relay'] });
    const all = { ...one, kind: 'multiple' as const, senders: ['kim@acme.example', 'x@bolt.example'], senderCount: 2 };

    it('stays open when only the finding names fewer, and says so once', async () => {
      const { place, seen, part, said } = setUp(all);
      await place('block-sender');
      const states = [one, all, one, all, one].map((finding) => seen(5, finding).state);

      expect(states).toEqual(['contained', 'open', 'open', 'open', 'open']);
      expect(said()).toBe(1);
      expect(part()).toEqual({ blocked: 1, of: 1 });
    });

    it('stays open whatever is done about something else', async () => {
      const { place, seen, note, reroute, fail, incident } = setUp(all);
      await place('block-sender');
      seen(5, all);
      seen(5, one);
      note();
      expect(incident()?.state).toBe('open');
      reroute();
      expect(incident()?.state).toBe('open');
      expect(await fail('reroute')).toEqual(['open', 'open']);
      expect(await fail('block-sender')).toEqual(['open', 'open']);
    });

    it('stays open after a suspension that is lifted or fails, and when it is opened again', async () => {
      const { place, lift, seen, reopen, fail, incident } = setUp(all);
      await place('block-sender');
      seen(5, all);
      seen(5, one);

      await place('suspend-outbound');
      expect(await fail('suspend-outbound')).toEqual(['open', 'contained']);
      lift();
      expect(incident()?.state).toBe('open');
      reopen();
      expect(incident()?.state).toBe('open');
    });

    it('is told once when it is opened again and nothing more can be blocked, until the next block', async () => {
      const { place, lift, seen, reopen, told, said } = setUp(all);
      await place('block-sender');
      seen(5, one);
      seen(5, all);
      seen(5, one);
      reopen();
      seen(5, all);
      expect([told().length, said()]).toEqual([1, 1]);

      lift();
      await place('block-sender');
      seen(5, all);
      expect([told().length, said()]).toEqual([2, 2]);
    });

    it('is contained as soon as the customer is suspended', async () => {
      const { place, seen, incident } = setUp(all);
      await place('block-sender');
      seen(5, all);
      seen(5, one);
      await place('suspend-outbound');
      expect(incident()?.state).toBe('contained');
      expect(seen(5, all).state).toBe('contained');
    });
  });

  it('gives no figures where those that are blocked are all that are counted', () => {
    expect(partWords({ blocked: 1200, of: 3000 })).toBe('1,200 of 3,000 senders blocked; mail of the others passes');
    expect(partWords({ blocked: 205, of: 205 })).toBe('blocked in part; other mail passes');
    expect(partWords({ blocked: 0, of: 2 })).toBe('blocked in part; other mail passes');
  });
});
