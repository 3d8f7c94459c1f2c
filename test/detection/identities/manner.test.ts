import { describe, expect, it } from 'vitest';
import { type Activity, newActivity } from '../../../src/detection/identities/activity.js';
import { addActivity, summed } from '../../../src/detection/identities/activity-sum.js';
import { fold, newHabit } from '../../../src/detection/identities/habit.js';
import { activityAt, close, newIdentity, setAside } from '../../../src/detection/identities/identity.js';
import { addProgram, addSession, addSize } from '../../../src/detection/identities/manner.js';

function written(sizes: number[]): Activity {
  const activity = newActivity(0);
  for (const size of sizes) addSize(activity, size);
  return activity;
}

describe('sizes', () => {
  it('are compared with the one before', () => {
    const { compared, alike } = written([5_000, 5_200, 9_000, 9_100, 0, 8_900]);

    expect({ compared, alike }).toEqual({ compared: 4, alike: 3 });
  });

  it('become habit, and are put together with those of a later run', () => {
    const past = written([5_000, 5_000]);
    const sum = summed(past, written([7_000, 1_000]));
    expect([sum.compared, sum.alike]).toEqual([2, 1]);
    addActivity(past, written([7_000, 1_000]));
    const habit = newHabit(0);
    fold(habit, past);

    expect([habit.compared, habit.alike]).toEqual([2, 1]);
  });
});

describe('sessions', () => {
  const handedOver = (told: (boolean | undefined)[]) => {
    const activity = newActivity(0);
    for (const each of told) addSession(activity, each);
    return activity;
  };

  it('become habit, and are put together with those of a later run, where the log tells of them', () => {
    const past = handedOver([false, true, undefined]);
    const later = handedOver([false, true, true, undefined]);
    const sum = summed(past, later);
    expect([sum.inSessions, sum.sameSession]).toEqual([5, 3]);
    addActivity(past, later);
    const habit = newHabit(0);
    fold(habit, past);

    expect([habit.inSessions, habit.sameSession]).toEqual([5, 3]);
  });
});

describe('programs', () => {
  it('are strange until a run with them was ordinary', () => {
    const habit = newHabit(0);
    const first = newActivity(0);
    addProgram(first, 'gmail.com', habit);
    expect(first.strange).toBe(1);
    fold(habit, first);
    const second = newActivity(10);
    addProgram(second, 'gmail.com', habit);
    addProgram(second, '0.4.0A3', habit);

    expect(second.strange).toBe(1);
    expect(habit.newPrograms).toBe(1);
    fold(habit, second);
    expect(habit.newPrograms).toBe(2);
  });

  it('of the last run of a spell become habit, too', () => {
    const identity = newIdentity('acme|login:kim', 'entry', { kind: 'login' }, 0);
    for (const [at, program] of ['gmail.com', '0.4.0A3'].entries()) {
      addProgram(activityAt(identity, at), program, identity.habit);
      if (at === 0) setAside(identity);
    }
    close(identity);

    expect(identity.habit.programs?.has('gmail.com')).toBe(true);
    expect(identity.habit.programs?.has('0.4.0A3')).toBe(true);
  });

  it('are forgotten when they were not used for longest', () => {
    const habit = newHabit(0);
    for (let i = 0; i < 40; i++) {
      const run = newActivity(i);
      run.lastAt = i;
      addProgram(run, `isp${i}.example`, habit);
      fold(habit, run);
    }

    expect(habit.programs?.size).toBeLessThan(16);
    expect(habit.programs?.has('isp39.example')).toBe(true);
    expect(habit.programs?.has('isp0.example')).toBe(false);
  });

  it('of one run are a few, however many it invents', () => {
    const run = newActivity(0);
    for (let i = 0; i < 100; i++) addProgram(run, `isp${i}.example`, newHabit(0));

    expect(run.programs?.size).toBeLessThan(16);
    expect(run.strange).toBe(100);
  });
});
