// Refused for the country that our address is in, as a lookup tells it. It is our address that is refused, and no list that one gets off:
// an address elsewhere would be taken, another of ours in the same country would not.
import { kinds, oneOf, type ReplyPattern, re } from '../reply.js';

const COUNTRY = '(?:country|countries|nation|region)';
const SHUT = String.raw`(?:block|bann|den(?:y|ied)|reject|refus|forbid|restrict|filter|black ?list|prohibit|polic(?:y|ies)|not (?:\S{1,10} )?(?:permitted|allowed|accepted|in\b))`;
/** Of domains, people, texts, a filter's data centre and whom mail goes to countries are said too. */
const NO_PLACE_OF_OURS = re`\b(?:user|recipients?|mail ?box|sender(?! ip)|tlds?|top[ -]level|domains?|content|contains?|subject|attachment|language|words?|quota|phone|account|helo|SPF|links? to|urls? in|members?|phish\w{0,4})\b|country[ -](?:name|club)|\b[a-z]{2}-(?:north|south|east|west|central)[a-z]{0,5}-\d|\bto (?:this|that) (?:country|region)`;

export const place: readonly ReplyPattern[] = [
  {
    id: 'country',
    ...kinds.block,
    isPermanent: 'by-code',
    rerouteHelps: false,
    pattern: oneOf`
      \bgeo[ -]?(?:ip|block\w{0,3}|locat\w{1,3}|fenc\w{1,3}|restrict\w{0,5}|filter\w{0,3}|polic\w{1,3})\b
      \bgeo(?:graph\w{2,6})? (?:\S{1,15} ){0,2}?${SHUT}
      \b(?:from|of|in|by|outside|beyond) (?:your|this|that|these|those|foreign|other|our|an?|the|some|certain) (?:\S{1,15} ){0,2}?${COUNTRY}\b
      \b${COUNTRY}\b(?: \S{1,15}){0,4}? ${SHUT}
      \b${SHUT}\w{0,4}(?: \S{1,15}){0,3}? ${COUNTRY}\b
      \b(?:denied|refused|rejected) (?:from|to|for|in) ${COUNTRY}\b
      \b(?:your|this) (?:\S{1,15} )?location (?:is |was |has been )?${SHUT}
      \bforeign (?:hosts?|servers?|ips?|ip addresses|addresses|networks?|countries)\b
      \bonly (?:accept\w{0,3} |take )?(?:mail |e-?mail |connections )?from (?:\S{1,15} )?(?:domestic|national) (?:ip|host|server|address|network|countr)
      \b(?:ihr(?:em)? land|votre pays|su pa.{1,2}s|suo paese|vostro paese|uw land|seu pa.{1,2}s)\b
    `,
    also: re`block|bann|den(?:y|ied)|reject|refus|forbid|restrict|filter|black ?list|prohibit|polic(?:y|ies)|\bnot\b|\bno\b|\bonly\b|nicht|gesperrt|rechaz|rifiut|geweiger|recusad|bloqu`,
    unless: NO_PLACE_OF_OURS,
    basis: 'composed',
    examples: [
      '550 We take no mail from your country, 192.0.2.25',
      '550 5.7.1 Rejected by GeoIP filter: 192.0.2.25',
      '550 Rejected - geographical restriction',
      '554 Country blocked: NL',
    ],
  },
];
