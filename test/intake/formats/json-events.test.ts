// Records of our own event format: what is taken, what is refused and in which words, and the events they become.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEndpoint, readOutboundEndpoint } from '../../../src/intake/formats/endpoint.js';
import { EVENT_FIELDS, EVENT_TYPES, parseEventLine, toMailEvents } from '../../../src/intake/formats/json-events.js';

const AT = Date.UTC(2026, 0, 14, 10, 0, 0);
const base = { time: '2026-01-14T11:00:00+01:00', relay: 'relay1' };

function eventsOf(record: object) {
  const parsed = parseEventLine(JSON.stringify(record));
  if (!parsed.ok) throw new Error(parsed.error);
  return toMailEvents(parsed.record);
}

describe('records of mail events', () => {
  it('reads an accepted message', () => {
    const [event] = eventsOf({
      ...base,
      type: 'accepted',
      id: 'A1',
      sender: '<Ann@Mills.Example>',
      recipients: ['a@one.example', 'B@two.example', 'a@one.example'],
      login: 'Ann@mills.example',
      client_ip: '192.0.2.7',
      message_id: '<1@mills.example>',
      size: 2048,
      colour: 'blue',
    });

    expect(event).toEqual({
      kind: 'accepted',
      at: AT,
      message: {
        relay: 'relay1',
        queueId: 'A1',
        acceptedAt: AT,
        origin: 'client',
        clientIp: '192.0.2.7',
        login: 'ann@mills.example',
        sender: 'ann@mills.example',
        recipientCount: 2,
        sizeBytes: 2048,
        messageId: '<1@mills.example>',
      },
    });
  });

  it('reads a refused delivery, with words behind the status code and a port behind addresses', () => {
    const [event] = eventsOf({
      ...base,
      type: 'bounced',
      sender: 'ann@mills.example',
      recipient: 'x@outlook.com',
      dsn: '5.7.1 (delivery not authorized)',
      reply: '550 5.7.1 no',
      remote_host: 'mx.example',
      remote_ip: '[192.0.2.9]:25',
      outbound_ip: '203.0.113.5:41000',
      attempt: 2,
    });

    expect(event).toMatchObject({
      kind: 'delivery',
      status: 'bounced',
      dsn: '5.7.1',
      reply: '550 5.7.1 no',
      remoteIp: '192.0.2.9',
      outboundIp: '203.0.113.5',
      isFirstAttempt: false,
    });
  });

  it('gives one event for each recipient of a delivery', () => {
    const events = eventsOf({ ...base, type: 'delivered', id: 'A1', recipients: ['a@one.example', 'b@two.example'] });

    expect(events.map((event) => event.kind === 'delivery' && [event.recipient, event.status, event.reply])).toEqual([
      ['a@one.example', 'sent', ''],
      ['b@two.example', 'sent', ''],
    ]);
  });

  it('reads what happens at the door, and complaints', () => {
    const [refused] = eventsOf({ ...base, type: 'refused', sender: '', recipient: 'a@b.example', reply: '554 no' });
    const [failed] = eventsOf({ ...base, type: 'login-failed', login: 'ANN', client_ip: '2001:db8::1' });
    const [complaint] = eventsOf({
      ...base,
      type: 'complaint',
      message_id: '<1@x>',
      customer: 'c-1',
      reporter: 'Y.com',
    });

    expect(refused).toEqual({
      kind: 'refused',
      at: AT,
      relay: 'relay1',
      sender: '',
      recipient: 'a@b.example',
      reply: '554 no',
    });
    expect(failed).toEqual({ kind: 'login-failed', at: AT, relay: 'relay1', login: 'ann', clientIp: '2001:db8::1' });
    expect(complaint).toMatchObject({
      kind: 'complaint',
      message: { customer: 'c-1' },
      feedbackType: 'abuse',
      reporter: 'y.com',
    });
  });

  it.each([
    ['2026-01-14T10:00:00Z', AT],
    ['2026-01-14 11:00:00.250+0100', AT + 250],
    ['2026-01-14T10:00:00.123456789Z', AT + 123],
    [AT / 1000, AT],
    [AT / 1000 + 0.5, AT + 500],
    [AT, AT],
    [String(AT / 1000), AT],
  ])('reads the time %s', (time, at) => {
    expect(eventsOf({ ...base, time, type: 'login-failed' })[0]).toMatchObject({ at });
  });

  it('takes null for what is not there, and for the null sender', () => {
    const [event] = eventsOf({ ...base, type: 'accepted', sender: null, recipient: 'a@b.example', client_ip: null });

    expect(event).toMatchObject({ message: { sender: '', origin: 'notification' } });
  });

  it.each<[object | string, string]>([
    ['{"type":', 'The line is not JSON.'],
    ['[1]', 'The line is not a JSON object.'],
    ['null', 'The line is not a JSON object.'],
    [{ ...base, type: 'sent' }, `type must be one of ${EVENT_TYPES.join(', ')} (it is "sent").`],
    [base, `type is missing; it is one of ${EVENT_TYPES.join(', ')}.`],
    [{ type: 'login-failed', relay: 'r' }, 'time is missing; it is an RFC 3339 time or seconds since 1970.'],
    [
      { ...base, time: 'yesterday', type: 'login-failed' },
      'time must be an RFC 3339 time or seconds since 1970 (it is "yesterday").',
    ],
    [{ ...base, time: -5, type: 'login-failed' }, 'time must be an RFC 3339 time or seconds since 1970 (it is -5).'],
    [
      { ...base, time: 86_400, type: 'login-failed' },
      'time must be an RFC 3339 time or seconds since 1970: this is in 1970 (it is 86400).',
    ],
    [
      { ...base, time: AT, accepted_time: AT / 1e6, type: 'delivered', recipient: 'a@b.example', id: '1' },
      'accepted_time must be an RFC 3339 time or seconds since 1970: this is in 1970 (it is 1768384.8).',
    ],
    [{ time: AT, type: 'login-failed' }, 'relay is missing; it is the host name of the relay.'],
    [{ ...base, type: 'accepted', recipient: 'a@b.example' }, 'sender is missing; accepted needs it.'],
    [{ ...base, type: 'accepted', sender: 'a@b.example' }, 'recipient is missing; accepted needs it.'],
    [{ ...base, type: 'delivered', id: 'A' }, 'recipient is missing; delivered needs it.'],
    [{ ...base, type: 'delivered', recipient: 'a@b.example' }, 'id is missing; delivered needs it.'],
    [{ ...base, type: 'complaint' }, 'message_id is missing; complaint needs it.'],
    [{ ...base, type: 'login-failed', client_ip: 'home' }, 'client_ip must be an IP address (it is "home").'],
    [{ ...base, type: 'login-failed', login: 7 }, 'login must be text (it is 7).'],
    [
      { ...base, type: 'accepted', sender: 'a@b.example', recipient_count: 1e15 },
      'recipient_count must be 100000 at most (it is 1000000000000000).',
    ],
    [
      { ...base, type: 'bounced', id: 'A', recipients: ['a@b.example', ''] },
      'recipients[1] must not be empty (it is "").',
    ],
    [{ ...base, type: 'complaint', message_id: { a: null } }, 'message_id must be text (it is {"a":null}).'],
    [{ ...base, type: 'deferred', recipient: null, id: 'A' }, 'recipient is missing; deferred needs it.'],
    [
      { ...base, type: 'login-failed', login: 'x'.repeat(999) },
      `login must be 998 characters at most (it is "${'x'.repeat(58)}…).`,
    ],
  ])('says what is wrong with %j', (record, error) => {
    const line = typeof record === 'string' ? record : JSON.stringify(record);
    expect(parseEventLine(line)).toMatchObject({ ok: false, error });
  });

  it('never throws, whatever the line', () => {
    const anyRecord = fc.record(
      {
        type: fc.constantFrom(...EVENT_TYPES),
        time: fc.oneof(fc.anything(), fc.integer({ min: 0, max: 2e9 })),
        relay: fc.oneof(fc.string(), fc.anything()),
        sender: fc.oneof(fc.string(), fc.anything()),
        recipients: fc.oneof(fc.array(fc.string()), fc.anything()),
        login: fc.anything(),
        client_ip: fc.oneof(fc.ipV4(), fc.string()),
        dsn: fc.string(),
        ['__proto__']: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          anyRecord.map((record) => JSON.stringify(record)),
        ),
        (line) => {
          const parsed = parseEventLine(line);
          if (parsed.ok) toMailEvents(parsed.record);
          else expect(parsed.error).toMatch(/^\S.*\.$/s);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('addresses of hosts', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:25', '192.0.2.1', '192.0.2.1'],
    ['[192.0.2.1]:25', '192.0.2.1', '192.0.2.1'],
    ['[IPv6:2001:DB8::1]', '2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]:25', '2001:db8::1', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.7:53210', '10.0.0.7', undefined],
    ['100.64.1.1', '100.64.1.1', undefined],
    ['127.0.0.1', '127.0.0.1', undefined],
    ['fd00::1', 'fd00::1', undefined],
    ['source2', undefined, undefined],
    ['[', undefined, undefined],
    ['', undefined, undefined],
  ])('reads %s', (text, address, outbound) => {
    expect(readEndpoint(text)).toBe(address);
    expect(readOutboundEndpoint(text)).toBe(outbound);
  });
});

describe('docs/mail-events.md', () => {
  const text = readFileSync(new URL('../../../docs/mail-events.md', import.meta.url), 'utf8');
  const examples = text.split('\n').filter((line) => line.startsWith('{"'));

  it('shows one right example of each type', () => {
    const parsed = examples.map((line) => parseEventLine(line));
    expect(parsed.flatMap((each) => (each.ok ? [each.record.type] : [each.error]))).toEqual([...EVENT_TYPES]);
  });

  it('explains every field', () => {
    const missing = EVENT_FIELDS.filter((field) => !text.includes(`\`${field}\``));
    expect(missing).toEqual([]);
  });
});
