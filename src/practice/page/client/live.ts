// The stream of changes: new and changed messages, modals, Home, counters, the clock.
import { noticeHeld } from './coach.js';
import { dateWords } from './dates.js';
import { showModal } from './forms.js';
import { announce, html, toast } from './net.js';
import { fragment, loadChannel, loadThread, place, remove } from './panes.js';
import { boot, byId, shownChannel, state } from './state.js';

interface MessageChange {
  channel: string;
  ts: string;
  threadTs?: string;
  /** A reply that stands in the channel, too. */
  isBroadcast?: boolean;
  html: string;
}

let source: EventSource | undefined;

/** Messages that the reader has seen or that are counted as unread already; later changes of them are no news. */
const counted = new Set<string>();

/** Opens the stream for the person; after a break everything is read anew. */
export function connect(): void {
  source?.close();
  const stream = new EventSource(`/live?as=${encodeURIComponent(state.user)}`);
  source = stream;
  let isFirst = true;
  on(stream, 'hello', () => {
    showOffline(false);
    if (!isFirst) void refresh();
    isFirst = false;
  });
  stream.addEventListener('error', () => showOffline(true));
  on<MessageChange>(stream, 'message', take);
  on<{ channel: string; ts: string }>(stream, 'deleted', ({ ts }) => {
    remove(byId('messages'), ts);
    remove(byId('thread'), ts);
  });
  on<{ html: string }>(stream, 'modal', (data) => showModal(data.html));
  on<{ html: string }>(stream, 'home', (data) => {
    if (state.place === 'app' && state.tab === 'home') byId('messages').replaceChildren(fragment(data.html));
  });
  on<{ text: string }>(stream, 'notice', ({ text }) => toast(text));
  on<{ html: string }>(stream, 'counters', (data) => showCounters(data.html));
  on<{ text: string; now: number }>(stream, 'clock', ({ text, now }) => {
    byId('clock').textContent = text;
    tellTimes(now);
  });
  on<{ now: number }>(stream, 'tick', ({ now }) => tellTimes(now));
}

/** "4 min ago" is five a minute later, and "today" ends at midnight: `now` is practice time, ms. */
function tellTimes(now: number): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-form]')) {
    const words = dateWords(Date.parse(time.dateTime), time.dataset.form ?? '', now, boot.timeZone);
    if (time.textContent !== words) time.textContent = words;
  }
}

function on<T>(stream: EventSource, name: string, listener: (data: T) => void): void {
  stream.addEventListener(name, (event) => listener(JSON.parse((event as MessageEvent<string>).data) as T));
}

/** The clock stands still then, so the words take its place. */
function showOffline(isOffline: boolean): void {
  document.body.classList.toggle('is-offline', isOffline);
  byId('clock').hidden = isOffline;
  byId('offline').textContent = isOffline ? 'connection lost' : '';
}

async function refresh(): Promise<void> {
  await Promise.all([loadChannel(), loadThread()]);
  showModal(await html('/view/modal', state.user));
}

function take({ channel, ts, threadTs, isBroadcast, html: markup }: MessageChange): void {
  const { thread } = state;
  const inThread = thread?.channel === channel && (threadTs ?? ts) === thread.ts;
  const answers = isAnswer(markup);
  const isNewReply = inThread ? place(byId('thread'), markup, answers) : false;
  if (threadTs !== undefined && isNewReply) tell('thread');
  if (threadTs !== undefined && !isBroadcast) return;
  if (channel === shownChannel()) {
    counted.add(`${channel}/${ts}`);
    if (place(byId('messages'), markup, answers)) tell('messages');
  } else countUnread(channel, ts);
}

/** The app answers within seconds, or not at all. */
const ANSWER_MS = 15_000;

function isAnswer(markup: string): boolean {
  return Date.now() - state.actedAt < ANSWER_MS && fragment(markup).querySelector('article[data-ephemeral]') !== null;
}

function tell(pane: string): void {
  const newest = [...byId(pane).querySelectorAll<HTMLElement>('article.new')].at(-1);
  announce(newest?.dataset.spoken ?? '');
}

function countUnread(channel: string, ts: string): void {
  if (counted.has(`${channel}/${ts}`)) return;
  counted.add(`${channel}/${ts}`);
  const known = boot.channels.some(({ id }) => id === channel);
  if (!known && channel !== state.appChannel) return;
  const badge = badgeOf(known ? channel : 'app');
  if (!badge) return;
  badge.textContent = String(Number(badge.textContent || '0') + 1);
  badge.hidden = false;
  drawDot();
}

export function clearUnread(place: string): void {
  const badge = badgeOf(place);
  if (badge) Object.assign(badge, { textContent: '', hidden: true });
  drawDot();
}

/** A message that was there before counts as read. */
export function markRead(pane: HTMLElement): void {
  for (const article of pane.querySelectorAll<HTMLElement>('article'))
    counted.add(`${article.dataset.channel}/${article.dataset.ts}`);
}

function drawDot(): void {
  const dot = document.querySelector<HTMLElement>('.rw-drawer-dot');
  if (dot) dot.hidden = document.querySelector('.rw-unread:not([hidden])') === null;
}

function badgeOf(place: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.rw-sidebar [data-channel="${place}"] .rw-unread`);
}

/** Only figures that changed are touched, so that a change can be seen. */
function showCounters(markup: string): void {
  const list = byId('counters');
  const next = fragment(markup);
  for (const item of next.querySelectorAll<HTMLElement>('li')) {
    const before = list.querySelector<HTMLElement>(`li[data-customer="${CSS.escape(item.dataset.customer ?? '')}"]`);
    if (!before) continue;
    for (const figure of item.querySelectorAll<HTMLElement>('[data-count="refused"]')) {
      const old = before.querySelector(`[data-count="${figure.dataset.count}"]`)?.textContent;
      if (old !== figure.textContent) figure.classList.add('ticked');
    }
  }
  list.replaceChildren(next);
  noticeHeld();
}
