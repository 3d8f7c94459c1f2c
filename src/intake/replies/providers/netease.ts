// NetEase (163, 126, yeah.net), and other hosts with Coremail's software: two letters for when it was refused, a colon, three letters for
// why. Meanings: NetEase's and Coremail's lists of codes.
import { IP, kinds, type Provider, re } from '../reply.js';

/** Right behind the number: so a code is told from other letters. */
const ALONE = String.raw`^[45]\d\d (?:\d\.\d{1,3}\.\d{1,3} )?`;

export const netease: Provider = {
  id: 'netease',
  hosts: ['netease.com'],
  domains: ['163.com', '126.com', 'yeah.net', 'vip.163.com', '188.com'],
  marks: ['mail.163.com', '163 mx', '126 mx'],
  patterns: [
    {
      // With 451 it is worth another try.
      id: 'ne-dt-spm',
      ...kinds.content,
      isPermanent: 'by-code',
      pattern: re`\b(?<code>DT:SP[MB])\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'composed',
      examples: [
        '554 DT:SPM 163 mx12,PsCowABnrUdMYEpY,1482315853 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25&hostid=mx12&time=1482315853',
      ],
    },
    {
      // RDN is reverse DNS, RBL a list; each with any of the letters before.
      id: 'ne-list',
      ...kinds.dnsbl,
      isShared: true,
      pattern: re`\b(?<code>[A-Z]{2}:RBL)\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'composed',
      examples: ['550 DT:RBL 163 mx9,QMCowABXf 1482315853 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25'],
    },
    {
      // Not among the addresses that may send there, suspended or on its list.
      id: 'ne-friends',
      ...kinds.block,
      pattern: re`${ALONE}(?<code>WM:BLI|(?:HL|MI):IPB|HL:IHU)\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'official',
      examples: [
        '450 WM:BLI 163 mx4,QMCowABXf 1482315853 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25',
        '554 HL:IPB',
      ],
    },
    {
      // Many that are not there, forged domains of senders, or too many mails: counted by address.
      id: 'ne-conduct',
      ...kinds.throttle,
      pattern: re`${ALONE}(?<code>HL:(?:REP|MEP|IF[CQ]))\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'official',
      examples: ['421 HL:REP', '421 HL:MEP', '421 HL:IFC 163 mx27,VMCowACnr0Ae 1482315853'],
    },
    {
      id: 'ne-auth',
      ...kinds.auth,
      isShared: true,
      pattern: re`\b(?<code>(?:MI|DT):(?:SPF|DMA))\b`,
      basis: 'official',
      examples: ['550 MI:SPF 163 mx5,FMCowADX 1482315853 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25'],
    },
    {
      // What is amiss with the sender or the greeting.
      id: 'ne-sender',
      ...kinds.policy,
      isShared: true,
      isPermanent: 'by-code',
      pattern: re`\b(?<code>MI:(?:NHD|IMF|SPB|SUM|SFK|ANL)|WM:BLU)\b`,
      basis: 'official',
      examples: ['550 MI:NHD 163 mx5,FMCowADX 1482315853', '450 WM:BLU 163 mx5,FMCowADX 1482315853'],
    },
    {
      // Counted by sender, or in one connection.
      id: 'ne-amount',
      ...kinds.volume,
      isShared: true,
      pattern: re`\b(?<code>MI:(?:SFQ|STC|DMC|CEL|CCL)|RP:(?:QRC|TRC|DRC|CEL|CCL))\b`,
      basis: 'official',
      examples: ['451 MI:SFQ 163 mx5,FMCowADX 1482315853', '450 RP:DRC 163 mx5,FMCowADX 1482315853'],
    },
    {
      id: 'ne-ptr',
      ...kinds.ptr,
      isShared: true,
      isPermanent: 'by-code',
      pattern: re`\b(?<code>[A-Z]{2}:RDN)\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'composed',
      examples: ['553 RP:RDN 163 mx3 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25'],
    },
    {
      // RP limits of the day, HL connections at once.
      id: 'ne-ip',
      ...kinds.throttle,
      isShared: true,
      pattern: re`\b(?<code>(?:RP|HL|IP|MI|CO):[A-Z]{3})\b(?:.{0,160}?[?&]ip=${IP})?`,
      basis: 'composed',
      examples: [
        '550 RP:ORQ 163 mx5,FMCowADX 1482315853 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25&hostid=mx5&time=1482315853',
        '554 HL:ITC 163 mx7 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.25&hostid=mx7&time=1482315853',
      ],
    },
  ],
};
