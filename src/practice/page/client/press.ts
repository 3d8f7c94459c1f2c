// Pressing what a message, a modal or Home offers: ask first where the app wants it, send, show that it is on its way.
import { backToPress, rememberPress } from './focus.js';
import { collect } from './forms.js';
import { closeMenus } from './menus.js';
import { act } from './net.js';
import { byId, state } from './state.js';

interface Choice {
  value?: string | undefined;
  selectedOption?: string | string[] | undefined;
  url?: string | undefined;
}

/** Sends a press on `target`, the element that carries data-action. */
export async function press(target: HTMLElement, choice: Choice): Promise<void> {
  closeMenus(true);
  rememberPress(target);
  const place = placeOf(target);
  const actionId = target.dataset.action ?? '';
  if (!(await confirmed(target, actionId))) return;
  if (choice.url && /^https?:\/\//.test(choice.url)) window.open(choice.url, '_blank', 'noopener');
  const shown = document.contains(target) ? target : null;
  shown?.setAttribute('aria-busy', 'true');
  await act('press', {
    user: state.user,
    ...place,
    actionId,
    value: choice.value,
    selectedOption: choice.selectedOption,
  });
  shown?.removeAttribute('aria-busy');
}

function placeOf(target: HTMLElement): Record<string, unknown> {
  const view = target.closest<HTMLElement>('[data-view]');
  if (view) return { viewId: view.dataset.view, values: collect(view) };
  const article = target.closest<HTMLElement>('article');
  return { channel: article?.dataset.channel, ts: article?.dataset.ts, values: article ? collect(article) : {} };
}

/** Shows the element's confirmation dialog, if it has one, and waits for the answer. */
async function confirmed(target: HTMLElement, actionId: string): Promise<boolean> {
  const next = target.nextElementSibling;
  if (!(next instanceof HTMLTemplateElement) || next.dataset.confirmOf !== actionId) return true;
  const dialog = byId<HTMLDialogElement>('confirm');
  dialog.replaceChildren(next.content.cloneNode(true));
  dialog.returnValue = 'no';
  dialog.showModal();
  dialog.querySelector<HTMLElement>('[data-answer="no"]')?.focus();
  const answer = await new Promise<string>((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
  backToPress();
  return answer === 'yes';
}

/** Clicks anywhere that mean a press, a menu choice or an answer; returns whether it was one. */
export function pressClick(event: MouseEvent): boolean {
  const clicked = event.target as Element;
  const answer = clicked.closest<HTMLElement>('[data-answer]');
  if (answer) {
    answer.closest('dialog')?.close(answer.dataset.answer);
    return true;
  }
  const option = clicked.closest<HTMLElement>('[data-press-on="menu"] [data-option]');
  if (option) {
    const owner = option.closest<HTMLElement>('[data-action]');
    if (owner) void press(owner, { selectedOption: option.dataset.option, url: option.dataset.url });
    return true;
  }
  const button = clicked.closest<HTMLElement>('button[data-action]');
  if (!button) return false;
  if (button.getAttribute('aria-busy') !== 'true')
    void press(button, { value: button.dataset.value || undefined, url: button.dataset.url });
  return true;
}

/** A menu, date or checkbox that tells the app at once. */
export function pressChange(event: Event): void {
  const control = event.target as HTMLInputElement;
  const owner = control.closest<HTMLElement>('[data-press-on="change"]');
  const key = control.dataset.key;
  if (!owner || !key) return;
  const chosen = collect(owner)[key];
  if (chosen !== undefined) void press(owner, { selectedOption: chosen });
}
