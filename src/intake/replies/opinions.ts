// Companies whose opinion of an address many receivers ask, without a list in the DNS: by their names in a refusal of our address.
import { re } from './reply.js';

/** How a sentence calls them, as source fragments → the provider. Of Trend Micro's lists list-names.ts knows the names. */
const CALLED: readonly (readonly [called: string, provider: string])[] = [
  ['cloudmark', 'cloudmark-csi'],
  ['(?:cisco )?talos', 'cisco-talos'],
  ['iron ?port', 'cisco-talos'],
  ['senderbase', 'cisco-talos'],
  ['proofpoint', 'proofpoint'],
  ['mimecast', 'mimecast'],
  ['vade(?: ?secure)?', 'vade'],
  ['sophos', 'sophos'],
  ['trend ?micro', 'trendmicro'],
  ['symantec', 'broadcom-symantec'],
  ['brightmail', 'broadcom-symantec'],
  ['message ?labs', 'broadcom-symantec'],
  ['forti(?:guard|mail|net)', 'fortinet'],
  ['hornet ?security', 'hornetsecurity'],
  ['spam ?experts', 'spamexperts'],
];

/** Not in the name of a host, a link or a mailbox: there it says who runs the server, which its host tells better. */
const ANY = re`(?<![\w@./-])(?:${CALLED.map(([called], i) => `(?<o${i}>${called})`).join('|')})(?![\w@/-]|\.\w)`;

/** The company that a refusal of our address names. */
export function opinionIn(text: string): string | undefined {
  const groups = ANY.exec(text)?.groups;
  return groups && CALLED.find((_, i) => groups[`o${i}`] !== undefined)?.[1];
}
