// The practice page on a phone: all of it on the screen, nothing too small for a finger, nothing in front of what is to be pressed.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phone } from '../chromium.js';
import { covered, FINGER_PX, outOfSight, smallTargets } from '../measures.js';
import { whyNot } from '../requirements.js';
import { type Gallery, startGallery, theCard } from './gallery.js';
import { throughAllScreens } from './screens.js';

const whyNotHere = whyNot({ programs: ['chromium'] });
const still = { ...phone, reducedMotion: 'reduce' as const };

describe.skipIf(whyNotHere)(`the practice page on a phone${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let gallery: Gallery;
  let page: Page;
  beforeAll(async () => {
    gallery = await startGallery();
    page = await gallery.open(still);
  });
  afterAll(async () => {
    await gallery.close();
    expect(gallery.faults).toEqual([]);
  });

  it('has every screen between the edges, whole, and in reach of a finger', async () => {
    const found: Record<string, string[]> = {};
    await throughAllScreens(page, gallery, async (screen) => {
      const wrong = [
        ...(await outOfSight(page, '.rw-counter-name, .rw-counter-state, .rw-person-name')),
        ...(await smallTargets(page, FINGER_PX)),
        // What a list of choices covers is not meant to be pressed.
        ...(screen === 'commands' || screen === 'persons' ? [] : await covered(page)),
      ];
      if (wrong.length > 0) found[screen] = wrong;
    });
    expect(found).toEqual({});
  });

  it.each(['top', 'middle', 'lower end', 'bottom'])(
    'opens a card’s menu whole, with its button at the %s of the channel',
    async (where) => {
      const more = theCard(page, gallery.cardTs).getByRole('button', { name: 'More actions' });
      await bring(page, where);
      await more.tap();
      const menu = theCard(page, gallery.cardTs).getByRole('menu');
      const room = await page.locator('#messages').boundingBox();
      const box = await menu.boundingBox();
      if (!room || !box) throw new Error('no menu');
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width);
      expect(box.y).toBeGreaterThanOrEqual(room.y);
      expect(box.y + box.height).toBeLessThanOrEqual(room.y + room.height);
      expect(await outOfSight(page)).toEqual([]);
      expect(await smallTargets(page, FINGER_PX)).toEqual([]);
      for (const item of await menu.getByRole('menuitem').all()) {
        const hits = await item.evaluate((option) => {
          const { left, top, width, height } = option.getBoundingClientRect();
          return option.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        });
        expect(hits).toBe(true);
      }
      await page.keyboard.press('Escape');
    },
  );

  it('answers in a thread that has no answer yet, by a tap on its message', async () => {
    const last = page.locator('#messages article', { hasText: 'Resolved' }).last();
    await last.locator('.rw-body').tap({ position: { x: 5, y: 5 } });
    await last.getByRole('button', { name: 'Reply in thread' }).tap();
    await page.locator('#thread-pane').waitFor();
    await page.getByRole('button', { name: 'Close thread' }).tap();
  });
});

/** Scrolls the channel until the card's menu button stands there; room is made where the channel ends. */
async function bring(page: Page, where: string): Promise<void> {
  await page.evaluate((place) => {
    const pane = document.getElementById('messages');
    const more = pane?.querySelector('.rw-more');
    if (!pane || !more) throw new Error('no menu button');
    for (const article of pane.querySelectorAll('article')) article.style.marginBlock = '700px';
    const [button, view] = [more.getBoundingClientRect(), pane.getBoundingClientRect()];
    const end = view.bottom - button.height;
    const aims: Record<string, number> = {
      top: view.top + 4,
      middle: view.top + view.height / 2,
      'lower end': end - 80,
      bottom: end - 4,
    };
    const aim = aims[place] ?? 0;
    pane.scrollTop += button.top - aim;
  }, where);
}
