// The report of a check, whatever answers come in whatever order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CheckResult } from '../../src/blocklists/check.js';
import { parseTargets } from '../../src/blocklists/target.js';
import { checkReport } from '../../src/commands/check-text.js';

const TARGETS = ['185.20.8.248/29', '185.20.9.0/29', '2a00:1450::fff8/125', 'b.example', 'a.example'].flatMap((text) =>
  parseTargets(text, { maxAddresses: 16 }),
);
const NAMES = TARGETS.map(({ text }) => text);

const answers = fc.uniqueArray(
  fc.record({
    target: fc.constantFrom(...NAMES),
    list: fc.constantFrom('one', 'two', 'three'),
    verdict: fc.constantFrom<CheckResult['verdict']>('listed', 'clear'),
    why: fc.constantFrom('why', 'why not'),
  }),
  { maxLength: 80, selector: ({ target, list }) => `${target} ${list}` },
);
type Answer = Pick<CheckResult, 'target' | 'list' | 'verdict'> & { why: string };

function reported(given: readonly Answer[]): string[] {
  const report = checkReport(TARGETS);
  for (const { why, ...rest } of given) report.add({ ...rest, zone: '', codes: [], meanings: [why], text: '', ms: 1 });
  return report.lines();
}

/** The targets that `185.20.8.254 to 185.20.9.1, b.example` means. */
function meantBy(ranges: string): string[] {
  return ranges.split(', ').flatMap((range) => {
    const [from = '', end = from] = range.split(' to ');
    const to = end.startsWith('.') ? from.replace(/\.\d+$/, end) : end;
    return NAMES.slice(NAMES.indexOf(from), NAMES.indexOf(to) + 1);
  });
}

it('tells every listing once, and nothing else', () => {
  fc.assert(
    fc.property(answers, (given) => {
      const told = reported(given).flatMap((line) => {
        const [, ranges, list, why] = /^LISTED +(.*) on (\w+): (.*)$/.exec(line) ?? [];
        return ranges === undefined ? [] : meantBy(ranges).map((target) => `${target} ${list} ${why}`);
      });
      const listed = given.filter(({ verdict }) => verdict === 'listed');
      expect(told.sort()).toEqual(listed.map(({ target, list, why }) => `${target} ${list} ${why}`).sort());
    }),
  );
});

it('is the same in whatever order the answers come', () => {
  const unsure = answers.map((all) => all.map((each) => ({ ...each, verdict: 'unknown' as const })));
  fc.assert(
    fc.property(unsure, fc.infiniteStream(fc.nat()), (given, places) => {
      const other = given.map((each) => ({ each, place: places.next().value ?? 0 }));
      const shuffled = other.sort((a, b) => a.place - b.place).map(({ each }) => each);
      expect(reported(shuffled)).toEqual(reported(given));
    }),
  );
});

it('counts the addresses beyond the first few that nobody could tell about, and cuts none that is listed', () => {
  const [, ...every] = parseTargets('185.20.8.0/24', { maxAddresses: 256 }).filter((_, place) => place % 2 === 0);
  const lineOf = (verdict: CheckResult['verdict']) => {
    const report = checkReport(every);
    for (const { text: target } of every)
      report.add({ target, list: 'one', zone: '', verdict, codes: [], meanings: ['why'], text: '', ms: 1 });
    return report.lines()[0];
  };

  expect(lineOf('unknown')).toMatch(/^UNKNOWN {2}185\.20\.8\.2, 185\.20\.8\.4, .* and 119 more on one: why$/);
  expect(lineOf('listed')).toMatch(/185\.20\.8\.254 on one: why$/);
});
