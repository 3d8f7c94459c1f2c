// Who asks the policy server while a benchmark runs, at a steady pace over connections as smtpd processes have them, beside a server that
// says DUNNO to everything. Each is a process of its own.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { type Times, timesOf } from './times.js';

const CONNECTIONS = 16;
const REQUESTS_PER_SECOND = 1_000;

export interface Asked {
  ours: Times;
  dunno: Times;
  /** How long after their time the askers themselves had their turn, up to 1 ms of it as timers go: no answer is seen sooner. */
  late: Times;
}

/** Asks both servers alike, at a steady pace over connections as smtpd processes have them. */
export async function ask(dir = '', ours = '', dunno = '', seconds = ''): Promise<void> {
  const { customers } = JSON.parse(readFileSync(join(dir, 'customers.json'), 'utf8')) as {
    customers: { domains: string[] }[];
  };
  const domains = customers.flatMap((customer) => customer.domains);
  const endAt = performance.now() + Number(seconds) * 1_000;
  const late: number[] = [];
  const askOne = async (port: string): Promise<number[]> => {
    const times = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, i) => asker(Number(port), domains, i, endAt, late)),
    );
    return times.flat();
  };
  const [oursTimes, dunnoTimes] = await Promise.all([askOne(ours), askOne(dunno)]);
  process.send?.({ ours: timesOf(oursTimes), dunno: timesOf(dunnoTimes), late: timesOf(late) } satisfies Asked);
  process.disconnect?.();
}

function asker(port: number, domains: string[], n: number, endAt: number, late: number[]): Promise<number[]> {
  const everyMs = (1_000 * CONNECTIONS) / REQUESTS_PER_SECOND;
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    let at = 0;
    let dueAt = Number.POSITIVE_INFINITY;
    let asked = n * 97;
    const next = () => {
      at = performance.now();
      if (dueAt < at) late.push(at - dueAt);
      socket.write(requestOf(domains[asked++ % domains.length] ?? '', asked));
    };
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true }, () => setTimeout(next, n));
    socket.on('error', reject).on('close', () => resolve(times));
    socket.on('data', () => {
      const now = performance.now();
      times.push(now - at);
      if (now >= endAt) return void socket.destroy();
      const inMs = Math.max(1, Math.round(everyMs - (now - at)));
      dueAt = now + inMs;
      setTimeout(next, inMs);
    });
  });
}

function requestOf(domain: string, i: number): string {
  return `request=smtpd_access_policy
protocol_state=RCPT
protocol_name=ESMTP
client_address=198.51.100.${i % 250}
helo_name=mail.${domain}
sender=anna${i % 20}@${domain}
recipient=kari${i}@hotmail.com
recipient_count=0
instance=1a2b.65a3f1c2.${i}.0
size=48213
sasl_method=PLAIN
sasl_username=user${i % 20}@${domain}

`;
}

/** Tells its port. */
export async function dunno(): Promise<void> {
  const server = net.createServer({ noDelay: true }, (socket) =>
    socket.on('data', () => socket.write('action=DUNNO\n\n')).on('error', () => {}),
  );
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as net.AddressInfo).port));
}
