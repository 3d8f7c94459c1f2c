// The strip of customers: who must be seen, and told from the others.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type CounterState, countersHtml } from '../../../src/practice/page/markup/counters.js';

const strip = (states: CounterState[]) =>
  countersHtml(states.map((state, i) => ({ customer: `c${i}`, name: `C${i}`, accepted: 1, refused: 0, state })));

it('puts who spams first, then who is held, then whose mail others refuse', () => {
  const html = strip(['listed', 'normal', 'listed', 'partly', 'blocked', 'listed', 'suspended', 'spamming']);
  const order = [...html.matchAll(/data-customer="\w+" data-state="(\w+)"/g)].map(([, state]) => state);
  expect(html).toContain('>blocked in part<');
  expect(order).toEqual(['spamming', 'partly', 'blocked', 'suspended', 'listed', 'listed', 'listed', 'normal']);
});

it.each([
  [['normal', 'spamming', 'normal', 'normal'], 'normal 3 others normal 3 accepted 0 refused'],
  [['listed', 'normal', 'listed', 'spamming'], 'listed 3 others 2 listed 3 accepted 0 refused'],
  [['spamming', 'normal', 'spamming', 'spamming'], 'spamming 3 others 2 spamming 3 accepted 0 refused'],
] as [CounterState[], string][])('sums up all but the first, with the worst of them: %s', (states, words) => {
  const [, others = ''] = strip(states).split('<li class="rw-counter rw-others" data-state="');
  const shown = others.slice(0, others.indexOf('</li>')).replace('">', ' ');
  expect(
    shown
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  ).toBe(words);
});

it.each([[[]], [['spamming']], [['spamming', 'normal']]] as CounterState[][][])('sums nothing up of %s', (states) => {
  expect(strip(states)).not.toContain('rw-others');
  expect(strip(states).split('<li').length - 1).toBe(states.length);
});

it('draws who spams and who is listed in no rule together', () => {
  const css = readFileSync(new URL('../../../src/practice/page/styles/top.css', import.meta.url), 'utf8');
  const selectors = [...css.matchAll(/([^{}]+)\{/g)].map(([, selector]) => selector ?? '');
  expect(selectors.filter((selector) => selector.includes('"spamming"')).length).toBeGreaterThan(0);
  expect(selectors.filter((selector) => /"spamming"[\s\S]*"listed"|"listed"[\s\S]*"spamming"/.test(selector))).toEqual(
    [],
  );
});
