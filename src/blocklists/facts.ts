// Facts of a list as config.yml writes them, and as the catalogue keeps them. Each has one name, in config.yml with underscores: what is
// expectedHours in Blocklist is expected_hours there.
import { z } from 'zod';
import type { Blocklist, Delisting } from './operator.js';

const text = z.string().trim().min(1);
const url = z
  .string()
  .regex(/^https?:\/\/\S+$/, 'expected an http or https address')
  .nullable()
  .transform((address) => address ?? undefined)
  .optional();
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
const entries = z
  .partialRecord(kind, text)
  .nullable()
  .transform((given) => given ?? {})
  .optional();
const hours = z
  .tuple([z.number().min(0), z.number().min(0)])
  .refine(([shortest, longest]) => shortest <= longest, 'expected the shorter time first');

const delistingFacts = z.strictObject({
  url,
  method: z.enum(['self-service', 'form', 'email', 'automatic-expiry', 'none']).optional(),
  policy: text.optional(),
  expected_hours: hours.optional(),
  needs: z.array(text).optional(),
  retry_hours: z.number().min(0).optional(),
  sells: text.optional(),
});

/** How often a list may be asked at most. */
const paceFacts = z.strictObject({
  per_second: z.number().positive().optional(),
  minimum_minutes: z.number().positive().optional(),
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
  lookup_url: url,
  usage_terms: text.optional(),
  ask: paceFacts.optional(),
  note: text.optional(),
  // Where a fact comes from: kept by those who wrote it, not used here.
  status: z.unknown().optional(),
  source: z.unknown().optional(),
  notes: z.unknown().optional(),
});
export type ListFacts = z.infer<typeof listFacts>;

/** A list as config.yml would write it: what `relaywarden catalogue` shows, and what `blocklists.extra` takes. */
export function entryOf({ id, keyedZone, siblings, delisting, ask, ...facts }: Blocklist): Record<string, unknown> {
  const zones = { ...(keyedZone === undefined ? {} : { keyed: keyedZone }), ...siblings };
  const own = {
    ...facts,
    zoneVariants: unlessEmpty(zones),
    delisting: written(delisting, delistingFacts.shape),
    ask: ask && written(ask, paceFacts.shape),
  };
  return { id, ...written(own, listFacts.shape) };
}

/** What the catalogue keeps of such facts: those that were given, and no other. */
type GivenFacts = Partial<Omit<Blocklist, 'delisting' | 'id'>> & { delisting: Partial<Delisting> };

/** Facts of config.yml in the catalogue's form. */
export function givenFacts(facts: ListFacts): GivenFacts {
  const { zone_variants = {}, delisting = {}, ask, status, source, notes, ...others } = facts;
  const { keyed, ...siblings } = zone_variants;
  const own = { ...others, keyedZone: keyed, siblings: unlessEmpty(siblings), ask: ask && read(ask) };
  return { ...read(own), delisting: read(delisting) };
}

function unlessEmpty(zones: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(zones).length > 0 ? zones : undefined;
}

/** The facts that are given, by their names in config.yml and in its order. */
function written(facts: object, shape: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(facts));
  return given(Object.keys(shape).map((name) => [name, values.get(ours(name))]));
}

/** The facts that are given, by our names. */
function read<F extends object>(facts: F): Read<F> {
  return given(Object.entries(facts).map(([name, value]) => [ours(name), value])) as Read<F>;
}

type Read<F> = { [Name in keyof F as Ours<Name>]?: Exclude<F[Name], undefined> };
type Ours<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Ours<Tail>>}` : Name;

/** Our name for what config.yml calls so. */
function ours(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function given(facts: [name: string, value: unknown][]): Record<string, unknown> {
  return Object.fromEntries(facts.filter(([, value]) => value !== undefined));
}
