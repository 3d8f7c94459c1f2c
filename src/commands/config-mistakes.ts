// Every mistake in a configuration and in the files it names, at once: what each key may be, and what only shows beside others.
import { existsSync } from 'node:fs';
import { chooseLists } from '../blocklists/choice.js';
import { blocklists } from '../blocklists/operators/index.js';
import { type Config, configParts, pathFrom, readConfig, readConfigValue, withAccountKeys } from '../config.js';
import { thresholdMistakes } from '../detection/thresholds.js';
import { UserError } from '../errors.js';
import { type Mistake, mistakesError } from '../mistakes.js';
import { type CustomerFile, customerFileError, readCustomerFile } from '../partners/customer-file.js';
import { directoryMistakes, entriesOf, lostPartners, placesIn, together } from '../partners/load.js';
import { checkCron } from '../schedule.js';
import { warningsOf } from './config-warnings.js';
import { fileOfDatabase } from './database-files.js';

interface ConfigFaults {
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

/** Throws UserError for files and ports of a sound configuration that are named for two: one would damage the other. */
export function refuseOneForTwo(path: string, config: Config): void {
  const mistakes = ofPlaces(config, path);
  if (mistakes.length > 0) throw mistakesError(path, mistakes, config);
}

/** What is wrong with a configuration, and what is odd. Throws UserError when it cannot be read at all. */
export function faultsOfConfig(path: string): ConfigFaults {
  // Says what to do about it, too.
  if (!existsSync(path)) readConfig(path);
  const { value, lineOf } = readConfigValue(path);
  const { mistakes, parts } = configParts(value);
  const { file, trouble } = customerFileOf(parts, path);
  const told = new Set(mistakes.map((mistake) => mistake.path.join('.')));
  const further = [
    ...[...ofThresholds(value), ...ofTimes(value), ...ofLists(parts, value)],
    ...[...trouble, ...ofDirectory(parts, value, file), ...ofPlaces(parts, path)],
  ];
  const all = [...mistakes, ...further.filter((mistake) => !told.has(mistake.path.join('.')))];
  const error = all.length > 0 ? mistakesError(path, all, value, lineOf) : undefined;
  return { error, warnings: warningsOf(parts, path, value, file) };
}

/** What shows only beside another part. */
function ofPlaces({ database, policy, web }: Partial<Config>, path: string): Mistake[] {
  const isOnePort = policy !== undefined && policy.listen === web?.listen;
  return [
    ...(database ? ofTraffic(database, path) : []),
    ...(database && policy ? ofExport(policy, database, path) : []),
    ...(isOnePort ? [{ path: ['policy', 'listen'], text: 'is the same as web.listen; name another port' }] : []),
  ];
}

function ofTraffic({ path: decisions, traffic }: Config['database'], path: string): Mistake[] {
  const what = fileOfDatabase(pathFrom(path, traffic), pathFrom(path, decisions));
  return what ? [{ path: ['database', 'traffic'], text: `${IS[what]} database.path; name another` }] : [];
}

/** Postfix reads it while we are down; a database of ours is in WAL mode, which stops a Postfix that may not write its folder. */
function ofExport({ exportTable }: Config['policy'], database: Config['database'], path: string): Mistake[] {
  if (exportTable === undefined) return [];
  const found = (['path', 'traffic'] as const).flatMap((key) => {
    const what = fileOfDatabase(pathFrom(path, exportTable), pathFrom(path, database[key]));
    return what ? [`${IS[what]} database.${key}; name one in a folder of its own`] : [];
  });
  return found.slice(0, 1).map((text) => ({ path: ['policy', 'exportTable'], text }));
}

const IS = { same: 'is the same file as', beside: 'is one of the files that lie beside' };

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

/** The customer file, or why it cannot be read at all. */
function customerFileOf({ customersFile }: Partial<Config>, path: string): { file?: CustomerFile; trouble: Mistake[] } {
  if (customersFile === undefined) return { trouble: [] };
  try {
    return { file: readCustomerFile(pathFrom(path, customersFile)), trouble: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { trouble: [{ path: ['customersFile'], text: error.message.trimEnd().replace(/\.$/, '') }] };
  }
}

/**
 * Of the customer file, and of what shows only beside other entries. A partner may stand in the file and its customer in config.yml, so both
 * are judged together.
 */
function ofDirectory(parts: Partial<Config>, value: unknown, file: CustomerFile | undefined): Mistake[] {
  const { customersFile: _, ...inline } = parts;
  const [inConfig, inFile] = [placesIn(value), placesIn(file?.value)];
  const [isLostHere, isLostThere] = [
    lostPartners(value, parts.partners),
    lostPartners(file?.value, file?.parts.partners),
  ];
  const found = directoryMistakes(together(inline, file?.parts), (id) => isLostHere(id) || isLostThere(id));
  const theirs = found.flatMap((mistake) => {
    const place = inFile(mistake);
    return place ? [{ path: place, text: mistake.text }] : [];
  });
  const ours = found.flatMap((mistake) =>
    inFile(mistake) ? [] : [{ path: inConfig(mistake) ?? [], text: mistake.text }],
  );
  if (!file || file.mistakes.length + theirs.length === 0) return ours;
  return [...ours, ...listed(customerFileError(file, theirs).message)];
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
