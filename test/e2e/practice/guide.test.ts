// Somebody who opens the practice page for the first time is told what happens and what to do, before anything is there.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guide } from '../../../src/practice/guide.js';
import { startPracticePage } from '../../../src/practice/page/index.js';
import { PARTNER_MAIL } from '../../../src/practice/partner-mail.js';
import { practiceWorkspace } from '../../../src/practice/slack/index.js';
import { surface } from '../../practice/helpers/gallery-bot.js';
import { startTinyBot } from '../../practice/helpers/tiny-bot.js';
import { desktop, phone, startChromium } from '../chromium.js';
import { faint, outOfSight } from '../measures.js';
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

  it('names only what the workspace has', () => {
    const channels = [...practiceWorkspace.channels, PARTNER_MAIL].map(({ name }) => name);
    const people = practiceWorkspace.people.map(({ realName }) => realName.split(' ')[0]);
    const text = guide.steps.join(' ');
    expect(Object.keys(guide.whileEmpty)).toEqual(channels);
    for (const [, name] of text.matchAll(/#([\w-]+)/g)) expect(channels).toContain(name);
    for (const [, name] of text.matchAll(/Act as (\w+)/g)) expect(people).toContain(name);
  });
});
