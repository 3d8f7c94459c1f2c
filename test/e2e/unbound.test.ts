// Checks through a real unbound, which asks a real rbldnsd: what a resolver on the way makes of listed, clear and refused, of answers too long
// for a datagram and of IPv6 names, and what happens when it dies in the middle of a check.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckResult, checkTargets } from '../../src/blocklists/check.js';
import { ExtraBlocklist } from '../../src/blocklists/choice.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { parseTargets } from '../../src/blocklists/target.js';
import { Resolver } from '../../src/dns/resolver.js';
import { type Rbldnsd, startRbldnsd, type Zone } from './rbldnsd/harness.js';
import { whyNot } from './requirements.js';
import { startUnbound, type Unbound } from './unbound/harness.js';

const missing = whyNot({ programs: ['rbldnsd', 'unbound'] });

const PLAIN = [':127.0.0.2:Listed, see https://plain.test/?ip=$', '127.0.0.2', '198.51.100.7', '198.51.100.8/30'];
const ZONES: Zone[] = [
  ...['plain', 'a', 'b', 'c'].map((name): Zone => ({ name: `${name}.test`, type: 'ip4set', lines: PLAIN })),
  { name: 'refusing.test', type: 'acl', lines: ['0.0.0.0/0 :refuse'] },
  { name: 'refusing.test', type: 'ip4set', lines: PLAIN },
  { name: 'six.test', type: 'ip6trie', lines: [':127.0.0.2:six', '::ffff:7f00:2/128', '2001:db8:1::/48'] },
  { name: 'names.test', type: 'dnset', lines: [':127.0.0.2:name', 'spam.example'] },
];
const CROWD = Array.from({ length: 60 }, (_, i) => `127.0.1.${i}`);
const RECORDS = [
  ...CROWD.map((address) => `7.100.51.198.crowded.local. 60 IN A ${address}`),
  '7.100.51.198.crowded.local. 60 IN TXT "sixty reasons"',
  '9.100.51.198.alias.local. 60 IN CNAME nowhere.local.',
];

function list(id: string, kinds: Blocklist['kinds'] = ['ipv4'], zone = `${id}.test`): Blocklist {
  return ExtraBlocklist.parse({ id, zone, kinds });
}

interface Checked {
  results: CheckResult[];
  totals: Record<CheckResult['verdict'], number>;
}

async function check(
  resolver: Resolver,
  lists: Blocklist[],
  targets: string,
  onResult?: (told: number) => void,
): Promise<Checked> {
  const results: CheckResult[] = [];
  const parsed = targets.split(' ').flatMap((text) => parseTargets(text, { maxAddresses: 1_024 }));
  const totals = await checkTargets({ resolver, lists }, parsed, {
    onResult(result) {
      results.push(result);
      onResult?.(results.length);
    },
  });
  return { results, totals };
}

function isListed(target: string): boolean {
  return /^198\.51\.100\.(7|8|9|10|11)$/.test(target);
}

describe.skipIf(missing)(`checks through a real unbound${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let lists: Rbldnsd;
  let unbound: Unbound;
  let resolver: Resolver;

  beforeAll(async () => {
    lists = await startRbldnsd(ZONES);
    unbound = await anUnbound();
    resolver = new Resolver({ servers: [unbound] });
  });

  afterAll(async () => {
    resolver?.close();
    await unbound?.stop();
    await lists?.stop();
  });

  function anUnbound(): Promise<Unbound> {
    const zones = new Set(ZONES.map(({ name }) => name));
    return startUnbound({ stubs: [...zones].map((zone) => ({ zone, ...lists })), records: RECORDS });
  }

  it('gets every address of a network right, with the reasons of listings', async () => {
    const { results } = await check(resolver, [list('plain')], '198.51.100.0/24');
    expect(results).toHaveLength(256);
    for (const { target, verdict, text } of results) {
      expect({ target, verdict }).toEqual({ target, verdict: isListed(target) ? 'listed' : 'clear' });
      expect(text).toBe(isListed(target) ? `Listed, see https://plain.test/?ip=${target}` : '');
    }
  });

  it('hears of a refusing list only that it could not be asked, which is unknown', async () => {
    const { results } = await check(resolver, [list('refusing')], '198.51.100.7');
    expect(results).toMatchObject([{ verdict: 'unknown', meanings: [expect.stringMatching(/SERVFAIL/)] }]);
  });

  it('reads IPv6 lists by nibbles, and lists of domains', async () => {
    const { results } = await check(
      resolver,
      [list('six', ['ipv6']), list('names', ['domain'])],
      '2001:db8:1:2::25 2001:db8:2::25 spam.example ham.example',
    );
    expect(results.map(({ target, verdict }) => `${target} ${verdict}`).sort()).toEqual([
      '2001:db8:1:2::25 listed',
      '2001:db8:2::25 clear',
      'ham.example clear',
      'spam.example listed',
    ]);
  });

  it('fetches over TCP what is too long for a datagram', async () => {
    const { results } = await check(resolver, [list('crowded', ['ipv4'], 'crowded.local')], '198.51.100.7');
    expect(results).toMatchObject([{ verdict: 'listed', text: 'sixty reasons' }]);
    expect(results[0]?.codes.toSorted()).toEqual(CROWD.toSorted());
    expect(resolver.stats.overTcp).toBeGreaterThan(0);
  });

  it('takes an alias that leads nowhere for no verdict', async () => {
    const { results } = await check(resolver, [list('alias', ['ipv4'], 'alias.local')], '198.51.100.9 198.51.100.7');
    const verdicts = Object.fromEntries(results.map(({ target, verdict }) => [target, verdict]));
    expect(verdicts).toEqual({ '198.51.100.9': 'unknown', '198.51.100.7': 'clear' });
  });

  it('goes on with the other when one dies in the middle of a check', async () => {
    const dying = await anUnbound();
    const both = new Resolver({ servers: [dying, unbound] });
    const four = ['plain', 'a', 'b', 'c'].map((id) => list(id));
    let killed: Promise<void> | undefined;
    const { results } = await check(both, four, '198.51.100.0/22', (told) => {
      if (told === 50) killed = dying.kill();
    });
    await killed;
    await dying.stop();
    const { servers } = both.health();
    both.close();
    expect(results).toHaveLength(4 * 1_024);
    expect(results.filter(({ target, verdict }) => verdict !== (isListed(target) ? 'listed' : 'clear'))).toEqual([]);
    expect(servers.map(({ isAnswering }) => isAnswering)).toEqual([false, true]);
  });

  it('gives no verdict when all have died, and health says so', async () => {
    const two = [await anUnbound(), await anUnbound()];
    const both = new Resolver({ servers: two, timeoutMs: 300, tries: 2 });
    const killed: Promise<void>[] = [];
    const { totals } = await check(both, [list('plain')], '198.51.100.0/22', (told) => {
      if (told === 300) killed.push(...two.map(({ kill }) => kill()));
    });
    await Promise.all(killed);
    for (const { stop } of two) await stop();
    const after = await check(both, [list('plain'), list('a')], '198.51.100.0/24');
    const { servers } = both.health();
    both.close();
    expect(totals.listed + totals.clear + totals.unknown).toBe(1_024);
    expect(totals.unknown).toBeGreaterThan(0);
    expect(after.totals).toEqual({ listed: 0, clear: 0, refused: 0, unknown: 512 });
    expect(servers.map(({ isAnswering }) => isAnswering)).toEqual([false, false]);
  });
});
