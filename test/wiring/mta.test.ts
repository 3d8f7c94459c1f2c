import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { createBook } from '../../src/containment/book.js';
import type { Containment } from '../../src/containment/containment.js';
import { openTable } from '../../src/containment/mtas/postfix/table.js';
import { openTrafficDb } from '../../src/db/open-traffic.js';
import { createHintStore } from '../../src/detection/live/hint-store.js';
import { UserError } from '../../src/errors.js';
import { Directory } from '../../src/partners/directory.js';
import { createHints } from '../../src/wiring/hints.js';
import { createMta } from '../../src/wiring/mta.js';
import { connectPolicy } from '../containment/mtas/postfix/policy-client.js';
import { tempDir } from '../helpers/temp.js';

const NOON = Date.UTC(2026, 2, 3, 12);
const DAY = 86_400_000;
const WEB = '192.0.2.10';

const directory = Directory.parse({
  customers: [
    { id: 'a', name: 'Aas', domains: ['a.example'], shared_ips: [WEB] },
    { id: 'b', name: 'Berg', domains: ['b.example'], ips: ['192.0.2.20'] },
    { id: 'c', name: 'Claus', domains: ['both.example'] },
    { id: 'd', name: 'Dahl', domains: ['both.example'] },
  ],
});

const learned = (customer: string, lastDay = NOON / DAY) => ({
  ...{ customer, messages: 40, unknown: 0, others: 0, days: 4, lastDay: Math.floor(lastDay), isLearned: true },
});

const suspensionOf = (customer: string) => ({
  ...{ id: 1, incidentId: 1, action: 'suspend-outbound' as const, customer, senders: [], logins: [], placedAt: NOON },
});

/** The policy server as the bot wires it, with a suspended customer `a`, beside a traffic database that a test writes to. */
async function desk({
  exportTable,
  inForce = [suspensionOf('a')],
}: {
  exportTable?: string;
  inForce?: Containment[];
} = {}) {
  const trafficDb = join(tempDir(), 'traffic.db');
  const traffic = openTrafficDb(trafficDb);
  onTestFinished(() => void traffic.$client.close());
  const config = parseConfig({
    channels: { compromise: '#abuse-desk', listing: '#deliverability' },
    people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
    policy: { listen: '127.0.0.1:0', ...(exportTable ? { exportTable } : {}) },
  });
  const log = pino({ level: 'silent' });
  const book = createBook();
  const mta = createMta({ config, directory, book, log, now: () => NOON, alert: () => {} });
  const hints = createHints({ trafficDb, directory, now: () => NOON, learn: mta.learn });
  const at = await mta.start(inForce);
  onTestFinished(() => mta.stop());
  const client = await connectPolicy(at as { host: string; port: number });
  onTestFinished(() => client.close());
  const ask = async (sender: string, clientIp: string) => {
    const asked = { request: 'smtpd_access_policy', protocol_state: 'RCPT', sender, client_address: clientIp };
    const lines = Object.entries({ ...asked, recipient: 'x@far.example' }).map(([name, value]) => `${name}=${value}\n`);
    client.write(`${lines.join('')}\n`);
    const [answer = ''] = await client.actions(1);
    return answer.split(' ')[0];
  };
  return { hints, ask, traffic, book, mta, save: createHintStore(traffic).save };
}

describe('the policy server', () => {
  it('knows what was learned of an address once it was read', async () => {
    const { hints, ask, save } = await desk();
    save(new Map([[WEB, learned('a')]]));
    expect(await ask('root@web7.internal', WEB)).toBe('DUNNO');

    await hints.refresh();
    expect(await ask('root@web7.internal', WEB)).toBe('REJECT');
    expect(await ask('x@b.example', WEB)).toBe('DUNNO');
    expect(await ask('root@web7.internal', '192.0.2.11')).toBe('DUNNO');
    expect([hints.customerOf(WEB), hints.customerOf('192.0.2.11')]).toEqual(['a', undefined]);

    save(new Map([[WEB, undefined]]));
    await hints.refresh();
    expect(await ask('root@web7.internal', WEB)).toBe('DUNNO');
  });

  it('goes on refusing what was nobody’s when its address is learned, but not what the directory knows', async () => {
    const { mta, hints, ask, save } = await desk();
    await mta.lift({ id: 1 });
    const nobodys = { id: 2, incidentId: 2, action: 'block-sender' as const, customer: 'unattributed', logins: [] };
    await mta.apply({ ...nobodys, senders: ['root@web7.internal'], placedAt: NOON });
    save(new Map([[WEB, learned('a')]]));
    await hints.refresh();

    expect(await ask('root@web7.internal', WEB)).toBe('REJECT');
    expect(await ask('root@web7.internal', '192.0.2.20')).toBe('DUNNO');
  });

  it('exports no row for an address that was only learned: other customers’ mail comes from there, too', async () => {
    const path = join(tempDir(), 'table.sqlite');
    const { hints, ask, mta, save } = await desk({ exportTable: path });
    save(new Map([[WEB, learned('a')]]));
    await hints.refresh();
    await mta.apply({ ...suspensionOf('b'), id: 3 });

    expect(await ask('root@web7.internal', WEB)).toBe('REJECT');
    expect(await ask('x@b.example', '192.0.2.20')).toBe('REJECT');
    const table = openTable(path);
    onTestFinished(() => table.close());
    expect(table.read().map(({ kind, key }) => `${kind} ${key}`)).toEqual(['client 192.0.2.20', 'domain a.example']);
  });

  it('takes no mail for a customer’s by what is not learned yet, long ago, or contradicted by the directory', async () => {
    const { hints, ask, save } = await desk();
    save(
      new Map([
        [WEB, { ...learned('a'), isLearned: false }],
        ['192.0.2.12', learned('a', NOON / DAY - 40)],
        ['192.0.2.20', learned('a')],
      ]),
    );
    await hints.refresh();

    for (const clientIp of [WEB, '192.0.2.12', '192.0.2.20'])
      expect(await ask('root@web7.internal', clientIp)).toBe('DUNNO');
  });

  it('reads more addresses than it reads at once, each of them', async () => {
    const { hints, ask, save } = await desk();
    const addresses = Array.from({ length: 2_500 }, (_, i) => `198.18.${i >> 8}.${i & 255}`);
    save(new Map(addresses.map((clientIp) => [clientIp, learned('a')])));
    await hints.refresh();

    const answers = new Set<string | undefined>();
    for (const clientIp of addresses) answers.add(await ask('root@web7.internal', clientIp));
    expect([...answers]).toEqual(['REJECT']);
  });

  it('goes on with what it knew when the database cannot be read', async () => {
    const { hints, ask, save, traffic } = await desk();
    save(new Map([[WEB, learned('a')]]));
    await hints.refresh();
    traffic.$client.exec('drop table learned_hints');

    await expect(hints.refresh()).rejects.toThrow();
    expect(await ask('root@web7.internal', WEB)).toBe('REJECT');
  });
});

describe('a block of senders whose domain has changed hands in the file', () => {
  const blockOf = (customer: string, senders = ['kim@b.example', 'Ann@B.example'], ownSenders?: string[]) => ({
    ...{ id: 2, incidentId: 2, action: 'block-sender' as const, customer, senders, logins: [], placedAt: NOON },
    ...(ownSenders ? { ownSenders } : {}),
  });
  const blockOfOwn = (customer: string, senders = ['kim@b.example', 'Ann@B.example']) =>
    blockOf(customer, senders, senders);

  it.each(['a', 'an-earlier-id'])('holds of senders that were its customer’s (%s)', async (before) => {
    const { mta, ask } = await desk({ inForce: [blockOfOwn(before)] });
    expect(await ask('kim@b.example', '192.0.2.20')).toBe('REJECT');
    expect(await ask('lee@b.example', '192.0.2.20')).toBe('DUNNO');

    await mta.lift({ id: 2 });
    expect(await ask('kim@b.example', '192.0.2.20')).toBe('DUNNO');
    await mta.apply(blockOfOwn(before));
    expect(await ask('ann@b.example', '192.0.2.77')).toBe('REJECT');
    expect(mta.ofOthers(blockOfOwn(before))).toEqual([]);
  });

  it('holds of a customer that was split in two, each half with its own domain', async () => {
    const { ask } = await desk({ inForce: [blockOfOwn('an-earlier-id', ['kim@a.example', 'kim@b.example'])] });

    expect(await ask('kim@a.example', '192.0.2.77')).toBe('REJECT');
    expect(await ask('kim@b.example', '192.0.2.20')).toBe('REJECT');
  });

  it.each([
    ['a', 'nobody’s', []],
    ['unattributed', 'nobody’s', []],
    ['a', 'not asked about', undefined],
  ])(
    'holds no mail of a later customer where a sender of %s was %s: it may have been forged',
    async (customer, _, own) => {
      const path = join(tempDir(), 'table.sqlite');
      const forged = blockOf(customer, ['boss@b.example'], own);
      const { ask, mta } = await desk({ exportTable: path, inForce: [forged] });

      for (const clientIp of ['192.0.2.20', '192.0.2.77']) expect(await ask('boss@b.example', clientIp)).toBe('DUNNO');
      expect(mta.ofOthers(forged)).toEqual([{ sender: 'boss@b.example', owner: 'b' }]);
      await mta.stop();
      const table = openTable(path);
      onTestFinished(() => table.close());
      expect(table.read()).toEqual([]);
    },
  );

  it('goes on for its own senders, in the table too, and for nobody’s while we answer, beside one of a later customer', async () => {
    const path = join(tempDir(), 'table.sqlite');
    const forged = blockOf('a', ['kim@a.example', 'boss@b.example', 'kim@nobodys.example'], ['kim@a.example']);
    const { ask, mta } = await desk({ exportTable: path, inForce: [forged] });

    expect(await ask('kim@a.example', '192.0.2.77')).toBe('REJECT');
    for (const clientIp of ['192.0.2.20', '192.0.2.77']) expect(await ask('boss@b.example', clientIp)).toBe('DUNNO');
    await mta.learn(new Map([[WEB, 'a']]));
    expect(await ask('kim@nobodys.example', WEB)).toBe('REJECT');
    expect(await ask('kim@nobodys.example', '192.0.2.20')).toBe('DUNNO');
    await mta.stop();
    const table = openTable(path);
    onTestFinished(() => table.close());
    expect(table.read().map(({ key }) => key)).toEqual(['kim@a.example']);
  });

  it('goes on for mail of the customer it was placed on, too', async () => {
    const { ask } = await desk({ inForce: [blockOfOwn('b', ['kim@a.example'])] });

    expect(await ask('kim@a.example', '192.0.2.20')).toBe('REJECT');
    expect(await ask('kim@a.example', '192.0.2.77')).toBe('REJECT');
    expect(await ask('x@a.example', '192.0.2.20')).toBe('DUNNO');
  });

  it('says of a block of an earlier version that mail of a domain which two customers claim is not held', async () => {
    const { mta, ask } = await desk({ inForce: [blockOf('an-earlier-id', ['kim@both.example'])] });

    expect(await ask('kim@both.example', '192.0.2.20')).toBe('DUNNO');
    expect(mta.ofOthers(blockOf('a', ['kim@both.example']))).toEqual([
      { sender: 'kim@both.example', owner: 'unattributed' },
    ]);
    expect(mta.ofOthers(blockOf('a', ['kim@both.example'], []))).toEqual([]);
  });

  it('holds while two customers claim the domain, but not for a third', async () => {
    const { ask } = await desk({ inForce: [blockOfOwn('a', ['kim@both.example'])] });

    expect(await ask('kim@both.example', '192.0.2.77')).toBe('REJECT');
    expect(await ask('kim@both.example', '192.0.2.20')).toBe('DUNNO');
    expect(await ask('lee@both.example', '192.0.2.77')).toBe('DUNNO');
  });

  it('holds no mail that is one of two other customers’, when the sender was neither’s', async () => {
    const { ask } = await desk({ inForce: [blockOf('a', ['kim@both.example'], [])] });

    expect(await ask('kim@both.example', '192.0.2.77')).toBe('DUNNO');
  });
});

describe('a customer that the file names no more', () => {
  const block = {
    ...{ id: 2, incidentId: 2, action: 'block-sender' as const, customer: 'gone', placedAt: NOON },
    ...{ senders: ['kim@gone.example'], logins: ['kim@gone.example'] },
  };

  it('stays blocked as nobody’s, and nobody else is', async () => {
    const { mta, ask } = await desk({ inForce: [block] });
    expect(await ask('kim@gone.example', '192.0.2.77')).toBe('REJECT');
    expect(await ask('kim@gone.example', '192.0.2.20')).toBe('DUNNO');

    await mta.lift({ id: 2 });
    expect(await ask('kim@gone.example', '192.0.2.77')).toBe('DUNNO');
    await mta.apply(block);
    expect(await ask('kim@gone.example', '192.0.2.77')).toBe('REJECT');
  });

  it('cannot be suspended or re-routed, and the relays say so', async () => {
    const { book, mta } = await desk({ inForce: [suspensionOf('gone')] });
    expect(mta.whyNot(suspensionOf('gone'))).toMatch(/names no "gone"/);
    expect(mta.whyNot(suspensionOf('a'))).toBeUndefined();
    expect(mta.whyNot(block)).toBeUndefined();
    expect(book.list()).toEqual([]);
    await expect(mta.apply(suspensionOf('gone'))).rejects.toThrow(UserError);
    const reroute = { ...suspensionOf('a'), action: 'reroute' as const, route: 'old' };
    expect(mta.whyNot(reroute)).toMatch(/route "old" is not in the configuration/);
  });
});
