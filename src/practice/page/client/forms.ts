// Modals: shown in the browser's own dialog (which keeps the keyboard inside), filled in, sent, closed.
import { backToPress } from './focus.js';
import { act, announce } from './net.js';
import { fragment } from './panes.js';
import { byId, state } from './state.js';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Values = Record<string, string | string[]>;

/** What the inputs hold, by `block_id/action_id`, as the server wants it. */
export function collect(scope: Element): Values {
  const values: Values = {};
  for (const control of scope.querySelectorAll<Control>('[data-key]')) {
    const key = control.dataset.key ?? '';
    if (control instanceof HTMLInputElement && control.type === 'checkbox') {
      const chosen = (values[key] as string[] | undefined) ?? [];
      values[key] = control.checked ? [...chosen, control.value] : chosen;
    } else if (control instanceof HTMLInputElement && control.type === 'radio') {
      if (control.checked) values[key] = control.value;
    } else if (control instanceof HTMLInputElement && control.type === 'datetime-local') {
      values[key] = control.value ? String(Date.parse(`${control.value}Z`) / 1000) : '';
    } else values[key] = control.value;
  }
  return values;
}

/** Says below a menu what its chosen entry means, as far as the app says it. */
function describeChoice(select: HTMLSelectElement): void {
  const note = document.getElementById(`${select.id}-chosen`);
  const notes = [...select.selectedOptions].map(({ dataset }) => dataset.note ?? '').filter((text) => text !== '');
  if (note) note.textContent = notes.length === 1 ? (notes[0] ?? '') : '';
}

/** Shows the person's modal as the server drew it, or none. What was typed in the same view stays. */
export function showModal(markup: string): void {
  const dialog = byId<HTMLDialogElement>('modal');
  if (markup === '') {
    const wasOpen = dialog.open;
    dialog.close();
    dialog.replaceChildren();
    if (wasOpen) backToPress();
    return;
  }
  const before = dialog.querySelector<HTMLElement>('form');
  const focusedKey = (document.activeElement as HTMLElement | null)?.dataset.key;
  const next = fragment(markup).querySelector('form');
  if (!next) return;
  if (before?.dataset.view === next.dataset.view && before) copyValues(before, next);
  dialog.replaceChildren(next);
  for (const select of dialog.querySelectorAll('select')) describeChoice(select);
  if (!dialog.open) dialog.showModal();
  const wrong = next.querySelector<HTMLElement>('.has-error [data-key]');
  const same = focusedKey ? next.querySelector<HTMLElement>(`[data-key="${CSS.escape(focusedKey)}"]`) : null;
  const first = next.querySelector<HTMLElement>('[autofocus], [data-key], footer button');
  // What a form says above its first field is read first.
  (wrong ?? same ?? first)?.focus({ preventScroll: !wrong && !same });
  if (wrong) announce(next.querySelector('.rw-error')?.textContent ?? '');
}

function copyValues(from: Element, to: Element): void {
  for (const control of to.querySelectorAll<Control>('[data-key]')) {
    const key = CSS.escape(control.dataset.key ?? '');
    const isChoice = control instanceof HTMLInputElement && ['checkbox', 'radio'].includes(control.type);
    const which = isChoice ? `[data-key="${key}"][value="${CSS.escape(control.value)}"]` : `[data-key="${key}"]`;
    const old = from.querySelector<Control>(which);
    if (!old) continue;
    if (isChoice) control.checked = (old as HTMLInputElement).checked;
    else control.value = old.value;
  }
}

export function listenToModal(): void {
  const dialog = byId<HTMLDialogElement>('modal');
  dialog.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(event.target as HTMLFormElement);
  });
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    void close(dialog, false);
  });
  dialog.addEventListener('click', (event) => {
    const closer = (event.target as Element).closest<HTMLElement>('[data-close]');
    if (closer) void close(dialog, closer.dataset.close === 'all');
  });
  dialog.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement) describeChoice(target);
  });
  dialog.addEventListener('keydown', (event) => {
    const wantsNewLine = event.target instanceof HTMLTextAreaElement && !event.metaKey && !event.ctrlKey;
    if (event.key !== 'Enter' || wantsNewLine || !(event.target as Element).matches('input, textarea')) return;
    event.preventDefault();
    dialog.querySelector<HTMLElement>('button[type="submit"]')?.click();
  });
}

async function submit(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLElement>('button[type="submit"]');
  if (button?.getAttribute('aria-busy') === 'true') return;
  button?.setAttribute('aria-busy', 'true');
  await act('submit', { user: state.user, viewId: form.dataset.view, values: collect(form) });
  button?.removeAttribute('aria-busy');
}

async function close(dialog: HTMLDialogElement, all: boolean): Promise<void> {
  const view = dialog.querySelector<HTMLElement>('form')?.dataset.view;
  if (view) await act('close', { user: state.user, viewId: view, all });
  else dialog.close();
}
