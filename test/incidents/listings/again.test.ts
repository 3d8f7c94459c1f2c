// A block that was over and comes again within a day, from the refusals in the log to what the desk is shown.
import { describe, expect, it } from 'vitest';
import { Blocks } from '../../../src/detection/blocks.js';
import { meaningOf } from '../../../src/detection/clues/outcome.js';
import type { ListedEntry, ListingSubject } from '../../../src/incidents/incident.js';
import { takeCleared } from '../../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { findIncident } from '../../../src/incidents/store.js';
import type { Delivery } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { ANN, incidentDeps, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

const MINUTE = 60_000;
const IP = '203.0.113.17';

/** The way from a relay's log to the incidents, with a receiver that refuses at the minutes told. */
function setUp(replyTo: (minute: number) => string) {
  const db = freshDb();
  let now = T0;
  const deps = incidentDeps(db, () => now);
  const blocks = new Blocks(Directory.parse({ relays: [{ host: 'relay1', outbound_ip: IP }], customers: [] }));
  const until = (minute: number) => {
    now = T0 + minute * MINUTE;
  };
  return {
    ...{ db, deps, until },
    refusedAt(minute: number) {
      until(minute);
      const delivery = refusal(now, `q${minute}`, replyTo(minute));
      const meaning = meaningOf(delivery);
      const finding = meaning && blocks.see(delivery, meaning, 'acme');
      if (!finding) throw new Error('no finding');
      const { kind, incident } = openFromFinding(deps, finding);
      return { kind, id: incident.id, ...shown(findIncident(db, incident.id)?.subject as ListingSubject) };
    },
    resolvedAt(minute: number, incidentId: number) {
      until(minute);
      resolveIncident(deps, { incidentId, actor: ANN, reason: 'mitigated' });
    },
    sinceOf: (id: number) => ((findIncident(db, id)?.since ?? 0) - T0) / MINUTE,
  };
}

function shown({ entries }: ListingSubject) {
  const { bounce, text, refusals, firstSeenAt } = entries[0] as ListedEntry;
  return { queueId: bounce?.queueId, text, refusals, firstSeen: (firstSeenAt - T0) / MINUTE };
}

function refusal(at: number, queueId: string, reply: string): Delivery {
  const origin = 'client' as const;
  const sender = 'ann@acme.example';
  return {
    kind: 'delivery',
    at,
    message: { relay: 'relay1', queueId, acceptedAt: at, origin, sender, recipientCount: 1, sizeBytes: 1 },
    recipient: 'bob@hotmail.com',
    isFirstAttempt: true,
    status: 'bounced',
    dsn: '5.7.1',
    reply,
  };
}

const microsoft = (minute: number) =>
  `550 5.7.1 Unfortunately, messages from [${IP}] weren't sent. They are on our block list (S3140). [at ${minute}]`;
const spamhaus = (minute: number) =>
  `554 5.7.1 Service unavailable; Client host [${IP}] blocked using zen.spamhaus.org; query ${minute}`;

describe('a block of a receiver that was resolved and comes again within a day', () => {
  it('is shown with the bounce that opened it, when that was, and what was refused since', () => {
    const desk = setUp(microsoft);
    const first = desk.refusedAt(0);
    expect(first).toMatchObject({ kind: 'opened', queueId: 'q0', refusals: 1, firstSeen: 0 });
    expect(desk.refusedAt(2)).toMatchObject({ kind: 'repeated', queueId: 'q0', refusals: 2, firstSeen: 0 });
    desk.resolvedAt(10, first.id);

    const second = desk.refusedAt(30);

    expect(second).toMatchObject({ kind: 'opened', queueId: 'q30', text: microsoft(30), refusals: 1, firstSeen: 30 });
    expect(desk.refusedAt(40)).toMatchObject({ id: second.id, queueId: 'q30', refusals: 2, firstSeen: 30 });
    expect(desk.sinceOf(second.id)).toBe(30);
    desk.resolvedAt(50, second.id);
    const third = desk.refusedAt(70);
    expect(third).toMatchObject({ kind: 'opened', queueId: 'q70', refusals: 1, firstSeen: 70 });
    expect([first.id, second.id, third.id]).toEqual([1, 2, 3]);
  });

  it('takes nothing off that the detection has forgotten over a quiet day', () => {
    const desk = setUp(microsoft);
    const first = desk.refusedAt(0);
    for (let minute = 1; minute < 9; minute++) desk.refusedAt(minute);
    desk.resolvedAt(10, first.id);
    const second = desk.refusedAt(30);
    const later = 30 + 25 * 60;
    expect(desk.refusedAt(later)).toMatchObject({ id: second.id });
    desk.refusedAt(later + 1);
    desk.resolvedAt(later + 10, second.id);

    expect(desk.refusedAt(later + 30)).toMatchObject({ kind: 'opened', refusals: 1 });
    expect(desk.refusedAt(later + 31)).toMatchObject({ kind: 'repeated', refusals: 2 });
    expect(desk.refusedAt(later + 32)).toMatchObject({ kind: 'repeated', refusals: 3 });
  });
});

describe('a listing that was seen gone and is named in a refusal again within a day', () => {
  it('is shown on the running card with that refusal', () => {
    const desk = setUp(spamhaus);
    const { id } = desk.refusedAt(0);
    desk.refusedAt(2);
    desk.until(10);
    expect(takeCleared(desk.deps, [{ target: IP, list: 'spamhaus-zen' }])).toHaveLength(1);

    expect(desk.refusedAt(30)).toMatchObject({ kind: 'joined', id, queueId: 'q30', refusals: 1, firstSeen: 30 });
    expect(desk.refusedAt(31)).toMatchObject({ kind: 'repeated', id, queueId: 'q30', refusals: 2, firstSeen: 30 });
  });
});
