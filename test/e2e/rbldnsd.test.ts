// Checks against a real blocklist server: listed, clear, refused, dead, IPv6, domains, several answers, a list of the world.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckResult, checkTargets, countQuestions, exitCodeFor } from '../../src/blocklists/check.js';
import { ExtraBlocklist } from '../../src/blocklists/choice.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { parseTargets } from '../../src/blocklists/target.js';
import { Resolver } from '../../src/dns/resolver.js';
import { startDnsServer } from '../../src/practice/internet/dns-server.js';
import { freePort } from './free-port.js';
import { type Rbldnsd, startRbldnsd, type Zone } from './rbldnsd/harness.js';
import { whyNot } from './requirements.js';

const missing = whyNot({ programs: ['rbldnsd'] });

const PLAIN = [':127.0.0.2:Listed, see https://plain.test/?ip=$', '127.0.0.2', '198.51.100.7', '198.51.100.8/30'];
const ZONES: Zone[] = [
  { name: 'plain.test', type: 'ip4set', lines: PLAIN },
  { name: 'refusing.test', type: 'acl', lines: ['0.0.0.0/0 :refuse'] },
  { name: 'refusing.test', type: 'ip4set', lines: PLAIN },
  { name: 'silent.test', type: 'acl', lines: ['0.0.0.0/0 :ignore'] },
  { name: 'silent.test', type: 'ip4set', lines: PLAIN },
  { name: 'world.test', type: 'ip4trie', lines: ['0.0.0.0/0 :127.0.0.2:everybody'] },
  { name: 'six.test', type: 'ip6trie', lines: [':127.0.0.2:six', '::ffff:7f00:2/128', '2001:db8:1::/48'] },
  { name: 'names.test', type: 'dnset', lines: [':127.0.0.2:name', 'spam.example', '.worse.example'] },
  {
    name: 'zen.spamhaus.org',
    type: 'ip4set',
    lines: [
      '127.0.0.2',
      '198.51.100.7 :127.0.0.2:SBL1',
      '198.51.100.7 :127.0.0.9:SBL1',
      '198.51.100.9 :127.255.255.254:public',
    ],
  },
  {
    name: 'crowded.test',
    type: 'ip4set',
    lines: Array.from({ length: 60 }, (_, i) => `198.51.100.7 :127.0.1.${i}:reason ${i} ${'x'.repeat(200)}`),
  },
  { name: 'multi.uribl.com', type: 'dnset', lines: [':127.0.0.2:black', '2.0.0.127', 'spam.example'] },
];

function list(id: string, kinds: Blocklist['kinds'] = ['ipv4']): Blocklist {
  return ExtraBlocklist.parse({ id, zone: `${id}.test`, kinds });
}

describe.skipIf(missing)(`checks against a real rbldnsd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let server: Rbldnsd;
  let resolver: Resolver;

  beforeAll(async () => {
    server = await startRbldnsd(ZONES);
    resolver = new Resolver({ servers: [server], timeoutMs: 2_000, tries: 2 });
  });

  afterAll(async () => {
    resolver.close();
    await server.stop();
  });

  async function check(lists: Blocklist[], targets: string, by = resolver): Promise<CheckResult[]> {
    const results: CheckResult[] = [];
    const parsed = targets.split(' ').flatMap((text) => parseTargets(text, { maxAddresses: 256 }));
    await checkTargets({ resolver: by, lists }, parsed, { onResult: (result) => results.push(result) });
    return results;
  }

  it('tells listed from clear, with the reason text', async () => {
    const results = await check([list('plain')], '198.51.100.7 198.51.100.200');
    expect(results.find(({ target }) => target === '198.51.100.7')).toMatchObject({
      verdict: 'listed',
      codes: ['127.0.0.2'],
      text: 'Listed, see https://plain.test/?ip=198.51.100.7',
    });
    expect(results.find(({ target }) => target === '198.51.100.200')).toMatchObject({ verdict: 'clear', text: '' });
  });

  it('gets every address of a network right', async () => {
    const results = await check([list('plain')], '198.51.100.0/24');
    const listed = results.filter(({ verdict }) => verdict === 'listed').map(({ target }) => target);
    expect(listed.sort()).toEqual(['198.51.100.10', '198.51.100.11', '198.51.100.7', '198.51.100.8', '198.51.100.9']);
    expect(results.filter(({ verdict }) => verdict === 'clear')).toHaveLength(251);
  });

  it('a refusing list is refused, a silent one unknown, one of the world unknown', async () => {
    const results = await check([list('refusing'), list('silent'), list('world')], '198.51.100.7');
    const verdicts = Object.fromEntries(results.map((result) => [result.list, result.verdict]));
    expect(verdicts).toEqual({ refusing: 'refused', silent: 'unknown', world: 'unknown' });
  });

  it('where no server listens nothing is clear, and the exit code says so', async () => {
    const nobody = new Resolver({ servers: [`127.0.0.1:${await freePort()}`], timeoutMs: 300 });
    const targets = parseTargets('198.51.100.0/28', { maxAddresses: 16 });
    const totals = await checkTargets({ resolver: nobody, lists: blocklists }, targets, { onResult: () => {} });
    nobody.close();
    const asked = countQuestions({ lists: blocklists }, targets);
    expect(totals).toEqual({ listed: 0, clear: 0, refused: 0, unknown: asked });
    expect(exitCodeFor(totals)).toBe(3);
  });

  it('reads IPv6 lists by nibbles', async () => {
    const results = await check([list('six', ['ipv6'])], '2001:db8:1:2::25 2001:db8:2::25');
    expect(results.map(({ target, verdict }) => `${target} ${verdict}`).sort()).toEqual([
      '2001:db8:1:2::25 listed',
      '2001:db8:2::25 clear',
    ]);
  });

  it('asks domain lists as each wants it', async () => {
    const uribl = blocklists.filter(({ id }) => id === 'uribl-multi');
    const results = await check(
      [list('names', ['domain']), ...uribl],
      'mail.spam.example spam.example a.worse.example',
    );
    const verdicts = results.map(({ target, list: id, verdict }) => `${id} ${target} ${verdict}`).sort();
    expect(verdicts).toEqual([
      'names a.worse.example listed',
      'names mail.spam.example clear',
      'names spam.example listed',
      'uribl-multi a.worse.example clear',
      'uribl-multi mail.spam.example listed',
      'uribl-multi spam.example listed',
    ]);
  });

  it('keeps several answers, and reads error codes as refusals', async () => {
    const zen = blocklists.filter(({ id }) => id === 'spamhaus-zen');
    const results = await check(zen, '198.51.100.7 198.51.100.9');
    const [two, error] = results.sort((a, b) => a.target.localeCompare(b.target));
    expect(two?.verdict).toBe('listed');
    expect(two?.codes.toSorted()).toEqual(['127.0.0.2', '127.0.0.9']);
    expect(error).toMatchObject({ verdict: 'refused', codes: ['127.255.255.254'], text: '' });
  });

  it('an answer with more than fits is a listing all the same, whole where there is TCP', async () => {
    const [fromRbldnsd] = await check([list('crowded')], '198.51.100.7');
    expect(fromRbldnsd?.verdict).toBe('listed');
    const codes = Array.from({ length: 60 }, (_, i) => `127.0.1.${i}`);
    const withTcp = await startDnsServer({
      answer: ({ name }) => (name.startsWith('7.') ? { a: codes, txt: ['crowded'], fault: 'truncated' } : undefined),
    });
    const byTcp = new Resolver({ servers: [withTcp], timeoutMs: 60_000 });
    const [whole] = await check([list('crowded')], '198.51.100.7', byTcp);
    expect(whole).toMatchObject({ verdict: 'listed', codes, text: 'crowded' });
    byTcp.close();
    await withTcp.close();
  });
});
