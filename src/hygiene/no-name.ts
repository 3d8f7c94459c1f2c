// A name that is not in the DNS: misspelt, or unknown to a DNS server that knows only names of its own.
import type { Ask } from './ask.js';
import type { Point } from './look.js';

/** Exists as long as there is an internet; only whether there is such a name is looked at. */
const SURELY_THERE = 'com';

/** A resolver behind a firewall, for example, that answers "no such name" to everything. */
export async function knowsNoInternet(ask: Ask): Promise<boolean> {
  return isNoName(ask, SURELY_THERE);
}

/** Undefined when the name is there, or nobody can tell; unknown when the DNS server that was asked knows no internet. */
export async function lookForName(ask: Ask, name: string): Promise<Point | undefined> {
  if (!(await isNoName(ask, name))) return undefined;
  if (await knowsNoInternet(ask)) return { state: 'unknown', text: KNOWS_ONLY_ITS_OWN };
  return { state: 'bad', text: 'no such name in the DNS', advice: 'Is it spelt right?' };
}

export const KNOWS_ONLY_ITS_OWN = 'the DNS server that is asked knows no ".com" either, only names of its own';

/** A CNAME is a name that is there, wherever it leads. */
async function isNoName(ask: Ask, name: string): Promise<boolean> {
  const found = await ask(name, 'TXT');
  return found.kind === 'missing' && found.rcode === 'NXDOMAIN' && found.alias === undefined;
}
