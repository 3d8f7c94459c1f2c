import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weigh } from '../../../src/detection/assess.js';
import { hashOf } from '../../../src/detection/clues/familiar.js';
import { type Activity, newActivity } from '../../../src/detection/identities/activity.js';
import { addAttempt } from '../../../src/detection/identities/attempts.js';
import { Clock } from '../../../src/detection/identities/clock.js';
import { type Habit, newHabit } from '../../../src/detection/identities/habit.js';
import { signals } from '../../../src/detection/signals/index.js';
import type { View } from '../../../src/detection/signals/signal.js';
import { Tally } from '../../../src/detection/structures/tally.js';

const HOUR = 3_600_000;

function view(activity: Partial<Activity>, habit: Partial<Habit> = {}, more: Partial<View> = {}): View {
  const own = { ...newHabit(0), ...habit };
  return {
    activity: { ...newActivity(100 * HOUR), lastAt: 100 * HOUR + HOUR / 2, ...activity },
    habit: own,
    customerHabit: own,
    entryHabit: own,
    scope: 'entry',
    entry: 'login',
    ...more,
  };
}

/** What first attempts for so many different recipients count, each of a domain of its own. */
function tried(count: number, { unknownUsers = 0, newRecipients = 0, contentRefusals = 0 } = {}): Partial<Activity> {
  const activity = newActivity(0);
  for (let i = 0; i < count; i++) {
    const attempt = {
      ...{ recipient: hashOf(`r${i}`), domain: i, tried: 1, isPopular: false, newDomains: 0 },
      newRecipients: i < newRecipients ? 1 : 0,
      unknownUsers: i < unknownUsers ? 1 : 0,
      contentRefusals: i < contentRefusals ? 1 : 0,
    };
    addAttempt(activity, attempt, 0);
  }
  const { reached, ...counts } = activity;
  return { tried: count, reached, newRecipients, unknownUsers: counts.unknownUsers, contentRefusals };
}

/** Three weeks of working days from eight to five (UTC). */
const OFFICE = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [8 + i, 33]));

/** Four weeks of a mailbox that sends four an hour, one in five to somebody new. */
const SETTLED: Partial<Habit> = {
  hours: 100,
  hourRecipients: 351,
  hourSquares: 3_200,
  messages: 330,
  recipients: 400,
  tried: 400,
  newRecipients: 80,
  newDomains: 20,
  unknownUsers: 5,
  newSenders: 3,
  compared: 300,
  alike: 30,
  inSessions: 330,
  sameSession: 10,
  programs: Tally.of({ 'mail.example': 0 }),
  programRuns: 40,
  newPrograms: 1,
  clock: Clock.of(OFFICE),
};

/** Per signal: what must fire, what must stay quiet, and a sentence it says. */
const cases: Record<string, { fires: View; quiet: View; says: RegExp }> = {
  'same-session': {
    fires: view({ messages: 10, inSessions: 10, sameSession: 7 }, SETTLED),
    quiet: view({ messages: 10, inSessions: 10, sameSession: 1 }, SETTLED),
    says: /^7 of 10 messages in a row over one connection, usual 3 %$/,
  },
  volume: {
    fires: view({ recipients: 120, choices: 120 }, SETTLED),
    quiet: view({ recipients: 7, choices: 7 }, SETTLED),
    says: /^120 recipients in 30 min, usual 4 an hour$/,
  },
  'new-recipients': {
    fires: view({ messages: 60, tried: 60, newRecipients: 58 }, SETTLED),
    quiet: view({ messages: 60, tried: 60, newRecipients: 10 }, SETTLED),
    says: /^58 never written to before$/,
  },
  'domain-spread': {
    fires: view({ messages: 60, tried: 60, newDomains: 30 }, SETTLED),
    quiet: view({ messages: 60, tried: 60, newDomains: 2 }, SETTLED),
    says: /^30 domains new/,
  },
  'recipients-per-message': {
    fires: view({ messages: 10, recipients: 90 }, SETTLED),
    quiet: view({ messages: 50, recipients: 55 }, SETTLED),
    says: /^9 recipients a message, usual 1\.2$/,
  },
  'unknown-users': {
    fires: view(tried(60, { unknownUsers: 15 })),
    quiet: view(tried(60, { unknownUsers: 1 })),
    says: /^2\d % unknown users \(15 of \d\d\)$/,
  },
  'content-refusals': {
    fires: view(tried(60, { contentRefusals: 5 })),
    quiet: view(tried(60)),
    says: /^5 refused as spam$/,
  },
  'slowed-down': {
    fires: view({ ...tried(60), slowedDown: 3 }, SETTLED),
    quiet: view({ ...tried(60), slowedDown: 0.1 }, SETTLED),
    says: /^3 slowed down by receivers$/,
  },
  'new-networks': {
    fires: view(
      { networks: Tally.of({ '192.0.2.1': 'new', '198.51.100.1': 'new', '203.0.113.1': 'new' } as const) },
      SETTLED,
    ),
    quiet: view({ networks: Tally.of({ '192.0.2.1': 'known' } as const) }, SETTLED),
    says: /^three new networks$/,
  },
  'new-program': {
    fires: view({ messages: 25, strange: 25, programs: Tally.of({ '0.0.0a2': 25 }) }, SETTLED),
    quiet: view({ messages: 25, strange: 1, programs: Tally.of({ 'mail.example': 24, '0.0.0a2': 1 }) }, SETTLED),
    says: /^a mail program never used before$/,
  },
  'failed-logins': {
    fires: view({ failedLogins: 30 }),
    quiet: view({ failedLogins: 1 }),
    says: /^30 failed logins before$/,
  },
  'many-senders': {
    fires: view({ messages: 25, newSenders: 25, ...tried(25, { newRecipients: 25 }) }, SETTLED),
    quiet: view({ messages: 25, newSenders: 1 }, SETTLED),
    says: /^25 sender addresses never seen/,
  },
  'phantom-senders': {
    fires: view({ phantomSenders: 4, ...tried(25, { newRecipients: 25 }) }),
    quiet: view({ phantomSenders: 1, ...tried(25, { newRecipients: 25 }) }),
    says: /^4 sender addresses that do not exist$/,
  },
  'off-hours': {
    fires: view({ messages: 40, clock: Clock.of({ 2: 25, 3: 15 }) }, SETTLED),
    quiet: view({ messages: 40, clock: Clock.of({ 9: 15, 14: 25 }) }, SETTLED),
    says: /^all of it at hours when it hardly ever writes$/,
  },
  complaints: {
    fires: view({ ...tried(60), complaints: 3 }),
    quiet: view(tried(60)),
    says: /^3 complaints of receivers' users$/,
  },
};

describe.each(signals.filter(({ id }) => id !== 'one-text').map((signal) => [signal.id, signal] as const))(
  '%s',
  (id, signal) => {
    it('fires on what spam looks like, in words', () => {
      const fires = cases[id]?.fires as View;

      expect(signal.weigh(fires)).toBeGreaterThan(0.8);
      expect(signal.say(fires, 1)).toMatch(cases[id]?.says as RegExp);
    });

    it('does not speak for spam on honest mail', () => {
      expect(signal.weigh(cases[id]?.quiet as View) ?? 0).toBeLessThanOrEqual(0);
    });

    it('gives a finite weight for an identity nothing is known of', () => {
      const weight = signal.weigh(view({ messages: 1, recipients: 1, tried: 1, newRecipients: 1, newSenders: 1 }));

      expect(Number.isFinite(weight ?? 0)).toBe(true);
    });
  },
);

describe('unknown users', () => {
  const unknownUsers = signals.find((signal) => signal.id === 'unknown-users');
  const weight = (of: Partial<Activity>, isNullSender: boolean) =>
    unknownUsers?.weigh(view(of, {}, { isNullSender })) ?? 0;

  it('is said in a share and a count that agree, also of addresses that once took mail and count for less', () => {
    const said = (count: number, unknown: number) =>
      unknownUsers?.say(view({ ...tried(count), unknownUsers: unknown }), 1);
    expect(said(1, 0.25)).toBe('100 % unknown users (1 of 1)');
    expect(said(20, 2.25)).toBe('15 % unknown users (3 of 20)');
    expect(said(20, 0)).toBe('0 % unknown users (0 of 20)');
  });

  it('are expected of bounces, up to what forged senders bring', () => {
    const some = tried(60, { unknownUsers: 12 });
    const most = tried(60, { unknownUsers: 45 });

    expect(weight(some, true)).toBeLessThan(weight(some, false) - 1.5);
    expect(weight(most, true)).toBeGreaterThan(2);
    expect(weight(tried(60), true)).toBeLessThan(0);
  });
});

describe('senders never seen', () => {
  it('are a forwarder’s, when all of it goes to recipients that always get it', () => {
    const forwarded = view({ messages: 40, newSenders: 40, ...tried(40, { newRecipients: 4 }) }, SETTLED);
    const forged = view({ messages: 40, newSenders: 40, ...tried(40, { newRecipients: 40 }) }, SETTLED);
    const manySenders = signals.find((signal) => signal.id === 'many-senders');

    expect(manySenders?.weigh(forwarded)).toBe(0);
    expect(manySenders?.weigh(forged)).toBeGreaterThan(2);
  });
});

describe('senders out of a list', () => {
  const manySenders = signals.find((signal) => signal.id === 'many-senders');
  const weight = (newSenders: number, known: Partial<Habit>) =>
    manySenders?.weigh(view({ messages: 106, newSenders, ...tried(106, { newRecipients: 100 }) }, known)) ?? 0;

  it('repeat, and are still too many for a firm whose people are known', () => {
    expect(weight(26, SETTLED)).toBeGreaterThan(1);
    expect(weight(3, SETTLED)).toBeLessThan(0);
  });

  it('are the people of a firm of which little is known', () => {
    expect(weight(26, { messages: 8, newSenders: 7 })).toBeLessThan(0);
  });
});

describe('new networks of a login that moves about', () => {
  const newNetworks = signals.find((signal) => signal.id === 'new-networks');
  const roaming = { ...SETTLED, hours: 30, newNetworks: 22 };
  const weight = (count: number) => {
    const networks = Tally.of(Object.fromEntries(Array.from({ length: count }, (_, i) => [`198.51.${i}.1`, 'new'])));
    return newNetworks?.weigh(view({ networks: networks as Tally<'new'> }, roaming)) ?? 0;
  };

  it('are usual, but not twenty in half an hour', () => {
    expect(weight(2)).toBeLessThan(1);
    expect(weight(20)).toBeGreaterThan(5);
  });
});

describe('new networks without a name in DNS', () => {
  const newNetworks = signals.find((signal) => signal.id === 'new-networks');
  const weight = (novelty: 'new' | 'named' | 'nameless', habit: Partial<Habit>) =>
    newNetworks?.weigh(view({ networks: Tally.of({ '192.0.2.1': novelty }) }, { ...SETTLED, ...habit })) ?? 0;

  it('say more than those that have one, except of somebody whose networks never have one', () => {
    expect(weight('nameless', {})).toBeGreaterThan(weight('new', {}) + 0.7);
    expect(weight('named', {})).toBeLessThan(weight('new', {}));
    expect(weight('nameless', { newNetworks: 10, lookedUp: 10, nameless: 10 })).toBeLessThan(
      weight('nameless', {}) - 1,
    );
  });

  it('say no more for a past that was learned before names were looked at', () => {
    const known = { hours: 300, newNetworks: 20 };
    const rise = (habit: Partial<Habit>) => weight('nameless', habit) - weight('new', habit);
    expect(rise(known)).toBe(rise({}));
  });

  it('are counted as new networks in words', () => {
    const two = { networks: Tally.of({ '192.0.2.1': 'nameless', '198.51.100.1': 'new' } as const) };

    expect(newNetworks?.say(view(two, SETTLED), 1)).toBe('two new networks');
    // One of them may be the owner's office.
    expect(newNetworks?.say(view(two), 1)).toBe('two networks, the usual ones not known yet');
  });
});

describe('a mail program never used', () => {
  const newProgram = signals.find((signal) => signal.id === 'new-program');
  const strange = { messages: 25, strange: 25, programs: Tally.of({ '0.0.0a2': 25 }) };

  it('says no more for a past that was learned before programs were looked at', () => {
    const first = { compared: 10, programRuns: 2, newPrograms: 1 };

    expect(newProgram?.weigh(view(strange, { ...first, hours: 300 }))).toBe(
      newProgram?.weigh(view(strange, { ...first, hours: 2 })),
    );
  });
});

describe('failed logins at an address never used before', () => {
  const failedLogins = signals.find((signal) => signal.id === 'failed-logins');

  it('say more than those from anywhere', () => {
    const anywhere = failedLogins?.weigh(view({ failedLogins: 10 })) ?? 0;
    const there = failedLogins?.weigh(view({ failedLogins: 10, guesses: 10 })) ?? 0;

    expect(there).toBeGreaterThan(anywhere + 1);
  });
});

describe('messages over one connection', () => {
  const sameSession = signals.find(({ id }) => id === 'same-session');
  const weight = (same: number, of: number, habit: Partial<Habit> = {}, more: Partial<View> = {}) =>
    sameSession?.weigh(view({ inSessions: of, sameSession: same }, habit, more));

  it('say less when all of them come in one session, as a mailing does', () => {
    expect(weight(19, 20)).toBeLessThan(0.5);
    expect(weight(13, 20)).toBeGreaterThan(1);
  });

  it('say no more than a mailing may', () => {
    expect(weight(70, 100, SETTLED)).toBe(1.2);
    expect(signals.find(({ id }) => id === 'same-session')?.group).toBe('reach');
  });

  it('say nothing for spam of who is known to send so, nor where there are fewer than usual', () => {
    const hub = { inSessions: 500, sameSession: 300 };

    expect(weight(13, 20, hub)).toBeLessThan(0.3);
    expect(weight(0, 40, { inSessions: 500, sameSession: 150 })).toBeLessThanOrEqual(0);
  });

  it.each([
    ['few messages', weight(4, 4)],
    ['bounces', weight(13, 20, {}, { isNullSender: true })],
    ['people behind an address, who share its connections', weight(13, 20, {}, { scope: 'sender', entry: 'address' })],
    ['who was learned before sessions were counted', weight(13, 20, { ...SETTLED, inSessions: 0, sameSession: 0 })],
    [
      'customers that were',
      weight(13, 20, {}, { customerHabit: { ...newHabit(0), ...SETTLED, inSessions: 0, sameSession: 0 } }),
    ],
  ])('say nothing of %s', (_who, found) => {
    expect(found).toBeUndefined();
  });

  it('say nothing of a declared bulk sender, who has every reason to send so', () => {
    const of = view({ inSessions: 20, sameSession: 13 });
    const ids = (isDeclaredBulk: boolean) => weigh(of, isDeclaredBulk).map(({ id }) => id);

    expect(ids(false)).toContain('same-session');
    expect(ids(true)).not.toContain('same-session');
  });

  it('are compared with what is usual, in words too', () => {
    expect(sameSession?.say(view({ inSessions: 20, sameSession: 13 }), 1)).toBe(
      '13 of 20 messages in a row over one connection, usual for others 10 %',
    );
  });
});

describe('letters each of their own length', () => {
  const oneText = signals.find((signal) => signal.id === 'one-text');
  const weight = (alike: number, more: Partial<View> = {}, habit: Partial<Habit> = SETTLED) =>
    oneText?.weigh(view({ messages: 31, compared: 30, alike, senderCount: 1 }, habit, more));

  it('speak against spam, and one text speaks for nothing', () => {
    expect(weight(3)).toBeLessThan(-1.5);
    expect(weight(3, {}, {})).toBeLessThan(-1.5);
    expect(weight(30)).toBe(0);
  });

  it('say nothing of bounces, or of many people behind one entry', () => {
    expect(weight(3, { isNullSender: true })).toBeUndefined();
    expect(oneText?.weigh(view({ compared: 30, alike: 3, senderCount: 9 }, SETTLED))).toBeUndefined();
    expect(weight(3, { scope: 'strangers' })).toBeLessThan(-1.5);
  });

  it('never finds other than finite weights up to 0', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.nat(500), fc.nat(500), (compared, alike, usual, usually) => {
        const activity = { compared, alike: Math.min(alike, compared) };
        const habit = { compared: usual, alike: Math.min(usual, usually) };
        const found = oneText?.weigh(view(activity, habit)) ?? 0;
        expect(Number.isFinite(found) && found <= 0).toBe(true);
      }),
    );
  });
});

describe('bounces', () => {
  it('are no sign of honesty for being taken by filters, by the server’s address or by day', () => {
    const ofServer = view({ ...tried(60), networks: Tally.of({ '192.0.2.1': 'known' }), messages: 60 }, SETTLED, {
      isNullSender: true,
    });
    for (const id of ['content-refusals', 'new-networks', 'off-hours']) {
      const signal = signals.find((each) => each.id === id);
      expect([id, signal?.weigh(ofServer) ?? 0]).toEqual([id, 0]);
    }
  });
});

describe('hours', () => {
  const offHours = signals.find((signal) => signal.id === 'off-hours');
  const night = { messages: 40, clock: Clock.of({ 2: 40 }) };

  it('say nothing before the customer’s day is known', () => {
    expect(offHours?.weigh(view(night, { ...SETTLED, messages: 30 }))).toBeUndefined();
  });

  it('of working days say nothing while only a week-end is known', () => {
    const saturday = { ...SETTLED, clock: Clock.of({ 33: 150, 34: 180 }) };
    const weight = (slot: number, habit: Partial<Habit>) =>
      offHours?.weigh(view({ messages: 40, clock: Clock.of({ [slot]: 40 }) }, habit));

    expect([weight(9, saturday), weight(2, saturday)]).toEqual([0, 0]);
    expect(weight(26, saturday)).toBeGreaterThan(0.8);
    // Who is known from working days has a week-end.
    expect(weight(33, SETTLED)).toBeGreaterThan(0.8);
    expect(weight(2, { ...saturday, clock: Clock.of({ 9: 60, 33: 150 }) })).toBeGreaterThan(0.8);
  });

  it.each([
    ['40 % of it at hours when it hardly ever writes', { 2: 16, 10: 24 }],
    ['only 3 % of it was sent at hours when it hardly ever writes', { 2: 1, 10: 39 }],
    ['at hours when it writes little', { 18: 40 }],
    ['sent at the hours when it usually writes', { 10: 40 }],
  ])('are told as %s', (sentence, slots) => {
    const at = view({ messages: 40, clock: Clock.of(slots) }, SETTLED);
    expect(offHours?.say(at, offHours.weigh(at) as number)).toBe(sentence);
  });

  it('are no sign of a machine that writes all night', () => {
    const nightly = { ...SETTLED, clock: Clock.of({ 1: 100, 2: 130, 3: 100 }) };

    expect(offHours?.weigh(view(night, nightly))).toBeLessThanOrEqual(0);
  });

  it('are the customer’s for a mailbox nothing is known of', () => {
    const customerHabit = { ...newHabit(0), ...SETTLED };

    expect(offHours?.weigh(view(night, {}, { customerHabit }))).toBeGreaterThan(0.8);
  });
});

describe('complaints', () => {
  const complaints = signals.find((signal) => signal.id === 'complaints');

  it('weigh by how many there are for the mail', () => {
    const weight = (count: number, of: number) => complaints?.weigh(view({ ...tried(of), complaints: count })) ?? 0;

    expect(weight(1, 200)).toBeLessThan(weight(4, 200));
    expect(weight(4, 200)).toBeLessThanOrEqual(weight(4, 30));
  });
});

/** What speaks against spam, and how it is told: by name of the signal. */
const told: [string, View, string][] = [
  [
    'volume',
    view({ recipients: 7, choices: 7 }, SETTLED),
    '7 recipients in 30 min, which is not much beside the 4 an hour that are usual for it',
  ],
  ['volume', view({ recipients: 2, choices: 2 }), 'only 2 recipients in 30 min'],
  ['new-recipients', view({ messages: 60, tried: 60 }, SETTLED), 'wrote to all recipients before'],
  [
    'new-recipients',
    view({ messages: 60, tried: 60, newRecipients: 10 }, SETTLED),
    'only 10 of 60 recipients were never written to before',
  ],
  [
    'domain-spread',
    view({ messages: 60, tried: 60, newDomains: 2 }, SETTLED),
    'writes to only 2 domains that are new to this customer',
  ],
  ['domain-spread', view({ messages: 60, tried: 60 }, SETTLED), 'writes to no domain that is new to this customer'],
  [
    'recipients-per-message',
    view({ messages: 10, recipients: 16 }, SETTLED),
    'each message goes to only 1.6 recipients on average',
  ],
  ['recipients-per-message', view({ messages: 10, recipients: 10 }, SETTLED), 'each message goes to only 1 recipient'],
  ['unknown-users', view(tried(60, { unknownUsers: 1 })), 'only 1 of 58 recipients (2 %) turned out not to exist'],
  ['unknown-users', view(tried(60)), 'no recipient (of 58) turned out not to exist'],
  ['content-refusals', view(tried(60)), 'no receiver refused any of it as spam'],
  [
    'new-networks',
    view({ networks: Tally.of({ '192.0.2.1': 'known' } as const) }, SETTLED),
    'comes from no network that is new to it',
  ],
  [
    'new-program',
    view({ messages: 25, programs: Tally.of({ a: 25 }) }, SETTLED),
    'all of it comes from mail programs used before',
  ],
  [
    'new-program',
    view({ messages: 25, strange: 1, programs: Tally.of({ a: 24, b: 1 }) }, SETTLED),
    'only 1 of 25 messages from a mail program never used before',
  ],
  [
    'same-session',
    view({ messages: 10, inSessions: 10 }, { inSessions: 100, sameSession: 20 }),
    'each message came over a connection of its own',
  ],
  [
    'many-senders',
    view({ messages: 106, newSenders: 3, ...tried(106, { newRecipients: 100 }) }, SETTLED),
    'only 3 of its sender addresses were never seen here before',
  ],
  [
    'one-text',
    view({ compared: 25, alike: 8, senderCount: 1 }, SETTLED),
    'messages differ in size, as those written one by one do: only 32 % have the size of the one before',
  ],
  [
    'one-text',
    view({ compared: 25, senderCount: 1 }, SETTLED),
    'messages differ in size, as those written one by one do: hardly any has the size of the one before',
  ],
];

describe('what speaks against spam', () => {
  it.each(told)('by %s is told as such', (id, of, sentence) => {
    const signal = signals.find((each) => each.id === id);
    const weight = signal?.weigh(of) as number;

    expect(weight).toBeLessThan(0);
    expect(signal?.say(of, weight)).toBe(sentence);
  });
});

describe('what is usual', () => {
  const perMessage = signals.find((signal) => signal.id === 'recipients-per-message');
  const volume = signals.find((signal) => signal.id === 'volume');
  const run = { messages: 20, recipients: 51, choices: 51 };

  it('is that of others, and said to be, while nothing is known of who sends', () => {
    expect(perMessage?.say(view(run), 1)).toBe('2.5 recipients a message, usual for others 1.3');
    expect(perMessage?.say(view(run, SETTLED), 1)).toBe('2.5 recipients a message, usual 1.2');
  });

  it.each([
    ['this login', {}],
    ['this address', { entry: 'address' }],
    ['this domain', { entry: 'sender' }],
    ['this sender', { scope: 'sender' }],
    ['these senders', { scope: 'strangers' }],
  ] as const)('is not known of %s, whatever is of its customer', (whose, more) => {
    const fresh = { firstAt: 100 * HOUR };
    expect(volume?.say(view(run, fresh, more), 1)).toBe(`51 recipients in 30 min, no mail of ${whose} known before`);
  });

  it('is not said to be unknown for want of mail where all mail before looked too much like spam to be learned', () => {
    const said = volume?.say(view(run, { firstAt: 90 * HOUR }), 1);
    expect(said).toBe('51 recipients in 30 min, no ordinary mail of this login known before');
  });
});

describe('signals', () => {
  it('have a case each, and unique ids', () => {
    expect([...Object.keys(cases), 'one-text'].sort()).toEqual(signals.map((signal) => signal.id).sort());
  });

  it('do not take three addresses of one network for three networks', () => {
    const network = signals.find((signal) => signal.id === 'new-networks');
    const near = view(
      { networks: Tally.of({ '192.0.2.1': 'new', '192.0.2.2': 'neighbour', '192.0.2.3': 'neighbour' } as const) },
      SETTLED,
    );
    const far = cases['new-networks']?.fires as View;

    expect(network?.weigh(near)).toBeLessThan(network?.weigh(far) as number);
    expect(network?.say(near, 1)).toBe('three new client addresses');
  });
});
