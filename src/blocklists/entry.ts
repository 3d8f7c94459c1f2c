// A list as config.yml would write it: what `relaywarden catalogue` shows, and what `blocklists.extra` takes.
import type { Blocklist, Delisting } from './operator.js';

/** A value that can be JSON, facts in the order and by the names of config.yml. */
export type Entry = { id: string; zone: string } & Record<string, unknown>;

export function entryOf(list: Blocklist): Entry {
  return withoutUndefined({
    id: list.id,
    name: list.name,
    operator: list.operator,
    zone: list.zone,
    zone_variants: zoneVariants(list),
    key_name: list.keyName,
    kinds: list.kinds,
    domain_form: list.domainForm,
    access: list.access,
    match: list.match,
    return_codes: list.returnCodes,
    error_codes: list.errorCodes,
    note_codes: list.noteCodes,
    test_listed: list.testListed,
    test_clean: list.testClean,
    test_basis: list.testBasis,
    scope: list.scope,
    confidence: list.confidence,
    impact: list.impact,
    impact_reason: list.impactReason,
    delisting: delistingOf(list.delisting),
    lookup_url: list.lookupUrl,
    usage_terms: list.usageTerms,
    ask: list.ask && withoutUndefined({ per_second: list.ask.perSecond, minimum_minutes: list.ask.minimumMinutes }),
    note: list.note,
  });
}

function zoneVariants({ keyedZone, siblings = {} }: Blocklist): Record<string, string> | undefined {
  const variants = { ...(keyedZone === undefined ? {} : { keyed: keyedZone }), ...siblings };
  return Object.keys(variants).length > 0 ? variants : undefined;
}

function delistingOf({ url, method, policy, expectedHours, needs, retryHours, sells }: Delisting) {
  return withoutUndefined({
    url,
    method,
    policy,
    expected_hours: expectedHours,
    needs,
    retry_hours: retryHours,
    sells,
  });
}

function withoutUndefined<T extends object>(facts: T): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}
