// What a person wants checked: an address, a small network or a domain, as typed in a shell or as Slack delivers it.
import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';
import { UserError } from '../errors.js';
import { addressesOf, type Ip, type Network, networkSize, parseNetwork } from '../mail/ip.js';
import { unroutedAs } from '../mail/special-use.js';

interface AddressTarget {
  kind: 'ipv4' | 'ipv6';
  /** Shortest usual notation (RFC 5952). */
  text: string;
  ip: Ip;
}

export interface DomainTarget {
  kind: 'domain';
  /** Lower case, ASCII (punycode), without a closing dot. */
  text: string;
  /** The part one registers, e.g. `example.co.uk`. */
  registered: string;
}

export type Target = AddressTarget | DomainTarget;

const EXAMPLES = 'Try 198.51.100.7, 2001:db8::25, 198.51.100.0/28 or example.com';
const HOST_NAME = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** No name in the DNS is longer; with room for an address or URL around it. */
const MAX_LENGTH = 1_000;

/**
 * Reads one target; a network comes out as its addresses, in order.
 * Takes Slack's `<http://x|x>` and `<mailto:…>`, URLs and mail addresses for the domain in them.
 * Throws UserError, with an example that would have worked, for anything else and for networks over `maxAddresses`.
 */
export function parseTargets(text: string, { maxAddresses }: { maxAddresses: number }): Target[] {
  const bare = unwrap(text.slice(0, MAX_LENGTH).trim());
  if (bare === '') throw new UserError(`Say what to check: an IP address, a small network or a domain. ${EXAMPLES}.`);
  const network = parseNetwork(bare);
  if (network) return [...addressesOf(checkSize(network, bare, maxAddresses))].map(addressTarget);
  if (/^[\d.]+(\/\d*)?$/.test(bare) || /^[\da-f:.]*:[\da-f:.]*(\/\d*)?$/i.test(bare)) {
    throw new UserError(`"${shown(bare)}" is not a complete IP address or network. ${EXAMPLES}.`);
  }
  return [domainTarget(bare)];
}

/**
 * What the targets of a text are called: the address, network or domain that is asked about, and the mailbox when it was given as one.
 * Only for text that `parseTargets` takes.
 */
export function askedFor(text: string): { name: string; mailbox?: string } {
  const given = text.slice(0, MAX_LENGTH).trim();
  const bare = unwrap(given);
  const network = parseNetwork(bare);
  if (network && networkSize(network) > 1) return { name: `${network.base}/${network.prefix}` };
  const { text: name } = network ? addressTarget(network.base) : domainTarget(bare);
  const mailbox = mailboxIn(given);
  return { name, ...(mailbox ? { mailbox } : {}) };
}

/** RFC 5782 section 5 wants it on every list of IPv4 addresses, so that one can try whether the list answers. Not all have it. */
export const TEST_ENTRY = '127.0.0.2';

/**
 * Why the lists are not asked about the targets of a text, in sentences for people: no mail comes from there. Undefined when they are
 * asked. Only for text that `parseTargets` takes, with what it made of it.
 */
export function whyNotAsked(text: string, targets: readonly Target[]): string | undefined {
  const { name } = askedFor(text);
  const kinds = targets.map((target) => ('ip' in target ? unroutedAs(target.ip) : undefined));
  if (name === TEST_ENTRY || kinds.includes(undefined)) return undefined;
  return `${name} is ${kinds[0]}; blocklists know public addresses only, so they are not asked. Name the address that the mail leaves from.`;
}

/** The target an address is. */
export function addressTarget(ip: Ip): AddressTarget {
  return { kind: ip.kind(), text: ip.toString(), ip };
}

function checkSize(network: Network, text: string, maxAddresses: number): Network {
  const size = networkSize(network);
  if (size <= maxAddresses) return network;
  const width = network.base.kind() === 'ipv4' ? 32 : 128;
  const prefix = width - Math.floor(Math.log2(maxAddresses));
  // About the address that was typed: whoever writes 203.0.113.0/8 has looked at 203.0.113.0.
  const [address = ''] = text.split('/');
  const part = parseNetwork(`${address}/${prefix}`) ?? network;
  const suggestion = prefix === width ? `${part.base}` : `${part.base}/${prefix}`;
  const count = width === 32 ? ` with its ${size.toLocaleString('en')} addresses` : '';
  throw new UserError(
    `${shown(text)} is too large${count}. One check takes ${maxAddresses.toLocaleString('en')} at most. Try ${suggestion}`,
  );
}

function domainTarget(text: string): DomainTarget {
  const ascii = domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const registered = HOST_NAME.test(ascii) ? getDomain(ascii) : null;
  if (registered === null) throw new UserError(`"${shown(text)}" is neither an IP address nor a domain. ${EXAMPLES}.`);
  return { kind: 'domain', text: ascii, registered };
}

/** Takes off what Slack, mail programs and browsers put around an address or a domain. */
function unwrap(text: string): string {
  const inner = unlinked(text);
  const [, , mailDomain] = MAILBOX.exec(inner) ?? [];
  if (mailDomain !== undefined) return withoutBrackets(mailDomain);
  const [, urlHost] = /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(inner) ?? [];
  return withoutBrackets(urlHost ?? inner);
}

const MAILBOX = /^(?:mailto:)?([^\s@/]*)@([^\s@/?]+)(?:\?.*)?$/i;

function mailboxIn(text: string): string | undefined {
  const [, local, domain] = MAILBOX.exec(unlinked(text)) ?? [];
  return local ? `${local}@${domain}` : undefined;
}

function unlinked(text: string): string {
  const [, link] = /^<([^<>|]*)(?:\|[^<>]*)?>$/.exec(text) ?? [];
  return (link ?? text).replace(/^[`'"]+|[`'"]+$/g, '');
}

function withoutBrackets(host: string): string {
  const [, inner] = /^\[(?:ipv6:)?([^\]]*)\]$/i.exec(host) ?? [];
  return inner ?? host;
}

function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is being taken out.
  const printable = text.replace(/[\u0000-\u001f\u007f]/g, '');
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
}
