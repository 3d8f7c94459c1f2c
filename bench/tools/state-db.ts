// A month of what the detection knows of many senders, written the way the log worker saves it.

import { join } from 'node:path';
import { openTrafficDb } from '../../src/db/open-traffic.js';
import { Familiar, hashOf } from '../../src/detection/clues/familiar.js';
import { type CounterRow, type Kind, SUMS } from '../../src/detection/counters/counter-cells.js';
import { type Activity, addArrival, addNetwork, newActivity } from '../../src/detection/identities/activity.js';
import { addAttempt } from '../../src/detection/identities/attempts.js';
import { fold, newHabit } from '../../src/detection/identities/habit.js';
import { type Identity, newIdentity } from '../../src/detection/identities/identity.js';
import { addProgram, addSize } from '../../src/detection/identities/manner.js';
import type { StateRow } from '../../src/detection/identities/saved-identity.js';
import { createTrafficStore } from '../../src/detection/live/traffic-store.js';
import { chance } from './chance.js';
import { ACQUAINTANCES, friendOf, nameOf, type Sender } from './state-senders.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RUNS = 6;
const ROWS_A_COMMIT = 20_000;
/** Identities whose mail is just under way. */
const RUNNING_SHARE = 0.1;
/** Identities counted in the last two hours. */
const COUNTED_SHARE = 0.2;
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const ZERO = Object.fromEntries(SUMS.map((name) => [name, 0])) as Omit<CounterRow, 'hour' | 'kind' | 'owner' | 'name'>;

const NOTHING_KNOWN = newHabit(NOW);
const runs = Array.from({ length: 500 }, makeRun);

/** Writes DIR/data/traffic.db. */
export function writeState(dir: string, senders: Sender[]): void {
  const db = openTrafficDb(join(dir, 'data/traffic.db'));
  const store = createTrafficStore(db);
  const familiar = new Familiar();
  let rows = new Map<string, StateRow>();
  let counters: CounterRow[] = [];
  const commit = () => {
    familiar.turn(NOW);
    const state = { rows, familiar: familiar.takeChanges() };
    store.commit({ positions: [], messages: new Map(), state, counters, findings: [] });
    rows = new Map();
    counters = [];
  };
  senders.forEach((sender, i) => {
    for (const identity of identitiesOf(sender, rows)) rows.set(identity.key, identity);
    if (sender.customer !== senders[i - 1]?.customer) {
      const habit = newHabit(NOW - 30 * DAY_MS);
      for (let n = 0; n < RUNS; n++) fold(habit, runFrom(sender, NOW - (30 - 5 * n) * DAY_MS));
      rows.set(`customer|${nameOf(sender.customer)}`, habit);
    }
    const acquaintances = familiar.of(nameOf(sender.customer));
    for (let n = 0; n < ACQUAINTANCES; n++) {
      const friend = friendOf(sender, n);
      familiar.meet(acquaintances, hashOf(`r:${friend}`));
      familiar.meet(acquaintances, hashOf(`d:${friend.slice(friend.indexOf('@') + 1)}`));
    }
    if (chance() < COUNTED_SHARE) counters.push(...countersOf(sender));
    if (rows.size >= ROWS_A_COMMIT) commit();
  });
  commit();
  db.$client.pragma('wal_checkpoint(TRUNCATE)');
  db.$client.close();
}

/** The sender behind its entry, and the entry where this is its first sender; a login that is its own mailbox is one. */
function identitiesOf(sender: Sender, rows: Map<string, StateRow>): Identity[] {
  const { customer, address, login, clientIp } = sender;
  const kind = login === undefined ? 'address' : 'login';
  const entry = { kind, name: login ?? clientIp, key: `${nameOf(customer)}|${kind}:${login ?? clientIp}` } as const;
  const identities = login === address ? [] : [newIdentity(`${entry.key}|${address}`, 'sender', entry, 0)];
  if (!rows.has(entry.key)) identities.push(newIdentity(entry.key, 'entry', entry, 0));
  for (const identity of identities) {
    identity.habit = newHabit(NOW - 30 * DAY_MS);
    for (let n = 0; n < RUNS; n++)
      fold(identity.habit, runFrom(sender, NOW - (30 - 5 * n) * DAY_MS * (0.9 + 0.1 * chance())));
    if (chance() < RUNNING_SHARE) identity.activity = { ...runFrom(sender, NOW - HOUR_MS) };
  }
  return identities;
}

/** Networks of a login come from where it is used. */
function runFrom({ address, login, clientIp }: Sender, at: number): Activity {
  const activity = runs[Math.floor(runs.length * chance())] as Activity;
  activity.since = at;
  activity.lastAt = at + HOUR_MS * chance();
  activity.networks = undefined;
  activity.networkCount = 0;
  const isAway = login === address && chance() < 0.3;
  const ip = isAway ? `100.64.${Math.floor(256 * chance())}.${Math.floor(256 * chance())}` : clientIp;
  activity.clientIps = [ip];
  if (login !== undefined) addNetwork(activity, ip, { novelty: 'known', guesses: 0 });
  return activity;
}

/** A run of ordinary mail: some messages in office hours. */
function makeRun(): Activity {
  const activity = newActivity(NOW);
  const messages = 1 + Math.floor(6 * chance());
  const arrival = {
    sender: 'somebody@customer.example',
    recipients: 1,
    isNewSender: false,
    isNewNumber: false,
    failedLogins: 0,
  };
  for (let i = 0; i < messages; i++) {
    const at = Math.floor(NOW / DAY_MS) * DAY_MS + (8 + Math.floor(9 * chance())) * HOUR_MS;
    addArrival(activity, { ...arrival, at });
    addSize(activity, Math.round(2_000 + 30_000 * chance()));
    addProgram(activity, chance() < 0.8 ? 'isp.example' : '0.4.0A3', NOTHING_KNOWN);
    const attempt = {
      recipient: hashOf(`${i}${chance()}`),
      domain: 1,
      tried: 1,
      newRecipients: chance() < 0.2 ? 1 : 0,
    };
    addAttempt(activity, { ...attempt, newDomains: 0, unknownUsers: 0, contentRefusals: 0, isPopular: false }, at);
  }
  return activity;
}

function countersOf({ customer, address, login, clientIp }: Sender): CounterRow[] {
  const hour = NOW / HOUR_MS - Math.floor(2 * chance());
  const messages = 1 + Math.floor(5 * chance());
  const names: [Kind, string | undefined][] = [
    ['relay', `relay${customer % 4}`],
    ['sender', address],
    ['login', login],
    ['network', clientIp.replace(/\d+$/, '0/24')],
    ['outbound', `203.0.113.${(customer % 4) + 1}`],
  ];
  return names.flatMap(([kind, name]) =>
    name === undefined
      ? []
      : { ...ZERO, hour, kind, owner: nameOf(customer), name, messages, recipients: messages, sent: messages },
  );
}
