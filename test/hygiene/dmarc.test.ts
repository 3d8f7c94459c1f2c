// DMARC: the domain's own record or its organisation's, and what it means for the mail we carry.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Aligned, lookAtDmarc, readDmarc } from '../../src/hygiene/dmarc.js';
import { mendedDmarc, mergedDmarc } from '../../src/hygiene/dmarc-edit.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { startDns, spf as txt } from './dns.js';

const published = (value: string) => [{ name: '_dmarc.kvist.example', type: 'TXT', value }];

const PROVED: Aligned = { spf: 'ok', dkim: 'none' };

async function look(table: Record<string, DnsReply>, aligned = PROVED, domain = 'kvist.example') {
  const { ask } = await startDns(table);
  return lookAtDmarc(ask, domain, aligned);
}

describe('the DMARC record of a domain', () => {
  it('is fine when mail that we carry passes it', async () => {
    const table = txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject; aspf=s; rua=mailto:d@kvist.example' });

    expect(await look(table)).toEqual({
      state: 'ok',
      text: 'p=reject, our mail passes by SPF',
      record: 'v=DMARC1; p=reject; aspf=s; rua=mailto:d@kvist.example',
    });
  });

  it('is taken from the organisational domain, with its policy for subdomains', async () => {
    const table = txt({ '_dmarc.kvist.co.uk': 'v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@kvist.co.uk' });

    expect((await look(table, PROVED, 'post.mail.kvist.co.uk')).text).toContain('p=quarantine (of kvist.co.uk)');
    expect((await look(table, PROVED, 'kvist.co.uk')).text).toContain('p=reject,');
    expect((await look(table, PROVED, 'other.co.uk')).state).toBe('bad');
  });

  it('is wrong when nothing vouches for the mail we carry and the policy bites', async () => {
    const biting = txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject; rua=mailto:d@kvist.example' });
    const watching = txt({ '_dmarc.kvist.example': 'v=DMARC1; p=none; rua=mailto:d@kvist.example' });

    expect((await look(biting, { spf: 'bad', dkim: 'none' })).state).toBe('bad');
    expect((await look(biting, { spf: 'bad', dkim: 'ok' })).text).toContain('passes by DKIM');
    expect((await look(biting, { spf: 'unknown', dkim: 'bad' })).state).toBe('unknown');
    expect(await look(watching, { spf: 'bad', dkim: 'none' })).toMatchObject({
      state: 'ok',
      text: 'p=none, our mail does not pass by SPF',
    });
  });

  it('is missing only when servers say so, of the domain and of its organisation', async () => {
    expect(await look({})).toMatchObject({
      state: 'bad',
      publish: published('v=DMARC1; p=none; rua=mailto:dmarc@kvist.example'),
    });
    expect((await look({ '_dmarc.kvist.example': { rcode: 'SERVFAIL' } })).state).toBe('unknown');
    expect((await look({ '_dmarc.kvist.example': { fault: 'silent' } }, PROVED, 'a.kvist.example')).state).toBe(
      'unknown',
    );
  });

  it('says when there are several, when nobody gets reports, and when it only watches', async () => {
    const one = 'v=DMARC1; p=none';

    expect((await look({ '_dmarc.kvist.example': { txt: [one, 'v=DMARC1; p=reject', 'other'] } })).text).toContain(
      'there are 2',
    );
    expect(await look(txt({ '_dmarc.kvist.example': one }))).toMatchObject({
      state: 'ok',
      publish: published('v=DMARC1; p=none; rua=mailto:dmarc@kvist.example'),
    });
    expect((await look(txt({ '_dmarc.kvist.example': `${one}; rua=mailto:d@x.example` }))).advice).toContain(
      'only watches',
    );
  });
});

describe('a DMARC record that is nearly one', () => {
  const good = 'v=DMARC1; p=reject; rua=mailto:d@kvist.example';

  it.each([
    'p=reject; v=DMARC1; rua=mailto:d@kvist.example',
    'v=dmarc1; p=reject; rua=mailto:d@kvist.example',
    'v=DMARC1, p=reject, rua=mailto:d@kvist.example',
    'v = DMARC 1; p=reject; rua=mailto:d@kvist.example',
    `"${good}"`,
    ` ${good}`,
    `\ufeff${good}`,
    'p=reject; rua=mailto:d@kvist.example',
  ])('is called broken, and not missing: %s', async (record) => {
    expect(await look(txt({ '_dmarc.kvist.example': record }))).toMatchObject({
      state: 'bad',
      text: 'receivers cannot read it: it must begin with "v=DMARC1;"',
      record,
      publish: published('v=DMARC1; p=none; rua=mailto:d@kvist.example'),
    });
  });

  it('takes nothing from a sound one beside it', async () => {
    const both = { '_dmarc.kvist.example': { txt: ['v=dmarc1; p=none', good] } };

    expect(await look(both)).toMatchObject({ state: 'ok', record: good });
  });

  it.each([
    ['p=quarantine; see ticket 12', 'rua=mailto:d@kvist.example'],
    ['v=dmarc1; p=none; adkim=s; rua=mailto:d@mail.kvist.example', 'rua=mailto:d@mail.kvist.example'],
  ])('does not hide at a subdomain the policy that is in force (RFC 7489 section 6.6.3): %s', async (own, rua) => {
    const inForce = 'v=DMARC1; p=reject; aspf=s; pct=50; rua=mailto:d@kvist.example';
    const table = txt({ '_dmarc.mail.kvist.example': own, '_dmarc.kvist.example': inForce });
    const [passing, failing] = await Promise.all([
      look(table, PROVED, 'mail.kvist.example'),
      look(table, { spf: 'bad', dkim: 'bad' }, 'mail.kvist.example'),
    ]);

    expect(passing).toEqual({
      state: 'bad',
      text: 'what stands at _dmarc.mail.kvist.example counts for nothing (it must begin with "v=DMARC1;"), so the record of kvist.example does: p=reject (of kvist.example), our mail passes by SPF',
      record: `${own}\n${inForce}`,
      advice: 'Take it away, or publish this in its place: it asks for what the record of kvist.example asks for.',
      publish: [
        { name: '_dmarc.mail.kvist.example', type: 'TXT', value: `v=DMARC1; p=reject; aspf=s; pct=50; ${rua}` },
      ],
    });
    expect(failing.text).toContain('our mail fails it');
    expect(failing.advice).toMatch(/^Take it away, or .* Mend SPF first: until then receivers may refuse this mail\.$/);
  });

  it('gives way at a subdomain to what there is at the organisation, be it unknown, broken or open to be mended', async () => {
    const own = { '_dmarc.mail.kvist.example': { txt: ['p=reject'] } };
    const lookWith = (organisation: Record<string, DnsReply>) =>
      look({ ...own, ...organisation }, PROVED, 'mail.kvist.example');
    const silent = await lookWith({ '_dmarc.kvist.example': { fault: 'silent' } });
    const sp = await lookWith(txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject; sp=none; rua=mailto:d@x.example' }));
    const unreported = await lookWith(txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject' }));
    const two = await lookWith({ '_dmarc.kvist.example': { txt: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] } });
    const broken = await lookWith(txt({ '_dmarc.kvist.example': 'p=reject; v=DMARC1' }));

    expect(silent).toMatchObject({ state: 'bad', advice: 'Take away what stands at _dmarc.mail.kvist.example.' });
    expect(silent.publish).toBeUndefined();
    expect(sp.publish?.[0]?.value).toBe('v=DMARC1; p=none; rua=mailto:d@x.example');
    for (const { publish, advice } of [unreported, two]) {
      expect(publish?.[0]?.name).toBe('_dmarc.kvist.example');
      expect(advice).toMatch(/ Take away what stands at _dmarc\.mail\.kvist\.example\.$/);
    }
    // Nothing is in force.
    for (const point of [broken, await lookWith({})]) {
      expect(point.text).toBe('receivers cannot read it: it must begin with "v=DMARC1;"');
      expect(point.publish?.[0]).toMatchObject({
        name: '_dmarc.mail.kvist.example',
        value: expect.stringMatching(/^v=DMARC1; p=none;/),
      });
    }
  });

  it.each(['v=spf1 -all', 'google-site-verification=dmarc', 'v=STSv1; id=1'])(
    'is none of other texts: %s',
    async (text) => {
      expect((await look(txt({ '_dmarc.kvist.example': text }))).text).toBe('there is no DMARC record');
    },
  );

  it('with a mistake that receivers pass over is in force all the same', async () => {
    const slip = txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject; pct=all; rua=mailto:d@kvist.example' });
    const passing = await look(slip);
    const failing = await look(slip, { spf: 'bad', dkim: 'bad' });

    expect(passing.text).toBe('p=reject, our mail passes by SPF; receivers pass over a mistake: pct= must be 0 to 100');
    expect(failing.text).toMatch(/^p=reject, and our mail fails it: .* a mistake: pct=/);
    expect(failing.advice).toMatch(/^Mend SPF first: .*\. Publish this instead/);
    expect(failing.publish).toEqual(published(good));
  });

  it('does not say that DKIM fails where nobody looked at it', async () => {
    const biting = txt({ '_dmarc.kvist.example': good });

    expect((await look(biting, { spf: 'bad', dkim: 'none' })).text).toBe(
      'p=reject: without SPF, only mail that DKIM signs passes it',
    );
  });

  it('speaks of the policy that is in force for a subdomain', async () => {
    const table = txt({ '_dmarc.kvist.example': 'v=DMARC1; p=reject; sp=none; rua=mailto:d@kvist.example' });

    expect((await look(table, PROVED, 'post.kvist.example')).advice).toContain('only watches');
    expect((await look(table)).advice).toBeUndefined();
  });
});

describe('the DMARC record to publish instead', () => {
  it.each([
    [['v=DMARC1; p=reject', 'v=DMARC1; p=none; rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [['v=DMARC1; p=refuse; adkim=s; rua=mailto:a@x.example'], 'v=DMARC1; p=none; adkim=s; rua=mailto:a@x.example'],
    [['v=DMARC1'], 'v=DMARC1; p=none; rua=mailto:dmarc@kvist.example'],
    [['v=DMARC1; p=reject; rua=reports@x.example'], 'v=DMARC1; p=reject; rua=mailto:reports@x.example'],
    [['v=DMARC1, p=quarantine, rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [['v=DMARC1 p=reject rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [
      ['v=DMARC1; p=reject; pct=50; rua=mailto:a@x.example; rua=mailto:b@x.example'],
      'v=DMARC1; p=none; pct=50; rua=mailto:a@x.example',
    ],
    [['v=DMARC1; p=reject; sp=all'], 'v=DMARC1; p=none; rua=mailto:dmarc@kvist.example'],
    [['v=DMARC1 p=reject sp=reject rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [['v=DMARC1; p=rejected; sp=reject; rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [['v=DMARC1; sp=reject'], 'v=DMARC1; p=none; rua=mailto:dmarc@kvist.example'],
    [['v=DMARC1, p=quarantine, np=reject, rua=mailto:a@x.example'], 'v=DMARC1; p=none; rua=mailto:a@x.example'],
    [
      ['v=DMARC1; p=reject; sp=none', 'v=DMARC1; p=reject; sp=none; t=y'],
      'v=DMARC1; p=none; rua=mailto:dmarc@kvist.example',
    ],
    [
      ['v=DMARC1; p=reject; pct=0', 'v=DMARC1; p=quarantine; pct=0'],
      'v=DMARC1; p=none; rua=mailto:dmarc@kvist.example',
    ],
    [
      ['v=DMARC1; p=reject; adkim=x; rua=https://r.example/in?k=1,mailto:a@x.example; ruf=https://r.example/f'],
      'v=DMARC1; p=reject; rua=https://r.example/in?k=1,mailto:a@x.example; ruf=https://r.example/f',
    ],
    [
      ['v=DMARC1; p=reject; adkim=x; rua=https://r.example/in'],
      'v=DMARC1; p=reject; rua=mailto:dmarc@kvist.example,https://r.example/in',
    ],
    [
      ['v=dmarc1, p=reject, rua=https://r.example/in?k=1, mailto:a@x.example,mailto:b@x.example, pct=5'],
      'v=DMARC1; p=none; pct=5; rua=https://r.example/in?k=1,mailto:a@x.example,mailto:b@x.example',
    ],
    [
      ['v=DMARC1; p=none; rua=https://r.example/in', 'v=DMARC1; p=none; rua=mailto:a@x.example'],
      'v=DMARC1; p=none; rua=https://r.example/in,mailto:a@x.example',
    ],
    [
      ['v=DMARC1; p=reject; sp=none; t=y; pct=0; adkim=x; rua=mailto:a@x.example'],
      'v=DMARC1; p=reject; sp=none; pct=0; t=y; rua=mailto:a@x.example',
    ],
  ])('mends %j', async (records, value) => {
    const before = await look({ '_dmarc.kvist.example': { txt: records } });

    expect(before).toMatchObject({ state: 'bad', publish: published(value), advice: expect.stringMatching(/\.$/) });
    expect(readDmarc(value)).not.toHaveProperty('fault');
  });

  it('is never stricter than what is in force, for subdomains either', () => {
    const RANK = ['none', 'quarantine', 'reject'];
    const tag = fc.oneof(
      fc
        .tuple(fc.constantFrom('p', 'sp', 'np'), fc.constantFrom(...RANK, 'rejected', ''))
        .map((pair) => pair.join('=')),
      fc.constantFrom(
        'adkim=x',
        'adkim=s',
        'pct=0',
        'pct=5%',
        't=y',
        'rua=a@b.example',
        'rua=mailto:a@b.example',
        'oops',
      ),
    );
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 6 }), fc.constantFrom('; ', ' ', ', '), (tags, between) => {
        const text = ['v=DMARC1', ...tags].join(between);
        const force = between === '; ' ? inForce(tags) : { p: 'none', sp: 'none' };
        const mended = readDmarc(mendedDmarc(text, 'x.example'));
        if ('fault' in mended) throw new Error(mended.fault);
        expect(RANK.indexOf(mended.p)).toBeLessThanOrEqual(RANK.indexOf(force.p));
        expect(RANK.indexOf(mended.sp)).toBeLessThanOrEqual(RANK.indexOf(force.sp));
        expect(mergedDmarc([text, text], 'x.example')).toMatch(/^v=DMARC1; p=none; rua=\S+$/);
      }),
    );

    /** RFC 7489 section 6.6.3: a bad p= or sp= makes it p=none at most; a tag that stands there twice makes it no record. */
    function inForce(tags: string[]): { p: string; sp: string } {
      const tagOf = (name: string) => tags.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
      const names = tags.map((one) => one.split('=')[0]);
      const p = tagOf('p') ?? '';
      const sp = tagOf('sp') ?? p;
      const isHeeded = new Set(names).size === names.length && RANK.includes(p) && RANK.includes(sp);
      return isHeeded ? { p, sp } : { p: 'none', sp: 'none' };
    }
  });

  it('can be read, and asks for reports, whatever stood there', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('p=reject', 'p=', 'rua=mailto:a@b.example', 'rua=a@b', 'sp=x', 'pct=7', ';', ',', 'fo=1'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (many) => {
        const texts = many.map((words) => `v=DMARC1; ${words.join(' ')}`);
        for (const value of [mergedDmarc(texts, 'kvist.example'), ...texts.map((one) => mendedDmarc(one, 'x.example'))])
          expect(readDmarc(value)).toMatchObject({ rua: expect.arrayContaining([expect.stringMatching(/^mailto:/)]) });
      }),
    );
  });
});

describe('reading DMARC records', () => {
  it.each([
    ['p=reject; v=DMARC1', 'must begin with "v=DMARC1;"'],
    ['v=dmarc1; p=reject', 'must begin with "v=DMARC1;"'],
    [' v=DMARC1; p=reject', 'must begin with "v=DMARC1;"'],
    ['v=DMARC1 p=reject', 'must begin with "v=DMARC1;"'],
    ['v=DMARC1; P=none; p=reject', 'stands there twice'],
    ['v=DMARC1', 'p= is missing'],
    ['v=DMARC1; p=refuse', 'p= must be'],
    ['v=DMARC1; p=none; sp=all', 'sp= must be'],
    ['v=DMARC1; p=none; p=reject', 'stands there twice'],
  ])('names the mistake in %s', (text, fault) => {
    expect(readDmarc(text)).toEqual({ fault: expect.stringContaining(fault) });
  });

  it.each([
    ['v=DMARC1; p=none; adkim=x', 'adkim= must be'],
    ['v=DMARC1; p=none; aspf=strict', 'aspf= must be'],
    ['v=DMARC1; p=none; pct=101', 'pct= must be'],
    ['v=DMARC1; p=none; rua=reports@kvist.example', 'rua= needs'],
  ])('takes the default in place of the mistake in %s', (text, slip) => {
    expect(readDmarc(text)).toMatchObject({ p: 'none', adkim: 'r', aspf: 'r', slip: expect.stringContaining(slip) });
  });

  it('reads what was written, in any order of tags and case', () => {
    const policy = fc.constantFrom('none', 'quarantine', 'reject');
    const mode = fc.constantFrom('r', 's');
    fc.assert(
      fc.property(
        policy,
        policy,
        mode,
        mode,
        fc.nat({ max: 100 }),
        fc.func(fc.integer()),
        (p, sp, adkim, aspf, pct, order) => {
          const tags = [
            `p=${p.toUpperCase()}`,
            `sp=${sp}`,
            `adkim=${adkim}`,
            `aspf=${aspf}`,
            `pct=${pct}`,
            'rua=mailto:a@b.example',
            'x=y',
          ];
          const text = ['v=DMARC1', ...tags.sort((a, b) => order(a) - order(b))].join(' ; ');
          expect(readDmarc(text)).toEqual({ p, sp, adkim, aspf, rua: ['mailto:a@b.example'] });
        },
      ),
    );
  });

  it('takes anything, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const some of [text, `v=DMARC1; ${text}`, `v=DMARC1; p=none; rua=${text}`]) {
          const read = readDmarc(some);
          expect('fault' in read || ['none', 'quarantine', 'reject'].includes(read.p)).toBe(true);
        }
      }),
    );
  });
});
