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
  menu.classList.toggle('up', menu.getBoundingClientRect().bottom > innerHeight - 8);
  menu.classList.toggle('left', menu.getBoundingClientRect().right > innerWidth - 8);
  items(menu)[0]?.focus();
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
