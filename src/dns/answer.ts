// What a question to the DNS can come back as: values, for none of them is a surprise to those who ask blocklists.

export type QuestionType = 'A' | 'AAAA' | 'TXT' | 'MX' | 'PTR';

/** Records of the asked type, in the server's order. */
export interface Records {
  kind: 'answer';
  /** A or AAAA records as text, e.g. `127.0.0.2`; empty for TXT questions. */
  addresses: string[];
  /** TXT records, each one's strings joined (RFC 7208 section 3.3); the outside's text, of any content. Empty for A and AAAA. */
  texts: string[];
  /** PTR and MX records: names without a closing dot, MX by preference; the outside's text. Absent for other questions. */
  names?: string[];
  /** Where CNAMEs led, when there were any. */
  alias?: string;
  /** The smallest time to live among them, seconds. */
  ttlS: number;
  /** False when the answer was cut off and could not be fetched whole over TCP: more records may exist. */
  complete: boolean;
}

export type DnsAnswer =
  | Records
  /** The name does not exist, or has no record of the asked type; nor has the name its CNAMEs lead to, `alias`, when there are any. */
  | { kind: 'none'; rcode: 'NXDOMAIN' | 'NOERROR'; alias?: string }
  | { kind: 'refused' }
  /** The server could not find out. `rcode` is SERVFAIL or another error of RFC 1035 section 4.1.1. */
  | { kind: 'servfail'; rcode: string }
  /** No server answered within any try. */
  | { kind: 'timeout' }
  /** The machine cannot reach the server, or the resolver is closed. `reason` is an errno name or a few words. */
  | { kind: 'unreachable'; reason: string }
  /** The name cannot be asked, or the server's answer cannot be read. */
  | { kind: 'malformed'; reason: string };
