// Look-ups in shared memory say the same as those in maps, in this thread and in another; a packed name is itself and no other.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Directory } from '../../src/partners/directory.js';
import { ownersOf, sharedOwners, shareOwners } from '../../src/partners/owners.js';
import { CONTESTED, nameAt, numberOf, packNames } from '../../src/partners/packed-names.js';

const local = new Set(['relay.example']);
const LOGINS = ['info', 'info@relay.example', 'anna@a.example', 'ANNA@a.example', 'bø@b.example', ''];
const DOMAINS = ['a.example', 'B.example', 'relay.example', 'bø.example'];
const NETWORKS = ['192.0.2.1', '192.0.2.0/28', '192.0.2.0/24', '2001:db8::1', '2001:db8::/61', '192.0.2.77/30'];
const ADDRESSES = ['192.0.2.1', '192.0.2.9', '192.0.2.78', '192.0.3.1', '2001:db8::1', '2001:db8:0:7::1', 'no address'];

const some = (of: string[]) => fc.subarray(of);
const customer = fc.record({
  id: fc.constantFrom('a', 'b', 'ø', 'customer 4'),
  domains: some(DOMAINS),
  sasl_users: some(LOGINS),
  sasl_domains: some(DOMAINS),
  ips: some(NETWORKS),
  shared_ips: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, some(NETWORKS)),
  declared_senders: fc.constant<string[]>([]),
});

describe('shared owners', () => {
  it('say the same as maps', () => {
    fc.assert(
      fc.property(fc.uniqueArray(customer, { selector: ({ id }) => id, maxLength: 4 }), (customers) => {
        const maps = ownersOf(customers, local);
        const shared = sharedOwners(shareOwners(customers, local));
        for (const name of [...LOGINS, ...DOMAINS, 'a', 'ca', 'sa.example', 'nobody']) {
          expect(shared.ofLogin(name)).toBe(maps.ofLogin(name));
          expect(shared.ofLoginDomain(name)).toBe(maps.ofLoginDomain(name));
          expect(shared.ofSenderDomain(name)).toBe(maps.ofSenderDomain(name));
          expect(shared.declaredBy(name)).toEqual(maps.declaredBy(name));
        }
        for (const address of ADDRESSES) expect(shared.ofAddress(address)).toBe(maps.ofAddress(address));
      }),
      { numRuns: 300 },
    );
  });

  it('leave a contested network to nobody, and what lies around it too', () => {
    const { customers } = Directory.parse({
      customers: [
        { id: 'a', name: 'A', ips: ['192.0.2.0/24', '192.0.2.0/28'] },
        { id: 'b', name: 'B', ips: ['192.0.2.0/28'] },
      ],
    });
    const { ofAddress } = sharedOwners(shareOwners(customers, new Set()));

    expect(ofAddress('192.0.2.20')).toBe('a');
    expect(ofAddress('192.0.2.3')).toBeUndefined();
  });

  it('are read by another thread without a copy', async () => {
    const owners = shareOwners(Directory.parse({ customers: [{ id: 'a', name: 'A' }] }).customers, new Set());
    const code = `const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage(Buffer.from(workerData.names.bytes).toString());
      workerData.names.bytes[1] = 'b'.charCodeAt(0);`;
    const worker = new Worker(code, { eval: true, workerData: owners });
    const [[text]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);

    expect(text).toBe('ca');
    expect(nameAt(owners.names, 0)).toBe('cb');
  });
});

describe('packed names', () => {
  it('finds each by its whole text, and none that is not there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' })), fc.string(), (names, other) => {
        const packed = packNames(
          names.map((name, i) => [name, i * 3] as const),
          names.length,
        );
        names.forEach((name, i) => {
          expect(numberOf(packed, name)).toBe(i * 3);
          expect(nameAt(packed, i)).toBe(name);
        });
        if (!names.includes(other)) expect(numberOf(packed, other)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('says which have two numbers', () => {
    const names = ['a', 'b', 'a', 'a', 'b'].map((name, i) => [name, name === 'a' ? i + 1 : 7] as const);
    const packed = packNames(names, names.length);

    expect([numberOf(packed, 'a'), numberOf(packed, 'b'), nameAt(packed, 1)]).toEqual([CONTESTED, 7, 'b']);
  });

  it('takes names longer than any before', () => {
    const names = ['a'.repeat(10_000), 'ø'.repeat(10_000), 'a'.repeat(10_001)];
    const packed = packNames(
      names.map((name, i) => [name, i] as const),
      names.length,
    );

    expect(names.map((name) => numberOf(packed, name))).toEqual([0, 1, 2]);
  });
});
