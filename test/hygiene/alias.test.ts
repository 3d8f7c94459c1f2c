// Records to publish where a CNAME stands: nothing may stand beside one.
import { describe, expect, it } from 'vitest';
import { lookAtAddress } from '../../src/hygiene/address.js';
import { lookAtDomain } from '../../src/hygiene/domain.js';
import { startDns } from './dns.js';

const IP = '203.0.113.17';
const OWN = { ips: [IP], selectors: [] };

describe('a record to publish', () => {
  it('goes where the CNAME of its name leads within the same organisation, with or without a record there', async () => {
    const { ask } = await startDns({
      'post.kvist.example': { cname: 'host.kvist.example', txt: ['v=spf1 ip4:192.0.2.1 -all'] },
      '_dmarc.post.kvist.example': { cname: '_dmarc.all.kvist.example' },
    });
    const { spf, dmarc } = await lookAtDomain(ask, { domain: 'post.kvist.example', ...OWN }, 1);

    expect(spf.publish).toEqual([
      {
        name: 'host.kvist.example',
        type: 'TXT',
        value: `v=spf1 ip4:192.0.2.1 ip4:${IP} -all`,
        replaces: ['v=spf1 ip4:192.0.2.1 -all'],
      },
    ]);
    expect(spf.advice).toMatch(/ post\.kvist\.example is a CNAME to host\.kvist\.example: the record goes there\.$/);
    expect(dmarc.publish?.[0]?.name).toBe('_dmarc.all.kvist.example');
  });

  it('is never put under a name of somebody else, nor the host’s addresses taken away', async () => {
    const { ask } = await startDns({
      'post.kvist.example': { cname: 'host.provider.example', txt: ['v=spf1 ip4:192.0.2.1 -all'] },
      '_dmarc.post.kvist.example': { cname: '_dmarc.provider.example' },
    });
    const { spf, dmarc } = await lookAtDomain(ask, { domain: 'post.kvist.example', ...OWN }, 1);

    expect([spf.publish?.[0]?.name, dmarc.publish?.[0]?.name]).toEqual([
      'post.kvist.example',
      '_dmarc.post.kvist.example',
    ]);
    expect(spf.advice).toContain(
      'post.kvist.example is a CNAME to host.provider.example, which is under another domain: ask whoever runs that one, or replace the CNAME with A, AAAA and MX records of its own and this one.',
    );
    expect(dmarc.advice).toContain(
      'is a CNAME to _dmarc.provider.example, which is under another domain: ask whoever runs that one, or put this record in place of the CNAME.',
    );
  });

  it('tells customers of one provider apart (public suffix list, private part)', async () => {
    const { ask } = await startDns({ 'kvist.github.io': { cname: 'other.github.io' } });
    const { spf } = await lookAtDomain(ask, { domain: 'kvist.github.io', ...OWN }, 1);

    expect(spf.publish?.[0]?.name).toBe('kvist.github.io');
    expect(spf.advice).toContain('is under another domain');
  });

  it('goes to a domain of the customer’s own that a reverse zone leads to', async () => {
    const { ask } = await startDns({ '17.113.0.203.in-addr.arpa': { cname: '17.rev.kvist.example' } });
    const { ptr } = await lookAtAddress(ask, { ip: IP, helo: 'mail1.relay.example' }, 1);

    expect(ptr.publish).toEqual([{ name: '17.rev.kvist.example', type: 'PTR', value: 'mail1.relay.example' }]);
    expect(ptr.advice).toContain('the record goes there.');
  });

  it('goes to the customer’s part of a reverse zone (RFC 2317)', async () => {
    const { ask } = await startDns({
      '17.113.0.203.in-addr.arpa': { cname: '17.16-31.113.0.203.in-addr.arpa' },
    });
    const { ptr } = await lookAtAddress(ask, { ip: IP, helo: 'mail1.relay.example' }, 1);

    expect(ptr.publish).toEqual([
      { name: '17.16-31.113.0.203.in-addr.arpa', type: 'PTR', value: 'mail1.relay.example' },
    ]);
  });

  it('replaces what stands there of its kind, and is new where only others do', async () => {
    const { ask } = await startDns({
      'kvist.example': { txt: ['site=1', 'v=spf1 mx -all', 'v=spf1 a -all'] },
      '_dmarc.kvist.example': { txt: ['v=DMARC1; p=nonsense'] },
      'post.kvist.example': { txt: ['site=2'] },
      '17.113.0.203.in-addr.arpa': { ptr: ['old.kvist.example'] },
    });
    const { spf, dmarc } = await lookAtDomain(ask, { domain: 'kvist.example', ...OWN }, 1);
    const { ptr, helo } = await lookAtAddress(ask, { ip: IP, helo: 'post.kvist.example' }, 1);
    const other = await lookAtDomain(ask, { domain: 'post.kvist.example', ...OWN }, 1);

    expect(spf.publish?.map(({ replaces }) => replaces)).toEqual([['v=spf1 a -all', 'v=spf1 mx -all']]);
    expect(dmarc.publish?.map(({ replaces }) => replaces)).toEqual([['v=DMARC1; p=nonsense']]);
    expect(other.spf.publish?.map(({ replaces }) => replaces)).toEqual([undefined]);
    // The address of a host is published beside others, its reverse name in place of the old one.
    expect(ptr.publish?.map(({ type, replaces }) => [type, replaces])).toEqual([['A', undefined]]);
    expect(helo.publish?.map(({ type, replaces }) => [type, replaces])).toEqual([
      ['PTR', ['old.kvist.example']],
      ['A', undefined],
    ]);
  });

  it('stays under its name where there is no CNAME', async () => {
    const { ask } = await startDns({ 'kvist.example': { rcode: 'NOERROR' } });
    const { spf, dmarc } = await lookAtDomain(ask, { domain: 'kvist.example', ...OWN }, 1);

    expect([spf.publish?.[0]?.name, dmarc.publish?.[0]?.name]).toEqual(['kvist.example', '_dmarc.kvist.example']);
    expect(spf.advice).not.toContain('CNAME');
  });
});
