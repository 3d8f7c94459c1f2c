// The operator's choice of lists in config.yml: which of ours, and which of their own. Entries have the catalogue's field names.
import { z } from 'zod';
import { UserError } from '../errors.js';
import type { Blocklist } from './operator.js';

const text = z.string().trim().min(1);
const url = z.string().regex(/^https?:\/\/\S+$/, 'expected an http or https address');
const zone = z
  .string()
  .toLowerCase()
  .regex(
    /^(\{key\}\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/,
    'expected a DNS zone such as bl.example.org, or {key}.bl.example.org',
  )
  .transform((name) => name.replace(/\.$/, ''));
const codes = z.record(
  z
    .string()
    .regex(
      /^(\d{1,3}|127\.[\d.]+(\.\*)?|127\.[\d.]+-127\.[\d.]+|other)$/,
      'expected a code such as 127.0.0.2, a bit such as 4, 127.0.0.2-127.0.0.9 or 127.0.0.*',
    ),
  text,
);
const kind = z.enum(['ipv4', 'ipv6', 'domain']);
const entries = z.partialRecord(kind, text).nullish();

const ExtraDelisting = z.strictObject({
  retry_hours: z.number().min(0).optional(),
  sells: text.optional(),
  url: url.nullish(),
  method: z.enum(['self-service', 'form', 'email', 'automatic-expiry', 'none']).default('none'),
  policy: text.default('Not known.'),
  expected_hours: z.tuple([z.number().min(0), z.number().min(0)]).default([2, 72]),
  needs: z.array(text).default([]),
});

/** A list of the operator's own, as written in `blocklists.extra`. Only `id`, `zone` and `kinds` must be there. */
export const ExtraBlocklist = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens'),
    name: text.optional(),
    operator: text.default('own list'),
    zone,
    zone_variants: z.record(z.string(), zone).optional(),
    kinds: z.array(kind).min(1),
    domain_form: z.enum(['as-given', 'registered']).default('as-given'),
    access: z.enum(['public', 'registration', 'key', 'private']).default('public'),
    match: z.enum(['exact', 'bitmask', 'range', 'any']).default('any'),
    return_codes: codes.default({}),
    error_codes: codes.default({}),
    test_listed: entries,
    test_clean: entries,
    test_basis: z.enum(['documented', 'convention']).default('convention'),
    scope: z.enum(['address', 'range', 'network', 'domain']).optional(),
    confidence: z.enum(['high', 'medium', 'low']).default('medium'),
    impact: z.enum(['critical', 'high', 'medium', 'low']).default('medium'),
    impact_reason: text.default('Not known.'),
    delisting: ExtraDelisting.prefault({}),
    lookup_url: url.nullish(),
    usage_terms: text.default('Not known.'),
    // Where a fact comes from: kept by those who wrote it, not used here.
    status: z.unknown().optional(),
    source: z.unknown().optional(),
    notes: z.unknown().optional(),
  })
  .refine((list) => list.match === 'any' || Object.keys(list.return_codes).length > 0, {
    path: ['return_codes'],
    message: 'expected at least one code, or match: any',
  })
  .transform(toBlocklist);

/** The `blocklists` part of config.yml. */
export const BlocklistChoice = z.strictObject({
  /** Ids; nothing else is asked. */
  only: z.array(text).optional(),
  /** Ids that are not asked. */
  disable: z.array(text).default([]),
  /** Lists of the operator's own; one with the id of a built-in list takes its place. */
  extra: z.array(ExtraBlocklist).default([]),
  /** Account keys by list id, for lists that want one in the zone name. */
  keys: z.record(text, z.string().regex(/^[A-Za-z0-9_-]{1,63}$/, 'expected letters and digits')).default({}),
});
export type BlocklistChoice = z.infer<typeof BlocklistChoice>;

/** The lists to ask, ours before theirs. Throws UserError for an id that is no list, naming those there are. */
export function chooseLists(
  builtIn: readonly Blocklist[],
  choice: Pick<BlocklistChoice, 'only' | 'disable' | 'extra'>,
): Blocklist[] {
  const replaced = new Set(choice.extra.map(({ id }) => id));
  const all = [...builtIn.filter(({ id }) => !replaced.has(id)), ...choice.extra];
  const known = new Set(all.map(({ id }) => id));
  for (const [field, ids] of [
    ['only', choice.only ?? []],
    ['disable', choice.disable],
  ] as const) {
    const stranger = ids.find((id) => !known.has(id));
    if (stranger !== undefined) {
      throw new UserError(`blocklists.${field}: "${stranger}" is no list; known are ${[...known].join(', ')}`);
    }
  }
  return all.filter(({ id }) => (choice.only?.includes(id) ?? true) && !choice.disable.includes(id));
}

interface Entry {
  id: string;
  name?: string | undefined;
  operator: string;
  zone: string;
  zone_variants?: Record<string, string> | undefined;
  kinds: Blocklist['kinds'][number][];
  domain_form: Blocklist['domainForm'];
  access: Blocklist['access'];
  match: Blocklist['match'];
  return_codes: Record<string, string>;
  error_codes: Record<string, string>;
  test_listed?: Blocklist['testListed'] | null | undefined;
  test_clean?: Blocklist['testClean'] | null | undefined;
  test_basis: Blocklist['testBasis'];
  scope?: Blocklist['scope'] | undefined;
  confidence: Blocklist['confidence'];
  impact: Blocklist['impact'];
  impact_reason: string;
  delisting: z.output<typeof ExtraDelisting>;
  lookup_url?: string | null | undefined;
  usage_terms: string;
}

function toBlocklist(entry: Entry): Blocklist {
  const {
    url: removalUrl,
    expected_hours: expectedHours,
    retry_hours: retryHours,
    sells,
    ...delisting
  } = entry.delisting;
  const keyed = entry.zone_variants?.keyed;
  return {
    id: entry.id,
    name: entry.name ?? entry.id,
    operator: entry.operator,
    zone: entry.zone,
    ...(keyed !== undefined ? { keyedZone: keyed } : {}),
    kinds: entry.kinds,
    domainForm: entry.domain_form,
    access: entry.access,
    match: entry.match,
    returnCodes: entry.return_codes,
    errorCodes: entry.error_codes,
    testListed: entry.test_listed ?? {},
    testClean: entry.test_clean ?? {},
    testBasis: entry.test_basis,
    scope: entry.scope ?? (entry.kinds.every((each) => each === 'domain') ? 'domain' : 'address'),
    confidence: entry.confidence,
    impact: entry.impact,
    impactReason: entry.impact_reason,
    delisting: {
      ...delisting,
      expectedHours,
      ...(removalUrl ? { url: removalUrl } : {}),
      ...(retryHours === undefined ? {} : { retryHours }),
      ...(sells ? { sells } : {}),
    },
    ...(entry.lookup_url ? { lookupUrl: entry.lookup_url } : {}),
    usageTerms: entry.usage_terms,
  };
}
