// Where the keyboard goes back to when a dialog closes. The browser knows, unless the card with the pressed button was redrawn meanwhile.

interface Pressed {
  /** The id of the pane it stood in. */
  pane: string;
  /** Of its message; empty on the Home tab. */
  ts: string;
  actionId: string;
}

let last: Pressed | undefined;

/** Remembers what was pressed; a dialog may follow. Presses inside a dialog lead back to where it came from. */
export function rememberPress(target: HTMLElement): void {
  if (target.closest('dialog')) return;
  const article = target.closest<HTMLElement>('article');
  last = {
    pane: target.closest('.rw-messages')?.id ?? '',
    ts: article?.dataset.ts ?? '',
    actionId: target.dataset.action ?? '',
  };
}

/** After a dialog has closed: focuses the button of the same action if the one pressed is gone, or else its message. */
export function backToPress(): void {
  const at = document.activeElement;
  const isLost = at === null || at === document.body || at.closest('dialog:not([open])') !== null;
  if (!last || !isLost) return;
  const pane = document.getElementById(last.pane);
  const article = last.ts === '' ? pane : pane?.querySelector<HTMLElement>(`article[data-ts="${CSS.escape(last.ts)}"]`);
  const same = article?.querySelector<HTMLElement>(`[data-action="${CSS.escape(last.actionId)}"]`);
  (same?.matches('button') ? same : (same?.querySelector<HTMLElement>('button, select, input') ?? article))?.focus();
}
