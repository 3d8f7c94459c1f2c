// A small DNS server for the practice workspace and the tests: what it answers is a value, its misbehaviour included. UDP and TCP on one port.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Question, TRUNCATED_RESPONSE } from 'dns-packet';

export interface DnsReply {
  a?: string[];
  aaaa?: string[];
  /** TXT records; an array is one record of several strings. */
  txt?: (string | string[])[];
  ptr?: string[];
  /** Mail servers, the first the most preferred. */
  mx?: string[];
  cname?: string;
  /** Without records and without a code the name does not exist. */
  rcode?: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'FORMERR';
  ttlS?: number;
  delayMs?: number;
  /**
   * How the reply goes wrong over UDP. `truncated`: no records and the TC bit, the whole over TCP; `cut-off`: some records, the TC bit, and
   * no answer over TCP; `wrong-*`: another id, another question, another port; `duplicate`: twice; `garbage`: bytes instead of a message.
   */
  fault?: DnsFault;
}

type DnsFault =
  | 'silent'
  | 'truncated'
  | 'cut-off'
  | 'wrong-id'
  | 'wrong-question'
  | 'wrong-source'
  | 'duplicate'
  | 'garbage'
  | { bytes: (query: Buffer) => Buffer };

export interface DnsQuestion {
  /** Lower case, without a closing dot. */
  name: string;
  type: string;
  over: 'udp' | 'tcp';
}

interface DnsServerOptions {
  host?: string;
  /** 0 takes any free one. */
  port?: number;
  /** The reply to a question; undefined means that the name does not exist. */
  answer: (question: DnsQuestion) => DnsReply | undefined;
}

export interface DnsServer {
  host: string;
  port: number;
  close(): Promise<void>;
}

/** An `answer` function from a table of names; `*.zone` stands for every name below the zone that has no row of its own. */
export function fromTable(table: Record<string, DnsReply>): (question: DnsQuestion) => DnsReply | undefined {
  const rows = new Map(Object.entries(table).map(([name, reply]) => [name.toLowerCase(), reply]));
  return ({ name }) => {
    for (let rest = name, row = rows.get(name); ; row = rows.get(`*.${rest}`)) {
      const dot = rest.indexOf('.');
      if (row || dot < 0) return row;
      rest = rest.slice(dot + 1);
    }
  };
}

/** Starts the server. Throws when the port is taken. */
export async function startDnsServer({ host = '127.0.0.1', port = 0, answer }: DnsServerOptions): Promise<DnsServer> {
  const tcp = createServer();
  const connections = new Set<TcpSocket>();
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveTcp(socket, answer);
  });
  const udp = await listen(tcp, host, port);
  const stranger = createSocket(udp.type);
  let isClosed = false;
  udp.socket.on('message', (query, from) => {
    const reply = replyTo(query, answer, 'udp');
    for (const { bytes, fromStranger } of reply?.packets ?? []) {
      after(reply?.delayMs ?? 0, () => {
        if (!isClosed) (fromStranger ? stranger : udp.socket).send(bytes, from.port, from.address, ignore);
      });
    }
  });
  return {
    host,
    port: udp.socket.address().port,
    async close() {
      isClosed = true;
      for (const socket of connections) socket.destroy();
      stranger.close();
      udp.socket.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** Binds TCP first and then UDP to the same port number. When `port` is 0, the next is tried where one is free for TCP alone. */
async function listen(tcp: Server, host: string, port: number): Promise<{ socket: Socket; type: 'udp4' | 'udp6' }> {
  const type = host.includes(':') ? 'udp6' : 'udp4';
  for (;;) {
    tcp.listen(port, host);
    await once(tcp, 'listening');
    const bound = tcp.address();
    const socket = createSocket(type);
    socket.bind(typeof bound === 'object' && bound ? bound.port : port, host);
    try {
      await once(socket, 'listening');
      // ICMP complaints about clients that went away.
      socket.on('error', ignore);
      return { socket, type };
    } catch (error) {
      socket.close();
      await new Promise((resolve) => tcp.close(resolve));
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (port !== 0 || !isTaken) throw error;
    }
  }
}

function serveTcp(socket: TcpSocket, answer: DnsServerOptions['answer']): void {
  let received = Buffer.alloc(0);
  socket.on('error', ignore);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const reply = replyTo(received.subarray(2, end), answer, 'tcp');
      received = received.subarray(end);
      for (const { bytes } of reply?.packets ?? []) {
        const length = Buffer.from([bytes.length >> 8, bytes.length & 0xff]);
        after(reply?.delayMs ?? 0, () => socket.write(Buffer.concat([length, bytes])));
      }
    }
  });
}

interface Sent {
  packets: { bytes: Buffer; fromStranger?: boolean }[];
  delayMs: number;
}

function replyTo(query: Buffer, answer: DnsServerOptions['answer'], over: 'udp' | 'tcp'): Sent | undefined {
  const asked = readQuery(query);
  if (!asked) return undefined;
  const reply = answer({ name: asked.question.name.toLowerCase(), type: asked.question.type, over }) ?? {};
  const packets = over === 'udp' ? faulty(reply, asked, query) : whole(reply, asked);
  return { packets, delayMs: reply.delayMs ?? 0 };
}

interface Asked {
  id: number;
  question: Question;
}

function readQuery(query: Buffer): Asked | undefined {
  try {
    const { id = 0, questions = [], type } = decode(query);
    const [question] = questions;
    return question && type === 'query' ? { id, question } : undefined;
  } catch {
    return undefined;
  }
}

function whole(reply: DnsReply, asked: Asked): Sent['packets'] {
  const isSilent = reply.fault === 'silent' || reply.fault === 'cut-off';
  return isSilent ? [] : [{ bytes: message(reply, asked) }];
}

function faulty(reply: DnsReply, asked: Asked, query: Buffer): Sent['packets'] {
  const { fault } = reply;
  const bytes = message(reply, asked);
  if (typeof fault === 'object') return [{ bytes: fault.bytes(query) }];
  switch (fault) {
    case undefined:
      return [{ bytes }];
    case 'silent':
      return [];
    case 'truncated':
      return [{ bytes: message({ rcode: 'NOERROR' }, asked, TRUNCATED_RESPONSE) }];
    case 'cut-off':
      return [{ bytes: message(reply, asked, TRUNCATED_RESPONSE) }];
    case 'wrong-id':
      return [{ bytes: message(reply, { ...asked, id: asked.id ^ 1 }) }];
    case 'wrong-question':
      return [
        {
          bytes: message(reply, {
            ...asked,
            question: { ...asked.question, name: `x${asked.question.name.slice(1)}` },
          }),
        },
      ];
    case 'wrong-source':
      return [{ bytes, fromStranger: true }];
    case 'duplicate':
      return [{ bytes }, { bytes }];
    default:
      return [{ bytes: Buffer.concat([query.subarray(0, 2), Buffer.from('not a DNS message')]) }];
  }
}

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

function message(reply: DnsReply, { id, question }: Asked, flags = 0): Buffer {
  const rcode = reply.rcode ?? (hasRecords(reply) ? 'NOERROR' : 'NXDOMAIN');
  return encode({
    type: 'response',
    id,
    flags: AUTHORITATIVE_ANSWER | flags | RCODES[rcode],
    questions: [question],
    answers: recordsOf(reply, question),
  });
}

function hasRecords({ a, aaaa, txt, ptr, mx, cname }: DnsReply): boolean {
  return [a, aaaa, txt, ptr, mx, cname].some((records) => records !== undefined);
}

function recordsOf(
  { a = [], aaaa = [], txt = [], ptr = [], mx = [], cname, ttlS: ttl = 60 }: DnsReply,
  question: Question,
): Answer[] {
  const name = cname ?? question.name;
  const alias: Answer[] = cname === undefined ? [] : [{ type: 'CNAME', name: question.name, ttl, data: cname }];
  const exchanges = mx.map((exchange, i) => ({ preference: 10 * (i + 1), exchange }));
  const ofType = { A: a, AAAA: aaaa, TXT: txt, PTR: ptr, MX: exchanges }[question.type as string] ?? [];
  return [...alias, ...ofType.map((data) => ({ type: question.type, name, ttl, data }) as Answer)];
}

function after(delayMs: number, send: () => void): void {
  if (delayMs > 0) setTimeout(send, delayMs).unref();
  else send();
}

function ignore(): void {}
