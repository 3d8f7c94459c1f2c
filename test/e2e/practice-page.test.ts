// The practice page in a real browser: read, press, confirm, fill in, switch person, by mouse, by keyboard, on a phone.
import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PracticePage, startPracticePage } from '../../src/practice/page/index.js';
import { card, postGallery, registerGallery, surface } from '../practice/helpers/gallery-bot.js';
import { abuseDesk, ann, deliverability, oscar, startTinyBot, type TinyBot } from '../practice/helpers/tiny-bot.js';
import { findProgram, whyNot } from './requirements.js';

const whyNotHere = whyNot({ programs: ['chromium'] });
const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const desktop = { width: 1280, height: 800 };
const phone = { width: 375, height: 812 };

describe.skipIf(whyNotHere)(`the practice page${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let browser: Browser;
  let bot: TinyBot;
  let practice: PracticePage;
  let page: Page;
  let cardTs: string;
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findProgram('chromium') ?? 'chromium', args });
    mkdirSync('test-results', { recursive: true });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    faults.length = 0;
    bot = await startTinyBot(registerGallery);
    practice = await startPracticePage({ standIn: bot.slack, port: 0, surface });
    practice.setCounters([
      { customer: 'acme', name: 'Acme Industries', accepted: 1204, refused: 0, state: 'spamming' },
      { customer: 'orchid', name: 'Orchid Books', accepted: 61, refused: 0, state: 'normal' },
    ]);
    practice.setClock('Mon 09:41');
    cardTs = await postGallery(bot);
  });
  afterEach(async () => {
    await page.close();
    await practice.close();
    await bot.stop();
    expect(faults).toEqual([]);
  });

  async function open(viewport = desktop): Promise<void> {
    page = await browser.newPage({ viewport, hasTouch: viewport === phone, isMobile: viewport === phone });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(practice.url);
    await page.locator(`#messages article[data-ts="${cardTs}"]`).waitFor();
  }
  const shot = (name: string) => page.screenshot({ path: `test-results/practice-${name}.png` });
  const theCard = () => page.locator(`#messages article[data-ts="${cardTs}"]`);
  const ephemerals = () => page.locator('#messages article[data-ephemeral]');
  const actAs = async (person: string) => {
    await page.locator('#act-as-button').click();
    await page.locator(`#act-as [data-option="${person}"]`).click();
    await page.locator(`#act-as-button [data-person="${person}"]:visible`).waitFor();
  };

  it('shows the alert, and a press changes card, thread and counters without a reload', async () => {
    await open();
    await theCard().getByRole('button', { name: '2 replies' }).click();
    await theCard().getByRole('button', { name: 'Block sender' }).click();
    practice.setCounters([
      { customer: 'acme', name: 'Acme Industries', accepted: 1204, refused: 17, state: 'blocked' },
    ]);

    await theCard().getByText('Sender blocked by @Ann Tanaka').waitFor();
    await theCard().getByRole('button', { name: '3 replies' }).waitFor();
    await page.locator('#thread').getByText('blocked sales@acme.example').waitFor();
    await page.locator('#counters [data-customer="acme"] [data-count="refused"]', { hasText: '17' }).waitFor();
    await shot('desktop');
  });

  it('tells the outsider politely that they may not, and nobody else sees it', async () => {
    await open();
    await actAs(oscar);
    expect(await ephemerals().count()).toBe(0);
    await theCard().getByRole('button', { name: 'Block sender' }).click();

    await ephemerals().getByText('You may look at incidents').waitFor();
    await theCard().getByText('Open, 22 h left').waitFor();
    await actAs(ann);
    await ephemerals().getByText('Lena Brandt blocked').waitFor();
    expect(await ephemerals().count()).toBe(1);
  });

  it('asks before a dangerous press, sends nothing when denied, and keeps what was typed beside an error', async () => {
    await open();
    const suspend = theCard().getByRole('button', { name: 'Suspend outbound' });
    await suspend.click();
    await page.locator('#confirm').getByText('about 1,240 messages a day').waitFor();
    await shot('confirm');
    await page.keyboard.press('Escape');
    await page.locator('#confirm').waitFor({ state: 'hidden' });
    expect(bot.slack.modal(ann)).toBeUndefined();

    await suspend.click();
    await page.locator('#confirm').getByRole('button', { name: 'Suspend outbound' }).click();
    const modal = page.locator('#modal');
    await modal.getByLabel('Reason').fill('spam');
    await modal.getByLabel('Infected machine').check();
    await modal.getByRole('button', { name: 'Suspend' }).click();
    await modal.getByText('at least 10 letters').waitFor();
    await shot('modal');
    expect(await modal.getByLabel('Reason').inputValue()).toBe('spam');
    expect(await modal.getByLabel('Infected machine').isChecked()).toBe(true);

    await modal.getByLabel('Reason').fill('spam since nine o’clock');
    await modal.getByRole('button', { name: 'Suspend' }).click();
    await modal.waitFor({ state: 'hidden' });
    await ephemerals().getByText('spam since nine').waitFor();
  });

  it('brings the answer to a command or a press into view, wherever the reader is', async () => {
    await open(phone);
    const top = () => page.locator('#messages').evaluate((pane) => Object.assign(pane, { scrollTop: 0 }).scrollTop);
    const isInView = (index: number) =>
      page.locator('#messages').evaluate((pane, at) => {
        const answer = [...pane.querySelectorAll('article[data-ephemeral]')].at(at);
        if (!answer) return false;
        const [box, view] = [answer.getBoundingClientRect(), pane.getBoundingClientRect()];
        return box.top >= view.top - 1 && (box.bottom <= view.bottom + 1 || Math.abs(box.top - view.top) <= 1);
      }, index);
    await top();
    const box = page.getByRole('combobox', { name: 'Message #abuse-desk' });
    await box.fill('/blcheck 192.0.2.10');
    await box.press('Enter');
    await ephemerals().getByText('1 of 10').waitFor();
    await expect.poll(() => isInView(-1)).toBe(true);

    await top();
    await actAs(oscar);
    await top();
    await theCard().getByRole('button', { name: 'Block sender' }).click();
    await ephemerals().getByText('You may look at incidents').waitFor();
    await expect.poll(() => isInView(-1)).toBe(true);
    // What nobody asked for leaves the reader where they are.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
    await top();
    await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'somebody else' });
    await page.locator('#messages').getByText('somebody else').waitFor();
    expect(await page.locator('#messages').evaluate((pane) => pane.scrollTop)).toBe(0);
  });

  it('says below a menu what its choice means, and names it for those who cannot see it', async () => {
    await open(phone);
    await theCard().getByRole('button', { name: 'Suspend outbound' }).click();
    await page.locator('#confirm').getByRole('button', { name: 'Suspend outbound' }).click();
    const menu = page.locator('#modal').getByRole('combobox', { name: 'How long' });
    await menu.selectOption('day');
    await page.locator('#modal').getByText('then it is asked again').waitFor();
    const described = await menu.evaluate((select) =>
      (select.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent),
    );
    expect(described).toContain('then it is asked again');
    await shot('phone-modal');
  });

  it('works by keyboard alone: command help, menus, dialogs that keep and give back the focus', async () => {
    await open();
    const box = page.getByRole('combobox', { name: 'Message #abuse-desk' });
    await box.focus();
    await page.keyboard.type('/b');
    await page.locator('#channel-suggestions').getByText('Ask the blocklists').waitFor();
    await page.keyboard.press('Tab');
    expect(await box.inputValue()).toBe('/blcheck ');
    await page.keyboard.type('192.0.2.10');
    await page.keyboard.press('Enter');
    await ephemerals().getByText('1 of 10').waitFor();

    const more = theCard().getByRole('button', { name: 'More actions' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('History');
    await page.keyboard.press('Escape');
    expect(await more.evaluate((button) => button === document.activeElement)).toBe(true);

    const suspend = theCard().getByRole('button', { name: 'Suspend outbound' });
    await suspend.focus();
    await page.keyboard.press('Enter');
    for (let step = 0; step < 4; step++) {
      const inside = await page.evaluate(() => document.activeElement?.closest('#confirm, body')?.id ?? '');
      expect(['confirm', '']).toContain(inside);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Escape');
    await expect.poll(() => suspend.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('keeps the focus where it was when the card under it is redrawn', async () => {
    await open();
    await theCard().getByRole('button', { name: 'Re-route Hotmail' }).focus();
    await bot.app.client.chat.update({
      channel: abuseDesk,
      ts: cardTs,
      text: 'x',
      blocks: card('Detected 4 times', true),
    });

    await theCard().getByText('Detected 4 times').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Re-route Hotmail');
  });

  it('counts unread messages of other channels, opens permalinks and the Home tab', async () => {
    await open();
    const seen = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'read at once' });
    await page.locator('#messages').getByText('read at once').waitFor();
    await bot.app.client.chat.postMessage({ channel: deliverability, text: 'news' });
    const entry = page.locator(`.rw-sidebar [data-channel="${deliverability}"]`);
    await entry.getByText('1', { exact: true }).waitFor();
    await entry.click();
    await page.locator('#messages table').waitFor();
    expect(await entry.getByText('1', { exact: true }).isVisible()).toBe(false);
    await shot('digest');
    await bot.app.client.chat.update({ channel: abuseDesk, ts: seen.ts ?? '', text: 'changed, but not new' });
    await bot.app.client.chat.postMessage({ channel: deliverability, text: 'after that' });
    await page.locator('#messages').getByText('after that').waitFor();
    expect(await page.locator('.rw-sidebar .rw-unread:visible').count()).toBe(0);

    await page.goto(bot.slack.permalink(abuseDesk, cardTs));
    await page.locator('#thread').getByText('Notice to').waitFor();

    await page.locator('.rw-sidebar [data-channel="app"]').click();
    await page.getByText('Your desk').waitFor();
    await shot('home');
  });

  it('goes back by the Back button: from a thread to its channel, from a channel to the one before', async () => {
    await open(phone);
    const title = () => page.title();
    await page.getByRole('button', { name: 'Channels' }).click();
    await page.locator(`.rw-sidebar [data-channel="${deliverability}"]`).click();
    await page.locator('#messages table').waitFor();
    await page.getByRole('button', { name: 'Channels' }).click();
    await page.locator(`.rw-sidebar [data-channel="${abuseDesk}"]`).click();
    await theCard().getByRole('button', { name: '2 replies' }).click();
    await page.locator('#thread').getByText('Notice to').waitFor();

    await page.goBack();
    await page.locator('#thread-pane').waitFor({ state: 'hidden' });
    expect(await title()).toMatch(/^#abuse-desk/);
    await page.goBack();
    await page.locator('#messages table').waitFor();
    expect(await title()).toMatch(/^#deliverability/);
    await page.goForward();
    await theCard().waitFor();
  });

  it('draws no white scrollbar across the dark bars', async () => {
    await open({ width: 1280, height: 420 });
    for (const bar of ['.rw-strip', '.rw-sidebar']) {
      const [thumb, track] = await page
        .locator(bar)
        .evaluate((box) => getComputedStyle(box).scrollbarColor.match(/rgba?\([^)]*\)/g) ?? []);
      expect(thumb, bar).toBeDefined();
      expect(track, bar).toBe('rgba(0, 0, 0, 0)');
    }
  });

  it('draws hostile text as text', async () => {
    await open();
    const text = '&lt;!channel&gt; <script>window.hit=1</script> <img src=x onerror=window.hit=1> ‮ evil';
    const header = { type: 'plain_text' as const, text: '*<!channel>* <b>x</b> a_b_c `y`' };
    const blocks = [
      { type: 'header' as const, text: header },
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text } },
    ];
    const posted = await bot.app.client.chat.postMessage({ channel: abuseDesk, text, blocks });

    const message = page.locator(`#messages article[data-ts="${posted.ts}"]`);
    await message.waitFor();
    expect(await message.locator('h3').textContent()).toBe('*<!channel>* <b>x</b> a_b_c `y`');
    expect(await message.textContent()).toContain('<!channel> <script>');
    expect(await message.locator('script, img, .slack_broadcast').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  });

  it('fits a phone: no sideways scrolling, a drawer for channels, threads over the channel', async () => {
    await open(phone);
    practice.setClock('Wed 10:42 · 60×');
    await page.getByText('Wed 10:42').waitFor();
    const sideways = () =>
      page.evaluate(() => {
        const boxes = [...document.querySelectorAll('.rw-top > *, .rw-pane, .rw-composer, .rw-message')];
        return Math.max(0, ...boxes.map((box) => Math.round(box.getBoundingClientRect().right - innerWidth)));
      });
    await theCard().scrollIntoViewIfNeeded();
    expect(await sideways()).toBe(0);
    await shot('phone');
    await theCard().getByRole('button', { name: '2 replies' }).click();
    await page.locator('#thread').getByText('Notice to').waitFor();
    expect(await sideways()).toBe(0);
    await shot('phone-thread');
    await page.getByRole('button', { name: 'Close thread' }).click();
    await page.getByRole('button', { name: 'Channels' }).click();
    await page.locator(`.rw-sidebar [data-channel="${deliverability}"]`).click();
    await page.locator('#messages table').waitFor();
    expect(await sideways()).toBe(0);
    await shot('phone-digest');
  });
});
