// What the practice page says of times stays true while somebody looks at it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abuseDesk } from '../../practice/helpers/tiny-bot.js';
import { desktop } from '../chromium.js';
import { whyNot } from '../requirements.js';
import { type Gallery, startGallery } from './gallery.js';

const whyNotHere = whyNot({ programs: ['chromium'] });
const MINUTE_MS = 60_000;

describe.skipIf(whyNotHere)(`times on the practice page${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await startGallery();
  });
  afterAll(async () => {
    await gallery.close();
    expect(gallery.faults).toEqual([]);
  });

  it('go on with the practice clock: minutes, hours, and the day at midnight', async () => {
    const at = gallery.now() / 1000;
    const text = `seen <!date^${at}^{date_short_pretty} {time}, {ago}|a while ago>, next <!date^${at + 600}^{ago}|soon>`;
    const { ts } = await gallery.bot.app.client.chat.postMessage({ channel: abuseDesk, text });
    const page = await gallery.open(desktop);
    const message = page.locator(`#messages article[data-ts="${ts}"]`);
    await message.getByText(/^seen today 12:00, now, next in 10 min$/).waitFor();

    gallery.pass(3 * MINUTE_MS);
    await message.getByText(/^seen today 12:00, 3 min ago, next in 7 min$/).waitFor();
    gallery.pass(24 * 60 * MINUTE_MS);
    await message.getByText(/^seen yesterday 12:00, 24 h ago, next 24 h ago$/).waitFor();
    await page.close();
  });
});
