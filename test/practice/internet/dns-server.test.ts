import { createSocket } from 'node:dgram';
import { once } from 'node:events';
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
