// Microsoft SNDS: what Outlook.com saw of our addresses, as two tables. "IP data": a row per address and day with mail enough, its
// colour for the share of spam. "IP status": ranges that are blocked now. The classic tables have no header; the columns of the new
// portal were announced to change, so a header is read by its names. A table of neither kind is an error: a wrong colour is worse than
// none. Sources: the SNDS pages of March to June 2026; the order of the classic columns from a client in use.
import { parseIp } from '../../mail/ip.js';
import { parseCsv } from '../formats/csv.js';

/** green: under 10 % spam, yellow: up to 90 %, red: more. */
type SndsColour = 'GREEN' | 'YELLOW' | 'RED';

/** One address over one period, mostly a day; times are UTC in ms. Texts are as Microsoft gives them. */
export interface SndsData {
  ip: string;
  activityStart: number;
  activityEnd: number;
  rcptCommands: number;
  dataCommands: number;
  recipients: number;
  colour: SndsColour;
  /** `< 0.1%`, `0.3%`; '' for none. */
  complaintRate: string;
  trapHits: number;
  sampleHelo: string;
  sampleMailFrom: string;
  comments: string;
}

/** A range and what is said of it. */
export interface SndsStatus {
  firstIp: string;
  lastIp: string;
  isBlocked: boolean;
  details: string;
}

/** The rows, or why they could not be read. */
type SndsTable<Row> = { kind: 'rows'; rows: Row[] } | { kind: 'unknown-layout'; text: string };

/** Names of the columns, letters and digits alone, that a header may use; the order is that of the classic table. */
const DATA_COLUMNS = {
  ip: ['ipaddress', 'ip'],
  activityStart: ['activitystart', 'activityperiodstart', 'activitystartutc', 'activitystarttime', 'startdate'],
  activityEnd: ['activityend', 'activityperiodend', 'activityendutc', 'activityendtime', 'enddate'],
  rcptCommands: ['rcptcommands', 'rcptcommandcount', 'rcptcount'],
  dataCommands: ['datacommands', 'datacommandcount', 'datacount'],
  recipients: ['messagerecipients', 'messagerecipientcount', 'recipients'],
  colour: ['filterresult', 'filterresults', 'color', 'colour'],
  complaintRate: ['complaintrate', 'complaints'],
  trapStart: ['trapmessageperiodstart', 'trapperiodstart', 'trapstart'],
  trapEnd: ['trapmessageperiodend', 'trapperiodend', 'trapend'],
  trapHits: ['traphits', 'traphitcount', 'trapmessages', 'trapcount'],
  sampleHelo: ['samplehelo', 'samplehelos', 'helo'],
  sampleMailFrom: ['samplemailfrom', 'mailfrom', 'samplemailfroms'],
  comments: ['comments', 'comment'],
} as const;

const STATUS_COLUMNS = {
  firstIp: ['firstip', 'ipstart', 'startip', 'firstipaddress', 'ipaddress', 'ip'],
  lastIp: ['lastip', 'ipend', 'endip', 'lastipaddress'],
  blocked: ['blocked', 'isblocked', 'blockstatus'],
  details: ['details', 'detail', 'reason', 'comments'],
} as const;

/** Reads an "IP data" table. Never throws. */
export function readSndsData(text: string): SndsTable<SndsData> {
  return readTable(text, DATA_COLUMNS, ['ip', 'activityStart', 'activityEnd', 'colour'], dataRow);
}

/** Reads an "IP status" table. Never throws. */
export function readSndsStatus(text: string): SndsTable<SndsStatus> {
  return readTable(text, STATUS_COLUMNS, ['firstIp', 'blocked'], statusRow);
}

type Columns = Readonly<Record<string, readonly string[]>>;
type Field<C> = (name: keyof C) => string;

function readTable<C extends Columns, Row>(
  text: string,
  columns: C,
  needed: readonly (keyof C)[],
  read: (field: Field<C>) => Row | undefined,
): SndsTable<Row> {
  if (/^\s*</.test(text)) return unknown('a web page came instead of a table');
  const rows = parseCsv(text);
  const first = rows[0];
  if (!first) return { kind: 'rows', rows: [] };
  const hasHeader = parseIp(first[0] ?? '') === undefined;
  const places = hasHeader ? placesByName(first, columns) : placesByOrder(columns);
  const missing = needed.filter((name) => places.get(name) === undefined);
  if (missing.length > 0) return unknown(`no column for ${missing.map(String).join(', ')}`);
  const result: Row[] = [];
  for (const [i, row] of rows.slice(hasHeader ? 1 : 0).entries()) {
    const value = read((name) => row[places.get(name) ?? -1] ?? '');
    if (value === undefined) return unknown(`row ${i + 1} does not read as the columns say`);
    result.push(value);
  }
  return { kind: 'rows', rows: result };
}

function unknown(why: string): { kind: 'unknown-layout'; text: string } {
  return { kind: 'unknown-layout', text: why };
}

function placesByOrder<C extends Columns>(columns: C): Map<keyof C, number> {
  return new Map(Object.keys(columns).map((name, place) => [name, place]));
}

function placesByName<C extends Columns>(header: readonly string[], columns: C): Map<keyof C, number> {
  const names = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const places = new Map<keyof C, number>();
  for (const [field, spellings] of Object.entries(columns)) {
    const place = names.findIndex((name) => spellings.includes(name));
    if (place >= 0) places.set(field, place);
  }
  return places;
}

function dataRow(field: Field<typeof DATA_COLUMNS>): SndsData | undefined {
  const ip = parseIp(field('ip'))?.toString();
  const activityStart = timeOf(field('activityStart'));
  const activityEnd = timeOf(field('activityEnd'));
  const colour = field('colour').toUpperCase();
  if (ip === undefined || activityStart === undefined || activityEnd === undefined || !isColour(colour))
    return undefined;
  return {
    ip,
    activityStart,
    activityEnd,
    rcptCommands: countOf(field('rcptCommands')),
    dataCommands: countOf(field('dataCommands')),
    recipients: countOf(field('recipients')),
    colour,
    complaintRate: field('complaintRate').slice(0, 20),
    trapHits: countOf(field('trapHits')),
    sampleHelo: field('sampleHelo').slice(0, MAX_TEXT),
    sampleMailFrom: field('sampleMailFrom').slice(0, MAX_TEXT),
    comments: field('comments').slice(0, MAX_TEXT),
  };
}

const MAX_TEXT = 500;

/** A single address stands for the range of itself. */
function statusRow(field: Field<typeof STATUS_COLUMNS>): SndsStatus | undefined {
  const firstIp = parseIp(field('firstIp'))?.toString();
  const lastIp = field('lastIp') === '' ? firstIp : parseIp(field('lastIp'))?.toString();
  const blocked = /^(yes|true|1|blocked|no|false|0|)$/i.exec(field('blocked'))?.[1];
  if (firstIp === undefined || lastIp === undefined || blocked === undefined) return undefined;
  return {
    firstIp,
    lastIp,
    isBlocked: /^(yes|true|1|blocked)$/i.test(blocked),
    details: field('details').slice(0, MAX_TEXT),
  };
}

function isColour(text: string): text is SndsColour {
  return text === 'GREEN' || text === 'YELLOW' || text === 'RED';
}

/** Whole numbers, `1,894` too; what is none counts as 0, since the column may be empty. */
function countOf(text: string): number {
  const digits = text.replaceAll(',', '');
  return /^\d{1,12}$/.test(digits) ? Number(digits) : 0;
}

/** `12/31/2025 10:00 AM`, with or without seconds, or ISO; UTC either way. */
function timeOf(text: string): number | undefined {
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AP])M)?)?$/i.exec(text);
  if (us) {
    const [month, day, year, hour = 0, minute = 0, second = 0] = us.slice(1, 7).map((part) => Number(part ?? 0));
    if (month === undefined || month < 1 || month > 12 || day === undefined || day < 1 || day > 31) return undefined;
    const half = us[7]?.toUpperCase();
    const hours = half === undefined ? hour : (hour % 12) + (half === 'P' ? 12 : 0);
    return Date.UTC(year ?? 0, month - 1, day, hours, minute, second);
  }
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text))
    return undefined;
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const at = Date.parse(isZoned ? text.replace(' ', 'T') : `${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`);
  return Number.isNaN(at) ? undefined : at;
}
