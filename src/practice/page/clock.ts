// Times on the page: message stamps in practice time, and Slack's date tokens.

export interface PageClock {
  /** Maps a message's real time (ms) to the practice clock. */
  toPracticeTime(ms: number): number;
  /** IANA zone in which times are shown. */
  timeZone: string;
}

export interface Stamp {
  /** "10:42" */
  time: string;
  /** "Monday, 3 March" */
  day: string;
  iso: string;
}

/** When a message was posted, by the practice clock. `ts` is Slack's ("1700000000.000123"). */
export function stampOf(ts: string, clock: PageClock): Stamp {
  const at = new Date(clock.toPracticeTime(Number(ts) * 1000));
  return { time: part(at, clock, timeForm), day: part(at, clock, longDay), iso: at.toISOString() };
}

const timeForm: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
const longDay: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };

/** Slack's `<!date^…^{form}|…>` forms. The bot's own times are practice times already. */
const forms: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short_pretty: { month: 'short', day: 'numeric' },
  date_long_pretty: { weekday: 'long', month: 'long', day: 'numeric' },
  time: timeForm,
  time_secs: { ...timeForm, second: '2-digit' },
};

/** The text of a date token, for example "Nov 14 22:13". `now` decides what is "today". */
export function dateToken(unixSeconds: number, format: string, clock: PageClock, now: number = Date.now()): string {
  const at = new Date(unixSeconds * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'ago') return ago(clock.toPracticeTime(now) - at.getTime());
    const form = forms[name];
    if (!form) return whole;
    const near = name.endsWith('_pretty') ? nearDay(at, clock, clock.toPracticeTime(now)) : undefined;
    return near ?? part(at, clock, form);
  });
}

const dayMs = 24 * 60 * 60_000;

/** Slack's pretty forms say which day it is when it is near. */
function nearDay(at: Date, clock: PageClock, now: number): string | undefined {
  const day = (time: number) => part(new Date(time), clock, longDay);
  const names: [string, number][] = [
    ['today', now],
    ['yesterday', now - dayMs],
    ['tomorrow', now + dayMs],
  ];
  const isNear = Math.abs(at.getTime() - now) < 2 * dayMs;
  return isNear ? names.find(([, time]) => day(time) === day(at.getTime()))?.[0] : undefined;
}

function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

function part(at: Date, clock: PageClock, form: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...form, timeZone: clock.timeZone }).format(at);
}
