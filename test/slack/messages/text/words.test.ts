// The words people read that are put together out of numbers.
import { expect, it } from 'vitest';
import type { ContainmentAction } from '../../../../src/containment/containment.js';
import { inForceText } from '../../../../src/slack/messages/text/words.js';

it.each<[string, ContainmentAction[]]>([
  ['no block, suspension or re-route in force', []],
  ['1 block in force', ['block-sender']],
  ['2 suspensions in force', ['suspend-outbound', 'suspend-outbound']],
  ['1 block and 2 re-routes in force', ['reroute', 'block-sender', 'reroute']],
  ['2 blocks, 1 suspension and 1 re-route in force', ['block-sender', 'suspend-outbound', 'reroute', 'block-sender']],
])('says %s', (text, actions) => {
  expect(inForceText(actions.map((action) => ({ action })))).toBe(text);
});
