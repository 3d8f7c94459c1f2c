// Whose mail counts where the relay itself names the customer: the one it names, whoever else writes as the same sender.
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/detection/pipeline.js';
import { Directory } from '../../src/partners/directory.js';

const directory = Directory.parse({
  relays: [{ host: 'mx1', outbound_ip: '203.0.113.21' }],
  customers: [
    { id: 'c-1', name: 'One', domains: ['one.example'] },
    { id: 'c-2', name: 'Two', domains: ['two.example'] },
  ],
});

const SENDER = 'no-reply@platform.example';
const RELAY = { time: '2026-01-14T10:00:00Z', relay: 'mx1' };

function open(): Pipeline {
  return new Pipeline({ directory });
}

function read(pipeline: Pipeline, events: object[]): void {
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify({ ...RELAY, ...event })}\n`).join(''));
  pipeline.read(pipeline.reader('events', 'json'), bytes, 0, bytes.length);
}

/** Sums by customer, those that are not 0. */
function sums(pipeline: Pipeline): Record<string, Record<string, number>> {
  const rows = pipeline.counters.take().filter(({ kind }) => kind === 'relay');
  return Object.fromEntries(
    rows.map(({ hour: _, kind: __, owner, name: ___, ...row }) => [
      owner,
      Object.fromEntries(Object.entries(row).filter(([, sum]) => sum !== 0)),
    ]),
  );
}

const takenOf = (customer: string, id: string) => ({
  ...{ type: 'accepted', id, sender: SENDER, recipient: 'a@far.example', customer },
});

describe('mail of customers that the relay names', () => {
  it('counts for each what became of its own, also when the bot was started anew in between', () => {
    const before = open();
    read(before, [takenOf('c-1', 'A'), takenOf('c-2', 'B')]);
    const after = open();
    after.restoreMessages([...before.takeMessages()].flatMap(([key, row]) => (row ? [[key, row] as const] : [])) as []);
    const refusal = { type: 'bounced', recipient: 'a@far.example', reply: '550 5.1.1 no such user' };

    read(after, [
      { type: 'delivered', id: 'B', recipient: 'a@far.example' },
      { ...refusal, id: 'A' },
    ]);

    expect(sums(after)).toEqual({
      'c-1': { bounced: 1, unknownUsers: 1, newRecipients: 1 },
      'c-2': { sent: 1, newRecipients: 1 },
    });
  });

  it('counts what comes back late for the customer it is said to be of, and for nobody where none is said', () => {
    const pipeline = open();
    const late = { type: 'bounced', sender: SENDER, recipient: 'a@far.example', late: true };

    read(pipeline, [takenOf('c-1', 'A'), takenOf('c-2', 'B'), { ...late, customer: 'c-1' }, late]);

    expect(sums(pipeline)).toEqual({
      'c-1': { messages: 1, recipients: 1, lateBounced: 1 },
      'c-2': { messages: 1, recipients: 1 },
      unattributed: { lateBounced: 1 },
    });
  });

  it('counts a delivery for the customer that only it names', () => {
    const pipeline = open();
    const { customer: _, ...taken } = takenOf('', 'A');

    read(pipeline, [taken, { type: 'delivered', id: 'A', recipient: 'a@far.example', customer: 'c-1' }]);

    expect(sums(pipeline)).toMatchObject({ 'c-1': { sent: 1 }, unattributed: { messages: 1 } });
  });

  it('counts what the relay refused for the customer it names', () => {
    const pipeline = open();
    const refused = { type: 'refused', sender: SENDER, recipient: 'a@far.example', reply: '554 5.7.1 no' };

    read(pipeline, [
      { ...refused, customer: 'c-1' },
      { ...refused, sender: 'ann@two.example', customer: 'c-1' },
      { ...refused, customer: 'c-gone' },
    ]);

    expect(sums(pipeline)).toEqual({ 'c-1': { refused: 2 }, unattributed: { refused: 1 } });
  });
});
