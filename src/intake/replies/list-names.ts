// Lists as replies name them → the zone they stand for. Old part-zones of one list, lists called by their company, zones with the
// receiver's account key in them: that key is a secret of somebody else and goes no further.

const SPAMHAUS = 'zen.spamhaus.org';

/** What ZEN is made of; some receivers still ask the parts. */
const SPAMHAUS_PARTS = ['zen', 'sbl', 'xbl', 'pbl', 'css', 'sbl-xbl'];

const ZONES = new Map([
  ...SPAMHAUS_PARTS.map((part) => [`${part}.spamhaus.org`, SPAMHAUS] as const),
  ['spamhaus.org', SPAMHAUS],
  ['www.spamhaus.org', SPAMHAUS],
  ['shxbl', SPAMHAUS],
  // Became part of ZEN in 2021.
  ['cbl.abuseat.org', SPAMHAUS],
  ['abuseat.org', SPAMHAUS],
  ['abusix.com', 'combined.mail.abusix.zone'],
  ['abusix.ai', 'combined.mail.abusix.zone'],
  ['abusix.zone', 'combined.mail.abusix.zone'],
  ['uceprotect.net', 'dnsbl-1.uceprotect.net'],
  ['backscatterer.org', 'ips.backscatterer.org'],
  ['mailspike.net', 'bl.mailspike.net'],
  ['mailspike.org', 'bl.mailspike.net'],
  ['psbl.org', 'psbl.surriel.com'],
  ['surriel.com', 'psbl.surriel.com'],
  ['spamrats.com', 'spam.spamrats.com'],
  ['gbudb.com', 'truncate.gbudb.net'],
  ['gbudb.net', 'truncate.gbudb.net'],
  ['dronebl.org', 'dnsbl.dronebl.org'],
  ['0spam.org', 'bl.0spam.org'],
  ['junkemailfilter.com', 'hostkarma.junkemailfilter.com'],
  ['spameatingmonkey.com', 'bl.spameatingmonkey.net'],
  ['spameatingmonkey.net', 'bl.spameatingmonkey.net'],
  ['bl.barracudacentral.org', 'b.barracudacentral.org'],
  ['barracudacentral.org', 'b.barracudacentral.org'],
  ['spamcop.net', 'bl.spamcop.net'],
  ['www.spamcop.net', 'bl.spamcop.net'],
]);

/** Zones that are asked with the account key as a label before these. */
const KEYED = ['dq.spamhaus.net', 'mail.abusix.zone'];

/** The zone meant by a zone or name out of a reply. */
export function zoneNamed(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  if (/^spam ?haus/.test(lower)) return lower.endsWith('dbl') ? 'dbl.spamhaus.org' : SPAMHAUS;
  return ZONES.get(lower) ?? withoutKey(lower);
}

/** `<key>.zen.dq.spamhaus.net` → `zen.spamhaus.org`; `<key>.combined.mail.abusix.zone` → `combined.mail.abusix.zone`. */
function withoutKey(zone: string): string {
  const base = KEYED.find((suffix) => zone.endsWith(`.${suffix}`));
  if (base === undefined) return zone;
  const labels = zone.slice(0, -base.length - 1).split('.');
  const list = labels.at(-1) as string;
  if (base === 'dq.spamhaus.net' && list === 'dbl') return 'dbl.spamhaus.org';
  if (base === 'dq.spamhaus.net' && SPAMHAUS_PARTS.includes(list)) return SPAMHAUS;
  return labels.length > 1 ? `${list}.${base}` : zone;
}
