// The forms of the way off a list, whatever outsiders wrote: Slack takes each, and the text in it is the text of the pack.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocklists } from '../../../../src/blocklists/operators/index.js';
import { receivers } from '../../../../src/blocklists/receivers.js';
import type { GatePoint } from '../../../../src/delisting/gate.js';
import { packOf } from '../../../../src/delisting/pack.js';
import { removalOf } from '../../../../src/delisting/removal.js';
import { pointLine } from '../../../../src/slack/messages/listing/delisting.js';
import {
  answerForm,
  chooserForm,
  noCulpritForm,
  packForm,
  replyForm,
} from '../../../../src/slack/messages/listing/delisting-forms.js';
import { viewFaults } from '../../../helpers/block-kit.js';
import { T0 } from '../../../helpers/incidents.js';

const HOSTILE = [
  '<!channel> x',
  '<https://evil.example|Open>',
  '&'.repeat(9000),
  '<'.repeat(5000),
  '😀'.repeat(3000),
  'a\n\r\u2028b',
  '\u202Ex',
  '',
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 3000 }));
const few = fc.array(hostile, { maxLength: 12 });
const state = { incident: 12, rev: 3, arg: 'spamhaus-zen|203.0.113.17' };
const ids = [...blocklists.map(({ id }) => id), ...receivers.map(({ id }) => id), 'of-nobody'];

const point = fc.record(
  {
    id: fc.constantFrom('suspect' as const, 'compromise' as const, 'quiet' as const, 'retry' as const),
    isMet: fc.boolean(),
    text: hostile,
    mend: fc.record({ action: fc.constant('show-incident'), label: hostile, arg: fc.constantFrom('7', '8', 'x') }),
    opensAt: fc.constant(T0),
  },
  { requiredKeys: ['id', 'isMet', 'text'] },
);

const request = fc.record({
  id: fc.nat(),
  incidentId: fc.constant(12),
  target: hostile,
  list: hostile,
  attempt: fc.integer({ min: 1, max: 9 }),
  requestedAt: fc.constant(T0),
  requestedBy: hostile,
  requestedByName: hostile,
  reference: fc.option(hostile),
  claim: hostile,
  overrideReason: fc.option(hostile),
  earlierRequest: fc.constant(null),
  state: fc.constantFrom('waiting' as const, 'refused' as const),
  answer: fc.option(hostile),
  halfAt: fc.constant(T0),
  fullAt: fc.constant(T0),
  halfDoneAt: fc.constant(null),
  fullDoneAt: fc.constant(null),
  closedAt: fc.constant(null),
});

describe('the checklist', () => {
  it('says the day on which a point is met by itself, which may not be today', () => {
    const point: GatePoint = { id: 'retry', isMet: false, text: 'Ann asked just now', opensAt: T0 + 48 * 3_600_000 };

    expect(pointLine(point)).toMatch(/Ann asked just now \(<!date\^\d+\^\{date_short_pretty\} \{time\}/);
  });
});

describe('the way off a list that takes no request', () => {
  it('tells facts, and what has to hold, and nothing of a request', () => {
    const removal = { ...removalOf('spamcop', { lists: blocklists, receivers }), method: 'automatic-expiry' as const };
    const view = packForm('request-delisting', {
      ...{ state, mayOverride: false, waiting: undefined, draft: undefined, linkOf: () => undefined },
      entry: { target: '203.0.113.17', listName: 'SpamCop' },
      pack: packOf({
        ...{ removal, target: '203.0.113.17', isDomain: false, codes: [], meanings: [], sample: '', refusals: 0 },
        ...{ firstSeenAt: T0, lastSeenAt: T0, attempt: 1, now: T0 },
        actions: { causes: [], dns: [], privacy: { secrets: [], keep: '203.0.113.17' } },
      }),
      gate: {
        isOpen: false,
        points: [
          { id: 'suspect', isMet: false, text: 'no cause is named' },
          { id: 'retry', isMet: true, text: 'SpamCop was not asked before' },
        ],
      },
    });

    const shown = JSON.stringify(view);
    expect(shown).toContain('• Nothing needs asking');
    expect(shown).toContain('*What must be so for it to go, and to stay away*\\n:lock: no cause is named');
    expect(shown).not.toMatch(/Before a request|was not asked before|1\. Nothing/);
  });
});

describe('what is said of the text to paste', () => {
  const draft = { incidentId: 12, list: 'spamhaus-zen', text: 'a', savedAt: T0, savedBy: 'Ann' };
  it.each([
    ['of an address', '203.0.113.17', undefined, 'It names no customer. It is kept'],
    ['of a domain', 'kvist.example', undefined, 'It names no customer but by the domain that is listed. It is kept'],
    ['that a person saved', '203.0.113.17', { ...draft, target: '203.0.113.17' }, 'it should name no customer. It is'],
  ])('is true of one %s', (_, target, saved, says) => {
    const removal = removalOf('spamhaus-zen', { lists: blocklists, receivers });
    const view = packForm('request-delisting', {
      ...{ state, mayOverride: false, waiting: undefined, draft: saved, linkOf: () => undefined },
      entry: { target, listName: 'Spamhaus ZEN' },
      gate: { isOpen: true, points: [] },
      pack: packOf({
        ...{ removal, target, isDomain: true, codes: [], meanings: [], sample: '', refusals: 0 },
        ...{ firstSeenAt: T0, lastSeenAt: T0, attempt: 1, now: T0 },
        actions: { causes: [], dns: [], privacy: { secrets: ['kvist.example'], keep: target } },
      }),
    });
    expect(JSON.stringify(view)).toContain(says);
  });
});

describe('every form', () => {
  it('of every list and receiver in the catalogue, in every state, is one that Slack takes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.record({ sample: hostile, codes: few, dns: few, secrets: few, signature: hostile, target: hostile }),
        fc.array(point, { maxLength: 20 }),
        fc.record({
          mayOverride: fc.boolean(),
          waiting: fc.option(hostile, { nil: undefined }),
          draft: fc.option(hostile),
        }),
        (id, { sample, codes, dns, secrets, signature, target }, points, { mayOverride, waiting, draft }) => {
          const pack = packOf({
            removal: removalOf(id, { lists: blocklists, receivers }, codes[0]),
            ...{ target, isDomain: false, codes, meanings: codes, sample, refusals: 3, attempt: 1, signature, now: T0 },
            ...{ firstSeenAt: T0, lastSeenAt: T0 },
            actions: { causes: [], dns, privacy: { secrets, keep: target } },
          });
          const view = packForm('request-delisting', {
            ...{ state, pack, mayOverride, waiting },
            entry: { target, listName: sample },
            gate: { isOpen: points.every(({ isMet }) => isMet), points },
            draft:
              draft === null
                ? undefined
                : { incidentId: 12, target, list: id, text: draft.slice(0, 3000), savedAt: T0, savedBy: target },
            linkOf: (incident) => (incident === 7 ? 'https://northrelay.slack.com/archives/C0ABUSE001/p1' : undefined),
          });
          expect(viewFaults(view)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of an answer, a reply, a choice and a statement is one that Slack takes', () => {
    fc.assert(
      fc.property(request, hostile, few, (row, name, names) => {
        const entries = names.map((target) => ({ target, list: name, listName: name }) as never);
        const views = [
          answerForm('record-answer', state, row, name),
          replyForm('reply-kit', state, row, name, name.slice(0, 2800)),
          noCulpritForm('no-culprit', state),
          ...(entries.length > 0 ? [chooserForm('choose-delisting', state, entries)] : []),
        ];
        for (const view of views) expect(viewFaults(view)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
