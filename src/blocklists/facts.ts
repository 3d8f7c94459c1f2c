// Facts of a list as config.yml writes them, and as the catalogue keeps them.
import { z } from 'zod';
import type { Blocklist, Delisting } from './operator.js';

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
const hours = z
  .tuple([z.number().min(0), z.number().min(0)])
  .refine(([shortest, longest]) => shortest <= longest, 'expected the shorter time first');

/** Each fact by the name it has in config.yml. */
const delistingFacts = z.strictObject({
  url: url.nullish(),
  method: z.enum(['self-service', 'form', 'email', 'automatic-expiry', 'none']).optional(),
  policy: text.optional(),
  expected_hours: hours.optional(),
  needs: z.array(text).optional(),
  retry_hours: z.number().min(0).optional(),
  sells: text.optional(),
});

/** Facts of one list, none of which must be there. */
export const listFacts = z.strictObject({
  name: text.optional(),
  operator: text.optional(),
  zone: zone.optional(),
  zone_variants: z.record(z.string(), zone).optional(),
  /** Name its account key has in `blocklists.keys` beside its id. */
  key_name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens')
    .optional(),
  kinds: z.array(kind).min(1).optional(),
  domain_form: z.enum(['as-given', 'registered']).optional(),
  access: z.enum(['public', 'registration', 'key', 'private']).optional(),
  match: z.enum(['exact', 'bitmask', 'range', 'any']).optional(),
  return_codes: codes.optional(),
  error_codes: codes.optional(),
  note_codes: codes.optional(),
  test_listed: entries,
  test_clean: entries,
  test_basis: z.enum(['documented', 'convention']).optional(),
  scope: z.enum(['address', 'range', 'network', 'domain']).optional(),
  confidence: z.enum(['high', 'medium', 'low']).optional(),
  impact: z.enum(['critical', 'high', 'medium', 'low']).optional(),
  impact_reason: text.optional(),
  delisting: delistingFacts.optional(),
  lookup_url: url.nullish(),
  usage_terms: text.optional(),
  /** How often it may be asked at most. */
  ask: z
    .strictObject({ per_second: z.number().positive().optional(), minimum_minutes: z.number().positive().optional() })
    .optional(),
  note: text.optional(),
  // Where a fact comes from: kept by those who wrote it, not used here.
  status: z.unknown().optional(),
  source: z.unknown().optional(),
  notes: z.unknown().optional(),
});
export type ListFacts = z.infer<typeof listFacts>;

/** What the catalogue keeps of such facts: those that were given, and no other. */
export type GivenFacts = Partial<Omit<Blocklist, 'delisting' | 'id'>> & { delisting: Partial<Delisting> };

/** Facts of config.yml in the catalogue's form. */
export function givenFacts(facts: ListFacts): GivenFacts {
  const { keyed, ...siblings } = facts.zone_variants ?? {};
  const { perSecond, minimumMinutes } = {
    perSecond: facts.ask?.per_second,
    minimumMinutes: facts.ask?.minimum_minutes,
  };
  return {
    ...given({
      name: facts.name,
      operator: facts.operator,
      zone: facts.zone,
      keyedZone: keyed,
      siblings: Object.keys(siblings).length > 0 ? siblings : undefined,
      keyName: facts.key_name,
      kinds: facts.kinds,
      domainForm: facts.domain_form,
      access: facts.access,
      match: facts.match,
      returnCodes: facts.return_codes,
      errorCodes: facts.error_codes,
      noteCodes: facts.note_codes,
      testListed: facts.test_listed === null ? {} : facts.test_listed,
      testClean: facts.test_clean === null ? {} : facts.test_clean,
      testBasis: facts.test_basis,
      scope: facts.scope,
      confidence: facts.confidence,
      impact: facts.impact,
      impactReason: facts.impact_reason,
      lookupUrl: facts.lookup_url ?? undefined,
      usageTerms: facts.usage_terms,
      ask: facts.ask && given({ perSecond, minimumMinutes }),
      note: facts.note,
    }),
    delisting: givenDelisting(facts.delisting ?? {}),
  };
}

function givenDelisting(facts: z.infer<typeof delistingFacts>): Partial<Delisting> {
  return given({
    url: facts.url ?? undefined,
    method: facts.method,
    policy: facts.policy,
    expectedHours: facts.expected_hours,
    needs: facts.needs,
    retryHours: facts.retry_hours,
    sells: facts.sells,
  });
}

/** Leaves out what is undefined. */
function given<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
