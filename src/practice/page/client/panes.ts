// The message lists of the channel and thread panes: put messages in their place, keep the reader's place.
import { html } from './net.js';
import { boot, byId, remember, shownChannel, state } from './state.js';

/** The words in a pane without messages. */
function emptyWords(pane: HTMLElement): string {
  if (pane.id === 'thread') return '';
  const name = boot.channels.find(({ id }) => id === state.place)?.name ?? '';
  return boot.whileEmpty[name] ?? 'Nothing here yet. The bot will write when something happens.';
}

export function fragment(markup: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content;
}

/** Fills a pane with messages, newest at the bottom and in view. */
export function fill(pane: HTMLElement, markup: string): void {
  pane.replaceChildren(fragment(markup));
  arrange(pane);
  pane.scrollTop = pane.scrollHeight;
  pane.dispatchEvent(new Event('filled'));
}

/**
 * Puts a new or changed message where it belongs; returns whether it is new in this pane. The answer to what the reader has just done
 * comes into view wherever they were reading.
 */
export function place(pane: HTMLElement, markup: string, isAnswer = false): boolean {
  const article = fragment(markup).querySelector('article');
  if (!article) return false;
  const wasAtBottom = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  const before = pane.querySelector(`article[data-ts="${article.dataset.ts}"]`);
  if (before) swap(before, article);
  else insert(pane, article);
  arrange(pane);
  if (isAnswer) reveal(pane, article);
  else if (wasAtBottom) pane.scrollTop = pane.scrollHeight;
  else if (!before) byId('jump').hidden = pane.id !== 'messages';
  return !before;
}

/** As little as shows all of it; of what is longer than the pane, its beginning. */
function reveal(pane: HTMLElement, article: HTMLElement): void {
  const [shown, view] = [article.getBoundingClientRect(), pane.getBoundingClientRect()];
  const [above, below] = [shown.top - view.top, shown.bottom - view.bottom];
  if (above < 0 || shown.height > view.height) pane.scrollTop += above;
  else if (below > 0) pane.scrollTop += below;
}

/** A changed message keeps the keyboard's focus and an open menu. */
function swap(before: Element, after: HTMLElement): void {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const inside = focused?.closest<HTMLElement>('[data-action]')?.dataset.action;
  const open = before.querySelector('.rw-overflow:has([aria-expanded="true"])');
  const sameMenu =
    open && after.querySelector(`[data-action="${CSS.escape((open as HTMLElement).dataset.action ?? '')}"]`);
  if (open && sameMenu) sameMenu.replaceWith(open);
  before.replaceWith(after);
  after.classList.add('changed');
  if (!focused || after.contains(document.activeElement)) return;
  const same = inside ? after.querySelector<HTMLElement>(`[data-action="${CSS.escape(inside)}"]`) : null;
  if (focused instanceof HTMLElement && after.contains(focused)) focused.focus();
  else (same?.matches('button') ? same : (same?.querySelector<HTMLElement>('button') ?? after)).focus();
}

function insert(pane: HTMLElement, article: HTMLElement): void {
  const later = articles(pane).find((other) => (other.dataset.ts ?? '') > (article.dataset.ts ?? ''));
  pane.insertBefore(article, later ?? null);
  article.classList.add('new');
}

export function remove(pane: HTMLElement, ts: string): void {
  pane.querySelector(`article[data-ts="${ts}"]`)?.remove();
  arrange(pane);
}

function articles(pane: HTMLElement): HTMLElement[] {
  return [...pane.querySelectorAll<HTMLElement>('article')];
}

/** Day lines between messages, and a word when there are none. */
function arrange(pane: HTMLElement): void {
  for (const line of pane.querySelectorAll('.rw-day, .rw-empty')) line.remove();
  const all = articles(pane);
  let day = pane.id === 'thread' ? all[0]?.dataset.day : undefined;
  for (const article of all) {
    if (article.dataset.day === day) continue;
    day = article.dataset.day;
    const line = document.createElement('p');
    line.className = 'rw-day';
    line.append(Object.assign(document.createElement('span'), { textContent: day }));
    article.before(line);
  }
  if (all.length === 0 && !pane.querySelector('.rw-home')) {
    pane.append(Object.assign(document.createElement('p'), { className: 'rw-empty', textContent: emptyWords(pane) }));
  }
}

/** Reads the channel pane anew; an answer that comes after the reader has moved on is dropped. */
export async function loadChannel(): Promise<void> {
  const pane = byId('messages');
  const channel = shownChannel();
  const { user } = state;
  byId('jump').hidden = true;
  const markup = await html(channel === '' ? '/view/home' : `/view/channel/${channel}`, user);
  if (user !== state.user || channel !== shownChannel()) return;
  if (channel !== '') {
    fill(pane, markup);
    return;
  }
  pane.replaceChildren(fragment(markup));
  pane.scrollTop = 0;
}

export async function loadThread(): Promise<void> {
  const { thread, user } = state;
  byId('thread-pane').hidden = !thread;
  document.body.classList.toggle('has-thread', thread !== undefined);
  if (!thread) return;
  const markup = await html(`/view/thread/${thread.channel}/${thread.ts}`, user);
  if (user !== state.user || thread !== state.thread) return;
  if (markup !== '') return fill(byId('thread'), markup);
  // The workspace was started anew, and knows nothing of it.
  state.thread = undefined;
  remember();
  return loadThread();
}

/** Takes away what one person saw before another looks. */
export function clearPanes(): void {
  byId('messages').replaceChildren();
  byId('thread').replaceChildren();
}
