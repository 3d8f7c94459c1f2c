import { describe, expect, it } from 'vitest';
import { addUp, measure } from '../tools/measure-scenarios.js';
import { attacks, oddities } from '../tools/scenarios.js';

const SEEDS = [101, 102, 103];
const withHistory = SEEDS.map((seed) => measure(seed, 30, 4, 3));
const firstDay = SEEDS.map((seed) => measure(seed, 30, 1, 0));

describe('Detector on made-up traffic', () => {
  it.each(Object.keys(attacks).filter((name) => name !== 'clean list'))('finds the attack: %s', (name) => {
    const [warm, cold] = [withHistory, firstDay].map((measures) =>
      addUp(measures).find((outcome) => outcome.name === name),
    );

    expect(warm?.hits).toBe(SEEDS.length);
    expect(warm?.right).toBeGreaterThanOrEqual(SEEDS.length - 1);
    expect(cold?.hits).toBeGreaterThanOrEqual(SEEDS.length - 1);
  });

  it('finds attacks before a fifth of the recipients is reached, on the whole', () => {
    const found = addUp(withHistory).filter((outcome) => outcome.name in attacks);
    const [reached, hits] = [
      found.reduce((sum, each) => sum + each.reached, 0),
      found.reduce((sum, each) => sum + each.hits, 0),
    ];

    expect(reached / hits).toBeLessThan(0.2);
  });

  it.each([...Object.keys(oddities), 'new customer'])('stays silent about: %s', (name) => {
    const outcomes = [...addUp(withHistory), ...addUp(firstDay)].filter((outcome) => outcome.name === name);

    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.reduce((sum, outcome) => sum + outcome.hits, 0)).toBe(0);
  });

  it('stays silent about customers nothing happens to', () => {
    expect([...withHistory, ...firstDay].flatMap((each) => each.stray)).toEqual([]);
  });
});
