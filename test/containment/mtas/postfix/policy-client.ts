// A client of the policy protocol as Postfix is one: it keeps the connection and pairs answers with requests.
import net from 'node:net';

export interface PolicyClient {
  socket: net.Socket;
  write(bytes: string | Buffer): void;
  /** Resolves with the next `count` actions; rejects when the connection closes before. */
  actions(count: number): Promise<string[]>;
  /** Resolves when the server has closed, with the actions not yet taken. */
  closed: Promise<string[]>;
  close(): void;
}

export async function connectPolicy(to: { host: string; port: number } | { path: string }): Promise<PolicyClient> {
  const socket = net.connect({ ...to, allowHalfOpen: true, noDelay: true } as net.NetConnectOpts);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const received: string[] = [];
  let text = '';
  let isClosed = false;
  let wake = () => {};
  socket.on('data', (piece) => {
    text += piece.toString('utf8');
    const replies = text.split('\n\n');
    text = replies.pop() ?? '';
    received.push(...replies.map((reply) => reply.replace(/^action=/, '')));
    wake();
  });
  socket.on('error', () => {});
  const closed = new Promise<string[]>((resolve) => {
    const finish = () => {
      isClosed = true;
      wake();
      socket.destroy();
      resolve([...received]);
    };
    socket.on('end', finish).on('close', finish);
  });

  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    async actions(count) {
      while (received.length < count) {
        if (isClosed) throw new Error(`connection closed after ${received.length} of ${count} answers`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return received.splice(0, count);
    },
    closed,
    close: () => socket.destroy(),
  };
}
