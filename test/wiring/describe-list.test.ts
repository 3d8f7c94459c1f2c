// What the desk is told of a list that a refusal names, asked or not.
import { expect, it } from 'vitest';
import { BlocklistChoice } from '../../src/blocklists/choice.js';
import { choiceHealth, describeLists } from '../../src/wiring/describe-list.js';

const describeList = describeLists(
  BlocklistChoice.parse({ disable: ['psbl'], override: { spamcop: { impact: 'low' } } }),
);

it.each([
  ['spamhaus-zen', 'Spamhaus ZEN', true],
  ['ZEN.spamhaus.org', 'Spamhaus ZEN', true],
  ['zen.dq.spamhaus.net', 'Spamhaus ZEN', true],
  ['psbl.surriel.com', 'Passive Spam Block List', false],
  ['invaluement-sip', 'invaluement ivmSIP', false],
  ['spamhaus-zrd', 'Spamhaus Zero Reputation Domain', false],
  ['bl.nobody.example', 'bl.nobody.example', false],
])('%s is %s, asked by us: %s', (name, listName, inDns) => {
  expect(describeList(name)).toMatchObject({ name: listName, inDns });
});

it('tells overrides, and the look-up page of a target', () => {
  expect(describeList('spamcop', '198.51.100.7')).toMatchObject({
    impact: 'low',
    lookupUrl: expect.stringContaining('198.51.100.7'),
  });
});

it('puts zones that ended into the health report, and nothing when there are none', () => {
  expect(choiceHealth(BlocklistChoice.parse({}))).toEqual([]);
  const said = expect.stringContaining('db.wpbl.info is dead since 2023-11');
  expect(choiceHealth(BlocklistChoice.parse({ only: ['psbl', 'db.wpbl.info'] }))).toEqual([
    { name: 'blocklist choice', ok: true, text: said, lacks: said },
  ]);
});
