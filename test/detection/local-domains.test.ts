// `policy.localDomains` reaches every way a log line can take: a login counts for its customer with and without what Postfix appended.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startLive } from '../../src/detection/live/live.js';
import { Pipeline } from '../../src/detection/pipeline.js';
import { volumes } from '../../src/detection/traffic/traffic-report.js';
import { Directory } from '../../src/partners/directory.js';
import { tempDir } from '../helpers/temp.js';
import { seeLines } from './see-lines.js';

const directory = Directory.parse({ customers: [{ id: 'kvist', name: 'Kvist', sasl_users: ['info'] }] });
const LINES = ['info@relay.example', 'info@beta.example'].flatMap((login, i) => [
  `2026-01-14T00:49:00.1+01:00 relay1 postfix/smtpd[1]: 4drSDD4sVZz2vp${i}: client=unknown[198.51.100.1${i}], sasl_method=LOGIN, sasl_username=${login}`,
  `2026-01-14T00:49:00.2+01:00 relay1 postfix/qmgr[2]: 4drSDD4sVZz2vp${i}: from=<x@else.example>, size=1000, nrcpt=1 (queue active)`,
]);

it('a line of the log', () => {
  const customersWith = (localDomains: string[]) => {
    const pipeline = new Pipeline({ directory, localDomains });
    seeLines(pipeline, LINES);
    return pipeline.counters
      .take()
      .filter(({ kind }) => kind === 'relay')
      .map(({ owner, messages }) => [owner, messages]);
  };

  expect(customersWith(['relay.example']).sort()).toEqual([
    ['kvist', 1],
    ['unattributed', 1],
  ]);
  expect(customersWith([])).toEqual([['unattributed', 2]]);
});

it('the live thread', async () => {
  const dir = tempDir();
  const [path, trafficDb] = [join(dir, 'mail.log'), join(dir, 'traffic.db')];
  writeFileSync(path, `${LINES.join('\n')}\n`);
  const live = startLive({
    files: [{ path, format: 'postfix' }],
    directory,
    localDomains: ['relay.example'],
    trafficDb,
    onFinding: () => {},
    onError: () => {},
  });
  await expect.poll(() => live.stats().linesRead).toBe(LINES.length);
  await live.stop();

  const counted = volumes(trafficDb, { from: 0, to: 4e12 }).map(({ customer, messages }) => [customer, messages]);
  expect(counted.sort()).toEqual([
    ['kvist', 1],
    ['unattributed', 1],
  ]);
});
