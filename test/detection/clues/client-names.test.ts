import { describe, expect, it } from 'vitest';
import { ClientNames } from '../../../src/detection/clues/client-names.js';
import { Detector } from '../../../src/detection/detector.js';
import type { Accepted } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';

function count(names: ClientNames, named: number, nameless: number): ClientNames {
  for (let i = 0; i < named; i++) names.count('relay1', `host${i}.isp.example`);
  for (let i = 0; i < nameless; i++) names.count('relay1', 'unknown');
  return names;
}

const seen = (named: number, nameless: number) => count(new ClientNames(), named, nameless);

const DAY = 24 * 3_600_000;
const REGULAR = { clientIp: '198.51.100.7', clientName: 'office.acme.example' };
const ACME = Directory.parse({
  relays: [{ host: 'relay1', outbound_ip: '203.0.113.1' }],
  customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'], sasl_users: ['kim', 'ann', 'bob'] }],
});

describe('clients without a name', () => {
  it('are told from others where most have one', () => {
    expect(seen(40, 5).of('relay1', 'unknown')).toBe('nameless');
    expect(seen(40, 5).of('relay1', undefined)).toBe('nameless');
    expect(seen(40, 5).of('relay1', 'host.isp.example')).toBe('named');
  });

  it('are not told by a relay that looks no names up, or of which little is known', () => {
    expect(seen(5, 40).of('relay1', 'unknown')).toBeUndefined();
    expect(seen(5, 40).of('relay1', 'host.isp.example')).toBeUndefined();
    expect(seen(10, 2).of('relay1', 'unknown')).toBeUndefined();
    expect(seen(40, 5).of('relay2', 'unknown')).toBeUndefined();
  });

  it('are not told while a relay’s resolver is out, however long it was well, and told again afterwards', () => {
    const names = count(seen(9_000, 0), 0, 200);
    expect(names.of('relay1', 'unknown')).toBeUndefined();

    expect(count(names, 300, 0).of('relay1', 'unknown')).toBe('nameless');
  });

  it('stay known over a restart', () => {
    const before = seen(40, 5);
    const rows = new Map(before.takeChanges());
    const after = new ClientNames((key) => rows.get(key));
    expect(after.of('relay1', 'unknown')).toBe('nameless');
    expect(before.takeChanges()).toEqual([]);
    const restored = new ClientNames();
    for (const [key, row] of rows) restored.restore(key, row);

    expect(restored.of('relay1', 'unknown')).toBe('nameless');
  });

  it('are counted once for each run of their mail, also those who come every day', () => {
    const detector = new Detector({ directory: ACME });
    for (let day = 0; day < 30; day++) {
      for (let i = 0; i < 5; i++) detector.see(accepted({ login: 'ann', at: day * DAY + i * 60_000, ...REGULAR }));
    }

    const rows = new Map(detector.takeChanges().rows);
    expect(rows.get('client-names|relay1')).toEqual({ clientsNamed: 30, clientsNameless: 0 });
  });

  it('are told from a relay’s regular clients, though all others it meets have no name', () => {
    const detector = new Detector({ directory: ACME });
    const names = new ClientNames();
    for (let day = 0; day < 30; day++) {
      for (const login of ['ann', 'bob']) detector.see(accepted({ login, at: day * DAY, ...REGULAR }));
      const clientIp = `203.0.113.${day}`;
      detector.see(accepted({ login: 'kim', at: day * DAY, clientIp, clientName: 'unknown' }));
    }
    for (const [key, row] of detector.takeChanges().rows)
      if (key === 'client-names|relay1') names.restore(key, row as { clientsNamed: number; clientsNameless: number });

    expect(names.of('relay1', 'unknown')).toBe('nameless');
  });

  it('are no more than fifty of one run, from however many addresses it comes and however often each is used', () => {
    const detector = new Detector({ directory: ACME });
    const rows = new Map<string, object>();
    const send = (login: string, clients: number, messages: number, clientName: string) => {
      for (let i = 0; i < messages; i++)
        detector.see(accepted({ login, at: i * 1_000, clientIp: `198.51.${clients >> 8}.${i % clients}`, clientName }));
      for (const [key, row] of detector.takeChanges().rows) if (row) rows.set(key, row);
      return rows.get('client-names|relay1');
    };

    send('ann', 40, 40, 'pc.isp.example');
    expect(send('bob', 40, 40, 'pc.isp.example')).toEqual({ clientsNamed: 80, clientsNameless: 0 });
    expect(send('kim', 200, 2_000, 'unknown')).toEqual({ clientsNamed: 80, clientsNameless: 50 });
  });
});

function accepted({ at, ...change }: { at: number } & Partial<Accepted['message']>): Accepted {
  return {
    kind: 'accepted',
    at,
    message: {
      relay: 'relay1',
      queueId: `q${at}`,
      acceptedAt: at,
      origin: 'client',
      sender: 'ann@acme.example',
      recipientCount: 1,
      sizeBytes: 1,
      ...change,
    },
  };
}
