import { describe, expect, it } from 'vitest';
import { teachings } from '../../../src/db/schema.js';
import { contain } from '../../../src/incidents/contain.js';
import { accuse } from '../../../src/incidents/culprits/accuse.js';
import { judgedTruth } from '../../../src/incidents/noise/judged-truth.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { unresolvedIncidents } from '../../../src/incidents/store.js';
import { ANN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

function setUp() {
  const db = freshDb();
  const deps = incidentDeps(db);
  openFromFinding(deps, stolenMailbox());
  const id = unresolvedIncidents(db)[0]?.id ?? 0;
  const markNoise = (undoneAt: number | null = null) =>
    db
      .insert(teachings)
      .values({
        ...{ incidentId: id, customer: 'acme', kind: 'single', reason: 'newsletter', marked: {} },
        ...{ at: T0, by: ANN.id, byName: ANN.name, until: T0 + 1, undoneAt },
      })
      .run();
  const truth = (from = 0, to = T0 * 2) => judgedTruth(db, 'test.db', from, to);
  return { db, deps, id, markNoise, truth };
}

describe('judgedTruth', () => {
  it('takes what a person contained for spam', () => {
    const { deps, id, truth } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' });

    expect(truth()).toMatchObject({
      source: 'test.db',
      isComplete: false,
      runs: [
        { name: `incident ${id}`, verdict: 'spam', kind: 'single', customer: 'acme', senders: ['kim@acme.example'] },
      ],
    });
  });

  it('takes what was marked as noise for honest, also when it was contained before', () => {
    const { deps, id, markNoise, truth } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' });
    markNoise();

    expect(truth().runs).toMatchObject([{ verdict: 'honest' }]);
  });

  it('leaves out what was only resolved, and noise that was taken back', () => {
    const { deps, id, markNoise, truth } = setUp();
    markNoise(T0);
    resolveIncident(deps, { incidentId: id, rev: 1, actor: ANN, reason: 'seems fine' });

    expect(truth().runs).toEqual([]);
  });

  it('takes for spam what a person laid to a customer, and nothing of another time', () => {
    const { db, deps, id, truth } = setUp();
    openFromFinding(deps, microsoftBlock());
    const listing = unresolvedIncidents(db).find(({ kind }) => kind === 'listing');
    accuse(deps, { incidentId: listing?.id ?? 0, rev: listing?.rev ?? 0, actor: ANN, customer: 'bolt' });

    const runs = truth().runs.filter(({ name }) => name !== `incident ${id}`);
    expect(runs).toMatchObject([{ verdict: 'spam', customer: 'bolt' }]);
    expect(truth(T0 + 86_400_000).runs).toEqual([]);
    expect(truth(0, T0 - 86_400_000).runs).toEqual([]);
  });
});
