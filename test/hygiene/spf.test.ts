// SPF of customers' domains against a real name server: what is published, what it costs, and whom it lets send.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merged, newRecord, withTerms } from '../../src/hygiene/spf/edit.js';
import { lookAtSpf } from '../../src/hygiene/spf/look.js';
import { parseSpf, spfRecordsAmong } from '../../src/hygiene/spf/record.js';
import { mended } from '../../src/hygiene/spf/slips.js';
import { verifySpf } from '../../src/hygiene/spf/verify.js';
import { costOf, findSpf } from '../../src/hygiene/spf/walk.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { spf, startDns } from './dns.js';

const IP = '203.0.113.17';
const KVIST = 'kvist.example';

const published = (value: string) => [{ name: KVIST, type: 'TXT', value }];

async function look(table: Record<string, DnsReply>, ips = [IP]) {
  const { ask } = await startDns(table);
  return lookAtSpf(ask, { domain: KVIST, ips });
}

describe('the SPF record of a domain', () => {
  it('is fine when it authorises every address of ours', async () => {
    const table = spf({
      [KVIST]: 'v=spf1 include:spf.relay.example -all',
      'spf.relay.example': 'v=spf1 ip4:203.0.113.0/28 ip4:203.0.113.17 ip6:2001:db8::/64 ?all',
    });

    const point = await look(table, [IP, '203.0.113.3', '2001:db8::25']);

    expect(point).toEqual({
      state: 'ok',
      text: 'authorises all 3 addresses, 1 of 10 look-ups',
      record: 'v=spf1 include:spf.relay.example -all',
    });
  });

  it('names the addresses it does not authorise, and gives the record to publish', async () => {
    const point = await look(spf({ [KVIST]: 'v=spf1 ip4:203.0.113.18 ~all' }), [IP, '203.0.113.18', '2001:db8::25']);

    expect(point).toMatchObject({
      state: 'bad',
      text: 'does not authorise 203.0.113.17, 2001:db8::25 (1 of 3 are)',
      advice: 'Add ip4:203.0.113.17 ip6:2001:db8::25 to the SPF record.',
      publish: published('v=spf1 ip4:203.0.113.18 ip4:203.0.113.17 ip6:2001:db8::25 ~all'),
    });
  });

  it('asks for the include that is configured instead of addresses', async () => {
    const { ask } = await startDns(spf({ [KVIST]: 'v=spf1 mx -all', 'spf.relay.example': `v=spf1 ip4:${IP} -all` }));

    const point = await lookAtSpf(ask, { domain: KVIST, ips: [IP], include: 'include:spf.relay.example' });

    expect(point.publish).toEqual(published('v=spf1 mx include:spf.relay.example -all'));
  });

  describe('of an include of ours', () => {
    const HUB = 'spf.relay.example';
    const OTHER = '203.0.113.18';
    const lookFor = async (domain: string, records: Record<string, string>) => {
      const { ask } = await startDns(spf(records));
      return lookAtSpf(ask, { domain, ips: [IP, OTHER], include: `include:${HUB}` });
    };

    it.each([
      [{ [HUB]: `v=spf1 ip4:${IP} -all` }, HUB, `v=spf1 ip4:${IP} ip4:${OTHER} -all`],
      [{}, HUB, `v=spf1 ip4:${IP} ip4:${OTHER} ~all`],
      [{ [HUB]: `v=spf1 ip4:${IP} ip6:x -all` }, HUB, `v=spf1 ip4:${IP} ip4:${OTHER} -all`],
      [
        { [HUB]: 'v=spf1 include:a.relay.example -all', 'a.relay.example': `v=spf1 ip4:${IP} -all` },
        'a.relay.example',
        `v=spf1 ip4:${IP} ip4:${OTHER} -all`,
      ],
    ])('never has the record that it names include itself: %j', async (records, domain, value) => {
      const point = await lookFor(domain, records);

      expect(point.publish?.[0]?.value.replace('~all', '-all')).toBe(value.replace('~all', '-all'));
      const { ask } = await startDns(spf({ ...records, [domain]: point.publish?.[0]?.value ?? '' }));
      for (const ip of [IP, OTHER]) expect(await verifySpf(ask, HUB, ip)).toEqual({ kind: 'pass' });
    });

    it.each([
      { [KVIST]: `v=spf1 include:${HUB} -all` },
      { [KVIST]: 'v=spf1 include:spf.kvist.example -all', 'spf.kvist.example': `v=spf1 include:${HUB} -all` },
    ])('leaves a record alone that has it already, and says where the address is missing: %j', async (records) => {
      const point = await lookFor(KVIST, { ...records, [HUB]: `v=spf1 ip4:${IP} -all` });

      expect(point).toMatchObject({ state: 'bad', text: `does not authorise ${OTHER} (1 of 2 are)` });
      expect(point.advice).toContain(`The record of ${HUB} itself does not authorise ${OTHER}`);
      expect(point.publish).toBeUndefined();
    });

    it('goes before what decides otherwise now', async () => {
      const records = { [KVIST]: `v=spf1 ?ip4:${IP} include:${HUB} -all`, [HUB]: 'v=spf1 ip4:203.0.113.0/24 -all' };
      const point = await lookFor(KVIST, records);

      expect(point.advice).toBe(`Put include:${HUB} before ?ip4:${IP}: SPF stops at the first term that fits.`);
      expect(point.publish).toEqual(published(`v=spf1 include:${HUB} ?ip4:${IP} -all`));
    });

    it('stays, however little is found there, and addresses help out', async () => {
      const point = await lookFor(KVIST, { [KVIST]: `v=spf1 include:${HUB} -all` });

      expect(point.publish).toEqual(published(`v=spf1 ip4:${IP} ip4:${OTHER} include:${HUB} -all`));
      expect(point.advice).toContain(`mend that one first (dnscheck ${HUB} says how)`);
    });

    it('does not take +all from a record while only that lets an address pass', async () => {
      const point = await lookFor(KVIST, { [KVIST]: `v=spf1 include:${HUB} +all`, [HUB]: `v=spf1 ip4:${IP} -all` });

      expect(point).toMatchObject({ state: 'bad', advice: expect.stringContaining(`does not authorise ${OTHER}`) });
      expect(point.publish).toBeUndefined();
    });

    it('takes no look-ups from what passes by the last ones allowed', async () => {
      const names = Array.from({ length: 11 }, (_, i) => `n${i}.example`);
      const dear = `v=spf1 ${names.map((name) => `include:${name}`).join(' ')} -all`;
      const records = Object.fromEntries(names.map((name) => [name, 'v=spf1 -all']));
      const hub = { [HUB]: `v=spf1 ip4:${IP} ip4:${OTHER} -all` };
      const point = await lookFor(KVIST, { ...records, ...hub, [KVIST]: dear });

      expect(point.publish).toEqual(published(dear.replace('v=spf1', `v=spf1 ip4:${IP} ip4:${OTHER}`)));
    });
  });

  it('is missing only when a server says so', async () => {
    const other = { [KVIST]: { txt: ['google-site-verification=abc', 'v=STSv1; id=1', 'no spf here'] } };

    expect(await look({})).toMatchObject({
      text: 'there is no SPF record, and no such name in the DNS',
      advice: expect.stringContaining('Is the name spelt right?'),
      publish: published('v=spf1 ip4:203.0.113.17 ~all'),
    });
    for (const table of [other, { [KVIST]: { a: ['192.0.2.1'] } }]) {
      expect(await look(table)).toMatchObject({
        state: 'bad',
        text: 'there is no SPF record',
        publish: published('v=spf1 ip4:203.0.113.17 ~all'),
      });
    }
  });

  it.each<[string, DnsReply]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }],
    ['REFUSED', { rcode: 'REFUSED' }],
    ['silence', { fault: 'silent' }],
    ['an answer that was cut off', { txt: ['v=spf1 -all'], fault: 'cut-off' }],
  ])('is unknown after %s, of itself or of an include', async (_, reply) => {
    expect((await look({ [KVIST]: reply })).state).toBe('unknown');
    expect((await look({ ...spf({ [KVIST]: 'v=spf1 include:a.example -all' }), 'a.example': reply })).state).toBe(
      'unknown',
    );
    expect((await look({ ...spf({ [KVIST]: 'v=spf1 redirect=a.example' }), 'a.example': reply })).state).toBe(
      'unknown',
    );
    expect((await look({ [`TXT ${KVIST}`]: { txt: ['v=spf1 a -all'] }, [`A ${KVIST}`]: reply })).state).toBe('unknown');
  });

  it('passes over a silent include that stands behind our address', async () => {
    const table = {
      ...spf({ [KVIST]: `v=spf1 ip4:${IP} include:a.example -all` }),
      'a.example': { fault: 'silent' as const },
    };

    expect((await look(table)).state).toBe('ok');
  });

  it('reads a long record in pieces, over TCP', async () => {
    const pieces = ['v=spf1 ip4:192.0.2.1 ip4:203.0', '.113.17 -all'];
    const filler = Array.from({ length: 5 }, (_, i) => `verification-${i}=${'x'.repeat(200)}`);

    expect(await look({ [KVIST]: { txt: [...filler, pieces], fault: 'truncated' } })).toMatchObject({ state: 'ok' });
  });

  it('gives one record in place of several', async () => {
    const point = await look({
      ...spf({ 'a.example': 'v=spf1 ip4:192.0.2.9 -all' }),
      [KVIST]: { txt: ['v=spf1 mx ~all', 'v=spf1 include:a.example -all'] },
    });

    expect(point).toMatchObject({ state: 'bad', text: 'there are 2 SPF records, so receivers heed none of them' });
    expect(point.publish).toEqual(published('v=spf1 include:a.example mx ip4:203.0.113.17 ~all'));
  });

  it('counts look-ups through all includes, and says which include costs how many', async () => {
    const includes = (names: string[]) => `v=spf1 ${names.map((name) => `include:${name}.example`).join(' ')} -all`;
    const leaf = 'v=spf1 ip4:192.0.2.1 -all';
    const table = spf({
      [KVIST]: 'v=spf1 include:big.example include:small.example -all',
      'big.example': includes(['b1', 'b2', 'b3', 'b4', 'b5', 'b6']),
      'small.example': includes(['s1', 's2']),
      ...Object.fromEntries(['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 's1', 's2'].map((name) => [`${name}.example`, leaf])),
    });
    const eleven = {
      ...table,
      ...spf({ 's2.example': 'v=spf1 a:host.example -all' }),
      'host.example': { a: ['192.0.2.1'] },
    };

    expect(await look(table, [])).toMatchObject({ state: 'ok', text: '10 of 10 look-ups' });
    expect(await look(eleven)).toMatchObject({
      state: 'bad',
      text: 'receivers give up after 10 look-ups, and it takes 11: include:big.example costs 7, include:small.example costs 4',
      advice: expect.stringContaining('Until then this lets our mail pass'),
      publish: published('v=spf1 ip4:203.0.113.17 include:big.example include:small.example -all'),
    });
  });

  it('says when our mail passes although the record is over the limit', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `n${i}.example`);
    const table = spf({
      [KVIST]: `v=spf1 ip4:${IP} ${names.map((name) => `include:${name}`).join(' ')} -all`,
      ...Object.fromEntries(names.map((name) => [name, 'v=spf1 -all'])),
    });

    expect((await look(table)).advice).toContain('Our mail passes meanwhile');
  });

  it('allows two look-ups that find nothing', async () => {
    const two = { [KVIST]: { txt: [`v=spf1 a:x.example a:y.example ip4:${IP} -all`] } };
    const three = { [KVIST]: { txt: [`v=spf1 a:x.example a:y.example mx:z.example ip4:${IP} -all`] } };

    expect((await look(two)).state).toBe('ok');
    expect(await look(three)).toMatchObject({
      state: 'bad',
      text: 'receivers give up after 2 look-ups that find nothing, and it has 3 of them',
    });
  });

  it('finds circles, and includes that lead nowhere', async () => {
    const circle = spf({ [KVIST]: 'v=spf1 include:a.example -all', 'a.example': 'v=spf1 include:kvist.example -all' });
    const nowhere = spf({ [KVIST]: 'v=spf1 include:gone.example -all' });

    expect((await look(circle)).text).toContain('include:kvist.example in a.example leads in a circle');
    expect((await look(nowhere)).text).toContain('gone.example has no SPF record');
  });

  it.each([
    ['v=spf1 ip:203.0.113.17 -all', '"ip:203.0.113.17" is no SPF term (ip4: or ip6: is meant)'],
    ['v=spf1 203.0.113.17 -all', 'ip4: is missing'],
    ['v=spf1 ip4:203.0.113 -all', '"203.0.113" is no IPv4 address'],
    ['v=spf1 ip4:203.0.113.0/33 -all', 'the prefix must be /0 to /32'],
    ['v=spf1 include: -all', 'include needs a domain'],
    ['v=spf1 a/24/64 -all', 'what follows is no domain and no prefix'],
    ['v=spf1 all:x', 'all takes nothing behind it'],
    ['v=spf1 redirect=a.example redirect=b.example', 'redirect= stands there twice'],
    ['v=spf1 include:%{x}.example -all', 'include needs a domain'],
    ['v=spf1 ip4:203.0.113.17 –all', 'not ASCII'],
  ])('names the mistake in %s', async (record, mistake) => {
    const point = await look(spf({ [KVIST]: record }));

    expect(point.state).toBe('bad');
    expect(point.text).toContain(mistake);
  });

  it.each([
    [[], 'v=spf1 ip4:203.0.113.17 ~all'],
    [['v=spf1 ip:203.0.113.0/28 -all'], 'v=spf1 ip4:203.0.113.0/28 ip4:203.0.113.17 ~all'],
    [['v=spf1 203.0.113.17 –all'], 'v=spf1 ip4:203.0.113.17 ~all'],
    [['v=spf1 ip4:203.0.113.17, ipv6:2001:db8::1; ~all'], 'v=spf1 ip4:203.0.113.17 ip6:2001:db8::1 ~all'],
    [['v=spf1 include: ok.example v=spf1 all:x'], 'v=spf1 include:ok.example ip4:203.0.113.17 ~all'],
    [['v=spf1 ok.example exp=why.ok.example -all'], 'v=spf1 ip4:203.0.113.17 ~all exp=why.ok.example'],
    [['v=spf1 include:gone.example mx -all'], 'v=spf1 mx ip4:203.0.113.17 ~all'],
    [['v=spf1 redirect=gone.example'], 'v=spf1 ip4:203.0.113.17 ~all'],
    [['v=spf1 include:kvist.example ~all'], 'v=spf1 ip4:203.0.113.17 ~all'],
    [['v=spf1 a:x.example mx:y.example a:z.example a:v6.example -all'], 'v=spf1 a:v6.example ip4:203.0.113.17 ~all'],
    [['v=spf1 include:broken.example -all'], 'v=spf1 ip4:203.0.113.17 include:broken.example -all'],
    [['v=spf1 mx ~all', 'v=spf1 ip:192.0.2.1 -all'], 'v=spf1 ip4:192.0.2.1 mx ip4:203.0.113.17 ~all'],
    [['v=spf1 mx +all'], 'v=spf1 mx ip4:203.0.113.17 ~all'],
  ])('gives a record to publish in place of %j, with which our mail passes', async (txt, value) => {
    const world: Record<string, DnsReply> = {
      ...spf({ 'ok.example': 'v=spf1 ip4:192.0.2.9 ~all', 'broken.example': 'v=spf1 ip:192.0.2.1' }),
      'v6.example': { aaaa: ['2001:db8::9'] },
    };
    const mx = { mx: ['mail.kvist.example'], a: ['192.0.2.77'] };
    const before = await look({ ...world, [KVIST]: { ...mx, txt } });
    const { ask } = await startDns({ ...world, [KVIST]: { ...mx, txt: [value] } });

    expect(before).toMatchObject({ state: 'bad', publish: published(value), advice: expect.stringMatching(/\.$/) });
    expect(await verifySpf(ask, KVIST, IP)).toEqual({ kind: 'pass' });
  });

  it('says which words it leaves out, for nobody can tell what they mean', async () => {
    const point = await look(spf({ [KVIST]: 'v=spf1 ok.example ip4:203.0.113 -all' }));

    expect(point.advice).toContain('leaves out "ok.example", "ip4:203.0.113"');
  });

  it('says when a record lets everybody send, or nobody heed it', async () => {
    expect(await look(spf({ [KVIST]: 'v=spf1 mx +all' }))).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('+all'),
    });
    expect(await look(spf({ [KVIST]: `v=spf1 ip4:${IP} ?all` }))).toMatchObject({
      state: 'ok',
      publish: published(`v=spf1 ip4:${IP} ~all`),
    });
    expect((await look(spf({ [KVIST]: `v=spf1 ip4:${IP}` }))).advice).toContain('has no all');
    expect((await look(spf({ [KVIST]: `v=spf1 ip4:${IP} -all` }))).advice).toBeUndefined();
  });

  it('does not ask the same question twice, however many addresses there are', async () => {
    const { ask, asked } = await startDns({ [KVIST]: { txt: ['v=spf1 a mx -all'], a: [IP], mx: [] } });
    const ips = Array.from({ length: 20 }, (_, i) => `203.0.113.${i}`);

    await lookAtSpf(ask, { domain: KVIST, ips });

    expect(asked.filter((question) => question === `TXT ${KVIST}`)).toHaveLength(1);
    expect(new Set(asked).size).toBe(asked.length);
  });
});

describe('SPF as a receiver evaluates it', () => {
  it.each<[string, string, string]>([
    ['a', 'v=spf1 a:host.example -all', 'pass'],
    ['mx', 'v=spf1 mx -all', 'pass'],
    ['ptr', 'v=spf1 ptr:host.example -all', 'pass'],
    ['exists with macros', 'v=spf1 exists:%{ir}.%{v}.list.%{d} -all', 'pass'],
    ['redirect', 'v=spf1 redirect=_spf.kvist.example', 'pass'],
    ['%{d} within an include', 'v=spf1 include:sub.kvist.example -all', 'pass'],
    ['nothing that fits', 'v=spf1 ip4:192.0.2.1 ~all', 'not-authorised'],
    ['an include that says no', 'v=spf1 include:no.example ?all', 'not-authorised'],
    ['an include that is not there', 'v=spf1 include:gone.example -all', 'broken'],
  ])('understands %s', async (_, record, kind) => {
    const { ask } = await startDns({
      [KVIST]: { txt: [record], mx: ['host.example'] },
      'host.example': { a: [IP] },
      '17.113.0.203.in-addr.arpa': { ptr: ['host.example'] },
      '17.113.0.203.in-addr.list.kvist.example': { a: ['127.0.0.2'] },
      ...spf({
        '_spf.kvist.example': `v=spf1 ip4:${IP} -all`,
        'sub.kvist.example': 'v=spf1 include:%{d2}.x.example include:_y.%{d} -all',
        'kvist.example.x.example': 'v=spf1 -all',
        '_y.sub.kvist.example': `v=spf1 ip4:${IP} -all`,
        'no.example': 'v=spf1 -all',
      }),
    });

    expect((await verifySpf(ask, KVIST, IP)).kind).toBe(kind);
  });

  it.each<[string, Record<string, string>]>([
    ['its own record', { [KVIST]: `v=spf1 ip4:${IP} ip:192.0.2.1 -all` }],
    ['an include', { [KVIST]: 'v=spf1 include:a.example -all', 'a.example': `v=spf1 ip4:${IP} mx:x -all` }],
    ['what redirect= names', { [KVIST]: 'v=spf1 redirect=a.example', 'a.example': `v=spf1 ip4:${IP} -all all:x` }],
  ])('gives up for a mistake anywhere in %s, also behind the term that fits (section 4.6)', async (_, records) => {
    const { ask } = await startDns(spf(records));
    const point = await lookAtSpf(ask, { domain: KVIST, ips: [IP] });

    expect(await verifySpf(ask, KVIST, IP)).toEqual({ kind: 'broken', why: expect.stringMatching(/^in \S+: "/) });
    expect(point.state).toBe('bad');
    // Our mail does not pass meanwhile, so there is something to publish.
    expect(point.publish?.[0]?.value).toContain(`ip4:${IP}`);
  });

  it('takes a word that is far too long for a broken record', async () => {
    const pieces = `v=spf1 redirect=.${'a'.repeat(5_000)}! include:x.${'b'.repeat(5_000)}!`.match(/.{1,255}/g) ?? [];
    const { ask } = await startDns({ [KVIST]: { txt: [pieces], fault: 'truncated' } });

    expect((await verifySpf(ask, KVIST, IP)).kind).toBe('broken');
    expect((await lookAtSpf(ask, { domain: KVIST, ips: [IP] })).state).toBe('bad');
  });

  it('gives up where receivers do: after ten look-ups', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `n${i}.example`);
    const { ask } = await startDns(
      spf({
        [KVIST]: `v=spf1 ${names.map((name) => `include:${name}`).join(' ')} ip4:${IP} -all`,
        ...Object.fromEntries(names.map((name) => [name, 'v=spf1 -all'])),
      }),
    );

    expect(await verifySpf(ask, KVIST, IP)).toEqual({ kind: 'broken', why: 'Too many DNS requests' });
  });
});

const domain = fc.stringMatching(/^[a-z]{1,8}\.example$/);
const octet = fc.nat({ max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const term = fc.oneof(
  address.map((ip) => `ip4:${ip}`),
  domain.map((name) => `include:${name}`),
  domain.map((name) => `a:${name}/24`),
  fc.constantFrom('a', 'mx', '-mx', '?a/24//64', 'ip6:2001:db8::/32', 'exists:%{i}.x.example'),
);

describe('reading SPF records', () => {
  it('reads what is sound, and keeps it when something is added', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(term, { maxLength: 12 }),
        fc.constantFrom('-all', '~all', '?all'),
        address,
        (terms, all, ip) => {
          const record = parseSpf(['v=spf1', ...terms, all].join(' '));
          expect(record.faults).toEqual([]);
          expect(record.terms.map(({ text }) => text)).toEqual([...terms, all]);

          const added = parseSpf(withTerms(record.text, [`ip4:${ip}`]));
          expect(added.faults).toEqual([]);
          expect(new Set(added.terms.map(({ text }) => text))).toEqual(new Set([...terms, `ip4:${ip}`, all]));
          expect(added.terms.at(-1)?.text).toBe(all);
          expect(withTerms(added.text, [`ip4:${ip}`])).toBe(added.text);
          expect(parseSpf(merged([record.text, newRecord([`ip4:${ip}`])])).faults).toEqual([]);
        },
      ),
    );
  });

  it('takes anything, and never throws', () => {
    const words = fc.array(fc.oneof(term, fc.string({ unit: 'binary', maxLength: 30 })), { maxLength: 40 });
    fc.assert(
      fc.property(words, (some) => {
        const text = `v=spf1 ${some.join(' ')}`;
        const record = parseSpf(text);
        expect(record.terms.length + record.faults.length).toBeLessThanOrEqual(text.length);
        expect(spfRecordsAmong([withTerms(text, [`ip4:${IP}`])])).toHaveLength(1);
        expect(parseSpf(withTerms(text, [])).faults).toEqual([]);
        expect(parseSpf(mended(text).text).faults).toEqual([]);
      }),
    );
  });

  it('ends with any tree of includes', async () => {
    const names = ['a.example', 'b.example', 'c.example', 'd.example'];
    const record = fc.array(
      fc.constantFrom(...names.map((name) => `include:${name}`), 'a', 'mx', '-all', 'redirect=b.example'),
      { maxLength: 6 },
    );
    const { ask, ...dns } = await startDns();
    expect(ask).toBeDefined();
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 4, maxLength: 4 }), async (records) => {
        const table = spf(
          Object.fromEntries(names.map((name, i) => [name, ['v=spf1', ...(records[i] ?? [])].join(' ')])),
        );
        const asking = async (name: string) => {
          const txt = table[name]?.txt as string[] | undefined;
          return txt
            ? { kind: 'found' as const, values: txt }
            : { kind: 'missing' as const, rcode: 'NXDOMAIN' as const };
        };
        const found = await findSpf(asking, 'a.example');
        if (found.kind !== 'one') throw new Error('one record is there');
        const cost = await costOf(asking, 'a.example', found.record, {
          sender: 'x@a.example',
          ip: IP,
          helo: 'a.example',
        });
        expect(cost.lookups).toBeLessThanOrEqual(45);
      }),
      { numRuns: 60 },
    );
    expect(dns.asked).toEqual([]);
  });
});
