// The answer to /blcheck when all lists were asked: what costs mail first, what could not be told by its reason, the clear only counted.
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/blocklists/check.js';
import { blocklists } from '../../../src/blocklists/operators/index.js';
import { checkResult, type DescribeList } from '../../../src/slack/messages/check-result.js';

const describeList: DescribeList = (id) => {
  const list = blocklists.find((candidate) => candidate.id === id);
  if (!list) throw new Error(`no list ${id}`);
  return { name: list.name, impact: list.impact, confidence: list.confidence };
};

function result(list: string, verdict: CheckResult['verdict'], meaning = '', target = '198.51.100.7'): CheckResult {
  const codes = verdict === 'listed' ? ['127.0.0.2'] : [];
  return { target, list, zone: `${list}.test`, verdict, codes, meanings: meaning ? [meaning] : [], text: '', ms: 1 };
}

/** The text of each section. */
function sections(results: CheckResult[]): string[] {
  const { blocks } = checkResult({ id: 'x', target: '198.51.100.7', at: 0, results }, describeList);
  return blocks.flatMap((block) => (block.type === 'section' && block.text ? [block.text.text] : []));
}

const ASKED = blocklists.filter(({ kinds }) => kinds.includes('ipv4'));

describe('the result', () => {
  const on = (verdict: CheckResult['verdict'], ...lists: string[]) => lists.map((id) => result(id, verdict, 'why'));
  const zen = 'spamhaus-zen';
  const second = (one: CheckResult) => ({ ...one, target: '198.51.100.8' });

  it.each([
    ['could not be asked on any list', []],
    ['is *listed* on the one list that was asked', on('listed', zen)],
    ['is *listed* on 1 of 3 lists', [...on('listed', zen), ...on('clear', 'psbl'), ...on('unknown', 'spamcop')]],
    ['is not on the one list that was asked', on('clear', zen)],
    ['is on none of the 2 lists that were asked', on('clear', zen, 'psbl')],
    ['*no list gave an answer*', on('unknown', zen)],
    ['*no list gave an answer*', [...on('unknown', zen), ...on('refused', 'psbl')]],
    ['is not on the one list that answered, *1 list could not tell*', [...on('clear', zen), ...on('refused', 'psbl')]],
    [
      'is on none of the 2 lists that answered, *2 lists could not tell*',
      [...on('clear', zen, 'psbl'), ...on('refused', 'spamcop', 'barracuda')],
    ],
    [
      '1 of 2 addresses of `198.51.100.7` is *listed*, on 1 of 2 lists',
      [...on('listed', zen), ...on('clear', 'psbl').map(second)],
    ],
    [
      '2 of 2 addresses of `198.51.100.7` are *listed*, on the one list',
      [...on('listed', zen), ...on('listed', zen).map(second)],
    ],
  ])('says that it %s', (words, results) => {
    expect(sections(results)[0]).toContain(words);
  });

  it('counts what is clear, and does not name what is not', () => {
    expect(sections(on('clear', zen)).at(-1)).toBe(':white_check_mark: Clear: 1 list');
    expect(sections([...on('clear', zen), ...on('clear', zen).map(second)]).at(-1)).toContain('2 answers from 1 list');
    expect(sections(on('listed', zen)).join()).not.toContain('Clear');
    const [, unsure] = sections([...on('unknown', zen), ...on('unknown', zen).map(second), ...on('clear', 'psbl')]);
    expect(unsure).toMatch(/: unknown, why \(2 addresses\)$/);
  });
});

describe('a check of all lists', () => {
  it('counts the clear lists in one line', () => {
    const texts = sections(ASKED.map(({ id }) => result(id, 'clear')));

    expect(texts).toHaveLength(2);
    expect(texts.join()).toContain(`${ASKED.length} lists`);
  });

  it('says first what costs most mail, and what is of little weight last and as such', () => {
    const [headline, listed = ''] = sections([
      result('konstant', 'listed', 'listed'),
      result('psbl', 'listed', 'listed'),
      result('spamhaus-zen', 'listed', 'SBL'),
      ...['barracuda', 'spamcop'].map((id) => result(id, 'clear')),
    ]);
    const lines = listed.split('\n');

    expect(headline).toContain('*listed* on 3 of 5 lists');
    expect(lines.map((line) => /\*(.*?)\*/.exec(line)?.[1])).toEqual([
      'Spamhaus ZEN',
      'Passive Spam Block List',
      'Konstant BL',
    ]);
    expect(lines[2]).toContain('a list of little weight');
    expect(lines[0]).not.toContain('little weight');
  });

  it('has one line for each reason why lists could not tell', () => {
    const results = ASKED.map(({ id }, index) =>
      index < 40
        ? result(id, 'refused', 'the DNS server refused the question')
        : result(id, 'unknown', 'no answer in time'),
    );
    const [, unsure = ''] = sections(results);
    const lines = unsure.split('\n');

    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^:grey_question: \*Spamhaus ZEN\*, .* and 32 more lists: refused, the DNS server refused/,
    );
    expect(lines[2]).toContain(`and ${ASKED.length - 48} more lists: unknown, no answer in time`);
  });

  it('stays within a message when sixteen addresses are listed everywhere', () => {
    const targets = Array.from({ length: 16 }, (_, index) => `198.51.100.${index}`);
    const results = targets.flatMap((target) =>
      ASKED.flatMap(({ id }) => [
        result(id, 'listed', 'x'.repeat(200), target),
        result(id, 'unknown', `no answer ${target}`),
      ]),
    );
    const texts = sections(results);

    for (const text of texts) expect(text.length).toBeLessThanOrEqual(3000);
    expect(texts[1]).toMatch(/Spamhaus ZEN[\s\S]*… and \d+ more$/);
  });
});
