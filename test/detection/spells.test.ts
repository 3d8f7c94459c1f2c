// Runs of mail and the spell they make: a run that looks honest is put by, the spell is judged as a whole, and is learned only when it is
// over, and then in measure.
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/detection/clues/familiar.js';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { type Activity, addArrival, newActivity } from '../../src/detection/identities/activity.js';
import { addAttempt } from '../../src/detection/identities/attempts.js';
import { fold, hourly, newHabit } from '../../src/detection/identities/habit.js';
import {
  activityAt,
  close,
  type Identity,
  newIdentity,
  setAside,
  spellOf,
  startSpellAlarm,
} from '../../src/detection/identities/identity.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, T0 } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] }],
});
const KIM = 'kim@office.example';
const KEY = `office|login:${KIM}`;
const ENTRY = { kind: 'login', name: KIM, key: KEY } as const;

/** So many messages to one recipient each, a minute apart. */
function run(since: number, count: number, unknown = 0): Activity {
  const activity = newActivity(since);
  for (let i = 0; i < count; i++) {
    const at = since + i * 60_000;
    addArrival(activity, { at, sender: KIM, recipients: 1, isNewSender: false, isNewNumber: false, failedLogins: 0 });
    const counts = { tried: 1, newRecipients: 1, newDomains: 0, unknownUsers: i < unknown ? 1 : 0, contentRefusals: 0 };
    addAttempt(activity, { recipient: hashOf(`${since}.${i}`), domain: i, isPopular: true, ...counts }, at);
  }
  return activity;
}

function mailbox(): Identity {
  return newIdentity(KEY, 'entry', ENTRY, T0);
}

describe('a spell', () => {
  it('holds the runs that were put by, and is learned when it is over, not before', () => {
    const identity = mailbox();
    for (const since of [T0, T0 + 30 * 60_000, T0 + HOUR]) {
      identity.activity = run(since, 10);
      setAside(identity);
    }
    identity.activity = run(T0 + 90 * 60_000, 4, 1);

    expect(spellOf(identity)).toMatchObject({ since: T0, messages: 34, recipients: 34, unknownUsers: 1 });
    expect(identity.habit.messages).toBe(0);
    expect(activityAt(identity, T0 + 2 * HOUR).messages).toBe(4);
    expect(identity.habit.messages).toBe(0);
    expect(activityAt(identity, T0 + 5 * HOUR).messages).toBe(0);
    expect(identity.habit).toMatchObject({ messages: 34, tried: 34, unknownUsers: 1 });
  });

  it('is over after eight hours, however steady', () => {
    const identity = mailbox();
    for (let at = T0; at < T0 + 8 * HOUR; at += HOUR) {
      activityAt(identity, at);
      identity.activity = run(at, 10);
      setAside(identity);
    }
    expect(identity.habit.messages).toBe(0);
    activityAt(identity, T0 + 8.1 * HOUR);
    expect(identity.habit.messages).toBe(80);
  });

  it('that is suspicious at its end teaches nothing', () => {
    const identity = mailbox();
    identity.activity = run(T0, 40, 20);
    identity.evidence = 4;

    expect(close(identity)).toBeUndefined();
    expect(identity.habit.messages).toBe(0);
  });

  it('in alarm covers what was put by, and teaches nothing', () => {
    const identity = mailbox();
    identity.activity = run(T0, 20);
    setAside(identity);
    identity.activity = run(T0 + HOUR, 10, 5);
    startSpellAlarm(identity);

    expect(identity.alarm).toMatchObject({ since: T0, messages: 20, recipients: 20 });
    setAside(identity);
    expect(identity.past).toBeUndefined();
    expect(close(identity)).toBeUndefined();
    expect(identity.habit.messages).toBe(0);
  });
});

describe('a habit', () => {
  it('is learned of a mailing to thousands that were never written to, which receivers take', () => {
    const detector = new Detector({ directory });
    for (const week of [0, 1, 2]) {
      for (let i = 0; i < 2_500; i++) {
        const head = message({ sender: KIM, acceptedAt: T0 + week * 7 * DAY + i * 2_000, login: KIM });
        for (const event of [accepted(head), delivery(head, `reader${week}.${i}@site${i % 40}.test`)])
          detector.see(event);
      }
    }
    const [known] = detector.explain(KIM, T0 + 14 * DAY + 2 * HOUR);

    expect(known).toMatchObject({ isAlarm: false });
    expect(known?.habit.messagesADay).toBeGreaterThan(100);
  });

  it('learns of one spell at most a few times what is usual', () => {
    const habit = newHabit(T0);
    for (let i = 0; i < 40; i++) fold(habit, run(T0 + i * 4 * HOUR, 4));
    const before = hourly(habit).mean;
    fold(habit, run(T0 + 41 * 4 * HOUR, 3_000));
    const after = hourly(habit);

    expect(before).toBeCloseTo(4, 0);
    expect(after.mean).toBeLessThan(2 * before);
  });

  it('says how much is usual in an hour, however long the spells are', () => {
    const habit = newHabit(T0);
    for (let day = 0; day < 5; day++) fold(habit, run(T0 + day * DAY, 8 * 60));

    expect(hourly(habit).hours).toBeGreaterThan(35);
    expect(hourly(habit).mean).toBeCloseTo(60);
  });

  it('of a customer counts an hour once, whoever of it wrote in it', () => {
    const habit = newHabit(T0);
    for (let login = 0; login < 5; login++) fold(habit, run(T0, 8 * 60));

    expect(hourly(habit).hours).toBe(8);
    expect(hourly(habit).mean).toBeCloseTo(300);
  });

  it('follows who truly grows', () => {
    const habit = newHabit(T0);
    for (let i = 0; i < 40; i++) fold(habit, run(T0 + i * 4 * HOUR, 4));
    for (let i = 40; i < 200; i++) fold(habit, run(T0 + i * 4 * HOUR, 40));

    expect(hourly(habit).mean).toBeGreaterThan(25);
  });
});

/** One message to one recipient. */
function mail(at: number, to: string): MailEvent[] {
  const head = message({ sender: KIM, login: KIM, acceptedAt: at, clientIp: '198.51.100.7' });
  return [accepted(head), delivery(head, to)];
}

describe('a slow drip that is put by run after run', () => {
  /** A mailbox with a past of three weeks, and a spell of this morning of which every run looked honest. */
  function drippingSince(unknown: number): Detector {
    const detector = new Detector({ directory });
    for (let i = 0; i < 5 * 21; i++) {
      const at = T0 - (21 - Math.floor(i / 5)) * DAY + (i % 5) * 2 * HOUR;
      for (const event of mail(at, `friend${i % 9}@far.test`)) detector.see(event);
    }
    const identity = detector.identities.get(KEY) as Identity;
    activityAt(identity, T0);
    identity.activity = undefined;
    identity.past = run(T0, 80, unknown);
    return detector;
  }
  const next = Array.from({ length: 12 }, (_, i) =>
    mail(T0 + 81 * 60_000 + i * 60_000, `friend${i % 9}@far.test`),
  ).flat();
  const foundBy = (detector: Detector) => next.flatMap((event) => detector.see(event)) as CompromiseFinding[];

  it('is found as a whole, and all of it is in the finding', () => {
    const detector = drippingSince(30);
    const [first] = foundBy(detector);

    expect(first).toMatchObject({ kind: 'single', senders: [KIM], since: T0 });
    expect(first?.messages).toBeGreaterThan(80);
    expect(first?.recipients).toBeGreaterThan(80);
    expect(detector.identities.get(KEY)?.habit.unknownUsers).toBe(0);
  });

  it('is learned when it was honest as a whole', () => {
    const detector = drippingSince(0);
    expect(foundBy(detector)).toEqual([]);
    for (const event of mail(T0 + DAY, 'friend1@far.test')) detector.see(event);

    expect(detector.identities.get(KEY)?.habit.messages).toBeGreaterThan(90 + 92 - 30);
  });
});
