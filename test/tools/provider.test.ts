// The made-up provider that detection is measured with: the same seed tells the same story, every line is a line of a Postfix log,
// and what is said to have happened stands in the log.
import { describe, expect, it } from 'vitest';
import { formats } from '../../src/intake/formats/index.js';
import type { MailEvent } from '../../src/mail/event.js';
import { buildAttribution } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';
import { directoryMistakes } from '../../src/partners/load.js';
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

interface SessionLines {
  client: string;
  messages: number;
  /** A line that does not fit. */
  wrong: string;
}

/** Every session of a log, by the lines of its process. */
function sessionsIn(bytes: Buffer): SessionLines[] {
  const sessions: SessionLines[] = [];
  const open = new Map<string, SessionLines>();
  for (const line of bytes.toString().split('\n')) {
    const [, process, text] = /^\S+ (\S+ \S+smtpd\[\d+\]): (.+)$/.exec(line) ?? [];
    if (process === undefined || text === undefined) continue;
    const client = /(?:from |client=|warning: )(\S+?\[[^\]]+\])/.exec(text)?.[1] as string;
    let session = open.get(process);
    if (text.startsWith('connect from ') || !session) {
      const wrong = session ? line : text.startsWith('connect from ') ? '' : line;
      session = { client, messages: 0, wrong };
      sessions.push(session);
      open.set(process, session);
    }
    if (client !== undefined && client !== session.client) session.wrong = line;
    if (text.includes(': client=')) session.messages++;
    if (!text.startsWith('disconnect from ')) continue;
    if (Number(/ mail=(\d+)/.exec(text)?.[1] ?? 0) !== session.messages) session.wrong = line;
    open.delete(process);
  }
  return sessions;
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

  it('lets a process serve one client at a time, from its connect line to its disconnect line', () => {
    const sessions = sessionsIn(one.bytes);
    const messages = sessions.reduce((sum, session) => sum + session.messages, 0);
    const followers = messages - sessions.filter((session) => session.messages > 0).length;

    expect(sessions.filter(({ wrong }) => wrong !== '').slice(0, 3)).toEqual([]);
    expect(messages).toBe(
      events.filter((event) => event.kind === 'accepted' && event.message.origin === 'client').length,
    );
    expect(followers / messages).toBeGreaterThan(0.05);
    expect(followers / messages).toBeLessThan(0.5);
  });

  it('has a login use one SASL method, nearly always', () => {
    const methods = new Map<string, Set<string>>();
    for (const [, method, login] of one.bytes.toString().matchAll(/sasl_method=(\w+), sasl_username=(\S+)/g))
      methods.set(login as string, (methods.get(login as string) ?? new Set()).add(method as string));
    const all = [...methods.values()];

    expect(all.filter(({ size }) => size > 1).length / all.length).toBeLessThan(0.1);
    const plain = all.filter((each) => each.has('PLAIN')).length / all.length;
    expect(plain).toBeGreaterThan(0.5);
    expect(plain).toBeLessThan(0.7);
  });

  it('has customers whom the product can tell apart', () => {
    expect(directoryMistakes(one.directory)).toEqual([]);
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
});
