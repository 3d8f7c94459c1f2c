// Every mistake in a configuration and in the files it names, at once: what each key may be, and what only shows beside others.
import { existsSync, statSync } from 'node:fs';
import { chooseLists } from '../blocklists/extra.js';
import { blocklists } from '../blocklists/operators/index.js';
import { type Config, configParts, pathFrom, readConfig, readConfigValue, withAccountKeys } from '../config.js';
import { thresholdMistakes } from '../detection/thresholds.js';
import { UserError } from '../errors.js';
import { type Mistake, mistakesError } from '../mistakes.js';
import { loadDirectory } from '../partners/load.js';
import { checkCron } from '../schedule.js';
import { warningsOf } from './config-warnings.js';

export interface ConfigFaults {
  /** Names every mistake; undefined when there is none. */
  error: UserError | undefined;
  /** Of the parts that can be used; sentences. */
  warnings: string[];
}

/** Throws one UserError that names all mistakes, or none. */
export function refuseMistakes(path: string): void {
  const { error } = faultsOfConfig(path);
  if (error) throw error;
}

/** What is wrong with a configuration, and what is odd. Throws UserError when it cannot be read at all. */
export function faultsOfConfig(path: string): ConfigFaults {
  // Says what to do about it, too.
  if (!existsSync(path)) readConfig(path);
  const { value, lineOf } = readConfigValue(path);
  const { mistakes, parts } = configParts(value);
  const told = new Set(mistakes.map((mistake) => mistake.path.join('.')));
  const further = [
    ...[...ofThresholds(value), ...ofTimes(value), ...ofLists(parts, value)],
    ...[...ofDirectory(parts, path, value), ...ofPlaces(parts)],
  ];
  const all = [...mistakes, ...further.filter((mistake) => !told.has(mistake.path.join('.')))];
  const error = all.length > 0 ? mistakesError(path, all, value, lineOf) : undefined;
  return { error, warnings: warningsOf(parts, path, value) };
}

/** What shows only beside another part. */
function ofPlaces({ database, policy, web }: Partial<Config>): Mistake[] {
  const isOneFile = database !== undefined && database.path === database.traffic;
  const isOnePort = policy !== undefined && policy.listen === web?.listen;
  return [
    ...(isOneFile ? [{ path: ['database', 'traffic'], text: 'is the same file as database.path; name another' }] : []),
    ...(isOnePort ? [{ path: ['policy', 'listen'], text: 'is the same as web.listen; name another port' }] : []),
  ];
}

/** As far as they are numbers, whatever else is wrong. */
function ofThresholds(value: unknown): Mistake[] {
  const { detection } = (value ?? {}) as { detection?: unknown };
  if (typeof detection !== 'object' || detection === null || Array.isArray(detection)) return [];
  const numbers = Object.entries(detection).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return thresholdMistakes(Object.fromEntries(numbers)).map(({ name, text }) => ({ path: ['detection', name], text }));
}

/** As far as they are text, whatever else is wrong. */
function ofTimes(value: unknown): Mistake[] {
  const { hygiene, digests } = (value ?? {}) as { hygiene?: Times | null; digests?: unknown };
  return [
    ...ofTime(['hygiene'], { cron: hygiene?.cron }),
    ...(Array.isArray(digests) ? (digests as (Times | null)[]) : []).flatMap((each, i) => ofTime(['digests', i], each)),
  ];
}

interface Times {
  cron?: unknown;
  timezone?: unknown;
}

function ofTime(path: PropertyKey[], times: Times | null): Mistake[] {
  const { cron, timezone } = times ?? {};
  return [
    ...(typeof cron === 'string' ? thrown([...path, 'cron'], () => checkCron(cron, undefined, '')) : []),
    ...(typeof timezone === 'string' ? thrown([...path, 'timezone'], () => checkCron('0 7 * * *', timezone, '')) : []),
  ];
}

function ofLists({ blocklists: chosen }: Partial<Config>, value: unknown): Mistake[] {
  if (!chosen) return [];
  const { blocklists: given } = (value ?? {}) as { blocklists?: { extra?: unknown } | null };
  const broken = entriesOf(given?.extra).filter(({ id }) => !chosen.extra.some((list) => list.id === id));
  const isSound = (name: string) => !broken.some(({ id, zone }) => name === id || name === zone);
  const only = chosen.only?.filter(isSound);
  const choice = { ...chosen, ...(only ? { only } : {}), disable: chosen.disable.filter(isSound) };
  return thrown(['blocklists'], () => void chooseLists(blocklists, withAccountKeys(choice))).map(({ path, text }) => {
    const [, field, rest] = /^blocklists\.(\w+): (.*)$/s.exec(text) ?? [];
    return field === undefined || rest === undefined ? { path, text } : { path: [...path, field], text: rest };
  });
}

/** Of the customer file, and of what stands in the configuration itself where that file is no use. */
function ofDirectory({ customersFile, ...usable }: Partial<Config>, path: string, value: unknown): Mistake[] {
  const { partners: given } = (value ?? {}) as { partners?: unknown };
  const broken = entriesOf(given).filter(({ id }) => !usable.partners?.some((partner) => partner.id === id));
  // What is wrong with a partner is told already; that there is no such partner would be wrong.
  const customers = (usable.customers ?? []).map(({ partner, ...rest }) =>
    partner === undefined || broken.some(({ id }) => id === partner) ? rest : { ...rest, partner },
  );
  const parts = { ...usable, customers };
  const placed = (mistakes: Mistake[]) => mistakes.map((mistake) => withPlace(mistake, value));
  const inline = placed(thrown([], () => void loadDirectory(parts)));
  if (customersFile === undefined) return inline;
  const source = { ...parts, customersFile: pathFrom(path, customersFile) };
  const found = placed(thrown(['customersFile'], () => void loadDirectory(source)));
  const lineIn = found.length > 0 ? linesInFile(source.customersFile) : () => undefined;
  const all = found.map((mistake) => withLine(mistake, source.customersFile, lineIn));
  // A partner may stand in the customer file and its customer in config.yml, so both are judged together. Only when the file cannot be
  // used is config.yml judged alone.
  return all.some(({ path: [key] }) => key === 'customersFile') ? [...all, ...inline] : all;
}

/** Ids in the sentences of partners/load.ts; of two, the one further down is what was written later. */
const NAMED: [RegExp, 'customers' | 'partners'][] = [
  [/ belongs to both .+ and (.+)$/, 'customers'],
  [/(?:^|: )customer (.+?)(?: names partner |: )/, 'customers'],
  [/(?:^|: )address \S+ of (.+) lies in /, 'customers'],
  [/customer id (.+) is used more than once$/, 'customers'],
  [/partner id (.+) is used more than once$/, 'partners'],
];

/** Gives a mistake without a place that of the last entry of config.yml with the id that it names. */
function withPlace(mistake: Mistake, value: unknown): Mistake {
  return mistake.path.length > 0 ? mistake : { ...mistake, path: placeOf(mistake.text, value) };
}

/** Where the last entry stands whose id a sentence names; empty when there is none. */
function placeOf(text: string, value: unknown): PropertyKey[] {
  for (const [pattern, list] of NAMED) {
    const id = pattern.exec(text)?.[1];
    const given = ((value ?? {}) as Record<string, unknown>)[list];
    const at = entriesOf(given).findLastIndex((entry) => String(entry.id).trim() === id);
    if (id !== undefined && at >= 0) return [list, at];
  }
  return [];
}

type LineIn = (text: string) => number | undefined;

/** A parser that knows lines is slow with very long files. */
const MOST_BYTES_FOR_LINES = 2_000_000;

/** Finds the lines of a customer file that sentences are about; none in a file that is too long or no YAML. */
function linesInFile(file: string): LineIn {
  try {
    if (statSync(file).size > MOST_BYTES_FOR_LINES) return () => undefined;
    const { value, lineOf } = readConfigValue(file);
    return (text) => lineOf(placeOf(text, value));
  } catch {
    return () => undefined;
  }
}

/** A mistake that stands in the customer file says in which line. */
function withLine(mistake: Mistake, file: string, lineIn: LineIn): Mistake {
  const start = `${file}: `;
  const line = mistake.path.length === 0 && mistake.text.startsWith(start) ? lineIn(mistake.text) : undefined;
  return line === undefined
    ? mistake
    : { ...mistake, text: `${start}line ${line}, ${mistake.text.slice(start.length)}` };
}

/** The entries of what should be a list of keys with values, in their places. */
function entriesOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.map((entry) => (typeof entry === 'object' && entry !== null ? entry : {})) : [];
}

/** What somebody can mend; everything else is a bug. */
function thrown(path: PropertyKey[], run: () => void): Mistake[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const text = error.message.replace(/^: /, '').replace(/\.$/, '');
    return text.split('\n').length > 1 ? listed(text) : [{ path, text }];
  }
}

/** The mistakes of another file, each with its name. */
function listed(text: string): Mistake[] {
  const [head = '', ...lines] = text.split('\n');
  const where = head.replace(/ has \d+ mistakes?:$/, '');
  return lines.map((line) => ({
    path: [],
    text: `${where === 'the configuration' ? '' : `${where}: `}${line.trim()}`,
  }));
}
