import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../../src/db/open-traffic.js';
import { messageChunks } from '../../../src/db/traffic-schema.js';
import { hashId, MessageColumns, PackedHashes, sentIn } from '../../../src/intake/reports/message-chunk.js';
import { KEEP_MS, MessageIndex } from '../../../src/intake/reports/message-index.js';
import type { MessageHead } from '../../../src/mail/event.js';

const NOW = Date.UTC(2026, 1, 3, 12);
const HOUR = 3_600_000;

let dir: string;
let db: TrafficDb;
let index: MessageIndex;
let now: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'message-index-'));
  db = openTrafficDb(join(dir, 'traffic.db'));
  now = NOW;
  index = new MessageIndex(db, () => now);
});

afterEach(() => {
  db.$client.close();
  rmSync(dir, { recursive: true, force: true });
});

function message(i: number, more: Partial<MessageHead> = {}): MessageHead {
  return {
    relay: `relay${i % 2}`,
    queueId: `Q${i}x`,
    acceptedAt: NOW - 20_000_000 + i * 1_000,
    origin: 'client',
    clientIp: `192.0.2.${i % 200}`,
    login: `user${i % 50}`,
    sender: `user${i % 50}@c${i % 5}.example`,
    recipientCount: 1,
    sizeBytes: 1,
    messageId: `m${i}@c.example`,
    ...more,
  };
}

const query = { queueIds: [], times: [], senders: [] };
const rows = () => db.$client.prepare('select is_full isFull, count from message_chunks order by id').all();
const restarted = () => new MessageIndex(db, () => now);

describe('the message index', () => {
  it('finds a message by queue id or Message-ID, saved or not, after a restart too', () => {
    for (let i = 0; i < 33_000; i++) {
      index.note(message(i), `c-${i % 5}`);
      if (i % 5_500 === 5_499) index.save();
    }
    index.note(message(33_000), 'c-0');
    const expected = (i: number) => ({
      relay: `relay${i % 2}`,
      customer: `c-${i % 5}`,
      sender: `user${i % 50}@c${i % 5}.example`,
      login: `user${i % 50}`,
      clientIp: `192.0.2.${i % 200}`,
      at: NOW - 20_000_000 + i * 1_000,
    });
    for (const i of [0, 1, 4_321, 32_767, 32_768, 32_999, 33_000]) {
      expect(index.find({ ...query, queueIds: ['other', `Q${i}x`] })).toEqual({ ...expected(i), queueId: `Q${i}x` });
      expect(index.find({ ...query, messageId: `m${i}@c.example` })).toEqual(expected(i));
    }
    expect(index.find({ ...query, queueIds: ['unknown'], messageId: 'unknown' })).toBeUndefined();
    expect(restarted().find({ ...query, queueIds: ['Q32900x'] })).toMatchObject({ customer: 'c-0' });
    expect(restarted().find({ ...query, queueIds: ['Q33000x'] })).toBeUndefined();
  });

  it('looks through no more than so many chunks far from the times given, the newest first', () => {
    index = new MessageIndex(db, () => now, { atOnce: 3, perSecond: 1 });
    for (let i = 0; i < 2 * 32_768; i++) index.note(message(i, { acceptedAt: NOW - 200 * HOUR + i * 1_000 }), 'c');
    index.save();
    const find = (queueId: string, at = NOW) => index.find({ ...query, queueIds: [queueId], times: [at] })?.queueId;
    const [old, recent] = ['Q5x', 'Q60000x'];

    expect([find(old), find(old)]).toEqual([old, undefined]);
    expect(find(old, NOW - 200 * HOUR)).toBe(old);
    now += 1_000;
    expect(find(recent)).toBe(recent);
    now += 60_000;
    expect([find(old), find(old)]).toEqual([old, undefined]);
  });

  it('saves small chunks, and a full one in their place', () => {
    for (let i = 0; i < 8_000; i++) index.note(message(i), 'c');
    index.save();
    index.save();
    index.note(message(8_000), 'c');
    index.save();
    expect(rows()).toEqual([
      { isFull: 0, count: 8_000 },
      { isFull: 0, count: 1 },
    ]);
    index = restarted();
    for (let i = 8_001; i < 70_000; i++) index.note(message(i), 'c');
    index.save();
    expect(rows()).toEqual([
      { isFull: 1, count: 32_768 },
      { isFull: 1, count: 32_768 },
      { isFull: 0, count: 4_464 },
    ]);
  });

  it('puts many small chunks together, without what is too old by then', () => {
    for (let i = 0; i < 1_000; i++) {
      index.note(message(i), 'c');
      index.save();
    }
    expect(rows()).toHaveLength(1_000);
    now = NOW - 20_000_000 + KEEP_MS + 500_000;
    index.note(message(1_000), 'c');
    index.save();
    expect(rows()).toEqual([{ isFull: 0, count: 501 }]);
    expect(restarted().find({ ...query, queueIds: ['Q600x'] })).toMatchObject({ customer: 'c' });
  });

  it('keeps what a rolled-back transaction would have lost', () => {
    index.note(message(1), 'c');
    expect(() =>
      db.$client.transaction(() => {
        index.save();
        throw new Error('disk full');
      })(),
    ).toThrow('disk full');
    expect(restarted().find({ ...query, queueIds: ['Q1x'] })).toBeUndefined();
  });

  it('prefers the message with both ids, then the sender, then the time', () => {
    const same = { messageId: 'one@spam.test' };
    index.note(message(1, { ...same, queueId: 'A1', sender: 'a@a.example' }), 'a');
    index.note(message(2, { ...same, queueId: 'B1', sender: 'b@b.example' }), 'b');
    index.note(message(3, { ...same, queueId: 'C1', sender: 'b@b.example', acceptedAt: NOW }), 'c');
    const find = (more: object) => index.find({ ...query, messageId: 'one@spam.test', ...more })?.customer;
    expect(find({ queueIds: ['A1'], senders: ['b@b.example'] })).toBe('a');
    expect(find({ senders: ['b@b.example'], times: [NOW + HOUR] })).toBe('c');
    expect(find({ senders: ['b@b.example'], times: [NOW - 5 * HOUR] })).toBe('b');
  });

  it('knows a Message-ID however the log and the report write it', () => {
    for (const [i, messageId] of ['<one@c.example>', 'two@c.example', ' <three@c.example>'].entries()) {
      index.note(message(i, { messageId }), `c-${i}`);
    }
    index.save();
    for (const each of [index, restarted()]) {
      for (const [i, name] of ['one', 'two', 'three'].entries()) {
        for (const messageId of [`${name}@c.example`, `<${name}@c.example>`]) {
          expect(each.find({ ...query, messageId })).toMatchObject({ customer: `c-${i}` });
        }
      }
    }
  });

  it('answers from what earlier versions saved, which took ids as the log wrote them', () => {
    const old = new MessageColumns();
    const sent = { relay: 'r', customer: 'c', sender: 'a@c.example', login: '', clientIp: '' };
    old.add('Q1', '<with@c.example>', NOW - HOUR, sent);
    old.add('Q2', 'without@c.example', NOW - HOUR, sent);
    db.insert(messageChunks)
      .values({ ...old.pack(0, 2), isFull: true })
      .run();
    for (const messageId of ['with@c.example', '<with@c.example>', 'without@c.example', '<without@c.example>']) {
      expect(index.find({ ...query, messageId })).toMatchObject({ customer: 'c', at: NOW - HOUR });
    }
  });

  it('looks beyond the time a report gives when nothing is near it', () => {
    for (let i = 0; i < 32_768; i++) index.note(message(i), 'c');
    index.save();
    expect(index.find({ ...query, queueIds: ['Q5x'], times: [NOW - 9 * 24 * HOUR] })).toMatchObject({ customer: 'c' });
    expect(index.find({ ...query, queueIds: ['Q5x'], times: [0, Number.MAX_SAFE_INTEGER] })).toMatchObject({
      customer: 'c',
    });
  });

  it('forgets after two weeks, and takes nothing older', () => {
    for (let i = 0; i < 32_768; i++) index.note(message(i), 'c');
    index.note(message(1, { queueId: 'OLD', acceptedAt: NOW - KEEP_MS - 1 }), 'c');
    index.save();
    expect(index.find({ ...query, queueIds: ['OLD'] })).toBeUndefined();
    now = NOW + KEEP_MS + 4 * HOUR;
    index.note(message(1, { queueId: 'NEW', acceptedAt: now }), 'c');
    index.save();
    expect(rows()).toEqual([{ isFull: 0, count: 1 }]);
  });
});

describe('a chunk', () => {
  it('gives back what was put in', () => {
    const id = fc.string({ unit: 'binary', maxLength: 300 });
    const entry = fc.tuple(id, id, fc.nat({ max: 4_000_000_000 }), id, id);
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), fc.nat(), (entries, cut) => {
        const columns = new MessageColumns();
        for (const [queueId, messageId, seconds, sender, login] of entries) {
          columns.add(queueId, messageId, seconds * 1_000, { relay: 'r', customer: 'c', sender, login, clientIp: '' });
        }
        const from = cut % entries.length;
        const packed = columns.pack(from, entries.length);
        const copy = new MessageColumns();
        copy.unpack(packed);
        const places = copy.times.map((_, i) => i);
        const expected = entries.slice(from).map(([, , seconds, sender, login]) => ({
          at: seconds * 1_000,
          sent: { relay: 'r', customer: 'c', sender, login, clientIp: '' },
        }));
        expect(sentIn(packed.body, places)).toEqual(expected);
        expect(places.map((place) => copy.sentAt(place))).toEqual(expected);
        const hashes = new PackedHashes(packed.hashes, packed.count);
        for (const [i, [queueId, messageId]] of entries.slice(from).entries()) {
          expect(hashes.search('queue', hashId(queueId))).toContain(i);
          expect(copy.search('id', hashId(messageId))).toContain(i);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells ids apart', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 200_000; i++) {
      const { low, high } = hashId(`4ds${i.toString(36)}z2xNV`);
      seen.add(`${low} ${high}`);
    }
    expect(seen.size).toBeGreaterThan(199_995);
  });
});
