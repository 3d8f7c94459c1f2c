// Names that are not in the DNS: nothing to publish but under our own, and nothing wrong where the DNS server knows no internet.
import { describe, expect, it } from 'vitest';
import { lookAtDomain } from '../../src/hygiene/domain.js';
import { type DomainLook, pointsOf } from '../../src/hygiene/look.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { startDns } from './dns.js';

const COM: Record<string, DnsReply> = { com: { rcode: 'NOERROR' } };
const OURS = ['203.0.113.17'];

async function look(table: Record<string, DnsReply>, ips: readonly string[], selectors: readonly string[] = []) {
  const { ask } = await startDns(table);
  return lookAtDomain(ask, { domain: 'kvist.example', ips, selectors }, 1);
}

function states(found: DomainLook) {
  return pointsOf(found).map(({ name, point }) => `${name} ${point.state}`);
}

describe('a name that is not in the DNS', () => {
  it('is asked about, and has nothing to publish, when it is a stranger’s', async () => {
    const found = await look(COM, []);

    expect(states(found)).toEqual(['name bad']);
    expect(found.name).toEqual({ state: 'bad', text: 'no such name in the DNS', advice: 'Is it spelt right?' });
    expect(JSON.stringify(found)).not.toContain('publish');
  });

  it('is asked about, and has nothing to publish, when it is a customer’s', async () => {
    const found = await look(COM, OURS, ['s1']);

    expect(states(found)).toEqual(['name bad']);
    expect(found.name?.advice).toMatch(/^Is it spelt right in the configuration\? .* given up\.$/);
    expect([found.spf.state, found.dkim[0]?.state, found.dmarc.state]).toEqual(['bad', 'bad', 'bad']);
    expect(JSON.stringify(found)).not.toContain('publish');
  });

  it('has records to publish when it is a name of our own, which they bring about', async () => {
    const { ask } = await startDns(COM);
    const found = await lookAtDomain(
      ask,
      { domain: 'spf.relay.example', ips: OURS, selectors: [], isOurName: true },
      1,
    );

    expect(found.spf.publish).toHaveLength(1);
    expect(found.name).toBeUndefined();
  });

  it.each([
    ['a stranger’s', [], ['name unknown']],
    ['ours', OURS, ['SPF unknown', 'DKIM s1 unknown', 'DMARC unknown']],
  ])('is no fault where the DNS server knows no internet: %s', async (_, ips, told) => {
    const found = await look({}, ips, ['s1']);

    expect(states(found)).toEqual(told);
    expect(JSON.stringify(found)).not.toMatch(/publish|spelt/);
  });

  it.each([
    ['has only addresses', { 'kvist.example': { a: ['192.0.2.1'] } }],
    ['is a CNAME that leads nowhere', { 'kvist.example': { cname: 'gone.example' } }],
    ['nobody answers for', { 'kvist.example': { rcode: 'SERVFAIL' as const } }],
  ])('is not one that %s', async (_, table) => {
    expect((await look({ ...COM, ...table }, [])).name).toBeUndefined();
  });
});
