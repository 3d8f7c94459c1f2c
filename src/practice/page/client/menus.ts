// Drop-down menus: opened by their button, walked with the arrow keys, closed by Escape, Tab or a click elsewhere.

/** Opens or closes the menu that follows the button. */
export function toggleMenu(button: HTMLElement): void {
  const menu = menuOf(button);
  if (!menu) return;
  const isOpen = !menu.hidden;
  closeMenus();
  if (isOpen) return;
  menu.hidden = false;
  button.setAttribute('aria-expanded', 'true');
  put(menu, button);
  items(menu)[0]?.focus();
}

const GAP_PX = 4;

/** Below its button, or above it where there is more room, as far as the pane reaches that it scrolls with; never over an edge. */
function put(menu: HTMLElement, button: HTMLElement): void {
  const view = (button.closest('.rw-messages') ?? document.documentElement).getBoundingClientRect();
  const at = button.getBoundingClientRect();
  const above = at.top - view.top;
  const below = view.bottom - at.bottom;
  menu.removeAttribute('style');
  const { offsetHeight, offsetWidth, offsetParent } = menu;
  const isUp = offsetHeight + 2 * GAP_PX > below && above > below;
  menu.classList.toggle('up', isUp);
  menu.style.maxHeight = `${(isUp ? above : below) - 2 * GAP_PX}px`;
  const left = Math.max(view.left + 2 * GAP_PX, Math.min(at.left, view.right - offsetWidth - 2 * GAP_PX));
  menu.style.left = `${left - (offsetParent?.getBoundingClientRect().left ?? 0)}px`;
}

export function closeMenus(giveBackFocus = false): void {
  for (const button of document.querySelectorAll<HTMLElement>('[aria-haspopup="menu"][aria-expanded="true"]')) {
    button.setAttribute('aria-expanded', 'false');
    const menu = menuOf(button);
    if (menu) menu.hidden = true;
    if (giveBackFocus) button.focus();
  }
}

/** Handles a key inside an open menu; returns whether it was one of the menu's. */
export function menuKey(event: KeyboardEvent): boolean {
  const menu = (event.target as Element).closest<HTMLElement>('[role="menu"]');
  if (!menu) return false;
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1 + all.length,
    Home: 0,
    End: all.length - 1,
  };
  const next = steps[event.key];
  if (next !== undefined) all[next % all.length]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') closeMenus(true);
  else return false;
  if (event.key !== 'Tab') event.preventDefault();
  return true;
}

function menuOf(button: HTMLElement): HTMLElement | null {
  return button.parentElement?.querySelector<HTMLElement>('[role="menu"]') ?? null;
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}
