// A road of some length to a DNS server: passes UDP packets on after a while and loses some of them. Runs in a process of its own, so that its
// clock does not stand still while the asker computes: the bench forks itself, and calls `beFar` when it is started as `far`.
import { fork } from 'node:child_process';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { ServerAddress } from '../../src/dns/address.js';

export interface Road {
  /** One way, ms. */
  delayMs: number;
  /** Part of the packets lost, each way. */
  loss: number;
}

export interface FarServer extends ServerAddress {
  stop(): Promise<void>;
}

const ROLE = 'far';
const BUFFER_BYTES = 4_194_304;

/** Starts the road; `self` is the bench that calls `isFar`. */
export async function startFar(self: string, server: ServerAddress, road: Road): Promise<FarServer> {
  const child = fork(self, [ROLE, JSON.stringify({ server, road })]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', (code) => reject(new Error(`the road ended with ${code}`)));
  });
  return {
    host: '127.0.0.1',
    port,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

/** Whether this process was forked to be the road; then it is, until it is ended. */
export function isFar(): boolean {
  const [role, options] = process.argv.slice(2);
  if (role !== ROLE || options === undefined) return false;
  const { server, road } = JSON.parse(options) as { server: ServerAddress; road: Road };
  beFar(server, road);
  return true;
}

function beFar(server: ServerAddress, road: Road): void {
  const entrance = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES });
  const exits = new Map<string, Socket>();
  const there = onTheRoad(road);
  const back = onTheRoad(road);
  entrance.on('message', (packet, from) => {
    const exit = exits.get(`${from.port}`) ?? openExit(from);
    there(() => exit.send(packet, server.port, server.host));
  });

  function openExit(from: RemoteInfo): Socket {
    const exit = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES });
    exits.set(`${from.port}`, exit);
    exit.on('message', (packet) => back(() => entrance.send(packet, from.port, from.address)));
    return exit;
  }

  entrance.bind(0, '127.0.0.1', () => process.send?.(entrance.address().port));
  process.once('disconnect', () => process.exit());
}

/** No road delivers in one heap what set out one by one, however busy this machine was meanwhile. */
const MOST_AT_ONCE = 40;

/** Lets things happen in order, each its delay later and never earlier, or not at all. */
function onTheRoad({ delayMs, loss }: Road): (arrive: () => void) => void {
  const under: { atMs: number; arrive: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    timer = undefined;
    const nowMs = performance.now();
    for (let i = 0; i < MOST_AT_ONCE && under[0] && under[0].atMs <= nowMs; i++) under.shift()?.arrive();
    if (under[0]) timer = setTimeout(look, Math.max(1, under[0].atMs - performance.now()));
  };
  return (arrive) => {
    if (Math.random() < loss) return;
    under.push({ atMs: performance.now() + delayMs, arrive });
    timer ??= setTimeout(look, delayMs);
  };
}
