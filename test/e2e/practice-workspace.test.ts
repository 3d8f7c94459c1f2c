// The practice workspace as its user meets it: `relaywarden demo` in a process of its own, a real browser in front of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, whyNot } from './requirements.js';

const whyNotHere = whyNot({ programs: ['chromium'] });
const CHROMIUM_ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const OSCAR = 'U0GUEST001';

describe.skipIf(whyNotHere)(`the practice workspace${whyNotHere ? ` (skipped: ${whyNotHere})` : ''}`, () => {
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  const faults: string[] = [];

  beforeAll(async () => {
    mkdirSync('test-results', { recursive: true });
    demo = spawn(process.execPath, ['bin/relaywarden.js', 'demo', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await addressOf(demo);
    browser = await chromium.launch({
      executablePath: findProgram('chromium') ?? 'chromium',
      args: CHROMIUM_ARGS,
      timeout: 120_000,
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
  });
  afterAll(async () => {
    await browser.close();
    demo.kill('SIGTERM');
    await once(demo, 'exit');
    expect(faults).toEqual([]);
  });

  const card = () => page.locator('#messages article', { hasText: 'Compromised mailbox' }).first();
  const counter = (customer: string, which: string) =>
    page.locator(`#counters li[data-customer="${customer}"] [data-count="${which}"]`);
  const refusedOf = async (customer: string) => Number(await counter(customer, 'refused').textContent());
  const acceptedOf = async (customer: string) => Number(await counter(customer, 'accepted').textContent());

  it('has a compromise alert by itself, with evidence and the recommended button first', async () => {
    await card().getByText('Open', { exact: true }).waitFor();

    // The first figures are of ten recipients, and which reasons come first then depends on the weekday before.
    await card()
      .getByText(/never written to before/)
      .waitFor();
    expect(await card().getByRole('button').first().textContent()).toBe('Block sender');
  });

  it('refuses the outsider politely, changes nothing, and puts it on record', async () => {
    await page.locator('#act-as-button').click();
    await page.locator(`#act-as [data-option="${OSCAR}"]`).click();
    await card().getByRole('button', { name: 'Block sender' }).click();

    await page.locator('#messages article[data-ephemeral]').first().waitFor();
    await card().getByText('Open', { exact: true }).waitFor();
    await page.locator('#act-as-button').click();
    await page.locator('#act-as [data-option="U0TECH0001"]').click();
  });

  it('has the other steps in a menu, which asks before anything happens', async () => {
    const more = card().getByRole('button', { name: 'More actions' });
    await more.click();
    expect(await card().getByRole('menuitem').allTextContents()).toEqual([
      'Mark noise',
      'Suspend outbound',
      'Re-route Hotmail',
      'Mark resolved',
      'History and notes',
    ]);
    await page.screenshot({ path: 'test-results/practice-menu.png' });
    await card().getByRole('menuitem', { name: 'Re-route Hotmail' }).click();
    await page.locator('#modal').getByText('Its spam leaves there too').waitFor();
    await page.locator('#modal').getByRole('button', { name: 'Cancel' }).click();
    await card().getByText('Open', { exact: true }).waitFor();
  });

  it('stops the spam when the technician presses Block sender: card, thread and counters change', async () => {
    const spammer = await page.locator('#counters li[data-state="spamming"]').first().getAttribute('data-customer');
    if (!spammer) throw new Error('nobody spams');
    expect(await refusedOf(spammer)).toBe(0);

    await card().getByRole('button', { name: 'Block sender' }).click();

    await card().getByText('Contained', { exact: true }).waitFor();
    await expect.poll(() => refusedOf(spammer)).toBeGreaterThan(3);
    await card()
      .getByText(/\d+ recipients? refused since/)
      .waitFor();
    const accepted = await acceptedOf(spammer);
    const refused = await refusedOf(spammer);
    await expect.poll(() => refusedOf(spammer)).toBeGreaterThan(refused);
    // Other people of the customer may still write; the flood is over.
    expect((await acceptedOf(spammer)) - accepted).toBeLessThan(5);

    await card()
      .getByRole('button', { name: /repl(y|ies)/ })
      .click();
    await page.locator('#thread').getByText(/block/i).first().waitFor();
    await page.screenshot({ path: 'test-results/practice-desktop.png' });
  });

  it('answers /blcheck with what the practice lists say, and never an unknown as clear', async () => {
    const box = page.getByRole('combobox', { name: /Message #/ }).first();
    await box.fill('/blcheck 203.0.113.12');
    await box.press('Enter');

    const answer = page.locator('#messages article[data-ephemeral]').last();
    await answer
      .getByText(/unknown/i)
      .first()
      .waitFor();
    await answer
      .getByText(/refused/i)
      .first()
      .waitFor();
  });

  it('shows the Home tab with what is open and in force', async () => {
    await page.getByText('relaywarden', { exact: true }).first().click();

    await page
      .getByText(/Sender blocked|Blocked/)
      .first()
      .waitFor();
    await page.screenshot({ path: 'test-results/practice-home.png' });
  });

  it('can be used on a phone', async () => {
    const phone = await browser.newPage({ viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
    await phone.goto(url);
    await phone.locator('#messages article', { hasText: 'Compromised mailbox' }).first().waitFor();

    const overflow = await phone.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );

    expect(overflow).toBeLessThanOrEqual(0);
    const steps = phone.locator('#messages article', { hasText: 'Compromised mailbox' }).first().locator('.rw-actions');
    const tops = await steps
      .locator('button:visible')
      .evaluateAll((buttons) => buttons.map((button) => Math.round(button.getBoundingClientRect().top)));
    expect(tops).toHaveLength(3);
    expect(new Set(tops).size).toBe(1);
    await phone.screenshot({ path: 'test-results/practice-phone.png' });
    await phone.close();
  });
});

async function addressOf(demo: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of demo.stdout ?? []) {
    text += chunk;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
    if (found) return found[0];
  }
  throw new Error(`the demo ended without an address: ${text}`);
}
