// `relaywarden catalogue` and what other commands say of the lists, as processes of their own; the DNS is a responder on loopback.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DnsReply, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

const SMALLEST = {
  channels: { compromise: '#abuse-desk', listing: '#deliverability' },
  people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
};
const PLAIN = { kinds: ['ipv4'], match: 'exact', return_codes: { '127.0.0.2': 'spam' } };
const SORBS = { id: 'sorbs', zone: 'dnsbl.sorbs.net', kinds: ['ipv4'] };
const DEAD_WARNING = /^warning: blocklists\.extra "sorbs": dnsbl\.sorbs\.net is dead since 2024-06-05.*SORBS.*\n/;

/** A folder with a config.yml. */
function withConfig(config: Record<string, unknown>): { cwd: string } {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), JSON.stringify({ ...SMALLEST, ...config }));
  return { cwd };
}

function own(id: string, facts: Record<string, unknown> = {}) {
  return { id, zone: `${id}.test`, ...PLAIN, test_listed: { ipv4: '127.0.0.2' }, ...facts };
}

async function dns(table: Record<string, DnsReply>) {
  const server = await startDnsServer({ answer: fromTable(table) });
  onTestFinished(() => server.close());
  return { servers: [`${server.host}:${server.port}`], timeoutMs: 2_000, tries: 1 };
}

function lines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('catalogue list', () => {
  it('has a row for every list and says which are asked', async () => {
    const { code, stdout } = await runFromSource(['catalogue', 'list'], { cwd: tempDir() });

    expect(code).toBe(0);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(76);
    expect(stdout).toMatch(/^spamhaus-zen +zen\.spamhaus\.org +ipv4 ipv6 +critical +high +public +yes$/m);
    expect(stdout).toMatch(/^invaluement-sip +- .* no: not in the DNS$/m);
    expect(stdout).toMatch(/^74 lists, 66 of them asked\.$/m);
  });

  it('has a line of JSON for each, keys opening what they open, and shows no key', async () => {
    const options = { ...withConfig({ blocklists: { disable: ['psbl'], keys: { abusix: 'filekey' } } }) };
    const { stdout } = await runFromSource(['catalogue', 'list', '--json'], {
      ...options,
      env: { BLOCKLIST_KEY_SPAMHAUS: 'environmentkey' },
    });
    const byId = new Map(lines(stdout).map((line) => [line.id, line]));

    expect(byId.size).toBe(74);
    expect(byId.get('spamhaus-zrd')).toMatchObject({ asked: true, zone: '{key}.zrd.dq.spamhaus.net' });
    expect(byId.get('abusix-dblack')).toMatchObject({ asked: true });
    expect(byId.get('trendmicro-ers')).toMatchObject({ asked: false, why_not: 'no account key' });
    expect(byId.get('psbl')).toMatchObject({ asked: false, why_not: 'disabled' });
    expect(stdout).not.toMatch(/filekey|environmentkey/);
  });
});

describe('catalogue show', () => {
  it('tells all facts of a list, overrides in place', async () => {
    const config = { blocklists: { override: { psbl: { impact: 'low', delisting: { expected_hours: [5, 6] } } } } };
    const { stdout } = await runFromSource(['catalogue', 'show', 'PSBL.surriel.com'], withConfig(config));

    expect(stdout).toMatch(/^psbl \(Passive Spam Block List\)$/m);
    expect(stdout).toMatch(/^ {2}impact +low: /m);
    expect(stdout).toMatch(/^ {2}takes +5 to 6 h$/m);
  });

  it('suggests the nearest id for one there is not', async () => {
    const { code, stderr } = await runFromSource(['catalogue', 'show', 'spamhaus-zn'], { cwd: tempDir() });

    expect([code, stderr]).toEqual([2, 'relaywarden: there is no list "spamhaus-zn"; did you mean spamhaus-zen?\n']);
  });

  it.each([
    [
      'ix.dnsbl.manitu.net',
      'ix.dnsbl.manitu.net is no list any more, since 2025-01-16: NiX Spam ended; it holds no data or does not answer',
    ],
    [
      'List.DNSWL.org.',
      'list.dnswl.org is not among our lists, for it tells little about our mail: it lists good senders',
    ],
  ])('says what became of %s, or why it is not asked', async (zone, words) => {
    const { code, stderr } = await runFromSource(['catalogue', 'show', zone], { cwd: tempDir() });

    expect([code, stderr]).toEqual([2, `relaywarden: ${words}\n`]);
  });
});

describe('catalogue test', () => {
  const extra = [own('good'), own('hollow', { test_basis: 'documented' }), own('quiet'), own('shy')];
  const ids = extra.map(({ id }) => id);
  const table: Record<string, DnsReply> = {
    '2.0.0.127.good.test': { a: ['127.0.0.2'] },
    '2.0.0.127.quiet.test': { fault: 'silent' },
    '1.0.0.127.quiet.test': { fault: 'silent' },
    '2.0.0.127.shy.test': { a: ['127.255.255.254'] },
  };

  it('says of each list whether it can be believed, and ends with 1 when one cannot', async () => {
    const options = withConfig({ blocklists: { extra, only: ids }, dns: await dns(table) });
    const { code, stdout } = await runFromSource(['catalogue', 'test', '--json'], options);
    const told = new Map(lines(stdout).map(({ list, state, reason }) => [list, `${state}: ${reason}`]));

    expect(code).toBe(1);
    expect(told.get('good')).toMatch(/^sound: /);
    expect(told.get('hollow')).toMatch(/^broken: it lists nothing/);
    expect(told.get('quiet')).toBe('silent: no answer in time');
    expect(told.get('shy')).toMatch(/^refused: /);
    expect(told.get('psbl')).toBe('not asked: not in blocklists.only');
    expect(told.size).toBe(78);
  });

  it('ends with 0 when no list is broken and with 3 when none was heard', async () => {
    const options = withConfig({ blocklists: { extra }, dns: await dns(table) });
    const sound = await runFromSource(['catalogue', 'test', 'good', 'quiet'], options);
    const unheard = await runFromSource(['catalogue', 'test', 'quiet', 'shy', 'invaluement-sip'], options);

    expect(sound).toMatchObject({ code: 0, stderr: '' });
    expect(sound.stdout).toBe(
      'silent  quiet  no answer in time\nsound   good   its test entry 127.0.0.2 is listed\n1 silent, 1 sound.\n',
    );
    expect(unheard.code).toBe(3);
    expect(unheard.stdout).toMatch(/^not asked +invaluement-sip +not in the DNS$/m);
  });

  it('says that the DNS server is to blame when most lists look broken', async () => {
    const madeUp = await startDnsServer({ answer: () => ({ a: ['192.0.2.80'] }) });
    onTestFinished(() => madeUp.close());
    const config = { blocklists: { extra }, dns: { servers: [`${madeUp.host}:${madeUp.port}`], tries: 1 } };
    const { code, stderr } = await runFromSource(['catalogue', 'test', ...ids], withConfig(config));

    expect([code, stderr]).toEqual([1, expect.stringContaining('the DNS server asked may make answers up')]);
  });
});

describe('a zone that has ended', () => {
  it('is told by `config check`, which goes on', async () => {
    const ran = await runFromSource(['config', 'check'], withConfig({ blocklists: { extra: [SORBS] } }));

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(DEAD_WARNING);
    expect(ran.stdout).toMatch(/66 blocklists\.$/m);
  });

  it('is told by `check`, and not asked', async () => {
    const servers = await dns({ '2.0.0.127.good.test': { a: ['127.0.0.2'] } });
    const choice = { extra: [SORBS, own('good')], only: ['sorbs', 'good'] };
    const options = withConfig({ blocklists: choice, dns: servers });
    const ran = await runFromSource(['check', '198.51.100.7', '--json'], options);

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(DEAD_WARNING);
    expect(lines(ran.stdout)).toMatchObject([{ list: 'good', verdict: 'clear' }]);
  });
});
