// One question over TCP, for an answer too long for a datagram (RFC 7766): each message behind its length in two bytes.
import { connect } from 'node:net';
import type { ServerAddress } from './address.js';
import { answersQuestion, isReply } from './wire.js';

/** The reply to `question` (with its id), or undefined when the server has no TCP, is too slow or answers something else. */
export function askOverTcp(
  server: ServerAddress,
  question: Buffer,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: server.host, port: server.port, signal });
    const timer = setTimeout(() => finish(undefined), timeoutMs);

    socket.on('connect', () => socket.write(Buffer.concat([lengthOf(question), question])));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const message = firstMessage(received);
      if (message) finish(isReplyTo(message, question) ? message : undefined);
    });
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));

    function finish(message: Buffer | undefined): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(message);
    }
  });
}

function lengthOf(message: Buffer): Buffer {
  return Buffer.from([message.length >> 8, message.length & 0xff]);
}

function firstMessage(received: Buffer): Buffer | undefined {
  if (received.length < 2) return undefined;
  const end = 2 + received.readUInt16BE(0);
  return received.length < end ? undefined : received.subarray(2, end);
}

function isReplyTo(message: Buffer, question: Buffer): boolean {
  return isReply(message) && message.readUInt16BE(0) === question.readUInt16BE(0) && answersQuestion(message, question);
}
