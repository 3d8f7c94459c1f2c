// Lists as replies name them → the zone they stand for. Old part-zones of one list, lists called by their company, zones with the
// receiver's account key in them: that key is a secret of somebody else and goes no further.

const SPAMHAUS = 'zen.spamhaus.org';
const BARRACUDA = 'b.barracudacentral.org';

/** What ZEN is made of; some receivers still ask the parts. */
const SPAMHAUS_PARTS = ['zen', 'sbl', 'xbl', 'pbl', 'css', 'sbl-xbl'];

/** Part-zones and other names of a zone. What leads to a web site is in list-sites.ts. */
const ZONES = new Map([
  ...SPAMHAUS_PARTS.map((part) => [`${part}.spamhaus.org`, SPAMHAUS] as const),
  ['spamhaus.org', SPAMHAUS],
  ['www.spamhaus.org', SPAMHAUS],
  // Became part of ZEN in 2021.
  ['cbl.abuseat.org', SPAMHAUS],
  ['bl.barracudacentral.org', BARRACUDA],
  ['rbl-plus.mail-abuse.org', 'r.mail-abuse.com'],
  ['spamcop.net', 'bl.spamcop.net'],
  ['www.spamcop.net', 'bl.spamcop.net'],
]);

/**
 * Lists by what they are called in sentences, with no blank, hyphen or full stop → the zone; how it may be written, where
 * that is more. '' for what says too little alone, or is spelt by another row.
 */
const NAMES: readonly (readonly [called: string, zone: string, written?: string])[] = [
  ['0spam', 'bl.0spam.org'],
  ['ahbl', 'dnsbl.ahbl.org'],
  ['abusix', 'combined.mail.abusix.zone'],
  ['backscatterer', 'ips.backscatterer.org'],
  ['blockedservers', 'rbl.blockedservers.com'],
  ['brbl', BARRACUDA],
  ['calivent', 'dnsbl.calivent.com.pe'],
  ['cbl', SPAMHAUS, ''],
  ['compositeblocklist', SPAMHAUS, 'composite block(?:ing)? list'],
  ['compositeblockinglist', SPAMHAUS, ''],
  ['css', SPAMHAUS, ''],
  ['dnsblchile', 'dnsblchile.org', 'dnsbl ?chile'],
  ['drbl', 'work.drbl.gremlin.ru'],
  ['dronebl', 'dnsbl.dronebl.org'],
  ['dsbl', 'list.dsbl.org'],
  ['efnetrbl', 'rbl.efnetrbl.org', 'efnet ?rbl'],
  ['exploitsblocklist', SPAMHAUS, 'exploits block ?list'],
  ['fabel', 'spamsources.fabel.dk', 'fabel spamsources'],
  ['fmbla', 'bl.fmb.la', 'fmb\\.la'],
  ['gbudb', 'truncate.gbudb.net'],
  ['hostkarma', 'hostkarma.junkemailfilter.com', 'host ?karma'],
  ['interserverrbl', 'rbl.interserver.net', 'interserver rbl'],
  ['invaluement', 'ivmsip.invaluement.private'],
  ['ivmsip', 'ivmsip.invaluement.private'],
  ['jippg', 'blacklist.jippg.org'],
  ['justspam', 'dnsbl.justspam.org'],
  ['kemptnetdnsbl', 'dnsbl.kempt.net', 'kempt(?:\\.net)? dnsbl'],
  ['konstantbl', 'bl.konstant.no', 'konstant bl'],
  ['lashback', 'ubl.lashback.com'],
  ['mailspike', 'bl.mailspike.net'],
  ['njabl', 'dnsbl.njabl.org'],
  ['nixspam', 'ix.dnsbl.manitu.net', 'nix ?spam'],
  ['nordspam', 'bl.nordspam.com'],
  ['nosolicitado', 'bl.nosolicitado.org', 'nosolicitado(?! por)'],
  ['orbs', 'relays.orbs.org'],
  ['ordb', 'relays.ordb.org'],
  ['passivespamblocklist', 'psbl.surriel.com', 'passive spam block ?list'],
  ['pbl', SPAMHAUS, ''],
  // "Policy block list" alone may be anybody's.
  ['policyblocklist', SPAMHAUS, 'policy block ?list(?= \\(PBL\\))'],
  ['polspam', 'rbl.polspam.pl'],
  ['psbl', 'psbl.surriel.com'],
  [
    'returnpathreputationnetworkblocklist',
    'bl.score.senderscore.com',
    'return ?path reputation network (?:block|black) ?list',
  ],
  ['returnpathreputationnetworkblacklist', 'bl.score.senderscore.com', ''],
  ['rbl+', 'r.mail-abuse.com', 'rbl\\+'],
  // No zone of it is known.
  ['rotadnsbl', 'rota.lv', 'rota dnsbl'],
  ['s5h', 'all.s5h.net'],
  ['sbl', SPAMHAUS, ''],
  ['sblcss', SPAMHAUS, ''],
  ['sblxbl', SPAMHAUS, ''],
  ['scbl', 'bl.spamcop.net'],
  ['scientificspam', 'bl.scientificspam.net', 'scientific ?spam'],
  ['senderscore', 'bl.score.senderscore.com', 'senderscore|sender score block(?:list)?'],
  ['senderscoreblock', 'bl.score.senderscore.com', ''],
  ['senderscoreblocklist', 'bl.score.senderscore.com', ''],
  ['shxbl', SPAMHAUS, ''],
  ['sorbs', 'dnsbl.sorbs.net'],
  ['spamcannibal', 'bl.spamcannibal.org', 'spam ?cannibal'],
  ['spamcop', 'bl.spamcop.net', 'spam[ -]?cop'],
  ['spameatingmonkey', 'bl.spameatingmonkey.net', 'spam ?eating ?monkey'],
  ['spamrats', 'spam.spamrats.com', 'spam ?rats'],
  // It had no zone of its own.
  ['spews', 'spews.org'],
  ['spfbl', 'dnsbl.spfbl.net'],
  ['suomispam', 'bl.suomispam.net'],
  ['surbl', 'multi.surbl.org', ''],
  ['swinog', 'spamrbl.swinog.ch'],
  ['trendmicroemailreputation', 'r.mail-abuse.com', 'trend ?micro email reputation(?: services?)?'],
  ['trendmicroemailreputationservice', 'r.mail-abuse.com', ''],
  ['trendmicroemailreputationservices', 'r.mail-abuse.com', ''],
  ['trendmicrorbl', 'r.mail-abuse.com', 'trend ?micro rbl'],
  ['uceprotect', 'dnsbl-1.uceprotect.net', 'uceprotect(?:[ -]?level[ -]?[123])?'],
  ['uceprotectlevel1', 'dnsbl-1.uceprotect.net', ''],
  ['uceprotectlevel2', 'dnsbl-2.uceprotect.net', ''],
  ['uceprotectlevel3', 'dnsbl-3.uceprotect.net', ''],
  ['uribl', 'multi.uribl.com', ''],
  ['virusfree', 'bip.virusfree.cz', 'virusfree b(?:ip|ad)'],
  ['virusfreebip', 'bip.virusfree.cz', ''],
  ['virusfreebad', 'bad.virusfree.cz', ''],
  ["woody'ssmtpblacklist", 'blacklist.woody.ch', "woody'?s? smtp blacklist"],
  ['wpbl', 'db.wpbl.info', ''],
  ['xbl', SPAMHAUS, ''],
  ['zapbl', 'dnsbl.zapbl.net'],
  ['zen', SPAMHAUS, ''],
  ['zenbox', 'ip4.bl.zenrbl.pl', 'zenbox rbl'],
  ['zenboxrbl', 'ip4.bl.zenrbl.pl', ''],
];
const ZONE_OF_NAME = new Map(NAMES.map(([called, zone]) => [called, zone]));

/** Any of them as a sentence has it, as a source fragment. Companies that have more than a list count with the word for it. */
export const CALLED = [
  'spam ?haus(?:[ _-]?(?:dbl|zen|sbl-xbl|sbl|xbl|pbl|css))?',
  'barracuda (?:networks )?(?:rbl|reputation|central|block ?list|black ?list)',
  'barracudacentral(?!\\.)',
  ...NAMES.flatMap(([called, , written = called]) => (written === '' ? [] : [written])),
].join('|');

/** Zones that are asked with the account key as a label before these. */
const KEYED = ['dq.spamhaus.net', 'mail.abusix.zone'];

/** The zone meant by a zone or name out of a reply. */
export function zoneNamed(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  if (/^spam ?haus(?!\.)/.test(lower)) return lower.endsWith('dbl') ? 'dbl.spamhaus.org' : SPAMHAUS;
  const zone = ZONES.get(lower) ?? ZONE_OF_NAME.get(lower.replace(/[ ._-]/g, ''));
  if (zone !== undefined) return zone;
  if (lower.includes('.')) return withoutKey(lower);
  return lower.startsWith('barracuda') ? BARRACUDA : lower;
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
