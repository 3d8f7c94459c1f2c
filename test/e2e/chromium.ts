// Debian's Chromium as the end-to-end tests start it, and the sizes they look at pages in.
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { findProgram } from './requirements.js';

const ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
/** As wide as the phones that most people hold. */
export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findProgram('chromium') ?? 'chromium', args: ARGS, timeout: 120_000 });
}
