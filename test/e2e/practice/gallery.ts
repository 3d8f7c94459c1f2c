// The gallery of the practice page in a browser: every kind of block, a tiny bot behind it, a clock that the test sets.
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { guide } from '../../../src/practice/guide.js';
import { type PracticePage, startPracticePage } from '../../../src/practice/page/index.js';
import { postGallery, registerGallery, surface } from '../../practice/helpers/gallery-bot.js';
import { startTinyBot, type TinyBot } from '../../practice/helpers/tiny-bot.js';
import { startChromium } from '../chromium.js';

export interface Gallery {
  browser: Browser;
  bot: TinyBot;
  practice: PracticePage;
  cardTs: string;
  /** Errors of the pages and their consoles: there must be none. */
  faults: string[];
  /** Opens the page and waits for the card. */
  open(size: BrowserContextOptions): Promise<Page>;
  /** Practice time, ms; it stands still. */
  now(): number;
  /** Lets the practice clock jump; the page is told as after any practice minute. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export async function startGallery(): Promise<Gallery> {
  const browser = await startChromium();
  const bot = await startTinyBot(registerGallery);
  let now = Date.UTC(2026, 2, 2, 12);
  const practice = await startPracticePage({
    standIn: bot.slack,
    port: 0,
    surface,
    guide,
    toPracticeTime: () => now,
  });
  practice.setCounters([
    { customer: 'acme', name: 'Acme Industries', accepted: 1204, refused: 0, state: 'spamming' },
    { customer: 'verksted', name: 'Øvre Granholt Verksted og Mekaniske', accepted: 12061, refused: 0, state: 'listed' },
    { customer: 'orchid', name: 'Orchid Books', accepted: 61, refused: 0, state: 'normal' },
  ]);
  practice.setClock('Mon 09:41 · 60×');
  const cardTs = await postGallery(bot);
  const faults: string[] = [];
  return {
    browser,
    bot,
    practice,
    cardTs,
    faults,
    now: () => now,
    open: async (size) => {
      const page = await browser.newPage(size);
      page.setDefaultTimeout(60_000);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      await page.goto(practice.url);
      await theCard(page, cardTs).waitFor();
      return page;
    },
    pass: (ms) => {
      now += ms;
      practice.setClock(new Date(now).toUTCString());
    },
    close: async () => {
      await browser.close();
      await practice.close().catch(() => undefined);
      await bot.stop();
    },
  };
}

/** The gallery's card in the channel. */
export function theCard(page: Page, ts: string): Locator {
  return page.locator(`#messages article[data-ts="${ts}"]`);
}
