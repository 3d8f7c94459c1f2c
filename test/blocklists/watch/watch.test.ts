import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import type { SeenListing } from '../../../src/blocklists/check.js';
import { decideHold } from '../../../src/blocklists/watch/hold.js';
import { watchLines } from '../../../src/blocklists/watch/report.js';
import { listStateOf } from '../../../src/blocklists/watch/store.js';
import { audit, incidents, listings, outbox } from '../../../src/db/schema.js';
import { takeListed } from '../../../src/incidents/listings/take-seen.js';
import { openListings } from '../../../src/incidents/store.js';
import { ANN } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';
import { addresses, listOf, openWorld, type Running, SPEED, type World } from './world.js';

const [OURS = ''] = addresses(1);
const MINUTE = 60_000;

/** Alerts queued so far, a line each. */
function alerts({ db }: World): string[] {
  return db
    .select()
    .from(outbox)
    .where(eq(outbox.kind, 'health.alert'))
    .all()
    .flatMap(({ payload }) => (payload as { text: string }).text.split('\n'));
}

function notices({ db }: World) {
  return db.select().from(outbox).where(eq(outbox.kind, 'list.held')).all();
}

const stateOf = ({ db }: World, list: string) => listStateOf(db, list);

/** Waits by the watch's clock. */
const wait = ({ clock }: World, ms: number) => clock.sleep(ms, new AbortController().signal);

/** Waits until a list was swept once more from beginning to end. */
async function nextSweep(world: World, list: string): Promise<void> {
  const from = world.clock.now();
  await until(() => expect(stateOf(world, list).lastSweepAt).toBeGreaterThanOrEqual(from));
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 5 });

/** A world after its first look. */
async function looked(names = addresses(4), lists = [listOf('one')]): Promise<{ world: World; watch: Running }> {
  const world = await openWorld(freshDb(), lists, names);
  const watch = world.start();
  for (const { id } of lists) await until(() => expect(stateOf(world, id).firstLookAt).not.toBeNull());
  return { world, watch };
}

describe('a listing', () => {
  it('is passed on once after a second answer, and says nothing more while it stays', async () => {
    const { world, watch } = await looked();
    world.lists.one?.listed.add(OURS);
    await until(() => expect(watch.told).toEqual([`listed ${OURS} on one`]));
    expect(openListings(world.db)).toMatchObject([{ target: OURS, list: 'one', text: 'because' }]);

    const seenAt = openListings(world.db)[0]?.lastSeenAt ?? 0;
    await nextSweep(world, 'one');
    await nextSweep(world, 'one');
    expect(watch.told).toHaveLength(1);
    expect(openListings(world.db)[0]?.lastSeenAt).toBeGreaterThan(seenAt);
    expect(watch.errors).toEqual([]);
  });

  it('that is gone at the second answer is not passed on', async () => {
    const { world, watch } = await looked();
    const one = world.lists.one as NonNullable<World['lists'][string]>;
    const has = one.listed.has.bind(one.listed);
    let seen = 0;
    one.listed.has = (address) => (address === OURS ? seen++ === 0 : has(address));
    await until(() => expect(seen).toBeGreaterThanOrEqual(3));
    await nextSweep(world, 'one');
    expect(watch.told).toEqual([]);
    expect(openListings(world.db)).toEqual([]);
  });

  it('of the first look says so, and what is found later does not', async () => {
    const world = await openWorld(freshDb(), [listOf('one')], addresses(8));
    world.lists.one?.listed.add(OURS);
    const watch = world.start();
    await until(() => expect(watch.told).toEqual([`listed ${OURS} on one at first look`]));
    await until(() => expect(stateOf(world, 'one').firstLookAt).not.toBeNull());
    world.lists.one?.listed.add('192.0.2.11');
    await until(() => expect(watch.told[1]).toBe('listed 192.0.2.11 on one'));
  });

  it('that changes its codes is passed on again', async () => {
    const { world, watch } = await looked();
    world.lists.one?.listed.add(OURS);
    await until(() => expect(watch.told).toHaveLength(1));
    await nextSweep(world, 'one');
    if (world.lists.one) world.lists.one.code = '127.0.0.9';
    await until(() => expect(watch.told).toHaveLength(2));
    await nextSweep(world, 'one');
    await nextSweep(world, 'one');
    expect(watch.told).toHaveLength(2);
    expect(openListings(world.db)[0]?.codes).toEqual(['127.0.0.9']);
  });

  it('found together with others is passed on together with them', async () => {
    const { world, watch } = await looked(addresses(20));
    for (const address of addresses(4)) world.lists.one?.listed.add(address);
    await until(() => expect(watch.told).toHaveLength(4));
    expect(watch.batches).toEqual([4]);
  });
});

describe('a clearing', () => {
  it('takes two sweeps in a row, and the first survives a restart', async () => {
    const { world, watch } = await looked();
    world.lists.one?.listed.add(OURS);
    await until(() => expect(watch.told).toHaveLength(1));
    await nextSweep(world, 'one');

    world.lists.one?.listed.clear();
    await until(() => expect(openListings(world.db)[0]?.clearOnceAt).not.toBeNull());
    await watch.stop();
    expect(watch.told).toHaveLength(1);

    const second = world.start();
    await until(() => expect(second.told).toEqual([`cleared ${OURS} on one`]));
    expect(openListings(world.db)).toEqual([]);
  });

  it('does not count when it was listed again in between', async () => {
    const { world, watch } = await looked();
    const one = world.lists.one;
    one?.listed.add(OURS);
    await until(() => expect(watch.told).toHaveLength(1));
    for (let i = 0; i < 2; i++) {
      one?.listed.delete(OURS);
      await until(() => expect(openListings(world.db)[0]?.clearOnceAt).not.toBeNull());
      one?.listed.add(OURS);
      await until(() => expect(openListings(world.db)[0]?.clearOnceAt).toBeNull());
    }
    expect(watch.told).toHaveLength(1);
  });

  it('is not believed of a list that lists nothing any more', async () => {
    const { world, watch } = await looked();
    world.lists.one?.listed.add(OURS);
    await until(() => expect(watch.told).toHaveLength(1));
    if (world.lists.one) world.lists.one.manner = 'lists nothing';
    await until(() => expect(stateOf(world, 'one').health).toBe('broken'));
    await wait(world, 12 * MINUTE);
    expect(watch.told).toHaveLength(1);
    expect(openListings(world.db)).toHaveLength(1);
  });
});

describe('list health', () => {
  it('is told once when it breaks and once when it is well; in between its answers count for nothing', async () => {
    const { world, watch } = await looked();
    if (world.lists.one) world.lists.one.manner = 'lists the world';
    await until(() => expect(alerts(world)).toEqual([expect.stringMatching(/^ONE is broken: it lists the world/)]));
    await wait(world, 15 * MINUTE);
    expect(alerts(world)).toHaveLength(1);
    expect(watch.told).toEqual([]);

    if (world.lists.one) world.lists.one.manner = 'sound';
    await until(() => expect(alerts(world)[1]).toMatch(/^✓ ONE is well again/));
    await wait(world, 10 * MINUTE);
    expect(alerts(world)).toHaveLength(2);
  });

  it('is asked about before a sweep, at most every 5 minutes', async () => {
    const { world } = await looked();
    await wait(world, 40 * MINUTE);
    const tests = (world.lists.one?.asked ?? []).filter(({ name }) => name.startsWith('2.0.0.127.'));
    expect(tests.length).toBeGreaterThan(2);
    const gaps = tests.slice(1).map(({ at }, i) => at - (tests[i]?.at ?? 0));
    // A question may be sent again until it counts as unanswered, after 80 ms; a real millisecond is nearly a second here.
    const again = 80 * SPEED;
    expect(gaps.filter((gap) => gap > again && gap < 5 * MINUTE - again)).toEqual([]);
  });

  it('a refusal backs off, longer each time, and is told once', async () => {
    const { world, watch } = await looked();
    if (world.lists.one) world.lists.one.manner = 'refuses';
    const refused = async (times: number) => {
      let state = stateOf(world, 'one');
      await until(() => {
        state = stateOf(world, 'one');
        expect(state.refusals).toBe(times);
      });
      return { testedAt: state.testedAt ?? 0, until: state.backOffUntil ?? 0 };
    };
    const first = await refused(1);
    const second = await refused(2);
    expect(first.until - first.testedAt).toBe(15 * MINUTE);
    expect(second.until - second.testedAt).toBe(30 * MINUTE);
    // Questions on their way, and those that are sent twice, arrive a moment later.
    const early = (world.lists.one?.asked ?? []).filter(
      ({ at }) => at > first.testedAt + 3 * MINUTE && at < first.until,
    );
    expect(early).toEqual([]);
    expect(alerts(world)).toEqual([expect.stringMatching(/^ONE refuses us: .*resolver of your own/)]);

    if (world.lists.one) world.lists.one.manner = 'sound';
    await until(() => expect(alerts(world)[1]).toBe('✓ ONE answers us again.'));
    expect(stateOf(world, 'one')).toMatchObject({ refusals: 0, backOffUntil: null });
    expect(watch.errors).toEqual([]);
  });

  it('of a list that falls silent is told when it stays so, while others answer', async () => {
    const { world, watch } = await looked(addresses(3), [listOf('one'), listOf('two')]);
    if (world.lists.two) world.lists.two.manner = 'silent';
    await until(() => expect(watch.report().silent).toEqual(['TWO']));
    expect(watchLines(watch.report())[1]).toMatchObject({
      ok: true,
      lacks: '1 of 2 lists tells us nothing now: 1 not answering (TWO)',
    });
    expect(alerts(world)).toEqual([]);
    await until(() => expect(alerts(world)).toEqual([expect.stringMatching(/^TWO is broken: nobody answers for it/)]));
    expect(watch.report()).toMatchObject({ believed: ['ONE'], broken: ['TWO'], late: [] });
  });

  it('of all lists at once says nothing of any of them, while the DNS server itself answers', async () => {
    const { world, watch } = await looked(addresses(3), [listOf('one'), listOf('two')]);
    for (const list of Object.values(world.lists)) list.manner = 'silent';
    await wait(world, 90 * MINUTE);
    expect(watch.report()).toMatchObject({ silent: ['ONE', 'TWO'], broken: [], dns: { isDead: false } });
    expect(watchLines(watch.report())[1]).toMatchObject({
      ...{ ok: false, isBlind: true },
      text: expect.stringContaining('2 silent'),
    });
    expect(alerts(world)).toEqual([]);

    for (const list of Object.values(world.lists)) list.manner = 'sound';
    await until(() => expect(watch.report()).toMatchObject({ believed: ['ONE', 'TWO'], silent: [] }));
    for (const line of watchLines(watch.report())) {
      expect(line).not.toHaveProperty('lacks');
      expect(line).not.toHaveProperty('isBlind');
    }
    expect(alerts(world)).toEqual([]);
  });
});

describe('a list that suddenly lists too much', () => {
  async function held() {
    const { world, watch } = await looked(addresses(10));
    for (const address of addresses(4)) world.lists.one?.listed.add(address);
    await until(() => expect(stateOf(world, 'one').heldAt).not.toBeNull());
    return { world, watch, heldAt: stateOf(world, 'one').heldAt ?? 0 };
  }

  it('is held: nothing opens, one message is posted, on record', async () => {
    const { world, watch } = await held();
    await nextSweep(world, 'one');
    await nextSweep(world, 'one');
    expect(watch.told).toEqual([]);
    expect(openListings(world.db)).toEqual([]);
    expect(notices(world).map(({ payload }) => payload)).toMatchObject([{ list: 'one', listed: 4, of: 10 }]);
    expect(watch.report().held).toEqual(['ONE']);
    const rows = world.db.select().from(audit).where(eq(audit.subject, 'list:one')).all();
    expect(rows.map(({ verb }) => verb)).toEqual(['hold-list']);
  });

  it('released, opens what it lists; a second press changes nothing', async () => {
    const { world, watch, heldAt } = await held();
    const press = (choice: 'release' | 'ignore') =>
      decideHold(world.db, { list: 'one', heldAt, choice, actor: ANN, at: world.clock.now() });
    expect(press('release')).toEqual({ kind: 'done' });
    expect(press('ignore')).toMatchObject({ kind: 'lost-race', end: { choice: 'release', by: 'Ann' } });
    await until(() => expect(watch.told.toSorted()).toEqual(addresses(4).map((ip) => `listed ${ip} on one`)));
    expect(openListings(world.db)).toHaveLength(4);
    await nextSweep(world, 'one');
    expect(stateOf(world, 'one').heldAt).toBeNull();
    expect(notices(world)).toHaveLength(2);
    const rows = world.db.select().from(audit).where(eq(audit.subject, 'list:one')).all();
    expect(rows.map(({ verb, outcome, actorName }) => `${actorName} ${verb} ${outcome}`)).toEqual([
      'relaywarden hold-list done',
      'Ann release-list done',
      'Ann ignore-list lost-race',
    ]);
  });

  it('ignored, is not asked for a day', async () => {
    const { world, watch, heldAt } = await held();
    decideHold(world.db, { list: 'one', heldAt, choice: 'ignore', actor: ANN, at: world.clock.now() });
    await watch.settled();
    const ignoredAt = world.clock.now();
    await wait(world, 30 * MINUTE);
    // Questions that were sent twice may still arrive.
    expect(world.lists.one?.asked.filter(({ at }) => at > ignoredAt + 5 * MINUTE)).toEqual([]);
    expect(watch.told).toEqual([]);
    expect(watch.report()).toMatchObject({ ignored: ['ONE'], late: [] });
    expect(stateOf(world, 'one').dueAt - world.clock.now()).toBeGreaterThan(23 * 60 * MINUTE);
  });

  it('that takes it back ends the hold by itself, and what is left opens', async () => {
    const { world, watch } = await held();
    for (const address of addresses(4).slice(1)) world.lists.one?.listed.delete(address);
    await until(() => expect(watch.told).toEqual([`listed ${OURS} on one`]));
    await until(() => expect(stateOf(world, 'one').heldAt).toBeNull());
    expect(notices(world).at(-1)?.payload).toMatchObject({ end: { choice: 'passed' } });
  });

  it('in its first look is still at its first look when it is released', async () => {
    const world = await openWorld(freshDb(), [listOf('one')], addresses(3));
    for (const address of addresses(3)) world.lists.one?.listed.add(address);
    const watch = world.start();
    await until(() => expect(stateOf(world, 'one').heldAt).not.toBeNull());
    const heldAt = stateOf(world, 'one').heldAt ?? 0;
    decideHold(world.db, { list: 'one', heldAt, choice: 'release', actor: ANN, at: world.clock.now() });
    await until(() => expect(watch.told).toHaveLength(3));
    expect(watch.told[0]).toMatch(/at first look$/);
  });
});

describe('without DNS servers', () => {
  it('nothing opens, nothing clears, it is said, and it goes on when one is back', async () => {
    const { world, watch } = await looked();
    world.lists.one?.listed.add(OURS);
    await until(() => expect(watch.told).toHaveLength(1));
    world.dns.isDown = true;
    world.lists.one?.listed.clear();
    await until(() => expect(watch.report().dns.isDead).toBe(true));
    expect(watchLines(watch.report())).toMatchObject([
      { name: 'dns', ok: false, text: expect.stringMatching(/^no server answers/) },
      { name: 'watch', ok: true },
    ]);
    await wait(world, 30 * MINUTE);
    expect(watch.told).toHaveLength(1);
    expect(openListings(world.db)).toMatchObject([{ clearOnceAt: null }]);
    expect(alerts(world)).toEqual([]);

    world.dns.isDown = false;
    await until(() => expect(watch.report().dns.isDead).toBe(false));
    await until(() => expect(watch.told).toEqual([`listed ${OURS} on one`, `cleared ${OURS} on one`]));
    expect(alerts(world)).toEqual([]);
  });
});

describe('a restart', () => {
  it.each([
    ['before it was opened', () => {}],
    ['after it was opened', (world: World, seen: SeenListing[]) => takeListed(world.incidents, seen)],
  ])('between finding a listing and writing the sweep down, %s, neither doubles nor forgets', async (_, opens) => {
    const { world, watch } = await looked();
    await watch.stop();
    world.lists.one?.listed.add(OURS);
    const dying = world.start({
      onListed: (seen) => {
        opens(world, seen);
        throw new Error('killed');
      },
    });
    await until(() => expect(dying.errors).not.toEqual([]));
    await dying.stop();

    world.start();
    await nextSweep(world, 'one');
    await nextSweep(world, 'one');
    expect(world.db.select().from(listings).all()).toMatchObject([{ target: OURS, clearedAt: null }]);
    expect(world.db.select().from(incidents).all()).toMatchObject([{ kind: 'listing', occurrences: 1 }]);
  });

  it('keeps to what was due', async () => {
    const { world, watch } = await looked();
    const { dueAt } = stateOf(world, 'one');
    await watch.stop();
    const restartedAt = world.clock.now();
    world.start();
    await until(() => expect(stateOf(world, 'one').dueAt).toBeGreaterThan(dueAt));
    // Questions that were sent twice may arrive a moment later.
    const early = (world.lists.one?.asked ?? []).filter(({ at }) => at > restartedAt + MINUTE && at < dueAt);
    expect(early).toEqual([]);
    expect(stateOf(world, 'one').lastSweepAt).toBeGreaterThanOrEqual(dueAt);
  });

  it('after a long time sweeps what is overdue, and calls nothing of it a first look', async () => {
    const { world, watch } = await looked();
    await watch.stop();
    await wait(world, 20 * MINUTE);
    world.lists.one?.listed.add(OURS);
    const second = world.start();
    await until(() => expect(second.told).toEqual([`listed ${OURS} on one`]));
  });
});

describe('what is watched', () => {
  it('is read anew for each sweep', async () => {
    const names = addresses(2);
    const world = await openWorld(freshDb(), [listOf('one')], names);
    const watch = world.start();
    await until(() => expect(stateOf(world, 'one').firstLookAt).not.toBeNull());
    world.lists.one?.listed.add('198.51.100.7');
    names.push('198.51.100.7', 'not a name');
    await until(() => expect(watch.told).toEqual(['listed 198.51.100.7 on one']));
    expect(watch.report()).toMatchObject({ targets: 3, skipped: ['not a name'] });
  });
});
