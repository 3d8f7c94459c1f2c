// The operator's choice of lists in config.yml: which of ours, what of them they know better, and which of their own.
import { z } from 'zod';
import { UserError } from '../errors.js';
import { nearest } from '../mail/nearest.js';
import { deadZone, unfitZone } from './dead.js';
import { givenFacts, type ListFacts, listFacts } from './facts.js';
import type { Blocklist } from './operator.js';

const text = z.string().trim().min(1);

/** A key is one label of a DNS name. */
export const ACCOUNT_KEY = /^[A-Za-z0-9_-]{1,63}$/;

/** A list of the operator's own, as written in `blocklists.extra`. Only `id`, `zone` and `kinds` must be there. */
export const ExtraBlocklist = listFacts
  .extend({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens'),
    zone: listFacts.shape.zone.nonoptional('expected the zone to ask'),
    kinds: listFacts.shape.kinds.nonoptional('expected what it may be asked about'),
  })
  .refine(({ match = 'any', return_codes = {} }) => match === 'any' || Object.keys(return_codes).length > 0, {
    path: ['return_codes'],
    message: 'expected at least one code, or match: any',
  })
  .transform(ownList);

/** What the operator knows better about one of our lists; what is left out stays as it is. */
const BlocklistOverride = listFacts.transform(givenFacts);

/** The `blocklists` part of config.yml. */
export const BlocklistChoice = z.strictObject({
  /** Ids or zones; nothing else is asked. */
  only: z.array(text).optional(),
  /** Ids or zones that are not asked. */
  disable: z.array(text).default([]),
  /** Facts by the id of a list that take the place of the catalogue's. */
  override: z.record(text, BlocklistOverride).default({}),
  /** Lists of the operator's own; one with the id of a built-in list takes its place. */
  extra: z.array(ExtraBlocklist).default([]),
  /** Account keys by list id or by the name of an account that opens several. */
  keys: z.record(text, z.string().regex(ACCOUNT_KEY, 'expected letters and digits')).default({}),
});
export type BlocklistChoice = z.infer<typeof BlocklistChoice>;

type Choice = Pick<BlocklistChoice, 'only' | 'disable' | 'extra'> & Partial<Pick<BlocklistChoice, 'override'>>;

/** Every list there is, ours before theirs, asked or not. Throws UserError for an override of a list that is not ours. */
export function knownLists(builtIn: readonly Blocklist[], { extra, override = {} }: Choice): Blocklist[] {
  const ids = builtIn.map(({ id }) => id);
  for (const id of Object.keys(override))
    if (!ids.includes(id)) throw new UserError(`blocklists.override: "${id}" is no list of ours${hint(id, ids)}`);
  const replaced = new Set(extra.map(({ id }) => id));
  return [
    ...builtIn.filter(({ id }) => !replaced.has(id)).map((list) => overridden(list, override[list.id])),
    ...extra,
  ];
}

/**
 * The lists to ask, without those whose zones ended: see choiceWarnings.
 * Throws UserError for a name that is neither a list nor a zone that ended.
 */
export function chooseLists(builtIn: readonly Blocklist[], choice: Choice): Blocklist[] {
  const lists = knownLists(builtIn, choice);
  checkNames('only', choice.only ?? [], lists);
  checkNames('disable', choice.disable, lists);
  return lists.filter((list) => whyNotChosen(list, choice) === undefined);
}

/** Why a list of knownLists is not asked, in our words; undefined when it is. */
export function whyNotChosen(list: Blocklist, { only, disable }: Choice): string | undefined {
  const isNamed = (names: readonly string[]) => names.some((name) => isNameOf(name, list));
  if (isNamed(disable)) return 'disabled';
  if (only && !isNamed(only)) return 'not in blocklists.only';
  return deadZone(list.zone) ? 'its zone ended' : undefined;
}

/** What the operator should know of their choice: zones that ended, and zones that tell nothing about us. A line each. */
export function choiceWarnings(choice: Choice): string[] {
  const named = [
    ...choice.extra.map(({ id, zone }) => ({ where: `blocklists.extra "${id}"`, zone })),
    ...Object.entries(choice.override ?? {}).map(([id, { zone }]) => ({ where: `blocklists.override "${id}"`, zone })),
    ...(choice.only ?? []).map((zone) => ({ where: 'blocklists.only', zone })),
    ...choice.disable.map((zone) => ({ where: 'blocklists.disable', zone })),
  ];
  return named.flatMap(({ where, zone }) => (zone === undefined ? [] : (warningOf(where, zone) ?? [])));
}

function warningOf(where: string, zone: string): string | undefined {
  const dead = deadZone(zone);
  if (dead)
    return `${where}: ${zone} is dead since ${dead.since} and is not asked: ${dead.whatHappened}; ${dead.behaviour}.`;
  const unfit = unfitZone(zone);
  return unfit && `${where}: ${zone} tells little about our mail: ${unfit.reason}.`;
}

function checkNames(field: string, names: readonly string[], lists: readonly Blocklist[]): void {
  const stranger = names.find((name) => !deadZone(name) && !lists.some((list) => isNameOf(name, list)));
  if (stranger === undefined) return;
  const near = hint(
    stranger,
    lists.map(({ id }) => id),
  );
  throw new UserError(
    `blocklists.${field}: "${stranger}" is no list${near}; relaywarden catalogue list shows them all`,
  );
}

function isNameOf(name: string, { id, zone, keyedZone }: Blocklist): boolean {
  return [id, zone, keyedZone].includes(name.toLowerCase().replace(/\.$/, ''));
}

function hint(name: string, ids: readonly string[]): string {
  const id = nearest(name, ids);
  return id === undefined ? '' : ` (${id}?)`;
}

function overridden(list: Blocklist, facts: z.output<typeof BlocklistOverride> | undefined): Blocklist {
  return facts ? { ...list, ...facts, delisting: { ...list.delisting, ...facts.delisting } } : list;
}

/** What holds for a list of the operator's own where they say nothing. */
const UNKNOWN = 'Not known.';

function ownList({ id, ...facts }: ListFacts & { id: string; zone: string; kinds: Blocklist['kinds'] }): Blocklist {
  const { delisting, ...given } = givenFacts(facts);
  return {
    name: id,
    operator: 'own list',
    domainForm: 'as-given',
    access: 'public',
    match: 'any',
    returnCodes: {},
    errorCodes: {},
    testListed: {},
    testClean: {},
    testBasis: 'convention',
    scope: facts.kinds.every((kind) => kind === 'domain') ? 'domain' : 'address',
    confidence: 'medium',
    impact: 'medium',
    impactReason: UNKNOWN,
    usageTerms: UNKNOWN,
    ...given,
    id,
    zone: facts.zone,
    kinds: facts.kinds,
    delisting: { method: 'none', policy: UNKNOWN, expectedHours: [2, 72], needs: [], ...delisting },
  };
}
