// Asking lists again: a clearing counts when two answers say so.
import { expect, it } from 'vitest';
import type { CheckResult } from '../../../src/blocklists/check.js';
import { UserError } from '../../../src/errors.js';
import { askAgain } from '../../../src/incidents/listings/ask-again.js';

const ZEN = { target: '203.0.113.17', list: 'spamhaus-zen' };
const COP = { target: '203.0.113.17', list: 'spamcop' };

/** Answers with the next verdict of each list; when a list has none left, nobody can be asked. */
function checkThatSays(says: Record<string, CheckResult['verdict'][]>) {
  return async (target: string, { lists }: { lists: readonly string[] }): Promise<CheckResult[]> => {
    if (lists.some((list) => says[list]?.length === 0)) throw new UserError('none of these lists is asked');
    return lists.map((list) => {
      const verdict = says[list]?.shift() ?? 'unknown';
      return { target, list, zone: list, verdict, codes: [], meanings: [], text: '', ms: 1 };
    });
  };
}

const verdicts = (results: readonly CheckResult[]) => results.map(({ list, verdict }) => `${list} ${verdict}`);

it('asks a second time about what is gone alone, and believes the second answer', async () => {
  const check = checkThatSays({ 'spamhaus-zen': ['listed'], spamcop: ['clear', 'refused'] });

  expect(verdicts(await askAgain(check, [ZEN, COP]))).toEqual(['spamhaus-zen listed', 'spamcop refused']);
});

it('has no answer where the second question cannot be put: one clearing alone is none', async () => {
  expect(await askAgain(checkThatSays({ spamcop: ['clear'] }), [COP])).toEqual([]);
});
