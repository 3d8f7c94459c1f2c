// What is left of a request that is taken back: the text of whoever wrote last, and whatever an operator has answered.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../src/audit/verify.js';
import { recordAnswer, recordReply, recordRequest } from '../../src/delisting/ledger.js';
import { findDraft, requestsOf } from '../../src/delisting/store.js';
import { withdrawRequest } from '../../src/delisting/withdraw.js';
import { contain } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { delistingReaders, HOUR_MS, IP, link, list } from '../helpers/delisting.js';
import { ANN, BEN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const PAIR = { target: IP, list: 'microsoft-consumer' };

/** A listing whose cause is contained and quiet, for which Ann has asked. */
function asked() {
  const db = freshDb();
  let now = T0;
  const deps = delistingReaders(db, () => (now += 1000));
  const incidentId = list(db, { list: PAIR.list });
  const { incident } = openFromFinding(incidentDeps(db, deps.now), stolenMailbox());
  contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  link(db, incidentId, incident.id);
  now += 5 * HOUR_MS;
  const ask = (actor: typeof ANN, claim: string) =>
    recordRequest(deps, { incidentId, actor, ...PAIR, claim, mayOverride: false });
  expect(ask(ANN, 'of Ann').kind).toBe('done');
  const latest = () => requestsOf(db, incidentId).at(-1)?.id ?? 0;
  const answer = (said: Pick<Parameters<typeof recordAnswer>[1], 'answer' | 'reference' | 'text'>) =>
    recordAnswer(deps, { incidentId, actor: ANN, requestId: latest(), ...said });
  const reply = (claim: string) => recordReply(deps, { incidentId, actor: ANN, requestId: latest(), claim });
  const withdraw = () => withdrawRequest(deps, { incidentId, actor: ANN, requestId: latest() });
  const draft = () => findDraft(db, incidentId, PAIR);
  const onRecord = () => [...auditRows(db)].findLast(({ verb }) => verb === 'withdraw-request')?.details;
  return { ask, answer, reply, withdraw, draft, onRecord, requests: () => requestsOf(db, incidentId) };
}

describe('a request that is taken back', () => {
  it('leaves the text that was saved for somebody else since, and its own on record', () => {
    const w = asked();
    expect(w.ask(BEN, 'of Ben')).toMatchObject({ why: expect.stringContaining('Your text is saved.') });
    expect(w.withdraw().kind).toBe('done');

    expect(w.draft()).toMatchObject({ text: 'of Ben', savedBy: 'Ben' });
    expect(w.onRecord()).toMatchObject({ claim: 'of Ann' });
  });

  it('is kept for whoever asks where nobody else has written, and not told twice', () => {
    const w = asked();
    expect(w.withdraw().kind).toBe('done');

    expect(w.draft()).toMatchObject({ text: 'of Ann' });
    expect(w.onRecord()).not.toHaveProperty('claim');
  });

  it.each([
    ['an answer', { answer: 'accepted', text: 'mitigated' }],
    ['a number alone', { answer: 'none', reference: 'SRX77' }],
  ] as const)('is not one that was sent: %s is on record', (_what, said) => {
    const w = asked();
    w.answer(said);
    expect(w.withdraw()).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('on record') });
    expect(w.requests()).toMatchObject([
      said.answer === 'none' ? { reference: 'SRX77' } : { answer: 'accepted: mitigated' },
    ]);
  });

  it('makes no draft of a reply, which is a letter to a ticket', () => {
    const w = asked();
    w.answer({ answer: 'refused', reference: 'SRX77', text: 'does not qualify for mitigation' });
    expect(w.reply('Please have a person read this').kind).toBe('done');
    expect(w.withdraw().kind).toBe('done');

    expect(w.requests()).toMatchObject([{ state: 'refused', reference: 'SRX77' }]);
    expect(w.draft()).toBeUndefined();
    expect(w.onRecord()).toMatchObject({ claim: 'Please have a person read this' });
  });
});
