// What a refusal means: types shared by the pattern lists. The vocabulary is the desk's: whose fault, and does another IP help.

export type Meaning =
  | 'ip-block'
  | 'ip-throttle'
  | 'dnsbl'
  | 'domain-block'
  | 'domain-throttle'
  | 'content'
  | 'auth'
  | 'ptr'
  | 'tls'
  | 'volume'
  | 'recipient-volume'
  | 'recipient-policy'
  | 'policy'
  | 'unknown-user'
  | 'mailbox-full'
  | 'temporary'
  | 'receiver-misconfigured';

/**
 * One wording a receiver is known to use. `example` is the line that taught it (addresses from the documentation ranges), and
 * the pattern must match it. Named groups: `ip` our address as the receiver saw it, `zone` the list, `code` its own code.
 */
export interface ReplyPattern {
  id: string;
  /** Id of the receiver; undefined for wordings many servers share. */
  provider?: string;
  pattern: RegExp;
  /** A part of the pattern without which it cannot match: for those that begin with an address, tried at every letter otherwise. */
  needs?: RegExp;
  meaning: Meaning;
  /** A refusal for good. Some 4xx texts are lasting blocks and some 5xx are not. */
  isPermanent: boolean;
  /** The same mail from another clean address is likely to get through. */
  rerouteHelps: boolean;
  /** For receivers that name no list but mean one. */
  zone?: string;
  example: string;
}

/** A reply read. `ip` may be somebody else's (a forwarder quotes its own): compare it with our outbound addresses. */
export interface ReplyMeaning {
  meaning: Meaning;
  patternId: string;
  provider?: string;
  isPermanent: boolean;
  rerouteHelps: boolean;
  ip?: string;
  zone?: string;
  /** The receiver's own code: `S3140`, `RP-001`, `5.7.606`; '' when it gives none. */
  code: string;
}

/** An IPv4 or IPv6 address as a source fragment with the named group `ip`. */
export const IP = String.raw`(?<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})`;
