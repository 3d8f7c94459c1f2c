import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Tail, type TakeLines } from '../../../src/intake/tail.js';
import { loadDirectory } from '../../../src/partners/load.js';
import { startClock } from '../../../src/practice/clock.js';
import { practiceConfig } from '../../../src/practice/config.js';
import { startInternet } from '../../../src/practice/internet/internet.js';
import type { CustomerCounters } from '../../../src/practice/internet/relay/counters.js';
import { openLogFile } from '../../../src/practice/internet/relay/log-file.js';
import { eventually } from '../../helpers/eventually.js';
import { tempDir } from '../../helpers/temp.js';
import { readEvents, rehearse } from './company.js';

describe('the practice internet', () => {
  it('has a past before mail flows, and goes on from it live', async () => {
    const logPath = join(tempDir(), 'mail.log');
    const clock = startClock({ speed: 6_000 });
    const internet = await startInternet({ clock, logPath });
    onTestFinished(() => internet.stop());
    const past = readFileSync(logPath, 'utf8').trimEnd().split('\n');
    const seen: CustomerCounters[][] = [];

    internet.letMailFlow({
      policy: { host: '127.0.0.1', port: await closedPort() },
      onCounters: (rows) => seen.push(rows),
    });
    await eventually(() => expect(seen.at(-1)?.find(({ state }) => state === 'spamming')).toBeDefined());

    expect(past.length).toBeGreaterThan(3_000);
    const { events, unknown } = readEvents(readFileSync(logPath, 'utf8').trimEnd().split('\n'));
    expect(unknown).toEqual([]);
    expect(events.some((event) => event.kind === 'accepted' && event.message.sender.startsWith('ida.strom@'))).toBe(
      true,
    );
    expect(internet.scenes().map(({ kind }) => kind)).toContain('stolen mailbox');
  });

  it('writes nothing any more once it is stopped', async () => {
    const logPath = join(tempDir(), 'mail.log');
    const internet = await startInternet({ clock: startClock({ speed: 6_000 }), logPath });
    internet.letMailFlow({ policy: { host: '127.0.0.1', port: await closedPort() } });
    await eventually(() => expect(internet.scenes().length).toBeGreaterThan(0));

    await internet.stop();

    const { size } = statSync(logPath);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(statSync(logPath).size).toBe(size);
  });

  it('has a configuration that passes the checks of a real one', () => {
    const config = practiceConfig({
      dataDir: '/tmp/practice',
      logPath: '/tmp/practice/mail.log',
      dnsServer: '127.0.0.1:53',
    });

    expect(loadDirectory(config).customers.length).toBeGreaterThanOrEqual(8);
    expect(config.people.map(({ role }) => role)).toEqual(['technician', 'lead']);
    expect(config.routes[0]?.transport).toMatch(/^smtp:\[203\.0\.113\.\d+\]:25$/);
  });
});

describe('the practice log file', () => {
  it('is rotated by rename, and keeps one old file', () => {
    const path = join(tempDir(), 'mail.log');
    const log = openLogFile(path, 20);
    onTestFinished(() => log.close());
    const inode = statSync(path).ino;

    log.append(['first line of some length']);
    log.append(['second line of some length']);

    expect(statSync(`${path}.1`).ino).toBe(inode);
    expect(readFileSync(path, 'utf8')).toBe('second line of some length\n');
    log.append(['third']);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('second line of some length\n');
    expect(existsSync(`${path}.2`)).toBe(false);
  });
});

it('the practice log is followed through its rotations without losing a line', async () => {
  const path = join(tempDir(), 'mail.log');
  const log = openLogFile(path, 200_000);
  onTestFinished(() => log.close());
  let now = 0;
  const tail = new Tail({ paths: [path], now: () => now });
  onTestFinished(() => tail.close());
  const { backlog } = await rehearse();
  const read: string[] = [];
  const take: TakeLines = (bytes, from, to) => {
    read.push(...bytes.toString('utf8', from, to).trimEnd().split('\n'));
    return to;
  };

  for (let i = 0; i < backlog.length; i += 100) {
    log.append(backlog.slice(i, i + 100));
    // The follower waits a moment before it leaves a renamed file.
    for (let pass = 0; pass < 4; pass++, now += 5_000) tail.read(take);
  }

  expect(existsSync(`${path}.1`)).toBe(true);
  expect(read).toEqual(backlog);
});

describe('the practice clock', () => {
  it('runs as many times as fast as it is told', async () => {
    const clock = startClock({ startAt: 1_000_000, speed: 1_000 });
    const wall = Date.now();
    const before = clock.now();

    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(clock.now() - before).toBeGreaterThanOrEqual(25_000);
    expect(clock.toPracticeTime(wall + 1_000) - clock.toPracticeTime(wall)).toBe(1_000_000);
  });
});

/** A loopback port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
