// The packs: what each kind of provider wants, no more; no customer's name, whatever outsiders and our own people wrote.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { receivers } from '../../src/blocklists/receivers.js';
import type { Cause } from '../../src/delisting/actions-taken.js';
import { discreet, fitForOutside } from '../../src/delisting/discretion.js';
import { MOST_TEXT, type PackFacts, packOf } from '../../src/delisting/pack.js';
import { type Removal, removalOf } from '../../src/delisting/removal.js';
import { replyKit } from '../../src/delisting/reply-kit.js';
import { HOUR_MS, IP } from '../helpers/delisting.js';
import { T0 } from '../helpers/incidents.js';

const catalogue = { lists: blocklists, receivers };

const CAUSE: Cause = {
  shape: 'single',
  foundAt: T0 - 6 * HOUR_MS,
  messages: 20,
  recipients: 60,
  senderCount: 1,
  isEnded: true,
  containments: [
    { action: 'block-sender', placedAt: T0 - 6 * HOUR_MS + 300_000, liftedAt: null, hits: 212 },
    { action: 'reroute', placedAt: T0 - 5 * HOUR_MS, liftedAt: null, hits: 40 },
  ],
  resolved: {
    at: T0 - 2 * HOUR_MS,
    text: 'Found: password of kim@acme.example (Acme Mills) was phished · Done: Northwind changed it',
  },
};

const SECRETS = ['Acme Mills', 'acme.example', 'Northwind'];

function facts(list: string, change: Partial<PackFacts> = {}, removal: Partial<Removal> = {}): PackFacts {
  return {
    removal: { ...removalOf(list, catalogue, (change.codes ?? ['S3140'])[0]), ...removal },
    target: IP,
    isDomain: false,
    codes: ['S3140'],
    meanings: [],
    sample: `550 5.7.1 Unfortunately, messages from [${IP}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).`,
    refusals: 12,
    firstSeenAt: T0 - 5 * HOUR_MS,
    lastSeenAt: T0 - HOUR_MS,
    attempt: 1,
    actions: {
      causes: [CAUSE],
      quiet: { since: T0 - 5.5 * HOUR_MS, isLong: true },
      dns: ['PTR: mail1.relay.example, and back'],
      privacy: { secrets: SECRETS, keep: IP },
    },
    signature: 'Example Relay, abuse desk',
    now: T0,
    ...change,
  };
}

describe('the text', () => {
  it('for the Microsoft consumer ticket holds the three things the guide lists', () => {
    const pack = packOf(facts('microsoft-consumer'));

    expect(pack.kind).toBe('microsoft-consumer');
    expect(pack.text).toMatchSnapshot();
    expect(pack.ways[0]?.url).toContain('support.microsoft.com');
  });

  it('counts what a block refused by recipients, as the relays ask and the card says', () => {
    const told = packOf(facts('microsoft-consumer')).text;

    expect(told).toContain('blocked this sender and its login; mail to 212 further recipients refused since.');
    expect(told).not.toMatch(/212 (further )?messages/);
  });

  it('for Microsoft 365 goes to the portal with the codes 5.7.606 to 5.7.649', () => {
    for (const code of ['5.7.606', '5.7.610', '5.7.649']) {
      const pack = packOf(
        facts('microsoft-365', { codes: [code], sample: `550 ${code} Access denied, banned sending IP [${IP}]` }),
      );
      expect(pack).toMatchObject({ kind: 'microsoft-365-portal', ways: [{ url: 'https://sender.office.com/' }] });
      expect(pack.steps).toEqual([
        expect.stringContaining('sign in'),
        expect.stringContaining(`Enter the blocked IP: ${IP}`),
        expect.stringContaining('Request'),
      ]);
    }
    expect(packOf(facts('microsoft-365', { codes: ['5.7.606'] })).text).toMatchSnapshot();
  });

  it('for Microsoft 365 goes by mail with 5.7.511 and the lists that have a name, the text in the link', () => {
    const pack = packOf(
      facts('microsoft-365', { codes: ['5.7.511'], sample: `550 5.7.511 Access denied, banned sender[${IP}]` }),
    );

    expect(pack.kind).toBe('microsoft-365-mail');
    expect(pack.text).toMatchSnapshot();
    const url = pack.ways[0]?.url ?? '';
    expect(url).toMatch(/^mailto:delist@messaging\.microsoft\.com\?subject=Delisting%20request/);
    expect(url.length).toBeLessThan(2000);
    for (const code of ['BLOCKLIST 1', 'FBLW15']) {
      const named = packOf(facts('microsoft-365', { codes: [code], sample: 'blocked; To request removal …' }));
      expect(named.kind).toBe('microsoft-365-mail');
    }
  });

  it('for a list with a form confirms that it is clean, and the steps say so', () => {
    const pack = packOf(
      facts('spamhaus-zen', { codes: ['127.0.0.3'], meanings: ['CSS'], sample: 'see https://check.example/' }),
    );

    expect(pack.kind).toBe('generic');
    expect(pack.text).toMatchSnapshot();
    expect(pack.steps.join(' ')).toMatch(/Confirm that the address is clean.*Agree to the terms.*wait/);
    const ofDomain = packOf({ ...facts('spamhaus-zen'), target: 'kvist.example', isDomain: true });
    expect(ofDomain.steps.join(' ')).toMatch(/Confirm that the domain is clean/);
  });

  it('confirms an end only of what is held back or over, and of a lifted block only what a person said', () => {
    const [block] = CAUSE.containments;
    const textOf = (causes: Cause[]) => {
      const actions = { causes, dns: [], privacy: { secrets: [], keep: IP } };
      return packOf(facts('spamhaus-zen', { codes: ['127.0.0.3'], actions })).text ?? '';
    };
    const lifted = { ...block, liftedAt: T0 - HOUR_MS } as Cause['containments'][number];
    const open = { ...CAUSE, isEnded: false, containments: [lifted], resolved: undefined };

    for (const causes of [[], [open], [CAUSE, open]]) {
      expect(textOf(causes)).not.toContain('has been ended');
      expect(textOf(causes)).toContain(`Please remove ${IP} from your list.`);
    }
    const others = packOf(facts('spamhaus-zen', { codes: ['127.0.0.3'], othersOpen: 1 })).text;
    expect(others).not.toContain('has been ended');
    expect(textOf([open])).toMatch(/Lifted 2026-03-03 01:15 UTC\.\n/);
    expect(textOf([{ ...CAUSE, containments: [lifted] }])).toMatch(
      /UTC, after the cause was ended\.[\s\S]*has been ended/,
    );
    expect(textOf([{ ...CAUSE, resolved: undefined }])).toContain('has been ended');
    const tooEarly = { ...lifted, liftedAt: T0 - 3 * HOUR_MS };
    const again = { ...lifted, placedAt: T0 - HOUR_MS / 2, liftedAt: null };
    for (const containments of [[tooEarly], [tooEarly, again], [lifted, again]])
      expect(textOf([{ ...CAUSE, containments }])).not.toContain('after the cause was ended');
    expect(textOf(Array(6).fill(CAUSE))).toContain('2 further sources found and stopped in the same way.');
    expect(textOf([...Array(5).fill(CAUSE), open])).toContain('2 further sources found.');
  });

  it('by mail says where the address stands, and asks nobody to agree to terms', () => {
    const steps = (removal: Partial<Removal>) =>
      packOf(facts('sfr', {}, { method: 'email', ...removal })).steps.join(' ');

    expect(steps({ mail: 'abuse@list.example' })).toContain('by mail to abuse@list.example');
    expect(steps({})).toContain('the address is on its page, or in the refusal');
    expect(steps({})).not.toContain('Agree to the terms');
  });

  it('for a list that forgets by itself is none: it says when instead', () => {
    const pack = packOf(facts('spamcop', {}, { method: 'automatic-expiry', expectedHours: [12, 48] }));

    expect(pack).toMatchObject({ kind: 'expires', asks: [] });
    expect(pack.text).toBeUndefined();
    expect(pack.steps.join('\n')).toMatchSnapshot();
  });

  it('for a list without removal is none: it says so', () => {
    const pack = packOf(facts('nowhere', {}, { method: 'none' }));

    expect(pack).toMatchObject({ kind: 'none' });
    expect(pack.text).toBeUndefined();
    expect(pack.steps[0]).toContain('There is no removal');
  });

  it('comes with advice against a removal that is sold, whatever the method', () => {
    for (const method of ['automatic-expiry', 'form'] as const)
      expect(packOf(facts('x', {}, { method, sells: '99 EUR an address' })).advice.join(' ')).toContain(
        'Do not buy the faster removal it sells (99 EUR an address)',
      );
  });

  it('says nothing of a re-route: going round a block is no way of ending its cause', () => {
    for (const list of ['microsoft-consumer', 'microsoft-365', 'spamhaus-zen'])
      expect(packOf(facts(list)).text).not.toMatch(/re-?rout/i);
  });

  it('is there when nobody has done anything yet, with the place to fill in', () => {
    const actions = { causes: [], dns: [], privacy: { secrets: SECRETS, keep: IP } };

    expect(packOf(facts('microsoft-consumer', { actions, sample: '' })).text).toContain('(say what was found');
  });

  it('says to whoever asks that nothing has been done yet, and no longer once something has', () => {
    const packFor = (change: Partial<Cause>) => {
      const causes = [{ ...CAUSE, containments: [], resolved: undefined, isEnded: false, ...change }];
      return packOf(facts('spamhaus-zen', { actions: { causes, dns: [], privacy: { secrets: [], keep: IP } } }));
    };
    const reroutes = CAUSE.containments.filter(({ action }) => action === 'reroute');

    for (const pack of [packFor({}), packFor({ containments: reroutes })]) {
      expect(pack.advice[0]).toMatch(/^Nothing has been done yet about the mail that brought the listing/);
      expect(pack.text).toContain('- (nothing has been done about it yet: say what was done)');
    }
    for (const pack of [packFor(CAUSE), packFor({ resolved: CAUSE.resolved })])
      expect(`${pack.advice.join(' ')} ${pack.text}`).not.toMatch(/nothing has been done/i);
  });

  it('says of each source of several that nothing has been done about it', () => {
    const untouched = { ...CAUSE, foundAt: T0 - HOUR_MS, containments: [], resolved: undefined, isEnded: false };
    const causes = [untouched, CAUSE];
    const pack = packOf(facts('spamhaus-zen', { actions: { causes, dns: [], privacy: { secrets: [], keep: IP } } }));
    const lines = (pack.text ?? '').split('\n').filter((line) => line.startsWith('- '));

    expect(lines[0]).toContain('found that');
    expect(lines[1]).toBe('- (nothing has been done about that one yet: say what was done)');
    expect(lines.slice(2).join('\n')).not.toContain('nothing has been done');
  });

  it('says that nothing was found when a person says so', () => {
    const actions = { causes: [], noCulpritAt: T0, dns: [], privacy: { secrets: SECRETS, keep: IP } };

    expect(packOf(facts('microsoft-consumer', { actions })).text).toContain('no source of spam was found on our side');
  });

  it('to an automatic refusal asks for a person, with the ticket and the facts', () => {
    const text = replyKit(facts('microsoft-consumer'), { reference: 'SRX1234', requestedAt: T0, answer: null });

    expect(text).toMatchSnapshot();
  });

  it('says to it only what is so: no refusal that nobody has seen, and of a domain no address', () => {
    const earlier = { reference: 'SRX1234', requestedAt: T0, answer: null };
    const unseen = replyKit(facts('microsoft-snds', { refusals: 0 }), earlier);
    expect(unseen).toContain('It says that the address does not qualify. Please');
    const domain = replyKit(facts('microsoft-consumer', { isDomain: true, target: 'kvist.example' }), earlier);
    expect(domain).toContain('It says that the domain does not qualify, yet mail from it was refused, last at 2026-');
    expect(domain).toContain('If something about this domain still');
  });
});

describe('discretion', () => {
  it('names no customer, domain, login or partner, in whatever way they are written', () => {
    const said =
      'ACME  mills (Acme Mills), kim@ACME.example, mail.acme.example and Northwind; ａｃｍｅ．ｅｘａｍｐｌｅ';

    const out = discreet(said, { secrets: SECRETS, keep: IP });
    expect(out.toLowerCase()).not.toMatch(/acme|northwind|kim/);
  });

  it('finds a name that is hidden by characters nobody sees, or would be cut in half', () => {
    const long = `${'long-name-of-a-customer-'.repeat(2)}x.example`;
    const privacy = { secrets: [...SECRETS, long], keep: IP };

    expect(fitForOutside('Ac\u200bme M\u00adills', 100, privacy)).toBe('[customer]');
    expect(fitForOutside(`${long} `.repeat(50), 100, privacy)).not.toContain('long-name');
  });

  it('keeps what is listed and what only looks alike', () => {
    const privacy = { secrets: ['Acme', 'acme.example', 'Post'], keep: 'acme.example' };

    expect(discreet('acme.example: ask the postmaster at postmaster@outlook.example', privacy)).toBe(
      'acme.example: ask the postmaster at postmaster@outlook.example',
    );
  });

  it('reads page addresses, where signs are written otherwise', () => {
    const said =
      'see http://spf.example/why?id=kim%40acme.example;ip=1 and q=Acme%20Mills&r=acme+mills, kim@acme.example.';

    expect(discreet(said, { secrets: SECRETS, keep: IP })).toBe(
      'see http://spf.example/why?id=[address];ip=1 and q=[customer]&r=[customer], [address]',
    );
  });

  it('does as much work for ten thousand customers as for ten', () => {
    const secrets = (many: number) =>
      Array.from({ length: many }, (_, i) => [`Customer ${i} AS`, `customer${i}.example`]).flat();
    const said = 'Customer 7 AS, info@customer7.example and Customer 7 ASA '.repeat(60);
    const out = (many: number) => discreet(said, { secrets: secrets(many), keep: IP });

    expect(out(10_000)).toBe(out(10));
    expect(out(10)).toBe('[customer], [address] and Customer 7 ASA '.repeat(60));
  });

  it('takes no longer for a hostile text', () => {
    for (const text of ['a'.repeat(20_000), 'a@'.repeat(10_000), '@'.repeat(20_000), 'acme '.repeat(4_000)])
      expect(discreet(text, { secrets: SECRETS, keep: IP }).length).toBeLessThan(60_000);
  });
});

const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '\u202Egnp.exe\u200B\u0000',
    'a\nb\r\nc\u2028d',
    '😀👨‍👩‍👧'.repeat(2000),
    'Acme Mills acme.example '.repeat(300),
  ),
  fc.string({ unit: 'binary', maxLength: 3000 }),
);
const secret = fc.constantFrom(
  'Acme Mills',
  'acme.example',
  'Northwind',
  'kim@acme.example',
  'KIM@Acme.Example',
  'ACME MILLS',
);
const spiked = fc.tuple(hostile, secret, hostile).map((parts) => parts.join(' '));
const cause: fc.Arbitrary<Cause> = fc.record({
  shape: fc.constantFrom('single' as const, 'multiple' as const),
  foundAt: fc.constant(T0),
  messages: fc.nat(),
  recipients: fc.nat(),
  senderCount: fc.nat(),
  isEnded: fc.boolean(),
  containments: fc.array(
    fc.record({
      action: fc.constantFrom('block-sender' as const, 'suspend-outbound' as const, 'reroute' as const),
      placedAt: fc.constant(T0),
      liftedAt: fc.constantFrom(null, T0),
      hits: fc.nat(),
    }),
    { maxLength: 6 },
  ),
  resolved: fc.option(fc.record({ at: fc.constant(T0), text: spiked }), { nil: undefined }),
});

describe('whatever outsiders and our own people wrote', () => {
  const lists = ['microsoft-consumer', 'microsoft-365', 'spamhaus-zen', 'nowhere'];

  it('the text fits, names nobody, hides nothing, and begins every line with our own words', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lists),
        spiked,
        fc.array(spiked, { maxLength: 8 }),
        fc.array(cause, { maxLength: 12 }),
        fc.array(spiked, { maxLength: 6 }),
        (list, sample, codes, causes, dns) => {
          const actions = { causes, quiet: { since: T0, isLong: true }, dns, privacy: { secrets: SECRETS, keep: IP } };
          const given = facts(list, { sample, codes: list === 'microsoft-365' ? [] : codes, actions });
          for (const text of [
            packOf(given).text ?? '',
            replyKit(given, { reference: sample, requestedAt: T0, answer: null }),
          ]) {
            expect(text.length).toBeLessThanOrEqual(MOST_TEXT);
            expect(text.replace(/\n/g, '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2028\u200b]/u);
          }
          expect(packOf(given).text?.toLowerCase()).not.toMatch(
            /(?<![\p{L}\p{N}])(?:acme mills|acme\.example|northwind)(?![\p{L}\p{N}])/u,
          );
          for (const { url } of packOf(given).ways) expect(url.length).toBeLessThan(3000);
        },
      ),
      { numRuns: 100, interruptAfterTimeLimit: 30_000 },
    );
  });
});
