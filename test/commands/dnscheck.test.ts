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

async function runWith(table: Record<string, DnsReply>, ...args: string[]) {
  const { server } = await startDns(table);
  const cwd = tempDir();
  writeFileSync(
    join(cwd, 'config.yml'),
    `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
relays: [{ host: mail1.relay.example, outbound_ip: 203.0.113.17 }]
customers: [{ id: c-1, name: Kvist AS, domains: [kvist.example] }]
dns: { servers: ['${server}'], timeoutMs: 2000, tries: 1 }
`,
  );
  return runFromSource(['dnscheck', ...args], { cwd });
}

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

  it('ends with 1 when something is, with the look as JSON, and with nothing that steers a terminal', async () => {
    const json = await run('--json', 'Kvist AS');
    const text = await run('kvist.example');

    expect([json.code, text.code]).toEqual([1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'domain', domain: 'kvist.example', spf: { state: 'bad' } });
    expect(text.stdout).toContain('BAD      kvist.example SPF');
    expect(text.stdout).toContain('\n           kvist.example  TXT  v=spf1 mx ip4:203.0.113.17 ~all\n');
    expect(text.stdout).toContain(
      '\n           _dmarc.kvist.example  TXT  v=DMARC1; p=none; rua=mailto:dmarc@kvist.example',
    );
    expect(text.stdout).not.toContain('\u001b');
  });

  it('judges the SPF of a domain that is no customer’s by itself, and says so', async () => {
    const { stdout, stderr } = await runWith(
      { com: { rcode: 'NOERROR' }, 'stranger.example': { txt: ['v=spf1 mx -all'], mx: ['mx.stranger.example'] } },
      'stranger.example',
    );

    expect(stdout).toContain('OK       stranger.example SPF');
    expect(stdout).not.toContain('203.0.113.17');
    expect(stderr).toMatch(
      /^stranger\.example belongs to no customer here\. .* not judged: add it to a customer first\.\n$/,
    );
  });

  it('says that the DNS server may be at fault when it has no name that must exist, and only then', async () => {
    const sound = await run('kvist.example');
    const blind = await runWith({}, 'kvist.example');

    expect([sound.code, sound.stderr]).toEqual([1, '']);
    expect(blind.stdout).toContain('no such name in the DNS');
    expect(blind.stderr).toMatch(/^The DNS server that was asked knows no "\.com" either, .*Set dns\.servers/);
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
