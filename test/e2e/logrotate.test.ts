// Rotation as Debian's logrotate does it, packing included: every line is read once and in its order, and what cannot be is named.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RotatedLog } from '../intake/rotated-log.js';
import { findProgram, whyNot } from './requirements.js';

const missing = whyNot({ programs: ['logrotate', 'gzip', 'xz'] });

describe.skipIf(missing)(`a log that logrotate rotates${missing ? ` (skipped: ${missing})` : ''}`, () => {
  function rotate(log: RotatedLog, ...directives: string[]): void {
    const config = join(log.dir, 'logrotate.conf');
    writeFileSync(config, `${log.path} {\nrotate 9\ncreate\n${directives.join('\n')}\n}\n`, { mode: 0o644 });
    execFileSync(findProgram('logrotate') as string, ['-f', '-s', join(log.dir, 'state'), config]);
  }

  const names = ({ dir }: RotatedLog) => readdirSync(dir).filter((name) => name.startsWith('mail.log'));

  it('loses nothing of two rotations in short order, each packed at once', async () => {
    const log = new RotatedLog();
    writeFileSync(log.path, 'one\n');
    const tail = log.follow();
    expect(await log.drain(tail)).toEqual(['one']);
    for (const line of ['two', 'three']) {
      appendFileSync(log.path, `${line}\n`);
      rotate(log, 'compress');
    }
    appendFileSync(log.path, 'four\n');

    expect(names(log)).toEqual(['mail.log', 'mail.log.1.gz', 'mail.log.2.gz']);
    expect(await log.drain(tail)).toEqual(['two', 'three', 'four']);
    expect(tail.stats().losses).toEqual([]);
  });

  it.each([
    ['numbers', ['compress', 'delaycompress'], 'mail.log.4.gz'],
    ['dates', ['compress', 'delaycompress', 'dateext', 'dateformat -%Y%m%d-%s'], undefined],
    ['copies', ['compress', 'copytruncate'], 'mail.log.4.gz'],
  ])('is read through four nights that were missed: %s', async (_, directives, oldest) => {
    const log = new RotatedLog();
    const positions = await log.readBefore('one\n');
    for (const line of ['two', 'three', 'four', 'five']) {
      appendFileSync(log.path, `${line}\n`);
      rotate(log, ...directives);
      // No two nights have the same name, or the same time.
      await sleep(1_100);
    }
    appendFileSync(log.path, 'six\n');
    const tail = log.follow(positions);

    if (oldest) expect(names(log)).toContain(oldest);
    expect(await log.drain(tail)).toEqual(['two', 'three', 'four', 'five', 'six']);
    expect(tail.stats().losses).toEqual([]);
  });

  it('is named where xz packed it, and what is not packed yet is read', async () => {
    const log = new RotatedLog();
    const positions = await log.readBefore('one\n');
    for (const line of ['two', 'three', 'four']) {
      appendFileSync(log.path, `${line}\n`);
      rotate(log, 'compress', 'delaycompress', `compresscmd ${findProgram('xz')}`, 'compressext .xz');
    }
    appendFileSync(log.path, 'five\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['four', 'five']);
    expect(tail.stats().losses).toEqual([
      expect.stringMatching(/mail\.log\.3\.xz: was packed with xz before it was read to its end.+: xzcat /),
      expect.stringMatching(/mail\.log\.2\.xz: is packed with xz, which is not read.+: xzcat /),
    ]);
  });
});
