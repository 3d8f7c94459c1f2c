// Whose customers a text names: what goes to one partner must not name another's. Pure.
import { folded, type Names, namesIn, namesOf } from '../delisting/names.js';
import type { Directory } from '../partners/directory.js';

interface Named {
  names: Names;
  /** Ids of the partners whose customers have this name or domain, folded; undefined for a customer without a partner. */
  partners: Map<string, Set<string | undefined>>;
}

/** The same customer file is asked again and again. */
const known = new WeakMap<Directory['customers'], Named>();

/** Names and domains in a text that belong to customers, and to none of the partner (id). As the text writes them, each once. */
export function othersNamedIn({ customers }: Pick<Directory, 'customers'>, text: string, partner: string): string[] {
  const { names, partners } = namedOf(customers);
  const isOthers = (name: string) => partners.get(folded(name))?.has(partner) === false;
  return [...new Set(namesIn(text.normalize('NFKC'), names).filter(isOthers))];
}

function namedOf(customers: Directory['customers']): Named {
  const found = known.get(customers);
  if (found) return found;
  const partners = new Map<string, Set<string | undefined>>();
  for (const { name, domains, partner } of customers)
    for (const each of [name, ...domains].map(folded))
      partners.set(each, (partners.get(each) ?? new Set()).add(partner));
  const named = { names: namesOf([...partners.keys()]), partners };
  known.set(customers, named);
  return named;
}
