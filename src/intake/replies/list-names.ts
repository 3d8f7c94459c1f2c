// Lists as replies name them → the zone they stand for. Old part-zones of one list, lists called by their company, zones with the
// receiver's account key in them: that key is a secret of somebody else and goes no further.

const SPAMHAUS = 'zen.spamhaus.org';

/** What ZEN is made of; some receivers still ask the parts. */
const SPAMHAUS_PARTS = ['zen', 'sbl', 'xbl', 'pbl', 'css', 'sbl-xbl'];

/** Part-zones and other names of a zone. What leads to a web site is in list-sites.ts. */
const ZONES = new Map([
  ...SPAMHAUS_PARTS.map((part) => [`${part}.spamhaus.org`, SPAMHAUS] as const),
  ['spamhaus.org', SPAMHAUS],
  ['www.spamhaus.org', SPAMHAUS],
  // Became part of ZEN in 2021.
  ['cbl.abuseat.org', SPAMHAUS],
  ['bl.barracudacentral.org', 'b.barracudacentral.org'],
  ['spamcop.net', 'bl.spamcop.net'],
  ['www.spamcop.net', 'bl.spamcop.net'],
]);

/** Lists by what they are called in sentences, without blanks and hyphens. */
const CALLED = new Map([
  ['0spam', 'bl.0spam.org'],
  ['abusix', 'combined.mail.abusix.zone'],
  ['backscatterer', 'ips.backscatterer.org'],
  ['brbl', 'b.barracudacentral.org'],
  ['compositeblocklist', SPAMHAUS],
  ['compositeblockinglist', SPAMHAUS],
  ['dronebl', 'dnsbl.dronebl.org'],
  ['exploitsblocklist', SPAMHAUS],
  ['hostkarma', 'hostkarma.junkemailfilter.com'],
  ['invaluement', 'ivmsip.invaluement.private'],
  ['ivmsip', 'ivmsip.invaluement.private'],
  ['mailspike', 'bl.mailspike.net'],
  ['nixspam', 'ix.dnsbl.manitu.net'],
  ['passivespamblocklist', 'psbl.surriel.com'],
  ['psbl', 'psbl.surriel.com'],
  ['senderscore', 'bl.score.senderscore.com'],
  ['senderscoreblock', 'bl.score.senderscore.com'],
  ['shxbl', SPAMHAUS],
  ['sorbs', 'dnsbl.sorbs.net'],
  ['spamcop', 'bl.spamcop.net'],
  ['spameatingmonkey', 'bl.spameatingmonkey.net'],
  ['spamrats', 'spam.spamrats.com'],
  ['spfbl', 'dnsbl.spfbl.net'],
  ['trendmicroemailreputation', 'r.mail-abuse.com'],
  ['trendmicrorbl', 'r.mail-abuse.com'],
  ['uceprotect', 'dnsbl-1.uceprotect.net'],
  ['uceprotectlevel1', 'dnsbl-1.uceprotect.net'],
  ['uceprotectlevel2', 'dnsbl-2.uceprotect.net'],
  ['uceprotectlevel3', 'dnsbl-3.uceprotect.net'],
]);

/** Zones that are asked with the account key as a label before these. */
const KEYED = ['dq.spamhaus.net', 'mail.abusix.zone'];

/** The zone meant by a zone or name out of a reply. */
export function zoneNamed(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  if (/^spam ?haus/.test(lower)) return lower.endsWith('dbl') ? 'dbl.spamhaus.org' : SPAMHAUS;
  if (lower.includes('.')) return ZONES.get(lower) ?? withoutKey(lower);
  const called = lower.replace(/[ -]/g, '');
  return CALLED.get(called) ?? (called.startsWith('barracuda') ? 'b.barracudacentral.org' : lower);
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
