// The policy server in a thread of its own: the MTA contract over it, and what happens when the thread dies or hangs.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBook } from '../../src/containment/book.js';
import { createPostfixMta } from '../../src/containment/mtas/postfix/index.js';
import type { ListenAddress } from '../../src/containment/mtas/postfix/listen-address.js';
import { Directory } from '../../src/partners/directory.js';
import { shareOwners } from '../../src/partners/owners.js';
import { startThread } from '../../src/thread.js';
import { PolicyThread, type PolicyThreadOptions } from '../../src/wiring/policy-thread.js';
import { containment, requestText } from '../containment/containments.js';
import { connectPolicy, type PolicyClient } from '../containment/mtas/postfix/policy-client.js';
import { type Fate, testMta } from '../contract/mta.js';
import { eventually } from '../helpers/eventually.js';

const { customers } = Directory.parse({
  customers: ['kvist', 'vestmar'].map((id) => ({
    id,
    name: `${id} AS`,
    domains: [`${id}.example`],
    sasl_users: [id, `${id}-anna`],
  })),
});

const workers: Worker[] = [];
const noteWorker = (worker: Worker) => void workers.push(worker);
process.on('worker', noteWorker);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A busy machine takes seconds to load the files of a thread that is started again. */
const PATIENT = { confirmedMs: 60_000 };

function makeMta(listen: ListenAddress = { host: '127.0.0.1', port: 0 }, options: PolicyThreadOptions = PATIENT) {
  const book = createBook();
  const errors: string[] = [];
  let thread: PolicyThread | undefined;
  const mta = createPostfixMta({
    listen,
    door: (parts) => {
      thread = new PolicyThread(parts, shareOwners(customers, new Set()), options);
      return thread;
    },
    book,
    routes: { clean: 'smtp:[192.0.2.25]:25' },
    texts: { block: 'blocked', suspend: '{customer} suspended' },
    nameOf: (id) => customers.find((customer) => customer.id === id)?.name ?? id,
    onError: (error) => errors.push((error as Error).message),
    now: () => 1_000,
  });
  cleanups.push(() => mta.stop());
  return { book, mta, errors, learn: (learned: Map<string, string>) => thread?.learn(learned) };
}

/** The same with a thread that hangs while it is told to; those that are started then hang too. */
function makeHangingMta(options: PolicyThreadOptions = {}) {
  const hanging = new Int32Array(new SharedArrayBuffer(4));
  const start: PolicyThreadOptions['start'] = ({ workerData, ...rest }) =>
    startThread(import.meta.url, 'hanging.worker', { ...rest, workerData: { ...workerData, hang: hanging } });
  const hang = (isHung: boolean) => void Atomics.store(hanging, 0, isHung ? 1 : 0);
  return { ...makeMta(undefined, { ...PATIENT, start, ...options }), hang };
}

const fates: Record<string, Fate> = {
  DUNNO: 'pass',
  'REJECT 5.7.1 blocked': 'refused',
  'REJECT 5.7.1 kvist AS suspended': 'suspended',
  'FILTER smtp:[192.0.2.25]:25': 'rerouted',
};

testMta('postfix, asked in a thread of its own', async () => {
  const { mta } = makeMta();
  const client = await connectPolicy(await mta.start([]));
  return {
    mta,
    async fateOf({ sender, login = '', recipient = '' }) {
      const action = await ask(client, { sender, sasl_username: login, recipient });
      const fate = fates[action];
      if (!fate) throw new Error(`unexpected answer ${action}`);
      return fate;
    },
    stop: () => mta.stop(),
  };
});

describe('the policy thread', () => {
  it('is back on its port with all it knew after it died in the middle of a session', async () => {
    const { mta, errors, learn } = makeMta();
    const address = await mta.start([containment('suspend-outbound')]);
    await mta.apply(containment('block-sender', { customer: 'vestmar', logins: ['vestmar-anna'] }));
    await learn(new Map([['192.0.2.7', 'kvist']]));
    const client = await connectPolicy(address);
    client.write('request=smtpd_access_policy\nsender=bo@');

    await killThread();
    await client.closed;
    expect(mta.snapshot().isListening).toBe(false);

    const again = await reconnected(address);
    expect(await ask(again, { sender: 'bo@kvist.example' })).toBe('REJECT 5.7.1 kvist AS suspended');
    expect(await ask(again, { sender: '', sasl_username: 'vestmar-anna' })).toBe('REJECT 5.7.1 blocked');
    expect(await ask(again, { sender: 'root@web', client_address: '192.0.2.7' })).toContain('suspended');
    expect(await ask(again, { sender: 'eva@vestmar.example' })).toBe('DUNNO');
    expect(mta.snapshot().isListening).toBe(true);
    expect(errors).toEqual([expect.stringContaining('it is started again')]);
  });

  it('is ended and back on its port with all it knew after it hung', async () => {
    const told: string[] = [];
    const { hang, mta, errors } = makeHangingMta({
      hungMs: 1_000,
      onHung(text) {
        told.push(text);
        // The next one is well; the one that waits is not woken by it.
        hang(false);
      },
    });
    const address = await mta.start([containment('suspend-outbound')]);
    const client = await connectPolicy(address);
    expect(await ask(client, { sender: 'bo@kvist.example' })).toContain('suspended');

    hang(true);
    await eventually(() => expect(told).toHaveLength(1));
    expect(await client.closed).toEqual([]);

    const again = await reconnected(address);
    expect(await ask(again, { sender: 'bo@kvist.example' })).toContain('suspended');
    expect(told).toEqual([expect.stringContaining('hangs')]);
    expect(errors).toEqual([expect.stringContaining('hangs'), expect.stringContaining('it is started again')]);
  });

  it('ends within its patience though it hangs', async () => {
    const { hang, mta } = makeHangingMta();
    const client = await connectPolicy(await mta.start([]));
    hang(true);
    // Answers until it hangs.
    const lastAnswer = async () => ask(client, {}).catch(() => '');
    await eventually(async () => expect(await Promise.race([lastAnswer(), sleep(200, 'none')])).toBe('none'));

    await mta.stop();

    expect(workers.at(-1)?.threadId).toBe(-1);
  });

  it('says that a change is in force only when it is, though the thread has just died', async () => {
    const { mta } = makeMta();
    const first = containment('suspend-outbound');
    const address = await mta.start([first]);

    const killed = killThread();
    await Promise.all([
      mta.lift(first),
      mta.apply(containment('suspend-outbound', { customer: 'vestmar' })),
      killed.then(() => mta.apply(containment('block-sender', { senders: ['anna@kvist.example'] }))),
    ]);

    const client = await connectPolicy(address);
    expect(await ask(client, { sender: 'bo@kvist.example' })).toBe('DUNNO');
    expect(await ask(client, { sender: 'eva@vestmar.example' })).toBe('REJECT 5.7.1 vestmar AS suspended');
    expect(await ask(client, { sender: 'anna@kvist.example' })).toBe('REJECT 5.7.1 blocked');
  });

  it('does what two people ask for at once', async () => {
    const { mta } = makeMta();
    const client = await connectPolicy(await mta.start([]));
    const [block, suspension] = [
      containment('block-sender', { senders: ['anna@kvist.example'] }),
      containment('suspend-outbound', { customer: 'vestmar' }),
    ];

    await Promise.all([mta.apply(block), mta.apply(suspension), mta.apply(block), mta.lift(block)]);

    expect(await ask(client, { sender: 'anna@kvist.example' })).toBe('DUNNO');
    expect(await ask(client, { sender: 'eva@vestmar.example' })).toContain('suspended');
  });

  it('says that a change is not in force while the thread cannot come back, and does it when it can', async () => {
    const { mta } = makeMta(undefined, {});
    const address = await mta.start([]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await killThread();

    const applied = mta.apply(containment('suspend-outbound'));
    const refused = expect(applied).rejects.toThrow('does not run now');
    vi.advanceTimersByTime(5_000);
    await refused;

    vi.useRealTimers();
    const client = await reconnected(address);
    expect(await ask(client, { sender: 'bo@kvist.example' })).toContain('suspended');
  });

  it('tells people once, and the log every time, when it hangs again and again', async () => {
    const told: string[] = [];
    const { hang, mta, errors } = makeHangingMta({ hungMs: 300, onHung: (text) => told.push(text) });
    await mta.start([]);
    hang(true);

    const hangs = () => errors.filter((error) => error.includes('hangs'));
    await vi.waitFor(() => expect(hangs().length).toBeGreaterThan(1), { timeout: 30_000 });

    expect(told).toEqual([expect.stringContaining('is ended and started again')]);
    // So that the one that comes after it can be stopped.
    hang(false);
  });

  it('tells what each containment has decided, the last of it when it stops', async () => {
    const { mta, book } = makeMta();
    const suspension = containment('suspend-outbound');
    const client = await connectPolicy(
      await mta.start([suspension], new Map([[suspension.id, { count: 5, lastAt: 1 }]])),
    );
    for (const _ of [1, 2, 3]) await ask(client, { sender: 'bo@kvist.example' });
    await expect.poll(() => book.hits().get(suspension.id)).toEqual({ count: 8, lastAt: 1_000 });
    expect(mta.snapshot()).toMatchObject({ isListening: true, requests: 3, answers: { suspend: 3 } });

    client.write(requestText({ sender: 'bo@kvist.example' }).repeat(2).slice(0, -1));
    await client.actions(1);
    const stopped = mta.stop();
    client.write('\n');

    expect(await client.closed).toEqual(['REJECT 5.7.1 kvist AS suspended']);
    await stopped;
    expect(book.hits().get(suspension.id)?.count).toBe(10);
    expect(mta.snapshot()).toMatchObject({ isListening: false, requests: 5 });
  });

  it('forgets what is learned no more', async () => {
    const { mta, learn } = makeMta();
    const client = await connectPolicy(await mta.start([containment('suspend-outbound')]));
    const all = Array.from({ length: 1_200 }, (_, i): [string, string] => [`198.18.${i >> 8}.${i & 255}`, 'kvist']);
    await learn(new Map(all));
    expect(await ask(client, { sender: 'root@web', client_address: '198.18.4.175' })).toContain('suspended');

    await learn(new Map(all.slice(0, 1)));

    expect(await ask(client, { sender: 'root@web', client_address: '198.18.0.0' })).toContain('suspended');
    expect(await ask(client, { sender: 'root@web', client_address: '198.18.4.175' })).toBe('DUNNO');
  });

  it('names what stands in the way of listening', async () => {
    const { mta } = makeMta();
    const { mta: second } = makeMta(await mta.start([]));

    const message = expect.stringContaining('another process listens there');
    await expect(second.start([])).rejects.toMatchObject({ name: 'UserError', message });
  });
});

async function ask(client: PolicyClient, attributes: Record<string, string>): Promise<string> {
  client.write(requestText(attributes));
  const [action = ''] = await client.actions(1);
  return action;
}

/** Ends the thread that was started last, as a fault of its own would. */
async function killThread(): Promise<void> {
  await workers.at(-1)?.terminate();
}

/** As Postfix does: tries again until somebody listens. */
function reconnected(address: ListenAddress): Promise<PolicyClient> {
  return eventually(() => connectPolicy(address));
}
