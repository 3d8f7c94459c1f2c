import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from 'dns-packet';
import { expect, it, onTestFinished } from 'vitest';
import { startDnsServer } from '../../../src/practice/internet/dns-server.js';

const answer = () => undefined;

async function takePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket.address().port;
}

it('finds a port that is free for UDP and TCP alike, though others are taken for UDP', async () => {
  // So many that one of the servers would meet one.
  const taken = new Set(await Promise.all(Array.from({ length: 1_000 }, takePort)));
  for (let i = 0; i < 300; i++) {
    const server = await startDnsServer({ answer });
    expect(taken).not.toContain(server.port);
    await server.close();
  }
});

it('throws when the port that it shall have is taken', async () => {
  await expect(startDnsServer({ port: await takePort(), answer })).rejects.toThrow('EADDRINUSE');
});

it('sends nothing once it is closed, though a reply is due then', async () => {
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const server = await startDnsServer({
    answer() {
      hear();
      return { delayMs: 20 };
    },
  });
  const asker = createSocket('udp4');
  asker.send(encode({ type: 'query', questions: [{ name: 'x.test', type: 'A' }] }), server.port, server.host);
  await heard;
  asker.close();
  await server.close();
  // A timer set later for longer ends after that of the reply: what it throws would be nobody's, and fail the run.
  await sleep(50);
});
