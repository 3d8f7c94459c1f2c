// Reads who is who: from a customer file (JSON or YAML), from config.yml, or both together. A directory in which two customers
// claim the same domain, login or address cannot say whose mail it was, so it is refused with both names.
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { fileTrouble, UserError } from '../errors.js';
import { normaliseAddress } from '../mail/address.js';
import { parseNetwork } from '../mail/ip.js';
import { linesOf, mistakesError, mistakesIn, yamlFault } from '../mistakes.js';
import { type Customer, Directory } from './directory.js';
import { NetworkTable, overlapsIn } from './networks.js';
import { repeatedKeys } from './repeated-keys.js';

/** Where a directory may stand: inline, in a file, or both (the file's entries come after the inline ones). */
export interface DirectorySource {
  relays?: Directory['relays'];
  partners?: Directory['partners'];
  customers?: Directory['customers'];
  /** JSON or YAML of the shape of `Directory`. */
  customersFile?: string | undefined;
  logYear?: number | undefined;
  logTimezone?: string | undefined;
}

/** The whole directory of a configuration. Throws UserError that names every bad field or overlap. */
export function loadDirectory(source: DirectorySource): Directory {
  const directory = mergeDirectory(source);
  checkDirectory(directory, source.customersFile ?? 'the configuration');
  return directory;
}

/** The same with whatever overlaps in it, for who wants to say so. Throws UserError that names every bad field. */
export function mergeDirectory(source: DirectorySource): Directory {
  const file = source.customersFile === undefined ? undefined : parseFile(source.customersFile);
  const logYear = source.logYear ?? file?.log_year;
  const logTimezone = source.logTimezone ?? file?.log_timezone;
  return {
    relays: [...(source.relays ?? []), ...(file?.relays ?? [])],
    partners: [...(source.partners ?? []), ...(file?.partners ?? [])],
    customers: [...(source.customers ?? []), ...(file?.customers ?? [])],
    ...(logYear === undefined ? {} : { log_year: logYear }),
    ...(logTimezone === undefined ? {} : { log_timezone: logTimezone }),
  };
}

/** Reads one customer file. Throws UserError that names every bad field or overlap. */
export function readDirectory(path: string): Directory {
  return loadDirectory({ customersFile: path });
}

/** Throws UserError when two entries claim the same thing, or a name points at nothing; `where` names the source. */
export function checkDirectory(directory: Directory, where: string): void {
  const mistakes = [
    ...repeatedIds(directory),
    ...danglingPartners(directory),
    ...sharedNames(directory, 'domain', (customer) => [...customer.domains, ...customer.sasl_domains]),
    ...sharedNames(directory, 'SASL login', (customer) => customer.sasl_users),
    ...badNetworks(directory),
    ...overlappingNetworks(directory),
  ];
  if (mistakes.length > 0) throw asUserError(where, mistakes);
}

function parseFile(path: string): Directory {
  const text = readText(path);
  const value = parseJson(path, text) ?? parseYaml(path, text) ?? {};
  const parsed = Directory.safeParse(value);
  if (!parsed.success) throw mistakesError(path, mistakesIn(parsed.error, value, Directory), value, linesOf(text));
  return parsed.data;
}

/** All JSON is YAML too, but a YAML parser takes 16 s and gigabytes for 100,000 customers. */
function parseJson(path: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const mistakes = repeatedKeys(text).map(
    ({ key, line, firstLine }) => `line ${line}: the key ${key} is given twice, first in line ${firstLine}`,
  );
  if (mistakes.length > 0) throw asUserError(path, mistakes);
  return value;
}

function parseYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const broken = document.errors[0];
  if (broken) throw new UserError(`${path} is neither JSON nor YAML: ${yamlFault(broken, text)}`);
  return document.toJS();
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`The customer file ${path} cannot be read: ${fileTrouble(error)}.`, { cause: error });
  }
  if (bytes.includes(0)) throw new UserError(`The customer file ${path} is no text, expected JSON or YAML.`);
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw new UserError(`The customer file ${path} is empty.`);
  return text;
}

function repeatedIds(directory: Directory): string[] {
  const lists = { customer: directory.customers, partner: directory.partners };
  return Object.entries(lists).flatMap(([kind, list]) => {
    const seen = new Set<string>();
    const repeated = list.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => id);
    return [...new Set(repeated)].map((id) => `${kind} id ${id} is used more than once`);
  });
}

function danglingPartners(directory: Directory): string[] {
  const known = new Set(directory.partners.map((partner) => partner.id));
  const dangling = directory.customers.filter(({ partner }) => partner !== undefined && !known.has(partner));
  return dangling.map((customer) => `customer ${customer.id} names partner ${customer.partner}, which is not defined`);
}

/** A customer may name a thing twice (as domain and as SASL domain); two customers may not. */
function sharedNames(directory: Directory, what: string, namesOf: (customer: Customer) => string[]): string[] {
  const owner = new Map<string, string>();
  const mistakes = new Set<string>();
  for (const customer of directory.customers) {
    for (const name of namesOf(customer).map(normaliseAddress)) {
      const first = owner.get(name) ?? customer.id;
      owner.set(name, first);
      if (first !== customer.id) mistakes.add(`${what} ${name} belongs to both ${first} and ${customer.id}`);
    }
  }
  return [...mistakes];
}

function badNetworks(directory: Directory): string[] {
  return directory.customers.flatMap((customer) =>
    [...customer.ips, ...customer.shared_ips]
      .filter((text) => !parseNetwork(text))
      .map(
        (text) =>
          `customer ${customer.id}: ${text} is no address or network, expected for example 192.0.2.10 or 192.0.2.0/24`,
      ),
  );
}

function overlappingNetworks({ customers }: Directory): string[] {
  const table = new NetworkTable();
  const claims = customers.flatMap(({ id, ips }) => ips.map((text) => ({ customer: id, text })));
  for (const claim of claims) table.add(claim);
  return overlapsIn(table, claims).map(
    ({ inner, outer }) =>
      `address ${inner.text} of ${inner.customer} lies in ${outer.text} of ${outer.customer}; list shared ones under shared_ips`,
  );
}

function asUserError(where: string, mistakes: string[]): UserError {
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  return new UserError(`${where} has ${count}:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
}
