// The picture of a replay in a real browser: on a phone, at a desk, in light and dark, with the longest words that come in mail.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayReport, ReportRow } from '../../src/detection/replay/replay-report.js';
import type { Score } from '../../src/detection/replay/score.js';
import { DEFAULT_THRESHOLDS, THRESHOLD_NAMES } from '../../src/detection/thresholds.js';
import { replayPage } from '../../src/web/replay-page/index.js';
import { desktop, phone, startChromium } from './chromium.js';
import { covered, faint, nameless, outOfSight, smallTargets } from './measures.js';
import { whyNot } from './requirements.js';

const whyNotHere = whyNot({ programs: ['chromium'] });
/** WCAG 2.2, 2.5.8 (AA): enough where a press only unfolds a text. */
const LEAST_PX = 24;
const HOUR_MS = 3_600_000;
const DAY = Date.UTC(2026, 0, 14);
const LONG = `${'straßenverkehrsübungsplatzbetreiber'.repeat(2)}@${'sehr-lange-domäne-'.repeat(3)}acme.example`;

const row = (change: Partial<ReportRow>): ReportRow => ({
  ...{
    change: 'later',
    verdict: 'spam',
    kind: 'multiple',
    whose: LONG,
    what: [LONG, '😀@acme.example'],
    whatCount: 58,
  },
  ...{ since: DAY + 9 * HOUR_MS, until: DAY + 10 * HOUR_MS, recipients: 123_456 },
  ...{ evidence: [`3,210 refused by ${LONG}`, '60 recipients in 10 min, usual 1.5 an hour'] },
  ...{ now: { at: DAY + 9.1 * HOUR_MS, reached: 21 }, changed: { at: DAY + 9.2 * HOUR_MS, reached: 98_765 } },
  ...change,
});
const score = (right: number): Score => ({
  ...{ spam: 12, found: 11, right, missed: 1, false: 3, falsePerThousand: 12.5, unjudged: 2, delayMs: 9 * 60_000 },
  ...{ reached: 1234, recipients: 56_789, blocks: 3, blocksSeen: 2 },
});
const report: ReplayReport = {
  ...{ files: [`/var/log/${LONG}/mail.log`], linesRead: 2_345_678, unknownLines: 12, tookMs: 100, isStopped: true },
  ...{ customers: 200, from: DAY - 72 * HOUR_MS, to: DAY + 24 * HOUR_MS, changes: [] },
  ...{ truth: { source: LONG, isComplete: false }, now: score(9), changed: score(4) },
  rows: [row({}), row({ whose: 'Ö', change: 'gone' }), row({ change: 'same', verdict: 'honest', kind: 'single' })],
  traffic: [{ at: DAY, recipients: 4 }],
  settings: THRESHOLD_NAMES.map((name, at) => ({
    ...{ name, default: 1, now: DEFAULT_THRESHOLDS[name], changed: DEFAULT_THRESHOLDS[name] + (at % 2) },
    meaning: 'How many strangers a mailbox may write to before that speaks for spam.',
  })),
};

describe.skipIf(whyNotHere)(`the page of a replay${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'relaywarden-replay-page-'));
  const path = join(folder, 'replay.html');
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync('test-results', { recursive: true });
    writeFileSync(path, replayPage(report, { timeZone: 'Europe/Oslo', nameOf: (id) => `${id} GmbH & Co. KG` }));
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['a phone', 'light', phone],
    ['a phone', 'dark', phone],
    ['a wide screen', 'light', desktop],
    ['a wide screen', 'dark', desktop],
  ] as const)('can be read and unfolded on %s, %s', async (name, colorScheme, size) => {
    const page = await browser.newPage({ ...size, colorScheme });
    await page.goto(`file://${path}`);
    const folded = page.locator('details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();

    const wrong = [
      ...(await outOfSight(page)),
      ...(await smallTargets(page, LEAST_PX)),
      ...(await covered(page)),
      ...(await faint(page)),
      ...(await nameless(page)),
    ];
    await page.screenshot({
      path: `test-results/replay-${name.replaceAll(' ', '-')}-${colorScheme}.png`,
      fullPage: true,
    });
    expect(wrong).toEqual([]);
    expect(await page.locator('.count', { hasText: '98,765 of 123,456' }).count()).toBe(3);
    expect(await page.title()).toMatch(/^Replay: /);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.close();
  });
});
