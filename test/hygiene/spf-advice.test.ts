// SPF advice as a property: with the record that is advised our mail passes, and everybody else's fares as it did.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DnsRecord, written } from '../../src/hygiene/look.js';
import { lookAtSpf } from '../../src/hygiene/spf/look.js';
import { asking, evaluate, type Result, type World } from './spf-evaluator.js';

const KVIST = 'kvist.example';
const HUB = 'spf.relay.example';
const OURS = ['203.0.113.17', '203.0.113.18'];
/** A neighbour of ours, hosts that the includes below name, and some that nobody does. */
const OTHERS = ['203.0.113.99', '198.51.100.9', '198.51.100.10', '192.0.2.1', '192.0.2.2', '192.0.2.200', '198.18.0.1'];

const WORLD: World = {
  [HUB]: { txt: [`v=spf1 ip4:${OURS.join(' ip4:')} -all`] },
  'good.example': { txt: ['v=spf1 ip4:198.51.100.9 -all'] },
  'open.example': { txt: ['v=spf1 ip4:198.51.100.10 ?all'] },
  'denies.example': { txt: ['v=spf1 -ip4:203.0.113.0/24 ip4:198.51.100.0/24 ~all'] },
  'dear.example': { txt: ['v=spf1 a:host.example a:host.example a:host.example a:host.example ip4:192.0.2.1 -all'] },
  'broken.example': { txt: ['v=spf1 ip:192.0.2.1 -all'] },
  'host.example': { a: ['192.0.2.2'] },
  '9.100.51.198.list.example': { a: ['127.0.0.2'] },
  '17.113.0.203.list.example': { a: ['127.0.0.2'] },
};
const KVIST_HOST = { a: ['192.0.2.200'], mx: ['host.example'] };

const sign = fc.constantFrom('', '', '', '-', '~', '?');
const letting = fc.constantFrom(
  'ip4:198.51.100.9',
  'ip4:198.51.100.0/24',
  'IP4:192.0.2.1',
  'include:good.example',
  'Include:open.example',
  'include:denies.example',
  'include:dear.example',
  'a',
  'mx',
  'a:host.example/24',
  'exists:%{ir}.list.example',
);
const naming = fc.constantFrom(...OURS.map((ip) => `ip4:${ip}`), 'ip4:203.0.113.0/24', `include:${HUB}`);
const breaking = fc.constantFrom(
  'include:gone.example',
  'include:broken.example',
  'a:gone.example',
  'include:dear.example',
);
const signed = fc.tuple(sign, fc.oneof({ weight: 3, arbitrary: letting }, naming)).map((parts) => parts.join(''));
const modifier = fc.constantFrom('exp=why.example', 'x-note=1', 'redirect=good.example', 'redirect=open.example');
const all = fc.constantFrom('-all', '~all', '?all', '+all', 'all');

/** Any sound record, and some that break for those who come to a certain term. */
const record = fc
  .tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: signed }, { weight: 1, arbitrary: breaking }), { maxLength: 7 }),
    fc.option(all),
    fc.array(signed, { maxLength: 2 }),
    fc.option(modifier),
    fc.nat(),
  )
  .map(([terms, end, behind, extra, at]) => {
    const words = [...terms, ...(end ? [end, ...behind] : [])];
    if (extra) words.splice(at % (words.length + 1), 0, extra);
    return ['v=spf1', ...words].join(' ');
  });

function worldWith(...txt: string[]): World {
  return { ...WORLD, [KVIST]: { ...KVIST_HOST, txt } };
}

async function look(texts: string[], include?: string, ips = OURS) {
  const point = await lookAtSpf(asking(worldWith(...texts)), { domain: KVIST, ips, include });
  const value = point.publish?.[0]?.value;
  return { point, value };
}

const verdicts = (world: World, ips: readonly string[]) => ips.map((ip) => evaluate(world, KVIST, ip));

/** Whether a receiver's verdict may become another, by what the advice says. */
function isSaid(before: Result, after: Result, { text, advice = '' }: { text: string; advice?: string }): boolean {
  if (before === after) return true;
  if (before === 'permerror' || before === 'none') return after !== 'fail';
  if (after !== 'softfail') return false;
  if (before === 'pass') return /\+all/.test(text + advice);
  return before === 'neutral' ? advice.includes('says nothing about forgers') : advice.includes('does not end in -all');
}

describe('the SPF record that is advised', () => {
  it.each([undefined, `include:${HUB}`])('lets our mail pass, and changes nothing for others: %s', async (include) => {
    await fc.assert(
      fc.asyncProperty(record, async (text) => {
        const [before, { point, value }] = [worldWith(text), await look([text], include)];
        const passes = verdicts(before, OURS).every((verdict) => verdict === 'pass');
        if (point.state === 'ok') expect(passes).toBe(true);
        else expect(point.advice).toBeDefined();
        if (value === undefined) {
          expect(passes).toBe(true);
          return;
        }
        const after = worldWith(value);

        expect(verdicts(after, OURS)).toEqual(OURS.map(() => 'pass'));
        for (const ip of OTHERS) {
          const [was, is] = [evaluate(before, KVIST, ip), evaluate(after, KVIST, ip)];
          expect({ ip, was, is, value, said: isSaid(was, is, point) }).toMatchObject({ said: true });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is shown in strings that fit the DNS, which are the record again when they are joined', async () => {
    const address = fc.tuple(fc.nat(255), fc.nat(255)).map(([c, d]) => `ip4:198.51.${c}.${d}`);
    await fc.assert(
      fc.asyncProperty(fc.array(address, { minLength: 5, maxLength: 60 }), async (terms) => {
        const { point } = await look([`v=spf1 ${terms.join(' ')} -all`]);
        const [record = { name: '', type: 'TXT', value: '' } satisfies DnsRecord] = point.publish ?? [];
        const { value, strings }: DnsRecord = record;
        const shown = written(record);

        expect((strings ?? [value]).join('')).toBe(value);
        expect(shown).toBe(strings === undefined ? value : `"${strings.join('" "')}"`);
        for (const text of strings ?? [value]) expect([text.length <= 255, text.trim()]).toEqual([true, text]);
      }),
      { numRuns: 30 },
    );
  });
});

const SLIPS: [string, (record: string) => string, RegExp][] = [
  ['a semicolon behind the version', (record) => record.replace('v=spf1', 'v=spf1;'), /begins with "v=spf1;/],
  ['a colon in the version', (record) => record.replace('v=spf1', 'v:spf1'), /begins with "v:spf1/],
  ['blanks in the version', (record) => record.replace('v=spf1', 'v = spf1'), /begins with "v = spf1/],
  ['no number in the version', (record) => record.replace('v=spf1', 'v=spf'), /begins with "v=spf /],
  ['no version', (record) => record.replace('v=spf1 ', ''), /begins with/],
  ['a version without v=', (record) => record.replace('v=spf1', 'spf1'), /begins with "spf1/],
  ['Sender ID', (record) => record.replace('v=spf1', 'spf2.0/mfrom,pra'), /Sender ID/],
  ['quotation marks', (record) => `"${record}"`, /stands in quotation marks/],
  ['one quotation mark', (record) => `"${record}`, /stands in quotation marks/],
  ['two strings in one', (record) => `"${record.replace(/ (?=\S+$)/, '" "')}"`, /stands in quotation marks/],
  ['a blank before it', (record) => ` ${record}`, /a blank stands before/],
  ['a byte order mark', (record) => `\ufeff${record}`, /an invisible character stands before/],
  ['no blank behind the version', (record) => record.replace('v=spf1 ', 'v=spf1'), /a blank is missing behind v=spf1/],
  ['a tab behind the version', (record) => record.replace('v=spf1 ', 'v=spf1\t'), /begins with/],
  ['no blank before all', (record) => record.replace(/ (?=[-~?]all$)/, ''), /a blank is missing in it/],
  ['no blanks at all', (record) => record.replace(/ (?=\S*(?:include|ip4|all))/gi, ''), /a blank is missing/],
  ['commas', (record) => record.replace(/(?<=\d|e) /g, ', ').replace('spf1,', 'spf1'), /cannot read it/],
  ['a full stop', (record) => `${record}.`, /cannot read it/],
];

describe('a record that is nearly one', () => {
  const term = fc.constantFrom(
    'ip4:198.51.100.9',
    'ip4:192.0.2.1',
    'include:good.example',
    '-include:open.example',
    '?ip4:203.0.113.0/24',
    'exists:%{ir}.list.example',
  );
  const sound = fc
    .tuple(fc.uniqueArray(term, { minLength: 1, maxLength: 4 }), fc.constantFrom('-all', '~all', '?all'))
    .map(([terms, end]) => ['v=spf1', 'ip4:198.18.0.1', 'ip4:192.0.2.200', ...terms, end].join(' '));

  it.each(SLIPS)(
    'is called broken and advised as it was meant, but that nothing is refused yet: %s',
    async (_, slip, why) => {
      await fc.assert(
        fc.asyncProperty(sound, async (text) => {
          const { point, value = '' } = await look([slip(text)]);

          expect(point).toMatchObject({ state: 'bad', record: slip(text), text: expect.stringMatching(why) });
          expect(point.advice).toMatch(/^Publish this instead\./);
          expect(point.advice).not.toContain('leaves out');
          expect(verdicts(worldWith(value), OURS)).toEqual(OURS.map(() => 'pass'));
          const meant = verdicts(worldWith(text), OTHERS);
          expect(verdicts(worldWith(value), OTHERS)).toEqual(meant.map((one) => (one === 'fail' ? 'softfail' : one)));
          if (text.endsWith('-all'))
            expect(point.advice).toContain('No receiver heeds it until now, so it refuses nothing');
        }),
        { numRuns: 20 },
      );
    },
  );

  it('beside a sound one changes nothing', async () => {
    expect((await look([`v=spf1 ip4:203.0.113.0/24 -all`, 'v=spf1; mx -all'])).point.state).toBe('ok');
  });

  it.each([
    'google-site-verification=spf1',
    'v=DMARC1; p=none',
    'v=STSv1; id=1',
    'spf-is-fun=yes',
    'MS=ms123',
    'our mail: all',
    'a note on mx and a, all in all',
  ])('is none of other texts: %s', async (text) => {
    expect((await look([text])).point.text).toBe('there is no SPF record');
  });

  it('is not taken from an include as if nothing were there', async () => {
    const world = { ...worldWith(`v=spf1 include:near.example -all`), 'near.example': { txt: ['v=spf1; a -all'] } };
    const point = await lookAtSpf(asking(world), { domain: KVIST, ips: OURS });

    expect(point.text).toContain('near.example has no valid SPF record, it begins with "v=spf1; a -a"');
    expect(point.publish?.[0]?.value).toBe(`v=spf1 ip4:${OURS.join(' ip4:')} include:near.example -all`);
  });
});

describe('what is said of a record', () => {
  it.each([
    [
      'v=spf1 -ip4:203.0.113.0/24 mx -all',
      'Put ip4:203.0.113.17 before -ip4:203.0.113.0/24: SPF stops at the first term that fits.',
    ],
    ['v=spf1 mx -ip4:203.0.113.17 -all', 'Put ip4:203.0.113.17 in place of -ip4:203.0.113.17, which refuses our mail.'],
    ['v=spf1 mx -all', 'Add ip4:203.0.113.17 to the SPF record.'],
    ['v=spf1 mx redirect=good.example', 'Add ip4:203.0.113.17 to the SPF record.'],
  ])('tells where our address goes: %s', async (text, advice) => {
    expect((await look([text], undefined, OURS.slice(0, 1))).point.advice).toBe(advice);
  });

  it('tells of words behind all, and makes nobody valid by them', async () => {
    const { point, value } = await look(['v=spf1 mx -all ip4:198.51.100.9 include:open.example']);
    const fine = await look([`v=spf1 ip4:203.0.113.0/24 -all ip4:198.51.100.9`]);

    expect(value).toBe(`v=spf1 mx ip4:${OURS.join(' ip4:')} -all`);
    expect(point.advice).toContain(
      'Receivers pass over what stands behind all (ip4:198.51.100.9 include:open.example)',
    );
    expect(fine.point).toMatchObject({ state: 'ok', advice: expect.stringContaining('ip4:198.51.100.9') });
    expect(fine.value).toBeUndefined();
  });

  it.each([
    'include=good.example',
    'ip4=198.51.100.9',
    'A=host.example',
    'mx=host.example',
    'ip6=::1',
    'ip=192.0.2.1',
    'exists=x.example',
    'ptr=x.example',
    'all=-',
  ])('tells of a word with = in place of a colon, which counts for nothing and breaks nothing: %s', async (slip) => {
    const said = `Receivers pass over ${slip}, for a term has no = in it: put in what was meant, or take it out.`;
    const [fine, lacking, dead, full, broken] = await Promise.all(
      [
        `v=spf1 ip4:203.0.113.0/24 ${slip} -all`,
        `v=spf1 ${slip} -all`,
        `v=spf1 ${slip} include:gone.example -all`,
        `v=spf1 ${slip} include:dear.example a include:dear.example -all`,
        `v=spf1 ${slip} ip4:203.0.113.256 -all`,
      ].map((text) => look([text])),
    );

    expect(fine?.point).toMatchObject({ state: 'ok', advice: said });
    expect(lacking?.point).toMatchObject({ state: 'bad', text: expect.stringContaining('does not authorise') });
    for (const one of [lacking, dead, full]) expect(one?.point.advice).toContain(said);
    expect(broken?.point.advice).not.toContain(said);
  });

  it.each(['x-note=1', 'exp=why.example', 'inc=good.example', 'redirect=good.example'])(
    'does not take another modifier for that: %s',
    async (word) => {
      expect((await look([`v=spf1 ip4:203.0.113.0/24 ${word} -all`])).point.advice).toBeUndefined();
    },
  );

  it('gives addresses where the include would cost more look-ups than there are', async () => {
    const full = 'v=spf1 include:dear.example include:good.example include:open.example a mx a:host.example -all';
    const { point, value } = await look([full], `include:${HUB}`);

    expect(value).toBe(full.replace('-all', `ip4:${OURS.join(' ip4:')} -all`));
    expect(point.advice).toContain(`With include:${HUB} it would take more look-ups than receivers make.`);

    const near = full.replace('open.example', `${HUB}.net`);
    const world = { ...worldWith(near), [`${HUB}.net`]: WORLD['good.example'] ?? {} };
    const beside = await lookAtSpf(asking(world), { domain: KVIST, ips: OURS, include: `include:${HUB}` });
    expect(beside.advice).toContain(`With include:${HUB} it would take more look-ups than receivers make.`);
  });

  it.each([`include:${HUB}.net`, `Include:${HUB}.se`])(
    'does not take a longer name for our include: %s',
    async (longer) => {
      const world = {
        ...worldWith(`v=spf1 ${longer} -all`),
        [HUB]: {},
        [longer.slice('include:'.length)]: WORLD['good.example'] ?? {},
      };
      const point = await lookAtSpf(asking(world), { domain: KVIST, ips: OURS, include: `include:${HUB}` });

      expect(point.publish?.[0]?.value).toBe(`v=spf1 ${longer} ip4:${OURS.join(' ip4:')} -all`);
      expect(point.advice).toContain(`Add ip4:${OURS.join(' ip4:')} to the SPF record.`);
    },
  );

  it('does not bring a record below the limit of look-ups that is not heeded until now, and refuses mail', async () => {
    const twice = 'v=spf1 include:dear.example exists:%{ir}.list.example include:dear.example -all';

    expect((await look([twice])).value).toBe(twice.replace('v=spf1', 'v=spf1 ip4:203.0.113.18'));
  });
});
