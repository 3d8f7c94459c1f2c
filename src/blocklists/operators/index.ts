// Every operator we know, by how much mail its lists cost. A new one is one file and one line here.
import type { Blocklist, Operator } from '../operator.js';
import { abuseRo } from './abuse-ro.js';
import { abusix } from './abusix.js';
import { barracuda } from './barracuda.js';
import { blockedservers } from './blockedservers.js';
import { blocklistDe } from './blocklist-de.js';
import { calivent } from './calivent.js';
import { cyberFolks } from './cyber-folks.js';
import { dan } from './dan.js';
import { darklist } from './darklist.js';
import { dnsblchile } from './dnsblchile.js';
import { drblGremlin } from './drbl-gremlin.js';
import { dronebl } from './dronebl.js';
import { efnet } from './efnet.js';
import { fabel } from './fabel.js';
import { fmbla } from './fmbla.js';
import { gbudb } from './gbudb.js';
import { improware } from './improware.js';
import { interserver } from './interserver.js';
import { invaluement } from './invaluement.js';
import { jippg } from './jippg.js';
import { junkEmailFilter } from './junk-email-filter.js';
import { justspam } from './justspam.js';
import { kempt } from './kempt.js';
import { konstant } from './konstant.js';
import { mailspike } from './mailspike.js';
import { nordspam } from './nordspam.js';
import { nosolicitado } from './nosolicitado.js';
import { polspam } from './polspam.js';
import { psbl } from './psbl.js';
import { s5h } from './s5h.js';
import { scientificspam } from './scientificspam.js';
import { spamEatingMonkey } from './spam-eating-monkey.js';
import { spamcop } from './spamcop.js';
import { spamhaus } from './spamhaus.js';
import { spamhausTechnology } from './spamhaus-technology.js';
import { spamrats } from './spamrats.js';
import { spfbl } from './spfbl.js';
import { suomispam } from './suomispam.js';
import { surbl } from './surbl.js';
import { trendMicro } from './trend-micro.js';
import { uceprotect } from './uceprotect.js';
import { uribl } from './uribl.js';
import { validity } from './validity.js';
import { virusfree } from './virusfree.js';
import { woody } from './woody.js';
import { zapbl } from './zapbl.js';
import { zerospam } from './zerospam.js';

export const operators: readonly Operator[] = [
  spamhaus,
  barracuda,
  spamcop,
  abusix,
  validity,
  invaluement,
  surbl,
  uribl,
  trendMicro,
  mailspike,
  psbl,
  uceprotect,
  spamrats,
  blocklistDe,
  spamEatingMonkey,
  virusfree,
  interserver,
  gbudb,
  spamhausTechnology,
  junkEmailFilter,
  dronebl,
  justspam,
  zerospam,
  s5h,
  nordspam,
  suomispam,
  spfbl,
  fabel,
  improware,
  zapbl,
  abuseRo,
  fmbla,
  nosolicitado,
  scientificspam,
  konstant,
  woody,
  efnet,
  dan,
  darklist,
  blockedservers,
  cyberFolks,
  dnsblchile,
  calivent,
  kempt,
  jippg,
  polspam,
  drblGremlin,
];

export const blocklists: readonly Blocklist[] = operators.flatMap(({ lists }) => lists);
