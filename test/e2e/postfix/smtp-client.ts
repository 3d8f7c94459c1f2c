// Hands a message in as a customer's server does; XCLIENT says from which address and under which login it counts.
import net from 'node:net';

export interface Handover {
  login?: string;
  clientIp?: string;
  from: string;
  to: string[];
  body?: string;
}

export interface HandoverResult {
  /** The reply to each RCPT, in order. */
  replies: string[];
  /** The reply after the message; undefined when every recipient was refused. */
  accepted?: string;
}

export interface SmtpSession {
  send(message: Omit<Handover, 'login' | 'clientIp'>): Promise<HandoverResult>;
  quit(): Promise<void>;
}

const SILENCE_MS = 60_000;

/** One message in a session of its own. */
export async function handOver(port: number, message: Handover): Promise<HandoverResult> {
  const session = await openSession(port, message);
  const result = await session.send(message);
  await session.quit();
  return result;
}

export async function openSession(port: number, who: Pick<Handover, 'login' | 'clientIp'> = {}): Promise<SmtpSession> {
  const socket = net.connect({ host: '127.0.0.1', port });
  const read = replies(socket);
  const ask = (line: string) => {
    socket.write(`${line}\r\n`);
    return read();
  };
  await expectReply(read(), '220');
  await expectReply(ask('EHLO client.example'), '250');
  const xclient = [who.clientIp && `ADDR=${who.clientIp}`, who.login && `LOGIN=${who.login}`].filter(Boolean);
  if (xclient.length > 0) {
    await expectReply(ask(`XCLIENT ${xclient.join(' ')}`), '220');
    await expectReply(ask('EHLO client.example'), '250');
  }

  return {
    async send({ from, to, body = 'Hello.' }) {
      await expectReply(ask(`MAIL FROM:<${from}>`), '250');
      const rcpt: string[] = [];
      for (const recipient of to) rcpt.push(await ask(`RCPT TO:<${recipient}>`));
      if (!rcpt.some((reply) => reply.startsWith('250'))) {
        await expectReply(ask('RSET'), '250');
        return { replies: rcpt };
      }
      await expectReply(ask('DATA'), '354');
      const head = `From: <${from}>\r\nTo: ${to.map((address) => `<${address}>`).join(', ')}\r\nSubject: test`;
      return { replies: rcpt, accepted: await ask(`${head}\r\n\r\n${body}\r\n.`) };
    },
    async quit() {
      await ask('QUIT');
      socket.destroy();
    },
  };
}

async function expectReply(reply: Promise<string>, code: string): Promise<void> {
  const text = await reply;
  if (!text.startsWith(code)) throw new Error(`SMTP: wanted ${code}, got ${text}`);
}

/** Reads one reply at a time, the lines of a long one joined by a blank. */
function replies(socket: net.Socket): () => Promise<string> {
  let text = '';
  let failure: Error | undefined;
  let wake = () => {};
  socket.on('data', (piece) => {
    text += piece.toString('utf8');
    wake();
  });
  const end = (error?: Error) => {
    failure ??= error ?? new Error(`SMTP: connection closed, last heard ${JSON.stringify(text)}`);
    wake();
  };
  socket.on('error', end).on('close', () => end());
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`SMTP: nothing heard for ${SILENCE_MS} ms`)));
  return async () => {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(text)?.[0];
      if (whole !== undefined) {
        text = text.slice(whole.length);
        return whole.trimEnd().replace(/\r\n\d{3}[- ]/g, ' ');
      }
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
