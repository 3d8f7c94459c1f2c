// What makes a page usable, measured in the browser: nothing beyond the edge or cut off, targets a finger can hit, text that can be read,
// a name for everything that can be used. Each tells what is wrong, in words; nothing wrong is an empty list.
import type { Page } from 'playwright-core';

/**
 * What a finger is sure to hit, CSS pixels: Apple's and Google's advice, and WCAG 2.2's success criterion 2.5.5 (AAA). Where a wrong press
 * stops a customer's mail, the 24 pixels of 2.5.8 (AA) are not enough.
 */
export const FINGER_PX = 44;

/** What must be read whole: names of what can be pressed, headings, and what `whole` adds. */
const WHOLE = 'button, button *, a, label, legend, summary, h1, h2, h3, [role^="menuitem"]';

/** What stands beyond the right or left edge (and is not inside something that scrolls sideways), and words that are cut. */
export function outOfSight(page: Page, alsoWhole = 'h1'): Promise<string[]> {
  return page.evaluate((whole) => {
    const wrong: string[] = [];
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.className} "${(element.textContent ?? '').trim().slice(0, 40)}"`;
    const clips = (element: Element) => getComputedStyle(element).overflowX !== 'visible';
    const scrolls = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) wrong.push('the page scrolls sideways');
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || element.closest('svg') !== null || box.width <= 1) continue;
      if (element.matches(whole) && clips(element) && element.scrollWidth > element.clientWidth + 1)
        wrong.push(`the words of ${name(element)} are cut`);
      let [left, right] = [box.left, box.right];
      let isScrolled = false;
      for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
        if (getComputedStyle(element).position === 'fixed') break;
        if (scrolls(around) && around.scrollWidth > around.clientWidth) isScrolled = true;
        if (!clips(around)) continue;
        const edge = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      }
      if (isScrolled) continue;
      if (box.right > width + 0.5 || box.left < -0.5) wrong.push(`${name(element)} is beyond the edge`);
      else if (left > box.left + 1 || right < box.right - 1) wrong.push(`${name(element)} is cut by what is around it`);
      const isControl = element.matches(
        'button, a, label, option, summary, h1, h2, h3, [role="menuitem"], [data-whole]',
      );
      if (isControl && clips(element) && element.scrollWidth > element.clientWidth + 1)
        wrong.push(`the words of ${name(element)} are cut`);
    }
    return wrong;
  }, `${WHOLE}, ${alsoWhole}`);
}

/** What can be pressed or filled in and is smaller than `px` either way. Links inside a sentence are as high as its lines (WCAG 2.5.8). */
export function smallTargets(page: Page, px: number): Promise<string[]> {
  return page.evaluate((least) => {
    const controls =
      'button, a[href], input, select, textarea, summary, [role^="menuitem"], [role="tab"], [role="option"]';
    const top = document.querySelector('dialog[open]') ?? document;
    return [...top.querySelectorAll<HTMLElement>(controls)]
      .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((control) => !control.matches('p a, span a, td a, li a, .rw-skip'))
      .map((control) => ({ control, box: (control.closest('label') ?? control).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.width < least - 0.5 || box.height < least - 0.5))
      .map(({ control, box }) => {
        const words = control.getAttribute('aria-label') ?? control.textContent ?? '';
        return `${words.trim().slice(0, 40)} is ${Math.round(box.width)} × ${Math.round(box.height)}`;
      });
  }, px);
}

/** What lies on the screen and would not get the press on its middle: something else is in front. */
export function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const top = document.querySelector('dialog[open]') ?? document;
    return [...top.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, [role^="menuitem"]')]
      .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((control) => control.closest('[inert]') === null)
      .filter((control) => {
        const box = control.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        if (box.width <= 1 || x < 0 || x > innerWidth || y < 0 || y > innerHeight) return false;
        // Scrolled out of its pane: nobody means to press it there.
        for (let pane = control.parentElement; pane; pane = pane.parentElement) {
          const view = pane.getBoundingClientRect();
          const isClipping = getComputedStyle(pane).overflowY !== 'visible';
          if (isClipping && (x < view.left || x > view.right || y < view.top || y > view.bottom)) return false;
        }
        const hit = document.elementFromPoint(x, y);
        return hit !== null && !control.contains(hit) && control.closest('label')?.contains(hit) !== true;
      })
      .map((control) => (control.getAttribute('aria-label') ?? control.textContent ?? '').trim().slice(0, 40));
  });
}

/** Text and pictures on buttons that are too faint: below 4.5 to 1, large text and pictures 3 to 1 (WCAG 1.4.3, 1.4.11). */
export function faint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    const read = (colour: string): Colour => {
      if (!brush) throw new Error('no canvas');
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = brush.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
      r * a + R * (1 - a),
      g * a + G * (1 - a),
      b * a + B * (1 - a),
      1,
    ];
    const behind = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = read(getComputedStyle(element).backgroundColor);
      if (own[3] === 1) return own;
      return over(own, behind(element.matches('dialog') ? null : element.parentElement));
    };
    const light = (colour: Colour) => {
      const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a: Colour, b: Colour) => {
      const [dark = 0, bright = 0] = [light(a), light(b)].sort((x, y) => x - y);
      return (bright + 0.05) / (dark + 0.05);
    };
    const wrong = new Set<string>();
    const look = (element: Element, colour: string, least: number, what: string) => {
      const ground = behind(element);
      const found = ratio(over(read(colour), ground), ground);
      if (found < least) wrong.add(`${what}: ${found.toFixed(1)} to 1`);
    };
    const isSeen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      getComputedStyle(element).clipPath === 'none';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (!element || text === '' || !isSeen(element) || /^\p{Extended_Pictographic}/u.test(text)) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const size = Number.parseFloat(fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
      look(element, color, isLarge ? 3 : 4.5, `"${text.slice(0, 40)}"`);
    }
    for (const picture of document.querySelectorAll('button svg.icon')) {
      if (!isSeen(picture)) continue;
      const button = picture.closest('button');
      look(picture, getComputedStyle(picture).color, 3, `the picture on "${button?.ariaLabel ?? button?.textContent}"`);
    }
    for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea')) {
      if (!isSeen(field) || !field.placeholder) continue;
      look(field, getComputedStyle(field, '::placeholder').color, 4.5, `placeholder "${field.placeholder}"`);
    }
    return [...wrong];
  });
}

const USED = new Set([
  ...['button', 'link', 'menuitem', 'menuitemradio', 'tab', 'textbox', 'combobox', 'searchbox', 'listbox', 'option'],
  ...['checkbox', 'radio', 'switch', 'slider', 'spinbutton', 'dialog', 'region', 'navigation', 'DisclosureTriangle'],
]);

/** What Chromium's accessibility tree offers for use, as `role name`: what a screen reader finds. */
export async function offered(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored, role }) => !ignored && USED.has(String(role?.value)))
    .map(({ role, name }) => `${role?.value} ${String(name?.value ?? '').trim()}`);
}

/** What it offers without saying what it is. */
export async function nameless(page: Page): Promise<string[]> {
  return (await offered(page)).filter((found) => found.endsWith(' ')).map((role) => `a ${role}without a name`);
}
