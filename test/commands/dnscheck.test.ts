// `relaywarden dnscheck` as a command: lines, exit codes, a customer's name from the configuration.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';
import { startDns } from '../hygiene/dns.js';

const TABLE: Record<string, DnsReply> = {
  '17.113.0.203.in-addr.arpa': { ptr: ['mail1.relay.example'] },
  'mail1.relay.example': { a: ['203.0.113.17'], txt: ['v=spf1 a -all'] },
  'kvist.example': { txt: ['v=spf1 mx \u001b[31m -all'] },
  'silent.example': { fault: 'silent' },
  '_dmarc.silent.example': { fault: 'silent' },
};

function run(...args: string[]) {
  return runWith({ com: { rcode: 'NOERROR' }, ...TABLE }, ...args);
}

function runWith(table: Record<string, DnsReply>, ...args: string[]) {
  return runConfigured('{}', table, ...args);
}

async function runConfigured(hygiene: string, table: Record<string, DnsReply>, ...args: string[]) {
  const { server } = await startDns(table);
  const cwd = tempDir();
  writeFileSync(
    join(cwd, 'config.yml'),
    `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
relays: [{ host: mail1.relay.example, outbound_ip: 203.0.113.17 }]
customers: [{ id: c-1, name: Kvist AS, domains: [kvist.example] }]
hygiene: ${hygiene}
dns: { servers: ['${server}'], timeoutMs: 2000, tries: 1 }
`,
  );
  return runFromSource(['dnscheck', ...args], { cwd });
}

const HYGIENE = `{ spfInclude: 'include:spf.relay.example', bounceDomains: [bounces.example], dkimSelectors: { '*': [s1] } }`;

/** One more than receivers look up. */
const HOSTS = Array.from({ length: 11 }, (_, i) => `h${i}.example`);

describe('relaywarden dnscheck', () => {
  it('ends with 0 when nothing is wrong', async () => {
    const { code, stdout } = await run('203.0.113.17');

    expect({ code, lines: stdout.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        'OK       203.0.113.17 PTR: mail1.relay.example, and back to 203.0.113.17',
        'OK       203.0.113.17 HELO: greets as mail1.relay.example, its reverse name',
        'OK       203.0.113.17 SPF: mail1.relay.example authorises 203.0.113.17',
      ],
    });
  });

  it('ends with 2 for an address that no mail comes from, in one sentence about that alone', async () => {
    const { code, stdout, stderr } = await runFromSource(['dnscheck', '10.0.0.1'], { cwd: tempDir() });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'relaywarden: 10.0.0.1 is private; receivers never see it, so there is nothing to look at. Name the address that the mail leaves from. Example: relaywarden dnscheck example.com.\n',
    );
  });

  it('ends with 1 when something is, with the look as JSON, and with nothing that steers a terminal', async () => {
    const json = await run('--json', 'Kvist AS');
    const text = await run('kvist.example');

    expect([json.code, text.code]).toEqual([1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'domain', domain: 'kvist.example', spf: { state: 'bad' } });
    expect(text.stdout).toContain('BAD      kvist.example SPF');
    expect(text.stdout).toMatch(
      /\n {11}replace {2}kvist\.example {2}TXT {2}v=spf1 mx .*\n {11}by {7}kvist\.example {2}TXT {2}v=spf1 mx ip4:203\.0\.113\.17 ~all\n/,
    );
    expect(text.stdout).toContain(
      '\n           new      _dmarc.kvist.example  TXT  v=DMARC1; p=none; rua=mailto:dmarc@kvist.example',
    );
    expect(text.stdout).not.toContain('\u001b');
  });

  it.each([
    {
      it: 'sound',
      spf: { txt: ['v=spf1 mx -all'], mx: ['mx.stranger.example'] },
      says: 'OK       stranger.example SPF',
    },
    { it: 'none', spf: { a: ['192.0.2.9'] }, says: 'there is no SPF record' },
    { it: 'open', spf: { txt: ['v=spf1 +all'] }, says: 'with what sends mail for the domain before ~all' },
    {
      it: 'too dear',
      spf: { txt: [`v=spf1 bogus ${HOSTS.map((host) => `a:${host}`).join(' ')} -all`] },
      says: 'Even then receivers give up',
    },
  ])('judges a domain that is nobody’s here by itself, and says so ($it)', async ({ spf, says }) => {
    const dmarc = { '_dmarc.stranger.example': { txt: ['v=DMARC1; p=reject; rua=mailto:d@stranger.example'] } };
    const hosts = Object.fromEntries(HOSTS.map((host) => [host, { a: ['192.0.2.9'] }]));
    const { stdout, stderr } = await runConfigured(
      HYGIENE,
      { com: { rcode: 'NOERROR' }, 'stranger.example': spf, ...dmarc, ...hosts },
      'stranger.example',
    );

    expect(stdout).toContain(says);
    expect(stdout).not.toMatch(/203\.0\.113\.17|spf\.relay\.example|[Oo]ur mail|_domainkey/);
    expect(stderr).toMatch(
      /^stranger\.example is neither a customer’s domain nor one of ours\. .* for its owner to mend, .* add it to a customer first\.\n$/,
    );
  });

  it.each([
    ['spf.relay.example', 'Add ip4:203.0.113.17 to the SPF record'],
    ['bounces.example', 'Add include:spf.relay.example to the SPF record'],
    ['mail1.relay.example', 'OK       mail1.relay.example SPF: authorises 203.0.113.17'],
  ])('knows %s as a name of our own, by what stands in the configuration', async (name, says) => {
    const include = name.startsWith('spf') ? 'v=spf1 -all' : 'v=spf1 ip4:203.0.113.17 -all';
    const own = { 'spf.relay.example': { txt: [include] }, 'bounces.example': { txt: ['v=spf1 -all'] } };
    const { stdout, stderr } = await runConfigured(HYGIENE, { com: { rcode: 'NOERROR' }, ...TABLE, ...own }, name);

    expect(stdout).toContain(says);
    expect(stdout).not.toContain('_domainkey');
    expect(stderr).toBe('');
  });

  it('says that nobody looked at DKIM where no selector is known, and how to name one', async () => {
    const unlooked = /^- {8}kvist\.example DKIM: not looked at: no selector is known\. .*\bhygiene\.dkimSelectors\b/m;
    const table = { com: { rcode: 'NOERROR' as const }, ...TABLE };

    expect((await run('kvist.example')).stdout).toMatch(unlooked);
    const named = await runConfigured(`{ dkimSelectors: { kvist.example: [s1] } }`, table, 'kvist.example');
    expect(named.stdout).toMatch(/^BAD {6}kvist\.example DKIM s1: /m);
    expect(named.stdout).not.toMatch(unlooked);
    expect((await run('203.0.113.17')).stdout).not.toContain('DKIM');
    expect((await run('misspelt.example')).stdout).not.toContain('DKIM');
  });

  it('says that the DNS server may be at fault when it has no name that must exist, and only then', async () => {
    const sound = await run('kvist.example');
    const blind = await runWith({}, 'kvist.example');

    expect([sound.code, sound.stderr]).toEqual([1, '']);
    expect(blind.code).toBe(3);
    expect(blind.stdout).toMatch(
      /^UNKNOWN {2}kvist\.example SPF: .* knows no "\.com" either, .*\nUNKNOWN {2}kvist\.example DMARC: .*\n- .*\n$/,
    );
    expect(blind.stderr).toMatch(/^The DNS server that was asked knows no "\.com" either, .*Set dns\.servers/);
  });

  it('asks of a stranger’s name that is not in the DNS whether it is spelt right, and no more', async () => {
    const [sound, blind] = [await run('misspelt.example'), await runWith({}, 'misspelt.example')];

    expect(sound).toMatchObject({
      code: 1,
      stdout: 'BAD      misspelt.example: no such name in the DNS. Is it spelt right?\n',
      stderr: '',
    });
    expect(blind.code).toBe(3);
    expect(blind.stdout).toMatch(/^UNKNOWN {2}misspelt\.example: the DNS server that is asked knows no "\.com" .*\n$/);
    expect(blind.stderr).toMatch(/^The DNS server that was asked .*Set dns\.servers.*\n$/);
  });

  it('ends with 3 when the DNS told nothing, and with 2 after a wrong call', async () => {
    expect(await run('silent.example')).toMatchObject({ code: 3, stdout: expect.stringContaining('UNKNOWN') });
    expect(await run('nonsense')).toMatchObject({
      code: 2,
      stderr:
        'relaywarden: "nonsense" is no IP address, no domain and no customer. Example: relaywarden dnscheck example.com.\n',
    });
  });
});
