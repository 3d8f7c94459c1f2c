// Zones that old tools still ask although they have ended, and zones that are no blocklists: what became of each, so that a configuration
// that names one can be answered with more than silence.

interface DeadZone {
  zone: string;
  /** suffix: every zone below it too. */
  match: 'exact' | 'suffix';
  whatHappened: string;
  /** As exactly as it is known: a date, a month, a year, or words such as `before 2020`. */
  since: string;
  /** What it answers now. */
  behaviour: string;
}

const GONE = 'it does not answer any more';
const LISTS_ALL = 'it lists every address';
const NO_DATA = 'it holds no data';
const DROPPED = 'ended; the checking tools took it out';

export const deadZones: readonly DeadZone[] = [
  below('sorbs.net', 'Proofpoint switched SORBS off', '2024-06-05', NO_DATA),
  exact('ix.dnsbl.manitu.net', 'NiX Spam ended', '2025-01-16', 'it holds no data or does not answer'),
  exact('db.wpbl.info', 'WPBL was emptied and later shut down', '2023-11', GONE),
  below('ahbl.org', 'AHBL ended, and listed everything so that it would be noticed', '2015-01', LISTS_ALL),
  below('njabl.org', 'NJABL ended', '2013-03', GONE),
  below('ordb.org', 'ORDB ended; in 2008 it listed everything', '2006-12', LISTS_ALL),
  below('dsbl.org', 'DSBL ended; its name servers point nowhere', '2008-05', 'questions to it time out'),
  below('spamcannibal.org', 'the domain lapsed twice and was parked', '2019-05-30', LISTS_ALL),
  exact('bl.deadbeef.com', 'the domain lapsed and is for sale', '2022-09', LISTS_ALL),
  exact('bl.emailbasura.org', 'the domain lapsed and was bought by a speculator', '2019-10', LISTS_ALL),
  exact('dnsbl.inps.de', 'its operator closed it, for the work and for privacy law', '2020-05-25', NO_DATA),
  exact('dnsbl6.anticaptcha.net', 'the AntiCaptcha lists ended', '2021-07', GONE),
  exact('dnsbl.anticaptcha.net', 'the AntiCaptcha lists ended', '2021-07', GONE),
  exact('dnsbl.cyberlogic.net', 'it began to say yes to everything', '2018-05', LISTS_ALL),
  exact('virbl.bit.nl', 'Virbl was closed', '2017-01', GONE),
  exact('virbl.dnsbl.bit.nl', 'Virbl was closed', '2017-01', GONE),
  below(
    'msrbl.net',
    'MSRBL was given up, and its site is not to be trusted',
    '2016 or earlier',
    'its answers mean nothing',
  ),
  exact('ubl.unsubscore.com', "LashBack's UBL is offline", 'between 2020 and 2024', NO_DATA),
  exact('ubl.lashback.com', "another name of LashBack's UBL, offline like it", 'between 2020 and 2024', NO_DATA),
  exact('wormrbl.imp.ch', 'ImproWare stopped offering it', 'before 2025', GONE),
  exact('spamrbl.imp.ch', 'it was renamed to spamrbl.swinog.ch', 'before 2025', GONE),
  exact('cbl.abuseat.org', 'CBL became part of Spamhaus XBL, which ZEN holds', '2021', 'ask zen.spamhaus.org instead'),
  exact('spam.dnsbl.anonmails.de', DROPPED, '2024-11', GONE),
  below('madavi.de', DROPPED, '2025-03', GONE),
  exact('sbl.spamdown.org', DROPPED, '2026-03', GONE),
  exact('spamtrap.drbl.drand.net', DROPPED, '2024-03', GONE),
  exact('rbl.lugh.ch', DROPPED, '2024-07', GONE),
  exact('cidr.bl.mcafee.com', DROPPED, '2024-11', GONE),
  exact('dynip.rothen.com', 'it ended', '2020-09', GONE),
  exact('rbl.suresupport.com', 'it ended', '2019-12', GONE),
  exact('rbl.megarbl.net', DROPPED, '2019-11', GONE),
  exact('no-more-funn.moensted.dk', 'it ended', '2019-02', GONE),
  below('dnsbl.sectoor.de', 'the domain of its Tor lists was parked', '2019 or earlier', LISTS_ALL),
  exact('cdl.anti-spam.org.cn', 'the Chinese CASA list fell asleep', 'before 2020', NO_DATA),
  below('abuse.ch', 'the lists of abuse.ch were stopped; its data is in other products now', 'the 2010s', GONE),
  below('rfc-ignorant.org', 'it ended; its successor has another name', '2012-11', GONE),
  exact('spamsources.dnsbl.info', 'it was only ever a test', '2011-01', LISTS_ALL),
  exact('blackholes.five-ten-sg.com', 'nobody keeps it any more', '2012 or later', 'its answers mean nothing'),
  below('osirusoft.com', 'it stopped, and listed everything', '2003-08', LISTS_ALL),
  below('dnsbl.net.au', 'the Australian lists ended', '2009', GONE),
  below('blackholes.us', 'its lists of countries ended', '2007', GONE),
  exact('rbl.cluecentral.net', 'its lists of countries and networks ended', '2009-10', 'it was to list every address'),
  exact(
    'rbl.spamhaus.org',
    'there never was such a list; Spamhaus answers so that the mistake shows',
    '2007',
    LISTS_ALL,
  ),
  exact('_vouch.dwl.spamhaus.org', "Spamhaus' list of good domains ended", '2018-12', GONE),
  exact('swl.spamhaus.org', "Spamhaus' list of good addresses ended", '2018-12', GONE),
];

interface UnfitZone {
  zone: string;
  match: 'exact' | 'suffix';
  /** Why a hit there is no bad news, or none about us. */
  reason: string;
}

/** Zones that live and tell nothing about whether our mail is refused. */
export const unfitZones: readonly UnfitZone[] = [
  { zone: 'countries.nerd.dk', match: 'suffix', reason: 'it says in which country an address is' },
  { zone: 'bogons.cymru.com', match: 'exact', reason: 'it holds only addresses that nobody was given' },
  { zone: 'origin.asn.spameatingmonkey.net', match: 'exact', reason: 'it tells the network of every address' },
  { zone: 'korea.services.net', match: 'exact', reason: 'it lists a country' },
  {
    zone: 'rep.mailspike.net',
    match: 'exact',
    reason: 'it grades good senders too; bl.mailspike.net has the bad ones',
  },
  { zone: 'score.senderscore.com', match: 'exact', reason: 'it gives a score; bl.score.senderscore.com is the list' },
  { zone: 'list.dnswl.org', match: 'exact', reason: 'it lists good senders' },
  { zone: 'uribl.rspamd.com', match: 'exact', reason: 'it wants hashes, not names' },
  { zone: 'ebl.msbl.org', match: 'exact', reason: 'it wants hashes of mail addresses' },
  { zone: 'hashbl.surbl.org', match: 'exact', reason: 'it wants hashes of links and addresses' },
  { zone: 'wadb.isipp.com', match: 'exact', reason: 'it holds certified senders' },
  { zone: 'ips.whitelisted.org', match: 'exact', reason: 'it lists good senders, for UCEPROTECT' },
];

/** What became of a zone; undefined for one that lives or that we do not know. */
export function deadZone(zone: string): DeadZone | undefined {
  return findZone(deadZones, zone);
}

/** Why a zone is not worth watching; undefined when it may be. */
export function unfitZone(zone: string): UnfitZone | undefined {
  return findZone(unfitZones, zone);
}

function findZone<T extends { zone: string; match: 'exact' | 'suffix' }>(
  zones: readonly T[],
  name: string,
): T | undefined {
  const asked = name
    .trim()
    .toLowerCase()
    .replace(/^\{key\}\.|\.$/g, '');
  return zones.find(({ zone, match }) => asked === zone || (match === 'suffix' && asked.endsWith(`.${zone}`)));
}

function exact(zone: string, whatHappened: string, since: string, behaviour: string): DeadZone {
  return { zone, match: 'exact', whatHappened, since, behaviour };
}

/** A domain all of whose zones ended. */
function below(zone: string, whatHappened: string, since: string, behaviour: string): DeadZone {
  return { zone, match: 'suffix', whatHappened, since, behaviour };
}
