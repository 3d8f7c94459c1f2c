import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/detection/clues/familiar.js';
import { Popularity } from '../../../src/detection/clues/popularity.js';
import { Detector } from '../../../src/detection/detector.js';
import { newActivity } from '../../../src/detection/identities/activity.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { accepted, delivery, message, T0, UNKNOWN_USER } from '../../tools/mail-events.js';

const GIANT = hashOf('giant.example');

describe('a domain', () => {
  it('is popular once many customers write to it, however often one does', () => {
    const popularity = new Popularity();
    const byOne = [true, ...Array(500).fill(false)].map((isNew) => popularity.note(GIANT, isNew));
    expect(byOne).not.toContain(true);
    const byMany = Array.from({ length: 8 }, () => popularity.note(GIANT, true));

    expect(byMany.at(-1)).toBe(true);
    expect(popularity.note(GIANT, false)).toBe(true);
    expect(popularity.note(hashOf('firm.example'), true)).toBe(false);
  });
});

describe('dead addresses', () => {
  const directory = Directory.parse({
    customers: Array.from({ length: 10 }, (_, i) => ({ id: `c${i}`, name: `C${i}`, domains: [`c${i}.example`] })),
  });
  /** Twenty first attempts for dead addresses of a domain, after other customers wrote to the giant. */
  function unknownAt(domain: string): number {
    const detector = new Detector({ directory });
    const others = Array.from({ length: 9 }, (_, i): MailEvent[] => {
      const head = message({ sender: `a@c${i + 1}.example`, acceptedAt: T0 + i });
      return [accepted(head), delivery(head, 'somebody@giant.example')];
    });
    const head = message({ sender: 'x@c0.example', acceptedAt: T0 + 60_000, recipientCount: 20 });
    const dead = Array.from({ length: 20 }, (_, i) =>
      delivery(head, `gone${i}@${domain}`, { at: T0 + 60_000, ...UNKNOWN_USER }),
    );
    for (const event of [...others.flat(), accepted(head), ...dead]) detector.see(event);
    return (detector.identities.get('c0|sender:c0.example|x@c0.example')?.activity ?? newActivity(0)).unknownUsers;
  }

  it('of a firm that closed are one cause, those at a mailbox provider are a bad list', () => {
    expect(unknownAt('giant.example')).toBe(20);
    expect(unknownAt('closed-firm.example')).toBe(2);
  });
});
