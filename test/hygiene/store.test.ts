// Looks that are kept: what changed, and what an unanswered question must not change.
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../src/hygiene/changes.js';
import type { AddressLook, DomainLook, Point } from '../../src/hygiene/look.js';
import { stateOf } from '../../src/hygiene/look.js';
import { changedSince, latestAddressLook, latestLook, saveLook, storedLook } from '../../src/hygiene/store.js';
import { freshDb } from '../helpers/temp.js';

const ok: Point = { state: 'ok', text: 'fine', record: 'v=spf1 ip4:203.0.113.17 -all' };
const bad: Point = { state: 'bad', text: 'does not name 203.0.113.17', record: 'v=spf1 -all' };
const unknown: Point = { state: 'unknown', text: 'no answer in time' };

function address(lookedAt: number, change: Partial<AddressLook> = {}): AddressLook {
  return { kind: 'address', ip: '203.0.113.17', lookedAt, ptr: ok, helo: ok, spf: ok, ...change };
}

function domain(lookedAt: number, change: Partial<DomainLook> = {}): DomainLook {
  return { kind: 'domain', domain: 'kvist.example', lookedAt, spf: ok, dkim: [], dmarc: ok, ...change };
}

describe('keeping looks', () => {
  it('says which is the first, the same, and a changed one', () => {
    const db = freshDb();

    expect(latestLook(db, 'ip:203.0.113.17')).toBeUndefined();
    expect(saveLook(db, address(1)).kind).toBe('first');
    expect(saveLook(db, address(2)).kind).toBe('same');
    expect(saveLook(db, address(3, { spf: bad }))).toMatchObject({ kind: 'changed', before: { lookedAt: 2 } });

    expect(latestAddressLook(db, '203.0.113.17')?.spf.state).toBe('bad');
    expect(latestAddressLook(db, '203.0.113.18')).toBeUndefined();
  });

  it('takes a record that changed for a change, although it is as good as before', () => {
    const db = freshDb();
    saveLook(db, domain(1));

    const saved = saveLook(db, domain(2, { spf: { ...ok, record: 'v=spf1 ip4:203.0.113.0/24 -all' } }));

    expect(saved.kind).toBe('changed');
    expect(storedLook(db, 'domain:kvist.example')).toMatchObject({
      changedAt: 2,
      before: { spf: { record: ok.record } },
    });
  });

  it('never takes an unanswered question for a change, and remembers what was known', () => {
    const db = freshDb();
    saveLook(db, address(1, { spf: bad }));

    expect(saveLook(db, address(2, { spf: unknown })).kind).toBe('same');
    expect(saveLook(db, address(3, { spf: unknown })).kind).toBe('same');
    expect(latestAddressLook(db, '203.0.113.17')?.spf).toEqual({
      ...unknown,
      lastKnown: { state: 'bad', text: bad.text, record: bad.record, at: 1 },
    });
    expect(saveLook(db, address(4, { spf: bad })).kind).toBe('same');
    expect(saveLook(db, address(5, { spf: unknown })).kind).toBe('same');
    expect(saveLook(db, address(6, { spf: ok })).kind).toBe('changed');
  });

  it('keeps the look before the latest change over looks that are the same', () => {
    const db = freshDb();
    saveLook(db, domain(1));
    saveLook(db, domain(2, { dmarc: bad }));
    saveLook(db, domain(3, { dmarc: bad }));

    expect(storedLook(db, 'domain:kvist.example')).toMatchObject({ look: { lookedAt: 3 }, before: { lookedAt: 1 } });
    expect(changedSince(db, 2)).toHaveLength(1);
    expect(changedSince(db, 3)).toHaveLength(0);
  });

  it('drops a look that is older than the one kept', () => {
    const db = freshDb();
    saveLook(db, domain(5));

    expect(saveLook(db, domain(4, { spf: bad }))).toMatchObject({ kind: 'same', look: { lookedAt: 5 } });
  });

  it('tells DKIM keys apart by selector, and no new selector is a change', () => {
    const one = domain(1, { dkim: [{ ...ok, selector: 'a' }] });
    const two = domain(2, {
      dkim: [
        { ...bad, selector: 'b' },
        { ...ok, selector: 'a' },
      ],
    });

    expect(changesOf(one, two)).toEqual([]);
    expect(changesOf(two, { ...two, dkim: [{ ...ok, selector: 'b' }] })).toMatchObject([{ name: 'DKIM b' }]);
    expect(stateOf(two)).toBe('bad');
    expect(stateOf(domain(1, { dmarc: unknown }))).toBe('unknown');
  });

  it('tells once that a name is gone, and each record when it is back', () => {
    const gone: Point = { state: 'bad', text: 'no such name in the DNS' };
    const nameless = domain(2, { name: gone, spf: gone, dmarc: gone });
    const db = freshDb();
    saveLook(db, domain(1));

    expect(saveLook(db, nameless).kind).toBe('changed');
    expect(changesOf(domain(1), nameless)).toEqual([
      { name: 'name', before: { state: 'ok', text: 'the name is in the DNS', at: 1 }, after: { ...gone, at: 2 } },
    ]);
    expect(saveLook(db, domain(3, { name: gone, spf: gone, dmarc: gone })).kind).toBe('same');
    expect(saveLook(db, domain(4, { spf: unknown, dmarc: unknown })).kind).toBe('same');
    const back = saveLook(db, domain(5));
    expect(back.kind === 'changed' && changesOf(back.before, back.look)).toMatchObject([
      { name: 'SPF', before: { state: 'bad' }, after: { state: 'ok' } },
      { name: 'DMARC', before: { state: 'bad' }, after: { state: 'ok' } },
    ]);
  });
});
