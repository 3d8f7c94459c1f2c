// Times and spans in Slack text: each reader sees their own zone, and UTC where Slack does not translate.
import { utc } from '../../../words.js';

/** Time of day in the reader's zone, with the day when it was not today. */
export function when(atMs: number): string {
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}|${utc(atMs)}>`;
}

/** With how long ago that is, which Slack keeps true by itself: `today 02:14, 3 hours ago`. */
export function whenAgo(atMs: number): string {
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}, {ago}|${utc(atMs)}>`;
}

/** Time of day alone, for what happened just now. */
export function clock(atMs: number): string {
  return `<!date^${Math.floor(atMs / 1000)}^{time}|${utc(atMs)}>`;
}

/** `today 09:35–09:41`, with the day of its end where that is another. */
export function stretch(fromMs: number, toMs: number): string {
  const [from = '', to = ''] = [fromMs, toMs].map(utc);
  return from === to ? when(fromMs) : `${when(fromMs)}–${later(fromMs, toMs)}`;
}

/** A time after another one that was told: `09:41`, with the day where that is another. */
export function later(fromMs: number, toMs: number): string {
  return utc(fromMs).slice(0, 10) === utc(toMs).slice(0, 10) ? clock(toMs) : when(toMs);
}

/** The day alone, for what is weeks away. */
export function day(atMs: number): string {
  return `<!date^${Math.floor(atMs / 1000)}^{date_short}|${utc(atMs).slice(0, 10)}>`;
}

/** Text for the record, with its times of `utc` in the reader's zone: `asked at 2026-01-02 03:04 UTC` is `asked today 04:04`. */
export function inReadersZone(text: string): string {
  return text.replace(UTC_TIME, (given, day: string, time: string) => {
    const atMs = Date.parse(`${day}T${time}Z`);
    return Number.isNaN(atMs) ? given : when(atMs);
  });
}

const UTC_TIME = /(?:\bat )?\b(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)) ((?:[01]\d|2[0-3]):[0-5]\d) UTC\b/g;

/** `2026-01-02 03:04 to 03:09 UTC`, with the day of its end where that is another. Between colons a dash could be read as an emoji's name. */
export function utcStretch(fromMs: number, toMs: number): string {
  const [from, to] = [utc(fromMs), utc(toMs)];
  if (from === to) return to;
  return `${from.replace(' UTC', '')} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

/** A span as people say it: `40 s`, `12 min`, `5 h`, `3 days`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
