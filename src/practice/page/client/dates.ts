// Slack's date tokens in words. The server writes them when it draws a text, the page again as time goes on; so nothing here needs either.

/** `01:30` */
export const timeForm: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
/** `Monday 2 March` */
export const longDay: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };

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

/** The moment (ms) in the words of `format`, for example "yesterday 22:13, 14 h ago", for who reads it at `now` (ms) in `timeZone` (IANA). */
export function dateWords(at: number, format: string, now: number, timeZone: string): string {
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'ago') return distance(now - at);
    const form = forms[name];
    if (!form) return whole;
    return (name.endsWith('_pretty') ? nearDay(at, now, timeZone) : undefined) ?? inForm(at, form, timeZone);
  });
}

const dayMs = 24 * 60 * 60_000;

/** Slack's pretty forms say which day it is when it is near. */
function nearDay(at: number, now: number, timeZone: string): string | undefined {
  if (Math.abs(at - now) >= 2 * dayMs) return undefined;
  const day = inForm(at, longDay, timeZone);
  const names: [string, number][] = [
    ['today', now],
    ['yesterday', now - dayMs],
    ['tomorrow', now + dayMs],
  ];
  return names.find(([, time]) => inForm(time, longDay, timeZone) === day)?.[0];
}

function distance(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return 'now';
  const hours = Math.round(minutes / 60);
  const words = minutes < 60 ? `${minutes} min` : hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
  return ms < 0 ? `in ${words}` : `${words} ago`;
}

/** Making a formatter costs more than all it writes in a second: each is kept. */
const formatters = new Map<string, Intl.DateTimeFormat>();

export function inForm(at: number, form: Intl.DateTimeFormatOptions, timeZone: string): string {
  const key = `${timeZone} ${JSON.stringify(form)}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...form, timeZone });
  formatters.set(key, formatter);
  return formatter.format(at);
}
