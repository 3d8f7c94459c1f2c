// Times as the page writes them, in the zone of the logs.

export interface PageClock {
  /** Name of the zone, for people. */
  zone: string;
  /** `14 Jan` */
  day: (at: number) => string;
  /** `14 Jan 2026` */
  date: (at: number) => string;
  /** `10:18` */
  time: (at: number) => string;
  /** `14 Jan 10:18` */
  both: (at: number) => string;
  /** Hour of the day, 0..23, and day of the week, 1 for Monday. */
  hour: (at: number) => number;
  weekday: (at: number) => number;
}

/** `timeZone` is an IANA name, `Z` or an offset as `+01:00`; this machine's zone where there is none. */
export function pageClock(timeZone: string | undefined): PageClock {
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(timeZone ?? '');
  const shiftMs = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 : 0;
  const zone = offset || timeZone === 'Z' ? 'UTC' : timeZone;
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone ? { timeZone: zone } : {}) });
    return (at: number) => formatter.format(at + shiftMs);
  };
  const day = format({ day: 'numeric', month: 'short' });
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const weekday = format({ weekday: 'short' });
  return {
    zone: offset ? `UTC${timeZone}` : (zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    day,
    date: format({ day: 'numeric', month: 'short', year: 'numeric' }),
    time,
    both: (at) => `${day(at)} ${time(at)}`,
    hour: (at) => Number(time(at).slice(0, 2)),
    weekday: (at) => ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday(at)) + 1,
  };
}
