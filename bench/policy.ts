// Policy answers: requests a second and the time of one, with 10,000 containments in the book. Beside it a server that always says
// DUNNO (the limit of this runtime: the same sockets and no work) and Debian's postfwd with ten rules, all under the same load:
// connections that ask again as soon as they are answered, as smtpd processes do. `npm run bench:policy [seconds] [connections]`
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBook } from '../src/containment/book.js';
import type { Containment, ContainmentAction } from '../src/containment/containment.js';
import { createPostfixMta } from '../src/containment/mtas/postfix/index.js';
import { Directory } from '../src/partners/directory.js';
import { shareOwners } from '../src/partners/owners.js';
import { PolicyThread } from '../src/wiring/policy-thread.js';

const CONTAINMENTS = 10_000;
const POSTFWD_RULES = 10;
const ROUNDS = 3;
const POSTFWD = '/usr/sbin/postfwd2';
const SELF = fileURLToPath(import.meta.url);

interface Load {
  perSecond: number;
  p50Us: number;
  p99Us: number;
  refusedShare: number;
}

const roles: Record<string, (...args: string[]) => Promise<void>> = { ours, dunno, load };
const [role = 'compare', ...args] = process.argv.slice(2);
await (roles[role] ?? (() => compare(Number(role) || 3, Number(args[0]) || 16)))(...args);

/** Runs every server ROUNDS times in turn, so that a slow moment of the machine hits all alike, and prints medians. */
async function compare(seconds: number, connections: number): Promise<void> {
  const results = new Map<string, Load[]>();
  const servers: [string, () => Promise<Served>][] = [
    ['relaywarden, 10,000 containments', () => forked('ours')],
    ['always DUNNO (node:net)', () => forked('dunno')],
    ...(existsSync(POSTFWD)
      ? ([[`postfwd2, ${POSTFWD_RULES} rules`, postfwd]] as [string, () => Promise<Served>][])
      : []),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, start] of servers) {
      const server = await start();
      results.set(name, [...(results.get(name) ?? []), await measure(server.port, connections, seconds)]);
      await server.stop();
    }
  }
  print(results, seconds, connections);
}

function print(results: Map<string, Load[]>, seconds: number, connections: number): void {
  console.log(`policy answers, ${connections} connections, ${seconds} s a run, median of ${ROUNDS}`);
  const first = [...results.values()][0] ?? [];
  const ours = median(first, 'perSecond');
  for (const [name, runs] of results) {
    const perSecond = median(runs, 'perSecond');
    const figures = `${Math.round(perSecond)}/s  p50 ${Math.round(median(runs, 'p50Us'))} us  p99 ${Math.round(median(runs, 'p99Us'))} us`;
    console.log(
      `${name.padEnd(34)} ${figures}  refused ${Math.round(100 * median(runs, 'refusedShare'))} %  relaywarden is x${(ours / perSecond).toFixed(2)}`,
    );
  }
}

function median(runs: Load[], key: keyof Load): number {
  return runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
}

interface Served {
  port: number;
  stop(): Promise<void>;
}

async function forked(name: string): Promise<Served> {
  const child = fork(SELF, [name]);
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))));
  return { port, stop: () => ended(child, 'SIGKILL') };
}

async function measure(port: number, connections: number, seconds: number): Promise<Load> {
  const child = fork(SELF, ['load', String(port), String(connections), String(seconds)]);
  return new Promise((resolve) => child.once('message', (message) => resolve(message as Load)));
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await exited;
}

function containment(i: number): Containment {
  const actions: ContainmentAction[] = ['block-sender', 'suspend-outbound', 'reroute'];
  const action = actions[i % 3] ?? 'block-sender';
  const senders = action === 'block-sender' ? [`bad${i}@customer${i}.example`] : [];
  return { id: i, incidentId: i, action, customer: `customer${i}`, senders, logins: [], route: 'clean', placedAt: i };
}

async function ours(): Promise<void> {
  const customers = Array.from({ length: CONTAINMENTS }, (_, i) => {
    const domains = [`customer${i}.example`];
    return { id: `customer${i}`, name: `Customer ${i}`, domains, sasl_domains: domains };
  });
  const directory = Directory.parse({ customers });
  const mta = createPostfixMta({
    listen: { host: '127.0.0.1', port: 0 },
    door: (parts) => new PolicyThread(parts, shareOwners(directory.customers, new Set())),
    book: createBook(),
    routes: { clean: 'smtp:[127.0.0.1]:26' },
  });
  const address = await mta.start(Array.from({ length: CONTAINMENTS }, (_, i) => containment(i)));
  process.send?.('port' in address ? address.port : 0);
}

async function dunno(): Promise<void> {
  const server = net.createServer({ noDelay: true }, (socket) =>
    socket.on('data', () => socket.write('action=DUNNO\n\n')),
  );
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as net.AddressInfo).port));
}

async function postfwd(): Promise<Served> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-postfwd-'));
  const [port, cachePort] = [await freePort(), await freePort()];
  const rules = Array.from({ length: POSTFWD_RULES }, (_, i) => {
    const index = i * 3;
    return `id=R${i}; sender=bad${index}@customer${index}.example; action=REJECT blocked`;
  });
  writeFileSync(join(dir, 'rules.cf'), `${rules.join('\n')}\n`);
  // Without a syslog it wants -L, which also writes warnings into its answers; rule logging is off, as it would be for speed.
  // It only serves as a daemon (in the foreground it reads standard input), so it is ended by its pid file, which `nobody` writes.
  chmodSync(dir, 0o777);
  const pidFile = join(dir, 'pid');
  const cache = `--cache_proto tcp --cache_interface 127.0.0.1 --cache_port ${cachePort}`;
  const flags = `-L --norulelog --nodns -f ${dir}/rules.cf -i 127.0.0.1 -p ${port} ${cache} --pidfile ${pidFile} -u nobody -g nogroup`;
  execFileSync(POSTFWD, flags.split(' '), { stdio: 'ignore' });
  await listening(port);
  return {
    port,
    async stop() {
      const pid = Number(readFileSync(pidFile, 'utf8'));
      process.kill(pid, 'SIGTERM');
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A daemon whose parent does not wait for it stays in the table as a zombie.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const probe = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      probe.on('connect', () => probe.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** One request in ten is of a blocked sender of the first ten rules; the others are of mail that passes. */
function requestOf(i: number): string {
  const blocked = ((i / 10) % POSTFWD_RULES) * 3;
  const customer = i % 10 === 0 ? blocked : CONTAINMENTS + (i % 1_000);
  const sender = i % 10 === 0 ? `bad${blocked}@customer${blocked}.example` : `anna${i}@customer${customer}.example`;
  return `request=smtpd_access_policy
protocol_state=RCPT
protocol_name=ESMTP
client_address=198.51.100.${i % 250}
client_name=mail.customer${customer}.example
client_port=40000
reverse_client_name=mail.customer${customer}.example
server_address=192.0.2.1
server_port=25
helo_name=mail.customer${customer}.example
sender=${sender}
recipient=kari${i}@hotmail.com
recipient_count=0
queue_id=
instance=1a2b.65a3f1c2.${i}.0
size=48213
etrn_domain=
stress=
sasl_method=PLAIN
sasl_username=user@customer${customer}.example
sasl_sender=
ccert_subject=
ccert_issuer=
ccert_fingerprint=
ccert_pubkey_fingerprint=
encryption_protocol=TLSv1.3
encryption_cipher=TLS_AES_256_GCM_SHA384
encryption_keysize=256
policy_context=

`;
}

async function load(port = '', connections = '', seconds = ''): Promise<void> {
  const requests = Array.from({ length: 2_000 }, (_, i) => Buffer.from(requestOf(i)));
  const times: number[] = [];
  let refused = 0;
  let asked = 0;
  const startedAt = performance.now();
  const endAt = startedAt + Number(seconds) * 1_000;

  function one(): Promise<void> {
    return new Promise((resolve, reject) => {
      let at = 0;
      let text = '';
      const ask = () => {
        at = performance.now();
        socket.write(requests[asked++ % requests.length] ?? '');
      };
      const socket = net.connect({ host: '127.0.0.1', port: Number(port), noDelay: true }, ask);
      socket.on('error', reject).on('close', () => resolve());
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
        if (!text.endsWith('\n\n')) return;
        const now = performance.now();
        times.push((now - at) * 1_000);
        if (/^action=REJECT/m.test(text)) refused++;
        text = '';
        if (now < endAt) ask();
        else socket.destroy();
      });
    });
  }

  await Promise.all(Array.from({ length: Number(connections) }, one));
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  const elapsed = (performance.now() - startedAt) / 1_000;
  process.send?.({
    perSecond: times.length / elapsed,
    p50Us: quantile(0.5),
    p99Us: quantile(0.99),
    refusedShare: refused / times.length,
  } satisfies Load);
  process.disconnect?.();
}
