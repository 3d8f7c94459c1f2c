// Mail that goes on after it was marked as noise is counted: in what the judgement silenced, and in its incident once that is open again.
import { beforeEach, describe, expect, it } from 'vitest';
import { auditOf } from '../../../src/audit/verify.js';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import { markNoise, undoNoise } from '../../../src/incidents/noise/mark-noise.js';
import { heldBetween } from '../../../src/incidents/noise/teachings.js';
import { type OpenDeps, openFromFinding } from '../../../src/incidents/open.js';
import { findIncident } from '../../../src/incidents/store.js';
import { ANN, BEN, incidentDeps, stolenMailbox, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

const MINUTE_MS = 60_000;
const MACHINE = names(0, 230);

let now = T0;
let deps: OpenDeps;

beforeEach(() => {
  now = T0;
  deps = incidentDeps(freshDb(), () => now);
});

function names(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `ticket${from + i}@acme.example`);
}

/** A finding at a minute about mail since another, both after T0. */
function find(minute: number, since: number, change: Partial<CompromiseFinding>) {
  now = T0 + minute * MINUTE_MS;
  const senders = change.senders ?? MACHINE;
  return openFromFinding(
    deps,
    stolenMailbox({
      ...{ kind: 'multiple', key: 'acme|login:tickets', logins: ['tickets'], senders, senderCount: senders.length },
      ...{ at: now, since: T0 + since * MINUTE_MS },
      ...change,
    }),
  );
}

/** A machine of 230 senders, told from noon to minute 337 and marked eight minutes later. */
function markMachine(): void {
  find(10, 0, { messages: 20, recipients: 60 });
  const { incident } = find(337, 0, { messages: 281, recipients: 412 });
  now = T0 + 345 * MINUTE_MS;
  markNoise(deps, {
    ...{ incidentId: incident.id, actor: ANN, reason: 'tickets', scope: 'entry', kind: 'multiple', days: 30 },
    lifts: false,
  });
}

const silenced = () => heldBetween(deps.db, 0, Number.MAX_SAFE_INTEGER)[0];
const undo = () => undoNoise(deps, { incidentId: 1, teachingId: 1, actor: BEN, mayReopen: true });

describe('what is silenced', () => {
  it('is counted on when the detection counts only the later part of the mail', () => {
    markMachine();
    expect(find(350, 0, { messages: 286, recipients: 419 }).kind).toBe('held');
    expect(silenced()).toMatchObject({ runs: 1, messages: 5, recipients: 7 });

    // The later part begins before the mark, and has fewer recipients than the incident had.
    find(355, 214, { messages: 150, recipients: 210, senders: names(125, 230) });
    expect(silenced()).toMatchObject({ messages: 5, recipients: 7 });
    find(500, 214, { messages: 210, recipients: 300, senders: names(125, 230) });

    expect(silenced()).toMatchObject({ runs: 1, messages: 65, recipients: 97 });
  });

  it('is the share of the later part that came after the incident was last told, when nothing was told in between', () => {
    markMachine();
    find(460, 214, { messages: 200, recipients: 300 });

    expect(silenced()).toMatchObject({ messages: 100, recipients: 150 });
  });

  it('never becomes less, of another entry point of the customer neither', () => {
    const { incident } = find(337, 0, { messages: 281, recipients: 412 });
    markNoise(deps, {
      ...{ incidentId: incident.id, actor: ANN, reason: 'tickets', scope: 'customer', kind: 'multiple', days: 30 },
      lifts: false,
    });
    find(400, 390, { key: 'acme|login:other', messages: 50, recipients: 90 });
    find(410, 398, { key: 'acme|login:other', messages: 20, recipients: 30 });

    expect(silenced()).toMatchObject({ runs: 1, messages: 50, recipients: 90 });
    expect(findIncident(deps.db, 1)?.subject).toMatchObject({ messages: 281, recipients: 412 });
  });

  it('says on record since when', () => {
    markMachine();
    find(350, 0, { messages: 286, recipients: 419 });

    const row = auditOf(deps.db, 'incident:1').find(({ verb }) => verb === 'held-back');
    expect(row?.details).toMatchObject({ messages: 5, recipients: 7, since: T0 + 345 * MINUTE_MS });
  });
});

describe('the incident after Undo', () => {
  it('has the mail that was let through, and no sender fewer', () => {
    markMachine();
    find(350, 0, { messages: 286, recipients: 419 });
    find(355, 214, { messages: 150, recipients: 210, senders: names(125, 230) });
    find(500, 214, { messages: 210, recipients: 300, senders: names(125, 240) });
    undo();

    expect(findIncident(deps.db, 1)).toMatchObject({
      ...{ state: 'open', lastSeenAt: T0 + 500 * MINUTE_MS },
      subject: { messages: 281 + 65, recipients: 412 + 97, senderCount: 240 },
    });

    // A further finding of the same part corrects the one before it; who was named before that part stays, and so do those without a name.
    const { incident } = find(520, 214, { messages: 220, recipients: 320, senders: names(125, 235) });
    expect(incident.subject).toMatchObject({ messages: 281 + 75, recipients: 412 + 117, senderCount: 240 });
  });

  it('keeps its senders and counts on when nothing came in between', () => {
    markMachine();
    undo();
    find(350, 214, { messages: 150, recipients: 210, senders: names(125, 230) });
    const { incident } = find(500, 214, { messages: 210, recipients: 300, senders: names(125, 230) });

    expect(incident.subject).toMatchObject({ senderCount: 230, messages: 281 + 60, recipients: 412 + 90 });
  });

  it('still says what was said of an earlier incident', () => {
    find(10, 0, { messages: 20, recipients: 60 });
    const subject = { ...findIncident(deps.db, 1)?.subject };
    expect(subject).not.toHaveProperty('earlierIncident');
    markNoise(deps, {
      ...{ incidentId: 1, actor: ANN, reason: 'tickets', scope: 'entry', kind: 'multiple', days: 30, lifts: false },
    });
    const { incident } = find(60, 50, { messages: 20, recipients: 60, signs: [{ id: 'complaints', weight: 5 }] });
    expect(incident.subject).toMatchObject({ earlierIncident: 1, wasNoise: { teaching: 1 } });
    markNoise(deps, {
      ...{ incidentId: 2, actor: ANN, reason: 'tickets', scope: 'entry', kind: 'multiple', days: 30, lifts: false },
    });
    expect(find(65, 50, { messages: 30, recipients: 90 }).kind).toBe('held');

    expect(findIncident(deps.db, 2)?.subject).toMatchObject({
      ...{ earlierIncident: 1, wasNoise: { teaching: 1 } },
      ...{ messages: 30, recipients: 90 },
    });
  });
});

describe('an incident that goes on', () => {
  it('is about the one mailbox to which a later finding narrows it down, and counts both ways', () => {
    find(10, 0, { messages: 40, recipients: 100, senders: ['kim@acme.example', 'lee@acme.example'] });
    const kim = { kind: 'single' as const, senders: ['kim@acme.example'] };
    const { incident } = find(12, 2, { ...kim, messages: 35, recipients: 90 });
    expect(incident.subject).toMatchObject({ senders: ['kim@acme.example'], messages: 40, recipients: 100 });
    const next = find(14, 2, { ...kim, messages: 45, recipients: 110 }).incident;
    expect(next.subject).toMatchObject({ shape: 'single', messages: 50, recipients: 120 });
    const whole = find(15, 0, { messages: 55, recipients: 130, senders: ['kim@acme.example'] }).incident;
    expect(whole.subject).toMatchObject({ messages: 55, recipients: 130 });
  });
});
