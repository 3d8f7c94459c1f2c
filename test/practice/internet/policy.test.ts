import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBook } from '../../../src/containment/book.js';
import type { Containment } from '../../../src/containment/containment.js';
import { createPostfixMta } from '../../../src/containment/mtas/postfix/index.js';
import { createPolicyDoor } from '../../../src/containment/mtas/postfix/policy-door.js';
import { Directory } from '../../../src/partners/directory.js';
import { ownersOf } from '../../../src/partners/owners.js';
import { CLEAN_MTA, CUSTOMERS, PARTNERS, RELAYS } from '../../../src/practice/internet/people.js';
import type { AskPolicy } from '../../../src/practice/internet/relay/company.js';
import { PolicyClient, readAction } from '../../../src/practice/internet/relay/policy-client.js';
import { whoseMail } from '../../../src/wiring/whose-mail.js';
import { eventually } from '../../helpers/eventually.js';
import { readEvents, rehearse } from './company.js';

/** Only a server that says nothing lets a request wait so long. */
const TIMEOUT_MS = 60_000;
const THIEF = 'ida.strom@opal-reiser.example';
const VICTIM = 'cust-109';

describe('the practice relays and the policy server', () => {
  it('refuse a blocked login, and let everybody else through', async () => {
    const { ask } = await policyServer([
      { ...placed, id: 1, action: 'block-sender', customer: VICTIM, senders: [THIEF], logins: [THIEF] },
    ]);
    const { relay, run, now } = await rehearse();

    const lines = await run(0.5, ask);

    const { events } = readEvents(lines);
    const refused = events.filter((event) => event.kind === 'refused');
    expect(refused.length).toBeGreaterThan(50);
    expect(refused.every((event) => event.kind === 'refused' && event.login === THIEF)).toBe(true);
    expect(lines.filter((line) => line.includes(`from=<${THIEF}>, size=`))).toEqual([]);
    const { refused: count, state } = countersOf(VICTIM);
    expect(count).toBe(refused.length);
    expect(state).toBe('blocked');
    expect(relay.counters.view(now()).filter(({ customer, refused: n }) => customer !== VICTIM && n > 0)).toEqual([]);

    function countersOf(id: string) {
      const row = relay.counters.view(now()).find(({ customer }) => customer === id);
      if (!row) throw new Error(id);
      return row;
    }
  });

  it('refuse all mail of a suspended customer, until it is lifted', async () => {
    const { ask, lift } = await policyServer([{ ...placed, id: 3, action: 'suspend-outbound', customer: VICTIM }]);
    const { relay, run, now } = await rehearse();
    const row = () => relay.counters.view(now()).find(({ customer }) => customer === VICTIM);

    await run(1, ask);
    expect(row()).toMatchObject({ accepted: 0, state: 'suspended' });
    await lift(3);
    await run(1, ask);

    expect(row()?.accepted).toBeGreaterThan(0);
    expect(row()?.state).not.toBe('suspended');
  });

  it('are rid of a spammer who has been refused for a while', async () => {
    const { ask } = await policyServer([
      { ...placed, id: 1, action: 'block-sender', customer: VICTIM, senders: [THIEF], logins: [THIEF] },
    ]);
    const { relay, run, now } = await rehearse();

    await run(1, ask);

    expect(relay.playing(now()).map(({ kind }) => kind)).toEqual(['Microsoft block']);
  });

  it('send a re-routed customer past the Microsoft block', async () => {
    const customer = 'cust-101';
    const { ask, apply } = await policyServer([]);
    const { relay, run, now } = await rehearse();
    await run(1.5, ask);
    const { bounced: bouncedBefore, state: stateBefore } = row();

    await apply({ ...placed, id: 2, action: 'reroute', customer, route: CLEAN_MTA.name });
    const { events } = readEvents(await run(4, ask));

    const mine = events.filter((event) => event.kind === 'delivery' && event.message.sender.includes('@lyngmark-tann'));
    expect(mine.filter((event) => event.kind === 'delivery' && event.reply.includes('S3140'))).toEqual([]);
    expect(stateBefore).toBe('listed');
    expect(row().state).toBe('rerouted');
    expect(row().rerouted).toBeGreaterThan(3);
    expect(row().bounced).toBeLessThanOrEqual(bouncedBefore + 1);
    expect(mine.some((event) => event.kind === 'delivery' && event.remoteIp === CLEAN_MTA.ip)).toBe(true);
    expect(events.some((event) => event.kind === 'delivery' && event.reply.includes('S3140'))).toBe(true);

    function row() {
      const found = relay.counters.view(now()).find(({ customer: id }) => id === customer);
      if (!found) throw new Error(customer);
      return found;
    }
  });

  it('let mail flow while the policy server is silent, and ask again once it answers', async () => {
    let isSilent = true;
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        if (!isSilent) socket.write('action=REJECT 5.7.1 Not today\n\n');
      });
    });
    const client = new PolicyClient({ host: '127.0.0.1', port: await listen(server), timeoutMs: 500, pauseMs: 20 });
    onTestFinished(() => client.close());

    expect(await client.ask(letter, recipient, '1')).toEqual({ kind: 'pass' });
    isSilent = false;
    const again = () => client.ask(letter, recipient, '2');
    await eventually(async () => expect(await again()).toMatchObject({ kind: 'refuse', text: 'Not today' }));
  });

  it('let mail flow while nobody listens', async () => {
    const server = net.createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const client = new PolicyClient({ host: '127.0.0.1', port });
    onTestFinished(() => client.close());

    expect(await client.ask(letter, recipient, '1')).toEqual({ kind: 'pass' });
  });

  it('ask once more when the connection was closed under a request', async () => {
    let connections = 0;
    const server = net.createServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.on('data', () => (connections === 1 ? socket.destroy() : socket.write('action=DEFER 4.7.1 Later\n\n')));
    });
    const client = new PolicyClient({ host: '127.0.0.1', port: await listen(server), timeoutMs: TIMEOUT_MS });
    onTestFinished(() => client.close());

    expect(await client.ask(letter, recipient, '1')).toEqual({
      kind: 'refuse',
      code: '450',
      dsn: '4.7.1',
      text: 'Later',
    });
    expect(connections).toBe(2);
  });

  it.each([
    ['DUNNO', { kind: 'pass' }],
    ['OK', { kind: 'pass' }],
    ['REJECTED', { kind: 'pass' }],
    ['FILTER smtp:[192.0.2.1]:25', { kind: 'filter', transport: 'smtp:[192.0.2.1]:25' }],
    ['REJECT', { kind: 'refuse', code: '554', dsn: '5.7.1', text: 'Access denied' }],
    ['reject call us', { kind: 'refuse', code: '554', dsn: '5.7.1', text: 'call us' }],
    ['DEFER 4.7.0 wait', { kind: 'refuse', code: '450', dsn: '4.7.0', text: 'wait' }],
    ['421 4.3.2 closing', { kind: 'refuse', code: '421', dsn: '4.3.2', text: 'closing' }],
  ])('read the action %j', (action, verdict) => {
    expect(readAction(action)).toEqual(verdict);
  });
});

const placed = { incidentId: 1, senders: [], logins: [], placedAt: 0 };
const recipient = { address: 'somebody@fjellpost.example', exists: true };
const letter = {
  at: 0,
  relay: 'relay1',
  customer: VICTIM,
  client: { ip: '192.0.2.1', name: 'unknown', helo: '[192.0.2.1]' },
  sender: THIEF,
  recipients: [recipient],
  sizeBytes: 1,
};

interface PolicyUnderTest {
  ask: AskPolicy;
  apply(one: Containment): Promise<void>;
  lift(id: number): Promise<void>;
}

/** The product's own policy server with these containments in force, and a relay's way to ask it. */
async function policyServer(inForce: Containment[]): Promise<PolicyUnderTest> {
  const { customers } = Directory.parse({ relays: RELAYS, partners: PARTNERS, customers: CUSTOMERS });
  const attribute = whoseMail(ownersOf(customers, new Set()));
  const mta = createPostfixMta({
    listen: { host: '127.0.0.1', port: 0 },
    door: (parts) => createPolicyDoor(parts, attribute),
    book: createBook(),
    routes: { [CLEAN_MTA.name]: `smtp:[${CLEAN_MTA.ip}]:${CLEAN_MTA.port}` },
  });
  const address = await mta.start(inForce);
  onTestFinished(() => mta.stop());
  if (!('port' in address)) throw new Error('no port');
  const client = new PolicyClient({ ...address, timeoutMs: TIMEOUT_MS });
  onTestFinished(() => client.close());
  return { ask: (...asked) => client.ask(...asked), apply: (one) => mta.apply(one), lift: (id) => mta.lift({ id }) };
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = new Set<net.Socket>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
