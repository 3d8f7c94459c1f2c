// What it costs to count an event, and to say whose message it is, beside the obvious ways.
import { Counters } from '../../src/detection/counters/counters.js';
import type { Accepted, Delivery, MailEvent, MessageHead } from '../../src/mail/event.js';
import { buildAttribution, type Origin } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';
import { BEGIN_HOUR, base, HOUR_MS, type Person, RELAYS, relays } from './counter-customers.js';
import { figure, middleOf } from './figures.js';

/** Of an hour of this provider. */
const MESSAGES = 200_000;

/**
 * Events of senders picked at random, which is worse than any log: the same loop with counting, with key strings in one map as one would
 * write it first, and without either, which is taken off both.
 */
export function countEvents(): void {
  const senders = base.flatMap(({ name, people }) => people.map((person) => ({ customer: name, person })));
  const hosts = Array.from({ length: 100 }, (_, i) =>
    i < 40 ? `mx${i}.receiver${i}.example` : 'gmail-smtp-in.l.google.com',
  );
  const recipients = Array.from({ length: 2_000 }, (_, i) => `somebody${i}@domain${i % 40}.example`);
  const counters = new Counters(relays);
  const keyed = new Map<string, number>();
  const ways = {
    without: () => {},
    ours: (event: MailEvent, customer: string) => counters.count(event, customer, undefined),
    keyed: (event: Accepted | Delivery, customer: string) => countByKeys(keyed, event, customer),
  };
  const run = (take: (event: Accepted | Delivery, customer: string) => void) =>
    countOnce(senders, hosts, recipients, take);
  for (const take of Object.values(ways)) run(take);
  const without = middleOf(() => run(ways.without));
  const ours = middleOf(() => run(ways.ours)) - without;
  const peer = middleOf(() => run(ways.keyed)) - without;
  const known = new Map(senders.map(({ person }, i) => [person.sender, i]));
  let found = 0;
  const lookUp =
    middleOf(() =>
      run((event) => {
        found += known.get(event.message.sender) ?? 0;
      }),
    ) - without;
  if (found === 0) throw new Error('no sender was found');
  figure('an event counted in six ways', `${ours.toFixed(0)} ns of processor time`);
  figure(
    'one look-up in a Map of its senders',
    `${lookUp.toFixed(0)} ns: ours is ${(ours / lookUp).toFixed(1)} of them`,
  );
  figure('the same by key strings', `${peer.toFixed(0)} ns: ours takes ${(ours / peer).toFixed(2)} of it`);
}

/** Whose message it is, asked again and again about the same senders. */
export function attributeEvents(): void {
  const customers = base.map(({ name, people }, i) => ({
    ...{ id: name, name, domains: [`customer${i}.example`], ips: [`10.${i >> 8}.${i & 255}.0/24`] },
    sasl_users: i % 2 ? people.map(({ login }) => login) : [],
  }));
  const attribute = buildAttribution(Directory.parse({ relays, customers }));
  const origins = base.flatMap(({ people }) =>
    people.map(({ sender, login, home }, i) =>
      i % 3 ? { sender, login, clientIp: home } : { sender, clientIp: home },
    ),
  );
  const run = () => {
    const before = process.cpuUsage();
    let found = 0;
    for (let i = 0; i < MESSAGES; i++) if (attribute(origins[i % origins.length] as Origin).by !== 'nothing') found++;
    const { user, system } = process.cpuUsage(before);
    if (found === 0) throw new Error('nothing was attributed');
    return ((user + system) * 1e3) / MESSAGES;
  };
  run();
  figure('whose message, asked again', `${middleOf(run).toFixed(0)} ns of processor time`);
}

/** ns of processor time for an event. */
function countOnce(
  senders: readonly { customer: string; person: Person }[],
  hosts: readonly string[],
  recipients: readonly string[],
  take: (event: Accepted | Delivery, customer: string) => void,
): number {
  const message: MessageHead = {
    ...{ relay: '', queueId: '', acceptedAt: 0, origin: 'client', clientIp: '', login: '', sender: '' },
    ...{ recipientCount: 1, sizeBytes: 0 },
  };
  const accepted: Accepted = { kind: 'accepted', at: 0, message };
  const delivery: Delivery = {
    ...{ kind: 'delivery', at: 0, message, recipient: '', isFirstAttempt: true, status: 'sent', dsn: '', reply: '' },
    remoteHost: '',
  };
  let events = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < MESSAGES; i++) {
    const { customer, person } = senders[(i * 7_919) % senders.length] as { customer: string; person: Person };
    message.relay = relays[i % RELAYS]?.host ?? '';
    message.clientIp = person.home;
    message.login = person.login;
    message.sender = person.sender;
    accepted.at = delivery.at = BEGIN_HOUR * HOUR_MS + i * 10;
    take(accepted, customer);
    events++;
    for (let n = i % 5 < 2 ? 2 : 1; n > 0; n--) {
      delivery.recipient = recipients[(i * 7) % recipients.length] ?? '';
      delivery.remoteHost = hosts[i % hosts.length] ?? '';
      take(delivery, customer);
      events++;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / events;
}

function countByKeys(counts: Map<string, number>, event: Accepted | Delivery, customer: string): void {
  const hour = Math.floor(event.at / HOUR_MS);
  const { relay, sender, login, clientIp } = event.message;
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  add(`${hour} relay ${customer} ${relay} ${event.kind}`);
  add(`${hour} sender ${customer} ${sender} ${event.kind}`);
  add(`${hour} login ${customer} ${login} ${event.kind}`);
  add(`${hour} network ${customer} ${clientIp} ${event.kind}`);
  if (event.kind === 'accepted') return;
  add(`${hour} outbound ${customer} ${relay} ${event.status}`);
  add(`${hour} receiver ${relay} ${event.remoteHost} ${event.status}`);
}
