import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formats } from '../../src/intake/formats/index.js';
import { SpoolWriter } from '../../src/intake/spool-writer.js';
import { startWeb, type WebServer } from '../../src/web/server.js';
import { eventLines, eventRecord, post, TOKEN } from './event-batches.js';

let dir: string;
let spool: string;
let running: Array<{ stop(): unknown }>;
let port: number;
let errors: string[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'intake-'));
  spool = join(dir, 'spool');
  running = [];
  errors = [];
  ({ port } = await start());
});
afterEach(async () => {
  for (const part of running.reverse()) await part.stop();
  rmSync(dir, { recursive: true });
});

interface StartOptions {
  token?: string | undefined;
  maxBytes?: number;
  maxUnpackedBytes?: number;
  counted?: Map<string, string>;
  relays?: string[];
  strange?: unknown[];
}

async function start(options: StartOptions = {}): Promise<WebServer> {
  const writer = new SpoolWriter({
    dir: spool,
    maxBytes: options.maxBytes ?? 1e9,
    countedFingerprint: (id) => options.counted?.get(id),
  });
  const web = await startWeb('127.0.0.1:0', () => [], {
    token: 'token' in options ? options.token : TOKEN,
    spool: writer,
    onError: (error) => errors.push(error.message),
    relays: new Set(options.relays),
    onStrangeRelay: (strange) => options.strange?.push(strange),
    limits: { maxBytes: 1_000_000, maxUnpackedBytes: options.maxUnpackedBytes ?? 4_000_000 },
  });
  running.push(writer, web);
  return web;
}

/** Contents of the batches that wait, oldest first. */
function batches(): string[] {
  return batchNames().map((name) => readFileSync(join(spool, name), 'utf8'));
}

function batchNames(): string[] {
  try {
    return readdirSync(spool)
      .filter((name) => name.endsWith('.ndjson'))
      .sort();
  } catch {
    return [];
  }
}

describe('POST /intake/events', () => {
  it.each([{ gzip: false }, { gzip: true }])('keeps a batch as it came: %o', async (options) => {
    const answer = await post(port, eventLines(98), options);

    expect(answer).toMatchObject({ status: 202, body: { accepted: 98, rejected: [], rejectedCount: 0 } });
    expect(batches()).toEqual([eventLines(98)]);
  });

  it('takes events of a relay that nobody configured, and says so', async () => {
    const strange: unknown[] = [];
    const { port: own } = await start({ relays: ['relay1.post.example', 'relay2.post.example'], strange });
    const of = (relay: string, n: number) => `${JSON.stringify({ ...eventRecord(n), relay })}\n`;
    const body =
      of('relay1.post.example', 1) + of('rleay1.post.example', 2) + of('rleay1.post.example', 3) + of('x', 4);
    const answer = await post(own, body);
    await post(own, of('rleay1.post.example', 5));

    const slip = { relay: 'rleay1.post.example', events: 2, perhaps: 'relay1.post.example' };
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 4, unknownRelays: [slip, { relay: 'x', events: 1 }] },
    });
    expect(answer.body).toMatchObject({
      warning: expect.stringContaining('3 events name relays that are not under relays'),
    });
    expect(strange).toHaveLength(2);
    expect((await post(own, of('relay2.post.example', 6))).body).not.toHaveProperty('warning');
    expect((await post(port, of('any', 7))).body).not.toHaveProperty('warning');
  });

  it('keeps the good lines and names the bad ones', async () => {
    const bad = JSON.stringify({ ...eventRecord(2), type: 'eaten' });
    const body = `${eventLines(1)}\r\n\n${bad}\n${eventLines(1, 1)}no JSON\n${JSON.stringify(eventRecord(3))}`;
    const answer = await post(port, body);

    expect(answer).toMatchObject({ status: 202, body: { accepted: 3, rejectedCount: 2 } });
    expect(answer.body.rejected?.map(({ line }) => line)).toEqual([4, 6]);
    expect(answer.body.rejected?.[0]?.error).toMatch(/^type must be one of/);
    expect(batches()).toEqual([eventLines(2) + eventLines(1, 3)]);
  });

  it.each([false, true])('takes the first line behind a byte order mark; packed: %s', async (gzip) => {
    expect(await post(port, `\ufeff${eventLines(2)}`, { gzip })).toMatchObject({
      status: 202,
      body: { accepted: 2, rejectedCount: 0 },
    });
    const second = `${JSON.stringify(eventRecord(3))}\n\ufeff`;
    expect(await post(port, `\ufeff\n${second}`, { gzip })).toMatchObject({ status: 202, body: { accepted: 1 } });

    expect(batches()).toEqual([eventLines(2), eventLines(1, 3)]);
  });

  it('names twenty bad lines and counts the others', async () => {
    const answer = await post(port, 'bad\n'.repeat(1_000) + eventLines(1));

    expect(answer.body).toMatchObject({ accepted: 1, rejectedCount: 1_000 });
    expect(answer.body.rejected).toHaveLength(20);
  });

  it('takes nothing when no line is an event', async () => {
    expect(await post(port, 'bad\nworse\n')).toMatchObject({ status: 422, body: { accepted: 0, rejectedCount: 2 } });
    expect(await post(port, '\n\n')).toMatchObject({ status: 400 });
    expect(await post(port, '')).toMatchObject({ status: 400 });
    expect(batches()).toEqual([]);
  });

  it('refuses events of the day after tomorrow', async () => {
    const time = new Date(Date.now() + 48 * 3_600_000).toISOString();
    const answer = await post(port, JSON.stringify({ ...eventRecord(0), time }));

    expect(answer.status).toBe(422);
    const [, here = ''] =
      /^time is more than a day ahead: here it is (\S+)\.$/.exec(answer.body.rejected?.[0]?.error ?? '') ?? [];
    expect(Math.abs(Date.parse(here) - Date.now())).toBeLessThan(60_000);
  });

  it('reads the same lines however the body is cut into pieces', async () => {
    const line = JSON.stringify(eventRecord(7));
    const parts = fc.array(fc.constantFrom('\n', line, 'bad', 'ü', '{', ' '), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.nat(200), { maxLength: 6 }), async (pieces, cuts) => {
        const body = Buffer.from(`${pieces.join('')}\n${line}`);
        const lines = body.toString().split('\n');
        const good = lines.filter((text) => text.trim() === line);
        rmSync(spool, { recursive: true, force: true });
        const web = await start();
        const status = await postInPieces(web.port, body, cuts);

        expect(status).toBe(202);
        expect(batches().map((text) => text.split('\n').map((each) => each.trim()))).toEqual([
          [...good.map(() => line), ''],
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('who may send', () => {
  it.each([
    ['no token', { token: undefined }],
    ['another token', { token: 'another-token-of-many' }],
    ['the beginning of the token', { token: TOKEN.slice(0, -1) }],
    ['another scheme', { token: undefined, headers: { authorization: `Basic ${TOKEN}` } }],
  ])('is turned away with %s', async (_, options) => {
    const answer = await post(port, eventLines(1), options);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(batches()).toEqual([]);
  });

  it('is nobody where no token is configured', async () => {
    const web = await start({ token: undefined });

    expect(await post(web.port, eventLines(1))).toMatchObject({
      status: 404,
      body: { error: /no token is configured/ },
    });
  });

  it('must post', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/intake/events`);

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('a body that is not what it should be', () => {
  it.each([
    ['another type', eventLines(1), { 'content-type': 'application/json' }, 415],
    ['another packing', eventLines(1), { 'content-encoding': 'br' }, 415],
    ['no gzip', eventLines(1), { 'content-encoding': 'gzip' }, 400],
    ['half a gzip', gzipSync(eventLines(100)).subarray(0, 300), { 'content-encoding': 'gzip' }, 400],
    ['an empty key', eventLines(1), { 'idempotency-key': ' ' }, 400],
    ['a long key', eventLines(1), { 'idempotency-key': 'k'.repeat(257) }, 400],
  ])('is refused: %s', async (_, body, headers, status) => {
    const answer = await post(port, body, { headers });

    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(/^[A-Z].*\.$/);
    expect(batches()).toEqual([]);
  });

  it('is refused as soon as it has grown too long, however small it was packed', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, '\n'));
    const before = process.memoryUsage().rss;
    const answer = await post(port, bomb, { headers: { 'content-encoding': 'gzip' } });

    expect(answer).toMatchObject({ status: 413, body: { error: /unpacked body is longer/ } });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('is refused as too long, whether its length was given before or not', async () => {
    expect(await post(port, Buffer.alloc(1_100_000, '\n'))).toMatchObject({
      status: 413,
      body: { error: /^The body is/ },
    });
    expect(await postInPieces(port, Buffer.alloc(1_100_000, '\n'), [10])).toBe(413);
  });

  it('is given up when it speaks another language throughout', async () => {
    const body = `${eventLines(1)}${'{"event":"ok"}\n'.repeat(200_000)}`;

    expect(await post(port, body, { gzip: true })).toMatchObject({
      status: 422,
      body: { error: /^More than 1000 lines are/ },
    });
    expect(batches()).toEqual([]);
  });

  it('may have a line of any length, or be anything', async () => {
    const web = await start({ maxUnpackedBytes: 40_000_000 });
    const long = await post(web.port, `${'x'.repeat(30_000_000)}\n${eventLines(1)}`, { gzip: true });
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256));

    expect(long.body).toMatchObject({ accepted: 1, rejected: [{ line: 1, error: /not shorter than/ }] });
    expect(await post(web.port, noise)).toMatchObject({ status: 422, body: { accepted: 0 } });
    expect(batches()).toEqual([eventLines(1)]);
  });

  it('has no line that the log worker would not read', async () => {
    const lines = [65_400, 65_535, 65_536, 70_000].map((length) => {
      const record = { ...eventRecord(length), more: '' };
      const missing = length - JSON.stringify(record).length;
      return JSON.stringify({ ...record, more: 'x'.repeat(missing) });
    });
    const answer = await post(port, lines.join('\n'));
    let read = 0;
    for (const text of batches()) {
      const bytes = Buffer.from(text);
      formats.json
        .open({})
        .reader('test')
        .read(bytes, 0, bytes.length, (event) => (read += Number(event.kind === 'delivery')));
    }

    expect(answer.body.rejected?.map(({ line }) => line)).toEqual([3, 4]);
    expect(read).toBe(2);
  });

  it('is forgotten when its sender goes away in the middle', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${head({ 'content-length': '5000' })}${eventLines(2)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();

    expect(await post(port, eventLines(3))).toMatchObject({ status: 202 });
    expect(batches()).toEqual([eventLines(3)]);
    expect(errors).toEqual([]);
  });
});

describe('a batch that comes again', () => {
  it('counts once under its key, one after the other and at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(port, eventLines(20), { key: 'k1' })));
    const later = await post(port, eventLines(20), { key: 'k1', gzip: true });

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 202]);
    expect(later).toMatchObject({ status: 200, body: { repeated: true, accepted: 20, key: 'header' } });
    expect(batches()).toEqual([eventLines(20)]);
  });

  it('counts once without a key too, and the answer says what it was known by', async () => {
    expect(await post(port, eventLines(5))).toMatchObject({ status: 202, body: { key: 'body' } });
    expect(await post(port, eventLines(5))).toMatchObject({ status: 200, body: { repeated: true, key: 'body' } });
    expect(await post(port, eventLines(5, 5))).toMatchObject({ status: 202 });
  });

  it('is known after a restart, while it waits and when it is counted', async () => {
    await post(port, eventLines(5), { key: 'waits' });
    const counted = new Map(batchNames().map((name) => [name.split('-')[2] ?? '', name.split('-')[3] ?? '']));
    const restarted = await start();
    expect(await post(restarted.port, eventLines(5), { key: 'waits' })).toMatchObject({ status: 200 });
    rmSync(spool, { recursive: true });
    const again = await start({ counted });

    expect(await post(again.port, eventLines(5), { key: 'waits' })).toMatchObject({ status: 200 });
    expect(batches()).toEqual([]);
  });

  it('is refused when another came under its key', async () => {
    await post(port, eventLines(5), { key: 'k1' });

    expect(await post(port, eventLines(6), { key: 'k1' })).toMatchObject({ status: 409 });
    expect(batches()).toEqual([eventLines(5)]);
  });

  it('is repeated with the same lines named', async () => {
    const body = `bad\n${eventLines(1)}`;
    const [first, second] = [await post(port, body, { key: 'k' }), await post(port, body, { key: 'k' })];

    expect(second.body).toEqual({ ...first.body, repeated: true });
  });
});

describe('a spool that takes no more', () => {
  it('is told with 429 and a time, and taken up again when it has been read', async () => {
    const web = await start({ maxBytes: 8_000 });
    const send = (from: number) => post(web.port, eventLines(10, from));
    const answers = [await send(0), await send(10), await send(20), await send(30)];

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429, 429]);
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const name of batchNames()) rmSync(join(spool, name));
    await expect.poll(async () => (await send(30)).status).toBe(202);
  });

  it('is told with 503 while the disk fails, and the batch may come again', async () => {
    writeFileSync(spool, 'a file where the folder should be');
    const failed = await post(port, eventLines(1), { key: 'k' });
    rmSync(spool);

    expect(failed.status).toBe(503);
    expect(failed.headers.get('retry-after')).toBeTruthy();
    expect(errors).toHaveLength(1);
    expect(await post(port, eventLines(1), { key: 'k' })).toMatchObject({ status: 202 });
    expect(batches()).toEqual([eventLines(1)]);
  });
});

function head(headers: Record<string, string>): string {
  const all = {
    host: 'localhost',
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/x-ndjson',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /intake/events HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Sends a body without a length, cut where told, each piece in a packet of its own. Answers the status. */
function postInPieces(toPort: number, body: Buffer, cuts: number[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: toPort, host: '127.0.0.1', noDelay: true });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
      if (status === undefined) return;
      resolve(Number(status));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.write(head({ 'transfer-encoding': 'chunked' }));
    const marks = [...new Set([0, ...cuts.filter((cut) => cut < body.length), body.length])].sort((a, b) => a - b);
    marks.slice(1).forEach((end, i) => {
      const piece = body.subarray(marks[i], end);
      socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
    });
    socket.write('0\r\n\r\n');
  });
}
