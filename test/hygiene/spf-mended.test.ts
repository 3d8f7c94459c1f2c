// SPF records to publish in place of broken ones: whatever mail they let pass before, or were meant to, they still do.
import { describe, expect, it } from 'vitest';
import { lookAtSpf } from '../../src/hygiene/spf/look.js';
import { parseSpf } from '../../src/hygiene/spf/record.js';
import { type SpfVerdict, verifySpf } from '../../src/hygiene/spf/verify.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { spf, startDns } from './dns.js';

const IP = '203.0.113.17';
/** A mail server that is not ours. */
const THEIRS = '198.51.100.9';
const KVIST = 'kvist.example';

const REFUSES_NOTHING = 'No receiver heeds it until now, so it refuses nothing yet: ~all may become -all once';

const WORLD = spf({
  '_spf.google.example': `v=spf1 ip4:${THEIRS} -all`,
  'spf.outlook.example': 'v=spf1 ip4:198.51.100.10 -all',
  // For this address alone, as some providers have it.
  '9.100.51.198.in-addr.spf.filter.example': `v=spf1 ip4:${THEIRS} -all`,
});

const verdictOf = (verdict: SpfVerdict) => (verdict.kind === 'not-authorised' ? verdict.result : verdict.kind);

/** What is advised for the records, and the verdicts on our mail and on theirs once that is published. */
async function mend(...txt: string[]) {
  const before = await startDns({ ...WORLD, [KVIST]: { txt } });
  const point = await lookAtSpf(before.ask, { domain: KVIST, ips: [IP] });
  const value = point.publish?.[0]?.value ?? '';
  const world: Record<string, DnsReply> = { ...WORLD, [KVIST]: { txt: [value] } };
  const { ask } = await startDns(world);
  const kindOf = async (ip: string) => verdictOf(await verifySpf(ask, KVIST, ip));
  return { point, value, ours: await kindOf(IP), theirs: await kindOf(THEIRS) };
}

describe('a mended SPF record', () => {
  it.each([
    'v=spf1 include:%{ir}.%{v}.spf.filter.example ~all',
    'v=spf1 include:%{ir}.%{v}.spf.filter.example include:gone.example ~all',
  ])('keeps a term that hangs on the address that sends: %s', async (record) => {
    const mended = await mend(record);

    expect(mended).toMatchObject({ ours: 'pass', theirs: 'pass' });
    expect(mended.point.text).not.toContain('cannot read it: include:%{');
  });

  it.each([
    'v=spf1 include:_spf.google.example,include:spf.outlook.example ~all',
    'v=spf1 include:spf.outlook.example;include:_spf.google.example; -all',
    'v=spf1 include:spf.outlook.example, include:_spf.google.example, -all',
    'v=spf1 ip4:198.51.100.10,198.51.100.9 -all',
    'v=spf1 a:mail.kvist.example;ip4:198.51.100.9 -all',
    'v=spf1; include=_spf.google.example, -all',
  ])('takes terms with commas and semicolons between them for several: %s', async (record) => {
    const mended = await mend(record);

    expect(mended).toMatchObject({ ours: 'pass', theirs: 'pass' });
    expect(mended.point.advice).not.toContain('leaves out');
    expect(parseSpf(mended.value).faults).toEqual([]);
  });

  it.each([
    ['v=spf1 ip4:198.51.100.256 -all', 'leaves out "ip4:198.51.100.256"'],
    ['v=spf1 mail.kvist.example mx -all', 'leaves out "mail.kvist.example"'],
    ['v=spf1 include:_spf.gogle.example -all', 'without include:_spf.gogle.example'],
    ['v=spf1 mail.kvist.example redirect=spf.outlook.example', 'leaves out "mail.kvist.example"'],
    ['v=spf1 include:_spf.gogle.example redirect=spf.outlook.example', 'without include:_spf.gogle.example'],
  ])('refuses nobody’s mail for a word that it leaves out: %s', async (record, said) => {
    const { point, value, ours, theirs } = await mend(record);

    expect(point.advice).toContain(said);
    expect(value).toMatch(/ ~all$/);
    expect({ ours, theirs }).toEqual({ ours: 'pass', theirs: 'softfail' });
  });

  it.each([
    ['v=spf1 ip:198.51.100.9 -all', `v=spf1 ip4:${THEIRS} ip4:${IP} ~all`, REFUSES_NOTHING],
    ['v=spf1 ip4:198.51.100.9 –all', `v=spf1 ip4:${THEIRS} ip4:${IP} ~all`, REFUSES_NOTHING],
    ['v=spf1 include:_spf.google.example;-all', `v=spf1 include:_spf.google.example ip4:${IP} ~all`, REFUSES_NOTHING],
    ['spf2.0/pra ip4:198.51.100.9 -all', `v=spf1 ip4:${THEIRS} ip4:${IP} ~all`, REFUSES_NOTHING],
    ['v=spf1; -ip4:192.0.2.1 mx ~all', `v=spf1 ip4:${IP} ~ip4:192.0.2.1 mx ~all`, REFUSES_NOTHING],
    ['v=spf1; redirect=_spf.google.example', `v=spf1 include:_spf.google.example ip4:${IP} ~all`, REFUSES_NOTHING],
    ['v=spf1; mx +all', `v=spf1 mx ip4:${IP} ~all`, 'It ends in ~all instead of +all'],
    ['v=spf1; mx', `v=spf1 mx ip4:${IP} ~all`, 'It ends in ~all where no end was.'],
  ])('refuses nobody’s mail that nobody refused until now, and says why: %s', async (record, value, said) => {
    const mended = await mend(record);

    expect(mended).toMatchObject({ value, ours: 'pass' });
    expect(mended.point.advice).toContain(said);
  });

  it.each([
    ['v=spf1 include:gone.example mx -all', `v=spf1 mx ip4:${IP} ~all`],
    ['v=spf1 include:gone.example -ip4:192.0.2.1 mx ~all', `v=spf1 ip4:${IP} ~ip4:192.0.2.1 mx ~all`],
    ['v=spf1 mx redirect=gone.example', `v=spf1 mx ip4:${IP} ~all`],
  ])('refuses nothing where what leads nowhere made receivers give up, and says so: %s', async (record, wanted) => {
    const { point, value } = await mend(record);

    expect(value).toBe(wanted);
    expect(point.advice).toContain('nothing is found there. It does not end in -all, lest that mail is refused.');
  });

  it.each(['v=spf1; ip4:198.51.100.9 ?all', 'v=spf1 mail.kvist.example ?all', 'v=spf1; mx ~all'])(
    'ends as before where that refuses nothing: %s',
    async (record) => {
      const { point, value } = await mend(record);

      expect(value.slice(-4)).toBe(record.slice(-4));
      expect(point.advice).not.toContain('No receiver heeds it');
    },
  );

  it('lets commas stand within a macro', () => {
    expect(parseSpf('v=spf1 exists:%{l1r,-}.%{d} -all').faults).toEqual([]);
    expect(parseSpf('v=spf1 exists:a.example,b.example -all').faults).toHaveLength(1);
  });
});

describe('one SPF record in place of several', () => {
  it.each([
    [['v=spf1 redirect=_spf.google.example', 'v=spf1 a ~all'], `v=spf1 a include:_spf.google.example ip4:${IP} ~all`],
    [['v=spf1 -all', 'v=spf1 include:_spf.google.example ~all'], `v=spf1 include:_spf.google.example ip4:${IP} ~all`],
    [['v=spf1 ip4:198.51.100.0/24 -all', 'v=spf1 mx ?all'], `v=spf1 ip4:198.51.100.0/24 mx ip4:${IP} ?all`],
    [['v=spf1 -ip4:198.51.100.0/24 mx -all', `v=spf1 ip4:${THEIRS} -all`], undefined],
    [['v=spf1 ip4:198.51.100.9', 'v=spf1 -all'], `v=spf1 ip4:${THEIRS} ip4:${IP} ~all`],
  ])('lets pass what any of them does, and ends as the mildest: %j', async (records, wanted) => {
    const { value, ours, theirs } = await mend(...records);

    if (wanted !== undefined) expect(value).toBe(wanted);
    expect({ ours, theirs }).toEqual({ ours: 'pass', theirs: 'pass' });
  });

  it('ends in ~all though all of them end in -all, for none is heeded, and says what it leaves out', async () => {
    const { point, value } = await mend('v=spf1 mx -all', 'v=spf1 ip4:198.51.100.256 -all');
    const sound = await mend('v=spf1 mx -all', 'v=spf1 a -all');

    expect(value).toBe(`v=spf1 mx ip4:${IP} ~all`);
    expect(point.advice).toContain('leaves out "ip4:198.51.100.256"');
    expect(sound.value).toBe(`v=spf1 a mx ip4:${IP} ~all`);
    expect(sound.point.advice).toContain(REFUSES_NOTHING);
  });
});
