// Records that are there, records that are not, and answers that say neither.
import { describe, expect, it, onTestFinished } from 'vitest';
import { lookup } from '../../src/dns/lookup.js';
import { Resolver } from '../../src/dns/resolver.js';
import { type DnsReply, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';

/** Only silence waits for `timeoutMs`. */
async function resolverFor(table: Record<string, DnsReply>, timeoutMs = 60_000): Promise<Resolver> {
  const server = await startDnsServer({ answer: fromTable(table) });
  const resolver = new Resolver({ servers: [server], timeoutMs, tries: 1 });
  onTestFinished(async () => {
    resolver.close();
    await server.close();
  });
  return resolver;
}

describe('looking up records', () => {
  it('finds each type, MX by preference, and says where a CNAME led', async () => {
    const resolver = await resolverFor({
      'a.example': {
        a: ['192.0.2.1'],
        aaaa: ['2001:db8::1'],
        mx: ['mx1.example', 'MX2.example'],
        txt: [['one ', 'two']],
      },
      '1.2.0.192.in-addr.arpa': { ptr: ['Host.example', 'other.example'] },
      'alias.example': { cname: 'real.example', txt: ['v=DKIM1'] },
    });

    expect(await lookup(resolver, 'a.example', 'A')).toEqual({ kind: 'found', values: ['192.0.2.1'] });
    expect(await lookup(resolver, 'a.example', 'AAAA')).toEqual({ kind: 'found', values: ['2001:db8::1'] });
    expect(await lookup(resolver, 'a.example', 'TXT')).toEqual({ kind: 'found', values: ['one two'] });
    expect(await lookup(resolver, 'a.example', 'MX')).toEqual({
      kind: 'found',
      values: ['mx1.example', 'mx2.example'],
    });
    expect(await lookup(resolver, '1.2.0.192.in-addr.arpa', 'PTR')).toEqual({
      kind: 'found',
      values: ['host.example', 'other.example'],
    });
    expect(await lookup(resolver, 'alias.example', 'TXT')).toEqual({
      kind: 'found',
      values: ['v=DKIM1'],
      alias: 'real.example',
    });
  });

  it('calls missing only what a server says is not there', async () => {
    const resolver = await resolverFor({ 'a.example': { a: ['192.0.2.1'] } });

    expect(await lookup(resolver, 'no.example', 'TXT')).toEqual({ kind: 'missing', rcode: 'NXDOMAIN' });
    expect(await lookup(resolver, 'a.example', 'TXT')).toEqual({ kind: 'missing', rcode: 'NOERROR' });
    expect(await lookup(resolver, `${'x'.repeat(64)}.example`, 'TXT')).toMatchObject({ kind: 'missing' });
  });

  it.each<[string, DnsReply]>([
    ['silence', { fault: 'silent' }],
    ['SERVFAIL', { rcode: 'SERVFAIL' }],
    ['REFUSED', { rcode: 'REFUSED' }],
    ['FORMERR', { rcode: 'FORMERR' }],
    ['garbage', { fault: 'garbage' }],
    ['an answer cut off', { txt: ['v=spf1 -all'], fault: 'cut-off' }],
  ])('does not take %s for a missing record', async (_, reply) => {
    const resolver = await resolverFor({ 'a.example': reply }, 150);

    expect(await lookup(resolver, 'a.example', 'TXT')).toMatchObject({ kind: 'unknown' });
  });

  it('fetches a long answer over TCP', async () => {
    const resolver = await resolverFor({
      'a.example': { txt: ['x'.repeat(200), ['y'.repeat(255), 'z']], fault: 'truncated' },
    });

    expect(await lookup(resolver, 'a.example', 'TXT')).toEqual({
      kind: 'found',
      values: ['x'.repeat(200), `${'y'.repeat(255)}z`],
    });
  });
});
