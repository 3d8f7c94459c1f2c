// A Postfix of its own for a test: own configuration, queue and log in a temporary directory, high loopback ports, ended by pid.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { findProgram, whyNot } from '../requirements.js';
import { type Handover, type HandoverResult, handOver, openSession, type SmtpSession } from './smtp-client.js';

export const whyNoPostfix = () =>
  whyNot({ programs: ['postfix', 'postqueue'], files: ['/usr/lib/postfix/sbin/master'], root: true });

export interface PostfixOptions {
  /** Where mail goes; none when mail should not leave. */
  relayhostPort?: number;
  /** Port of a policy service, asked with the settings of docs/postfix.md. */
  policyPort?: number;
  /** Further lines of main.cf; they win over the harness's own. `{dir}` stands for the configuration directory. */
  mainCf?: string;
  /** Further files in the configuration directory, by name; `{dir}` as above. */
  files?: Record<string, string>;
  hostname?: string;
}

export interface QueuedMessage {
  queue_name: string;
  queue_id: string;
  sender: string;
  recipients: { address: string; delay_reason?: string }[];
}

export interface TestPostfix {
  smtpPort: number;
  dir: string;
  logFile: string;
  /** The log so far. */
  log(): string;
  send(message: Handover): Promise<HandoverResult>;
  session(who?: Pick<Handover, 'login' | 'clientIp'>): Promise<SmtpSession>;
  queue(): QueuedMessage[];
  /** Tries every deferred message now. */
  flush(): void;
  /** Re-reads main.cf, after the caller has changed it. */
  reload(): void;
  stop(): Promise<void>;
}

/** Networks that XCLIENT may claim: the documentation addresses. */
const TEST_NETWORKS = '127.0.0.0/8 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24';

const QUEUES = [
  'active',
  'bounce',
  'corrupt',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'private',
  'saved',
  'trace',
];

const MASTER = '/usr/lib/postfix/sbin/master';
/** It takes less than a second; a busy machine needs longer. */
const GREETING_MS = 60_000;

export async function startPostfix(options: PostfixOptions = {}): Promise<TestPostfix> {
  const dir = mkdtempSync(join(tmpdir(), 'postfix-e2e-'));
  const smtpPort = await freePort();
  layOut(dir, smtpPort, options);
  const master = spawn(MASTER, ['-d', '-c', dir], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '' },
  });
  endWithUs(master);
  const logFile = join(dir, 'mail.log');
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  try {
    await answers(smtpPort, master);
  } catch (error) {
    await end(master, dir);
    throw new Error(`${(error as Error).message}\n${log()}`);
  }
  const run = (program: string, ...args: string[]) =>
    execFileSync(findProgram(program) ?? program, ['-c', dir, ...args], { encoding: 'utf8' });

  return {
    smtpPort,
    dir,
    logFile,
    log,
    send: (message) => handOver(smtpPort, message),
    session: (who) => openSession(smtpPort, who),
    queue: () =>
      run('postqueue', '-j')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as QueuedMessage),
    flush: () => void run('postqueue', '-f'),
    reload: () => void master.kill('SIGHUP'),
    stop: () => end(master, dir),
  };
}

function layOut(dir: string, smtpPort: number, options: PostfixOptions): void {
  chmodSync(dir, 0o755);
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postfix'])));
  const own = (name: string, mode: number) => {
    mkdirSync(join(dir, name), { mode });
    chmodSync(join(dir, name), mode);
    chownSync(join(dir, name), uid ?? 0, gid ?? 0);
  };
  mkdirSync(join(dir, 'queue'), { mode: 0o755 });
  mkdirSync(join(dir, 'queue/pid'), { mode: 0o755 });
  for (const queue of QUEUES) own(`queue/${queue}`, 0o700);
  for (const queue of ['public', 'maildrop']) own(`queue/${queue}`, 0o755);
  own('lib', 0o700);
  mkdirSync(join(dir, 'sasl'));
  writeFileSync(join(dir, 'sasl/smtpd.conf'), 'pwcheck_method: auxprop\nmech_list: PLAIN LOGIN\n');
  const files = { 'main.cf': mainCf(dir, options), 'master.cf': masterCf(smtpPort), ...options.files };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text.replaceAll('{dir}', dir));
}

function mainCf(
  dir: string,
  { relayhostPort, policyPort, mainCf: extra = '', hostname = 'relay1.example' }: PostfixOptions,
): string {
  // As in docs/postfix.md, but for the 2 s there: on a machine that stands still, mail must not pass for want of an answer.
  const policy = `check_policy_service { inet:127.0.0.1:${policyPort}, timeout=5s, try_limit=2, retry_delay=1s, default_action=DUNNO },`;
  const own = `
compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/lib
maillog_file = ${dir}/mail.log
maillog_file_prefixes = ${dir}
myhostname = ${hostname}
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = ${TEST_NETWORKS}
relayhost = ${relayhostPort === undefined ? '' : `[127.0.0.1]:${relayhostPort}`}
default_transport = ${relayhostPort === undefined ? 'retry:no relayhost in this test' : 'smtp'}
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_sasl_auth_enable = yes
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
smtpd_recipient_restrictions = ${policyPort === undefined ? '' : policy} permit_mynetworks, permit_sasl_authenticated, reject
`;
  const overridden = new Set([...extra.matchAll(/^(\w+)\s*=/gm)].map((match) => match[1]));
  const kept = own.split('\n').filter((line) => !overridden.has(line.split(' ')[0]));
  return `${kept.join('\n')}\n${extra}\n`;
}

function masterCf(smtpPort: number): string {
  return `127.0.0.1:${smtpPort} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`;
}

async function answers(port: number, master: ChildProcess): Promise<void> {
  const deadline = Date.now() + GREETING_MS;
  while (Date.now() < deadline) {
    if (master.exitCode !== null) throw new Error(`postfix: master ended with ${master.exitCode}`);
    const isOpen = await openSession(port)
      .then((session) => session.quit())
      .then(() => true)
      .catch(() => false);
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`postfix: no greeting within ${GREETING_MS} ms`);
}

/** A test run that dies, however it dies, must not leave a Postfix behind: a shell waits for the end of a pipe from us. */
function endWithUs(master: ChildProcess): void {
  const watcher = spawn('sh', ['-c', 'read _; kill "$0"', String(master.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  master.once('exit', () => watcher.kill('SIGKILL'));
}

/** Postfix's master ends its children with it. */
async function end(master: ChildProcess, dir: string): Promise<void> {
  if (master.exitCode === null && master.signalCode === null) {
    const exited = new Promise((resolve) => master.once('exit', resolve));
    master.kill('SIGTERM');
    await exited;
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
