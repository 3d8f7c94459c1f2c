// What the network may throw at the resolver: strangers, forgeries, broken messages, aliases that lead in circles, servers that die.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, encode } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { Resolver, type ResolverOptions } from '../../src/dns/resolver.js';
import { readAnswer } from '../../src/dns/wire.js';
import { type DnsReply, type DnsServer, startDnsServer } from '../../src/practice/internet/dns-server.js';
import { eventually } from '../helpers/eventually.js';

/** For what is waited out; what is answered never waits so long as the default below. */
const SHORT_MS = 150;
const LISTED: DnsReply = { a: ['127.0.0.2'] };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function serverThat(answer: (name: string, nth: number) => DnsReply | undefined): Promise<DnsServer> {
  let nth = 0;
  const server = await startDnsServer({ answer: ({ name }) => answer(name, nth++) });
  opened.push(server);
  return server;
}

function resolverOf(servers: { host: string; port: number }[], options: ResolverOptions = {}): Resolver {
  const resolver = new Resolver({ servers, timeoutMs: 60_000, tries: 2, ...options });
  opened.push(resolver);
  return resolver;
}

/** A server whose replies are made by hand from the bytes of the question. */
async function rawServer(reply: (query: Buffer) => Buffer[]): Promise<{ host: string; port: number }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (query, from) => {
    for (const bytes of reply(query)) socket.send(bytes, from.port, from.address);
  });
  opened.push(socket);
  return { host: '127.0.0.1', port: socket.address().port };
}

/** The question sent back as a reply: its flags, its number of answers, and what follows. */
function replied(query: Buffer, { rcode = 0, answers = 0 }, rest: number[] = []): Buffer {
  const head = Buffer.from(query);
  head[2] = 0x81;
  head[3] = 0x80 | rcode;
  head[7] = answers;
  return Buffer.concat([head, Buffer.from(rest)]);
}

test.each([
  ['another server', { ...LISTED, fault: 'wrong-source' }],
  ['another id', { ...LISTED, fault: 'wrong-id' }],
  ['another question', { ...LISTED, fault: 'wrong-question' }],
  ['nobody who speaks DNS', { fault: 'garbage' }],
] as [string, DnsReply][])(
  'a packet of %s is ignored and counted, the true answer behind it is taken',
  async (_, forged) => {
    const server = await serverThat((_name, nth) => (nth === 0 ? forged : { a: ['127.0.0.3'] }));
    const resolver = resolverOf([server]);
    expect(await resolver.query('q.zone.test', 'A')).toMatchObject({ kind: 'answer', addresses: ['127.0.0.3'] });
    await expect.poll(() => resolver.stats.dropped).toBe(1);
  },
);

test('a reply that only repeats a question, as a question, is no answer', async () => {
  let asked = 0;
  const server = await rawServer((query) => {
    asked++;
    return [query];
  });
  const resolver = resolverOf([server], { timeoutMs: SHORT_MS, tries: 1 });
  expect(await resolver.query('x.zone.test', 'A')).toEqual({ kind: 'timeout' });
  await expect.poll(() => resolver.stats.dropped).toBe(asked);
  expect(asked).toBeGreaterThan(0);
});

const SELF = [0xc0, 0x1d];
const RECORD = [0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 2];

test.each([
  ['a name that points to itself', [...SELF, ...RECORD]],
  ['a name that points behind the end', [0xc3, 0xff, ...RECORD]],
  ['a record cut short', [0xc0, 0x0c, 0, 1, 0, 1]],
  ['an address of three bytes', [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 3, 127, 0, 0]],
  ['a length beyond the end', [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0xff, 0xff, 127, 0, 0, 2]],
  ['no records where one is promised', []],
])('a reply with %s gives no listing and no clear', async (_, rest) => {
  // The question is 29 bytes long: the first record starts at 0x1d.
  const server = await rawServer((query) => [replied(query, { answers: 1 }, rest)]);
  const answer = await resolverOf([server]).query('x.zone.test', 'A');
  expect(answer.kind).toBe('malformed');
});

test('whatever stands behind the question, the answer is a value and never "no such name"', () => {
  const question = encode({ type: 'query', id: 7, questions: [{ name: 'x.zone.test', type: 'A' }] });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 255 }), (rest, answers) => {
      const { kind } = readAnswer(replied(question, { answers }, [...rest]), 'x.zone.test', 'A');
      expect(['answer', 'none', 'malformed']).toContain(kind);
      if (kind === 'none') expect(rest.length).toBeGreaterThan(10);
    }),
    { numRuns: 3_000 },
  );
});

function answered(answers: Answer[], flags = 0): ReturnType<typeof readAnswer> {
  const message = encode({ type: 'response', flags, questions: [{ name: 'x.zone.test', type: 'A' }], answers });
  return readAnswer(message, 'x.zone.test', 'A');
}

const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, data, ttl: 60 });
const address = (name: string, data = '127.0.0.2'): Answer => ({ type: 'A', name, data, ttl: 60 });

test('follows aliases in any order, to the records at their end alone', () => {
  const chain = [alias('x.zone.test', 'y.test'), alias('y.test', 'z.test')];
  const expected = { kind: 'answer', addresses: ['127.0.0.2'], alias: 'z.test' };
  expect(answered([...chain, address('z.test')])).toMatchObject(expected);
  expect(answered([address('z.test'), ...chain.toReversed()])).toMatchObject(expected);
  expect(answered([...chain, address('w.test')])).toEqual({ kind: 'none', rcode: 'NOERROR', alias: 'z.test' });
});

test('aliases that lead in circles or nowhere say so', () => {
  const circle = answered([alias('x.zone.test', 'y.test'), alias('y.test', 'x.zone.test')]);
  expect(circle).toEqual({ kind: 'none', rcode: 'NOERROR', alias: 'y.test' });
  expect(answered([alias('x.zone.test', 'y.test')], 3)).toEqual({ kind: 'none', rcode: 'NXDOMAIN', alias: 'y.test' });
  expect(answered([alias('other.test', 'y.test')])).toEqual({ kind: 'none', rcode: 'NOERROR' });
});

test('a name that does not exist and has an address all the same is no answer', () => {
  expect(answered([address('x.zone.test')], 3)).toMatchObject({ kind: 'malformed' });
});

async function askAll(resolver: Resolver, count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => resolver.query(`n${i}.zone.test`, 'A')));
  return [...new Set(answers.map(({ kind }) => kind))].sort();
}

test('a server that falls silent in the middle is taken over by the other', async () => {
  let asked = 0;
  const dying = await serverThat(() => (asked++ < 150 ? LISTED : { fault: 'silent' }));
  const living = await serverThat(() => LISTED);
  const resolver = resolverOf([dying, living], { tries: 3 });
  expect(await askAll(resolver, 2_000)).toEqual(['answer']);
  // Most of the rest went straight to the one that lives.
  expect(asked).toBeLessThan(600);
});

test('a server that goes away in the middle is taken over by the other', async () => {
  const living = await serverThat(() => LISTED);
  const dying = await startDnsServer({ answer: () => LISTED });
  const resolver = resolverOf([dying, living], { tries: 3 });
  expect(await askAll(resolver, 200)).toEqual(['answer']);
  await dying.close();
  expect(await askAll(resolver, 1_000)).toEqual(['answer']);
  expect(resolver.health().servers.map(({ isAnswering }) => isAnswering)).toEqual([false, true]);
});

test('when no server is left nothing is answered, and health says so', async () => {
  const silent = [await serverThat(() => ({ fault: 'silent' })), await serverThat(() => ({ fault: 'silent' }))];
  const resolver = resolverOf(silent, { timeoutMs: SHORT_MS });
  await eventually(async () => {
    expect(await askAll(resolver, 40)).toEqual(['timeout']);
    expect(resolver.health().servers.map(({ isAnswering }) => isAnswering)).toEqual([false, false]);
  });
});

test('a zone without living servers does not make the server look dead, and an answer makes it live again', async () => {
  let isDead = false;
  const server = await serverThat((name) =>
    isDead || name.endsWith('.dead.test') ? { fault: 'silent' } : { rcode: 'REFUSED' },
  );
  const resolver = resolverOf([server], { timeoutMs: SHORT_MS });
  const askDead = () => Promise.all(Array.from({ length: 30 }, (_, i) => resolver.query(`n${i}.dead.test`, 'A')));
  const health = () => resolver.health().servers[0];
  // Again, for in a process that stands still at the wrong moment too few questions count as lost to suspect anybody.
  await eventually(async () => {
    await askDead();
    expect(health()).toMatchObject({ isAnswering: true, lastAnswerAt: expect.any(Number) });
  });
  isDead = true;
  await eventually(async () => {
    await askDead();
    expect(health()?.isAnswering).toBe(false);
  });
  isDead = false;
  await resolver.query('x.zone.test', 'A');
  expect(resolver.health().servers[0]?.isAnswering).toBe(true);
});
