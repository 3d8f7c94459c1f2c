// Rounds of looks: what a person may type, and many subjects without a flood.
import { describe, expect, it } from 'vitest';
import { createAsk } from '../../src/hygiene/ask.js';
import { lookAtEach } from '../../src/hygiene/round.js';
import { type HygieneWorld, nameOf, ourSubjects, parseSubjects } from '../../src/hygiene/subjects.js';
import { Customer } from '../../src/partners/directory.js';
import { findCustomer } from '../../src/partners/find.js';
import { startDns } from './dns.js';

const CUSTOMERS = [
  { id: 'c-1', name: 'Kvist AS', domains: ['kvist.example', 'Kvist-Post.example'] },
  { id: 'c-2', name: 'Kvister & Grener', domains: [] },
  {
    id: 'c-3',
    name: 'Acme Mills',
    domains: ['acme.example'],
    ips: ['192.0.2.0/28'],
    sasl_users: ['ida@elsewhere.test'],
  },
  { id: 'c-4', name: 'Østby.no', domains: ['ostby.example', 'ostby.no'] },
].map((each) => Customer.parse(each));
const WORLD: HygieneWorld = {
  addresses: [{ ip: '203.0.113.17', helo: 'mail1.relay.example' }, { ip: '2001:db8::25' }],
  domains: ['kvist.example', 'kvist-post.example', 'acme.example'],
  findCustomer: (typed) => findCustomer(CUSTOMERS, typed),
  selectorsOf: () => [],
};

describe('what is to be looked at', () => {
  it.each([
    ['203.0.113.17', ['203.0.113.17']],
    ['[2001:DB8:0::25]', ['2001:db8::25']],
    ['198.51.100.1', ['198.51.100.1']],
    ['Kvist.Example.', ['kvist.example']],
    ['post@kvist.example', ['kvist.example']],
    ['https://www.kvist.example/x', ['www.kvist.example']],
    ['c-1', ['kvist.example', 'kvist-post.example']],
    ['kvist as', ['kvist.example', 'kvist-post.example']],
    ['acme', ['acme.example']],
    ['mills', ['acme.example']],
    ['kvist-post', ['kvist.example', 'kvist-post.example']],
    ['kvist-post.example', ['kvist-post.example']],
    ['OSTBY', ['ostby.example', 'ostby.no']],
    ['østby.no', ['ostby.example', 'ostby.no']],
    ['post@blåbær.example.no', ['xn--blbr-roah.example.no']],
  ])('is read from %s', (typed, names) => {
    expect(parseSubjects(WORLD, typed).map(nameOf)).toEqual(names);
  });

  it.each([
    '',
    'kvist',
    'no such',
    '203.0.113.256',
    'x',
    '10.0.0.0/8',
    'a..b',
    '<!channel>.example',
    `${'x'.repeat(70)}.example`,
  ])('is not read from %j', (typed) => {
    expect(() => parseSubjects(WORLD, typed)).toThrow('is no IP address, no domain and no customer');
  });

  it.each([
    ['kvist', 'perhaps Kvist AS, Kvister & Grener'],
    ['acem', 'perhaps Acme Mills'],
    ['ida@elsew', 'perhaps ida@elsewhere.test'],
  ])('what is meant by %j is suggested', (typed, hint) => {
    expect(() => parseSubjects(WORLD, typed)).toThrow(new RegExp(`no customer; ${hint}$`));
  });

  it('suggests no network, which cannot be looked at', () => {
    expect(() => parseSubjects(WORLD, '192.0.2.0/2')).toThrow(/no customer$/);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1 is private'],
    ['[127.0.0.1]', '127.0.0.1 is a machine’s own (loopback)'],
    ['FE80::1', 'fe80::1 is link-local'],
  ])('looks at nothing of %s, which no mail comes from', (typed, words) => {
    expect(() => parseSubjects(WORLD, typed)).toThrow(`${words}; receivers never see it`);
  });

  it('knows what is ours', () => {
    expect(ourSubjects(WORLD)).toHaveLength(5);
    expect(parseSubjects(WORLD, '198.51.100.1')[0]?.isOurs).toBe(false);
    expect(parseSubjects(WORLD, 'acme.example')[0]?.isOurs).toBe(true);
    expect(() => parseSubjects(WORLD, 'Kvister & Grener')).toThrow('has no domain here');
    expect(() => parseSubjects(WORLD, 'c-1', { most: 1 })).toThrow('more than 1');
  });
});

describe('a round', () => {
  it('keeps few questions in flight, asks what is shared once, and returns looks in order', async () => {
    const { resolver } = await startDns({ '*.example': { txt: ['v=spf1 include:spf.shared.net -all'] } });
    let inFlight = 0;
    let most = 0;
    const asked: string[] = [];
    const counting: Pick<typeof resolver, 'query'> = {
      async query(name, type, options) {
        asked.push(`${type} ${name}`);
        most = Math.max(most, ++inFlight);
        const answer = await resolver.query(name, type, options);
        inFlight--;
        return answer;
      },
    };
    const subjects = Array.from({ length: 300 }, (_, i) => ({
      kind: 'domain' as const,
      domain: `d${i}.example`,
      isOurs: true,
    }));

    const looks = await lookAtEach({ resolver: counting, world: WORLD, now: () => 1 }, subjects);

    expect(looks.map((look) => (look.kind === 'domain' ? look.domain : ''))).toEqual(
      subjects.map(({ domain }) => domain),
    );
    expect(most).toBeLessThanOrEqual(20);
    expect(asked.filter((question) => question === 'TXT spf.shared.net')).toHaveLength(1);
  });

  it('ends when it is told to, and drops what was under way', async () => {
    const { resolver } = await startDns({ '*.example': { fault: 'silent' } });
    const stop = new AbortController();
    const subjects = Array.from({ length: 50 }, (_, i) => ({
      kind: 'domain' as const,
      domain: `d${i}.example`,
      isOurs: true,
    }));
    let looked = 0;

    const round = lookAtEach({ resolver, world: WORLD, now: () => 1 }, subjects, {
      signal: stop.signal,
      onLook: () => looked++,
    });
    stop.abort();

    expect(await round).toEqual([]);
    expect(looked).toBe(0);
  });

  it('remembers a bounded number of answers', async () => {
    const { resolver, asked } = await startDns({});
    const ask = createAsk(resolver, { remembered: 2 });

    for (const name of ['a.example', 'b.example', 'B.example', 'c.example', 'a.example']) await ask(name, 'TXT');

    expect(asked).toEqual(['TXT a.example', 'TXT b.example', 'TXT c.example', 'TXT a.example']);
  });
});
