import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import { type ChangeKind, compareRuns } from '../../../src/detection/replay/compare.js';
import { NEW_INCIDENT_MS, type ToldIncident, ToldIncidents } from '../../../src/detection/replay/told-incidents.js';
import { stolenMailbox } from '../../helpers/incidents.js';

const HOUR = 3_600_000;
const finding = (key: string, at: number, since = at): CompromiseFinding => stolenMailbox({ key, at, since });

/** Told by the list itself, so that only what a run can tell is compared. */
function run(...findings: CompromiseFinding[]): ToldIncident[] {
  const told = new ToldIncidents();
  for (const each of findings) told.add(each);
  return told.all();
}

const anyRun = fc
  .array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: 0, max: 12 * 24 }).map((hours) => hours * HOUR),
      lasted: fc.integer({ min: -2, max: 40 }).map((hours) => hours * HOUR),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    run(...all.toSorted((a, b) => a.at - b.at).map(({ key, at, lasted }) => finding(key, at, at - lasted))),
  );

const SWAPPED: Record<ChangeKind, ChangeKind> = {
  same: 'same',
  new: 'gone',
  gone: 'new',
  earlier: 'later',
  later: 'earlier',
};

describe('compareRuns', () => {
  it('finds a run the same as itself', () => {
    fc.assert(
      fc.property(anyRun, (told) => {
        expect(compareRuns(told, told).map(({ change }) => change)).toEqual(compareRuns(told, told).map(() => 'same'));
      }),
      { numRuns: 200 },
    );
  });

  it('turns new and gone, earlier and later round when the runs change places', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (one, other) => {
        const there = compareRuns(one, other);
        const back = compareRuns(other, one);
        const kinds = (changes: typeof there, of: (kind: ChangeKind) => ChangeKind) =>
          changes.map((each) => `${(each.now ?? each.changed).first.key} ${of(each.change)}`).sort();

        expect(kinds(back, (kind) => kind)).toEqual(kinds(there, (kind) => SWAPPED[kind]));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no incident out and tells none twice', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (now, changed) => {
        const changes = compareRuns(now, changed);
        for (const [side, all] of [
          ['now', now],
          ['changed', changed],
        ] as const) {
          const firsts = changes.flatMap((each) => each[side]?.first ?? []);
          expect(new Set(firsts).size).toBe(firsts.length);
          expect(new Set(firsts.map(({ key }) => key))).toEqual(new Set(all.map(({ first }) => first.key)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says by how much, and which run alone tells something', () => {
    const changes = compareRuns(
      run(finding('a', 10 * HOUR), finding('b', 11 * HOUR), finding('c', 12 * HOUR)),
      run(finding('b', 11.5 * HOUR), finding('c', 11 * HOUR), finding('d', 13 * HOUR)),
    );

    expect(changes.map(({ change }) => change)).toEqual(['gone', 'later', 'earlier', 'new']);
    expect(changes.map((each) => ('laterMs' in each ? each.laterMs : undefined))).toEqual([
      undefined,
      0.5 * HOUR,
      -HOUR,
      undefined,
    ]);
  });

  it('calls less than half a second no difference', () => {
    const told = (at: number) => compareRuns(run(finding('a', HOUR)), run(finding('a', at)))[0]?.change;

    expect([HOUR - 499, HOUR + 499].map(told)).toEqual(['same', 'same']);
    expect([HOUR - 500, HOUR + 500].map(told)).toEqual(['earlier', 'later']);
  });

  it('takes what comes again after more than a day for another incident, unless the other run saw it go on', () => {
    const twice = [finding('a', HOUR), finding('a', HOUR + NEW_INCIDENT_MS + 1)];
    const between = finding('a', 13 * HOUR);

    expect(compareRuns(run(...twice), run(finding('a', HOUR))).map(({ change }) => change)).toEqual(['same', 'gone']);
    expect(
      compareRuns(run(...twice), run(finding('a', HOUR), between, ...twice.slice(1))).map(({ change }) => change),
    ).toEqual(['same']);
  });
});
