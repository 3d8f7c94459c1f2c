// What is read out of the counters, for the digest, for re-checks and for who looks for the owner of a login.

import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CounterRow, type Kind, OTHER, SUMS, type Sums } from '../../../src/detection/counters/counter-cells.js';
import { receivedSince } from '../../../src/detection/traffic/received.js';
import { topSenders } from '../../../src/detection/traffic/sender-signs.js';
import { volumeOf, volumes, volumesInTurns } from '../../../src/detection/traffic/traffic-report.js';
import { isOnlyRefused, UnownedTally, unownedSince } from '../../../src/detection/traffic/unowned.js';
import { tempDir } from '../../helpers/temp.js';
import { writeCounters } from '../../tools/counted-world.js';
import { DAY, HOUR, T0 } from '../../tools/mail-events.js';

const NOW = Math.floor(T0 / HOUR);
const NONE = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
const DAY_PERIOD = { from: T0 - DAY, to: T0 + HOUR };
let path: string;

beforeEach(() => {
  path = join(tempDir(), 'traffic.db');
});

function row(kind: Kind, owner: string, name: string, sums: Partial<Sums>, hoursAgo = 1): CounterRow {
  return { ...NONE, hour: NOW - hoursAgo, kind, owner, name, ...sums };
}

describe('topSenders', () => {
  it('is each sign’s senders, added up over the hours, most first', async () => {
    writeCounters(path, [
      row('sender', 'acme', 'kim@acme.example', { messages: 10, unknownUsers: 4 }),
      row('sender', 'acme', 'kim@acme.example', { messages: 30, contentRefusals: 3, complaints: 1 }, 5),
      row('sender', 'beta', 'ann@beta.example', { messages: 9, unknownUsers: 6 }),
      row('sender', 'beta', 'kim@acme.example', { messages: 1, newRecipients: 1 }),
      row('sender', 'beta', OTHER, { messages: 900, unknownUsers: 600 }),
      row('sender', 'old', 'x@old.example', { unknownUsers: 99 }, 40),
      row('login', 'acme', 'kim', { unknownUsers: 99, complaints: 99 }),
    ]);
    const top = await topSenders(path, DAY_PERIOD, 2);

    expect(top.byRefusals).toMatchObject([
      { customer: 'acme', sender: 'kim@acme.example', messages: 40, refused: 7, complaints: 1 },
      { customer: 'beta', sender: 'ann@beta.example', refused: 6 },
    ]);
    expect(top.byComplaints.map(({ sender }) => sender)).toEqual(['kim@acme.example']);
    expect(top.byNewRecipients).toMatchObject([{ customer: 'beta', sender: 'kim@acme.example', newRecipients: 1 }]);
  });

  it('is nobody while the worker never ran', async () => {
    expect(await topSenders(join(path, 'none'), DAY_PERIOD, 2)).toEqual({
      ...{ byRefusals: [], byComplaints: [], byNewRecipients: [] },
    });
  });
});

describe('volumes', () => {
  it('are the same of one customer, and read bit by bit', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      row('relay', `c${i % 3}`, `r${i % 2}`, { messages: i, bounced: 1, lateBounced: 1 }, i),
    );
    writeCounters(path, rows);
    const all = volumes(path, { from: T0 - 2 * DAY, to: T0 });
    const byName = (list: typeof all) => list.toSorted((a, b) => (a.customer < b.customer ? -1 : 1));

    expect(byName(await volumesInTurns(path, { from: T0 - 2 * DAY, to: T0 }))).toEqual(byName(all));
    expect(volumeOf(path, 'c1', { from: T0 - 2 * DAY, to: T0 })).toEqual(all.find(({ customer }) => customer === 'c1'));
    expect(volumeOf(path, 'nobody', DAY_PERIOD)).toBeUndefined();
    expect(all.reduce((sum, { bounced }) => sum + bounced, 0)).toBe(96);
  });
});

describe('receivedSince', () => {
  it('counts what one receiver did with one address in the hours after', () => {
    const to = (owner: string, name: string, sent: number, hoursAgo: number) =>
      row('receiver', owner, name, { sent, ipBlocks: 1 }, hoursAgo);
    writeCounters(path, [
      ...[to('203.0.113.1', 'google', 5, 3), to('203.0.113.1', 'google', 7, 1), to('203.0.113.1', 'google', 90, 4)],
      ...[to('203.0.113.2', 'google', 100, 1), to('203.0.113.1', 'yahoo', 100, 1)],
    ]);

    expect(receivedSince(path, '203.0.113.1', 'google', T0 - 3.5 * HOUR)).toEqual({ sent: 12, refused: 2 });
    expect(receivedSince(path, '203.0.113.1', 'nobody', 0)).toEqual({ sent: 0, refused: 0 });
    expect(receivedSince(join(path, 'none'), '203.0.113.1', 'google', 0)).toEqual({ sent: 0, refused: 0 });
  });
});

describe('what belongs to nobody', () => {
  const rows = [
    row('login', 'unattributed', 'scan', { messages: 3 }, 1),
    row('login', 'unattributed', 'scan', { messages: 4 }, 9),
    row('network', 'unattributed', '198.51.100.7', { messages: 7, refused: 2 }, 2),
    row('sender', 'unattributed', 'a@x.test', { messages: 2 }),
    row('sender', 'unattributed', 'b@x.test', { messages: 3 }),
    row('sender', 'unattributed', '', { messages: 30 }),
    row('sender', 'unattributed', OTHER, { messages: 30 }),
    row('relay', 'unattributed', 'relay1', { messages: 30 }),
    row('login', 'acme', 'kim', { messages: 50 }),
  ];
  const expected = [
    { what: 'address', name: '198.51.100.7', messages: 7, refused: 2 },
    { what: 'login', name: 'scan', messages: 7, firstSeenAt: (NOW - 9) * HOUR, lastSeenAt: NOW * HOUR },
    { what: 'domain', name: 'x.test', messages: 5 },
  ];

  it('is of a log to the second, a machine with many addresses once', () => {
    const tally = new UnownedTally();
    const head = {
      relay: 'r',
      queueId: '1',
      acceptedAt: T0,
      origin: 'client',
      recipientCount: 1,
      sizeBytes: 1,
    } as const;
    const message = { ...head, sender: 'a@x.test', clientIp: '2001:db8:1:2::7' };
    tally.take({ kind: 'accepted', at: T0 + 61_000, message });
    tally.take({ kind: 'accepted', at: T0 + 62_000, message: { ...message, clientIp: '2001:db8:1:2::8', sender: '' } });
    tally.take({ kind: 'refused', at: T0 + 70_000, relay: 'r', sender: 'z@y.test', recipient: 'k@k.test', reply: '' });

    const found = tally.sorted();
    expect(found.map(({ what, name, messages }) => [what, name, messages])).toEqual([
      ['address', '2001:db8:1:2::/64', 2],
      ['domain', 'x.test', 1],
      ['domain', 'y.test', 0],
    ]);
    expect(found[0]).toMatchObject({ firstSeenAt: T0 + 61_000, lastSeenAt: T0 + 62_000, isByHour: false });
    expect(found.map(isOnlyRefused)).toEqual([false, false, true]);
  });

  it('stays small, however many names are invented', () => {
    const tally = new UnownedTally();
    const refused = { kind: 'refused', at: T0, relay: 'r', recipient: 'k@k.test', reply: '' } as const;
    for (let i = 0; i < 250_000; i++) tally.take({ ...refused, sender: `a@x${i}.test` });
    tally.take({ ...refused, sender: 'b@x0.test' });

    const found = tally.sorted();
    expect(found.length).toBeLessThan(250_000);
    expect(found[0]).toMatchObject({ name: 'x0.test', refused: 2 });
  });

  it('is every login, address and sender domain with its mail, the most first', () => {
    writeCounters(path, rows);

    expect(unownedSince(path, T0 - DAY)).toMatchObject(expected);
    expect(unownedSince(path, T0 - 3 * HOUR)).toMatchObject([
      { name: '198.51.100.7' },
      { name: 'x.test' },
      { messages: 3 },
    ]);
    expect(unownedSince(join(path, 'none'), 0)).toEqual([]);
  });
});
