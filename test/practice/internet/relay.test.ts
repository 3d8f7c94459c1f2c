import { describe, expect, it } from 'vitest';
import { UNATTRIBUTED } from '../../../src/mail/customer.js';
import { buildAttribution } from '../../../src/partners/attribution.js';
import { Directory } from '../../../src/partners/directory.js';
import { CUSTOMERS, PARTNERS, RELAYS } from '../../../src/practice/internet/people.js';
import { BEGIN, DAY_MS, HOUR_MS, readEvents, rehearse } from './company.js';

const attribute = buildAttribution(Directory.parse({ relays: RELAYS, partners: PARTNERS, customers: CUSTOMERS }));

describe('the practice relays', () => {
  it('have two quiet days in their log, in order, up to the moment the practice begins', async () => {
    const { backlog } = await rehearse();

    const times = backlog.map((line) => Date.parse(line.slice(0, 32)));
    expect(backlog.length).toBeGreaterThan(3_000);
    expect(backlog.length).toBeLessThan(20_000);
    expect(times[0]).toBeLessThan(BEGIN - 1.9 * DAY_MS);
    expect(times.at(-1)).toBeLessThanOrEqual(BEGIN);
    expect([...backlog].sort()).toEqual(backlog);
    expect(backlog.filter((line) => line.includes('S3140'))).toEqual([]);
  });

  it('write lines that the intake knows, every message with its head, every customer attributed', async () => {
    const { backlog, run } = await rehearse();
    const lines = [...backlog, ...(await run(6))];

    const { events, unknown, headless } = readEvents(lines);

    expect(unknown).toEqual([]);
    expect(headless).toBe(0);
    const owners = events.flatMap((event) =>
      event.kind === 'accepted' && event.message.origin === 'client' ? attribute(event.message).customer : [],
    );
    expect(new Set(owners)).toEqual(new Set(CUSTOMERS.map(({ id }) => id)));
    expect(owners).not.toContain(UNATTRIBUTED);
  });

  it('do the same again from the same seed', async () => {
    const [one, two] = [await rehearse(), await rehearse()];

    expect(await one.run(1)).toEqual(await two.run(1));
    expect((await rehearse({ seed: 6 })).backlog).not.toEqual(one.backlog);
  });

  it('live through a stolen mailbox, an infected machine and a Microsoft block', async () => {
    const { relay, run } = await rehearse();

    const { events } = readEvents(await run(5));

    const spam = events.filter((event) => event.kind === 'accepted' && event.message.sender.startsWith('ida.strom@'));
    const networks = new Set(spam.map((event) => event.kind === 'accepted' && event.message.clientIp));
    expect(networks.size).toBeGreaterThanOrEqual(3);
    const forged = events.flatMap((event) =>
      event.kind === 'accepted' && event.message.clientIp === '198.51.100.52' ? event.message.sender : [],
    );
    expect(new Set(forged).size).toBeGreaterThan(50);
    expect(forged.every((sender) => sender.endsWith('@granholt-verksted.example'))).toBe(true);
    const refusals = events.filter((event) => event.kind === 'delivery' && event.reply.includes('(S3140)'));
    const victims = new Set(
      refusals.map((event) => (event.kind === 'delivery' ? attribute(event.message).customer : '')),
    );
    expect(victims.size).toBeGreaterThan(4);
    expect(refusals.every((event) => event.kind === 'delivery' && event.message.relay === 'relay2')).toBe(true);
    expect(relay.playing(BEGIN + 5 * HOUR_MS).map(({ kind }) => kind)).toEqual([
      'stolen mailbox',
      'infected machine',
      'Microsoft block',
    ]);
  });

  it('calm down, and begin again with other people', async () => {
    const { relay, run, now } = await rehearse();

    const lines = await run(12);
    const atRest = relay.playing(now());
    await run(12);

    expect(atRest).toEqual([]);
    const lastRefusal = lines.findLast((line) => line.includes('S3140'))?.slice(0, 32) ?? '';
    expect(Date.parse(lastRefusal)).toBeLessThan(BEGIN + 7 * HOUR_MS);
    expect(relay.playing(now()).map(({ name }) => name)).toContain(
      'stolen mailbox jon.aune@havnegata-regnskap.example',
    );
  });

  it('make up for nothing after a long pause', async () => {
    const { relay, run, now } = await rehearse();
    await run(0.1);

    await relay.step(now() + 3 * HOUR_MS, async () => ({ kind: 'pass' }));

    const spam = relay.takeLines(now() + 3 * HOUR_MS).filter((line) => line.includes('ida.strom@'));
    const oldest = Date.parse(spam.find((line) => line.includes('client='))?.slice(0, 32) ?? '');
    expect(oldest).toBeGreaterThan(now() + 2.4 * HOUR_MS);
  });
});
