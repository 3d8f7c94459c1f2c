// Who refused: by the host that was spoken to, then by the recipient's domain, then by words that only one provider writes. The host
// decides most surely: domains move, from access providers to Yahoo and from anybody to Microsoft.
import type { Provider } from './reply.js';

interface Recognise {
  byHost: (host: string) => readonly string[];
  byDomain: (domain: string) => readonly string[];
}

const NOBODY: readonly string[] = [];

/** Answers ids of providers; several where companies share a platform or a domain. */
export function recogniser(providers: readonly Provider[]): Recognise {
  const hosts = indexBy(providers, ({ hosts: names }) => names);
  const domains = indexBy(providers, ({ domains: names }) => names);
  return {
    byHost: remembering((host) => bySuffix(hosts, host)),
    byDomain: (domain) => domains.get(domain.toLowerCase()) ?? NOBODY,
  };
}

function indexBy(providers: readonly Provider[], namesOf: (provider: Provider) => readonly string[]) {
  const index = new Map<string, string[]>();
  for (const provider of providers) {
    for (const name of namesOf(provider)) index.set(name, [...(index.get(name) ?? []), provider.id]);
  }
  return index;
}

/** The longest suffix counts: `olc.protection.outlook.com` before `outlook.com`. `*` stands for the last label. */
function bySuffix(index: ReadonlyMap<string, string[]>, host: string): readonly string[] {
  const name = host.toLowerCase().slice(-255).replace(/\.$/, '');
  const last = name.lastIndexOf('.');
  for (let dot = -1; ; ) {
    const suffix = name.slice(dot + 1);
    const found = index.get(suffix) ?? (dot < last ? index.get(`${name.slice(dot + 1, last)}.*`) : undefined);
    if (found) return found;
    dot = name.indexOf('.', dot + 1);
    if (dot < 0) return NOBODY;
  }
}

/** The hosts of an hour are few, and asked for again and again. */
const REMEMBERED = 2_000;

function remembering(look: (name: string) => readonly string[]): (name: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (name) => {
    let found = known.get(name);
    if (found === undefined) {
      if (known.size >= REMEMBERED) known.clear();
      found = look(name);
      known.set(name, found);
    }
    return found;
  };
}
