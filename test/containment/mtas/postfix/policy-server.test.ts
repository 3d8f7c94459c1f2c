import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenAddress } from '../../../../src/containment/mtas/postfix/listen-address.js';
import type { PolicyRequest } from '../../../../src/containment/mtas/postfix/policy-protocol.js';
import { PolicyServer, type PolicyServerOptions } from '../../../../src/containment/mtas/postfix/policy-server.js';
import { requestText } from '../../containments.js';
import { connectPolicy } from './policy-client.js';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server that rejects with the sender as text, so that an answer shows which request it belongs to. */
function echo(request: PolicyRequest) {
  return { kind: 'refuse' as const, action: `REJECT ${request.get('sender')}` };
}

async function started(options: Partial<PolicyServerOptions> = {}) {
  const server = new PolicyServer({ listen: LOOPBACK, answer: echo, ...options });
  const address = await server.listen();
  cleanups.push(() => (server.snapshot().isListening ? server.stop() : undefined));
  return { server, address };
}

async function connected(address: ListenAddress) {
  const client = await connectPolicy(address);
  cleanups.push(() => client.close());
  return client;
}

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'policy-'));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe('the policy server', () => {
  it('keeps the connection for many requests', async () => {
    const { address } = await started();
    const client = await connected(address);

    for (const sender of ['a', 'b', 'c']) {
      client.write(requestText({ sender }));
      expect(await client.actions(1)).toEqual([`REJECT ${sender}`]);
    }
  });

  it('answers pipelined requests in order, split at every byte', async () => {
    const { address } = await started();
    const client = await connected(address);
    const bytes = Buffer.from(requestText({ sender: 'a' }) + requestText({ sender: 'b' }));

    for (let i = 1; i < bytes.length; i++) {
      client.write(bytes.subarray(0, i));
      await new Promise((resolve) => setImmediate(resolve));
      client.write(bytes.subarray(i));
      expect(await client.actions(2)).toEqual(['REJECT a', 'REJECT b']);
    }
  });

  it('answers 5,000 requests written at once, to a client that reads late', async () => {
    const { address } = await started();
    const client = await connected(address);
    client.socket.pause();
    const senders = Array.from({ length: 5_000 }, (_, i) => `sender${i}@${'x'.repeat(2_000)}.example`);

    client.write(senders.map((sender) => requestText({ sender })).join(''));
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.resume();

    expect(await client.actions(senders.length)).toEqual(senders.map((sender) => `REJECT ${sender}`));
  });

  it('serves 200 clients at once, each its own answers', async () => {
    const { server, address } = await started();
    const clients = await Promise.all(Array.from({ length: 200 }, () => connected(address)));

    const answers = await Promise.all(
      clients.map(async (client, i) => {
        client.write(requestText({ sender: `first${i}` }).slice(0, 20));
        client.write(requestText({ sender: `first${i}` }).slice(20) + requestText({ sender: `second${i}` }));
        return client.actions(2);
      }),
    );

    expect(answers).toEqual(clients.map((_, i) => [`REJECT first${i}`, `REJECT second${i}`]));
    expect(server.snapshot().connections).toEqual({ open: 200, total: 200, dropped: 0 });
  });

  const bad: [string, Buffer | string][] = [
    ['garbage', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n\n\n'],
    ['binary', Buffer.from([0, 255, 1, 10, 10])],
    ['an empty request', '\n'],
    ['10 MB without a line end', Buffer.alloc(10_000_000, 'x')],
    ['10 MB of empty lines', Buffer.alloc(10_000_000, '\n')],
    ['10 MB of one line after another', Buffer.from('a=b\n'.repeat(2_500_000))],
  ];
  it.each(bad)('closes after %s, and goes on serving others', async (_, bytes) => {
    const { server, address } = await started();
    const [hostile, other] = [await connected(address), await connected(address)];

    hostile.write(bytes);
    const answers = await hostile.closed;
    other.write(requestText({ sender: 'b' }));

    expect(['', 'DUNNO']).toContain(answers.join());
    expect(await other.actions(1)).toEqual(['REJECT b']);
    expect(server.snapshot().answers.bad).toBe(1);
  });

  it('answers DUNNO to a bad request before it closes', async () => {
    const { address } = await started();
    const client = await connected(address);

    client.write(`${requestText({ sender: 'a' })}hello\n\n${requestText({ sender: 'b' })}`);

    expect(await client.closed).toEqual(['REJECT a', 'DUNNO']);
  });

  it('answers a client that has closed its half, and closes', async () => {
    const { address } = await started();
    const client = await connected(address);

    client.socket.end(requestText({ sender: 'a' }));

    expect(await client.closed).toEqual(['REJECT a']);
  });

  it('answers nothing to a request without its empty line, and closes it after the idle time', async () => {
    const { server, address } = await started({ idleMs: 50 });
    const client = await connected(address);

    client.write(requestText().slice(0, -1));

    expect(await client.closed).toEqual([]);
    expect(server.snapshot().requests).toBe(0);
  });

  it('survives clients that reset in the middle', async () => {
    const { server, address } = await started();
    for (let i = 0; i < 20; i++) {
      const client = await connected(address);
      client.write(requestText().slice(0, 30));
      client.socket.resetAndDestroy();
    }
    const client = await connected(address);

    client.write(requestText({ sender: 'a' }));

    expect(await client.actions(1)).toEqual(['REJECT a']);
    await expect.poll(() => server.snapshot().connections.open).toBe(1);
  });

  it('answers DUNNO when deciding fails, or would break the protocol', async () => {
    const errors: unknown[] = [];
    const { server, address } = await started({
      onError: (error) => errors.push(error),
      answer: (request) => {
        if (request.get('sender') === 'a') throw new Error('bug');
        return { kind: 'refuse', action: 'REJECT a\n\naction=OK' };
      },
    });
    const client = await connected(address);

    client.write(requestText({ sender: 'a' }) + requestText({ sender: 'b' }));

    expect(await client.actions(2)).toEqual(['DUNNO', 'DUNNO']);
    expect(errors).toHaveLength(2);
    expect(server.snapshot().answers).toMatchObject({ error: 2, refuse: 0 });
  });

  it('closes connections beyond its limit and says how many', async () => {
    const { server, address } = await started({ maxConnections: 2 });
    await connected(address);
    await connected(address);

    const third = await connected(address);

    expect(await third.closed).toEqual([]);
    expect(server.snapshot().connections.dropped).toBe(1);
  });

  it('counts answers and their time', async () => {
    const { server, address } = await started();
    const client = await connected(address);

    client.write(requestText().repeat(10));
    await client.actions(10);

    const { requests, answers, latency } = server.snapshot();
    expect({ requests, refuse: answers.refuse, count: latency.count }).toEqual({ requests: 10, refuse: 10, count: 10 });
    expect(latency.p99Us).toBeGreaterThanOrEqual(latency.p50Us);
    expect(latency.p50Us).toBeGreaterThan(0);
  });
});

describe('stopping', () => {
  it('answers a request that has begun, and then closes', async () => {
    const { server, address } = await started({ graceMs: 60_000 });
    const [idle, busy] = [await connected(address), await connected(address)];
    const text = requestText({ sender: 'a' });
    // The beginning is read with the request before it, which is answered.
    busy.write(requestText({ sender: 'b' }) + text.slice(0, 20));
    expect(await busy.actions(1)).toEqual(['REJECT b']);
    await expect.poll(() => server.snapshot().connections.open).toBe(2);

    const stopped = server.stop();
    expect(await idle.closed).toEqual([]);
    busy.write(text.slice(20));

    expect(await busy.closed).toEqual(['REJECT a']);
    await stopped;
  });

  it('does not wait for ever for a request that never ends', async () => {
    const { server, address } = await started({ graceMs: 50 });
    const client = await connected(address);
    client.write('request=');

    await server.stop();

    expect(await client.closed).toEqual([]);
  });

  it('closes the port', async () => {
    const { server, address } = await started();

    await server.stop();

    await expect(connectPolicy(address)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a unix socket', () => {
  it('serves, and is gone after stop', async () => {
    const path = join(tempDir(), 'policy.sock');
    const { server, address } = await started({ listen: { path } });
    const client = await connected(address);

    client.write(requestText({ sender: 'a' }));
    expect(await client.actions(1)).toEqual(['REJECT a']);
    await server.stop();

    expect(existsSync(path)).toBe(false);
  });

  it('takes the place of a socket on which nobody answers', async () => {
    const path = join(tempDir(), 'policy.sock');
    const leave = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(() => execFileSync(process.execPath, ['-e', leave])).toThrow();
    expect(existsSync(path)).toBe(true);

    const { address } = await started({ listen: { path } });

    const client = await connected(address);
    client.write(requestText({ sender: 'a' }));
    expect(await client.actions(1)).toEqual(['REJECT a']);
  });

  it('leaves a socket on which somebody answers', async () => {
    const path = join(tempDir(), 'policy.sock');
    const { address } = await started({ listen: { path } });

    await expect(started({ listen: { path } })).rejects.toThrow(`another process answers on ${path}`);

    const client = await connected(address);
    client.write(requestText({ sender: 'a' }));
    expect(await client.actions(1)).toEqual(['REJECT a']);
  });

  it('leaves a file that is no socket', async () => {
    const path = join(tempDir(), 'notes.txt');
    writeFileSync(path, 'mine');

    await expect(started({ listen: { path } })).rejects.toThrow('is not a socket');

    expect(existsSync(path)).toBe(true);
  });
});

describe('a port that is taken', () => {
  it('is named', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => other.close());
    const { port } = other.address() as net.AddressInfo;

    await expect(started({ listen: { host: '127.0.0.1', port } })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another process listens there`,
    );
  });
});
