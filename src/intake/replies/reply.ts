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

/** What a pattern concludes. */
export interface Conclusion {
  meaning: Meaning;
  /**
   * A refusal for good, in effect: some 4xx texts are lasting blocks. `by-code`: the same words come with 4xx and with 5xx, and the
   * reply code decides.
   */
  isPermanent: boolean | 'by-code';
  /** The same mail from another clean address is likely to get through. */
  rerouteHelps: boolean;
}

/**
 * One wording a receiver is known to use. Named groups: `ip` our address as the receiver saw it, `zone` the list, `domain` our
 * domain that is refused, `code` the receiver's own code. Tried on normalised text: normalise.ts.
 */
export interface ReplyPattern extends Conclusion {
  id: string;
  pattern: RegExp;
  /** What the text must hold too, wherever, and what it must not: two searches one after the other, where one for both would be slow. */
  also?: RegExp;
  unless?: RegExp;
  /** Zone of the list a receiver means without naming it, or of the list each of its codes stands for. */
  zone?: string;
  zoneOfCode?: Readonly<Record<string, string>>;
  /** Code for a refusal that is known by its words alone. */
  code?: string;
  /** Others use the words too: they count only when host, domain or text say that it is this provider. */
  isShared?: true;
  /** Providers of the same house that use the words too: the one that the host or domain says is the provider. */
  alsoOf?: readonly string[];
  /**
   * Where the wording is from. observed: out of a log or report; official: from the receiver's documentation; composed: put
   * together from lists of codes and phrases, to be confirmed with a live refusal.
   */
  basis: 'observed' | 'official' | 'composed';
  /** The lines that taught it, with addresses from the documentation ranges. Each must be read by this pattern. */
  examples: readonly string[];
}

/** A receiver of mail for many, a filter in front of many, or a reputation service: how it is recognised, and how it refuses. */
export interface Provider {
  id: string;
  /** Its mail hosts, as suffixes; `*` stands for one label. */
  hosts: readonly string[];
  /** Recipient domains it is known to serve. Weaker than the host: domains move. */
  domains: readonly string[];
  /** Words in a reply that only this provider writes: they give it away where the host is not known. Lower case. */
  marks?: readonly string[];
  /** In the order they are tried. */
  patterns: readonly ReplyPattern[];
}

/** A reply read. `ip` may be somebody else's (a forwarder quotes its own): compare it with our outbound addresses. */
export interface ReplyMeaning {
  meaning: Meaning;
  patternId: string;
  provider?: string;
  isPermanent: boolean;
  rerouteHelps: boolean;
  /** IPv4, or IPv6 in its canonical form. */
  ip?: string;
  /** DNS zone of the list, as its operator names it, without an account key. */
  zone?: string;
  /** Our domain that is refused: of the envelope sender, or the HELO name. */
  domain?: string;
  /** The receiver's own code: `S3140`, `RP-001`, `5.7.606`; '' when it gives none. */
  code: string;
}

/** What most patterns of a meaning conclude. */
export const kinds = {
  block: { meaning: 'ip-block', isPermanent: true, rerouteHelps: true },
  throttle: { meaning: 'ip-throttle', isPermanent: false, rerouteHelps: true },
  dnsbl: { meaning: 'dnsbl', isPermanent: true, rerouteHelps: true },
  domainBlock: { meaning: 'domain-block', isPermanent: true, rerouteHelps: false },
  domainThrottle: { meaning: 'domain-throttle', isPermanent: false, rerouteHelps: false },
  content: { meaning: 'content', isPermanent: true, rerouteHelps: false },
  auth: { meaning: 'auth', isPermanent: true, rerouteHelps: false },
  ptr: { meaning: 'ptr', isPermanent: true, rerouteHelps: true },
  tls: { meaning: 'tls', isPermanent: false, rerouteHelps: false },
  volume: { meaning: 'volume', isPermanent: false, rerouteHelps: false },
  recipientVolume: { meaning: 'recipient-volume', isPermanent: false, rerouteHelps: false },
  recipientPolicy: { meaning: 'recipient-policy', isPermanent: true, rerouteHelps: false },
  policy: { meaning: 'policy', isPermanent: false, rerouteHelps: false },
  unknownUser: { meaning: 'unknown-user', isPermanent: true, rerouteHelps: false },
  mailboxFull: { meaning: 'mailbox-full', isPermanent: true, rerouteHelps: false },
  temporary: { meaning: 'temporary', isPermanent: false, rerouteHelps: false },
  misconfigured: { meaning: 'receiver-misconfigured', isPermanent: true, rerouteHelps: false },
} as const satisfies Record<string, Conclusion>;

/**
 * An IPv4 or IPv6 address as a source fragment with the named group `ip`; it begins where a number can begin, and is
 * more than the two colons that some put between sentences.
 */
export const IP = String.raw`(?<ip>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}|(?<![\w.:])(?!::(?![0-9a-f]))[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})`;

/** An address in digits that stands for itself, as a source fragment. */
export const DIGITS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|(?!\d\d?:\d\d(?![\da-f:]*[a-f]|[\d:]*::))[0-9a-f]{1,4}:[0-9a-f:.]{3,40})`;

/** That an address stands somewhere, as a source fragment; a time has two colons too. */
export const SOME_ADDRESS = String.raw`\d\.\d{1,3}\.\d{1,3}\.\d|(?<!\w)(?!\d\d?:\d\d:\d\d(?![0-9a-f:]))[0-9a-f]{1,4}:[0-9a-f]{0,4}:`;

const SHUT_OUT = '(?:block(?:ed)?(?: ?listed)?|black ?list(?:ed)?|block ?list(?:ed)?|deny ?list(?:ed)?|banned|barred)';

/**
 * Words that say of our address, and not of its mail, that it is blocked; or a page of blocks that is asked about it. As a source fragment, which
 * tells whether the rest of the sentence, a link or a sender that was refused, is only a remark beside.
 */
export const ADDRESS_SHUT_OUT = String.raw`(?:(?:\b(?:ips?|host|server|mta|client|network|subnet)\b(?: address)?:?(?: [[(<]{0,2}${DIGITS})?|(?<!\b(?:mails?|e-?mails?|messages?|letters?) (?:\S{1,12} )?(?:from|by|of|via) (?:\S{1,12} )?[[(<]{0,2})(?<![\w.])${DIGITS})[\])>]{0,2}(?: \([^)]{1,40}\))? (?:(?:is|are|was|were|has|have|been|being|currently|now|already|listed|on|in|our|my|the|an?|local|internal) ){0,5}${SHUT_OUT}\b|\b${SHUT_OUT} (?:ip|host|server|client)\b|(?:\b[rb]bl\b|block|deny|denied|banned|black-?list)\S{0,60}?[?&/](?:(?:ip|addr|address)=)?${DIGITS})`;

/** Something that looks like the DNS name of a list, with the named group `zone`. */
export const ZONE = String.raw`(?<zone>[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24})`;

/** A pattern written as it is, without regard to case. */
export function re(source: TemplateStringsArray, ...parts: string[]): RegExp {
  return new RegExp(String.raw(source, ...parts), 'i');
}

/** A pattern of alternatives, one a line, in the order they are tried; `[ ]` where a blank at the edge of a line counts. */
export function oneOf(source: TemplateStringsArray, ...parts: string[]): RegExp {
  const alternatives = String.raw(source, ...parts)
    .split('\n')
    .map((line) => line.trim());
  return new RegExp(alternatives.filter(Boolean).join('|'), 'i');
}
