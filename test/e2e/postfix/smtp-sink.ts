// A mail server that takes everything, or says what the test scripts: where a test's Postfix delivers to.
import net from 'node:net';

export interface SunkMessage {
  from: string;
  to: string[];
  data: string;
}

/** The reply to a command, e.g. `550 5.7.1 …S3140`; undefined for the usual one. */
export type Script = (stage: 'mail' | 'rcpt' | 'data', envelope: { from: string; to: string[] }) => string | undefined;

export interface SmtpSink {
  port: number;
  messages: SunkMessage[];
  /** Changes what is replied from the next command on. */
  script(script: Script): void;
  stop(): Promise<void>;
}

export async function startSink(initial: Script = () => undefined): Promise<SmtpSink> {
  const messages: SunkMessage[] = [];
  const sockets = new Set<net.Socket>();
  let script = initial;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    converse(socket, messages, (stage, envelope) => script(stage, envelope));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    messages,
    script(next) {
      script = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: net.Socket, messages: SunkMessage[], script: Script): void {
  let envelope: { from: string; to: string[] } = { from: '', to: [] };
  let data: string[] | undefined;
  let rest = '';
  const say = (line: string) => socket.write(`${line}\r\n`);

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') say('250-sink.example\r\n250 SMTPUTF8');
    else if (verb === 'MAIL') {
      envelope = { from: address, to: [] };
      say(script('mail', envelope) ?? '250 2.1.0 ok');
    } else if (verb === 'RCPT') {
      const reply = script('rcpt', { from: envelope.from, to: [address] });
      if (!reply?.match(/^[45]/)) envelope.to.push(address);
      say(reply ?? '250 2.1.5 ok');
    } else if (verb === 'DATA') {
      data = [];
      say('354 go on');
    } else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else say('250 ok');
  }

  function endOfData(lines: string[]): void {
    const reply = script('data', envelope);
    if (!reply?.match(/^[45]/)) messages.push({ ...envelope, data: lines.join('\n') });
    data = undefined;
    say(reply ?? '250 2.0.0 taken');
  }

  function line(text: string): void {
    if (data === undefined) command(text);
    else if (text === '.') endOfData(data);
    else data.push(text);
  }

  say('220 sink.example ESMTP');
  socket.on('data', (piece) => {
    const lines = (rest + piece.toString('utf8')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  });
}
