// The domains of the operators of blocklists, living and dead: where a reply names one, in whatever words and language, it names a list.
// Each with the list that a listing there mostly is on; a name below it that is no web host is the list itself.

/** Domain → the zone meant by its web site. A domain whose site says nothing of one list stands for itself. */
const ZONE_OF_SITE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '0spam.org': 'bl.0spam.org',
    'abuse.ro': 'rbl.abuse.ro',
    'abuseat.org': 'zen.spamhaus.org',
    'abusix.ai': 'combined.mail.abusix.zone',
    'abusix.com': 'combined.mail.abusix.zone',
    'abusix.zone': 'combined.mail.abusix.zone',
    'anti-spam.org.cn': 'cbl.anti-spam.org.cn',
    'backscatterer.org': 'ips.backscatterer.org',
    'barracudacentral.com': 'b.barracudacentral.org',
    'barracudacentral.org': 'b.barracudacentral.org',
    'barracudanetworks.com/reputation': 'b.barracudacentral.org',
    'blockedservers.com': 'rbl.blockedservers.com',
    'blocklist.de': 'bl.blocklist.de',
    'calivent.com.pe': 'dnsbl.calivent.com.pe',
    'cobion.com': 'dnsbl.cobion.com',
    'darklist.de': 'dnsbl.darklist.de',
    'dan.me.uk': 'tor.dan.me.uk',
    'dronebl.org': 'dnsbl.dronebl.org',
    'efnetrbl.org': 'rbl.efnetrbl.org',
    'fabel.dk': 'spamsources.fabel.dk',
    'fmb.la': 'bl.fmb.la',
    'gbudb.com': 'truncate.gbudb.net',
    'gbudb.net': 'truncate.gbudb.net',
    'hostkarma.com': 'hostkarma.junkemailfilter.com',
    'imp.ch': 'spamrbl.swinog.ch',
    'invaluement.com': 'ivmsip.invaluement.private',
    'invaluement.local': 'ivmsip.invaluement.private',
    'invaluement.private': 'ivmsip.invaluement.private',
    'jippg.org': 'blacklist.jippg.org',
    'junkemailfilter.com': 'hostkarma.junkemailfilter.com',
    'justspam.org': 'dnsbl.justspam.org',
    'kempt.net': 'dnsbl.kempt.net',
    'konstant.no': 'bl.konstant.no',
    'mail-abuse.com': 'r.mail-abuse.com',
    'mail-abuse.org': 'r.mail-abuse.com',
    'mailspike.io': 'bl.mailspike.net',
    'mailspike.net': 'bl.mailspike.net',
    'mailspike.org': 'bl.mailspike.net',
    'manitu.net': 'ix.dnsbl.manitu.net',
    'nixspam.org': 'ix.dnsbl.manitu.net',
    'nordspam.com': 'bl.nordspam.com',
    'nosolicitado.org': 'bl.nosolicitado.org',
    'nszones.com': 'bl.nszones.com',
    'orbs.org': 'relays.orbs.org',
    'orbz.org': 'inputs.orbz.org',
    'polspam.pl': 'rbl.polspam.pl',
    'psbl.org': 'psbl.surriel.com',
    'rbl.jp': 'all.rbl.jp',
    'rota.lv/dnsbl': 'rota.lv',
    's5h.net': 'all.s5h.net',
    'scientificspam.net': 'bl.scientificspam.net',
    'senderscore.com': 'bl.score.senderscore.com',
    'senderscore.org': 'bl.score.senderscore.com',
    'sorbs.net': 'dnsbl.sorbs.net',
    'spamcop.net': 'bl.spamcop.net',
    'spameatingmonkey.com': 'bl.spameatingmonkey.net',
    'spameatingmonkey.net': 'bl.spameatingmonkey.net',
    'spamhaus.com': 'zen.spamhaus.org',
    'spamhaus.net': 'zen.spamhaus.org',
    'spamhaus.org': 'zen.spamhaus.org',
    'spamrats.com': 'spam.spamrats.com',
    'spews.org': 'spews.org',
    'spfbl.net': 'dnsbl.spfbl.net',
    'suomispam.net': 'bl.suomispam.net',
    'surriel.com': 'psbl.surriel.com',
    'swinog.ch': 'spamrbl.swinog.ch',
    'trendmicro.com/en-us/ers': 'r.mail-abuse.com',
    'uceprotect.net': 'dnsbl-1.uceprotect.net',
    'usenix.org.uk': 'all.s5h.net',
    'virusfree.cz': 'bip.virusfree.cz',
    'wpbl.info': 'db.wpbl.info',
    'woody.ch': 'blacklist.woody.ch',
    'zapbl.net': 'dnsbl.zapbl.net',
    'zenbox.pl': 'ip4.bl.zenrbl.pl',
    'zenrbl.pl': 'ip4.bl.zenrbl.pl',
  }),
);

/** Zones whose domain is not theirs alone, and domains where every name is a list. */
const ZONES = [
  'abuse.ch',
  'ahbl.org',
  'anonmails.de',
  'anticaptcha.net',
  'bl.deadbeef.com',
  'bl.emailbasura.org',
  'blackholes.five-ten-sg.com',
  'blackholes.us',
  'cidr.bl.mcafee.com',
  'countries.nerd.dk',
  'dnsbl.cyberlogic.net',
  'dnsbl.inps.de',
  'dnsbl.net.au',
  'dnsbl.sectoor.de',
  'dnsblchile.org',
  'drbl.drand.net',
  'drbl.gremlin.ru',
  'dsbl.org',
  'dynip.rothen.com',
  'hil.habeas.com',
  'korea.services.net',
  'lashback.com',
  'madavi.de',
  'moensted.dk',
  'msrbl.net',
  'njabl.org',
  'ordb.org',
  'osirusoft.com',
  'rbl.cluecentral.net',
  'rbl.interserver.net',
  'rbl.lugh.ch',
  'rbl.megarbl.net',
  'rbl.suresupport.com',
  'redhawk.org',
  'rfc-ignorant.org',
  'spamcannibal.org',
  'spamdown.org',
  'spamrl.com',
  'spamsources.dnsbl.info',
  'unsubscore.com',
  'virbl.bit.nl',
  'virbl.dnsbl.bit.nl',
];

const NAMES = [...ZONE_OF_SITE.keys(), ...ZONES].map((name) => name.replaceAll('.', String.raw`\.`));

/** One of them in a text, with the named group `site`; not in a mail address, some have mailboxes too. */
export const LIST_SITE = String.raw`(?<![a-z\d-])(?<!@[\w.-]{0,60})(?<site>${NAMES.join('|')})(?![\w-]|\.[a-z])`;

/** The operators that list what an address did, as a source fragment without a group; ZONES holds lists of countries besides. */
export const LIST_OF_MISDEEDS = String.raw`(?<![a-z\d-])(?:${[...ZONE_OF_SITE.keys()].map((name) => name.replaceAll('.', String.raw`\.`)).join('|')})(?![\w-])`;

/** Hosts of web sites, below a domain that also has lists. */
const WEB_HOST = /^(?:www\d?|check|lookup|matrix|app|help|support|bl?og|ipadmin|postmaster|query|removal|my)\./;

/** The zone meant where a site is named: by the whole name around it, or by its web site. */
export function zoneAround(text: string, site: string, at: number): string {
  let from = at;
  while (from > 0 && at - from < 100 && /[a-z\d.-]/i.test(text[from - 1] as string)) from--;
  const name = text.slice(from, at + site.length).toLowerCase();
  const isWeb = text[from - 1] === '/' || WEB_HOST.test(name);
  const zone = isWeb || name.length === site.length ? ZONE_OF_SITE.get(site.toLowerCase()) : undefined;
  return zone ?? withoutAddress(name);
}

/** A question to a list is the address before its zone: some servers name that. */
function withoutAddress(name: string): string {
  return name.replace(/^\.|^(?:\d{1,3}\.){4}/g, '');
}
