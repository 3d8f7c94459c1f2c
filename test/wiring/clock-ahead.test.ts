// The clock of a relay is two hours ahead and is put right: what the health of the logs says, by a log that is read.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startLive } from '../../src/detection/live/live.js';
import { readDirectory } from '../../src/partners/load.js';
import { readingLevel } from '../../src/wiring/reading-level.js';
import { eventually } from '../helpers/eventually.js';
import { tempDir } from '../helpers/temp.js';

const MIN = 60_000;

it('names the log that is ahead until a right line comes', async () => {
  const [ahead, right] = ['ahead.log', 'right.log'].map((name) => join(tempDir(), name)) as [string, string];
  const write = (path: string, at: number) =>
    appendFileSync(path, `${new Date(at).toISOString()} relay1 postfix/qmgr[7]: 4AB0001: removed\n`);
  for (const path of [ahead, right]) writeFileSync(path, '');
  const live = startLive({
    files: [ahead, right].map((path) => ({ path, format: 'postfix' })),
    directory: readDirectory('test/fixtures/customers.json'),
    trafficDb: join(tempDir(), 'traffic.db'),
    onFinding: () => {},
    onError: () => {},
  });
  onTestFinished(() => live.stop());
  const now = Date.now();
  const told = () => readingLevel(live.stats(), { now, ageMs: 0, speed: 1 })?.ahead;

  write(right, now + 4 * MIN);
  write(ahead, now + 124 * MIN);
  await eventually(() => expect(told()).toEqual([{ path: ahead, byMs: 124 * MIN }]));
  write(ahead, now);
  await eventually(() => expect(told()).toEqual([]));
});
