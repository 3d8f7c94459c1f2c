// "Usual" in a reason and in Why? is what the log holds: recipients that people can count, not what the detection reckons with.
import { expect, it } from 'vitest';
import { Detector } from '../../src/detection/detector.js';
import { newActivity } from '../../src/detection/identities/activity.js';
import type { Identity } from '../../src/detection/identities/identity.js';
import { recipientsPerMessage } from '../../src/detection/signals/recipients-per-message.js';
import { sameSession } from '../../src/detection/signals/same-session.js';
import type { View } from '../../src/detection/signals/signal.js';
import { volume } from '../../src/detection/signals/volume.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, T0 } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [{ id: 'club', name: 'Club', domains: ['club.example'], sasl_domains: ['club.example'] }],
});
const NEWS = 'news@club.example';
const members = Array.from({ length: 40 }, (_, n) => `member${n}@site${n}.test`);

/** Ten days: in each of ten hours two letters to forty members, the second over the connection of the first. */
const letters = Array.from({ length: 200 }, (_, i): MailEvent[] => {
  const acceptedAt = T0 - (10 - Math.floor(i / 20)) * DAY + Math.floor((i % 20) / 2) * HOUR + (i % 2) * 60_000;
  const sender = { sender: NEWS, login: NEWS, isSameSession: i % 2 === 1 };
  const head = message({ ...sender, acceptedAt, recipientCount: members.length });
  return [accepted(head), ...members.map((to) => delivery(head, to))];
}).flat();

it('is what the log holds, in letters to many too', () => {
  const detector = new Detector({ directory });
  for (const event of letters.toSorted((one, other) => one.at - other.at)) detector.see(event);
  const { habit } = detector.identities.get(`club|login:${NEWS}`) as Identity;
  const run = { messages: 20, recipients: 2_000, choices: 614, inSessions: 20, sameSession: 20 };
  const view: View = {
    ...{ habit, customerHabit: habit, entryHabit: habit, scope: 'entry', entry: 'login' },
    activity: Object.assign(newActivity(T0), run),
  };

  expect(detector.explain(NEWS, T0)[0]?.habit.recipientsAnHour).toBeCloseTo(80, 0);
  expect(volume.say(view, 1)).toMatch(/, usual 80 an hour$/);
  expect(volume.say(view, -1)).toMatch(/ the 80 an hour that are usual for it$/);
  expect(recipientsPerMessage.say(view, 1)).toMatch(/, usual 40$/);
  expect(sameSession.say(view, 1)).toMatch(/, usual 50 %$/);
});
