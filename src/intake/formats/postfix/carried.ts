// Lines of Postfix in the dress of what carried them: a container's runtime or its tools put their own time or the container's name before
// a line, a small syslog writes the priority in words, others write the time in a way of their own. Read as the line it would have been;
// slowly, for whole lines are taken apart and put together again, and only when nothing else knows them.
//
//   2026-01-14T10:05:03.123456789Z stdout F Jan 14 10:05:03 relay1 postfix/smtp[812]: …   Kubernetes (CRI), and `docker logs -t`
//   {"log":"Jan 14 10:05:03 relay1 postfix/smtp[812]: …\n","stream":"stdout","time":"2026-01-14T10:05:03.1Z"}   Docker's json-file
//   mail-1  | Jan 14 10:05:03 relay1 postfix/smtp[812]: …                                 `docker compose logs`
//   Jan 14 10:05:03 relay1 mail.info postfix/smtp[812]: …                                 BusyBox
//   Jan 14 10:05:03 <mail.info> relay1 postfix/smtp[812]: …                               FreeBSD's syslogd -v
//   2026-01-14 10:05:03.123 relay1 postfix/smtp[812]: …                                   templates of rsyslog and syslog-ng
import { type LogTimeOptions, type MomentOf, momentReader } from '../log-time.js';
import { Page, word } from '../page.js';

const LONGEST_LINE = 64 * 1024;
const JSON_LINE = word('{"log":"');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as LogClock reads it, and what stands behind it. */
interface Timed {
  time: string;
  rest: string;
}

/** Takes the lines of one log out of what carried them. */
export class CarriedLines {
  private readonly within = new Page();
  private momentOf: MomentOf | undefined;

  constructor(private readonly options: LogTimeOptions) {}

  /** The line within bytes[start, end), which ends with an LF, as a page that is used again for the next; undefined when there is none. */
  lineIn(page: Page, start: number, end: number): Page | undefined {
    const text = page.text(start, Math.min(end, start + LONGEST_LINE)).trimEnd();
    const line = page.has(JSON_LINE, start) ? this.inJson(text) : this.inText(text);
    if (line === undefined || line === text) return undefined;
    const bytes = Buffer.from(`${line}\n`);
    this.within.open(bytes, bytes.length);
    return this.within;
  }

  private inJson(text: string): string | undefined {
    let fields: { log?: unknown; time?: unknown };
    try {
      fields = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { log, time } = fields;
    return typeof log === 'string' && typeof time === 'string' ? this.inText(`${time} ${log.trimEnd()}`) : undefined;
  }

  private inText(text: string): string | undefined {
    const line = text.replace(LABEL, '');
    const carried = CARRIED.exec(line);
    if (!carried) return plain(this.timeOf(line));
    // The runtime's time has a year and a zone. What Postfix wrote before its daemons ran has neither time nor host.
    const time = carried[1] as string;
    const own = line.slice(carried[0].length);
    if (TAG.test(own)) return `${time} localhost ${own}`;
    return plain({ time, rest: this.timeOf(own)?.rest ?? '' });
  }

  private timeOf(line: string): Timed | undefined {
    const dated = DATED.exec(line)?.groups;
    if (dated) return { time: this.datedTime(dated), rest: dated.rest as string };
    const named = NAMED.exec(line)?.groups;
    if (named) return this.namedTime(named);
    const seconds = UNIX.exec(line)?.groups;
    if (!seconds) return undefined;
    return { time: isoOf(Number(seconds.seconds) * 1000 + Number(seconds.ms)), rest: seconds.rest as string };
  }

  private datedTime({ date, time, fraction = '0', zone }: Groups): string {
    return zone === undefined ? this.local(`${date}T${time}`, fraction) : `${date}T${time}.${fraction}${zone}`;
  }

  /** With a year it is a moment of this log's zone; without one it is the traditional time, whose year the clock finds. */
  private namedTime({ before, month = '', day = '', between, time, fraction, after, rest = '' }: Groups): Timed {
    const year = before ?? between ?? after;
    const part = fraction === undefined ? '' : `.${fraction}`;
    if (year === undefined) return { time: `${month} ${day.padStart(2)} ${time}${part}`, rest };
    const number = `${MONTHS.indexOf(month) + 1}`.padStart(2, '0');
    return { time: this.local(`${year}-${number}-${day.padStart(2, '0')}T${time}`, fraction ?? '0'), rest };
  }

  private local(text: string, fraction: string): string {
    this.momentOf ??= momentReader(this.options.timeZone, this.options.now);
    const ms = Date.parse(`${text}.${fraction.slice(0, 3)}Z`);
    return Number.isNaN(ms) ? '' : isoOf(this.momentOf(ms));
  }
}

type Groups = Partial<Record<string, string>>;

/** Reports whether a line of Docker's json-file begins at `from`: an object like any of a journal's, but for its first field. */
export function beginsCarriedJson(page: Page, from: number): boolean {
  return page.has(JSON_LINE, from);
}

/** `relay1 postfix/smtp[812]: …` of what a container wrote, whose time is told elsewhere; undefined when it is no line of Postfix. */
export function behindTime(text: string): string | undefined {
  if (TAG.test(text)) return `localhost ${text}`;
  const timed = DATED.exec(text) ?? NAMED.exec(text);
  const origin = timed ? originOf(timed.groups?.rest ?? '') : undefined;
  return origin !== undefined && TAG.test(origin.slice(origin.indexOf(' ') + 1)) ? origin : undefined;
}

function plain(timed: Timed | undefined): string | undefined {
  const origin = timed && originOf(timed.rest);
  return origin !== undefined && timed?.time ? `${timed.time} ${origin}` : undefined;
}

/** What stands behind a time, without a priority in words before the host or behind it. */
function originOf(rest: string): string | undefined {
  const behind = BEHIND_TIME.exec(rest)?.groups;
  return behind && `${behind.host} ${behind.rest}`;
}

function isoOf(ms: number): string {
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : '';
}

/** Colours of a terminal. */
const COLOUR = String.raw`(?:\u001b\[[\d;]{0,20}m)*`;
const CLOCK = String.raw`\d\d:\d\d:\d\d`;
/** `mail-1  | `, `[pod/mail-0/postfix] ` of `kubectl logs --prefix`, and `mail-0 postfix ` of stern, which only a time tells from a text. */
const NAME = String.raw`[\w.-]{1,253}`;
const LABEL = new RegExp(
  String.raw`^${COLOUR}(?:${NAME} +\| ?|\[pod/[^\]\s]{1,500}\] |${NAME} ${NAME} (?=\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d ${CLOCK}))?${COLOUR}`,
);
/** What is behind it must be a whole line again, with its own time, or one that a runtime has marked as a container's. */
const CARRIED = new RegExp(
  String.raw`^(\d{4}-\d\d-\d\dT${CLOCK}(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?:std(?:out|err) [FP] |(?=(?:[A-Z][a-z]{2} [ \d]\d ${CLOCK}|\d{4}-\d\d-\d\d[T ]${CLOCK})|postfix[\w-]*/))`,
);
const TAG = /^postfix[\w-]{0,50}(?:\/[\w-]{1,50}){1,3}(?:\[\d{1,10}\])?: /;
const DATED = new RegExp(
  String.raw`^(?<date>\d{4}-\d\d-\d\d)[T ](?<time>${CLOCK})(?:[.,](?<fraction>\d{1,9}))?(?: ?(?<zone>Z|[+-]\d\d:?\d\d))? (?<rest>.*)$`,
  's',
);
const NAMED = new RegExp(
  String.raw`^(?:(?<before>\d{4}) )?(?<month>${MONTHS.join('|')}) {1,2}(?<day>\d{1,2}) (?:(?<between>\d{4}) )?(?<time>${CLOCK})(?:\.(?<fraction>\d{1,9}))?(?: (?<after>20\d\d))? (?<rest>.*)$`,
  's',
);
const UNIX = /^(?<seconds>\d{9,10})\.(?<ms>\d{3})\d{0,6} (?<rest>.*)$/s;
const BEHIND_TIME =
  /^(?:<[a-z\d]{1,10}\.[a-z\d]{1,10}> )?(?<host>[^\s<]\S*) (?:(?:kern|user|mail|daemon|auth(?:priv)?|syslog|lpr|news|uucp|cron|ftp|local[0-7])\.[a-z]{3,7} )?(?<rest>\S.*)$/s;
