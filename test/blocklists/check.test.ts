// Whole checks against a responder on loopback: every verdict, the reason text, keys that stay secret, lists that are dead or list the world.
import { afterEach, expect, test } from 'vitest';
import { type CheckResult, checkTargets, countQuestions, exitCodeFor } from '../../src/blocklists/check.js';
import { ExtraBlocklist } from '../../src/blocklists/choice.js';
import type { AccountKeys, Blocklist } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { parseTargets } from '../../src/blocklists/target.js';
import type { DnsAnswer } from '../../src/dns/answer.js';
import { Resolver } from '../../src/dns/resolver.js';
import { type DnsReply, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';

/** Hundreds of questions are answered in this thread, on a machine that may stand still for a moment: only silence may last this long. */
const TIMEOUT_MS = 600;

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

function plain(id: string, kinds: Blocklist['kinds'] = ['ipv4', 'ipv6']): Blocklist {
  return ExtraBlocklist.parse({
    id,
    zone: `${id}.test`,
    kinds,
    match: 'exact',
    return_codes: { '127.0.0.2': 'spam source' },
  });
}

interface Run {
  results: CheckResult[];
  totals: Awaited<ReturnType<typeof checkTargets>>;
  asked: string[];
}

async function check(
  table: Record<string, DnsReply>,
  lists: Blocklist[],
  targets: string,
  { keys, signal, onResult }: { keys?: AccountKeys; signal?: AbortSignal; onResult?: () => void } = {},
): Promise<Run> {
  const asked: string[] = [];
  const answer = fromTable(table);
  const server = await startDnsServer({
    answer(question) {
      asked.push(`${question.type} ${question.name}`);
      return answer(question);
    },
  });
  const resolver = new Resolver({ servers: [server], timeoutMs: TIMEOUT_MS, tries: 1 });
  opened.push(server, resolver);
  const results: CheckResult[] = [];
  const totals = await checkTargets(
    { resolver, lists, ...(keys ? { keys } : {}) },
    targets.split(' ').flatMap((text) => parseTargets(text, { maxAddresses: 256 })),
    {
      signal,
      onResult(result) {
        results.push(result);
        onResult?.();
      },
    },
  );
  return { results, totals, asked };
}

test('a listing comes with its codes, meaning and reason, as one line of NDJSON', async () => {
  const { results } = await check(
    { '7.100.51.198.a.test': { a: ['127.0.0.2'], txt: ['see\nhttps://a.test/7 ', 'and\u202e more'] } },
    [plain('a')],
    '198.51.100.7',
  );
  const [result] = results;
  expect(result).toEqual({
    target: '198.51.100.7',
    list: 'a',
    zone: 'a.test',
    verdict: 'listed',
    codes: ['127.0.0.2'],
    meanings: ['spam source'],
    text: 'see https://a.test/7 and more',
    ms: expect.any(Number),
  });
  expect(Object.keys(JSON.parse(JSON.stringify(result)))).toEqual([
    'target',
    'list',
    'zone',
    'verdict',
    'codes',
    'meanings',
    'text',
    'ms',
  ]);
});

test('the reason is fetched for listings alone', async () => {
  const { asked } = await check({}, [plain('a')], '198.51.100.7');
  expect(asked).toEqual(['A 7.100.51.198.a.test']);
});

test.each([
  ['clear', {}],
  ['refused', { rcode: 'REFUSED' }],
  ['refused', { a: ['127.255.255.254'] }],
  ['unknown', { rcode: 'SERVFAIL' }],
  ['unknown', { fault: 'silent' }],
  ['unknown', { a: ['192.0.2.1'] }],
  ['unknown', { a: ['127.0.0.99'] }],
] as [string, DnsReply][])('is %s when the list answers %j', async (verdict, reply) => {
  const { results, totals } = await check({ '7.100.51.198.a.test': reply }, [plain('a')], '198.51.100.7');
  expect(results.map((result) => result.verdict)).toEqual([verdict]);
  expect(totals).toMatchObject({ [verdict]: 1 });
  expect(results[0]?.meanings.length).toBe(verdict === 'clear' ? 0 : 1);
});

test('a list that lists the world gives no verdict', async () => {
  const { results, asked } = await check({ '*.a.test': { a: ['127.0.0.2'] } }, [plain('a')], '198.51.100.0/28');
  expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  expect(results[0]?.meanings[0]).toContain('lists the world');
  expect(asked.filter((question) => question === 'A 1.0.0.127.a.test')).toHaveLength(1);
});

test('each kind of target goes to the lists that cover it', async () => {
  const lists = [plain('four', ['ipv4']), plain('six', ['ipv6']), plain('names', ['domain'])];
  const { results } = await check({}, lists, '198.51.100.7 2001:db8::1 example.com');
  expect(results.map(({ target, list }) => `${target} ${list}`).sort()).toEqual([
    '198.51.100.7 four',
    '2001:db8::1 six',
    'example.com names',
  ]);
});

test('a key is asked with and appears in no result', async () => {
  const key = 'SecretKey42';
  const zen = blocklists.filter(({ id }) => id === 'spamhaus-zen');
  const name = `7.100.51.198.${key}.zen.dq.spamhaus.net`;
  const { results } = await check(
    { [name]: { a: ['127.0.0.4'], txt: [`listed: ${name.toLowerCase()} and ${name}`] } },
    zen,
    '198.51.100.7',
    { keys: { 'spamhaus-zen': key } },
  );
  expect(results[0]).toMatchObject({ verdict: 'listed', zone: '{key}.zen.dq.spamhaus.net' });
  expect(JSON.stringify(results).toLowerCase()).not.toContain(key.toLowerCase());
});

test('a list that never answers is given up, its results unknown; the others go on', async () => {
  const { results, asked } = await check(
    { '*.dead.test': { fault: 'silent' } },
    [plain('dead'), plain('good')],
    '198.51.100.0/24 203.0.113.0/24 192.0.2.0/24',
  );
  const verdictsOf = (list: string) => new Set(results.filter((r) => r.list === list).map(({ verdict }) => verdict));
  expect(results).toHaveLength(2 * 768);
  expect(verdictsOf('dead')).toEqual(new Set(['unknown']));
  expect(verdictsOf('good')).toEqual(new Set(['clear']));
  expect(asked.filter((question) => question.endsWith('.dead.test')).length).toBeLessThan(400);
});

test('results come while others are still out, and an abort ends the check', async () => {
  const abort = new AbortController();
  const run = check({ '*.slow.test': { delayMs: 60_000 } }, [plain('slow'), plain('fast')], '198.51.100.7', {
    signal: abort.signal,
    onResult: () => abort.abort(),
  });
  await expect(run).rejects.toThrow('aborted');
});

test('the progress total counts what will be asked', async () => {
  const targets = parseTargets('198.51.100.0/30', { maxAddresses: 4 });
  const { results } = await check({}, [...blocklists], '198.51.100.0/30');
  expect(results).toHaveLength(countQuestions({ lists: blocklists }, targets));
  const some = [plain('a'), plain('six', ['ipv6']), plain('b'), plain('names', ['domain'])];
  expect(countQuestions({ lists: some }, targets)).toBe(4 * 2);
});

test('exit codes', () => {
  const none = { listed: 0, clear: 0, refused: 0, unknown: 0 };
  expect(exitCodeFor({ ...none, clear: 9, unknown: 1 })).toBe(0);
  expect(exitCodeFor({ ...none, clear: 9, listed: 1 })).toBe(1);
  expect(exitCodeFor({ ...none, clear: 5, unknown: 5 })).toBe(0);
  expect(exitCodeFor({ ...none, clear: 19, refused: 1, unknown: 33 })).toBe(3);
  expect(exitCodeFor({ ...none, listed: 1, unknown: 33 })).toBe(1);
  expect(exitCodeFor({ ...none, refused: 1, unknown: 9 })).toBe(3);
  expect(exitCodeFor(none)).toBe(3);
});

test('a resolver that knows no name makes nobody clear: the test entry is missing too', async () => {
  const { results, asked } = await check({}, [provable('a')], '198.51.100.7 198.51.100.8');
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  expect(results[0]?.meanings[0]).toMatch(/test entry is not listed/);
  expect(asked.filter((question) => question === 'A 2.0.0.127.a.test')).toHaveLength(1);
});

test('a list whose test entry is listed is believed when it says not listed', async () => {
  const { results } = await check({ '2.0.0.127.a.test': { a: ['127.0.0.2'] } }, [provable('a')], '198.51.100.7');
  expect(results.map(({ verdict }) => verdict)).toEqual(['clear']);
});

test('a test entry that cannot be asked proves nothing', async () => {
  const { results } = await check({ '2.0.0.127.a.test': { fault: 'silent' } }, [provable('a')], '198.51.100.7');
  expect(results.map(({ verdict }) => verdict)).toEqual(['clear']);
});

function provable(id: string): Blocklist {
  return { ...plain(id), testListed: { ipv4: '127.0.0.2' } };
}

test('no list can make a check show our account key, however it writes it', async () => {
  const key = 'abcdefgh-IJKL_1234';
  const quoted = (name: string) => [
    name,
    name.toUpperCase(),
    `\\097${name.slice(1)}`,
    [name.slice(0, 9), name.slice(9)],
  ];
  const keyed: Blocklist = { ...plain('keyed'), keyedZone: '{key}.keyed.test', keyName: 'account' };
  const { results, asked } = await check(
    { [`7.100.51.198.${key.toLowerCase()}.keyed.test`]: { a: ['127.0.0.2'], txt: quoted(`${key}.keyed.test`) } },
    [keyed],
    '198.51.100.7',
    { keys: { keyed: key } },
  );
  expect(asked.join()).toContain(key.toLowerCase());
  expect(results).toMatchObject([{ verdict: 'listed', zone: '{key}.keyed.test' }]);
  expect(results[0]?.text).toMatch(/^\{key\}\.keyed\.test \{key\}/);
  expect(
    JSON.stringify(results)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, ''),
  ).not.toContain('ijkl1234');
});

test.each([
  ['10.0.0.1', /same answer comes for its clean test entry/],
  ['127.0.0.1', /same answer comes for its clean test entry/],
  ['127.0.0.99', /same answer comes for its clean test entry/],
  ['127.0.0.2', /clean test entry is listed too/],
])('a resolver that rewrites "no such name" to %s makes everything unknown', async (address, reason) => {
  const { totals, results, asked } = await check({ '*.a.test': { a: [address] } }, [plain('a')], '198.51.100.0/28');
  expect(totals).toEqual({ listed: 0, clear: 0, refused: 0, unknown: 16 });
  for (const { meanings } of results) expect(meanings[0]).toMatch(reason);
  expect(asked.filter((question) => question === 'A 1.0.0.127.a.test')).toHaveLength(1);
});

test('a list that refuses everybody by a code of its own is refused, its clean entry notwithstanding', async () => {
  const { results } = await check({ '*.a.test': { a: ['127.255.255.254'] } }, [plain('a')], '198.51.100.7');
  expect(results.map(({ verdict }) => verdict)).toEqual(['refused']);
});

test('a listing is true although what is not listed is rewritten, when nothing else says so', async () => {
  const table: Record<string, DnsReply> = {
    '7.100.51.198.a.test': { a: ['127.0.0.2'], txt: ['spam'] },
    '*.a.test': { a: ['10.0.0.1'] },
  };
  const { results } = await check(table, [plain('a')], '198.51.100.7 198.51.100.8');
  const verdicts = Object.fromEntries(results.map(({ target, verdict }) => [target, verdict]));
  expect(verdicts).toEqual({ '198.51.100.7': 'listed', '198.51.100.8': 'unknown' });
});

test('an alias is followed to a listing, and one that leads nowhere makes nobody clear', async () => {
  const { results } = await check(
    {
      '7.100.51.198.a.test': { cname: 'elsewhere.test', a: ['127.0.0.2'], txt: ['by alias'] },
      '8.100.51.198.a.test': { cname: 'elsewhere.test' },
    },
    [plain('a')],
    '198.51.100.7 198.51.100.8',
  );
  const [seven, eight] = results.sort((a, b) => a.target.localeCompare(b.target));
  expect(seven).toMatchObject({ verdict: 'listed', text: 'by alias' });
  expect(eight).toMatchObject({ verdict: 'unknown', meanings: [expect.stringMatching(/alias/)] });
});

test('when the DNS servers die in a check, what follows is unknown and nothing of it clear', async () => {
  // By name: a question that is sent again is none more.
  const asked = new Set<string>();
  const server = await startDnsServer({
    answer({ name }) {
      if (name.endsWith('.a.test')) asked.add(name);
      return asked.size <= 100 && asked.has(name) ? {} : { fault: 'silent' };
    },
  });
  const resolver = new Resolver({ servers: [server], timeoutMs: TIMEOUT_MS, tries: 1 });
  opened.push(server, resolver);
  const targets = parseTargets('198.51.100.0/23', { maxAddresses: 512 });
  const totals = await checkTargets({ resolver, lists: [plain('a')] }, targets, { onResult: () => {} });
  expect(totals).toMatchObject({ listed: 0, clear: 100, refused: 0, unknown: 412 });
  await expect.poll(() => resolver.health().servers.map(({ isAnswering }) => isAnswering)).toEqual([false]);
});

test('results are told as they come, a dead list last', async () => {
  const { results } = await check(
    { '*.dead.test': { fault: 'silent' } },
    [plain('dead'), plain('a'), plain('b')],
    '198.51.100.7',
  );
  expect(results.map(({ list, verdict }) => `${list} ${verdict}`).at(-1)).toBe('dead unknown');
  expect(results).toHaveLength(3);
});

test('targets are taken one by one, as room allows, and need not be there before', async () => {
  let taken = 0;
  let told = 0;
  let mostAhead = 0;
  function* made() {
    for (const target of parseTargets('198.51.0.0/16', { maxAddresses: 65_536 })) {
      taken++;
      yield target;
    }
  }
  const query = async (): Promise<DnsAnswer> => ({ kind: 'none', rcode: 'NXDOMAIN' });
  await checkTargets({ resolver: { query }, lists: [plain('a')] }, made(), {
    onResult() {
      told++;
      mostAhead = Math.max(mostAhead, taken - told);
    },
  });
  expect(told).toBe(65_536);
  expect(mostAhead).toBeLessThan(25_000);
});

test('what onResult throws ends the check', async () => {
  const failing = check({}, [plain('a')], '198.51.100.0/24', {
    onResult() {
      throw new Error('the disk is full');
    },
  });
  await expect(failing).rejects.toThrow('the disk is full');
});
