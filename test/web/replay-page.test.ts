import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplayReport, ReportRow } from '../../src/detection/replay/replay-report.js';
import type { Score } from '../../src/detection/replay/score.js';
import { DEFAULT_THRESHOLDS, THRESHOLD_NAMES } from '../../src/detection/thresholds.js';
import { pageClock } from '../../src/web/replay-page/clock.js';
import { replayPage } from '../../src/web/replay-page/index.js';
import { timeScale } from '../../src/web/replay-page/scale.js';
import { grouped, outcomeOf } from '../../src/web/replay-page/sentences.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Marks that make text read otherwise than it is. */
const TURNING = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
const T0 = Date.UTC(2026, 0, 14);

function row(change: Partial<ReportRow> = {}): ReportRow {
  return {
    ...{ change: 'later', verdict: 'spam', kind: 'single', whose: 'acme', what: ['kim@acme.example'], whatCount: 1 },
    ...{ since: T0 + 9 * HOUR, until: T0 + 10 * HOUR, recipients: 150, evidence: ['60 recipients in 10 min'] },
    ...{ now: { at: T0 + 9.1 * HOUR, reached: 21 }, changed: { at: T0 + 9.2 * HOUR, reached: 37 } },
    ...change,
  };
}
function report(rows: ReportRow[], change: Partial<ReplayReport> = {}): ReplayReport {
  return {
    ...{ files: ['mail.log'], linesRead: 1000, unknownLines: 0, tookMs: 100, isStopped: false, customers: 3 },
    ...{ from: T0, to: T0 + DAY, changes: [], rows, traffic: [{ at: T0, recipients: 4 }] },
    settings: THRESHOLD_NAMES.map((name) => ({
      ...{ name, default: 1, now: DEFAULT_THRESHOLDS[name], changed: DEFAULT_THRESHOLDS[name] + 1, meaning: 'More.' },
    })),
    ...{ truth: undefined, now: undefined, changed: undefined },
    ...change,
  };
}
const SCORE: Score = {
  ...{ spam: 12, found: 0, right: 0, missed: 0, false: 0, falsePerThousand: 0, unjudged: 0, delayMs: undefined },
  ...{ reached: 0, recipients: 0, blocks: 0, blocksSeen: 0 },
};
const page = (each: ReplayReport) => replayPage(each, { timeZone: '+01:00', nameOf: (id) => `Customer ${id}` });

describe('replayPage', () => {
  it('is one document that needs nothing else', () => {
    const html = page(report([row()]));

    expect(html).toMatch(/^<!doctype html>\n<html lang="en">.*<\/html>\n$/s);
    expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:/i);
    expect(html).toContain('1 told later');
    expect(html).toContain('Customer acme');
    expect(html).toContain('<b>37</b> of 150');
    const copied = html.replace(/<[^>]+>/g, '');
    expect(copied).toContain('37 of 150 in 12 min');
    expect(copied).toMatch(/leastRecipients \d+ → \d+ .*14 Jan 2026/s);
  });

  it.each([
    ['fewer', { right: 12, found: 12 }, { right: 10, found: 10 }, 'bad'],
    ['none left', { right: 3, found: 3 }, { right: 0, found: 0 }, 'bad'],
    ['fewer of fewer', { right: 9, found: 10 }, { right: 8, found: 8 }, 'bad'],
    ['more', { right: 3, found: 5 }, { right: 4, found: 6 }, 'good'],
    ['as many of more', { right: 3, found: 5 }, { right: 3, found: 6 }, 'plain'],
  ])('colours what is right at once: %s', (_, before, after, tone) => {
    const score = (some: { right: number; found: number }): Score => ({ ...SCORE, ...some });
    const html = page(
      report([], { truth: { source: 'l', isComplete: true }, now: score(before), changed: score(after) }),
    );
    expect(/<div class="tile (\w+)"><h3>Right at once/.exec(html)?.[1]).toBe(tone);
  });

  it('names a receiver as a card does, and one that nobody knows as it is', () => {
    const refused = (provider: string) => row({ kind: 'blocklist', what: [provider, 'S3140'], whatCount: 2 });
    const html = page(report([refused('microsoft-consumer'), refused('bl.example.net')]));

    expect(html).toContain('Microsoft (Outlook.com, Hotmail), S3140');
    expect(html).not.toContain('microsoft-consumer');
    expect(html).toContain('bl.example.net, S3140');
  });

  it('shows outsiders’ text as text', () => {
    const hostile = `"><script>alert(1)</script><svg onload=x>' & ${TURNING}`;
    const html = page(
      report([row({ whose: hostile, what: [hostile], evidence: [hostile] })], {
        files: [hostile],
        truth: { source: hostile, isComplete: true },
      }),
    );

    expect(html).not.toMatch(/<script|<svg onload/);
    expect(html).toContain('&lt;script&gt;alert(1)');
    for (const mark of TURNING) expect(html).not.toContain(mark);
  });

  it('stands for every report, also an empty one and one of no length', () => {
    const any = fc.record({
      change: fc.constantFrom<ReportRow['change']>('earlier', 'later', 'same', 'new', 'gone', 'missed', undefined),
      verdict: fc.constantFrom<ReportRow['verdict']>('spam', 'honest', undefined),
      kind: fc.constantFrom<ReportRow['kind']>('single', 'multiple', 'blocklist'),
      since: fc.integer({ min: T0 - DAY, max: T0 + 2 * DAY }),
      recipients: fc.nat(500),
      now: fc.constantFrom({ at: T0 + HOUR, reached: 3 }, undefined),
      changed: fc.constantFrom({ at: T0 + 2 * HOUR, reached: 900 }, undefined),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), fc.constantFrom(0, HOUR, 40 * DAY), (rows, length) => {
        const html = page(report(rows.map(row), { to: T0 + length }));
        expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
        for (const [, x] of html.matchAll(/(?:x|x1|x2|left|width)[=:]"?(-?[\d.]+)%/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0);
          expect(Number(x)).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows the three hundred most telling of more', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      row({ whose: `c${i}`, ...(i === 399 ? {} : { change: 'same', verdict: undefined }) }),
    );
    const html = page(report(many));

    expect(html.match(/<article/g)).toHaveLength(300);
    expect(html).toContain('100 more are in the lines');
    expect(html).toContain('Customer c399');
  });
});

describe('a row in words', () => {
  it('welcomes what is found and what is no longer false, and no other', () => {
    const tone = (change: ReportRow['change'], verdict: ReportRow['verdict']) =>
      outcomeOf(row({ change, verdict })).tone;

    expect([tone('new', 'spam'), tone('gone', 'honest'), tone('earlier', 'spam')]).toEqual(['good', 'good', 'good']);
    expect([tone('new', 'honest'), tone('gone', 'spam'), tone('missed', 'spam')]).toEqual(['bad', 'bad', 'bad']);
    expect(outcomeOf(row({ changed: { at: T0 + 9.6 * HOUR, reached: 1 } })).word).toBe('30 min later');
  });

  it('stands in exactly one group', () => {
    const rows = (['earlier', 'later', 'same', 'new', 'gone', 'missed', undefined] as const).flatMap((change) =>
      (['spam', 'honest', undefined] as const).map((verdict) => row({ change, verdict })),
    );

    expect(grouped(rows).flatMap((group) => group.rows)).toHaveLength(rows.length);
    expect(grouped(rows)[0]?.title).toBe('No longer told');
  });
});

describe('timeScale', () => {
  it.each([
    [3 * HOUR, ['09:00', '10:00', '11:00']],
    [DAY, ['09:00', '12:00', '15:00', '18:00', '21:00', '15 Jan', '03:00', '06:00']],
    [4 * DAY, ['15 Jan', '16 Jan', '17 Jan', '18 Jan']],
    [31 * DAY, ['19 Jan', '26 Jan', '2 Feb', '9 Feb']],
  ])('marks %i ms with what a clock or a calendar has', (span, labels) => {
    const from = T0 + 7.5 * HOUR;
    expect(timeScale(from, from + span, pageClock('+01:00')).ticks.map(({ label }) => label)).toEqual(labels);
  });

  it('marks whole hours where they are half an hour beside the others', () => {
    expect(timeScale(T0, T0 + 3 * HOUR, pageClock('+01:07')).ticks.length).toBeGreaterThan(1);
    const { ticks } = timeScale(T0, T0 + 3 * HOUR, pageClock('Asia/Kolkata'));
    expect(ticks.map(({ label }) => label)).toEqual(['06:00', '07:00', '08:00']);
  });

  it('never has more marks than are read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 800 * 24 }), (hours) => {
        const { ticks } = timeScale(T0, T0 + hours * HOUR, pageClock('Z'));
        expect(ticks.length).toBeLessThanOrEqual(9);
      }),
      { numRuns: 25 },
    );
  });
});
