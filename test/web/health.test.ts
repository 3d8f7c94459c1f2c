import { describe, expect, it } from 'vitest';
import { NOTHING_ASKED } from '../../src/containment/mtas/postfix/policy-server.js';
import type { DatabaseTrouble } from '../../src/db/trouble.js';
import type { SpoolLevel } from '../../src/intake/spool-writer.js';
import { type HealthParts, healthReport } from '../../src/web/health.js';

const trouble = { text: () => undefined } as unknown as DatabaseTrouble;
const intake = {
  ...{ linesRead: 12, unknownLines: 0, lagMs: 0, readTo: 5_000_000 },
  ...{ troubles: [], losses: [], lostFiles: 0, ahead: [] },
};

const logsIn = (parts: Partial<HealthParts>) => itemIn('logs', parts);

function itemIn(name: string, parts: Partial<HealthParts>) {
  const report = healthReport({
    path: 'relaywarden.db',
    trouble,
    policy: NOTHING_ASKED,
    slack: undefined,
    intake,
    speed: 1,
    stuck: () => 0,
    ...parts,
  });
  return report.find((item) => item.name === name);
}

describe('the health of the logs', () => {
  it('is well when every log is read', () => {
    expect(logsIn({})).toEqual({ name: 'logs', ok: true, text: '12 lines read, 0 not understood' });
  });

  it('names each log that is not read, and why', () => {
    const troubles = ['/var/log/mail.log: not there', '/var/log/mx2.log: may not be read by this user'];

    expect(logsIn({ intake: { ...intake, troubles } })).toEqual({
      name: 'logs',
      ok: false,
      text: '/var/log/mail.log: not there; /var/log/mx2.log: may not be read by this user',
      isLate: true,
    });
  });

  it('tells of lost lines for a day, and counts them until the next start; nothing is late', () => {
    const losses = ['/var/log/mail.log: was rotated, and the old file is gone'];

    expect(logsIn({ intake: { ...intake, losses, lostFiles: 1 } })).toEqual({
      name: 'logs',
      ok: false,
      text: '/var/log/mail.log: was rotated, and the old file is gone',
    });
    expect(logsIn({ intake: { ...intake, lostFiles: 1 } })).toEqual({
      name: 'logs',
      ok: true,
      text: '12 lines read, 0 not understood; since the start 1 rotated log not read to the end',
    });
  });

  it('names each log that is ahead, by how much, and what to do; nothing is late', () => {
    const ahead = [
      { path: '/var/log/mail.log', byMs: 7_440_000 },
      { path: '/var/log/mx2.log', byMs: 3_600_000 },
    ];
    const text = logsIn({ intake: { ...intake, ahead } })?.text.split('; ');
    expect(text).toEqual([
      "/var/log/mail.log: its newest line is 2 h 4 min ahead of the bot's clock. Set the clock of that relay or of this machine, or logTimezone",
      "/var/log/mx2.log: its newest line is 1 h ahead of the bot's clock. Set the clock of that relay or of this machine, or logTimezone",
    ]);
    expect(logsIn({ intake: { ...intake, ahead } })).toMatchObject({ ok: false });
    expect(logsIn({ intake: { ...intake, ahead } })).not.toHaveProperty('isLate');
  });

  it('says that Postfix asks while no log grows: nobody knows then what is sent', () => {
    const silence = { questions: 1_300, since: Date.parse('2026-01-14T10:05:20Z') };
    expect(logsIn({ intake: { ...intake, silence } })).toEqual({
      ...{ name: 'logs', ok: false, isLate: true, readTo: silence.since },
      text: 'Postfix asked 1,300 times since 2026-01-14T10:05Z, and no line came in any log. See whether syslog runs and where it writes',
    });
  });

  it('is late until the log worker has looked, and while it lags', () => {
    expect(logsIn({ intake: undefined })).toMatchObject({ ok: true, isLate: true });
    const late = { ok: false, isLate: true, readTo: 5_000_000 };
    expect(logsIn({ intake: { ...intake, lagMs: 61_000 } })).toMatchObject(late);
    expect(logsIn({ intake: { ...intake, lagMs: 5_061_000, readTo: 0 } })).toEqual({
      ...{ name: 'logs', ok: false, isLate: true, text: 'what was written before the start is being read' },
    });
  });
});

describe('the health of the logs on a clock that runs faster', () => {
  const at = (lagMs: number) => logsIn({ intake: { ...intake, lagMs }, speed: 60 });

  it('is well while reading is behind by less than a minute of the wall clock, and late for the cards all the same', () => {
    const well = { name: 'logs', ok: true, text: '12 lines read, 0 not understood' };
    expect(at(50_000)).toEqual(well);
    expect(at(94_000)).toEqual({ ...well, isLate: true, readTo: 5_000_000 });
    expect(at(3_600_000)).toMatchObject({ ok: true, isLate: true });
  });

  it('is not well from then on', () => {
    expect(at(3_660_000)).toMatchObject({ ok: false, isLate: true, text: 'reading is 1 h 1 min behind' });
  });
});

describe('the health of the reports', () => {
  it('says what was counted, and what was not', () => {
    const reports = { complaints: 12, lateBounces: 3, withoutEffect: 4, others: 1 };
    expect(itemIn('reports', {})).toBeUndefined();
    expect(itemIn('reports', { reports })).toEqual({
      name: 'reports',
      ok: true,
      text: '12 complaints and 3 late bounces since the start; left out: 4 reports that change nothing, 1 mail of another kind',
    });
  });
});

describe('the health of the spool', () => {
  const level = { batches: 0, bytes: 0, oldestAgeMs: 0, isFull: false, failed: 0, newestFailedAgeMs: 0 };
  const spoolIn = (changes: Partial<SpoolLevel>) => itemIn('spool', { spool: { ...level, ...changes } });

  it('is not told of where nothing is taken', () => {
    expect(itemIn('spool', {})).toBeUndefined();
  });

  it('is well while batches are read in time', () => {
    expect(spoolIn({})).toEqual({ name: 'spool', ok: true, text: 'everything is read' });
    expect(spoolIn({ batches: 3, bytes: 1_234_567, oldestAgeMs: 2_400 })).toEqual({
      name: 'spool',
      ok: true,
      text: '3 batches wait to be read (1.2 MB), the oldest for 2 s',
    });
  });

  it.each([
    [{ batches: 3, oldestAgeMs: 61_000 }, /^reading is late; 3 batches wait/],
    [{ batches: 3, isFull: true }, /^no more fits in, so senders are told/],
    [{ trouble: 'ENOSPC: no space left on device' }, /^no more can be kept \(ENOSPC/],
    [{ failed: 2, newestFailedAgeMs: 3_600_000 }, /^a batch could not be read today; all else is read; 2 batches that/],
  ])('is ill with %o', (changes, text) => {
    expect(spoolIn(changes)).toMatchObject({ ok: false, text: expect.stringMatching(text) });
  });

  it('is late while something waits or cannot be taken, and not for a batch that nobody can read', () => {
    expect(spoolIn({ batches: 3, isFull: true })).toHaveProperty('isLate', true);
    expect(spoolIn({ failed: 2, newestFailedAgeMs: 3_600_000 })).not.toHaveProperty('isLate');
  });

  it('is well again a day after a batch failed, and still names it', () => {
    expect(spoolIn({ failed: 2, newestFailedAgeMs: 90_000_000 })).toMatchObject({
      ok: true,
      text: 'all else is read; 2 batches that could not be read in the folder "failed"',
    });
  });
});
