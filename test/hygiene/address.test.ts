// Our own addresses: reverse name, greeting, and the SPF of the greeting.
import { describe, expect, it } from 'vitest';
import { lookAtAddress, type OwnAddress } from '../../src/hygiene/address.js';
import { isGenericName, reverseNameOf } from '../../src/hygiene/reverse-name.js';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
import { spf, startDns } from './dns.js';

const IP = '203.0.113.17';
const HOST = 'mail1.relay.example';
const REVERSE = '17.113.0.203.in-addr.arpa';

const spfOf = (name: string, value: string, ...replaces: string[]) => [
  { name, type: 'TXT', value, ...(replaces.length > 0 ? { replaces } : {}) },
];

const SOUND: Record<string, DnsReply> = {
  [REVERSE]: { ptr: [HOST] },
  [HOST]: { a: [IP], txt: ['v=spf1 a -all'] },
};

async function look(table: Record<string, DnsReply>, change: Partial<OwnAddress> = {}) {
  const { ask } = await startDns(table);
  return lookAtAddress(ask, { ip: IP, helo: HOST, ...change }, 1);
}

describe('one of our addresses', () => {
  it('is fine when name, greeting and SPF agree', async () => {
    expect(await look(SOUND)).toEqual({
      kind: 'address',
      ip: IP,
      lookedAt: 1,
      ptr: { state: 'ok', text: `${HOST}, and back to ${IP}`, record: HOST },
      helo: { state: 'ok', text: `greets as ${HOST}, its reverse name`, record: HOST },
      spf: { state: 'ok', text: `${HOST} authorises ${IP}`, record: 'v=spf1 a -all' },
    });
  });

  it('may be an IPv6 address, in any notation', async () => {
    const reverse = reverseNameOf('2001:db8::25') ?? '';
    const { ask } = await startDns({
      [reverse]: { ptr: [HOST] },
      [HOST]: { aaaa: ['2001:0db8:0:0:0:0:0:25'], txt: ['v=spf1 ip6:2001:db8::/64 -all'] },
    });

    const { ptr, helo, spf } = await lookAtAddress(ask, { ip: '2001:db8::25', helo: HOST }, 1);

    expect([ptr.state, helo.state, spf.state]).toEqual(['ok', 'ok', 'ok']);
  });

  it('says who has to set which reverse name', async () => {
    const { ptr, helo } = await look({ [HOST]: { a: [IP], txt: ['v=spf1 a -all'] } });

    expect(ptr).toMatchObject({
      state: 'bad',
      text: 'there is no reverse name',
      advice: expect.stringContaining(`PTR of ${IP}: ${HOST}`),
    });
    expect(ptr.publish).toEqual([{ name: REVERSE, type: 'PTR', value: HOST }]);
    expect(helo.advice).toBe(`Set the PTR of ${IP} to ${HOST}.`);
  });

  it('needs a reverse name that leads back', async () => {
    expect((await look({ ...SOUND, [HOST]: { a: ['203.0.113.99'] } })).ptr).toMatchObject({
      state: 'bad',
      text: `${HOST} does not lead back to ${IP}`,
    });
    expect((await look({ ...SOUND, [REVERSE]: { ptr: ['gone.example'] } })).ptr.state).toBe('bad');
    expect((await look({ ...SOUND, [REVERSE]: { ptr: ['gone.example', HOST] } })).ptr).toMatchObject({
      state: 'ok',
      record: `gone.example\n${HOST}`,
    });
  });

  it('takes no generic name', async () => {
    const generic = 'ip-203-0-113-17.pool.isp.example';
    const table = { ...SOUND, [REVERSE]: { ptr: [generic] }, [generic]: { a: [IP] } };

    const { ptr, helo } = await look(table);

    expect(ptr).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('looks like the name of a home or office line'),
    });
    expect(helo).toMatchObject({ state: 'bad', text: expect.stringContaining(`the reverse name is ${generic}`) });
  });

  it('needs a greeting that is a full name and the reverse name', async () => {
    expect((await look(SOUND, { helo: 'relay1' })).helo).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('no full name'),
    });
    expect((await look(SOUND, { helo: 'MAIL1.Relay.example' })).helo.state).toBe('ok');
    expect((await look(SOUND, { helo: 'other.relay.example' })).helo.state).toBe('bad');
    expect((await look(SOUND, { helo: undefined })).helo.state).toBe('unknown');
  });

  it('needs an SPF record of the greeting, and of the domains that bounces come from', async () => {
    expect((await look({ ...SOUND, [HOST]: { a: [IP] } })).spf).toMatchObject({
      state: 'bad',
      publish: spfOf(HOST, `v=spf1 ip4:${IP} ~all`),
    });
    expect((await look({ ...SOUND, [HOST]: { a: [IP], txt: ['v=spf1 mx -all'] } })).spf.publish).toEqual(
      spfOf(HOST, `v=spf1 mx ip4:${IP} -all`, 'v=spf1 mx -all'),
    );
    const bounces = { ...SOUND, 'bounce.example': { txt: ['v=spf1 ip4:192.0.2.1 -all'] } };
    expect((await look(bounces, { bounceDomains: ['bounce.example'] })).spf.text).toBe(
      `bounce.example does not authorise ${IP}`,
    );
  });

  it('gives a record for all addresses that send under the name, and one in place of a broken one or of several', async () => {
    const six = '2001:db8::25';
    const own = { ip: IP, helo: HOST, bounceDomains: ['bounce.example'] };
    const other = { ip: '203.0.113.18', helo: 'mail2.relay.example', bounceDomains: ['bounce.example'] };
    const all = { addresses: [own, { ...own, ip: six }, other] };
    const spfWith = async (table: Record<string, DnsReply>, include?: string) =>
      (await lookAtAddress((await startDns({ ...SOUND, ...table })).ask, own, 1, { ...all, include })).spf.publish;
    const fine = { 'bounce.example': { txt: [`v=spf1 ip4:${IP} -all`] } };

    expect(await spfWith({ ...fine, [HOST]: { a: [IP] } })).toEqual(spfOf(HOST, `v=spf1 ip4:${IP} ip6:${six} ~all`));
    expect(await spfWith({})).toEqual(spfOf('bounce.example', `v=spf1 ip4:${IP} ip6:${six} ip4:203.0.113.18 ~all`));
    const hub = spf({ 'spf.relay.example': `v=spf1 ip4:203.0.113.0/24 ip6:${six} -all` });
    expect(await spfWith(hub, 'include:spf.relay.example')).toEqual(
      spfOf('bounce.example', 'v=spf1 include:spf.relay.example ~all'),
    );
    expect(await spfWith({ ...fine, [HOST]: { a: [IP], txt: [`v=spf1 ip:${IP} -all`] } })).toEqual(
      spfOf(HOST, `v=spf1 ip4:${IP} ip6:${six} ~all`, `v=spf1 ip:${IP} -all`),
    );
    expect(await spfWith({ ...fine, [HOST]: { a: [IP], txt: ['v=spf1 a -all', 'v=spf1 mx ~all'] } })).toEqual(
      // The address itself passes by a.
      spfOf(HOST, `v=spf1 a mx ip6:${six} ~all`, 'v=spf1 a -all', 'v=spf1 mx ~all'),
    );
  });

  it('gives a record for all addresses that the name leads to, whatever they are said to greet with', async () => {
    const other = '203.0.113.18';
    const six = '2001:db8::25';
    const table = {
      [REVERSE]: { ptr: [HOST] },
      [reverseNameOf(other) ?? '']: { ptr: [HOST] },
      [HOST]: { a: [IP, other, '192.0.2.99'], aaaa: ['2001:0db8::0025'] },
    };
    const addresses = [{ ip: IP }, { ip: other }, { ip: six }, { ip: '203.0.113.19' }];
    const lookWith = async (ip: string, txt: string[] = []) => {
      const { ask } = await startDns({ ...table, [HOST]: { ...table[HOST], ...(txt.length > 0 ? { txt } : {}) } });
      return (await lookAtAddress(ask, { ip }, 1, { addresses })).spf;
    };
    const value = (await lookWith(IP)).publish?.[0]?.value ?? '';

    expect(value).toBe(`v=spf1 ip4:${IP} ip4:${other} ip6:${six} ~all`);
    expect((await lookWith(other, [value])).state).toBe('ok');
  });

  it('gives all addresses of ours in the record that everybody includes, which cannot include itself', async () => {
    const own = { ip: IP, helo: HOST, bounceDomains: ['relay.example'] };
    const all = {
      addresses: [own, { ip: '203.0.113.18', helo: 'mail2.relay.example' }],
      include: 'include:relay.example',
    };
    const lookWith = async (table: Record<string, DnsReply>) =>
      (await lookAtAddress((await startDns({ ...SOUND, ...table })).ask, own, 1, all)).spf;
    const value = (await lookWith({})).publish?.[0]?.value ?? '';

    expect(value).toMatch(`v=spf1 ip4:${IP} ip4:203.0.113.18 `);
    expect(value).not.toContain('include:');
    expect((await lookWith({ 'relay.example': { txt: [value] } })).state).toBe('ok');
  });

  it('has no second include put into a record of bounces that has it', async () => {
    const own = { ip: IP, helo: HOST, bounceDomains: ['bounce.example'] };
    const table = {
      ...SOUND,
      ...spf({ 'bounce.example': 'v=spf1 include:spf.relay.example -all', 'spf.relay.example': 'v=spf1 -all' }),
    };
    const point = (
      await lookAtAddress((await startDns(table)).ask, own, 1, {
        addresses: [own],
        include: 'include:spf.relay.example',
      })
    ).spf;

    expect(point).toMatchObject({
      state: 'bad',
      advice: expect.stringContaining(`spf.relay.example itself does not authorise ${IP}`),
    });
    expect(point.publish).toBeUndefined();
  });

  it.each<[string, DnsReply]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }],
    ['silence', { fault: 'silent' }],
  ])('is unknown after %s, never wrong', async (_, reply) => {
    const noReverse = await look({ ...SOUND, [REVERSE]: reply });
    const noHost = await look({ ...SOUND, [HOST]: reply });

    expect([noReverse.ptr.state, noReverse.helo.state, noReverse.spf.state]).toEqual(['unknown', 'unknown', 'ok']);
    expect([noHost.ptr.state, noHost.helo.state, noHost.spf.state]).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('a generic name', () => {
  it.each([
    'ip-203-0-113-17.isp.example',
    '17.113.0.203.isp.example',
    'host-17-113.isp.example.203-0-113-17.isp.example',
    'cb007111.isp.example',
    'dsl-customer.isp.example',
    'dynamic.isp.example',
    '203-0-113.static.isp.example',
  ])('spells the address or the line: %s', (name) => {
    expect(isGenericName(name, IP)).toBe(true);
  });

  it.each([
    'mail1.relay.example',
    'mx17.relay.example',
    'mail.cable.example',
    'mail.pool.example',
    'out-113-1.relay.example',
  ])('is not %s', (name) => {
    expect(isGenericName(name, IP)).toBe(false);
  });
});
