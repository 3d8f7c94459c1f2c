// The screens of the practice page, one after the other, as a person comes through them.
import type { Page } from 'playwright-core';
import { abuseDesk } from '../../practice/helpers/tiny-bot.js';
import { type Gallery, theCard } from './gallery.js';

/** Calls `look` on every screen, with its name; the page is back in the channel afterwards. */
export async function throughAllScreens(
  page: Page,
  { cardTs }: Gallery,
  look: (screen: string) => Promise<void>,
): Promise<void> {
  const card = theCard(page, cardTs);
  const drawer = page.getByRole('button', { name: 'Channels' });
  const goTo = async (place: string) => {
    if (await drawer.isVisible()) await drawer.click();
    await page.locator(`.rw-sidebar [data-channel="${place}"]`).click();
  };
  await look('channel');

  await page.locator('#act-as-button').click();
  await look('persons');
  await page.keyboard.press('Escape');

  const box = page.getByRole('combobox', { name: 'Message #abuse-desk' });
  await box.fill('/');
  await look('commands');
  await box.fill('');

  await card.getByRole('button', { name: 'Suspend outbound' }).click();
  await look('question');
  await page.locator('#confirm').getByRole('button', { name: 'Suspend outbound' }).click();
  const modal = page.locator('#modal');
  await modal.getByLabel('Reason').fill('spam');
  await look('form');
  await modal.getByRole('button', { name: 'Suspend' }).click();
  await modal.getByText('at least 10 letters').waitFor();
  await look('form with an error');
  await modal.getByRole('button', { name: 'Cancel' }).click();

  await card.getByRole('button', { name: '2 replies' }).click();
  await page.locator('#thread').getByText('Notice to').waitFor();
  await look('thread');
  await page.getByRole('button', { name: 'Close thread' }).click();

  if (await drawer.isVisible()) {
    await drawer.click();
    await look('drawer');
    await page.keyboard.press('Escape');
  }
  await goTo('app');
  await page.getByText('Your desk').waitFor();
  await look('home');
  await goTo(abuseDesk);
  await card.waitFor();
}
