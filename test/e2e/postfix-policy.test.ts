// Containment as a customer's mail server meets it: a real Postfix with the settings of docs/postfix.md, asking the real policy server.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Book, createBook } from '../../src/containment/book.js';
import type { Containment, ContainmentAction } from '../../src/containment/containment.js';
import type { PostfixMta, PostfixMtaOptions } from '../../src/containment/mtas/postfix/index.js';
import { Directory } from '../../src/partners/directory.js';
import { startThread } from '../../src/thread.js';
import { freePort } from './free-port.js';
import { docsBlock } from './postfix/docs-blocks.js';
import { startPostfix, type TestPostfix, whyNoPostfix } from './postfix/harness.js';
import { type MtaOf, mtaOf, spawnMtaOf } from './postfix/mta-of.js';
import { type SmtpSink, startSink } from './postfix/smtp-sink.js';

const whyNot = whyNoPostfix();

const HOTMAIL = 'kari@hotmail.com';
const OTHER = 'ola@nord.example';
const kvist = { login: 'kvist', clientIp: '198.51.100.7', from: 'bo@kvist.example' };
const vestmar = { login: 'vestmar', clientIp: '198.51.100.20', from: 'eva@vestmar.example' };

const directory = Directory.parse({
  customers: [
    {
      id: 'kvist',
      name: 'Kvist',
      domains: ['kvist.example'],
      sasl_users: ['kvist', 'kvist-anna'],
      sasl_domains: ['kvist.example'],
      ips: ['198.51.100.7', '198.51.100.8/30'],
    },
    {
      id: 'vestmar',
      name: 'Vestmar',
      domains: ['vestmar.example'],
      sasl_users: ['vestmar', 'vestmar-eva', 'host@kvist.example'],
    },
    { id: 'sky', name: 'Sky', auth: 'm365', domains: ['sky.example'], shared_ips: ['192.0.2.8/29'] },
    {
      id: 'cloud',
      name: 'Cloud',
      auth: 'm365',
      domains: ['eu.sky.example'],
      shared_ips: ['192.0.2.8/29', '198.51.100.9'],
    },
  ],
});

let lastId = 0;
function containment(action: ContainmentAction, fields: Partial<Containment> = {}): Containment {
  lastId++;
  return { id: lastId, incidentId: 1, action, customer: 'kvist', senders: [], logins: [], placedAt: lastId, ...fields };
}

describe.skipIf(whyNot)(`containment on a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let dir: string;
  let policyPort: number;
  let normal: SmtpSink;
  let clean: SmtpSink;
  let second: TestPostfix;
  let postfix: TestPostfix;
  let mta: PostfixMta;
  let book: Book;
  let exportPath: string;

  const how = (): MtaOf => ({
    port: policyPort,
    directory,
    routes: { clean: `smtp:[127.0.0.1]:${clean.port}`, split: `smtp:[127.0.0.1]:${second.smtpPort}` },
    exportPath,
  });

  /** The policy server that Postfix asks; one at a time, always on the same port. */
  async function startMta(inForce: Containment[] = [], options: Partial<PostfixMtaOptions> = {}): Promise<PostfixMta> {
    book = createBook();
    const made = mtaOf(how(), { book, ...options });
    await made.start(inForce);
    return made;
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'relaywarden-export-'));
    // Postfix' own user reads here.
    chmodSync(dir, 0o755);
    exportPath = join(dir, 'containments.sqlite');
    policyPort = await freePort();
    [normal, clean] = [await startSink(), await startSink()];
    const db = { '/var/lib/relaywarden-export/containments.sqlite': exportPath };
    second = await startPostfix({
      hostname: 'split.example',
      relayhostPort: normal.port,
      mainCf: docsBlock('main.cf of the second instance', { '/etc/postfix-reroute': '{dir}' }),
      files: {
        'microsoft.cf': docsBlock('/etc/postfix-reroute/microsoft.cf', {
          ...db,
          '[192.0.2.25]:25': `[127.0.0.1]:${clean.port}`,
        }),
      },
    });
    mta = await startMta();
    postfix = await startPostfix({
      relayhostPort: normal.port,
      mainCf: docsBlock('main.cf with the exported table', {
        '127.0.0.1:10040': `127.0.0.1:${policyPort}`,
        '/etc/postfix': '{dir}',
      }),
      files: Object.fromEntries(
        ['logins', 'senders', 'clients'].map((kind) => [
          `relaywarden-${kind}.cf`,
          docsBlock(`/etc/postfix/relaywarden-${kind}.cf`, db),
        ]),
      ),
    });
  });

  afterAll(async () => {
    for (const stoppable of [postfix, second, mta, normal, clean]) await stoppable?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    for (const inForce of book.list()) await mta.lift(inForce);
  });

  afterEach(async () => {
    await expect.poll(() => [...postfix.queue(), ...second.queue()]).toEqual([]);
    normal.messages.length = 0;
    clean.messages.length = 0;
  });

  const arrived = (sink: SmtpSink) =>
    sink.messages.flatMap(({ from, to }) => to.map((recipient) => `${from} > ${recipient}`)).sort();
  const isEverythingDelivered = () => expect.poll(() => [...postfix.queue(), ...second.queue()]).toEqual([]);

  async function outcome(
    message: { login?: string; clientIp?: string; from: string },
    to = [OTHER],
  ): Promise<string[]> {
    return (await postfix.send({ ...message, to })).replies;
  }

  it('refuses a blocked sender with our text, until it is lifted; others pass', async () => {
    const block = containment('block-sender', { senders: ['anna@kvist.example'] });
    await mta.apply(block);

    expect(await outcome({ ...kvist, from: 'Anna@kvist.example' })).toEqual([
      `554 5.7.1 <${OTHER}>: Recipient address rejected: Anna@kvist.example is stopped, call 555 01 23`,
    ]);
    expect(await outcome(kvist)).toEqual(['250 2.1.5 Ok']);
    expect(await outcome(vestmar)).toEqual(['250 2.1.5 Ok']);

    await mta.lift(block);
    expect(await outcome({ ...kvist, from: 'anna@kvist.example' })).toEqual(['250 2.1.5 Ok']);
  });

  it('refuses a blocked sender however the client writes it', async () => {
    await mta.apply(containment('block-sender', { senders: ['anna@kvist.example'] }));

    for (const from of ['"anna"@kvist.example', '@a.example:anna@kvist.example', 'anna@kvist.example.']) {
      expect(await outcome({ ...kvist, from }), from).toEqual([expect.stringMatching(/^(554 5\.7\.1|501|553)/)]);
    }
  });

  it("passes a blocked sender under another customer's login", async () => {
    await mta.apply(containment('block-sender', { senders: ['anna@kvist.example'] }));

    expect(await outcome({ ...vestmar, from: 'anna@kvist.example' })).toEqual(['250 2.1.5 Ok']);
  });

  it('refuses a blocked login under any sender, with the null sender too', async () => {
    await mta.apply(containment('block-sender', { logins: ['kvist-anna'] }));

    for (const from of ['any@thing.example', '']) {
      const [reply] = await outcome({ ...kvist, login: 'KVIST-anna', from });
      expect(reply).toMatch(/^554 5\.7\.1 .* is stopped, call 555 01 23$/);
    }
    expect(await outcome(kvist)).toEqual(['250 2.1.5 Ok']);
  });

  it('suspends a customer: every sender of it is refused, other customers pass', async () => {
    await mta.apply(containment('suspend-outbound'));

    expect(await outcome(kvist, [HOTMAIL, OTHER])).toEqual(
      [HOTMAIL, OTHER].map(
        (to) => `554 5.7.1 <${to}>: Recipient address rejected: kvist AS is suspended, call 555 01 23`,
      ),
    );
    expect(await outcome({ ...kvist, from: '' })).toEqual([expect.stringContaining('suspended')]);
    expect(await outcome(vestmar)).toEqual(['250 2.1.5 Ok']);
  });

  it('suspends by deferring when so configured', async () => {
    await mta.stop();
    mta = await startMta([containment('suspend-outbound')], { texts: { suspendWith: 'DEFER', suspend: 'later' } });

    expect(await outcome(kvist)).toEqual([`450 4.7.1 <${OTHER}>: Recipient address rejected: later`]);

    await mta.stop();
    mta = await startMta();
  });

  it("re-routes a customer's Hotmail to the second sink; its other mail and other customers' do not move", async () => {
    await mta.apply(containment('reroute', { route: 'clean' }));

    await outcome(kvist, [HOTMAIL]);
    await outcome(kvist, [OTHER]);
    await outcome(vestmar, [HOTMAIL]);
    await isEverythingDelivered();

    expect(arrived(clean)).toEqual([`bo@kvist.example > ${HOTMAIL}`]);
    expect(arrived(normal)).toEqual([`bo@kvist.example > ${OTHER}`, `eva@vestmar.example > ${HOTMAIL}`]);
  });

  it('re-routes a message to mixed recipients as a whole: FILTER is per message', async () => {
    await mta.apply(containment('reroute', { route: 'clean' }));

    await outcome(kvist, [OTHER, HOTMAIL]);
    await isEverythingDelivered();

    expect(arrived(clean)).toEqual([`bo@kvist.example > ${HOTMAIL}`, `bo@kvist.example > ${OTHER}`]);
    expect(arrived(normal)).toEqual([]);
  });

  it('splits mixed recipients exactly through a second instance', async () => {
    await mta.apply(containment('reroute', { route: 'split' }));

    await outcome(kvist, [HOTMAIL, OTHER, 'per@outlook.com']);
    await outcome(kvist, [OTHER]);
    await isEverythingDelivered();

    expect(arrived(clean)).toEqual([`bo@kvist.example > ${HOTMAIL}`, 'bo@kvist.example > per@outlook.com']);
    expect(arrived(normal)).toEqual([`bo@kvist.example > ${OTHER}`, `bo@kvist.example > ${OTHER}`]);
    const direct = normal.messages.filter(({ data }) => !data.includes('split.example'));
    expect(direct).toHaveLength(1);
  });

  it('keeps a decision in force over a restart, also in a session that was open before it', async () => {
    const suspension = containment('suspend-outbound');
    await mta.apply(suspension);
    const session = await postfix.session(kvist);
    expect((await session.send({ from: kvist.from, to: [OTHER] })).replies).toEqual([
      expect.stringContaining('suspended'),
    ]);

    await mta.stop();
    mta = await startMta([suspension], { export: undefined as never });

    expect((await session.send({ from: kvist.from, to: [OTHER] })).replies).toEqual([
      expect.stringContaining('suspended'),
    ]);
    await session.quit();
    await mta.stop();
    mta = await startMta();
  });

  it('keeps a decision in force when its thread dies, also in a session that was open before', async () => {
    const workers: Worker[] = [];
    const note = (worker: Worker) => void workers.push(worker);
    process.on('worker', note);
    onTestFinished(() => void process.off('worker', note));
    const suspension = containment('suspend-outbound');
    await mta.stop();
    mta = await startMta([suspension]);
    const session = await postfix.session(kvist);
    const suspended = [expect.stringContaining('suspended')];
    expect((await session.send({ from: kvist.from, to: [OTHER] })).replies).toEqual(suspended);

    await workers[0]?.terminate();
    // Postfix tries again after a second; the next thread's files take longer to load on a busy machine.
    await expect.poll(() => [workers.length, mta.snapshot().isListening]).toEqual([2, true]);

    expect((await session.send({ from: kvist.from, to: [OTHER] })).replies).toEqual(suspended);
    await session.quit();
    expect(await outcome(vestmar)).toEqual(['250 2.1.5 Ok']);
  });

  it('loses no mail while its thread hangs, and refuses again when that is back', async () => {
    const hang = new Int32Array(new SharedArrayBuffer(4));
    const told: string[] = [];
    const hanging = new URL('../wiring/policy-thread.test.ts', import.meta.url).href;
    await mta.stop();
    mta = mtaOf({
      ...how(),
      thread: {
        hungMs: 40_000,
        start: ({ workerData, ...rest }) =>
          startThread(hanging, 'hanging.worker', { ...rest, workerData: { ...workerData, hang } }),
        onHung(text) {
          told.push(text);
          Atomics.store(hang, 0, 0);
        },
      },
    });
    await mta.start([containment('suspend-outbound')]);
    const suspended = [expect.stringContaining('suspended')];
    expect(await outcome(kvist)).toEqual(suspended);

    Atomics.store(hang, 0, 1);
    expect(await outcome(vestmar)).toEqual(['250 2.1.5 Ok']);
    await isEverythingDelivered();
    expect(arrived(normal)).toEqual([`${vestmar.from} > ${OTHER}`]);
    expect(told).toEqual([]);

    await expect.poll(() => told, { timeout: 120_000 }).toHaveLength(1);
    await expect.poll(async () => outcome(kvist)).toEqual(suspended);
  });

  it('counts what it refused', async () => {
    await mta.stop();
    const block = containment('block-sender', { senders: ['anna@kvist.example'] });
    mta = await startMta([block]);

    await outcome({ ...kvist, from: 'anna@kvist.example' }, [OTHER, HOTMAIL]);

    await expect.poll(() => book.hits().get(block.id)?.count).toBe(2);
  });

  describe('while the policy server is down', () => {
    beforeEach(() => mta.stop());
    afterEach(async () => {
      mta = await startMta();
    });

    it('lets mail flow', async () => {
      expect(await outcome(vestmar, [OTHER, HOTMAIL])).toEqual(['250 2.1.5 Ok', '250 2.1.5 Ok']);
    });

    it('holds suspensions and blocks by the exported table, and nothing else', async () => {
      mta = await startMta([
        containment('suspend-outbound'),
        containment('block-sender', {
          customer: 'vestmar',
          senders: ['eva@vestmar.example'],
          logins: ['vestmar-eva'],
        }),
      ]);
      await mta.stop();

      const suspended = `554 5.7.1 <${OTHER}>: Recipient address rejected: kvist AS is suspended, call 555 01 23`;
      const at = (kind: string) => suspended.replace(`<${OTHER}>: Recipient address`, kind);
      expect(await outcome({ from: 'x@e.example', login: 'KVIST' })).toEqual([at('<KVIST>: SASL login name')]);
      expect(await outcome({ from: 'x@e.example', login: 'any@kvist.example' })).toEqual([
        at('<any@kvist.example>: SASL login name'),
      ]);
      expect(await outcome({ from: 'x@e.example', clientIp: '198.51.100.7' })).toEqual([
        at('<unknown[198.51.100.7]>: Client host'),
      ]);
      expect(await outcome({ from: 'eva@vestmar.example', login: 'vestmar' })).toEqual([
        '554 5.7.1 <eva@vestmar.example>: Sender address rejected: eva@vestmar.example is stopped, call 555 01 23',
      ]);
      expect(await outcome({ from: 'x@e.example', login: 'vestmar-eva' })).toEqual([
        expect.stringContaining('is stopped'),
      ]);
      expect(await outcome({ ...vestmar, from: 'ida@vestmar.example' })).toEqual(['250 2.1.5 Ok']);
      expect(await outcome({ from: 'x@e.example', login: 'kvist2@other.example' })).toEqual(['250 2.1.5 Ok']);
      expect(await outcome({ from: 'x@e.example', login: 'host@kvist.example' })).toEqual(['250 2.1.5 Ok']);
      expect(await outcome({ from: 'x@e.example', clientIp: '198.51.100.9' })).toEqual(['250 2.1.5 Ok']);
    });

    it('lets a forged sender of nobody’s pass: the table sees a sender, and not whose mail it is in', async () => {
      const forged = 'support@bank.example';
      const senders = [forged, 'anna@kvist.example'];
      mta = await startMta([containment('block-sender', { senders, ownSenders: ['anna@kvist.example'] })]);
      const refused = [expect.stringContaining('is stopped')];
      expect(await outcome({ ...kvist, from: forged })).toEqual(refused);
      expect(await outcome({ ...vestmar, from: forged })).toEqual(['250 2.1.5 Ok']);

      await mta.stop();

      expect(await outcome({ ...vestmar, from: forged })).toEqual(['250 2.1.5 Ok']);
      expect(await outcome({ ...kvist, from: forged })).toEqual(['250 2.1.5 Ok']);
      expect(await outcome({ ...kvist, from: 'anna@kvist.example' })).toEqual(refused);
    });

    it('holds a sender domain exactly', async () => {
      mta = await startMta([containment('suspend-outbound', { customer: 'sky' })]);
      await mta.stop();
      const from = (sender: string) => outcome({ clientIp: '192.0.2.9', from: sender });

      expect(await from('Ida@SKY.example')).toEqual([expect.stringContaining('sky AS is suspended')]);
      expect(await from('ida@eu.sky.example')).toEqual(['250 2.1.5 Ok']);
      expect(await from('ida@example')).toEqual(['250 2.1.5 Ok']);
      expect(await from('sky.example@nord.example')).toEqual(['250 2.1.5 Ok']);
      expect(await from('')).toEqual(['250 2.1.5 Ok']);
    });

    const broken: [string, string | undefined][] = [
      ['answers garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
      ['closes at once', ''],
      ['hangs', undefined],
    ];
    it.each(broken)('lets mail flow when something on its port %s', async (_, answer) => {
      const sockets = new Set<net.Socket>();
      const impostor = net.createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
        socket.on('data', () => answer !== undefined && socket.end(answer));
      });
      await new Promise<void>((resolve) => impostor.listen(policyPort, '127.0.0.1', resolve));

      const replies = await outcome(vestmar).finally(() => {
        for (const socket of sockets) socket.destroy();
        impostor.close();
      });

      expect(replies).toEqual(['250 2.1.5 Ok']);
    });
  });

  it("refuses nobody else's mail while it is up, holds when it was killed, and lets go when it is back", async () => {
    await mta.stop();
    const silenceMs = 15_000;
    const inForce = ['kvist', 'sky'].map((customer) => containment('suspend-outbound', { customer }));
    const innocent = async () => [
      ...(await outcome({ ...vestmar, clientIp: '198.51.100.7' })),
      ...(await outcome({ ...vestmar, from: 'ida@sky.example' })),
      ...(await outcome({ clientIp: '192.0.2.9', from: 'ida@eu.sky.example' })),
    ];
    const suspended = async () => [
      ...(await outcome(kvist)),
      ...(await outcome({ clientIp: '192.0.2.9', from: 'ida@sky.example' })),
    ];
    const [passed, refused] = ['250 2.1.5 Ok', expect.stringContaining('is suspended')];

    const child = await spawnMtaOf({ ...how(), silenceMs }, inForce);
    try {
      // Longer than one sign of life lasts.
      for (const until = Date.now() + silenceMs + 2_000; Date.now() < until; await sleep(500)) {
        expect(await innocent()).toEqual([passed, passed, passed]);
      }
      expect(await suspended()).toEqual([refused, refused]);

      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await expect.poll(suspended, { interval: 500 }).toEqual([refused, refused]);
      expect(await outcome(vestmar)).toEqual([passed]);
    } finally {
      child.kill('SIGKILL');
      mta = await startMta(inForce);
    }
    expect(await innocent()).toEqual([passed, passed, passed]);
    expect(await suspended()).toEqual([refused, refused]);
  });

  it('asks with the plain settings of the docs as well', async () => {
    const plain = await startPostfix({
      relayhostPort: normal.port,
      mainCf: docsBlock('main.cf', { '127.0.0.1:10040': `127.0.0.1:${policyPort}` }),
    });
    await mta.apply(containment('suspend-outbound'));

    const { replies } = await plain.send({ ...kvist, to: [OTHER] });
    await plain.stop();

    expect(replies).toEqual([expect.stringContaining('suspended')]);
  });
});
