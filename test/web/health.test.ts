import { describe, expect, it } from 'vitest';
import type { DatabaseTrouble } from '../../src/db/trouble.js';
import { type HealthParts, healthReport } from '../../src/web/health.js';

const trouble = { text: () => undefined } as unknown as DatabaseTrouble;
const intake = { linesRead: 12, unknownLines: 0, lagMs: 0, troubles: [] };

function logsIn(parts: Partial<HealthParts>) {
  const report = healthReport({
    path: 'relaywarden.db',
    trouble,
    policy: { isListening: true, requests: 0 },
    slack: undefined,
    intake,
    stuck: () => 0,
    ...parts,
  });
  return report.find((item) => item.name === 'logs');
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
    });
  });
});
