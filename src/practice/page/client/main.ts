// The page comes to life: who acts, which channel and thread are shown, clicks and keys.
import { coachClick, noticeHeld, showStep } from './coach.js';
import { listenToComposers } from './composer.js';
import { listenToModal, showModal } from './forms.js';
import { clearUnread, connect, markRead } from './live.js';
import { closeMenus, menuKey, toggleMenu } from './menus.js';
import { act, appChannelOf, html } from './net.js';
import { clearPanes, loadChannel, loadThread } from './panes.js';
import { pressChange, pressClick } from './press.js';
import { boot, byId, recall, remember, state } from './state.js';

async function openPlace(place: string, isStep = false): Promise<void> {
  state.place = place;
  if (isDrawerOpen()) {
    setDrawer(false);
    byId('messages').focus();
  }
  if (state.thread && state.thread.channel !== place) state.thread = undefined;
  drawFrame();
  clearUnread(place);
  if (place === 'app' && state.tab === 'home') await act('home', { user: state.user });
  await Promise.all([loadChannel(), loadThread()]);
  markRead(byId('messages'));
  remember(isStep);
}

/** Back and forward, between channels and threads: on a phone a thread covers all else. */
async function stepBack(): Promise<void> {
  const before = state.user;
  recall();
  const { user } = state;
  state.user = before;
  await (user === before ? openPlace(state.place) : actAs(user));
}

/** Title, topic, tabs, the chosen entry in the sidebar, and what the composer says. */
function drawFrame(): void {
  const isApp = state.place === 'app';
  const channel = boot.channels.find(({ id }) => id === state.place);
  const name = channel ? `#${channel.name}` : boot.bot;
  document.title = `${name} · relaywarden practice workspace`;
  byId('pane-title').textContent = name;
  byId('pane-topic').textContent = channel?.topic ?? '';
  byId('thread-topic').textContent = name;
  byId('app-tabs').hidden = !isApp;
  for (const tab of document.querySelectorAll<HTMLElement>('[data-tab]')) {
    tab.setAttribute('aria-selected', String(tab.dataset.tab === state.tab));
    tab.tabIndex = tab.dataset.tab === state.tab ? 0 : -1;
  }
  for (const entry of document.querySelectorAll<HTMLElement>('.rw-sidebar [data-channel]')) {
    if (entry.dataset.channel === state.place) entry.setAttribute('aria-current', 'page');
    else entry.removeAttribute('aria-current');
  }
  const composer = document.querySelector<HTMLElement>('.rw-composer[data-pane="channel"]');
  if (composer) composer.hidden = isApp;
  const box = composer?.querySelector('textarea');
  if (box) {
    box.placeholder = `Message ${name}, or / for commands`;
    box.setAttribute('aria-label', `Message ${name}`);
  }
}

async function actAs(user: string): Promise<void> {
  if (user !== state.user) clearPanes();
  state.user = user;
  for (const face of document.querySelectorAll<HTMLElement>('[data-person]'))
    face.hidden = face.dataset.person !== user;
  for (const item of document.querySelectorAll<HTMLElement>('#act-as [data-option]'))
    item.setAttribute('aria-checked', String(item.dataset.option === user));
  closeMenus(true);
  state.appChannel = await appChannelOf(user);
  connect();
  await openPlace(state.place);
  showModal(await html('/view/modal', user));
}

async function openThread(article: HTMLElement): Promise<void> {
  const { channel = '', ts = '', thread } = article.dataset;
  state.thread = { channel, ts: thread || ts };
  await loadThread();
  remember(true);
  // On a phone the keyboard would cover what was asked for.
  if (matchMedia('(hover: hover)').matches) byId('thread-pane').querySelector('textarea')?.focus();
  else byId('thread-close').focus();
}

async function closeThread(): Promise<void> {
  const ts = state.thread?.ts;
  state.thread = undefined;
  await loadThread();
  remember();
  byId('messages').querySelector<HTMLElement>(`article[data-ts="${ts}"]`)?.focus();
}

function click(event: MouseEvent): void {
  const target = event.target as Element;
  const menuButton = target.closest<HTMLElement>('[aria-haspopup="menu"]');
  if (menuButton) {
    toggleMenu(menuButton);
    return;
  }
  if (!target.closest('[role="menu"]')) closeMenus();
  if (coachClick(target) || pressClick(event)) return;
  const article = target.closest<HTMLElement>('article');
  const person = target.closest<HTMLElement>('#act-as [data-option]')?.dataset.option;
  const place = target.closest<HTMLElement>('.rw-sidebar [data-channel]')?.dataset.channel;
  const tab = target.closest<HTMLElement>('[data-tab]')?.dataset.tab;
  const shortcut = target.closest<HTMLElement>('[data-shortcut]')?.dataset.shortcut;
  if (person) void actAs(person);
  else if (place) void openPlace(place, true);
  else if (tab === 'home' || tab === 'messages') {
    state.tab = tab;
    void openPlace('app');
  } else if (article && target.closest('[data-open-thread]')) void openThread(article);
  else if (article && shortcut) {
    const { channel, ts } = article.dataset;
    void act('shortcut', { user: state.user, channel, ts, callbackId: shortcut });
  } else if (target.closest('#thread-close')) void closeThread();
  else if (target.closest('#jump')) jump();
  else if (target.closest('#drawer-button')) toggleDrawer();
  else if (!target.closest('.rw-sidebar')) setDrawer(false);
}

function jump(): void {
  const pane = byId('messages');
  pane.scrollTop = pane.scrollHeight;
  byId('jump').hidden = true;
}

function isDrawerOpen(): boolean {
  return document.body.classList.contains('drawer-open');
}

/** What an open drawer darkens is out of reach. */
function setDrawer(isOpen: boolean): void {
  document.body.classList.toggle('drawer-open', isOpen);
  byId('drawer-button').setAttribute('aria-expanded', String(isOpen));
  for (const pane of document.querySelectorAll<HTMLElement>('.rw-pane')) pane.inert = isOpen;
}

function toggleDrawer(): void {
  setDrawer(!isDrawerOpen());
  if (isDrawerOpen()) byId('sidebar').querySelector<HTMLElement>('[aria-current], button')?.focus();
  else byId('drawer-button').focus();
}

function key(event: KeyboardEvent): void {
  if (menuKey(event)) return;
  const target = event.target as HTMLElement;
  const tab = target.closest<HTMLElement>('[role="tab"]');
  if (tab && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
    const other = tab.nextElementSibling ?? tab.previousElementSibling;
    if (other instanceof HTMLElement) {
      other.focus();
      other.click();
    }
  } else if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
    if (isDrawerOpen()) toggleDrawer();
    else if (target.closest('#thread-pane')) void closeThread();
  } else if (target.matches('article') && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    const all = [...(target.parentElement?.querySelectorAll<HTMLElement>('article') ?? [])];
    all[all.indexOf(target) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  }
}

function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', apply);
  apply();
}

async function followLink(): Promise<void> {
  const message = recall();
  showStep(state.step);
  noticeHeld();
  await actAs(state.user);
  if (message) document.querySelector<HTMLElement>(`article[data-ts="${message}"]`)?.focus();
}

followTheme();
listenToComposers();
listenToModal();
document.addEventListener('click', click);
document.addEventListener('change', pressChange);
document.addEventListener('keydown', key);
window.addEventListener('popstate', () => void stepBack());
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-permalink]');
  if (!link) return;
  event.preventDefault();
  void openPermalink(link.href);
});

/** A link to a message of ours opens here, not in a new page. */
async function openPermalink(href: string): Promise<void> {
  const { pathname, searchParams } = new URL(href);
  const [, , channel = '', link = ''] = pathname.split('/');
  const message = link.replace(/^p(\d+)(\d{6})$/, '$1.$2');
  const thread = searchParams.get('thread_ts') ?? message;
  history.replaceState(null, '', `#${new URLSearchParams({ as: state.user, channel, thread, message })}`);
  await followLink();
}

void followLink();
