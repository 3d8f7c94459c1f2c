// Reads who is who: from a customer file (JSON or YAML), from config.yml, or both together. A directory in which two customers
// claim the same domain, login or address cannot say whose mail it was, so it is refused with both names.
import type { UserError } from '../errors.js';
import { type Mistake, mistakesError } from '../mistakes.js';
import {
  badNetworks,
  overlappingNetworks,
  repeatedIn,
  sharedDomains,
  sharedLogins,
  withUnknownPartner,
} from './claims.js';
import { type CustomerFile, customerFileError, readCustomerFile } from './customer-file.js';
import type { Directory } from './directory.js';
import type { Claim } from './networks.js';

/** Where a directory may stand: inline, in a file, or both (the file's entries come after the inline ones). */
interface DirectorySource {
  relays?: Directory['relays'];
  partners?: Directory['partners'];
  customers?: Directory['customers'];
  /** JSON or YAML of the shape of `Directory`. */
  customersFile?: string | undefined;
  logYear?: number | undefined;
  logTimezone?: string | undefined;
}

/** The whole directory of a configuration. Throws UserError that names every bad field and every overlap. */
export function loadDirectory(source: DirectorySource): Directory {
  const { directory, file } = partsOf(source);
  const found = directoryMistakes(directory, file && lostPartners(file.value, file.parts.partners));
  const error = errorOf(found, file);
  if (error) throw error;
  return directory;
}

/** What of a directory can be used, and its customer file. Throws UserError for a customer file that cannot be read at all. */
export function partsOf(source: DirectorySource): { directory: Directory; file: CustomerFile | undefined } {
  const file = source.customersFile === undefined ? undefined : readCustomerFile(source.customersFile);
  return { directory: together(source, file?.parts), file };
}

/** The entries of the file come after the others. */
export function together(source: DirectorySource, file: Directory | undefined): Directory {
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

/** Reads one customer file. Throws UserError that names every bad field and every overlap. */
export function readDirectory(path: string): Directory {
  return loadDirectory({ customersFile: path });
}

/** A mistake that shows only beside other entries. */
interface DirectoryMistake {
  /** The entry that it is about: of two that claim one thing, the one further down, which was written later. */
  list: 'customers' | 'partners';
  id: string;
  text: string;
}

/** Two entries that claim the same thing, and names that point at nothing; `isLost` knows the partners that are there, but have a mistake. */
export function directoryMistakes(
  directory: Directory,
  isLost: (partner: string) => boolean = () => false,
): DirectoryMistake[] {
  const { customers } = directory;
  return [
    ...repeatedIds(directory),
    ...withUnknownPartner(directory)
      .filter(({ partner }) => !isLost(partner))
      .map(({ id, partner }) => ofCustomer(id, `customer ${id} names partner ${partner}, which is not defined`)),
    ...ofShared('domain', sharedDomains(customers)),
    ...ofShared('SASL login', sharedLogins(customers)),
    ...badNetworks(customers).map(({ customer, text }) =>
      ofCustomer(
        customer,
        `customer ${customer}: ${text} is no address or network, expected for example 192.0.2.10 or 192.0.2.0/24`,
      ),
    ),
    ...overlappingNetworks(customers).map(({ inner, outer }) =>
      ofCustomer(
        inner.customer,
        `address ${inner.text} of ${inner.customer} lies in ${outer.text} of ${outer.customer}; list shared ones under shared_ips`,
      ),
    ),
  ];
}

/** Finds the place of an entry in what was read; undefined when it does not stand there. */
export function placesIn(value: unknown): (entry: Pick<DirectoryMistake, 'list' | 'id'>) => PropertyKey[] | undefined {
  const given = (value ?? {}) as Record<string, unknown>;
  const placesOf = (list: string) => new Map(entriesOf(given[list]).map(({ id }, at) => [String(id).trim(), at]));
  const places = { customers: placesOf('customers'), partners: placesOf('partners') };
  return ({ list, id }) => {
    const at = places[list].get(id);
    return at === undefined ? undefined : [list, at];
  };
}

/**
 * Reports of ids of partners whether they stand in what was read but not among those that can be used: what is wrong with them is told, and
 * that there is no such partner would be wrong.
 */
export function lostPartners(value: unknown, usable: Directory['partners'] = []): (id: string) => boolean {
  const { partners: given } = (value ?? {}) as { partners?: unknown };
  if (given != null && !Array.isArray(given)) return () => true;
  const sound = new Set(usable.map(({ id }) => id));
  const lost = new Set(entriesOf(given).flatMap(({ id }) => (sound.has(String(id)) ? [] : String(id))));
  return (id) => lost.has(id);
}

/** The entries of what should be a list of keys with values, in their places. */
export function entriesOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.map((entry) => (typeof entry === 'object' && entry !== null ? entry : {})) : [];
}

function errorOf(found: readonly DirectoryMistake[], file: CustomerFile | undefined): UserError | undefined {
  if (found.length + (file?.mistakes.length ?? 0) === 0) return undefined;
  const placeOf = placesIn(file?.value);
  const mistakes = found.map((mistake): Mistake => ({ path: placeOf(mistake) ?? [], text: mistake.text }));
  return file ? customerFileError(file, mistakes) : mistakesError('the configuration', mistakes, {});
}

function repeatedIds(directory: Directory): DirectoryMistake[] {
  return (['customers', 'partners'] as const).flatMap((list) =>
    repeatedIn(directory[list].map(({ id }) => id)).map((id) => ({
      ...{ list, id },
      text: `${list.slice(0, -1)} id ${id} is used more than once`,
    })),
  );
}

function ofShared(what: string, shared: readonly Claim[][]): DirectoryMistake[] {
  return shared.flatMap(([first, ...others]) =>
    others.map(({ customer, text }) =>
      ofCustomer(customer, `${what} ${text} belongs to both ${first?.customer} and ${customer}`),
    ),
  );
}

function ofCustomer(id: string, text: string): DirectoryMistake {
  return { list: 'customers', id, text };
}
