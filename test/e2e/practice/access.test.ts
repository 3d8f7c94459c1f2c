// The practice page for everybody: by keyboard, by ear, with little contrast to spare, without motion.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { card } from '../../practice/helpers/gallery-bot.js';
import { abuseDesk } from '../../practice/helpers/tiny-bot.js';
import { desktop, phone } from '../chromium.js';
import { faint, nameless, offered, outOfSight } from '../measures.js';
import { whyNot } from '../requirements.js';
import { type Gallery, startGallery, theCard } from './gallery.js';
import { throughAllScreens } from './screens.js';

const whyNotHere = whyNot({ programs: ['chromium'] });

describe.skipIf(whyNotHere)(`the practice page for everybody${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let gallery: Gallery;
  let page: Page;
  beforeAll(async () => {
    gallery = await startGallery();
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await gallery.close();
    expect(gallery.faults).toEqual([]);
  });
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
  const update = (state: string) =>
    gallery.bot.app.client.chat.update({
      channel: abuseDesk,
      ts: gallery.cardTs,
      text: 'x',
      blocks: card(state, true),
    });

  it.each(['light', 'dark'] as const)(
    'can be read and is named on every screen, when it is %s',
    async (colorScheme) => {
      page = await gallery.open({ ...desktop, colorScheme, reducedMotion: 'reduce' });
      const found: Record<string, string[]> = {};
      await throughAllScreens(page, gallery, async (screen) => {
        const wrong = [
          ...(await faint(page)),
          ...(await nameless(page)),
          ...(await outOfSight(page, '.rw-counter-name')),
        ];
        if (wrong.length > 0) found[screen] = wrong;
      });
      await theCard(page, gallery.cardTs).getByRole('button', { name: 'More actions' }).click();
      found.menu = await faint(page);
      expect(found).toEqual({ menu: [] });
    },
  );

  it('says its language, and in its title where one is', async () => {
    page = await gallery.open(desktop);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await page.title()).toBe('#abuse-desk · relaywarden practice workspace');
    await page.locator('.rw-sidebar [data-channel="app"]').click();
    await expect.poll(() => page.title()).toBe('relaywarden · relaywarden practice workspace');
  });

  it('names each card’s message, and who acts, also where the words are not shown', async () => {
    page = await gallery.open({ ...phone, reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Acting as Ann Tanaka' }).waitFor();
    await page.getByRole('article', { name: /relaywarden, \d\d:\d\d: Stolen mailbox: sales@acme.example/ }).waitFor();
  });

  it('moves nothing for those who asked for that', async () => {
    page = await gallery.open({ ...desktop, reducedMotion: 'reduce' });
    const moving = () => page.evaluate(() => document.getAnimations().length);
    const { ts } = await gallery.bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'something new' });
    await page.locator(`#messages article[data-ts="${ts}"]`).waitFor();
    gallery.practice.setCounters([
      { customer: 'acme', name: 'Acme Industries', accepted: 1204, refused: Date.now() % 9999, state: 'blocked' },
    ]);
    await page.locator('#counters .ticked').waitFor();
    expect(await moving()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await update('Detected 5 times');
    await expect.poll(moving).toBeGreaterThan(0);
  });

  it('gives the focus back to the button of a form, though its card was redrawn meanwhile', async () => {
    page = await gallery.open(desktop);
    await theCard(page, gallery.cardTs).getByRole('button', { name: 'Suspend outbound' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#confirm').waitFor();
    await update('Detected 6 times');
    await theCard(page, gallery.cardTs).getByText('Detected 6 times').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Suspend outbound');

    await page.keyboard.press('Enter');
    await page.locator('#confirm').getByRole('button', { name: 'Suspend outbound' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#modal').getByLabel('Reason').waitFor();
    await update('Detected 7 times');
    await theCard(page, gallery.cardTs).getByText('Detected 7 times').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#modal').waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe('Suspend outbound');
  });

  it('keeps the keyboard inside a form, from its first field to its last button and round', async () => {
    page = await gallery.open(desktop);
    await theCard(page, gallery.cardTs).getByRole('button', { name: 'Suspend outbound' }).click();
    await page.locator('#confirm').getByRole('button', { name: 'Suspend outbound' }).click();
    await page.locator('#modal').getByLabel('Reason').waitFor();
    const seen = new Set<string>();
    for (let step = 0; step < 20; step++) {
      const [where, what] = await page.evaluate(() => {
        const at = document.activeElement;
        return [at?.closest('#modal, body')?.id ?? '', at?.id || at?.textContent || ''];
      });
      // Chromium hands the focus to its own frame for one step on its way round.
      if (where !== 'modal') expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
      seen.add(what ?? '');
      await page.keyboard.press('Tab');
    }
    expect([...seen]).toEqual(expect.arrayContaining(['Cancel', 'Suspend']));
    await page.keyboard.press('Escape');
    await page.locator('#modal').waitFor({ state: 'hidden' });
  });

  it('has one thing in reach at a time on a phone: the drawer, the thread or the channel', async () => {
    page = await gallery.open({ ...phone, reducedMotion: 'reduce' });
    const drawer = page.getByRole('button', { name: 'Channels' });
    await drawer.click();
    expect(await offered(page)).not.toContain('button Block sender');
    await page.keyboard.press('Escape');
    expect(await drawer.evaluate((button) => button === document.activeElement)).toBe(true);
    await drawer.click();
    await page.locator(`.rw-sidebar [data-channel="${abuseDesk}"]`).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('messages');

    await theCard(page, gallery.cardTs).getByRole('button', { name: '2 replies' }).click();
    await page.locator('#thread').getByText('Notice to').waitFor();
    expect(await offered(page)).not.toContain('combobox Message #abuse-desk');
    await page.keyboard.press('Escape');
    await expect.poll(() => offered(page)).toContain('combobox Message #abuse-desk');
  });
});
