// Messages of which one part is handed to a program on the relay that hands it back, and the other goes out: what is sent is told.
import { describe, expect, it } from 'vitest';
import {
  arrives,
  bounced,
  comesBack,
  handedOver,
  identified,
  line,
  pickedUp,
  piped,
  queued,
  removed,
  sent,
  told,
} from './filter-lines.js';
import { type Read, readLines } from './read.js';

const [OLD, NEW] = ['4AAA00001A', '4BBB00001B'];

describe('a message that a local program took for one recipient, and handed in again', () => {
  const recipients = ['l@x.example', 'c@one.example', 'd@two.example'];
  const arrived = arrives({ id: OLD, recipients });
  const again = [pickedUp(NEW), identified(NEW), queued(NEW)];
  const kept = line(
    `local[9]: ${OLD}: to=<l@x.example>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to command: procmail)`,
  );
  const events = (lines: string[], before?: Read) =>
    readLines(lines, before).events.map((event) => (event.kind === 'delivery' ? event.recipient : event.kind));

  it.each([
    ['before', [...again, kept]],
    ['after', [kept, ...again]],
  ])('is sent to its other recipients, by lines that come later (picked up %s the hand-over)', (_order, taken) => {
    const lines = [...arrived, ...taken, sent(OLD, 'c@one.example'), sent(OLD, 'd@two.example')];
    const told = events([...lines, sent(NEW, 'e@three.example')]);

    expect(told.filter((event) => event !== 'l@x.example')).toEqual([
      'accepted',
      'c@one.example',
      'd@two.example',
      'e@three.example',
    ]);
  });

  it('is not sent to the program, nor to a filter on loopback', () => {
    expect(events([...arrived, ...again, kept, handedOver(OLD, NEW)])).toEqual(['accepted']);
  });

  it('is so after a restart', () => {
    const before = readLines([...arrived, ...again]);
    const after = readLines([]);
    after.intake.restore(JSON.parse(JSON.stringify([...before.intake.takeChanges()])));

    expect(events([kept, sent(OLD, 'c@one.example')], after)).toEqual(['c@one.example']);
  });

  it('is so by a pipe service of which it is known that it hands mail back', () => {
    const first = [...arrives({ id: '4CCC00001C' }), piped('4CCC00001C'), removed('4CCC00001C'), ...again];
    const other = arrives({ id: OLD, recipients, messageId: '<m2@x.example>' });
    const lines = [...other, piped(OLD, 'spamassassin', 'l@x.example'), sent(OLD, 'c@one.example')];

    expect(events([...first, removed(NEW), ...lines]).slice(2)).toEqual(['accepted', 'c@one.example']);
  });
});

it('a filter that passes on the queue id may be on another host', () => {
  const back = comesBack({ id: NEW }).map((text) =>
    text.replace('[127.0.0.1]', '[127.0.0.1], orig_queue_id=4AAA00001A'),
  );

  expect(told([...arrives({ id: OLD }), ...back, sent(OLD, 'a@one.example'), bounced(NEW)])).toEqual([
    'accepted of ann',
    'bounced of ann',
  ]);
});
