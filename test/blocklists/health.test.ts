// A list's own test entries, asked of a responder on loopback: who can be believed, and why not.
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { ExtraBlocklist } from '../../src/blocklists/choice.js';
import { testList } from '../../src/blocklists/health.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import type { DnsAnswer } from '../../src/dns/answer.js';
import { Resolver } from '../../src/dns/resolver.js';
import { type DnsReply, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';

/** Only silence waits so long. */
const TIMEOUT_MS = 600;

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

function list(facts: Record<string, unknown> = {}): Blocklist {
  return ExtraBlocklist.parse({
    id: 'a',
    zone: 'a.test',
    kinds: ['ipv4'],
    match: 'exact',
    return_codes: { '127.0.0.2': 'spam source' },
    test_listed: { ipv4: '127.0.0.2' },
    test_clean: { ipv4: '127.0.0.1' },
    ...facts,
  });
}

const CONVENTION = list();
const DOCUMENTED = list({ test_basis: 'documented' });
const NO_ENTRY = list({ test_listed: null });
const BOTH = list({
  kinds: ['ipv4', 'ipv6'],
  test_clean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
});
const IPV6_CLEAN = `1.0.0.0.0.0.f.7.f.f.f.f${'.0'.repeat(20)}.a.test`;
const REFUSES_OTHERS = list({ return_codes: { '127.0.0.36': 'dynamic' }, error_codes: { other: 'an error' } });
const REMARKS: Blocklist = { ...CONVENTION, noteCodes: { '127.0.0.1': 'white' } };

async function stateOf(subject: Blocklist, table: Record<string, DnsReply>) {
  const server = await startDnsServer({ answer: fromTable(table) });
  const resolver = new Resolver({ servers: [server], timeoutMs: TIMEOUT_MS, tries: 1 });
  opened.push(server, resolver);
  return testList((name, type) => resolver.query(name, type), subject, subject.zone);
}

const LISTED = '2.0.0.127.a.test';
const CLEAN = '1.0.0.127.a.test';

test.each<[string, Blocklist, Record<string, DnsReply>, string, RegExp]>([
  ['lists the one, not the other', CONVENTION, { [LISTED]: { a: ['127.0.0.2'] } }, 'sound', /127\.0\.0\.2 is listed/],
  ['lists nothing, though documented', DOCUMENTED, {}, 'broken', /lists nothing/],
  ['lists nothing, by convention', CONVENTION, {}, 'unproven', /does not promise/],
  ['has no entry to prove it', NO_ENTRY, {}, 'unproven', /no entry/],
  ['lists the world', NO_ENTRY, { [CLEAN]: { a: ['127.0.0.2'] } }, 'broken', /lists the world/],
  ['is parked', CONVENTION, { [LISTED]: { a: ['192.0.2.1'] }, [CLEAN]: { a: ['192.0.2.1'] } }, 'broken', /parked/],
  ['is parked, clean entry apart', CONVENTION, { [LISTED]: { a: ['192.0.2.1'] } }, 'broken', /parked/],
  ['answers a stray code for all', CONVENTION, { [CLEAN]: { a: ['127.0.0.9'] } }, 'broken', /clean entry/],
  ['refuses by code', CONVENTION, { [LISTED]: { a: ['127.255.255.254'] } }, 'refused', /refused the question/],
  [
    'refuses in the DNS',
    CONVENTION,
    { [LISTED]: { rcode: 'REFUSED' }, [CLEAN]: { rcode: 'REFUSED' } },
    'refused',
    /refused/,
  ],
  ['says nothing', CONVENTION, { [LISTED]: { fault: 'silent' }, [CLEAN]: { fault: 'silent' } }, 'silent', /in time/],
  ['leads nowhere', CONVENTION, { [CLEAN]: { cname: 'gone.test' } }, 'silent', /alias/],
  ['answers its test entry oddly', CONVENTION, { [LISTED]: { a: ['127.0.0.9'] } }, 'unproven', /does not document/],
  [
    'has a test entry with no code of its own',
    REFUSES_OTHERS,
    { [LISTED]: { a: ['127.0.0.2'] } },
    'unproven',
    /127\.0\.0\.2/,
  ],
  [
    'only remarks on the clean entry',
    REMARKS,
    { [LISTED]: { a: ['127.0.0.2'] }, [CLEAN]: { a: ['127.0.0.1'] } },
    'sound',
    /./,
  ],
  ['is proven for one kind', BOTH, { [LISTED]: { a: ['127.0.0.2'] } }, 'sound', /./],
  [
    'is broken for one kind',
    BOTH,
    { [LISTED]: { a: ['127.0.0.2'] }, [IPV6_CLEAN]: { a: ['127.0.0.2'] } },
    'broken',
    /world/,
  ],
])('a list that %s', async (_, subject, table, state, reason) => {
  expect(await stateOf(subject, table)).toEqual({ state, reason: expect.stringMatching(reason) });
});

test('only the kinds asked for are tested', async () => {
  const asked: string[] = [];
  const query = async (name: string): Promise<DnsAnswer> => {
    asked.push(name);
    return { kind: 'none', rcode: 'NXDOMAIN' };
  };
  await testList(query, BOTH, 'key.a.test', ['ipv6']);
  expect(asked).toEqual([IPV6_CLEAN.replace('a.test', 'key.a.test')]);
});

const answers = fc.oneof(
  fc.constant<DnsAnswer>({ kind: 'none', rcode: 'NXDOMAIN' }),
  fc.constant<DnsAnswer>({ kind: 'refused' }),
  fc.constant<DnsAnswer>({ kind: 'timeout' }),
  fc.array(fc.ipV4(), { maxLength: 4 }).map<DnsAnswer>((addresses) => answer(addresses)),
  fc.integer({ min: 0, max: 255 }).map<DnsAnswer>((octet) => answer([`127.0.0.${octet}`])),
);

function answer(addresses: string[]): DnsAnswer {
  return { kind: 'answer', addresses, texts: [], ttlS: 60, complete: true };
}

test('a list is sound only when the one entry is listed and the other is not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(CONVENTION, DOCUMENTED), answers, answers, async (subject, listed, clean) => {
      const { state } = await testList(async (name) => (name === LISTED ? listed : clean), subject, 'a.test');
      const isListed = listed.kind === 'answer' && listed.addresses.includes('127.0.0.2');
      const isClean = clean.kind === 'none' || (clean.kind === 'answer' && clean.addresses.length === 0);
      if (!isListed || !isClean) expect(state).not.toBe('sound');
    }),
    { numRuns: 1_000 },
  );
});
