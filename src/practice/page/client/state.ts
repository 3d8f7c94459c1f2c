// Who looks at what: kept in one place, and in the address bar so that a reload or a link comes back to it.

export interface Boot {
  people: { id: string; realName: string; title: string }[];
  channels: { id: string; name: string; topic?: string; isPrivate?: boolean }[];
  bot: string;
  commands: { command: string; description: string; usage: string }[];
  /** IANA zone of the times shown. */
  timeZone: string;
  /** What stands in a channel before its first message, by its name. */
  whileEmpty: Record<string, string>;
}

export const boot = JSON.parse(document.body.dataset.boot ?? '{}') as Boot;

export const state = {
  user: boot.people[0]?.id ?? '',
  /** A channel id, or `app` for the app's own place. */
  place: boot.channels[0]?.id ?? 'app',
  tab: 'home' as 'home' | 'messages',
  /** The id of the person's direct messages with the app. */
  appChannel: '',
  /** When the person last did what the app answers, ms. */
  actedAt: 0,
  /** Which step of the guide a phone shows, from 0. Behind the last one it shows none. */
  step: 0,
  /** Root of the open thread. */
  thread: undefined as { channel: string; ts: string } | undefined,
};

/** The channel whose messages fill the pane; empty while the Home tab does. */
export function shownChannel(): string {
  if (state.place !== 'app') return state.place;
  return state.tab === 'messages' ? state.appChannel : '';
}

export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Writes what is shown into the address; a step is one that the Back button takes back. */
export function remember(isStep = false): void {
  const { user, place, thread, step } = state;
  const further = { ...(thread ? { thread: thread.ts } : {}), ...(step > 0 ? { step: String(step) } : {}) };
  const params = new URLSearchParams({ as: user, channel: place, ...further });
  const address = `#${params}`;
  if (isStep && address !== location.hash) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** Takes over what the address says; returns the message it points to, if any. */
export function recall(): string | undefined {
  const params = new URLSearchParams(location.hash.slice(1));
  const user = boot.people.find(({ id }) => id === params.get('as'));
  const channel = boot.channels.find(({ id }) => id === params.get('channel'));
  if (user) state.user = user.id;
  if (channel) state.place = channel.id;
  else if (params.get('channel') === 'app') state.place = 'app';
  if (params.has('step')) state.step = Number.parseInt(params.get('step') ?? '', 10) || 0;
  const thread = params.get('thread');
  state.thread = channel && thread ? { channel: channel.id, ts: thread } : undefined;
  return params.get('message') ?? undefined;
}
