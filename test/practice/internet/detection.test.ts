import { describe, expect, it } from 'vitest';
import { Detector } from '../../../src/detection/detector.js';
import type { Finding } from '../../../src/detection/finding.js';
import { Directory } from '../../../src/partners/directory.js';
import { CUSTOMERS, PARTNERS, RELAYS } from '../../../src/practice/internet/people.js';
import { readEvents, rehearse } from './company.js';

const MINUTE_MS = 60_000;

describe('the practice log in front of the detector', () => {
  it.each([
    ['on a Wednesday morning', Date.UTC(2026, 0, 14, 10)],
    ['in the night to Monday', Date.UTC(2026, 0, 12, 3)],
    ['on a Saturday', Date.UTC(2026, 0, 17, 9, 5)],
  ])('shows the three scenes and nothing else, begun %s', async (_, begin) => {
    const { backlog, run } = await rehearse({ begin });
    const lines = [...backlog, ...(await run(12))];

    const first = firstByKey(findingsIn(lines));

    const minutes = (finding: Finding | undefined) => ((finding?.at ?? Number.NaN) - begin) / MINUTE_MS;
    const [mailbox, block, machine, ...others] = [...first.values()].sort((a, b) => a.at - b.at);
    expect(others).toEqual([]);
    expect(mailbox).toMatchObject({ kind: 'single', customer: 'cust-109', senders: ['ida.strom@opal-reiser.example'] });
    // The scene begins after 4 minutes; a minute of practice is a second of watching.
    expect(minutes(mailbox)).toBeLessThan(24);
    expect(block).toMatchObject({ kind: 'blocklist', ip: '203.0.113.12', code: 'S3140' });
    expect(machine).toMatchObject({ kind: 'multiple', customer: 'cust-104', clientIps: ['198.51.100.52'] });
    expect(minutes(machine)).toBeLessThan(180);
  });
});

function findingsIn(lines: readonly string[]): Finding[] {
  const directory = Directory.parse({ relays: RELAYS, partners: PARTNERS, customers: CUSTOMERS });
  const detector = new Detector({ directory });
  return readEvents(lines).events.flatMap((event) => detector.see(event));
}

function firstByKey(findings: readonly Finding[]): Map<string, Finding> {
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(finding.key)) first.set(finding.key, finding);
  return first;
}
