// The resolver against a server that answers, fails and misbehaves as told.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Resolver, type ResolverOptions } from '../../src/dns/resolver.js';
import { type DnsReply, type DnsServer, fromTable, startDnsServer } from '../../src/practice/internet/dns-server.js';

/** What is answered never waits so long, not even on a machine that stands still for a moment. */
const LONG_MS = 60_000;
/** For what is waited out: silence, and what counts as silence. */
const SHORT_MS = 150;

const LISTED: DnsReply = { a: ['127.0.0.2'], txt: ['listed'], ttlS: 300 };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function serverWith(table: Record<string, DnsReply>, host?: string): Promise<DnsServer & { asked: string[] }> {
  const asked: string[] = [];
  const answer = fromTable(table);
  const server = await startDnsServer({
    ...(host ? { host } : {}),
    answer(question) {
      asked.push(`${question.type} ${question.name} ${question.over}`);
      return answer(question);
    },
  });
  opened.push(server);
  return Object.assign(server, { asked });
}

function resolverOf(servers: { host: string; port: number }[], options: ResolverOptions = {}): Resolver {
  const resolver = new Resolver({ servers, timeoutMs: LONG_MS, tries: 2, ...options });
  opened.push(resolver);
  return resolver;
}

/** A port where nobody listens, nor will: it is held by a socket that hears nobody but the port 9. */
async function deafPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  opened.push(socket);
  socket.connect(9, '127.0.0.1');
  await once(socket, 'connect');
  return socket.address().port;
}

/** A server that keeps what it is asked, and answers "no such name" to all of it when told. */
async function patientServer(): Promise<{ host: string; port: number; held: Buffer[]; answer(): void }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  opened.push(socket);
  const held: Buffer[] = [];
  const due: (() => void)[] = [];
  socket.on('message', (query, { port, address }) => {
    held.push(query);
    due.push(() => socket.send(noSuchName(query), port, address));
  });
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    held,
    answer() {
      for (const send of due.splice(0)) send();
    },
  };
}

function noSuchName(query: Buffer): Buffer {
  const reply = Buffer.from(query);
  reply[2] = 0x81;
  reply[3] = 0x83;
  return reply;
}

test('reads A records with their time to live', async () => {
  const server = await serverWith({ 'many.zone.test': { a: ['127.0.0.2', '127.0.0.9'], ttlS: 300 } });
  const answer = await resolverOf([server]).query('Many.Zone.Test', 'A');
  expect(answer).toEqual({
    kind: 'answer',
    addresses: ['127.0.0.2', '127.0.0.9'],
    texts: [],
    ttlS: 300,
    complete: true,
  });
});

test('joins the strings of a TXT record and keeps records apart', async () => {
  const server = await serverWith({ 'x.zone.test': { txt: [['one ', 'text'], 'another'] } });
  const answer = await resolverOf([server]).query('x.zone.test', 'TXT');
  expect(answer).toMatchObject({ kind: 'answer', texts: ['one text', 'another'], addresses: [] });
});

test('reads AAAA records, and follows an alias to the records beside it', async () => {
  const server = await serverWith({ 'x.zone.test': { aaaa: ['2001:db8::1'], cname: 'real.zone.test' } });
  const answer = await resolverOf([server]).query('x.zone.test', 'AAAA');
  expect(answer).toMatchObject({ kind: 'answer', addresses: ['2001:db8::1'] });
});

test.each([
  ['a name that does not exist', 'none.zone.test', { kind: 'none', rcode: 'NXDOMAIN' }],
  ['a name without the asked record', 'text.zone.test', { kind: 'none', rcode: 'NOERROR' }],
  ['a refusal', 'refused.zone.test', { kind: 'refused' }],
  ['a server failure', 'servfail.zone.test', { kind: 'servfail', rcode: 'SERVFAIL' }],
  ['another error code', 'formerr.zone.test', { kind: 'servfail', rcode: 'FORMERR' }],
  ['silence', 'silent.zone.test', { kind: 'timeout' }],
  ['another id', 'wrong-id.zone.test', { kind: 'timeout' }],
  ['another question', 'wrong-question.zone.test', { kind: 'timeout' }],
  ['another source port', 'wrong-source.zone.test', { kind: 'timeout' }],
  ['garbage', 'garbage.zone.test', { kind: 'timeout' }],
])('answers %s with a value', async (_, name, expected) => {
  const server = await serverWith({
    'text.zone.test': { txt: ['only text'] },
    'refused.zone.test': { rcode: 'REFUSED' },
    'servfail.zone.test': { rcode: 'SERVFAIL' },
    'formerr.zone.test': { rcode: 'FORMERR' },
    'silent.zone.test': { ...LISTED, fault: 'silent' },
    'wrong-id.zone.test': { ...LISTED, fault: 'wrong-id' },
    'wrong-question.zone.test': { ...LISTED, fault: 'wrong-question' },
    'wrong-source.zone.test': { ...LISTED, fault: 'wrong-source' },
    'garbage.zone.test': { ...LISTED, fault: 'garbage' },
  });
  const timeoutMs = expected.kind === 'timeout' ? SHORT_MS : LONG_MS;
  expect(await resolverOf([server], { timeoutMs }).query(name, 'A')).toEqual(expected);
});

test('counts packets that answer nothing it asked', async () => {
  const server = await serverWith({
    'wrong-id.zone.test': { ...LISTED, fault: 'wrong-id' },
    'twice.zone.test': { ...LISTED, fault: 'duplicate' },
  });
  // However often a question is sent, each sending is replied to.
  const sendings = (name: string) => server.asked.filter((question) => question === `A ${name} udp`).length;
  const forged = resolverOf([server], { timeoutMs: SHORT_MS, tries: 1 });
  await forged.query('wrong-id.zone.test', 'A');
  await expect.poll(() => forged.stats.dropped).toBe(sendings('wrong-id.zone.test'));
  const doubled = resolverOf([server]);
  expect(await doubled.query('twice.zone.test', 'A')).toMatchObject({ kind: 'answer' });
  await expect.poll(() => doubled.stats.dropped).toBe(2 * sendings('twice.zone.test') - 1);
});

test('counts answers that come too late, and takes them for no other question', async () => {
  const server = await patientServer();
  const resolver = resolverOf([server], { timeoutMs: 1_000, tries: 1 });
  expect(await resolver.query('late.zone.test', 'A')).toEqual({ kind: 'timeout' });
  await expect.poll(() => server.held).toHaveLength(resolver.stats.sent);
  const late = server.held.length;
  const next = resolver.query('next.zone.test', 'A');
  await expect.poll(() => server.held.length).toBeGreaterThan(late);
  const replies = server.held.length;
  server.answer();
  expect(await next).toEqual({ kind: 'none', rcode: 'NXDOMAIN' });
  await expect.poll(() => resolver.stats.dropped).toBe(replies - 1);
});

test('takes a reply whose server wrote the name in other letters', async () => {
  const mixed = await startDnsServer({
    answer: () => ({ fault: { bytes: (query) => upperCased(query) } }),
  });
  opened.push(mixed);
  expect(await resolverOf([mixed]).query('abc.zone.test', 'A')).toEqual({ kind: 'none', rcode: 'NXDOMAIN' });
});

function upperCased(query: Buffer): Buffer {
  const reply = noSuchName(query);
  for (let i = 12; i < reply.length - 4; i++) {
    const byte = reply[i] ?? 0;
    if (byte >= 97 && byte <= 122) reply[i] = byte - 32;
  }
  return reply;
}

test('asks over TCP when the answer was cut off', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `127.0.1.${i}`);
  const server = await serverWith({ 'long.zone.test': { a: many, fault: 'truncated' } });
  const answer = await resolverOf([server]).query('long.zone.test', 'A');
  expect(answer).toMatchObject({ kind: 'answer', addresses: many, complete: true });
  expect(server.asked).toEqual(['A long.zone.test udp', 'A long.zone.test tcp']);
});

test('keeps the records that came when there is no TCP, and says that they are not all', async () => {
  const server = await serverWith({ 'long.zone.test': { ...LISTED, fault: 'cut-off' } });
  const answer = await resolverOf([server]).query('long.zone.test', 'A');
  expect(answer).toMatchObject({ kind: 'answer', addresses: ['127.0.0.2'], complete: false });
});

test('goes to the next server when one is silent, refuses or is not there', async () => {
  const good = await serverWith({ 'x.zone.test': LISTED });
  const refusing = await serverWith({ 'x.zone.test': { rcode: 'REFUSED' } });
  const silent = await serverWith({ 'x.zone.test': { fault: 'silent' } });
  const absent = { host: '127.0.0.1', port: await deafPort() };
  for (const bad of [refusing, silent, absent]) {
    const resolver = resolverOf([bad, good]);
    expect(await resolver.query('x.zone.test', 'A')).toMatchObject({ kind: 'answer' });
    expect(await resolver.query('x.zone.test', 'A')).toMatchObject({ kind: 'answer' });
  }
});

test('a refusal outweighs the silence of the next server', async () => {
  const refusing = await serverWith({ 'x.zone.test': { rcode: 'REFUSED' } });
  const silent = await serverWith({ 'x.zone.test': { fault: 'silent' } });
  const resolver = resolverOf([refusing, silent], { timeoutMs: SHORT_MS });
  expect(await resolver.query('x.zone.test', 'A')).toEqual({ kind: 'refused' });
});

test('a port where nobody listens is unreachable, and asking goes on working', async () => {
  const resolver = resolverOf([{ host: '127.0.0.1', port: await deafPort() }]);
  for (let i = 0; i < 3; i++) {
    expect(await resolver.query('x.zone.test', 'A')).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  }
});

test('an address that cannot be reached from here is a value too', async () => {
  const resolver = resolverOf([{ host: 'ff00::', port: 53 }], { timeoutMs: SHORT_MS });
  const answer = await resolver.query('x.zone.test', 'A');
  expect(['unreachable', 'timeout']).toContain(answer.kind);
});

test('asks a server on IPv6', async () => {
  const server = await serverWith({ 'x.zone.test': LISTED }, '::1');
  expect(await resolverOf([server]).query('x.zone.test', 'A')).toMatchObject({ kind: 'answer' });
});

test('keeps no more than the window in flight, and answers all', async () => {
  const seen = new Set<string>();
  let isAnswering = false;
  const server = await startDnsServer({
    answer({ name }) {
      seen.add(name);
      return isAnswering ? LISTED : { fault: 'silent' };
    },
  });
  opened.push(server);
  const resolver = resolverOf([server], { window: 8 });
  const answers = Promise.all(Array.from({ length: 200 }, (_, i) => resolver.query(`n${i}.zone.test`, 'A')));
  await expect.poll(() => seen.size).toBe(8);
  // One more turn for a ninth to come.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen.size).toBe(8);
  isAnswering = true;
  expect((await answers).every(({ kind }) => kind === 'answer')).toBe(true);
});

test('takes the answer to a first sending although it was sent again, to another server', async () => {
  const slow = await patientServer();
  const silent = await startDnsServer({
    answer() {
      slow.answer();
      return { fault: 'silent' };
    },
  });
  opened.push(silent);
  const resolver = resolverOf([slow, silent]);
  expect(await resolver.query('slow.zone.test', 'A')).toEqual({ kind: 'none', rcode: 'NXDOMAIN' });
});

test('a lost packet costs no more than the time in which answers usually come', async () => {
  let lost = 0;
  const server = await startDnsServer({
    answer: ({ name }) => (name === 'lost.zone.test' && lost++ === 0 ? { fault: 'silent' } : LISTED),
  });
  opened.push(server);
  const resolver = resolverOf([server]);
  for (let i = 0; i < 10; i++) await resolver.query(`n${i}.zone.test`, 'A');
  // It would wait for two minutes, and in vain, if only the time-out counted.
  expect(await resolver.query('lost.zone.test', 'A')).toMatchObject({ kind: 'answer' });
  expect(lost).toBeGreaterThan(1);
});

test('time in which this process stands still is not the silence of a server', async () => {
  let asked = 0;
  const server = await startDnsServer({
    answer() {
      if (asked++ === 0) standStill(1_500);
      return { ...LISTED, delayMs: 100 };
    },
  });
  opened.push(server);
  const resolver = resolverOf([server], { timeoutMs: 1_000, tries: 1 });
  expect(await resolver.query('x.zone.test', 'A')).toMatchObject({ kind: 'answer' });
});

test('a question sent right after a standstill waits no longer for it', async () => {
  const server = await serverWith({ 'x.zone.test': LISTED, 'silent.zone.test': { fault: 'silent' } });
  const resolver = resolverOf([server], { timeoutMs: 500, tries: 1 });
  const givenUp: string[] = [];
  await resolver.query('x.zone.test', 'A');
  const before = resolver.query('silent.zone.test', 'A').then(() => givenUp.push('right after it'));
  // It is sent when this is over, before anybody has noted for how long it lasted.
  standStill(2_000);
  await expect.poll(() => resolver.stats.sent).toBe(2);
  await sleep(100);
  const after = resolver.query('silent.zone.test', 'A').then(() => givenUp.push('a little later'));
  await Promise.all([before, after]);
  expect(givenUp).toEqual(['right after it', 'a little later']);
});

test('a silent server is given up in a process that is late each time', async () => {
  const server = await serverWith({ 'silent.zone.test': { fault: 'silent' } });
  const busy = setInterval(() => standStill(50), 1);
  opened.push({ close: () => clearInterval(busy) });
  const resolver = resolverOf([server], { timeoutMs: SHORT_MS });
  expect(await resolver.query('silent.zone.test', 'A')).toEqual({ kind: 'timeout' });
});

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('gives each of many concurrent questions its own answer', async () => {
  const server = await startDnsServer({
    answer: ({ name }) => ({ a: [`127.0.${Number(name.split('.')[0]) >> 8}.${Number(name.split('.')[0]) & 255}`] }),
  });
  opened.push(server);
  const resolver = resolverOf([server], { tries: 5 });
  const numbers = Array.from({ length: 3_000 }, (_, i) => i);
  const answers = await Promise.all(numbers.map((i) => resolver.query(`${i}.zone.test`, 'A')));
  expect(answers.map((answer) => (answer.kind === 'answer' ? answer.addresses[0] : answer.kind))).toEqual(
    numbers.map((i) => `127.0.${i >> 8}.${i & 255}`),
  );
});

test('a name that does not fit the DNS is not sent', async () => {
  const server = await serverWith({});
  const resolver = resolverOf([server]);
  for (const name of [
    '',
    '.',
    'a..b',
    `${'x'.repeat(64)}.test`,
    `${'x.'.repeat(130)}test`,
    'bücher.test',
    'a b.test',
  ]) {
    expect(await resolver.query(name, 'A')).toMatchObject({ kind: 'malformed' });
  }
  expect(server.asked).toEqual([]);
});

test('an aborted question rejects at once and frees its slot', async () => {
  const server = await serverWith({ 'silent.zone.test': { fault: 'silent' }, 'x.zone.test': LISTED });
  const resolver = resolverOf([server], { window: 1 });
  const abort = new AbortController();
  const first = resolver.query('silent.zone.test', 'A', { signal: abort.signal });
  const second = resolver.query('x.zone.test', 'A');
  abort.abort();
  await expect(first).rejects.toThrow('aborted');
  expect(await second).toMatchObject({ kind: 'answer' });
  await expect(resolver.query('x.zone.test', 'A', { signal: abort.signal })).rejects.toThrow('aborted');
});

test('closing answers what is open, in flight and waiting', async () => {
  const server = await serverWith({ 'silent.zone.test': { fault: 'silent' } });
  const resolver = resolverOf([server], { window: 2 });
  const open = [1, 2, 3, 4].map(() => resolver.query('silent.zone.test', 'A'));
  resolver.close();
  for (const answer of await Promise.all(open)) expect(answer.kind).toBe('unreachable');
  expect(await resolver.query('x.zone.test', 'A')).toMatchObject({ kind: 'unreachable' });
});

test('tells which servers answer, and when each last did', async () => {
  const good = await serverWith({ 'x.zone.test': LISTED });
  const absent = { host: '127.0.0.1', port: await deafPort() };
  const resolver = resolverOf([good, absent], { now: () => 1_700_000_000_000 });
  const addressOf = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  expect(resolver.health().servers).toEqual([
    { address: addressOf(good), isAnswering: true },
    { address: addressOf(absent), isAnswering: true },
  ]);
  for (let i = 0; i < 2; i++) await resolver.query('x.zone.test', 'A');
  expect(resolver.health().servers).toEqual([
    { address: addressOf(good), isAnswering: true, lastAnswerAt: 1_700_000_000_000 },
    { address: addressOf(absent), isAnswering: false },
  ]);
});

test('a server whose address is no address is told to the operator', () => {
  for (const server of ['dns.example', '1.2.3.4:0', '1.2.3:53', '[::1', '1.2.3.4:99999']) {
    expect(() => new Resolver({ servers: [server] })).toThrow(/e\.g\. 192\.0\.2\.53/);
  }
});
