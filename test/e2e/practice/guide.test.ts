// Somebody who opens the practice page for the first time is told what happens and what to do, before anything is there.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guide } from '../../../src/practice/guide.js';
import { type CounterState, startPracticePage } from '../../../src/practice/page/index.js';
import { PARTNER_MAIL } from '../../../src/practice/partner-mail.js';
import { practiceWorkspace } from '../../../src/practice/slack/index.js';
import { surface } from '../../practice/helpers/gallery-bot.js';
import { startTinyBot } from '../../practice/helpers/tiny-bot.js';
import { desktop, phone, startChromium } from '../chromium.js';
import { FINGER_PX, faint, outOfSight, smallTargets } from '../measures.js';
import { whyNot } from '../requirements.js';

const whyNotHere = whyNot({ programs: ['chromium'] });

describe.skipIf(whyNotHere)(`the guide${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it.each([
    ['a wide screen', desktop],
    ['a phone', phone],
  ])('says on %s what to wait for and what to press', async (_name, size) => {
    const bot = await startTinyBot();
    const practice = await startPracticePage({ standIn: bot.slack, port: 0, surface, guide });
    const page = await browser.newPage({ ...size, reducedMotion: 'reduce' });
    await page.goto(practice.url);

    const words = page.locator('.rw-empty');
    await words.getByText('Press Block sender').waitFor();
    const drawer = page.getByRole('button', { name: 'Channels' });
    if (await drawer.isVisible()) await drawer.click();
    const steps = page.getByRole('region', { name: 'Try this' }).getByRole('listitem');
    expect(await steps.allTextContents()).toEqual(guide.steps);
    expect([...(await outOfSight(page)), ...(await faint(page))]).toEqual([]);
    await page.close();
    await practice.close();
    await bot.stop();
  });

  it('says on a phone without a press what this is and what to press first, then goes on with who reads it', async () => {
    const bot = await startTinyBot();
    const practice = await startPracticePage({ standIn: bot.slack, port: 0, surface, guide });
    const page = await browser.newPage({ ...phone, reducedMotion: 'reduce' });
    const counters = (state: CounterState): void =>
      practice.setCounters(
        ['acme', 'orchid', 'tuva'].map((id, i) => ({
          ...{ customer: id, name: id, accepted: 10 + i, refused: 0, state: i === 0 ? state : 'normal' },
        })),
      );
    counters('spamming');
    await page.goto(practice.url);
    await page.locator('.rw-empty').getByText('Press Block sender').waitFor();

    const coach = page.getByRole('complementary', { name: 'What this is' });
    const step = coach.getByRole('listitem');
    expect(await coach.getByText(guide.whatThisIs).isVisible()).toBe(true);
    expect(await step.allTextContents()).toEqual(guide.steps.slice(0, 1));
    const all = page.locator('.rw-others');
    expect(await all.locator('.rw-counter-name, b').allTextContents()).toEqual(['2 others', '23', '0']);
    const [tile, screen] = [await all.boundingBox(), page.viewportSize()];
    expect((tile?.x ?? 0) + (tile?.width ?? 0)).toBeLessThan(screen?.width ?? 0);
    expect([...(await outOfSight(page)), ...(await faint(page)), ...(await smallTargets(page, FINGER_PX))]).toEqual([]);

    counters('blocked');
    await expect.poll(() => step.allTextContents()).toEqual([guide.steps[1]]);
    await page.reload();
    await expect.poll(() => step.allTextContents()).toEqual([guide.steps[1]]);
    for (const next of guide.steps.slice(2)) {
      await coach.getByRole('button', { name: 'Next' }).tap();
      expect(await step.allTextContents()).toEqual([next]);
      expect(await outOfSight(page)).toEqual([]);
    }
    await coach.getByRole('button', { name: 'Done' }).tap();
    expect(await coach.isVisible()).toBe(false);
    await page.reload();
    await page.locator('.rw-empty').getByText('Press Block sender').waitFor();
    expect(await coach.isVisible()).toBe(false);

    await page.close();
    await practice.close();
    await bot.stop();
  });

  it('stands on a wide screen in the sidebar alone', async () => {
    const bot = await startTinyBot();
    const practice = await startPracticePage({ standIn: bot.slack, port: 0, surface, guide });
    const page = await browser.newPage({ ...desktop, reducedMotion: 'reduce' });
    await page.goto(practice.url);
    await page.getByRole('region', { name: 'Try this' }).waitFor();

    expect(await page.getByRole('complementary', { name: 'What this is' }).count()).toBe(0);
    await page.close();
    await practice.close();
    await bot.stop();
  });

  it('names only what the workspace has', () => {
    const channels = [...practiceWorkspace.channels, PARTNER_MAIL].map(({ name }) => name);
    const people = practiceWorkspace.people.map(({ realName }) => realName.split(' ')[0]);
    const text = guide.steps.join(' ');
    expect(Object.keys(guide.whileEmpty)).toEqual(channels);
    for (const [, name] of text.matchAll(/#([\w-]+)/g)) expect(channels).toContain(name);
    for (const [, name] of text.matchAll(/Act as (\w+)/g)) expect(people).toContain(name);
  });
});
