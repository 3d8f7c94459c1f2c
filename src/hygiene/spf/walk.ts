// What an SPF record costs a receiver: every question its terms ask, followed through all includes (RFC 7208 section 4.6.4). A receiver
// stops at the first term that fits, so this is the price for the addresses at the record's end, and for everybody not in it.
import type { Ask } from '../ask.js';
import { expand, type SpfMail } from './macro.js';
import { parseSpf, type SpfRecord, type SpfTerm, spfRecordsAmong } from './record.js';
import { almostSpfAmong, whyNone } from './slips.js';

export const LOOKUP_LIMIT = 10;
export const VOID_LIMIT = 2;
/** Hosts that one `mx` may name. */
const MX_LIMIT = 10;
/** Where counting ends: far over the limit, and no way for a record to keep us busy. */
const COUNTED_AT_MOST = 40;

/** The SPF record of a domain. */
type SpfFound =
  | { kind: 'one'; record: SpfRecord }
  /** `isNoName`: nothing at all stands under the name; it may be misspelt. */
  | { kind: 'none'; isNoName: boolean }
  /** Meant as SPF records, but none to receivers. */
  | { kind: 'almost'; texts: string[] }
  | { kind: 'several'; texts: string[] }
  | { kind: 'unknown'; why: string };

export interface SpfCost {
  /** Terms that ask the DNS, in the whole tree. */
  lookups: number;
  /** Questions for which there is no record. */
  voids: number;
  /** Cost of each term of the domain's own record that has one, dearest first: `include:spf.a.example` → 7. */
  terms: { text: string; lookups: number }[];
  /** Terms of the domain's own record that lead nowhere, or back to it: nobody misses them. */
  dead: string[];
  /** Mistakes anywhere in the tree, in words. */
  faults: string[];
  /** Questions that nobody answered: the count is at least what it says. */
  silences: string[];
}

/** Finds the one record of a domain. */
export async function findSpf(ask: Ask, domain: string): Promise<SpfFound> {
  const found = await ask(domain, 'TXT');
  if (found.kind === 'unknown') return { kind: 'unknown', why: found.why };
  const values = found.kind === 'found' ? found.values : [];
  const texts = spfRecordsAmong(values);
  const almost = almostSpfAmong(values).sort();
  const [text] = texts;
  if (text === undefined && almost.length > 0) return { kind: 'almost', texts: almost };
  if (text === undefined) return { kind: 'none', isNoName: found.kind === 'missing' && found.rcode === 'NXDOMAIN' };
  return texts.length > 1 ? { kind: 'several', texts: texts.sort() } : { kind: 'one', record: parseSpf(text) };
}

/** Walks a domain's record. `mail` fills the macros of includes. */
export async function costOf(ask: Ask, domain: string, record: SpfRecord, mail: SpfMail): Promise<SpfCost> {
  const cost: SpfCost = { lookups: 0, voids: 0, terms: [], dead: [], faults: [...record.faults], silences: [] };
  await walk({ ask, mail, cost, counted: new Map() }, domain, record, []);
  cost.terms.sort((a, b) => b.lookups - a.lookups);
  return cost;
}

/** The domains that a domain's record is made of: itself, and all that it includes or redirects to. Ends at some number of them. */
export async function domainsUnder(ask: Ask, domain: string): Promise<Set<string>> {
  const mail: SpfMail = { sender: `postmaster@${domain}`, ip: '192.0.2.1', helo: domain };
  const under = new Set([domain.toLowerCase()]);
  // What is added is come to as well.
  for (const name of under) {
    if (under.size > COUNTED_AT_MOST) break;
    const steps = (await recordsOf(ask, name)).flatMap(stepsOf);
    for (const { mechanism, value } of steps) {
      const target = mechanism === 'include' || mechanism === 'redirect' ? expand(value, name, mail) : undefined;
      if (target) under.add(target);
    }
  }
  return under;
}

async function recordsOf(ask: Ask, domain: string): Promise<SpfRecord[]> {
  const found = await findSpf(ask, domain);
  if (found.kind === 'several') return found.texts.map(parseSpf);
  return found.kind === 'one' ? [found.record] : [];
}

interface Walk {
  ask: Ask;
  mail: SpfMail;
  cost: SpfCost;
  /** A fault is told once, however often its include is met. */
  counted: Map<string, true>;
}

async function walk(on: Walk, domain: string, record: SpfRecord, path: string[]): Promise<void> {
  const here = [...path, domain.toLowerCase()];
  for (const term of stepsOf(record)) {
    if (on.cost.lookups >= COUNTED_AT_MOST) return;
    const before = on.cost.lookups;
    on.cost.lookups++;
    const isDead = await follow(on, domain, term, here);
    if (path.length > 0) continue;
    if (isDead && !hangsOnMail(term)) on.cost.dead.push(term.text);
    on.cost.terms.push({ text: term.text, lookups: on.cost.lookups - before });
  }
}

type Step = Pick<SpfTerm, 'text' | 'value'> & { mechanism: SpfTerm['mechanism'] | 'redirect' };

/** The terms that ask the DNS. Nothing behind `all` is ever reached, and redirect= only counts without one (section 6.1). */
function stepsOf({ terms, redirect }: SpfRecord): Step[] {
  const end = terms.findIndex(({ mechanism }) => mechanism === 'all');
  const reached: Step[] = end < 0 ? [...terms] : terms.slice(0, end);
  if (end < 0 && redirect !== undefined)
    reached.push({ text: `redirect=${redirect}`, mechanism: 'redirect', value: redirect });
  return reached.filter(({ mechanism }) => !['all', 'ip4', 'ip6'].includes(mechanism));
}

/** What a macro leads to is another for every address or sender: that nothing is there for one says nothing of the rest. */
function hangsOnMail({ value }: Step): boolean {
  return value.includes('%{');
}

/** Reports whether the term leads nowhere. */
async function follow(on: Walk, domain: string, step: Step, path: string[]): Promise<boolean> {
  switch (step.mechanism) {
    case 'include':
    case 'redirect':
      return followRecord(on, domain, step, path);
    case 'a':
      return countVoid(on, hostOf(on, domain, step), on.mail.ip.includes(':') ? 'AAAA' : 'A');
    case 'mx':
      return countMx(on, domain, step);
    // What `exists` and `ptr` find hangs on the address that sends.
    default:
      return false;
  }
}

async function followRecord(on: Walk, domain: string, step: Step, path: string[]): Promise<boolean> {
  const target = expand(step.value, domain, on.mail);
  if (target === undefined || target === '') {
    fault(on, `${step.text} cannot be read`);
    return false;
  }
  if (path.includes(target)) {
    fault(on, `${step.text} in ${domain} leads in a circle`);
    return target === domain.toLowerCase();
  }
  const found = await findSpf(on.ask, target);
  switch (found.kind) {
    case 'unknown':
      on.cost.silences.push(`${target}: ${found.why}`);
      return false;
    case 'none':
      on.cost.voids += (await on.ask(target, 'TXT')).kind === 'missing' ? 1 : 0;
      if (!hangsOnMail(step)) fault(on, `${step.text}: ${target} has no SPF record`);
      return true;
    case 'almost':
      fault(on, `${step.text}: ${target} has no valid SPF record, ${whyNone(found.texts[0] ?? '')}`);
      return false;
    case 'several':
      fault(on, `${step.text}: ${target} has ${found.texts.length} SPF records`);
      return false;
    case 'one':
      for (const one of found.record.faults) fault(on, `in ${target}: ${one}`);
      await walk(on, target, found.record, path);
      return false;
  }
}

async function countMx(on: Walk, domain: string, step: Step): Promise<boolean> {
  const host = hostOf(on, domain, step);
  const isDead = await countVoid(on, host, 'MX');
  const found = host === undefined ? undefined : await on.ask(host, 'MX');
  if (found?.kind === 'found' && found.values.length > MX_LIMIT)
    fault(on, `${step.text}: ${host} has ${found.values.length} mail servers, ${MX_LIMIT} are allowed`);
  return isDead;
}

async function countVoid({ ask, cost }: Walk, host: string | undefined, type: 'A' | 'AAAA' | 'MX'): Promise<boolean> {
  if (host === undefined) return false;
  const found = await ask(host, type);
  if (found.kind === 'missing') cost.voids++;
  if (found.kind === 'unknown') cost.silences.push(`${host}: ${found.why}`);
  // A host that is there without this kind of address may have the other.
  return found.kind === 'missing' && (type === 'MX' || found.rcode === 'NXDOMAIN');
}

/** The host that `a` or `mx` is about: its own, or the record's domain. */
function hostOf({ mail }: Walk, domain: string, { value }: Step): string | undefined {
  const name = /^[^/]*/.exec(value)?.[0] ?? '';
  return name === '' ? domain : expand(name, domain, mail);
}

function fault({ cost, counted }: Walk, text: string): void {
  if (counted.has(text)) return;
  counted.set(text, true);
  cost.faults.push(text);
}
