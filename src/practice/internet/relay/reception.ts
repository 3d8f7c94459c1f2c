// The relay's door: one letter, the policy server's word about each of its recipients, and what the relay makes of them.
import { domainOf } from '../../../mail/address.js';
import type { Chance } from '../chance.js';
import type { Letter, Recipient } from '../letter.js';
import { CLEAN_MTA, outboundIpOf } from '../people.js';
import type { World } from '../world.js';
import type { CounterBook } from './counters.js';
import { writeDeliveries } from './deliveries.js';
import type { PolicyVerdict } from './policy-client.js';
import type { LogLine, Pen } from './postfix-log.js';

export interface Reception {
  letter: Letter;
  /** One for each recipient, in their order. */
  verdicts: PolicyVerdict[];
  pen: Pen;
  chance: Chance;
  world: World;
  counters: CounterBook;
}

export interface Received {
  lines: LogLine[];
  /** Recipients that were taken. */
  accepted: number;
}

/** Takes a letter or turns it away; counts it, and writes every line that follows from it, those of its deliveries included. */
export function receive(reception: Reception): Received {
  const { letter, pen, chance } = reception;
  const door = answerAtTheDoor(reception);
  const closeAt = door.at + chance.between(80, 300);
  const ends = { accepted: door.accepted.length, offered: letter.recipients.length };
  const lines = [pen.connect(letter.at, letter.client), ...door.lines, pen.disconnect(closeAt, letter.client, ends)];
  count(reception, door);
  if (door.queueId === undefined) return { lines, accepted: 0 };
  const queued = {
    ...reception,
    queueId: door.queueId,
    recipients: door.accepted,
    transport: door.transport,
    at: door.at,
  };
  return { lines: [...lines, ...writeDeliveries(queued)], accepted: door.accepted.length };
}

interface Door {
  lines: LogLine[];
  /** When the last recipient was answered. */
  at: number;
  accepted: Recipient[];
  /** Set with the first accepted recipient: Postfix opens the queue file then. */
  queueId: string | undefined;
  /** Where a policy answer sends the whole message; the last one wins. */
  transport: string | undefined;
}

function answerAtTheDoor({ letter, verdicts, pen, chance }: Reception): Door {
  const door: Door = {
    lines: [],
    at: letter.at + chance.between(150, 500),
    accepted: [],
    queueId: undefined,
    transport: undefined,
  };
  for (const [i, recipient] of letter.recipients.entries()) {
    const verdict = verdicts[i] ?? { kind: 'pass' };
    door.at += chance.between(5, 40);
    if (verdict.kind === 'refuse') {
      const reply = `${verdict.code} ${verdict.dsn} <${recipient.address}>: Recipient address rejected: ${verdict.text}`;
      door.lines.push(pen.reject(door.at, letter, recipient.address, reply, door.queueId));
      continue;
    }
    if (verdict.kind === 'filter') {
      door.transport = verdict.transport;
      door.lines.push(pen.filter(door.at, letter, recipient.address, verdict.transport, door.queueId));
    }
    if (door.queueId === undefined) {
      door.queueId = pen.queueId(door.at);
      door.lines.push(pen.client(door.at + 0.2, door.queueId, letter));
    }
    door.accepted.push(recipient);
  }
  return door;
}

/** What the policy server's refusal says: a suspended customer is told so, a blocked sender that its mailbox is misused. */
function signOf(verdicts: Reception['verdicts']): 'suspended' | 'blocked' {
  return verdicts.some((verdict) => verdict.kind === 'refuse' && verdict.text.includes(' is suspended'))
    ? 'suspended'
    : 'blocked';
}

function count({ letter, verdicts, counters, world }: Reception, { accepted, transport, at }: Door): void {
  const { customer, recipients, scene } = letter;
  const isSpam = scene !== undefined;
  const refused = recipients.length - accepted.length;
  counters.count(customer, 'accepted', accepted.length);
  counters.count(customer, 'refused', refused);
  if (refused > 0) counters.note(customer, signOf(verdicts), at);
  if (accepted.length === 0) return;
  counters.note(customer, isSpam ? 'spamAccepted' : 'mailAccepted', at);
  if (transport !== undefined) {
    counters.count(customer, 'rerouted', accepted.length);
    counters.note(customer, 'rerouted', at);
  }
  if (!isSpam) return;
  world.noteSpam(transport === undefined ? outboundIpOf(letter.relay) : CLEAN_MTA.ip, at, accepted.length);
  world.noteSpam(domainOf(letter.sender), at, accepted.length);
}
