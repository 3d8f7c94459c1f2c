// The made-up provider that detection is measured with: the same seed tells the same story, every line is a line of a Postfix log,
// and what is said to have happened stands in the log.
import { describe, expect, it } from 'vitest';
import { formats } from '../../src/intake/formats/index.js';
import type { MailEvent } from '../../src/mail/event.js';
import { buildAttribution } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';
import { checkDirectory } from '../../src/partners/load.js';
import { labelsOf } from './provider/labels.js';
import type { LineForm } from './provider/log.js';
import { provider } from './provider/provider.js';

const SIZE = { customers: 60, days: 2 };

function generate(seed: number, form?: LineForm) {
  const made = provider({ seed, ...SIZE, ...(form ? { form } : {}) });
  const bytes = Buffer.concat([...made.chunks()]);
  return { ...made, bytes, labels: labelsOf(made.world), directory: Directory.parse(made.world.directory()) };
}

function read(bytes: Buffer, year?: number) {
  const events: MailEvent[] = [];
  const reader = formats.postfix?.open(year === undefined ? {} : { year, timeZone: 'Z' }).reader('mail.log');
  if (!reader) throw new Error('there is no Postfix format');
  reader.read(bytes, 0, bytes.length, (event) => events.push(event));
  return { events, stats: reader.stats };
}

const one = generate(3);
const { events, stats } = read(one.bytes);

describe('a made-up provider', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generate(3).bytes.equals(one.bytes)).toBe(true);
    expect(generate(4).bytes.equals(one.bytes)).toBe(false);
  });

  it('writes no line that is none of Postfix', () => {
    expect(stats.samples).toEqual([]);
    expect(stats.lines).toBeGreaterThan(50_000);
    expect(read(generate(3, 'traditional').bytes, 2026).stats.unknown).toBe(0);
  });

  it('writes lines in the order of their time', () => {
    const times = one.bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, 26));
    expect(times.every((time, i) => i === 0 || time >= (times[i - 1] as string))).toBe(true);
  });

  it('has customers whom the product can tell apart', () => {
    expect(() => checkDirectory(one.directory, 'the generator')).not.toThrow();
    const attribute = buildAttribution(one.directory);
    const taken = events
      .filter((event) => event.kind === 'accepted')
      .filter(({ message }) => message.origin === 'client');
    const nobodys = taken.filter(({ message }) => attribute(message).customer === 'unattributed');

    expect(nobodys.length / taken.length).toBeLessThan(0.02);
  });

  it('tells of attacks and oddities that stand in the log', () => {
    const attribute = buildAttribution(one.directory);
    const sent = new Map<string, number>();
    for (const event of events) {
      if (event.kind !== 'accepted' || event.message.origin !== 'client') continue;
      const key = `${attribute(event.message).customer} ${event.message.sender}`;
      sent.set(key, (sent.get(key) ?? 0) + event.message.recipientCount);
    }
    for (const { customer, senders, recipients, name } of one.labels.attacks) {
      const logged = senders.reduce((sum, sender) => sum + (sent.get(`${customer} ${sender.toLowerCase()}`) ?? 0), 0);
      expect(logged, name).toBeGreaterThanOrEqual(recipients);
    }
    expect(one.labels.attacks.length).toBeGreaterThan(2);
    expect(one.labels.oddities.length).toBeGreaterThan(10);
  });
}, 120_000);
