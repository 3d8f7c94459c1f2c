import { describe, expect, it } from 'vitest';
import { Blocks } from '../../src/detection/blocks.js';
import { meaningOf } from '../../src/detection/clues/outcome.js';
import { toReplayLine } from '../../src/detection/replay/replay-line.js';
import type { Delivery } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';

const directory = Directory.parse({
  relays: [{ host: 'mx1', name: 'mx1.relay.example', outbound_ip: '203.0.113.1' }],
  customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'] }],
});
const S3140 =
  "550 5.7.1 Unfortunately, messages from [203.0.113.1] weren't sent. … part of their network is on our block list (S3140).";
const UNNAMED = S3140.replace(' from [203.0.113.1]', '');
const MINUTE = 60_000;

function refused(reply: string, change: Partial<Delivery> = {}): Delivery {
  return {
    kind: 'delivery',
    at: 0,
    message: {
      relay: 'mx1',
      queueId: '4drSDD',
      acceptedAt: 0,
      origin: 'client',
      sender: 'ann@acme.example',
      recipientCount: 1,
      sizeBytes: 1,
    },
    recipient: 'bob.secret@hotmail.com',
    isFirstAttempt: true,
    status: 'bounced',
    dsn: '5.7.1',
    reply,
    ...change,
  };
}

function see(deliveries: Delivery[], blocks = new Blocks(directory)) {
  return deliveries.map((delivery) => {
    const meaning = meaningOf(delivery);
    return meaning && blocks.see(delivery, meaning, 'acme');
  });
}

describe('a block seen in replies', () => {
  it('is told with its first refusal, with the bounce as evidence and no recipient in it', () => {
    const [first] = see([refused(S3140)]);

    expect(first).toMatchObject({
      ip: '203.0.113.1',
      provider: 'microsoft-consumer',
      code: 'S3140',
      refusals: 1,
      isConfirmed: false,
      reply: S3140,
      sample: { at: 0, queueId: '4drSDD', recipientDomain: 'hotmail.com' },
    });
    expect(JSON.stringify(first)).not.toContain('bob.secret');
  });

  it('is told again with the bounce at hand, since the first', () => {
    const [, again] = see([
      refused(S3140),
      refused(`${S3140} Again.`, { at: 5 * MINUTE, recipient: 'eve@outlook.com' }),
    ]);

    const sample = { at: 5 * MINUTE, queueId: '4drSDD', recipientDomain: 'outlook.com' };
    expect(again).toMatchObject({ since: 0, at: 5 * MINUTE, refusals: 2, reply: `${S3140} Again.`, sample });
  });

  it('is confirmed by the third refusal within ten minutes, and told at once that it is', () => {
    const told = see([0, 5_000, 10_000, 15_000].map((at) => refused(S3140, { at })));

    expect(told.map((finding) => finding?.isConfirmed)).toEqual([false, undefined, true, undefined]);
  });

  it('is not confirmed by three refusals over an hour, and stays confirmed once it is', () => {
    const at = [0, 20, 40, 60, 61, 62, 120].map((minute) => minute * MINUTE);

    expect(see(at.map((time) => refused(S3140, { at: time }))).map((finding) => finding?.isConfirmed)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['a greeting that Postfix defers', `host mx.hotmail.example[192.0.2.9] refused to talk to me: ${S3140}`, 1],
    [
      'a throttle for good',
      '421 4.7.1 [TS03] All messages from 203.0.113.1 will be permanently deferred; Retrying will NOT succeed.',
      1,
    ],
    [
      'a throttle',
      '421 4.7.0 [TSS04] Messages from 203.0.113.1 temporarily deferred due to unexpected volume or user complaints',
      0,
    ],
    [
      'a block that ends by itself',
      '421 Too many spams from your IP (203.0.113.1), please visit http://postmaster.free.fr/',
      0,
    ],
    [
      'a list that was misread',
      '554 Client host [203.0.113.1] blocked using zen.spamhaus.org; Error: open resolver',
      0,
    ],
    ['an address that is not ours', S3140.replace('203.0.113.1', '192.0.2.77'), 0],
    ['spam', '554 5.7.1 Spam message rejected', 0],
  ])('counts %s as it should', (_, reply, count) => {
    expect(see([refused(reply, { status: 'deferred' })]).filter(Boolean)).toHaveLength(count);
  });

  it.each([
    ['hotmail-com.olc.protection.outlook.com', 'microsoft-consumer'],
    ['acme-com.mail.protection.outlook.com', 'microsoft-365'],
  ])('is of the house that %s belongs to, when the words do not say', (remoteHost, provider) => {
    const reply = '550 5.7.606 Access denied, banned sending IP [203.0.113.1].';

    expect(see([refused(reply, { remoteHost })])).toMatchObject([{ provider }]);
  });

  it('names a receiver nobody knows by its domain', () => {
    const reply = '554 5.7.1 Your IP address 203.0.113.1 has been blocked';

    expect(see([refused(reply, { remoteHost: 'mx7.mail.small.example.org', recipient: 'x@y.example' })])).toMatchObject(
      [{ provider: 'example.org' }],
    );
  });

  it('of a domain is about the domain, when it is ours', () => {
    const refusal = (domain: string) =>
      refused(`554 5.7.1 Service unavailable; Sender address [x@${domain}] blocked using dbl.spamhaus.org`);
    const [ours, foreign] = see([refusal('acme.example'), refusal('forwarded.example')]);

    expect(ours).toMatchObject({ domain: 'acme.example', provider: 'dbl.spamhaus.org' });
    expect(foreign).toBeUndefined();
    expect(ours && JSON.parse(toReplayLine(ours))).not.toHaveProperty('ip');
  });

  it.each([
    ['MailFrom', 'acme.example'],
    ['Helo', 'mx1.relay.example'],
  ])('reads whose domain "%s" means', (word, domain) => {
    const reply = `550 5.7.1 Service unavailable, ${word} domain is listed in Spamhaus. To request removal from this list see`;

    expect(see([refused(reply)])).toMatchObject([{ domain }]);
  });

  it.each([
    ['the address the log says, of several', 'pool', '203.0.113.3', UNNAMED, '203.0.113.3'],
    ['the address the log says, of a relay nobody knows', 'else', '203.0.113.9', UNNAMED, '203.0.113.9'],
    ['no one address when the log says none and there are several', 'pool', undefined, UNNAMED, ''],
    [
      'our address that the reply names, over the one in the log',
      'pool',
      '203.0.113.3',
      S3140.replace('113.1]', '113.2]'),
      '203.0.113.2',
    ],
    [
      'the address that log and reply agree on',
      'pool',
      '203.0.113.8',
      S3140.replace('113.1]', '113.8]'),
      '203.0.113.8',
    ],
    [
      "our address that stands behind the receiver's own",
      'pool',
      undefined,
      '554 5.7.1 [198.51.100.7] blocks your IP address: 203.0.113.3',
      '203.0.113.3',
    ],
    ['no address of somebody else', 'pool', '203.0.113.3', S3140.replace('203.0.113.1]', '192.0.2.99]'), undefined],
  ])('is of %s', (_, relay, outboundIp, reply, ip) => {
    const relays = [{ host: 'pool', outbound_ips: ['203.0.113.2', '203.0.113.3'] }];
    const delivery = refused(reply, outboundIp === undefined ? {} : { outboundIp });
    const [block] = see(
      [{ ...delivery, message: { ...delivery.message, relay } }],
      new Blocks(Directory.parse({ relays })),
    );

    expect(block?.ip).toBe(ip);
  });

  describe('with neither reply nor log naming the address', () => {
    const relays = [
      { host: 'dual', outbound_ip: '203.0.113.2', outbound_ips: ['2001:db8::2'] },
      { host: 'pool', outbound_ips: ['203.0.113.4', '203.0.113.5', '2001:db8::4'] },
      { host: 'range', outbound_ips: Array.from({ length: 40 }, (_, i) => `203.0.113.${i + 100}`) },
    ];
    const refusal = (relay: string, remoteIp: string | undefined, reply = UNNAMED): Delivery => {
      const delivery = refused(reply, remoteIp === undefined ? {} : { remoteIp });
      return { ...delivery, message: { ...delivery.message, relay } };
    };
    const blocks = () => new Blocks(Directory.parse({ relays }));

    it.each([
      ['192.0.2.9', '203.0.113.2'],
      ['2001:db8:1::9', '2001:db8::2'],
    ])('is of the only address of the family that %s was spoken to from', (remoteIp, ip) => {
      expect(see([refusal('dual', remoteIp)], blocks())).toMatchObject([{ ip }]);
    });

    it('is of one of several, and says so with the relay', () => {
      const [block] = see([refusal('pool', '192.0.2.9')], blocks());

      expect(block).toMatchObject({ ip: '', oneOf: ['203.0.113.4', '203.0.113.5'], relay: 'pool' });
      expect(block && JSON.parse(toReplayLine(block))).toMatchObject({
        ip: null,
        oneOf: ['203.0.113.4', '203.0.113.5'],
        relay: 'pool',
      });
    });

    it('is of the one that the same receiver named before', () => {
      const named = refusal('pool', '192.0.2.9', S3140.replace('203.0.113.1', '203.0.113.5'));

      expect(see([named, refusal('pool', '192.0.2.9')], blocks())[0]).toMatchObject({ ip: '203.0.113.5', refusals: 1 });
      const known = blocks();
      see([named, refusal('pool', '192.0.2.9')], known);
      expect([...known.dirty].map((key) => known.get(key))).toMatchObject([{ ip: '203.0.113.5', refusals: 2 }]);
    });

    it('waits for a reply that names one where there are too many', () => {
      expect(see([refusal('range', '192.0.2.9')], blocks())).toEqual([undefined]);
    });
  });

  it('goes on as it was saved, by this version and the one before', () => {
    const first = new Blocks(directory);
    see([refused(S3140), refused(S3140, { at: 1_000 })], first);
    const saved = JSON.parse(JSON.stringify([...first.dirty].map((key) => first.get(key))));
    const second = new Blocks(directory);
    for (const block of saved) second.restore(block);
    const old = new Blocks(directory);
    for (const { recent: _, isConfirmed: __, sample: ___, ...block } of saved) old.restore(block);

    expect(see([refused(S3140, { at: 2_000 })], second)).toMatchObject([{ isConfirmed: true, refusals: 3 }]);
    expect(see([refused(S3140, { at: 2_000 })], old)).toEqual([undefined]);
  });
});
