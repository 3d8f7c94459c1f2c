// One list in words, for a person at a terminal.
import { deadZone } from '../blocklists/dead.js';
import type { Blocklist } from '../blocklists/operator.js';
import { tableLines } from './terminal/table.js';

/** Lines of text; `whyNot` is why the list is not asked. */
export function describeEntry(list: Blocklist, whyNot: string | undefined): string[] {
  const dead = deadZone(list.zone);
  const rows: [string, string | undefined][] = [
    ['operator', list.operator],
    ['asked', whyNot === undefined ? 'yes' : `no: ${whyNot}`],
    ['ended', dead && `since ${dead.since}: ${dead.whatHappened}`],
    ['zone', list.access === 'private' ? 'none in the DNS' : list.zone],
    ['with a key', list.keyedZone],
    ['key', keyHint(list)],
    ...Object.entries(list.siblings ?? {}).map(([what, zone]): [string, string] => [`also: ${what}`, zone]),
    ['kinds', list.kinds.join(', ')],
    ['domains', list.kinds.includes('domain') ? FORMS[list.domainForm] : undefined],
    ['access', ACCESS[list.access]],
    ['answers', MATCHES[list.match]],
    ...codeRows('listed', list.returnCodes),
    ...codeRows('refused', list.errorCodes),
    ...codeRows('no listing', list.noteCodes ?? {}),
    ['test entries', testEntries(list)],
    ['a listing is of', SCOPES[list.scope]],
    ['impact', `${list.impact}: ${list.impactReason}`],
    ['confidence', list.confidence],
    ...delistingRows(list.delisting),
    ['look-up', list.lookupUrl],
    ['terms', list.usageTerms],
    ['pace', pace(list)],
    ['note', list.note],
  ];
  const told = rows.flatMap(([what, fact]) => (fact === undefined ? [] : [[`  ${what}`, fact]]));
  return [`${list.id} (${list.name})`, ...tableLines(told)];
}

const FORMS = { 'as-given': 'asked as they are', registered: 'asked as registered, without host names' };
const ACCESS = {
  public: 'open to all within its terms',
  registration: "the operator must know our resolver's address",
  key: 'only with an account key',
  private: 'subscribers only, not over the DNS',
};
const MATCHES = {
  exact: 'are one of the codes below',
  bitmask: 'hold bits, in the last octet',
  range: 'are one of the codes or within a range below',
  any: 'are a listing whatever they are, errors apart',
};
const SCOPES = {
  address: 'one address',
  range: 'a range around the address',
  network: 'the whole network of the provider',
  domain: 'a domain',
};

function keyHint({ id, keyName = id, zone, keyedZone }: Blocklist): string | undefined {
  if (!zone.includes('{key}') && keyedZone === undefined) return undefined;
  return `BLOCKLIST_KEY_${keyName.toUpperCase().replaceAll('-', '_')} or blocklists.keys.${keyName}`;
}

function codeRows(what: string, codes: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(codes).map(([code, meaning]) => [`${what} ${code}`, meaning]);
}

function testEntries({ testListed, testClean, testBasis }: Blocklist): string {
  const listed = Object.values(testListed).join(', ') || 'none';
  const clean = Object.values(testClean).join(', ') || 'none';
  const basis = testBasis === 'documented' ? "the operator's own" : 'by RFC 5782, not promised';
  return `listed ${listed}; clean ${clean} (${basis})`;
}

function delistingRows({ url, method, policy, expectedHours, needs, retryHours, sells }: Blocklist['delisting']) {
  const [shortest, longest] = expectedHours;
  const rows: [string, string | undefined][] = [
    ['removal', METHODS[method]],
    ['removal page', url],
    ['how', policy],
    ['takes', method === 'none' ? undefined : shortest === longest ? `${longest} h` : `${shortest} to ${longest} h`],
    ['needs', needs.join('; ') || undefined],
    ['again after', retryHours === undefined ? undefined : `${retryHours} h`],
    ['sells', sells && `${sells}; we advise against it`],
  ];
  return rows;
}

const METHODS = {
  'self-service': 'done by oneself',
  form: 'by a form',
  email: 'by mail',
  'automatic-expiry': 'by waiting',
  none: 'no way known',
};

function pace({ ask, keyedZone }: Blocklist): string | undefined {
  const parts = [
    ask?.perSecond === undefined ? [] : [`${ask.perSecond} questions a second`],
    ask?.minimumMinutes === undefined ? [] : [`each target every ${ask.minimumMinutes} minutes`],
  ].flat();
  if (parts.length === 0) return undefined;
  return `at most ${parts.join(', ')}${keyedZone === undefined ? '' : ' without a key'}`;
}
