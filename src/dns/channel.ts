// A port of ours through which one server is asked. Its socket is connected, so that the kernel takes packets from that server and port alone.
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ServerAddress } from './address.js';
import type { Attempt } from './question.js';

/** After so many questions another port takes over, so that ours stays hard to guess (RFC 5452 section 9.2). */
const QUESTIONS_PER_PORT = 4_096;
/** Room for the answers that come while we do something else; the system gives as much of it as it likes. */
const RECEIVE_BUFFER_BYTES = 1_048_576;

interface ChannelEvents {
  onMessage(channel: Channel, message: Buffer): void;
  onConnected(channel: Channel): void;
  onError(channel: Channel, error: NodeJS.ErrnoException): void;
  /** A packet from anybody but the server. */
  onStray(): void;
}

export class Channel {
  /** The questions that wait for an answer here, by id. */
  readonly open = new Map<number, Attempt>();
  isConnected = false;
  /** Questions it may still take. */
  left = QUESTIONS_PER_PORT;
  private readonly socket: Socket;
  private strangers: Socket | undefined;

  constructor(
    { host, port }: ServerAddress,
    private readonly events: ChannelEvents,
  ) {
    const family = isIPv6(host) ? 6 : 4;
    const type: SocketType = family === 6 ? 'udp6' : 'udp4';
    this.socket = createSocket({
      type,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      reuseAddr: true,
      // Node would ask the system's resolver even about an address.
      lookup: (address, _options, done) => done(null, address, family),
    });
    this.socket.unref();
    this.socket.on('message', (message) => events.onMessage(this, message));
    this.socket.on('error', (error) => events.onError(this, error));
    this.socket.on('connect', () => {
      this.isConnected = true;
      this.strangers = listenToStrangers(type, this.socket.address().port, events);
      events.onConnected(this);
    });
    this.socket.connect(port, host);
  }

  /** Sends a message. With `isKnownGood` nobody asks whether that worked, which saves time; otherwise `onError` is told of a failure. */
  send(message: Buffer, isKnownGood: boolean): void {
    if (isKnownGood) this.socket.send(message);
    else this.socket.send(message, this.onSent);
  }

  close(): void {
    this.socket.close();
    this.strangers?.close();
  }

  private readonly onSent = (error: Error | null): void => {
    if (error) this.events.onError(this, error);
  };
}

/** The kernel hands the connected socket what the server sends; the rest comes here, to be counted and nothing else. */
function listenToStrangers(type: SocketType, port: number, { onStray }: ChannelEvents): Socket {
  const socket = createSocket({ type, reuseAddr: true });
  // Where this socket cannot be had, everything else works, and packets of strangers are not counted.
  socket.on('error', () => {});
  socket.on('message', onStray);
  socket.bind(port).unref();
  return socket;
}
