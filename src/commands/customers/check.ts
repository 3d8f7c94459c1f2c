// `relaywarden customers check`: overlaps and gaps in the customer file, and mail that belongs to nobody.
import { existsSync } from 'node:fs';
import { isOnlyRefused } from '../../detection/traffic/unowned.js';
import { UserError } from '../../errors.js';
import { type Fault, faultsOf } from '../../partners/customer-faults.js';
import { type CustomerFile, customerFileError } from '../../partners/customer-file.js';
import type { Customer, Directory } from '../../partners/directory.js';
import { lostPartners, placesIn } from '../../partners/load.js';
import { count } from '../../words.js';
import { endQuietlyOnClosedPipe, printLine } from '../terminal/options.js';
import { tableLines } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';
import { type CustomersOptions, whoIsWho } from './file.js';
import { type Stray, straysInDb, straysInLogs, type Way } from './strays.js';

const DAY_MS = 86_400_000;
const EXIT_FOUND = 1;
/** Lines of a table for people; --json prints all. */
const MOST_SHOWN = 50;

interface Options extends CustomersOptions {
  log?: string[];
  days: string;
  refused?: boolean;
  json?: boolean;
}

/** Prints what is found; answers the exit code. */
export async function checkCustomers(options: Options): Promise<number> {
  endQuietlyOnClosedPipe();
  const since = Date.now() - daysOf(options.days) * DAY_MS;
  const who = whoIsWho(options);
  await refuseMistakes(who, options);
  const { directory, localDomains, traffic } = who;
  const faults = faultsOf(directory);
  const all = options.log
    ? await straysInLogs(options.log, directory, localDomains)
    : straysInDb(traffic, directory, localDomains, since);
  const found = sorted(all, directory, options);
  await printFaults(faults, options);
  const isCounted = options.log !== undefined || (traffic !== undefined && existsSync(traffic));
  const lines = options.json
    ? [...found.strays, ...found.ours].map((stray) => JSON.stringify(asJson(stray)))
    : [...foundLines(found, directory), closingLine(faults.length, found, directory, isCounted)];
  for (const line of lines) await printLine(line);
  return faults.length + found.strays.length > 0 ? EXIT_FOUND : 0;
}

/** Of a file with mistakes tells these alone, and what is wrong with the entries that can be used. */
async function refuseMistakes({ directory, file }: ReturnType<typeof whoIsWho>, options: Options): Promise<void> {
  if (!file || file.mistakes.length === 0) return;
  await printFaults(faultsBesides(directory, file), options);
  throw new UserError(
    `${customerFileError(file).message}\nMail that belongs to nobody is looked for once these are mended.`,
  );
}

interface Sorted {
  /** What is to find an owner for. */
  strays: Stray[];
  /** Our own addresses. */
  ours: Stray[];
  /** How many were left out because all of their mail was refused. */
  onlyRefused: number;
  /** Logins of nobody that are left out because no customer declares any; else none. */
  undeclared: Stray[];
}

function sorted(all: readonly Stray[], { customers }: Directory, { refused }: Options): Sorted {
  const taken = all.filter((stray) => refused || !isOnlyRefused(stray) || stray.relay !== undefined);
  const isDeclared = customers.some(declaresLogins);
  return {
    strays: taken.filter(({ countsFor, relay }) => relay === undefined && (isDeclared || countsFor === undefined)),
    ours: all.filter(({ relay }) => relay !== undefined),
    onlyRefused: all.length - taken.length,
    undeclared: isDeclared ? [] : taken.filter(({ countsFor }) => countsFor !== undefined),
  };
}

function foundLines({ strays, ours, onlyRefused, undeclared }: Sorted, directory: Directory): string[] {
  const logins = strays.filter(({ countsFor }) => countsFor !== undefined);
  const named = strays.filter(({ what }) => what === 'customer');
  return [
    ...strayLines(strays.filter(isMailOfNobody)),
    ...loginLines(logins, directory),
    ...namedLines(named),
    ...ourLines(ours),
    ...refusedLines(onlyRefused),
    ...undeclaredLines(undeclared),
  ];
}

function closingLine(faults: number, { strays }: Sorted, { customers }: Directory, isCounted: boolean): string {
  const none = 'no mail was counted yet, --log FILE looks for what is nobody’s in a log';
  const toMend = faults > 0 ? count(faults, 'fault') : 'nothing';
  return `${count(customers.length, 'customer')}: ${toMend} to mend; ${isCounted ? strayCounts(strays) : none}.`;
}

/** What is counted by the hour is not said to have been seen later than now. */
function asJson({ firstSeenAt, lastSeenAt, isByHour, ...stray }: Stray) {
  const iso = (at: number) => new Date(at).toISOString();
  const last = isByHour ? Math.min(lastSeenAt, Date.now()) : lastSeenAt;
  return {
    kind: stray.relay === undefined ? 'unowned' : 'own-address',
    ...stray,
    firstSeen: iso(firstSeenAt),
    lastSeen: iso(last),
  };
}

const isMailOfNobody = ({ what, countsFor }: Stray) => what !== 'customer' && countsFor === undefined;
const declaresLogins = ({ sasl_users, sasl_domains }: Customer) => sasl_users.length + sasl_domains.length > 0;

/** A customer file without logins leaves them to address and domain on purpose: not one of them is news. */
function undeclaredLines(strays: readonly Stray[]): string[] {
  const count = new Set(strays.map(({ name }) => name)).size;
  if (count === 0) return [];
  const what = count === 1 ? '1 login was' : `${count} logins were`;
  return [`${what} seen in mail of customers, and no customer has sasl_users or sasl_domains that could tell whose.`];
}

/** Most of those are nobody's business: machines that knock at every mail server. */
function refusedLines(count: number): string[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 more address or sender domain was' : `${count} more addresses and sender domains were`;
  return [`${what} refused every time: strangers, mostly. --refused lists them.`];
}

async function printFaults(faults: readonly Fault[], { json }: Options): Promise<void> {
  for (const fault of faults) {
    const { text, advice } = fault;
    for (const line of json ? [JSON.stringify(fault)] : [visible(text), `  → ${visible(advice)}`])
      await printLine(line);
  }
}

/** What is wrong with the entries that can be used, without what only follows from the mistakes in others. */
function faultsBesides(directory: Directory, { mistakes, value, parts }: CustomerFile): Fault[] {
  const isLost = lostPartners(value, parts.partners);
  const placeOf = placesIn(value);
  const isBroken = (id: string) => {
    const place = placeOf({ list: 'customers', id });
    return mistakes.some(({ path }) => place !== undefined && path[0] === place[0] && path[1] === place[1]);
  };
  return faultsOf(directory).filter(
    ({ kind, about, name }) => !(kind === 'unknown-partner' ? isLost(name) : about.every(isBroken)),
  );
}

/** Mail of nobody. */
function strayLines(strays: readonly Stray[]): string[] {
  const rows = strays.slice(0, MOST_SHOWN).map((stray) => [stray.what, ...cellsOf(stray)]);
  return listLines('Mail that belongs to nobody:', ['what', 'name', ...CELLS], rows, strays.length);
}

/** Nobody is to look for whose they are. */
function ourLines(strays: readonly Stray[]): string[] {
  return strays.map(({ name, relay, messages, refused }) => {
    const mail = messages > 0 ? count(messages, 'message') : `${count(refused, 'recipient')} refused`;
    return `${name} is our own: mail of the relay ${visible(relay ?? '')} leaves from it. What came from there, as from one relay of ours to another, counted for nobody: ${mail}.`;
  });
}

const WAYS: Record<Way, string> = {
  address: 'client address',
  sender: 'sender’s domain',
  relay: 'what the relay says',
};

/** Logins of nobody in mail of customers; first those among logins that are declared, where one that is not stands out. */
function loginLines(strays: readonly Stray[], { customers }: Directory): string[] {
  const declaring = new Set(customers.filter(declaresLogins).map(({ id }) => id));
  const isOdd = ({ countsFor }: Stray) => Number(declaring.has(countsFor ?? ''));
  const rows = strays
    .toSorted((a, b) => isOdd(b) - isOdd(a))
    .slice(0, MOST_SHOWN)
    .map((stray) => {
      const [name = '', ...cells] = cellsOf(stray);
      return [name, visible(stray.countsFor ?? ''), (stray.by ?? []).map((way) => WAYS[way]).join(' or '), ...cells];
    });
  const title = 'Logins that no customer has, in mail that counts for a customer all the same:';
  return listLines(title, ['login', 'counts for', 'by', ...CELLS], rows, strays.length);
}

/** Customers that nobody is: the relay's word for them helps nobody. */
function namedLines(strays: readonly Stray[]): string[] {
  const rows = strays.slice(0, MOST_SHOWN).map(cellsOf);
  const title =
    'Customers that a relay names and the customer file does not have; whose their mail is goes by the rest:';
  return listLines(title, ['customer', ...CELLS], rows, strays.length);
}

const CELLS = ['messages', 'refused', 'first seen', 'last seen (UTC)', 'perhaps'];

/** The name, and a cell for each of CELLS. */
function cellsOf({ name, messages, refused, firstSeenAt, lastSeenAt, isByHour, why }: Stray): string[] {
  const minute = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  /** Counted by the hour: `2026-01-14 10h` is somewhen in that hour. */
  const time = (at: number, isByHour: boolean) => (isByHour ? `${minute(at).slice(0, 13)}h` : minute(at));
  return [
    ...[visible(name, 80), messages.toLocaleString('en-US'), refused.toLocaleString('en-US')],
    ...[time(firstSeenAt, isByHour), time(isByHour ? lastSeenAt - 1 : lastSeenAt, isByHour), why ?? ''],
  ];
}

function listLines(title: string, head: readonly string[], rows: readonly string[][], count: number): string[] {
  if (count === 0) return [];
  const left = count - rows.length;
  const more = left > 0 ? [`… and ${left} more; --json prints all of them.`] : [];
  return [title, ...tableLines([[...head], ...rows]), ...more];
}

/** Names only what there is: it is what exit code 1 may be about. */
function strayCounts(strays: readonly Stray[]): string {
  if (strays.length === 0) return 'nothing seen is nobody’s';
  const of = (what: Stray['what']) =>
    new Set(strays.filter((stray) => stray.what === what).map(({ name }) => name)).size;
  const some = [
    ...(of('login') > 0 ? [count(of('login'), 'login')] : []),
    ...(of('address') > 0 ? [of('address') === 1 ? '1 address' : `${of('address')} addresses`] : []),
    ...(of('domain') > 0 ? [count(of('domain'), 'sender domain')] : []),
    ...(of('customer') > 0 ? [count(of('customer'), 'customer id')] : []),
  ];
  return `to find an owner for: ${some.join(', ')}`;
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw new UserError(`--days ${text} is no number of days from 1 to 366.`);
  return days;
}
