// Loopback ports for servers that must know theirs before they start. They lie below those that the system itself hands out
// (ip_local_port_range): any connection takes one of those, also in the moment between looking and listening.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const LOWEST = 20_000;
const COUNT = 12_000;
/** Where two runs at once would hardly meet. */
let next = (process.pid * 37) % COUNT;

/** A port that nobody has, for UDP and TCP alike; each only once in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + next;
    next = (next + 1) % COUNT;
    if ((await isTcpFree(port)) && (await isUdpFree(port))) return port;
  }
}

function isTcpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function isUdpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
