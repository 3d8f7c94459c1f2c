// The policy thread: answers Postfix from what it was told, and waits for nobody. Drawing cards, writing databases and reading logs are
// other threads' work, so a request is never behind them.
import { parentPort, workerData } from 'node:worker_threads';
import { createPolicyDoor, type PolicyDoor } from '../containment/mtas/postfix/policy-door.js';
import { UserError } from '../errors.js';
import { type SharedOwners, sharedOwners } from '../partners/owners.js';
import type { FromPolicy, Learned, Named, PolicyStart, ToPolicy } from './policy-messages.js';
import { beat } from './pulse.js';
import { whoseMail } from './whose-mail.js';

/** What was counted is told so often at the most. */
const NEWS_MS = 100;

const start = workerData as PolicyStart;
const port = parentPort;
if (!port) throw new Error('policy.worker is started by policy-thread.ts, as a worker thread');
const tell = (message: FromPolicy) => port.postMessage(message);

const names = new Map<string, string>();
const hints = new Map<string, string>();
const hits = new Map<number, number>();
let door: PolicyDoor | undefined;
let told = '';
const news = setInterval(() => {
  beat(start.pulse);
  tellNews();
}, NEWS_MS);

/** In order: what comes while the door opens is done when it is open, so that a change that is done has effect. */
let taken: Promise<void> = Promise.resolve();
port.on('message', (message: ToPolicy) => {
  taken = taken.then(() => take(message));
});

async function take(message: ToPolicy): Promise<void> {
  if (message.type === 'state') return begin(message);
  if (message.type === 'stop') return end();
  if (message.type === 'put') await door?.put(known(message.named));
  else if (message.type === 'remove') await door?.remove(message.id);
  else learn(message.learned);
  tell({ type: 'done', change: message.change });
}

async function begin({ owners, inForce, learned }: Extract<ToPolicy, { type: 'state' }>): Promise<void> {
  beat(start.pulse);
  learn(learned);
  door = makeDoor(owners);
  try {
    tell({ type: 'listening', address: await door.open(inForce.map(known)) });
  } catch (error) {
    tell({ type: 'failed', message: (error as Error).message, isForOperator: error instanceof UserError });
    leave();
  }
}

function makeDoor(owners: SharedOwners): PolicyDoor {
  const { localDomains } = start;
  const attribute = whoseMail(sharedOwners(owners), { localDomains, hintFor: (clientIp) => hints.get(clientIp) });
  const parts = {
    ...start,
    nameOf: (customer: string) => names.get(customer) ?? customer,
    onHits: (id: number, count: number) => void hits.set(id, (hits.get(id) ?? 0) + count),
    onError: (error: unknown) => tell({ type: 'trouble', message: textOf(error) }),
  };
  return createPolicyDoor(parts, attribute);
}

function known({ containment, name }: Named): Named['containment'] {
  names.set(containment.customer, name);
  return containment;
}

function learn(learned: readonly Learned[]): void {
  for (const [clientIp, customer] of learned) {
    if (customer === '') hints.delete(clientIp);
    else hints.set(clientIp, customer);
  }
}

function tellNews(): void {
  if (!door) return;
  const snapshot = door.snapshot();
  const { requests, connections } = snapshot;
  const now = [requests, ...Object.values(connections)].join();
  if (now === told) return;
  told = now;
  tell({ type: 'news', hits: [...hits], snapshot });
  hits.clear();
}

async function end(): Promise<void> {
  await door?.close();
  tellNews();
  leave();
}

/** With nothing left to do the thread ends by itself. */
function leave(): void {
  clearInterval(news);
  port?.close();
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
