// Refused for the country that our address is in, as a lookup tells it: a choice of the receiver's about everybody there. No address of
// ours in that country would be taken, nobody can be asked for a removal, and a DNS zone that tells countries lists nobody.
import { LIST_OF_MISDEEDS } from '../list-sites.js';
import { DIGITS, kinds, oneOf, type ReplyPattern, re, ZONE } from '../reply.js';

const COUNTRY = '(?:country|countries|nation|region|continent)';
const SHUT = String.raw`(?:block|bann|den(?:y|ied)|reject|refus|forbid|restrict|filter|black ?list|prohibit|polic(?:y|ies)|not (?:\S{1,10} )?(?:permitted|allowed|accepted|in\b|on\b)|on (?:\S{1,10} )?(?:black|block|deny) ?list)`;
/** Whose mail is refused most often for where it comes from, by the name a list or a rule has. */
const NAMES =
  '(?:argentina|brazil|china|hong ?kong|india|indonesia|iran|korea|nigeria|russia|taiwan|turkey|ukraine|vietnam)';
/** Of domains, people, texts, a filter's data centre and whom mail goes to countries are said too. */
const NO_PLACE_OF_OURS = String.raw`\b(?:user|usuario|utente|benutzer|recipients?|mail ?box|sender(?! ip)|tlds?|top[ -]level|domains?|content|contains?|subject|attachment|language|words?|quota|phone|account|helo|SPF|links? to|urls? in|members?|phish\w{0,4})\b|country[ -](?:name|club)|\b[a-z]{2}-(?:north|south|east|west|central)[a-z]{0,5}-\d|\bto (?:this|that) (?:country|region)`;
/** What our address has done beside: its country is then a remark about it. */
const MISDEED = String.raw`\b(?:bad|poor|low|negative|your|its) (?:\S{1,12} )?reputation|\bsen(?:ds|t|ding) (?:\S{1,12} ){0,2}?(?:spam|junk)|[\])\w] [[(]country\b[^)\]]{1,24}[)\]],? (?:is|was|has|are|have|black|block|list|reject|refus|den)|\b(?:ips?|host|server|address|\d[\])]?)(?: \([^)]{1,24}\))? (?:(?:is|was|has|been|are|have) ){1,2}(?:\S{1,12} )?(?:block|bann|black|refus|reject)\w{1,9} (?:for|due to|because of) (?:\S{1,12} ){0,2}?(?:spam|abuse|complaints|attacks)`;
/** Our address on a list that is not the page or zone of countries which follows. */
const LISTED_ELSEWHERE = String.raw`(?:\b(?:ips?|host|server|client)\b(?: address)?|${DIGITS})[\])>:]{0,2}(?: \S{1,12}){0,5}? (?:(?:black|block|deny)[ -]?list(?:ed)?|banned)\b(?![^.;]{0,20}?\bcountries\.|\W{1,3}(?:see|visit):? (?:https?://)?(?:www\.)?countries\.)`;
const REFUSES = String.raw`block|bann|den(?:y|ied)|reject|refus|forbid|restrict|filter|black ?list|prohibit|polic(?:y|ies)|\bnot\b|\bno\b|\bonly\b|nicht|\bkein|sperr|abge(?:lehnt|wiesen)|rechaz|rifiut|respint|geweiger|niet|re[cj](?:us|eit)ad|bloqu|permiti|consentit|acept|autoris|interdit|bloc[cka]|blokk?|blokad|niedozwol|odrzuc|odm.tn|zakaz|zablok|zapre|\bne\b|\binte\b|\bikke\b|\bnao\b|estetty|\bnem\b|tilt|engel|yasak|refuz`;

/** Before the lists: a zone that tells countries, by its name or by the sentence behind the verdict. */
export const placeLists: readonly ReplyPattern[] = [
  {
    id: 'country-zone',
    ...kinds.recipientPolicy,
    isPermanent: 'by-code',
    pattern: re`(?:blocked|rejected|refused|denied|listed|found) (?:using|by|at|in|on|via) (?:the )?(?<zone>(?:(?:[a-z0-9-]{1,63}\.){0,4}(?:countr(?:y|ies)|geo(?:ip|bl|loc\w{0,6}|dns\w{0,2})|continents?|nations?)(?:-[\w-]{1,20})?|(?<!\bby (?:the )?)(?:geo|${NAMES}))(?:\.[a-z0-9-]{1,63}){1,4})(?![\w-])`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zz.countries.example.net; We take no mail from there',
    ],
  },
  {
    // Its zones and its page, of nothing else.
    id: 'country-site',
    ...kinds.recipientPolicy,
    isPermanent: 'by-code',
    pattern: re`(?<![@\w.-])(?<zone>(?:[a-z]{2,24}\.)?countries(?:\.[a-z0-9-]{1,63}){1,3}\.[a-z]{2,24})(?![\w-])`,
    unless: re`${LIST_OF_MISDEEDS}|${MISDEED}|${LISTED_ELSEWHERE}`,
    basis: 'composed',
    examples: ['550 No mail from there, see http://countries.example.net/why'],
  },
  {
    id: 'country-behind-list',
    ...kinds.recipientPolicy,
    isPermanent: 'by-code',
    pattern: re`(?:blocked|rejected) (?:using|by) ${ZONE}[;:,] .{0,100}?\b(?:countr(?:y|ies)|geo[ -]?(?:graph|ip|loc|block|fenc)|(?<=\b(?:from|of) )${NAMES}\b)`,
    also: re`\bgeo[ -]?(?:graph\w{2,6} (?:locat|region|area|restrict|polic|block|reason|origin)|ip|loc|block|fenc)|\b(?:from|of|your|this|that|sending|source|blocked|banned) (?:\S{1,15} )?(?:${COUNTRY}|${NAMES})\b|\b${COUNTRY}\b(?: \S{1,15}){0,3}? ${SHUT}`,
    unless: re`${LIST_OF_MISDEEDS}|${NO_PLACE_OF_OURS}|${MISDEED}`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using local.example.net; Mail from your country is refused',
    ],
  },
];

export const place: readonly ReplyPattern[] = [
  {
    id: 'country',
    ...kinds.recipientPolicy,
    isPermanent: 'by-code',
    pattern: oneOf`
      \bgeo[ -]?(?:ip|block\w{0,3}|locat\w{1,3}|fenc\w{1,3}|restrict\w{0,5}|filter\w{0,3}|polic\w{1,3})\b
      \bgeo(?:graph\w{2,6})? (?:\S{1,15} ){0,2}?${SHUT}
      \b${SHUT}\w{0,4}[,;:]?(?: \S{1,15}){0,4}? geograph\w{2,6}\b
      \b(?:from|of|in|by|outside|beyond) (?:your|this|that|these|those|foreign|other|our|an?|the|some|certain) (?:\S{1,15} ){0,2}?${COUNTRY}\b
      \b${COUNTRY}\b(?: \S{1,15}){0,4}? ${SHUT}
      \b${SHUT}\w{0,4}(?: \S{1,15}){0,3}? ${COUNTRY}\b
      \b(?:denied|refused|rejected) (?:from|to|for|in) ${COUNTRY}\b
      \byour (?:geograph\w{2,6} |physical |current )?location (?:is |was |has been )?${SHUT}
      \bforeign (?:hosts?|servers?|ips?|ip addresses|addresses|networks?|countries|country)\b
      (?<=\b(?:mail|e-?mails?|messages?|connections?) from (?:outside (?:of )?)?)(?:abroad|overseas|${NAMES})(?![\w@-]|\.\w)
      \bonly (?:accept\w{0,3} |take )?(?:mail |e-?mail |connections )?from (?:\S{1,15} )?(?:domestic|national) (?:ip|host|server|address|network|countr)
    `,
    also: re`${REFUSES}`,
    unless: re`${NO_PLACE_OF_OURS}|${MISDEED}`,
    basis: 'composed',
    examples: [
      '550 We take no mail from your country, 192.0.2.25',
      '550 5.7.1 Rejected by GeoIP filter: 192.0.2.25',
      '550 Rejected - geographical restriction',
      '554 Country blocked: NL',
      '554 Denied, based on your geographical location',
    ],
  },
  {
    // In the languages of Europe: whose country, or where the mail is from.
    id: 'country-abroad',
    ...kinds.recipientPolicy,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b(?:ihr(?:em|es)?|deinem|diesem|eurem|aus (?:dem|welchem)|ins?) (?:\S{1,15} )?(?:land|ausland)\b
      \bherkunftsland|\bl(?:ae|a|.{1,2})nder(?:sperr|filter|liste|block)|\bgeo-?sperr
      \b(?:votre|ce|du|des|autres?|certains|le) pays\b|\bpays (?:d.origine|bloqu|non |interdit|refus|etranger)
      \b(?:zone|localisation|situation|origine) geographique|\bubicaci.{1,2}n geogr|\blocaliza.{2,4}o geogr|\b(?:area|posizione|zona|regione) geografica
      \b(?:su|tu|este|ese|otros?|seu|esse|outros?) pa(?:i|\?{1,2})s\b|\bpa(?:i|\?{1,2})s (?:de )?(?:orig|bloq|no |n.{1,2}o |proib|prohib|rechaz|recus)
      \b(?:suo|vostro|tuo|questo|dal) paese\b|\bpaese (?:di |d.)?(?:origine|provenienza|bloccat|non )
      \b(?:uw|dit|jouw|je) land\b|\bland van (?:herkomst|oorsprong)
      \b(?:ditt?|detta|dette|deres|dit) land(?:et)?\b|\b(?:ursprungs|oprindelses|opprinnelses|avsandar|hjem)land
      \b(?:twojego|waszego|tego|panstwa|panskiego) kraju\b|\bkraj(?:u)? (?:pochodzenia|nadawcy)
      \b(?:vas[ie]|vasej|teto|tejto|tvoji|z dane) (?:zem[ei]|krajiny|zemlj[ei]|drzav[ei])\b|\b(?:zem[ei]|krajina) p.{1,2}vodu
      \b(?:vashey|vasha|vashu|etoy|dannoy|tvoey|iz) strany?\b|\bstran[aye] (?:zablok|zapre|otprav|proiskh)
      \borszag(?:a|ab|b)\w{1,6}\b|\bulke(?:niz|nden|den|si)\w{0,6}|\bmaasta(?:si|nne|an)?\b|\btar(?:a|ii) (?:dvs|dumneavoastra|de origine|ta\b)
    `,
    also: re`${REFUSES}`,
    unless: re`${NO_PLACE_OF_OURS}|${MISDEED}|\b(?:s[oe]ppele?-?post|spam|virus)\b`,
    basis: 'composed',
    examples: [
      '550 Zustellung aus Ihrem Land ist nicht gestattet',
      '550 Connexion refusee, pays non autorise',
      '550 Correo rechazado: pais de origen',
      '550 Pochta iz vashey strany ne prinimaetsya',
    ],
  },
];
