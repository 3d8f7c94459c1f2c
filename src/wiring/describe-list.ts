// What the desk is told of a list or of a receiver's own block: our facts, whether or not we ask it ourselves.
import { type BlocklistChoice, choiceWarnings, chooseLists, knownLists } from '../blocklists/choice.js';
import { type Blocklist, lookupUrlFor, whyNotAskable } from '../blocklists/operator.js';
import { blocklists } from '../blocklists/operators/index.js';
import { receivers } from '../blocklists/receivers.js';
import { type Config, defaultBlocklistChoice } from '../config.js';
import type { HealthItem } from '../context.js';
import type { ListFacts } from '../incidents/listings/entries.js';

/** By id, or by the zone that a refusal names. */
export function describeLists(choice: BlocklistChoice): (idOrZone: string, target?: string) => ListFacts {
  const known = knownLists(blocklists, choice);
  const asked = chooseLists(blocklists, choice).filter((list) => whyNotAskable(list, choice.keys) === undefined);
  const askedIds = new Set(asked.map(({ id }) => id));
  const byName = listsByName(known);
  return (idOrZone, target) => {
    const list = byName.get(idOrZone.toLowerCase());
    return list ? factsOf(list, askedIds.has(list.id), target) : unknownList(idOrZone);
  };
}

/** The catalogue as a refusal is looked up in it: lists by the zones it may name, and receivers. */
export function catalogueOf(config: Pick<Config, 'blocklists'> | undefined) {
  const choice = config?.blocklists ?? defaultBlocklistChoice();
  const lists = knownLists(blocklists, choice);
  const byName = listsByName(lists);
  return { lists, receivers, idOf: (idOrZone: string) => byName.get(idOrZone.toLowerCase())?.id };
}

function listsByName(lists: readonly Blocklist[]): Map<string, Blocklist> {
  return new Map(lists.flatMap((list) => namesOf(list).map((name) => [name, list])));
}

/** A line for the health report when the configuration names zones that ended or tell nothing; no reason to call the bot unwell. */
export function choiceHealth(choice: BlocklistChoice): HealthItem[] {
  const text = choiceWarnings(choice).join(' ');
  return text === '' ? [] : [{ name: 'blocklist choice', ok: true, text, lacks: text }];
}

function factsOf(list: Blocklist, inDns: boolean, target: string | undefined): ListFacts {
  const lookupUrl = target === undefined ? undefined : lookupUrlFor(list, target);
  return {
    id: list.id,
    name: list.name,
    inDns,
    impact: list.impact,
    confidence: list.confidence,
    scope: list.scope,
    ...(list.delisting.url ? { removalUrl: list.delisting.url } : {}),
    ...(lookupUrl ? { lookupUrl } : {}),
  };
}

/** A receiver's own block, or a list that a refusal names and nobody knows: it was seen to cost mail. */
function unknownList(idOrZone: string): ListFacts {
  const receiver = receivers.find(({ id }) => id === idOrZone);
  return {
    id: idOrZone,
    name: idOrZone,
    ...receiver,
    inDns: false,
    // A receiver's own block costs the mail to that receiver alone.
    impact: receiver ? 'high' : 'medium',
    confidence: 'high',
    scope: 'address',
  };
}

/** A refusal may name any zone of a list; one with a key in it, by what stands after the key. */
function namesOf({ id, zone, keyedZone }: Blocklist): string[] {
  return [id, zone, ...(keyedZone === undefined ? [] : [keyedZone])].map((name) => name.replace(/^\{key\}\./, ''));
}
