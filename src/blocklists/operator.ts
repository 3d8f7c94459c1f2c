// A blocklist and what we must know of it: where to ask, how to read its answers, how a listing ends.

export type TargetKind = 'ipv4' | 'ipv6' | 'domain';

export interface Blocklist {
  /** Stable name used in config, buttons and reports, e.g. `spamhaus-zen`. */
  id: string;
  name: string;
  operator: string;
  /** Put behind the reversed address or the domain. May hold `{key}`: then it can only be asked with an account key. */
  zone: string;
  /** Asked instead of `zone` by those who have an account key; holds `{key}`. */
  keyedZone?: string;
  /** Name of the account key where one account opens several lists, e.g. `spamhaus`; the list's own id works too. */
  keyName?: string;
  /** Zones of a kindred list with the same facts: what it holds → zone. Not asked unless `zone` is overridden with one. */
  siblings?: Readonly<Record<string, string>>;
  /** What it may be asked about. */
  kinds: readonly TargetKind[];
  /** Whether a domain list wants the name as it is, or the registered domain alone. */
  domainForm: 'as-given' | 'registered';
  /** `registration`: our resolver must be known to the operator. `private`: not in the DNS at all. */
  access: 'public' | 'registration' | 'key' | 'private';
  /**
   * How `returnCodes` are read. exact: the answer is one of the keys; range: keys may be `a-b`, both ends included;
   * bitmask: keys are bits of the last octet; any: every answer in 127.0.0.0/8 that is no error.
   * Except under bitmask a key may end in `.*` for any last octet.
   */
  match: 'exact' | 'bitmask' | 'range' | 'any';
  /** Meaning of each answer that is a listing. */
  returnCodes: Readonly<Record<string, string>>;
  /** Answers that mean the question was refused or misdirected; `other` stands for every undocumented one. Bits under bitmask. */
  errorCodes: Readonly<Record<string, string>>;
  /** Answers that only remark on a target, e.g. that it is known as good: no listing, and no refusal either. Never bits. */
  noteCodes?: Readonly<Record<string, string>>;
  /** Entries that must be listed; by RFC 5782 section 5 unless the operator documents others. */
  testListed: Readonly<Partial<Record<TargetKind, string>>>;
  /** Entries that must not be; when one is, the list lists the world. */
  testClean: Readonly<Partial<Record<TargetKind, string>>>;
  /** `convention`: nothing but the RFC says that the test entries exist. */
  testBasis: 'documented' | 'convention';
  /** What a listing is about: one address, its range, a whole network, or a domain. Only the first and last are ours to mend. */
  scope: 'address' | 'range' | 'network' | 'domain';
  /** How far the list and what we know of it can be trusted; a listing on a `low` one alone is never more than a note. */
  confidence: 'high' | 'medium' | 'low';
  /** How much mail a listing costs. */
  impact: 'critical' | 'high' | 'medium' | 'low';
  impactReason: string;
  delisting: Delisting;
  /** The operator's page about one target, with `{target}` where it goes. */
  lookupUrl?: string;
  usageTerms: string;
  /** The pace of its free zone; undefined when the operator names none. See paceOf. */
  ask?: AskingPace;
  /** What else the desk should know when it is listed here. */
  note?: string;
}

/** How often an operator wants to be asked at most. */
export interface AskingPace {
  /** Questions a second, test entries and all. */
  perSecond?: number;
  /** Minutes between two questions about the same target. */
  minimumMinutes?: number;
}

export interface Delisting {
  url?: string;
  method: 'self-service' | 'form' | 'email' | 'automatic-expiry' | 'none';
  policy: string;
  /** Shortest and longest time from an accepted request, or the end of the abuse, to removal. */
  expectedHours: readonly [number, number];
  /** What the request asks for. */
  needs: readonly string[];
  /** Hours that must lie between two requests; the longest expected time unless the operator says otherwise. */
  retryHours?: number;
  /** What the operator sells for a faster removal; we advise against it (RFC 6471 section 2.2.5 names it bad practice). */
  sells?: string;
}

/** Who runs lists: one file each in operators/. */
export interface Operator {
  name: string;
  lists: readonly Blocklist[];
}

/** Account keys by list id. Secrets: they appear in questions and nowhere else. */
export type AccountKeys = Readonly<Record<string, string>>;

/** The operator's page about the target; undefined when it has none. */
export function lookupUrlFor(list: Blocklist, target: string): string | undefined {
  return list.lookupUrl?.replaceAll('{target}', encodeURIComponent(target));
}

/** How often the list may be asked at most; who has an account key is held by the account alone. */
export function paceOf(list: Blocklist, keys: AccountKeys): AskingPace {
  return zoneOf(list, keys).includes('{key}') ? {} : (list.ask ?? {});
}

/** The zone a question goes to, with `{key}` still in it: fit to be shown. */
export function zoneOf(list: Blocklist, keys: AccountKeys): string {
  return keys[list.id] !== undefined && list.keyedZone !== undefined ? list.keyedZone : list.zone;
}

/** Why a list can never be asked as things are, in our words; undefined when it can. */
export function whyNotAskable(list: Blocklist, keys: AccountKeys): string | undefined {
  if (list.access === 'private') return 'not in the DNS';
  return list.kinds.some((kind) => isAskable(list, kind, keys)) ? undefined : 'no account key';
}

/** The zone that is asked, key and all: a secret. Only for lists that can be asked. */
export function askedZone(list: Blocklist, keys: AccountKeys): string {
  return zoneOf(list, keys).replaceAll('{key}', keys[list.id] ?? '');
}

/** Reports whether the list can be asked about such a target: it covers the kind, is in the DNS, and we have the key it needs. */
export function isAskable(list: Blocklist, kind: TargetKind, keys: AccountKeys): boolean {
  const needsKey = zoneOf(list, keys).includes('{key}');
  return list.kinds.includes(kind) && list.access !== 'private' && (!needsKey || keys[list.id] !== undefined);
}
