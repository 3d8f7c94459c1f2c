// Alibaba Mail (mxhichina.com): one opening for all of its verdicts on behaviour, in whatever state of the dialogue, and the reason at the end.
import { IP, kinds, type Provider, re } from '../reply.js';

const OPENING = String.raw`\bbehaviou?r spam(?: at .{0,60}?address:(?:${IP}|[0-9a-f:.]{3,45})\))?.{0,30}?ANTISPAM_BAT\[[^\]]{0,80}\]: ?`;

export const aliyun: Provider = {
  id: 'aliyun',
  hosts: ['mxhichina.com', 'aliyun.com', 'aliyun-inc.com', 'alibaba-inc.com'],
  domains: ['aliyun.com', 'alibaba-inc.com', 'alibaba.com'],
  marks: ['antispam_bat['],
  patterns: [
    {
      id: 'al-listed',
      ...kinds.dnsbl,
      pattern: re`${OPENING}(?:in|on|list|listed)\b.{0,20}? (?:rbl|blacklist|dnsbl)`,
      basis: 'composed',
      examples: [
        '554 Reject by behaviour spam at DATA State(Connection IP address:192.0.2.25)ANTISPAM_BAT[01201311R1S2, ay29a1]: list on rbl sites',
      ],
    },
    {
      id: 'al-address',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`${OPENING}(?:bad|dirty|illegal|malicious|black) (?:sending|ip|address|connection)`,
      basis: 'composed',
      examples: [
        '554 Reject by behaviour spam at Rcpt State(Connection IP address:192.0.2.25)ANTISPAM_BAT[01201311R3S4, ay29a2]: bad sending',
      ],
    },
    {
      id: 'al-spf',
      ...kinds.auth,
      isPermanent: 'by-code',
      pattern: re`${OPENING}(?:spf|dkim|dmarc) `,
      basis: 'composed',
      examples: [
        '554 Reject by behaviour spam at Rcpt State(Connection IP address:192.0.2.25)ANTISPAM_BAT[0120131R5a, ay29a3]: spf check failed CONTINUE',
      ],
    },
    {
      // Where no connection is told, it is said to a login of theirs, of how much its sender may send.
      id: 'al-sender-limit',
      ...kinds.volume,
      pattern: re`\bbehaviou?r spam ?ANTISPAM_BAT\[[^\]]{0,80}\]: ?(?:too (?:frequently|many|much|fast)|frequen)`,
      basis: 'observed',
      examples: ['554 Reject by behaviour spamANTISPAM_BAT[01201311R8S9, ay29a5]: too frequently sending'],
    },
    {
      id: 'al-much',
      ...kinds.throttle,
      pattern: re`${OPENING}(?:too (?:frequently|many|much|fast)|currently unexpected|frequen)`,
      basis: 'composed',
      examples: [
        '454 Transient reject by behaviour spam at DATA State(Connection IP address:192.0.2.25)ANTISPAM_BAT[01201311R6S7,ay29a4]: currently unexpected sending',
        '554 Reject by behaviour spam at Rcpt State(Connection IP address:192.0.2.25)ANTISPAM_BAT[01201311R8S9, ay29a5]: too frequently sending',
      ],
    },
  ],
};
