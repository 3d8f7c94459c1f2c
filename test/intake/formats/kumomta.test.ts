// KumoMTA records of several ages, alone and joined.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kumomta } from '../../../src/intake/formats/kumomta/log.js';
import { RECORD_TYPES, readKumoRecord, replyOf, tenantOf } from '../../../src/intake/formats/kumomta/record.js';
import { classifyReply } from '../../../src/intake/replies/index.js';
import type { Delivery, MailEvent } from '../../../src/mail/event.js';

const SECONDS = Date.UTC(2026, 0, 14, 10, 0, 0) / 1000;
const AT = SECONDS * 1000;

const base = {
  id: '1d98076abbbc11ed940250ebf67f93bd',
  sender: 'Ann@Mills.example',
  recipient: 'bob@two.example',
  queue: 'news:c-001@two.example',
  site: '',
  size: 1047,
  response: { code: 250, enhanced_code: null, content: '', command: null },
  peer_address: { name: 'pc.mills.example', addr: '192.0.2.7' },
  timestamp: SECONDS,
  created: SECONDS,
  num_attempts: 0,
  bounce_classification: 'Uncategorized',
  egress_pool: null,
  egress_source: null,
  source_address: null,
  feedback_report: null,
  meta: { authn_id: 'Ann@mills.example' },
  headers: {},
  delivery_protocol: null,
  reception_protocol: 'ESMTP',
  nodeid: '557f3ad4-2c8c-11ee-976e-782d7e12e173',
};
const reception = { ...base, type: 'Reception' };
const delivery = {
  ...base,
  type: 'Delivery',
  site: 'source2->mx.two.example',
  response: { code: 250, enhanced_code: { class: 2, subject: 0, detail: 0 }, content: 'OK', command: '.' },
  peer_address: { name: 'mx.two.example.', addr: '198.51.100.2' },
  egress_source: 'source2',
  source_address: { address: '203.0.113.5:53210', protocol: 'socks5', server: '10.0.0.1:5000' },
  timestamp: SECONDS + 2,
  meta: {},
};
const refusal = (content: string, code = 550, detail = 1) => ({
  ...delivery,
  type: 'Bounce',
  response: { code, enhanced_code: { class: 5, subject: 7, detail }, content, command: 'MAIL FROM' },
});

function read(records: (object | string)[], intake = kumomta.open({})): MailEvent[] {
  const events: MailEvent[] = [];
  const lines = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  intake.reader('log', 'kumo1').read(bytes, 0, bytes.length, (event) => events.push(event));
  return events;
}
const deliveries = (events: MailEvent[]) => events.filter((event): event is Delivery => event.kind === 'delivery');

describe('records of KumoMTA', () => {
  it('joins a reception and its delivery', () => {
    const intake = kumomta.open({});
    const events = read([reception, delivery], intake);

    expect(events[0]).toEqual({
      kind: 'accepted',
      at: AT,
      message: {
        relay: 'kumo1',
        queueId: base.id,
        acceptedAt: AT,
        origin: 'client',
        clientIp: '192.0.2.7',
        clientName: 'pc.mills.example',
        login: 'ann@mills.example',
        sender: 'ann@mills.example',
        recipientCount: 1,
        sizeBytes: 1047,
        customer: 'c-001',
      },
    });
    expect(events[1]).toMatchObject({
      kind: 'delivery',
      at: AT + 2000,
      message: { login: 'ann@mills.example' },
      recipient: 'bob@two.example',
      isFirstAttempt: true,
      status: 'sent',
      dsn: '2.0.0',
      remoteHost: 'mx.two.example',
      remoteIp: '198.51.100.2',
      outboundIp: '203.0.113.5',
      reply: '',
    });
    expect(intake.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
  });

  it('takes the finer time where there is one, and recipients of a batch', () => {
    const batch = { recipient: ['A@two.example', 'b@two.example'] };
    const times = { event_time: '2026-01-14T10:00:01.440526026Z', created_time: '2026-01-14T10:00:00.5Z' };
    const events = read([
      { ...reception, ...batch, ...times },
      { ...delivery, recipient: ['a@two.example'] },
      { ...delivery, type: 'TransientFailure', recipient: ['b@two.example'] },
      { ...delivery, recipient: 'b@two.example', num_attempts: 1, timestamp: SECONDS + 900 },
    ]);

    expect(events[0]).toMatchObject({ at: AT + 1440, message: { acceptedAt: AT + 500, recipientCount: 2 } });
    expect(
      deliveries(events).map(({ recipient, status, isFirstAttempt }) => [recipient, status, isFirstAttempt]),
    ).toEqual([
      ['a@two.example', 'sent', true],
      ['b@two.example', 'deferred', true],
      ['b@two.example', 'sent', false],
    ]);
  });

  it('rebuilds the reply so that it is read as the receiver said it', () => {
    const content =
      "Unfortunately, messages from [203.0.113.5] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).";
    const [bounce] = deliveries(read([refusal(content)]));

    expect(bounce?.reply).toBe(`550 5.7.1 ${content}`);
    expect(classifyReply(bounce?.reply ?? '')).toMatchObject({ meaning: 'ip-block', code: 'S3140' });
    expect(bounce).toMatchObject({ status: 'bounced', dsn: '5.7.1', outboundIp: '203.0.113.5' });
  });

  describe('of hosts that refused before a message was named', () => {
    const failed = (...failures: string[]) => ({
      ...delivery,
      type: 'TransientFailure',
      peer_address: null,
      source_address: null,
      response: {
        code: 400,
        enhanced_code: null,
        content: `KumoMTA internal: failed to connect to any candidate hosts: ${failures.join(', ')}`,
        command: null,
      },
    });
    const rejected = (code: number, content: string, status = 'None') =>
      `Command rejected Response { code: ${code}, enhanced_code: ${status}, content: "${content}", command: None }`;
    const greeted = (ip: string, ...answer: Parameters<typeof rejected>) =>
      `connect to ${ip}:25 and read initial banner: ${rejected(...answer)}`;
    const first = (...failures: string[]) => deliveries(read([reception, failed(...failures)]))[0];

    it('reads the greeting, as it was, and the host', () => {
      const status = 'Some(EnhancedStatusCode { class: 5, subject: 7, detail: 1 })';
      const attempt = first(greeted('198.51.100.2', 554, String.raw`mx \"b\"\n203.0.113.5 is on a list`, status));

      expect(attempt).toMatchObject({
        status: 'deferred',
        dsn: '5.7.1',
        remoteIp: '198.51.100.2',
        reply: 'after initial connection: 554 5.7.1 mx "b"\n203.0.113.5 is on a list',
      });
      expect(attempt).not.toHaveProperty('outboundIp');
    });

    it('knows it for a refusal of the address, whatever the words', () => {
      expect(classifyReply(first(greeted('198.51.100.2', 554, 'mx.two.example'))?.reply ?? '')).toMatchObject({
        meaning: 'ip-block',
        isPermanent: true,
      });
      expect(classifyReply(first(greeted('198.51.100.2', 421, 'too busy'))?.reply ?? '')?.isPermanent).toBe(false);
    });

    it('takes of several hosts one that refused for good', () => {
      const attempt = first(
        'connect to 198.51.100.1:25 and read initial banner: reading banner: Timed Out waiting 60s for response to cmd=NONE',
        greeted('198.51.100.2', 421, 'later'),
        greeted('[2001:db8::3]', 554, 'no'),
      );
      expect(attempt).toMatchObject({ remoteIp: '2001:db8::3', reply: 'after initial connection: 554 no' });
    });

    it('reads what was said to our name as no greeting', () => {
      const attempt = first(`198.51.100.2:25: EHLO after banner: ${rejected(550, 'bad name')}`);
      expect(attempt).toMatchObject({ remoteIp: '198.51.100.2', reply: '550 bad name' });
    });

    it('does not take for an answer what a host put into its own, or what was cut off before it', () => {
      const forged = greeted('203.0.113.9', 554, 'listed').replaceAll('"', String.raw`\"`);
      expect(first(greeted('198.51.100.2', 421, forged))).toMatchObject({ remoteIp: '198.51.100.2' });

      const timeOut = 'connect to 198.51.100.1:25 and read initial banner: deadline has elapsed';
      expect(first(timeOut)?.reply).toMatch(/^400 KumoMTA internal: /);
      expect(first(`${timeOut}: Command rejected Response { code: 5`)?.reply).toMatch(/^400 KumoMTA internal: /);
      expect(first(greeted('198.51.100.2', 554, 'x'.repeat(5_000)))?.reply).toMatch(
        /^after initial connection: 554 x+$/,
      );
    });
  });

  it.each([
    [{ response: { code: 421, enhanced_code: null, content: 'later', command: null } }, '421 later'],
    [
      { response: { code: 550, enhanced_code: { class: 5, subject: 1, detail: 1 }, content: '5.1.1 no such user' } },
      '550 5.1.1 no such user',
    ],
    [{ response: { code: 0, content: 'KumoMTA internal: failed to connect' } }, 'KumoMTA internal: failed to connect'],
    [{ response: 'odd' }, ''],
  ])('gives %j as %s', (fields, reply) => {
    const record = readKumoRecord(JSON.stringify({ ...delivery, ...fields }));
    expect(record && replyOf(record)).toBe(reply);
  });

  it.each<[string, object, string | undefined]>([
    ['campaign:tenant@domain', {}, 'tenant'],
    ['tenant@domain!routing.example', {}, 'tenant'],
    ['two.example', {}, undefined],
    [':@two.example', {}, undefined],
    ['two.example', { tenant: 'c-9' }, 'c-9'],
  ])('finds the tenant of queue %s', (queue, meta, tenant) => {
    const record = readKumoRecord(JSON.stringify({ ...reception, queue, meta }));
    expect(record && tenantOf(record)).toBe(tenant);
  });

  it('takes an egress source that is called by its address, where nothing else is told', () => {
    const [old, named] = deliveries(
      read([
        { ...delivery, source_address: undefined, egress_source: '203.0.113.9' },
        { ...delivery, source_address: undefined },
      ]),
    );

    expect(old?.outboundIp).toBe('203.0.113.9');
    expect(named?.outboundIp).toBeUndefined();
  });

  it('takes what the operator did as no receiver’s word', () => {
    const ours = { ...refusal('Administrator bounced: spam'), type: 'AdminBounce' };
    expect(read([reception, ours])[1]).toMatchObject({ status: 'expired', reply: '', dsn: '', isFirstAttempt: false });
  });

  it.each(['AdminRebind', 'DeferredInjectionRebind', 'Delayed', 'XferOut', 'XferIn'])(
    'takes no event from %s',
    (type) => {
      expect(read([{ ...delivery, type }])).toEqual([]);
    },
  );

  it('counts a message that another node handed over as accepted there', () => {
    const events = read([{ ...reception, type: 'XferIn' }, delivery]);
    expect(events).toMatchObject([{ kind: 'delivery', isFirstAttempt: true, message: { customer: 'c-001' } }]);
  });

  it('keeps off the messages of a log hook', () => {
    expect(read([{ ...reception, reception_protocol: 'LogRecord' }])).toEqual([]);
  });

  it('reads a bounce that came by mail as late, when it came', () => {
    const [late] = read([
      {
        ...base,
        type: 'OOB',
        id: 'report',
        sender: 'ann@mills.example',
        recipient: 'gone@two.example',
        response: { code: 550, enhanced_code: { class: 5, subject: 1, detail: 1 }, content: '5.1.1 user unknown' },
        timestamp: SECONDS + 9e8,
        created: SECONDS,
        meta: {},
      },
    ]);

    expect(late).toMatchObject({
      kind: 'delivery',
      at: AT,
      isLate: true,
      isFirstAttempt: false,
      status: 'bounced',
      reply: '550 5.1.1 user unknown',
      message: { sender: 'ann@mills.example', origin: 'unknown' },
    });
  });

  it('takes nothing of how a late bounce came for how our message did', () => {
    const [late] = read([
      {
        ...{ ...base, type: 'OOB', sender: 'ann@mills.example', recipient: 'gone@two.example' },
        queue: 'c-002@mills.example',
        meta: { received_from: '198.51.100.30:2525', authn_id: 'post@two.example', tenant: 'c-002' },
        headers: { 'Message-ID': '<report@two.example>' },
      },
    ]);

    expect((late as Delivery).message).toEqual({
      relay: 'kumo1',
      queueId: '',
      acceptedAt: AT,
      origin: 'unknown',
      sender: 'ann@mills.example',
      recipientCount: 1,
      sizeBytes: 0,
    });
  });

  it('reads a feedback report as a complaint', () => {
    const feedback_report = {
      feedback_type: 'Abuse',
      user_agent: 'x/1',
      version: '1',
      original_mail_from: '<Ann@mills.example>',
      source_ip: '203.0.113.5',
      reporting_mta: { mta_type: 'dns', name: 'mail.example.com' },
      original_message: 'From: x\r\nmessage-id:  <7@mills.example>\r\n\r\nMessage-ID: <wrong@x>\r\n',
      supplemental_trace: { tenant: 'c-001' },
      extensions: {},
    };
    const [complaint] = read([
      { ...base, type: 'Feedback', sender: 'fbl@reports.yahoo.example', recipient: 'arf@us.example', feedback_report },
    ]);

    expect(complaint).toEqual({
      kind: 'complaint',
      at: AT,
      message: {
        relay: 'kumo1',
        queueId: '',
        acceptedAt: AT,
        origin: 'unknown',
        sender: 'ann@mills.example',
        recipientCount: 1,
        sizeBytes: 0,
        messageId: '<7@mills.example>',
        customer: 'c-001',
      },
      feedbackType: 'abuse',
      reporter: 'reports.yahoo.example',
      outboundIp: '203.0.113.5',
    });
  });

  it('reads what was refused at the door', () => {
    const rejection = { ...base, type: 'Rejection', id: '', queue: '', meta: {} };
    const events = read([
      {
        ...rejection,
        response: {
          code: 550,
          enhanced_code: { class: 5, subject: 7, detail: 1 },
          content: 'relaying not permitted',
          command: 'RCPT TO:<bob@two.example>',
        },
      },
      {
        ...rejection,
        sender: '',
        recipient: '',
        response: { code: 535, content: 'AUTH failed', command: 'AUTH PLAIN' },
      },
      { ...rejection, sender: '', recipient: '', response: { code: 500, content: 'what?', command: null } },
    ]);

    expect(events).toEqual([
      {
        kind: 'refused',
        at: AT,
        relay: 'kumo1',
        clientIp: '192.0.2.7',
        sender: 'ann@mills.example',
        recipient: 'bob@two.example',
        reply: '550 5.7.1 relaying not permitted',
      },
      { kind: 'login-failed', at: AT, relay: 'kumo1', clientIp: '192.0.2.7' },
    ]);
  });

  it('reads out of the command what was refused, as the record names whom the client was let write to before', () => {
    const rejection = { ...base, type: 'Rejection', id: '', queue: '' };
    const refusal = (command: string, recipient: string, sender = 'ann@mills.example', code = 550) => ({
      ...{
        ...rejection,
        meta: { authn_id: 'ann@mills.example', tenant: 'c-001' },
        sender,
        recipient,
        response: { code, enhanced_code: null, content: 'no', command },
      },
    });
    const events = read([
      refusal('RCPT TO:<Bob@two.example> NOTIFY=NEVER', ''),
      refusal('rcpt to:<bob@three.example>', 'let@in.example'),
      refusal('DATA', '', ''),
      refusal('DATA', 'let@in.example', 'ann@mills.example', 552),
      refusal('DATA', '', 'ann@mills.example', 503),
      refusal('MAIL FROM:<ann@mills.example>', ''),
      refusal('NONSENSE', 'let@in.example', 'ann@mills.example', 500),
    ]);

    expect(events.every((event) => event.kind === 'refused' && event.customer === 'c-001')).toBe(true);
    expect(events.map((event) => event.kind === 'refused' && [event.sender, event.recipient, event.login])).toEqual([
      ['ann@mills.example', 'bob@two.example', 'ann@mills.example'],
      ['ann@mills.example', 'bob@three.example', 'ann@mills.example'],
      ['', '', 'ann@mills.example'],
      ['ann@mills.example', 'let@in.example', 'ann@mills.example'],
    ]);
  });

  it('gives deliveries whose reception was not seen, with what meta tells', () => {
    const intake = kumomta.open({});
    const [event] = read(
      [{ ...delivery, meta: { received_from: '192.0.2.8:1024', authn_id: 'Ann' }, num_attempts: 3 }],
      intake,
    );

    expect(event).toMatchObject({
      isFirstAttempt: false,
      message: { clientIp: '192.0.2.8', login: 'ann', acceptedAt: AT },
    });
    expect(intake.stats().headless).toBe(1);
  });

  it('goes on where it was saved', () => {
    const first = kumomta.open({});
    read([reception, { ...delivery, type: 'TransientFailure' }], first);
    const saved = JSON.parse(JSON.stringify([...first.takeChanges()])) as [string, object][];
    const second = kumomta.open({});
    second.restore(saved);

    expect(read([delivery], second)).toMatchObject([
      { isFirstAttempt: false, message: { login: 'ann@mills.example' } },
    ]);
    expect([...second.takeChanges().values()]).toEqual([undefined]);
  });

  it('counts what it cannot read, keeps samples, and goes on', () => {
    const intake = kumomta.open({});
    const reader = intake.reader('log');
    const bad = [
      '{',
      '[]',
      '"x"',
      'Bounce! id=1',
      '{"type":"Delivery"}',
      JSON.stringify({ ...reception, timestamp: 'soon' }),
      '['.repeat(60_000),
      `{"type":"${'x'.repeat(70_000)}"}`,
    ];
    const bytes = Buffer.from([...bad, JSON.stringify(reception)].map((line) => `${line}\n`).join(''));
    const events: MailEvent[] = [];
    reader.read(bytes, 0, bytes.length, (event) => events.push(event));

    expect(events).toHaveLength(1);
    expect(reader.stats).toMatchObject({ lines: 9, unknown: 8, lastLineAt: AT });
    expect(reader.stats.samples).toHaveLength(5);
    expect(Math.max(...reader.stats.samples.map((sample) => sample.length))).toBeLessThanOrEqual(300);
    expect(reader.timeOf(bytes, 0, bytes.length)).toBe(AT);
  });

  it.each([
    ['The line is not JSON', 'Bounce! id=1'],
    ['The line is not a JSON object', '[1]'],
    ['type is missing', { ...reception, type: undefined }],
    ['type is no kind of record that KumoMTA logs', { ...reception, type: 'Delivered' }],
    ['id is not of the type that KumoMTA logs', { ...reception, id: 7 }],
    ['recipient is missing', { ...reception, recipient: undefined }],
    ['neither event_time nor timestamp is a time', { ...reception, timestamp: 'soon' }],
  ])('says what is wrong: %s', (fault, record) => {
    const line = typeof record === 'string' ? record : JSON.stringify(record);
    const reader = kumomta.open({}).reader('log');
    const bytes = Buffer.from(`${line}\n${line}\n`);
    reader.read(bytes, 0, bytes.length, () => expect.fail('an event'));

    expect(reader.stats.samples).toEqual([expect.stringMatching(new RegExp(`^${fault}: `))]);
    expect(reader.stats.places).toEqual([{ line: 1, count: 2, isFault: true }]);
  });

  it('is known by its lines', () => {
    expect(kumomta.looksLike(Buffer.from(`waiting for more files\n${JSON.stringify(delivery)}\n{"ty`))).toBe(true);
    expect(kumomta.looksLike(Buffer.from('{"type":"delivered","time":1,"relay":"r"}\n'))).toBe(false);
  });

  it('never throws, and gives the same events however the log is cut', () => {
    const anyRecord = fc
      .record(
        {
          type: fc.constantFrom(...RECORD_TYPES),
          id: fc.oneof(fc.constantFrom('a', 'b', '__proto__'), fc.anything()),
          sender: fc.oneof(fc.string(), fc.emailAddress()),
          recipient: fc.oneof(fc.string(), fc.array(fc.string()), fc.anything()),
          response: fc.oneof(
            fc.record({ code: fc.nat(999), content: fc.string(), enhanced_code: fc.anything() }),
            fc.anything(),
          ),
          timestamp: fc.oneof(fc.nat(2_000_000_000), fc.anything()),
          created: fc.anything(),
          peer_address: fc.oneof(fc.record({ name: fc.string(), addr: fc.ipV4() }), fc.anything()),
          meta: fc.anything(),
          headers: fc.anything(),
          feedback_report: fc.oneof(fc.record({ original_message: fc.string() }), fc.anything()),
          queue: fc.anything(),
        },
        { requiredKeys: ['type'] },
      )
      .map((record) => JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyRecord, fc.json(), fc.string()), { maxLength: 10 }),
        fc.array(fc.nat(10)),
        (lines, cuts) => {
          const clean = lines.map((line) => line.replaceAll('\n', ''));
          const intake = kumomta.open({});
          const reader = intake.reader('log', 'kumo1');
          const bytes = Buffer.from(clean.map((line) => `${line}\n`).join(''));
          const ends = clean.map((_, i) =>
            Buffer.byteLength(
              clean
                .slice(0, i + 1)
                .map((line) => `${line}\n`)
                .join(''),
            ),
          );
          const events: MailEvent[] = [];
          let from = 0;
          for (const cut of [...cuts].sort((a, b) => a - b))
            from = reader.read(bytes, from, ends[cut] ?? from, (event) => events.push(event));
          reader.read(bytes, from, bytes.length, (event) => events.push(event));
          expect(events).toEqual(read(clean));
          JSON.stringify([...intake.takeChanges()]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
