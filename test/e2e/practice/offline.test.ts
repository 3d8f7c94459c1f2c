// The practice page when it cannot work: without script, and after the workspace was ended under it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { desktop, phone } from '../chromium.js';
import { faint, outOfSight } from '../measures.js';
import { whyNot } from '../requirements.js';
import { type Gallery, startGallery, theCard } from './gallery.js';

const whyNotHere = whyNot({ programs: ['chromium'] });

describe.skipIf(whyNotHere)(`the practice page out of order${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let gallery: Gallery;
  beforeEach(async () => {
    gallery = await startGallery();
  });
  afterEach(() => gallery.close());

  it('says what it needs where scripts are off', async () => {
    const page = await gallery.browser.newPage({ ...desktop, javaScriptEnabled: false });
    await page.goto(gallery.practice.url);
    await page.getByText('needs JavaScript').waitFor();
  });

  it.each([
    ['a wide screen', desktop],
    ['a phone', phone],
  ])('says on %s that the workspace has ended, at once and at a press', async (_name, size) => {
    const page = await gallery.open({ ...size, reducedMotion: 'reduce' });
    await gallery.practice.close();

    await page.locator('.is-offline').waitFor();
    const told = page.getByText('connection lost');
    await told.waitFor();
    expect([...(await outOfSight(page, '#offline, #clock, .rw-person-name')), ...(await faint(page))]).toEqual([]);
    await theCard(page, gallery.cardTs).getByRole('button', { name: 'Block sender' }).click();
    await page.getByRole('alert').getByText('not running any more').waitFor();
    expect(await outOfSight(page)).toEqual([]);
  });
});
